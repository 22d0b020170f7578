"""The special cases of an office, by the sender's own words: nothing to report, urgent, a link, a plea.

They raise priority or ask for care, and decide nothing. Words are taken only where they mean the case:
"không phát sinh" as a whole answer, not "không phát sinh ca bệnh mới" in a sentence.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from mailbot.core.emergencies.incident import incidents, titled
from mailbot.core.language.page import shadow
from mailbot.core.language.said import Said, handed_on, own_words, said
from mailbot.core.reading.titles_of import forwards, is_tagged
from mailbot.core.replies.asked_day import names_a_day
from mailbot.core.replies.plea import WANTS_MORE_TIME, claim, extension, question, recall
from mailbot.core.verdict import Evidence, Findings, Source


class Circumstance(StrEnum):
    """A special case (trường hợp đặc biệt) of a mail."""

    NIL = "nil"  # báo cáo không phát sinh
    URGENT = "urgent"  # báo cáo đột xuất, hỏa tốc, sự cố
    LINK = "link"  # gửi đường dẫn thay cho tệp
    EXTENSION = "extension"  # xin gia hạn
    QUESTION = "question"  # hỏi, đề nghị kiểm tra lại
    RECALL = "recall"  # thu hồi báo cáo đã gửi
    ON_BEHALF = "on_behalf"  # gửi thay đơn vị khác


@dataclass(frozen=True, slots=True)
class Sign:
    """One circumstance, the words that show it and where, and for an urgent one what kind of event it is."""

    circumstance: Circumstance
    text: str
    category: str = ""
    source: Source = Source.BODY


# How the evidence of a mail puts it.
SAYS = {
    Circumstance.NIL: "đơn vị báo không phát sinh",
    Circumstance.URGENT: "có dấu hiệu báo cáo đột xuất",
    Circumstance.LINK: "thư dẫn đến tệp để ở nơi khác",
    Circumstance.EXTENSION: WANTS_MORE_TIME,
    Circumstance.QUESTION: "đơn vị hỏi hoặc đề nghị kiểm tra lại",
    Circumstance.RECALL: "đơn vị thu hồi báo cáo đã gửi",
    Circumstance.ON_BEHALF: "thư gửi thay đơn vị khác",
}
_SUBJECT_AT_MOST = 2_000
_LONGEST = 120
# A covering letter; a longer body is a report pasted in, in which only the first words are the sender's.
_SHORT_BODY = 900
_FIRST_WORDS = 300

_NIL = (
    "không phát sinh", "không có phát sinh", "chưa phát sinh", "chưa có phát sinh", "ko phát sinh",
    "k phát sinh", "không có nội dung báo cáo", "không có nội dung phát sinh",
    "không có nội dung để báo cáo", "không có nội dung cần báo cáo", "không có số liệu phát sinh",
    "không có số liệu báo cáo", "không có vụ việc phát sinh", "không có vụ việc nào phát sinh",
    "không có trường hợp phát sinh", "không có trường hợp nào phát sinh", "không có gì để báo cáo",
    "không có gì phát sinh", "không có vấn đề phát sinh", "không có vấn đề gì phát sinh",
    "không có nhiệm vụ phát sinh", "không có hoạt động phát sinh", "không có sự việc phát sinh",
    "không có số liệu", "báo cáo trắng",
)  # fmt: skip
# What may follow when it is the whole answer; anything else is the thing that did not occur.
_WHOLE_ANSWER = re.compile(
    r"[ ]*(?:$|[\n.,;:!?)\]\"”/_-]|(?:nao|gi|them|moi|a|trong|tai|thang|quy|nam|ky|tuan|\d+|nen|vi|do|de"
    r"|can|phai|va|thuoc|doi voi"
    r"|ve viec)\b(?!\s+(?:ca|vu|o|diem|truong hop mac)\b)"
    r"|(?:cac |nhung |so )?(?:noi dung|so lieu|lieu|vu viec|bao cao|nhiem vu|truong hop nao|van de|du lieu"
    r"|hoat dong|su viec)\b)"
)
# Before it: a section of a report, an instruction, or another thing that did not occur.
_OTHER_ANSWER = re.compile(
    r"\b(?:vuong mac|kho khan|kien nghi|de xuat|neu|truong hop|chi phi|dich benh|khieu nai|to cao|don thu"
    r"|diem nong|tai nan|toi pham"
    r"|dam bao|bao dam|khong de|ca mac|o dich)\b[^.;\n]*$"
    # Our own letter, where nothing marks it as quoted: "dòng đầu tiên ghi: KHÔNG PHÁT SINH".
    r"|\bdau tien ghi\W{0,3}$"
)
# Who will still send the report has not said that there is none: "không phát sinh vụ việc. Báo cáo gửi sau".
_STILL_TO_COME = re.compile(
    r"\b(?:se|dang|sap) (?:som |duoc |tiep tuc |trinh )*(?:gui|nop|hoan thien|tong hop|du thao)\b"
    r"(?! (?:ban giay|ban cung|ban chinh))|\b(?:gui|nop)(?: bao cao)? sau\b(?! day)"
)

_DRIVES = (
    "drive.google.com", "docs.google.com", "photos.app.goo.gl", "photos.google.com", "1drv.ms",
    "onedrive.live.com", "sharepoint.com", "dropbox.com", "db.tt", "zalo.me", "zaloapp.com", "fshare.vn",
    "mediafire.com", "wetransfer.com", "we.tl", "mega.nz", "icloud.com", "box.com", "4shared.com",
    "terabox", "disk.yandex", "sendspace.com", "transfernow", "swisstransfer.com", "gofile.io", "pan.baidu",
    "upfile.vn", "tailieu.vn", "bit.ly", "tinyurl.com", "goo.gl", "shorturl.at", "cutt.ly", "rb.gy",
    "by.com.vn", "s.id", "t.ly", "is.gd", "tiny.cc",
)  # fmt: skip
_LINKS = (
    "đường link", "link báo cáo", "link tải", "link file", "link sau", "link dưới", "link drive",
    "theo link", "gửi link", "xem link", "trong link", "link tài liệu", "link google", "file tại link",
    "link:", "đường dẫn sau", "đường dẫn tải", "đường dẫn dưới", "theo đường dẫn", "tải file tại",
    "tải báo cáo tại", "tải tài liệu tại", "tải về tại", "google drive", "gg drive", "one drive",
    "onedrive", "dropbox", "qua zalo", "trên zalo", "nhóm zalo", "mã qr",
)  # fmt: skip

_BEHALF = (
    "gửi thay", "gửi hộ", "gửi giúp", "gửi giùm", "gửi dùm", "nộp thay", "nộp hộ", "nộp giúp",
    "báo cáo thay", "thay mặt", "được ủy quyền gửi", "ủy quyền gửi",
)  # fmt: skip
# "Gửi thay thế báo cáo trước" replaces a report, and "hộ nghèo" is a household.
_OTHERS_UNIT = re.compile(
    r" (?:cho |giup )?(?:so|ubnd|ub|phong|ban (?:quan|ql|dan|chi|to)|huyen|xa|thi xa|tx|thanh pho|tp|phuong"
    r"|dac khu|chi cuc|trung tam"
    r"|don vi|cong an|thanh tra|benh vien"
    r"|truong|vp|van phong|bo chi huy|bch|cuc|chi nhanh|dong chi|dc|chi|anh|co quan)\b"
)
_ENDS_THERE = re.compile(r"[ ]*(?:$|[\n.,;:!)\]])")


def shown(findings: Findings, circumstance: Circumstance) -> Iterator[Evidence]:
    """What in the evidence of a verdict showed that special case."""
    return (found for found in findings.evidence if found.says == SAYS[circumstance])


def outweighs(urgent: Sign | None, subject: str) -> bool:
    """Whether a mail calls itself urgent by its subject, which asks for nothing; the body may besides."""
    heads = said(subject[:_SUBJECT_AT_MOST])
    wishes = (next(wish(heads, (), 0), None) for wish in (extension, question))
    return urgent is not None and urgent.source is Source.SUBJECT and not any(wishes)


def circumstances(
    subject: str, text: str, *, encloses: bool = False, titles: Sequence[str] = ()
) -> tuple[Sign, ...]:
    """The special cases that `subject`, the sender's own words in the body `text`, and `titles` show.

    An answer to our letter that `encloses` something may enclose the proof that a report was sent; one that
    does not is read in `ordering`. The `titles` are those of its own documents, as printed.
    """
    own = own_words(text)
    heads, bodies = said(subject[:_SUBJECT_AT_MOST]), said(own)
    near = len(own) if len(own) <= _SHORT_BODY else _FIRST_WORDS
    # Who hands on a matter that is urgent adds no word to it.
    told = bodies if own.strip() or not forwards(subject) else said(handed_on(text))
    signs = [
        *_first(Circumstance.NIL, _nil(heads, bodies, near)),
        *_urgent(heads, told, near or _FIRST_WORDS),
        *_first(Circumstance.LINK, _links(f"{subject[:_SUBJECT_AT_MOST]}\n{own}", (*heads, *bodies))),
        *_first(Circumstance.EXTENSION, _telling_a_day(extension(heads, bodies, near))),
        *_first(Circumstance.QUESTION, question(heads, bodies, near)),
        *_first(Circumstance.QUESTION, claim(bodies, near if encloses and is_tagged(subject) else 0)),
        *_first(Circumstance.RECALL, recall(heads, bodies, near)),
        *_first(Circumstance.ON_BEHALF, _behalf((*heads, *bodies))),
    ]
    printed = [found for title in titles for found in titled(said(title[:_SUBJECT_AT_MOST]))]
    return (
        *(
            replace(sign, source=Source.SUBJECT) if any(sign.text in head.written for head in heads) else sign
            for sign in signs
        ),
        *(Sign(Circumstance.URGENT, words, category, Source.HEADING) for words, category in printed),
    )


def _first(circumstance: Circumstance, found: Iterator[str]) -> Iterator[Sign]:
    words = next(found, None)
    if words is not None:
        yield Sign(circumstance, " ".join(words.split())[:_LONGEST])


def _urgent(heads: Sequence[Said], bodies: Sequence[Said], near: int) -> Iterator[Sign]:
    for words, category in incidents(heads, bodies, near):
        yield Sign(Circumstance.URGENT, words, category)


def _telling_a_day(pleas: Iterator[str]) -> Iterator[str]:
    """The plea that says until when, if one does; else the first."""
    yield from sorted(pleas, key=lambda words: not names_a_day(words))


def _nil(heads: Sequence[Said], bodies: Sequence[Said], near: int) -> Iterator[str]:
    if any(_STILL_TO_COME.search(shadow(body.lower[:near])) for body in bodies):
        return
    for words, until in (*((head, _SUBJECT_AT_MOST) for head in heads), *((body, near) for body in bodies)):
        for place in words.places(_NIL):
            whole = _WHOLE_ANSWER.match(place.after) and not _OTHER_ANSWER.search(place.before)
            if place.start < until and whole:
                yield place.written


def _links(raw: str, readings: Sequence[Said]) -> Iterator[str]:
    lower = raw.lower()
    for host in _DRIVES:
        at = lower.find(host)
        if at >= 0 and not lower[at - 1 : at].isalnum():
            start = (
                max(raw.rfind(" ", max(0, at - _LONGEST), at), raw.rfind("\n", max(0, at - _LONGEST), at)) + 1
            )
            yield raw[start : start + _LONGEST].split(maxsplit=1)[0]
    for words in readings:
        yield from (place.written for place in words.places(_LINKS))


def _behalf(readings: Sequence[Said]) -> Iterator[str]:
    for words in readings:
        for place in words.places(_BEHALF):
            unit = _OTHERS_UNIT.match(place.after)
            if unit or (_ENDS_THERE.match(place.after) and place.phrase != "thay mặt"):
                yield words.written[place.start : place.end + (unit.end() if unit else 0)]
