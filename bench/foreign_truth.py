"""Makes `foreign/truth.tsv` anew: what at least three of five parsers say of each foreign mail.

    python bench/foreign_truth.py FOLDER OUT

CPython's email, GMime (gir1.2-gmime-3.0 and python3-gi, by Debian's own Python), fast-mail-parser (PyPI),
and nodemailer's mailparser and postal-mime (npm, in OUT/node_modules); none is part of mailbot. A file
inside an attached mail counts where three find it.
"""

import email
import email.policy
import hashlib
import html
import json
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from foreign import HERE, TRUTH, letters, mails, one_line, rolled, short

LEAST = 3
_GMIME = """
import json, sys, gi
from pathlib import Path
gi.require_version("GMime", "3.0")
from gi.repository import GMime
GMime.init()
def text_of(part):
    try:
        return part.get_text() or ""
    except Exception:
        return ""
for path in sorted(Path(sys.argv[1]).iterdir()):
    parser = GMime.Parser.new_with_stream(GMime.StreamMem.new_with_buffer(path.read_bytes()))
    mail = parser.construct_message(GMime.ParserOptions.new())
    if mail is None:
        continue
    names, texts = [], {"text/plain": [], "text/html": []}
    walk = GMime.PartIter.new(mail)
    while True:
        part = walk.get_current()
        if isinstance(part, GMime.Part) and part.get_filename():
            names.append(part.get_filename())
        if isinstance(part, GMime.TextPart) and part.get_disposition() != "attachment":
            kind = part.get_content_type()
            texts.get(kind.get_mime_type() if kind else "text/plain", []).append(text_of(part))
        if not walk.next():
            break
    plain, page = (texts[kind][0] if texts[kind] else "" for kind in texts)
    mail = {"key": path.name, "subject": mail.get_subject() or "", "names": names}
    print(json.dumps({**mail, "text": plain, "html": page}))
"""


def _cpython(raw: bytes) -> dict[str, object]:
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    names = [name for part in mail.walk() if (name := part.get_filename())]
    found = {"subject": str(mail["subject"] or ""), "names": names}
    for key, kind in (("text", "plain"), ("html", "html")):
        body = mail.get_body((kind,))
        found[key] = body.get_content() if body else ""
    return found


def _fast(raw: bytes) -> dict[str, object]:
    from fast_mail_parser import parse_email  # noqa: PLC0415 - needed for this file alone

    mail = parse_email(raw)
    names = [found.filename for found in mail.attachments]
    return {
        "subject": mail.subject,
        "names": names,
        "text": "".join(mail.text_plain),
        "html": "".join(mail.text_html),
    }


def _agreed(votes: Sequence[object]) -> object:
    (said, times), *_ = Counter(votes).most_common(1) or [(None, 0)]
    return said if times >= LEAST else None


def _shown(page: str) -> str:
    text = re.sub(r"(?is)<(style|script|head|title).*?</\1>", " ", page)
    return html.unescape(re.sub(r"(?s)<[^>]+>", " ", text))


def _line(key: str, said: list[dict[str, object]]) -> str:
    subject = _agreed([one_line(str(one["subject"])) for one in said])
    names = _agreed([tuple(sorted(filter(None, map(one_line, one["names"])))) for one in said])  # type: ignore[call-overload]
    body = _agreed([letters(str(one["text"])) for one in said])
    if body == "":
        body = _agreed([letters(_shown(str(one["html"]))) for one in said])
    listed = "?" if names is None else ",".join(map(short, names))  # type: ignore[call-overload]
    told = "" if subject is None else short(str(subject))
    length, hashed = ("", "") if body is None else (len(str(body)), rolled(str(body)))
    return f"{key}\t{told}\t{listed}\t{length}\t{hashed}"


def main() -> None:
    """Let all five read every mail, and write down what most say."""
    folder, out = Path(sys.argv[1]), Path(sys.argv[2])
    single = out / "single"
    single.mkdir(parents=True, exist_ok=True)
    for raw in mails(folder):
        (single / hashlib.sha256(raw).hexdigest()[:16]).write_bytes(raw)
    said: dict[str, list[dict[str, object]]] = {path.name: [] for path in single.iterdir()}
    for key, votes in said.items():
        for read in (_cpython, _fast):
            try:
                votes.append(read((single / key).read_bytes()))
            except Exception:  # noqa: BLE001 - a parser that gives up has no vote
                continue
    shutil.copy(HERE / "foreign" / "parsers.mjs", out)
    subprocess.run(["node", "parsers.mjs", single.resolve(), "."], cwd=out, check=True)
    told = subprocess.run(
        ["/usr/bin/python3", "-c", _GMIME, single], capture_output=True, text=True, check=True
    )
    lines = told.stdout + "".join(
        (out / f"{name}.jsonl").read_text("utf-8") for name in ("nodemailer", "postal")
    )
    # U+2028 in a text is no end of a line.
    for line in filter(None, lines.split("\n")):
        one = json.loads(line)
        said[one["key"]].append(one)
    heard = sorted(key for key, votes in said.items() if len(votes) >= LEAST)
    TRUTH.write_text("".join(_line(key, said[key]) + "\n" for key in heard), "utf-8")


if __name__ == "__main__":
    main()
