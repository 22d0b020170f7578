"""A command by reply (lệnh trả lời): the one word with which a person tells mailbot what to do."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Verb(StrEnum):
    """What a command asks for. More verbs may join; each needs its words here and its deed in one place."""

    STATUS = "status"  # TRẠNG THÁI: the unit's own table
    WRONG = "wrong"  # SAI + what is right
    RIGHT = "right"  # ĐÚNG
    CHOICE = "choice"  # 1, 2, ...: one of the answers that a query offered
    NAMED = "named"  # the words of such an answer: "tháng 6 năm 2013"
    NIL = "nil"  # KHÔNG PHÁT SINH
    CONFIRM = "confirm"  # XÁC NHẬN + the code that was sent to the registered address
    MORE_TIME = "more_time"  # XIN GIA HẠN
    HELP = "help"  # TRỢ GIÚP
    UNKNOWN = "unknown"  # a short answer that is none of these

    ASSIGN = "assign"  # GHI NHẬN: the mail hands in this report
    REJECT = "reject"  # KHÔNG NHẬN: it does not count, for this reason
    SET_ASIDE = "set_aside"  # BỎ QUA: it is no report and asks for nothing
    REREAD = "reread"  # ĐỌC LẠI: read what came before its sender's address was registered
    RELEASE = "release"  # GỬI THƯ: let a held letter go
    RELEASE_ALL = "release_all"  # GỬI LÔ: let all answers go, or with a second person a batch
    DROP = "drop"  # BỎ THƯ: never send it
    HOLD = "hold"  # DỪNG GỬI: nothing leaves any more
    EXTEND = "extend"  # GIA HẠN: a unit has more time for a report
    DENY = "deny"  # KHÔNG GIA HẠN
    EXCUSE = "excuse"  # MIỄN GỬI: a unit need not hand in a report
    CLOSE = "close"  # KẾT THÚC: an urgent matter is over
    LEARN = "learn"  # GHI NHỚ: remember what rulings suggest
    DECLINE = "decline"  # KHÔNG NHỚ
    UPHOLD = "uphold"  # NHẬN GIẢI TRÌNH: the unit is not named for these lines
    DISMISS = "dismiss"  # BÁC GIẢI TRÌNH: they stand, for this reason
    APPROVE = "approve"  # DUYỆT SỐ LIỆU: the month's figures count as the draft shows them


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command as read, not yet judged.

    Attributes:
        argument: what follows the verb, in one line; of a staff command, what its token vouches for.
        typed: what a member of the staff wrote behind the token, such as a reason.
        about: number of the arrival that the subject's receipt code names, or of a staff command's object.
        token: what proves a staff command, as written; "" where there is none.
    """

    verb: Verb
    argument: str = ""
    typed: str = ""
    about: int | None = None
    token: str = ""


# What a unit writes.
UNIT_WORDS: Mapping[Verb, str] = {
    Verb.STATUS: "TRẠNG THÁI",
    Verb.WRONG: "SAI",
    Verb.RIGHT: "ĐÚNG",
    Verb.NIL: "KHÔNG PHÁT SINH",
    Verb.MORE_TIME: "XIN GIA HẠN",
    Verb.CONFIRM: "XÁC NHẬN",
    Verb.HELP: "TRỢ GIÚP",
}
# How a staff command is written in the links of a digest: plain letters, which no mail program spoils.
STAFF_WORDS: Mapping[Verb, str] = {
    Verb.ASSIGN: "GHI-NHAN",
    Verb.REJECT: "KHONG-NHAN",
    Verb.SET_ASIDE: "BO-QUA",
    Verb.REREAD: "DOC-LAI",
    Verb.RELEASE: "GUI-THU",
    Verb.RELEASE_ALL: "GUI-LO",
    Verb.DROP: "BO-THU",
    Verb.HOLD: "DUNG-GUI",
    Verb.EXTEND: "GIA-HAN",
    Verb.DENY: "KHONG-GIA-HAN",
    Verb.EXCUSE: "MIEN-GUI",
    Verb.CLOSE: "KET-THUC",
    Verb.LEARN: "GHI-NHO",
    Verb.DECLINE: "KHONG-NHO",
    Verb.UPHOLD: "NHAN-GIAI-TRINH",
    Verb.DISMISS: "BAC-GIAI-TRINH",
    Verb.APPROVE: "DUYET-SO-LIEU",
}
_BY_UNIT = "unit/"


class Done(StrEnum):
    """What became of a command."""

    DONE = "done"
    ASKED = "asked"  # passed on to the staff, or a question to whoever gave it
    REFUSED = "refused"  # cannot be done, for the reason given
    FORGED = "forged"  # its token is none of ours; nobody is told but the next digest
    LOCKED = "locked"  # too many forged tokens lately
    UNTRUSTED = "untrusted"  # nothing proves that the mail comes from whom it names


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """A command that was carried out, or not: who gave it, what became of it, and when.

    Attributes:
        arrival: number of the mail that gave it.
        by: `unit/<id>`, or the address of a member of the staff.
        says: the result in one Vietnamese sentence; "" where another letter tells it.
    """

    arrival: int
    by: str
    done: Done
    says: str
    decided_at: datetime


def by_unit(unit: str) -> str:
    """How a ruling names a unit as the one who ruled."""
    return f"{_BY_UNIT}{unit}"


def is_by_unit(by: str) -> bool:
    """Whether a ruling was made by a unit's own reply."""
    return by.startswith(_BY_UNIT)
