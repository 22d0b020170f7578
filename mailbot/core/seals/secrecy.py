"""Marks of State secrecy: Mật, Tối mật, Tuyệt mật (Law 117/2025/QH15 on the protection of State secrets).

A mark seals the mail. The word "mật" also occurs harmlessly (bảo mật, mật khẩu, mật độ, mật ong), so a mark
is only what stands as a stamp does: in brackets, set off from its line, in capitals of its own, or named as
a degree of secrecy. Whoever writes it spaced out, with look-alike letters or without accents is understood.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from mailbot.core.language.lookalikes import plain_letters
from mailbot.core.language.stem import spaced, stem_of
from mailbot.core.language.text import has_accents, vocabulary
from mailbot.core.mail import Automation, Mail
from mailbot.core.seals import stamps
from mailbot.core.seals.spellings import HALF_PLAIN_WORD, PLAIN_WORD, WORD, bearing, may_bear, readings
from mailbot.core.verdict import Source

# Stamps and first headings stand near the top; a word deep in a body is talk about secrecy.
_FIRST_LINES = 30
_FIRST_CHARS = 20_000
# Of a line or a subject. What is longer is a paragraph, and no stamp.
_MOST_LINE = 2_000
_STAMPED_LINE = 160

_DEGREES = vocabulary("tối tuyệt toi tuyet")
# Words before it that make another of it: bảo mật, bí mật, giải mật (what is secret no more), mật ong.
_BEFORE = vocabulary(
    "bảo bí cơ giải không phi thân nồng ngọt rậm túi sỏi ống gan dịch ong mía rỉ lấy nước trứng nuôi tiết"
    " xuất thác biến đường độ bao bi co giai khong phi than tui soi do gap vang tien kham"
    " nghiêm cẩn kín dày chanh chuối khoai rầy giá xã phường thôn xóm ấp nà suối núi đèo chí ông bà anh chị"
)
# What bees give, in small letters; a "bài thu hoạch" is what somebody has learnt, and a stamp is no harvest.
_OF_BEES = frozenset({("thu", "hoạch"), ("sản", "lượng"), ("tiêu", "thụ"), ("thu", "mua"), ("chế", "biến")})
_OF_FARMS = vocabulary("ocop lít kg chai quay")
_LEARNT = ("bài", "thu", "hoạch")
# "Nguyễn Văn Mật" is a person; "công văn mật", "chỉ thị mật" are papers, however they are written.
_COMRADE = ("đ", "c")
_MIDDLE_NAMES, _NO_FAMILIES = frozenset({"Văn", "Thị"}), vocabulary("công chỉ")
# And after it: mật khẩu, mật độ; without accents also mất, mặt, mạt, mát.
_AFTER = vocabulary(
    "khẩu độ mã ong mía thư vụ thám danh ước nghị gấu hoa thiết lệnh hiệu đắng ngọt nhân bò lợn cá của dừa"
)
_AFTER_PLAIN = vocabulary(
    "khau do ma ong mia thu vu tham danh bang duong tran dat nuoc phang hang so troi can pho bich rung dien"
    " tich tien cap mua xe xa tai nguoi viec gia cua"
)
# Whose secrecy it is: "báo cáo mật". Two words each, as they are written before it.
_PAPERS = frozenset(
    tuple(papers.split())
    for papers in (
        "văn bản", "tài liệu", "báo cáo", "công văn", "hồ sơ", "công điện", "tờ trình", "kế hoạch",
        "quyết định", "chỉ thị", "nghị quyết", "phương án", "thông báo", "biên bản", "giấy mời",
        "van ban", "tai lieu", "bao cao", "cong van", "cong dien", "to trinh", "ke hoach", "quyet dinh",
        "chi thi", "nghi quyet", "phuong an",
    )
)  # fmt: skip
# Talk about secret documents: what is managed, counted or destroyed is not what is sent.
_ABOUT = vocabulary(
    "quản bảo tiêu lưu thống rà kiểm sao xử danh công số soạn sử tiếp chế độ các những loại"
    " quan luu thong ra so cac nhung"
)
_ABOUT_WITHIN = 3
# Grades of urgency, which stand beside a mark within its brackets: "(Mật, hỏa tốc)".
_URGENT = vocabulary("khẩn hỏa hoả thượng khan hoa thuong")
# The short forms by which files are named: "CV mat T6", "baocao_mat".
_SHORT_PAPERS = vocabulary("cv vb bc tl kh qd pa tb ttr dau baocao vanban tailieu congvan")
# What goes on behind a mark without accents, and not behind "mất" or "mặt": "BC_MAT_THANG_10".
_GOES_ON = re.compile(r"thang|quy|nam|tuan|gui|t\d{1,2}|q[1-4]|(?:19|20)\d\d")
_NUMBER = "so"  # "cong van mat so 5"
# What follows a mark at the very beginning: "MẬT báo cáo ...".
_BEGINNINGS = vocabulary("báo bc công cv văn tài kính gửi v số kh tt bao cong van tai kinh gui so")

_OPENING, _CLOSING = "([{<«\"“'‘【「*~|", ")]}>»\"”'’】」*~|"
_SET_OFF = frozenset('-–—:;.|()[]{}<>~#=+!«»"“”*【】「」')
_AT_THE_END = " .)]}"
# What may stand between a paper and its mark; a dash or a colon begins something else.
_BESIDE = " #*_\"'"
_LETTERS = re.compile(r"[^\W_]+")
# So far it is from its neighbours in a line where it stands between the columns of a letterhead.
_WIDE = " " * 4
# Of a mail that is quoted, forwarded or sent back within a text, at whatever depth; of an appointment.
_SUBJECT = re.compile(
    r"^[>|* \t]{0,40}(?:subject|summary|chủ đề|tiêu đề)(?:;[^:\n]{0,100})?\s?\*?:\*?(.*)$",
    re.IGNORECASE | re.MULTILINE,
)
_CLASSIFICATION = re.compile(r"\b(?:top[- ]?secret|secret|(?:company[- ]?)?confidential)\b", re.IGNORECASE)
_TITLES = frozenset({"subject", "thread-topic", "keywords", "comments", "content-description"})


class _Found(NamedTuple):
    """The word with what stands around it: the words before it, the gaps, the two words after it.

    `degree`: "tối" or "tuyệt" stands before it. `highest`: "tuyệt", or either of them written as one with it.
    `capital`: it is in capitals, and the line around it is not. `small`: it has no capital at all.
    `called`: "độ Mật", as the law names it. `person`: it is the last word of somebody's name.
    """

    before: tuple[str, ...]
    left: str
    right: str
    after: str
    then: str
    degree: bool
    highest: bool
    upper: bool
    capital: bool
    small: bool
    accented: bool
    called: bool
    person: bool


def needs_its_attachments(mail: Mail) -> bool:
    """Whether the attachments are to be opened: not of our own letters, nor of a mail marked secret.

    What a machine returns takes no part in judgement, but it may be somebody's secret.
    """
    return mail.automation is not Automation.OWN and mark(mail) is None


def mark(mail: Mail) -> Source | None:
    """Where a mark of secrecy stands in the mail; None if there is none."""
    if in_title(mail.subject):
        return Source.SUBJECT
    if mail.marked:
        return Source.HEADERS
    if any(attachment.marked or in_name(attachment.name) for attachment in mail.attachments):
        return Source.ATTACHMENT
    if any(in_document(attachment.text) for attachment in mail.attachments):
        return Source.HEADING
    return Source.BODY if in_document(mail.text) else None


def marked(words: str) -> bool:
    """Whether words that a person typed bear a mark of secrecy."""
    return in_document(words) or any(map(in_title, words.splitlines()))


def in_title(title: str) -> bool:
    """Whether a subject, or another line that names a document, bears a mark."""
    title = title[:_MOST_LINE]
    return may_bear(title) and any(_is_mark(found) for line in readings(title) for found in _found(line))


def in_name(name: str) -> bool:
    """Whether the name of a file bears a mark; its folders are names too."""
    if not may_bear(name[:_MOST_LINE]):
        return False
    for step in name[:_MOST_LINE].replace("\\", "/").split("/"):
        forms = (form for line in readings(stem_of(step)) for form in spaced(line))
        if any(_is_mark(found) for form in forms for found in _found(form)):
            return True
    return False


def in_document(text: str) -> bool:
    """Whether a stamp stands among the first lines of a document or a letter."""
    first = text[:_FIRST_CHARS]
    lines = [line for line in first.splitlines() if line.strip()][:_FIRST_LINES]
    plain = plain_letters("\n".join(lines)).lower()
    if stamps.is_spread(plain) or any(map(in_title, _SUBJECT.findall(first))):
        return True
    return any(map(_is_stamped, bearing(lines)))


def tells(header: str) -> bool:
    """Whether a header of that lower-case name may say how secret the mail is."""
    return header in _TITLES or _classifies(header)


def in_header(name: str, value: str) -> bool:
    """Whether a header says that the mail is secret; `name` in lower case.

    Outlook's "private" and "personal" are no degrees; its "confidential" is chosen by hand, and on purpose.
    """
    if _classifies(name):
        return _CLASSIFICATION.search(value) is not None or in_title(value)
    return name in _TITLES and in_title(value)


def _classifies(header: str) -> bool:
    return header == "sensitivity" or "classif" in header or "secre" in header or "security-label" in header


def _is_stamped(line: str) -> bool:
    if len(line) > _MOST_LINE:
        return False
    for reading in readings(line):
        if stamps.fills(reading):
            return True
        if len(reading) <= _STAMPED_LINE and any(_is_stamp(found) for found in _found(reading)):
            return True
    return False


def _is_stamp(found: _Found) -> bool:
    """In a line of text only capitals count, at its edge or in brackets, and what is called its degree."""
    if not found.accented or _is_harmless(found):
        return False
    if _names_degree(found):
        return True
    if not found.upper:
        return False
    # "QUẢN LÝ TÀI LIỆU MẬT" is a title in capitals; a stamp beside other words is no part of them.
    if not found.before or _is_bracketed(found) or _is_of_letterhead(found):
        return True
    return not found.after and found.before[-2:] not in _PAPERS


def _is_of_letterhead(found: _Found) -> bool:
    """Whether it stands between two columns, or behind the document's number: "Số: 12/BC-CAT MẬT"."""
    numbered = found.capital and found.before[0] == "số" and found.before[1:2] and found.before[1].isdigit()
    return bool(numbered) or (_WIDE in found.left and _WIDE in found.right)


