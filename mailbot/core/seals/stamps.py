"""Stamps of secrecy that fill a line, or more than one; and what the law has written on an inner envelope."""

import re

_ON_LINES = re.compile(r"^\W*m\W*\n+\W*[ậâạa]\W*\n+\W*t\W*$", re.MULTILINE)
# A stamp, alone on its line; recognition of scans loses one of the two marks, or takes it for another.
_ALONE = re.compile(
    r"[\W_]*(?:độ\s+mật\W+)?(?:m[ậâạ]t|(?:tối|tuyệt)\s*m[ậâạặă]t)"
    r"(?:[\W_]+(?:h(?:ỏa|oả)\s+tốc|(?:thượng\s+)?khẩn))?[\W_]*"
)
# In capitals: in small letters it is a line of a table.
_PAPER_ALONE = re.compile(
    r"[\W_]*(?:TÀI LIỆU|VĂN BẢN|CÔNG VĂN|BÁO CÁO)\s+(?:(?:TỐI|TUYỆT)\s+)?MẬT"
    r"(?:[\W_]+KHÔNG\s+(?:ĐƯỢC\s+)?SAO\s+(?:CHỤP|CHÉP))?[\W_]*"
)
_ALONE_PLAIN = re.compile(r"[\W_]*(?:(?:TOI|TUYET)\s*)?MAT[\W_]*")
# The law has it on the inner envelope of what is secret.
_ENVELOPE = re.compile(r"chỉ người có tên mới được\s+(?:bóc|mở)")
_IN_CAPITALS = (_ALONE_PLAIN, _PAPER_ALONE)


def fills(line: str) -> bool:
    """Whether a line is a stamp and nothing else."""
    return _ALONE.fullmatch(line.lower()) is not None or any(alone.fullmatch(line) for alone in _IN_CAPITALS)


def is_spread(text: str) -> bool:
    """Whether a stamp stands in a text in plain small letters: a letter a line, or as words of the law."""
    return _ENVELOPE.search(text) is not None or _ON_LINES.search(text) is not None
