"""What a unit asks of the office: more time, an explanation, a second look, a report back; and its excuses.

Only a plea counts: "xin gia hạn", not a report on tax payments that were put off (gia hạn nộp thuế).
"""

import re
from collections.abc import Iterator, Sequence

from mailbot.core.language.page import shadow
from mailbot.core.language.said import Place, Said
from mailbot.core.language.text import fold

# How the evidence of a mail that asks for more time puts it.
WANTS_MORE_TIME = "đơn vị xin gia hạn"
_MORE_TIME = (
    "xin gia hạn", "đề nghị gia hạn", "cho gia hạn", "cho phép gia hạn", "được gia hạn",
    "gia hạn thời gian", "gia hạn thời hạn", "gia hạn nộp báo cáo", "gia hạn gửi báo cáo",
    "gia hạn báo cáo", "kiến nghị gia hạn", "xin lùi", "xin được lùi", "xin phép lùi", "đề nghị lùi",
    "kiến nghị lùi", "cho lùi", "lùi thời hạn", "lùi thời gian", "lùi hạn",
    "xin nộp chậm", "xin nộp muộn", "xin gửi chậm", "xin gửi muộn", "xin được gửi chậm",
    "xin được gửi muộn", "xin được nộp chậm", "xin được nộp muộn", "xin chậm", "xin phép chậm",
    "xin phép gửi chậm", "xin phép gửi muộn", "xin phép nộp chậm", "xin phép nộp muộn", "xin phép gửi sau",
    "xin phép nộp sau", "xin gửi sau", "xin nộp sau", "xin khất", "cho phép gửi chậm", "cho phép nộp chậm",
    "cho phép gửi muộn", "cho phép nộp muộn", "cho gửi chậm", "cho nộp chậm", "cho nộp muộn",
    "cho gửi muộn", "được gửi chậm", "được gửi muộn", "được nộp chậm", "được nộp muộn",
    "xin thêm thời gian", "cho thêm thời gian", "kéo dài thời hạn", "kéo dài thời gian gửi",
    "kéo dài thời gian nộp",
)  # fmt: skip
# Put off here is something else than a report, or nobody asks for it.
_OTHER_MATTER = re.compile(
    r" (?:(?:thoi (?:gian|han)|viec)\s+)?(?:nop (?:thue|tien)|giay phep|su dung|du an|hop dong|the\b|visa"
    r"|thi cong|dau tu|thuc hien du an"
    r"|thuc hien hop dong|khai thac|no\b|vay|tra no|thue|hieu luc|lao dong|tam tru|dang ky)"
)
# The last two are what our own letters are called: "[BC-000126] Đồng ý gia hạn gửi Báo cáo tháng 6 năm 2013".
_NOT_ASKED = re.compile(
    r"\b(?:khong|da|tinh hinh|ket qua|truong hop|viec|chinh sach|ho so)[ ]*$|\]\s*(?:dong y|tra loi)[ ]*$"
)
_LATE = (
    "chậm gửi báo cáo", "gửi báo cáo chậm", "chậm nộp báo cáo", "nộp báo cáo chậm", "gửi chậm báo cáo",
    "gửi báo cáo muộn", "nộp muộn", "gửi muộn", "nộp chậm", "gửi chậm",
)  # fmt: skip
_ASKS = re.compile(
    r"\b(?:xin (?:phep|duoc|nop|gui lai)|mong(?![^.\n]{0,40}thong cam(?! cho))|de nghi"
    r"|cho phep|thong cam cho)\b"
)