def _is_mark(found: _Found) -> bool:
    """Whether the word stands in a title as a mark does."""
    if _is_bracketed(found) or (found.called and not _is_talk(found)):
        return True
    if _is_harmless(found):
        return False
    if _names_degree(found) or found.capital:
        return True
    complete = found.accented or _ends(found.right, found.after) or _goes_on(found)
    # Without accents "tối mật" may be "tôi mất"; "tuyệt mật" is nothing else.
    if found.degree and (complete or found.highest):
        return True
    if found.before[-2:] in _PAPERS and not found.left.strip(_BESIDE):
        return complete and not _is_talk(found)
    if found.before and found.before[-1] in _SHORT_PAPERS and not found.left.strip(_BESIDE):
        return complete or _is_number(found.after)
    begins = not found.before or bool(_SET_OFF.intersection(found.left))
    first = not found.before and (found.after in _BEGINNINGS or _goes_on(found))
    if begins and (_ends(found.right, found.after) or first):
        return True
    # "Báo cáo tháng 6 mật": the last word, and no other word of which it is a part.
    ends_alone = not found.after and not found.right.strip(_AT_THE_END)
    return ends_alone and (found.accented or (bool(found.before) and _is_number(found.before[-1])))


def _is_talk(found: _Found) -> bool:
    return bool(_ABOUT.intersection(found.before[-2 - _ABOUT_WITHIN : -2]))


