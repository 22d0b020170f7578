"""Marks of State secrecy: Mật, Tối mật, Tuyệt mật (Law 117/2025/QH15 on the protection of State secrets).

A mark seals the mail. The word "mật" also occurs harmlessly (bảo mật, mật khẩu, mật độ), so a mark is
only what stands as a mark does: in brackets, alone on its line, or named as a degree of secrecy.
"""

import re

from mailbot.core.text import nfc

# Stamps and first headings stand near the top; a word deep in a body is talk about secrecy.
_FIRST_LINES = 30
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


def mark(subject: str, names: tuple[str, ...], text: str) -> str:
    """Where a mark of secrecy stands: "subject", "attachment", "body", or "" if there is none."""
    if _is_marked(subject) or _ALONE.fullmatch(_prepared(subject)):
        return "subject"
    if any(_is_marked(name.replace("_", " ")) for name in names):
        return "attachment"
    lines = [line for line in text.splitlines()[: _FIRST_LINES * 2] if line.strip()][:_FIRST_LINES]
    if any(_is_body_mark(line) for line in lines):
        return "body"
    return ""


def _is_marked(line: str) -> bool:
    return _MARK.search(_prepared(line)) is not None


def _is_body_mark(line: str) -> bool:
    # In running text only a line of its own counts: a body may well speak about secret documents.
    return _ALONE.fullmatch(_prepared(line)) is not None


def _prepared(line: str) -> str:
    """The line in lower case, with letters that were spaced out ("M Ậ T") closed up."""
    closed = _SPACED.sub(lambda match: match[0].replace(" ", ""), nfc(line[:2000]))
    return closed.lower()