_QUESTIONS = (
    "xin hỏi", "cho hỏi", "cho em hỏi", "cho tôi hỏi", "cho mình hỏi", "muốn hỏi", "hỏi về việc", "hỏi về",
    "vì sao", "tại sao", "có thắc mắc", "xin thắc mắc", "xin hướng dẫn", "hướng dẫn giúp",
    "mong được hướng dẫn", "kiểm tra lại giúp", "kiểm tra giúp", "xem lại giúp", "bị nhắc", "nhắc nhầm",
    "báo nhầm", "chưa nhận được phản hồi", "không nhận được phản hồi", "chưa nhận được thông báo tiếp nhận",
    "không nhận được email", "gửi vào đâu", "gửi đến đâu", "gửi cho ai", "theo mẫu nào", "mẫu nào",
    "làm thế nào", "có phải gửi", "có phải báo cáo", "phải không ạ", "được không ạ", "không đúng thực tế",
    "đã nhận được chưa", "nhận được chưa",
    # Where a unit is written to from now on is for the register, and so for a person.
    "thay đổi địa chỉ", "đổi địa chỉ", "thay đổi email", "đổi email", "thay đổi hộp thư", "đổi hộp thư",
    "email mới", "hộp thư mới", "địa chỉ thư mới", "địa chỉ thư điện tử mới",
)  # fmt: skip
_BEGS = ("đề nghị", "nhờ", "mong", "xin", "vui lòng")
_WHAT_IS_BEGGED = re.compile(
    r"[^.;\n]{0,60}?\b(?<!theo )(?<!van ban )(?<!cong van )(?:huong dan(?! so)|giai dap|giai thich"
    r"|kiem tra lai|kiem tra,? (?:xac nhan|giup)"
    r"|xem lai|ra soat lai|cho biet|cho hoi|lam ro|dinh chinh lai thong bao)\b"
)
_DONE = ("đã gửi", "đã nộp", "đã báo cáo", "đã có báo cáo")
_YET = re.compile(
    r"[^\n]{0,110}?\b(?:nhung|van (?:bi|nhan|con|chua|thay|bao)|tai sao|sao lai|ma (?:van|sao|bi|chua)"
    r"|(?:de nghi|nho|mong)[^.\n]{0,50}(?:kiem tra|xem lai|ra soat))\b"
)
# Land, licences and debts are taken back as well (thu hồi đất): only what was sent counts.
_RECALLS = (
    "thu hồi", "rút lại", "rút báo cáo", "hủy", "hủy bỏ", "không sử dụng", "không tiếp nhận",
    "không ghi nhận", "recall",
)  # fmt: skip
_WHAT_WAS_SENT = re.compile(
    r" ?: ?\w| (?:lai |bo )?(?:cac |ban |file |tep |van ban )?(?:bao cao|bc|thu|email|e-mail|mail|ban"
    r"|tin nhan|file|tep|van ban)\b"
)
# In a report to be taken back nothing is new; one that replaces it is handed in with the same mail.
_REPLACED = re.compile(r"\b(?:thay (?:the|bang|cho)|(?<!se )gui (?:lai|kem|ban) |ban (?:nay|dinh kem la) )")
_RECALLED_SENT = re.compile(
    r"\b(?:da (?:gui|nop)|gui nham|nham|gui luc|gui ngay|gui truoc|truoc do|dinh kem)\b"
)
# A report on why another came late: "Giải trình việc chậm gửi báo cáo tháng 8".
_EXCUSE = re.compile(
    r"\b(?:giai trinh|kiem diem|rut kinh nghiem|ly do|nguyen nhan)\b[^.;\n]{0,60}\b(?:"
    r"(?:cham|muon|tre|qua) (?:tre |han |thoi han )?(?:viec )?(?:thuc hien )?(?:gui|nop|che do|bao) "
    r"|(?:gui |nop |che do |viec )?bao cao (?:bi )?(?:cham|muon|tre)\b(?! tien do))"
)
# What is sent for comments before it is signed: "Dự thảo báo cáo tháng 8, xin ý kiến các phòng".
_WANTS_COMMENTS = r"(?:(?:xin|lay|cho) y kien|(?<!tiep thu )(?<!y kien )gop y)"
_FOR_COMMENT = re.compile(
    rf"\bdu thao (?:bao cao|bc)\b[^;\n]{{0,80}}?\b{_WANTS_COMMENTS}\b"
    r"|\b(?:xin|lay|cho) y kien\b[^;\n]{0,40}?\bdu thao (?:bao cao|bc)\b"
)
# A document that itself asks to send later: "V/v xin lùi thời hạn gửi báo cáo", "BC T11 xin lui.pdf".
_PUTS_OFF = re.compile(
    r"\b(?:xin|de nghi|cho|ve viec|v ?/ ?v)(?: phep| duoc){0,2} (?:lui|gia han|khat)\b[^.;\n]{0,60}"
)
# Said in answer to our letter, with a picture of the screen: that proves a report, and is none.
_SENT = (
    "đã gửi", "đã nộp", "gửi rồi", "nộp rồi", "đã báo cáo", "đã có báo cáo", "gửi từ hôm", "gửi từ ngày",
    "gửi từ tuần", "gửi từ sáng", "gửi từ chiều", "gửi hôm qua", "gửi hôm kia", "nộp từ hôm", "nộp từ ngày",
)  # fmt: skip
_PROOF = re.compile(r"\b(?:chup man hinh|anh chup|minh chung|bang chung|screenshot)\b")
_WITH_THIS = re.compile(
    r"\b(?:gui lai|gui kem|kem theo|dinh kem|kem day|bo sung|nay (?:gui|xin)|thay (?:the|bang)"
    r"|(?:file|tep|ban|thu) (?:nay|moi|sua))\b"
)
_LONGEST_TITLE = 2_000
_LONGEST_PLEA = 120
# A full stop in "25.9.2014" ends nothing.
_SENTENCE_ENDS = re.compile(r"[.;!?](?=\s|$)|\n")
_AROUND = 170
_MARK = re.compile(r"[^.?!\n]{0,100}\?")