def _goes_on(found: _Found) -> bool:
    named = found.after == _NUMBER and _is_number(found.then)
    return named or _GOES_ON.fullmatch(found.after) is not None


def _is_number(word: str) -> bool:
    """Whether it is one, or a month's: "6", "T6"."""
    return word[-1:].isdigit()


def _is_harmless(found: _Found) -> bool:
    if found.person or _is_of_bees(found):
        return True
    after = _AFTER if found.accented else _AFTER | _AFTER_PLAIN
    if found.after in after and _joins(found.right) and not _goes_on(found):
        return True
    return (
        bool(found.before)
        and not found.degree
        and _joins(found.left)
        and (found.before[-1] in _BEFORE or found.before[-2:] == _COMRADE)
    )


def _is_of_bees(found: _Found) -> bool:
    if not found.small or found.degree or not found.before or not _joins(found.left):
        return False
    harvest = found.before[-2:] in _OF_BEES and found.before[-3:] != _LEARNT
    return harvest or found.before[-1] in _OF_FARMS


def _joins(gap: str) -> bool:
    """Whether two words with that between them are one: "mật khẩu", "mật-độ", "BAO_MAT" of a file's name."""
    return not gap.strip() or gap in {"-", "_"}


def _names_degree(found: _Found) -> bool:
    """Whether it says which degree it is: "Độ mật: Tối mật", but not "Độ mật: Thường"."""
    named = found.before[-2:] in {("độ", WORD), ("do", PLAIN_WORD)}
    return named and bool(found.left.strip(" "))


