"""What one of our own letters says, in its text and in the documents that go with it, to search it."""

import html
import io
import re
import zipfile
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage

_TAG = re.compile(r"<[^>]*>")
_HEADERS = ("Subject", "In-Reply-To", "References")


def letter_text(raw: bytes) -> str:
    """The words of a letter that mailbot wrote; a PDF is not read, for the letter is about what is in it."""
    found = message_from_bytes(raw, policy=policy.default)
    said = [" ".join(f"{found.get(name, '')}" for name in _HEADERS)]
    for part in found.walk():
        if isinstance(part, EmailMessage) and not part.is_multipart():
            said += _of_part(part)
    return html.unescape("\n".join(said))


def _of_part(part: EmailMessage) -> Iterator[str]:
    if part.get_content_maintype() == "text":
        yield str(part.get_content())
        return
    octets = part.get_payload(decode=True)
    if isinstance(octets, bytes) and octets.startswith(b"PK"):
        # Word files and workbooks of our own making; a run of letters may be cut anywhere by a tag.
        with zipfile.ZipFile(io.BytesIO(octets)) as package:
            for name in package.namelist():
                yield _TAG.sub("", package.read(name).decode("utf-8", "replace"))