def extension(heads: Sequence[Said], bodies: Sequence[Said], near: int) -> Iterator[str]:
    """The words with which more time is asked for, each to the end of its sentence: the day stands there."""
    for words, until in _near(heads, bodies, near):
        for place in words.places(_MORE_TIME):
            asked = not (_OTHER_MATTER.match(place.after) or _NOT_ASKED.search(place.before))
            if asked and place.start < until:
                yield _to_the_end(words, place)
        for place in words.places(_LATE):
            if (
                place.start < until
                and not _NOT_ASKED.search(place.before)
                and (_ASKS.search(f"{place.before} {place.after}") or _is_begged(bodies, near))
            ):
                yield _to_the_end(words, place)


def _is_begged(bodies: Sequence[Said], near: int) -> bool:
    return any(_ASKS.search(shadow(body.lower[:near])) for body in bodies)


def question(heads: Sequence[Said], bodies: Sequence[Said], near: int) -> Iterator[str]:
    """The words with which something is asked or disputed."""
    for words, until in _near(heads, bodies, near):
        yield from (place.written for place in words.places(_QUESTIONS) if place.start < until)
        for place in words.places(_BEGS, around=_AROUND):
            yield from _with(words, place, until, _WHAT_IS_BEGGED)
        for place in words.places(_DONE, around=_AROUND):
            yield from _with(words, place, until, _YET)
        mark = words.lower.find("?", 0, until)
        if mark > 0 and not words.lower[mark + 1 : mark + 2].isalnum():
            sentence = _MARK.search(words.written, max(0, mark - 100), mark + 1)
            yield sentence[0].strip() if sentence else "?"


def claim(bodies: Sequence[Said], near: int) -> Iterator[str]:
    """The words that say that the report was sent already, and not with this mail."""
    everything = "\n".join(shadow(body.lower[:near]) for body in bodies)
    if _PROOF.search(everything) or not _WITH_THIS.search(everything):
        for body in bodies:
            yield from (place.written for place in body.places(_SENT) if place.start < near)


def recall(heads: Sequence[Said], bodies: Sequence[Said], near: int) -> Iterator[str]:
    """The words with which a report that was sent is taken back, and no other put in its place."""
    taken_back = list(_taken_back(heads, bodies, near))
    everything = (shadow(words.lower[:until]) for words, until in _near(heads, bodies, near))
    if taken_back and not any(map(_REPLACED.search, everything)):
        yield from taken_back


def _taken_back(heads: Sequence[Said], bodies: Sequence[Said], near: int) -> Iterator[str]:
    for words, until in _near(heads, bodies, near):
        for place in words.places(_RECALLS):
            sent = _WHAT_WAS_SENT.match(place.after)
            plain = place.phrase in {"thu hồi", "rút lại", "rút báo cáo", "recall"}
            if sent and place.start < until and (plain or _RECALLED_SENT.search(place.after)):
                yield words.written[place.start : place.end + sent.end()]


def excuse(title: str) -> str:
    """The words of `title` that make it an explanation of lateness, folded; "" if it is none."""
    found = _EXCUSE.search(fold(title[:_LONGEST_TITLE]))
    return found[0] if found else ""


def for_comment(title: str) -> str:
    """The words of `title` for a draft report that others are to comment on, folded; "" if there are none."""
    found = _FOR_COMMENT.search(fold(title[:_LONGEST_TITLE]))
    return found[0] if found else ""


def puts_off(title: str) -> str:
    """The words of a document's own `title` that ask for more time, folded; "" if there are none."""
    found = _PUTS_OFF.search(" ".join(fold(title[:_LONGEST_TITLE]).replace("_", " ").split()))
    return found[0].strip() if found and not _OTHER_MATTER.search(found[0]) else ""


def _near(heads: Sequence[Said], bodies: Sequence[Said], near: int) -> Iterator[tuple[Said, int]]:
    yield from ((head, len(head.lower)) for head in heads)
    yield from ((body, near) for body in bodies)


def _to_the_end(words: Said, place: Place) -> str:
    told = words.written[place.start : place.start + _LONGEST_PLEA]
    ends = _SENTENCE_ENDS.search(told, len(place.written))
    return told[: ends.start()] if ends else told


def _with(words: Said, place: Place, until: int, pattern: re.Pattern[str]) -> Iterator[str]:
    follows = pattern.match(place.after)
    if follows and place.start < until:
        yield words.written[place.start : place.end + follows.end()]