def _is_bracketed(found: _Found) -> bool:
    left, right = found.left.rstrip(), found.right.lstrip()
    if not left or not right or left[-1] not in _OPENING:
        return False
    return right[0] in _CLOSING or (right[0] in ",;/+-" and found.after in _URGENT)


def _ends(right: str, after: str) -> bool:
    return not after or bool(_SET_OFF.intersection(right))


def _found(line: str) -> Iterator[_Found]:
    """Each place where the word stands in a line."""
    whole = line.lower()
    if WORD not in whole and PLAIN_WORD not in whole and HALF_PLAIN_WORD not in whole:
        # Nearly every line; the words need not be told apart.
        return
    words = [(match[0], match.start(), match.end()) for match in _LETTERS.finditer(line)]
    lower = [word.lower() for word, _, _ in words]
    accented = has_accents(line)
    mixed = sum(map(str.islower, line)) > 1
    for at, (word, _, end) in enumerate(words):
        together = lower[at] in {"tốimật", "tuyệtmật", "toimat", "tuyetmat"}
        plain = lower[at] == HALF_PLAIN_WORD or (lower[at] == PLAIN_WORD and not accented)
        if not together and lower[at] != WORD and not plain:
            continue
        apart = at > 0 and lower[at - 1] in _DEGREES
        first = at - 1 if apart else at
        begin = words[first][1]
        yield _Found(
            before=tuple(lower[:first]),
            left=line[words[first - 1][2] : begin] if first else line[:begin],
            right=line[end : words[at + 1][1]] if at + 1 < len(words) else line[end:],
            after=lower[at + 1] if at + 1 < len(words) else "",
            then=lower[at + 2] if at + 2 < len(words) else "",
            degree=apart or together,
            highest=together or (apart and lower[at - 1] in {"tuyệt", "tuyet"}),
            upper=word.isupper(),
            capital=mixed and word.isupper(),
            small=word.islower(),
            accented=lower[at] == WORD or (together and accented),
            called=first > 0 and words[first - 1][0] == "độ" and word[:1].isupper(),
            person=_is_person([name for name, _, _ in words[max(first - 2, 0) : at + 1]]),
        )


def _is_person(words: list[str]) -> bool:
    """Whether these are somebody's names: "Nguyễn Văn Mật"."""
    if len(words) < 3 or not all(map(str.istitle, words)):  # noqa: PLR2004 - family, middle and given name
        return False
    return words[1] in _MIDDLE_NAMES and words[0].lower() not in _NO_FAMILIES
