"""How well machines' mails are known, on a folder of labelled mails that is kept elsewhere.

    python bench/machines.py FOLDER [--out FILE]

FOLDER holds mails in files of their own and `labels.tsv`: file, kind (bounce, delayed, auto_reply, person)
and, for delivery reports, the failed recipients parted by commas; "-" where nobody can tell them. Other
people's corpora stay where their licences leave them; only figures are kept here.
"""

import argparse
import hashlib
import json
from collections import Counter
from pathlib import Path

from mailbot.inbox.parse import parse

REPORTS = {"bounce", "delayed"}


def measure(folder: Path) -> dict[str, object]:
    seen: Counter[str] = Counter()
    wrong: list[str] = []
    for line in (folder / "labels.tsv").read_text("utf-8").splitlines():
        name, kind, named = [*line.split("\t"), "-", "-"][:3]
        path = folder / name
        raw = path.read_bytes()
        mail = parse(path, sha256=hashlib.sha256(raw).hexdigest(), size=len(raw))
        told = str(mail.automation or "person")
        seen[kind] += 1
        seen[f"{kind} as {told}"] += 1
        seen["reports told"] += told in REPORTS
        seen["reports rightly told"] += told in REPORTS and kind in REPORTS
        seen["machines answered"] += kind != "person" and told == "person"
        if kind in REPORTS and named != "-":
            seen["recipients asked"] += 1
            right = set(mail.failed_recipients) == set(named.lower().split(","))
            seen["recipients right"] += right
            if not right:
                wrong.append(f"{name}: {', '.join(mail.failed_recipients)} instead of {named}")
        if told != kind:
            wrong.append(f"{name}: {told} instead of {kind}")
    reports = sum(seen[kind] for kind in REPORTS)
    machines = sum(seen[kind] for kind in ("bounce", "delayed", "auto_reply"))
    return {
        "mails": machines + seen["person"],
        "reports": {
            "of": reports,
            "found": _share(seen["reports rightly told"], reports),
            "precision": _share(seen["reports rightly told"], seen["reports told"]),
            "recipients_right": _share(seen["recipients right"], seen["recipients asked"]),
        },
        "auto_replies": {
            "of": seen["auto_reply"],
            "found": _share(seen["auto_reply as auto_reply"], seen["auto_reply"]),
        },
        "machines_answered": _share(seen["machines answered"], machines),
        "people": {"of": seen["person"], "heard": _share(seen["person as person"], seen["person"])},
        "wrong": wrong,
    }


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("folder", type=Path)
    reader.add_argument("--out", type=Path, help="write the figures, without the mails' names")
    asked = reader.parse_args()
    found = measure(asked.folder)
    print(json.dumps(found, ensure_ascii=False, indent=2))
    if asked.out:
        kept = {name: value for name, value in found.items() if name != "wrong"}
        asked.out.write_text(json.dumps(kept, ensure_ascii=False, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
