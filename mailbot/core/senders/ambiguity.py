"""One mail that can be read in two ways: what mailbot sees, and what the staff's mail program shows.

Whoever writes such a mail, by mistake or on purpose, gets a question and no receipt: neither is trusted.
"""

from collections.abc import Iterable
from enum import StrEnum


class Ambiguity(StrEnum):
    """Why there are two readings; the value is the defect that the mail carries."""

    HEADER_SPLIT = "two readings: where the header's lines end"
    DOUBLED_FIELD = "two readings: a field that may stand once stands twice and differs"
    ENCODING = "two readings: a transfer encoding that nobody knows"
    PADDING = "two readings: base64 that goes on after its end"
    NO_BOUNDARY = "two readings: a multipart whose parts cannot be told apart"
    BOUNDARIES = "two readings: one boundary begins like another"
    OUTSIDE = "two readings: a part outside of all parts"
    NAMES = "two readings: a file with names of different kinds"
    SECTIONS = "two readings: a parameter whose pieces contradict each other"
    ELSEWHERE = "two readings: a part that is to be fetched or put together"
    TEXTS = "two readings: plain text and HTML say different things"

    @property
    def says(self) -> str:
        """What the staff reads."""
        return _SAYS[self]


_SAYS = {
    Ambiguity.HEADER_SPLIT: "phần đầu thư có ký tự điều khiển làm các dòng bị tách khác nhau",
    Ambiguity.DOUBLED_FIELD: "một trường của phần đầu thư ghi hai lần với nội dung khác nhau",
    Ambiguity.ENCODING: "cách mã hóa của một phần thư không thuộc chuẩn nào",
    Ambiguity.PADDING: "nội dung mã hóa base64 còn dữ liệu sau dấu kết thúc",
    Ambiguity.NO_BOUNDARY: "các phần của thư không phân tách được",
    Ambiguity.BOUNDARIES: "dấu phân tách các phần của thư trùng nhau",
    Ambiguity.OUTSIDE: "có phần thư nằm ngoài các phần được khai báo",
    Ambiguity.NAMES: "một tệp tin mang nhiều tên khác loại",
    Ambiguity.SECTIONS: "tên tệp tin gồm các đoạn mâu thuẫn nhau",
    Ambiguity.ELSEWHERE: "một phần của thư phải lấy từ nơi khác hoặc ghép từ nhiều thư",
    Ambiguity.TEXTS: "phần văn bản thường và phần HTML của thư có nội dung khác nhau",
}


def ambiguities(defects: Iterable[str]) -> tuple[Ambiguity, ...]:
    """Those of a mail's defects that mean two readings."""
    return tuple(Ambiguity(defect) for defect in defects if defect in _VALUES)


_VALUES = frozenset(Ambiguity)
