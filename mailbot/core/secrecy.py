"""Marks of State secrecy: Mật, Tối mật, Tuyệt mật (Law 117/2025/QH15 on the protection of State secrets).

A mark seals the mail. The word "mật" also occurs harmlessly (bảo mật, mật khẩu, mật độ), so a mark is
only what stands as a mark does: in brackets, alone on its line, or named as a degree of secrecy.
"""

import re

from mailbot.core.mail import Mail
from mailbot.core.text import nfc
from mailbot.core.verdict import Source

# Stamps and first headings stand near the top; a word deep in a body is talk about secrecy.
_FIRST_LINES = 30
_FIRST_CHARS = 20_000
_MARK = re.compile(
    r"""
      [(\[{<«"]\s*(?:tối\s+|tuyệt\s+)?mật\s*[)\]}>»"]        # (Mật), [Tối mật]
    | \b(?:tối|tuyệt)\s+mật\b                                # the two higher degrees have no other use
    | \bđộ\s+mật\s*:?\s*(?:tối\s+|tuyệt\s+)?mật\b            # Độ mật: Mật
    | \b(?:văn\s+bản|tài\s+liệu|báo\s+cáo|công\s+văn|hồ\s+sơ)\s+mật\b(?!\s+(?:độ|khẩu|mã))
    | [(\[]\s*(?:toi\s+|tuyet\s+)?mat\s*[)\]]                # (MAT) in a file name without accents
    """,
    re.VERBOSE,
)
_ALONE = re.compile(r"[\W_]*(?:tối\s+|tuyệt\s+)?mật[\W_]*")
_SPACED = re.compile(r"(?<!\w)(?:\w\s){2,}\w(?!\w)")


def mark(mail: Mail) -> Source | None:
    """Where a mark of secrecy stands in the mail; None if there is none."""
    if _is_marked(mail.subject) or _ALONE.fullmatch(_prepared(mail.subject)):
        return Source.SUBJECT
    if any(_is_marked(attachment.name.replace("_", " ")) for attachment in mail.attachments):
        return Source.ATTACHMENT
    if any(_stands_alone(attachment.text) for attachment in mail.attachments):
        return Source.HEADING
    return Source.BODY if _stands_alone(mail.text) else None


def marked(words: str) -> bool:
    """Whether words that a person typed bear a mark of secrecy."""
    return _is_marked(words) or any(map(_ALONE.fullmatch, map(_prepared, words.splitlines())))


def _stands_alone(text: str) -> bool:
    """Whether a mark stands by itself among the first lines, as a stamp does."""
    # In running text only a line of its own counts: a body may well speak about secret documents.
    lines = [line for line in text[:_FIRST_CHARS].splitlines() if line.strip()][:_FIRST_LINES]
    return any(_ALONE.fullmatch(_prepared(line)) for line in lines)


def _is_marked(line: str) -> bool:
    return _MARK.search(_prepared(line)) is not None


def _prepared(line: str) -> str:
    """The line in lower case, with letters that were spaced out ("M Ậ T") closed up."""
    closed = _SPACED.sub(lambda match: match[0].replace(" ", ""), nfc(line[:2000]))
    return closed.lower()
