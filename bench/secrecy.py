"""How often ordinary mails are taken for secret ones, and whether every evasion of the list is found.

    python bench/secrecy.py [FOLDER]

Ordinary: every title of the open, blind and made sets, as subject, as a file's name, as the heading of
a document and in the body; and, with a folder of them (`foreign/fetch.sh`), foreign mails. Evasions and
false friends are those of `tests/core/test_secrecy.py`.
"""

import hashlib
import json
import sys
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from core import test_secrecy as listed  # noqa: E402
from foreign import mails  # noqa: E402

from mailbot.core.mail import Attachment, Mail, Nature  # noqa: E402
from mailbot.core.seals.secrecy import in_document, in_name, in_title, mark  # noqa: E402
from mailbot.inbox.parse import parse_octets  # noqa: E402

RESULTS = ROOT / "bench" / "results" / "secrecy.json"
DATA = ROOT / "tests" / "data"


def titles() -> list[str]:
    lines = [
        line for path in sorted(DATA.glob("titles_*.tsv")) for line in path.read_text("utf-8").splitlines()
    ]
    return [line.partition("\t")[0] for line in lines if line and not line.startswith("#")]


def of_title(title: str) -> dict[str, Mail]:
    """The mails that say this title, each in one place."""
    empty = Mail(sha256="0" * 64, identity="", size=1, subject="Gửi văn phòng", text="Kính gửi Văn phòng.")
    file = Attachment(
        name="bao cao.docx", content_type="x/y", size=9, sha256="1", text="Số: 12/BC", nature=Nature.READ
    )
    head = f"ỦY BAN NHÂN DÂN\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nSố: 12/BC-UBND\n{title.upper()}\nNội dung"
    return {
        "subject": replace(empty, subject=title),
        "name": replace(empty, attachments=(replace(file, name=f"{title.replace('/', '-')}.docx"),)),
        "heading": replace(empty, attachments=(replace(file, text=head),)),
        "body": replace(empty, text=f"Kính gửi Văn phòng,\n{title}.\nTrân trọng."),
    }


def main() -> None:
    """Measure, print and keep the figures; status 1 where the goals of the house are missed."""
    found = titles()
    wrong = [f"{place}: {title}" for title in found for place, mail in of_title(title).items() if mark(mail)]
    lists = (
        (listed.MARKED_TITLES, listed.HARMLESS_TITLES, in_title),
        (listed.MARKED_NAMES, listed.HARMLESS_NAMES, in_name),
        (listed.MARKED_DOCUMENTS, listed.HARMLESS_DOCUMENTS, in_document),
    )
    evasions = [(words, look) for marked, _, look in lists for words in marked]
    friends = [(words, look) for _, harmless, look in lists for words in harmless]
    foreign = list(mails(Path(sys.argv[1]))) if len(sys.argv) > 1 else []
    sealed = 0
    for raw in foreign:
        mail = parse_octets(raw, sha256=hashlib.sha256(raw).hexdigest(), size=len(raw))
        sealed += mark(mail) is not None
    told = {
        "ordinary": {
            "mails": 4 * len(found),
            "sealed": len(wrong),
            "share": round(len(wrong) / 4 / len(found), 4),
        },
        "evasions": {"of": len(evasions), "found": sum(bool(look(words)) for words, look in evasions)},
        "false_friends": {"of": len(friends), "sealed": sum(bool(look(words)) for words, look in friends)},
        "foreign": {"mails": len(foreign), "sealed": sealed},
    }
    print(json.dumps({**told, "which": wrong}, ensure_ascii=False, indent=2))
    RESULTS.write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", "utf-8")
    missed = told["evasions"]["found"] < len(evasions) or told["false_friends"]["sealed"]
    sys.exit(bool(missed or told["ordinary"]["share"] > 0.01))


if __name__ == "__main__":
    main()
