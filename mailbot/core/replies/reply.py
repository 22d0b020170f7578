"""What a unit answers: the command in a mail, if there is one.

A command stands in the subject or in the first line above the quoted mail, with or without accents. It is
recognised only as a line of its own, so that no sentence of a letter is taken for one.
"""

import re
from collections.abc import Iterator

from mailbot.core.command import Command, Verb
from mailbot.core.language.said import among_quoted
from mailbot.core.language.text import fold, vocabulary
from mailbot.core.reading.titles import read_title
from mailbot.core.reading.titles_of import answers_us, without_tags
from mailbot.core.replies.line import EDGES, LONGEST, bare, one_line, own_lines
from mailbot.core.senders.confirmation import CODE

# Which arrival our letter was about, in its subject.
ARRIVAL_TAG = re.compile(r"\[BC-(\d{1,12})\]", re.IGNORECASE)
_GREETING = re.compile(r"^(?:kinh (?:gui|chao|thua)|chao|dear|xin chao)\b.{0,100}$")
_POLITE = re.compile(
    r"(?:[\s,.;!]+(?:a|nhe|nha|ah|voi a|(?:(?:em|don vi) )?(?:xin )?(?:(?:chan thanh|tran trong) )?cam on"
    r"(?: (?:quy )?van phong| (?:anh|chi|a/c|anh chi|anh/chi))?|tran trong))+$"
)
_YES_SIR = re.compile(r"^(?:(?:dạ|da|vâng|vang|em|(?:trả lời|tra loi) ?:)(?!\w)[\s,.]*)+", re.IGNORECASE)
# Whole lines, folded. With accents only these spellings mean them: "dùng" and "dừng" fold alike.
_WHOLE = {
    "tro giup": Verb.HELP,
    "huong dan": Verb.HELP,
    "help": Verb.HELP,
    "dung": Verb.RIGHT,
    "dung roi": Verb.RIGHT,
    "dung vay": Verb.RIGHT,
    "chinh xac": Verb.RIGHT,
    "xin gia han": Verb.MORE_TIME,
    "khong phat sinh": Verb.NIL,
    "ko phat sinh": Verb.NIL,
    "khong co phat sinh": Verb.NIL,
}
_AGREES = re.compile(
    r"^(?:(?:so|don vi|em|chung toi) )?(?:(?:hoan toan )?(?:dong y|nhat tri|thong nhat)(?: voi)?"
    r"(?: (?:cac )?(?:so lieu|noi dung)(?: (?:doi chieu|nay|tren|neu tren))*)?"
    r"|so lieu (?:(?:da|la|deu) )?(?:dung|chinh xac|khop)(?: roi)?|khong co y kien(?: gi| khac| them)*)$"
)
_SPELT = {"dung": {"đúng", "dung", "đung"}, "sai": {"sai"}}
_STATUS = re.compile(
    r"^(?:(?:(?:cho|xin) )?(?:(?:em|don vi) )?xem )?"
    r"(?:(?:trang thai|tinh trang)(?:(?: gui)? bao cao)?|tinh hinh gui bao cao)(?: cua don vi)?$"
)
_CHOICE = re.compile(
    r"^(?:(?:la|chon|phuong an|dap an|muc|y|stt|so thu tu|so)\b[\s:.]*)*0?(\d{1,2})$"
    # Two digits behind these words are the number of a document.
    r"|^(?:(?:la|chon)\s+)*bao cao\s+(?:so\s+)?0?(\d)$"
)
# A line of the list in our query, copied or in words like "Số 1: báo cáo tháng 6", with its number there.
_OF_A_LIST = re.compile(r"^(?:(?:chon|phuong an|muc|stt|so)\s+)*0?(\d)\s?[.,:)-]\s*(?=(?:bao cao|bc)\b)")
_NUMBERED = re.compile(r"^\d{1,2}\s?[.):-]")
_WRONG = re.compile(r"^sai(?:\s*[:,.;–-]\s*|\s+|$)")
_NIL_OF = re.compile(
    r"^(?:don vi )?(?:khong|ko) (?:co )?phat sinh(?:\s*[:,.;-]\s*|\s+)"
    r"(?=(?:trong )?(?:bao cao|bc|thang|quy|nam|0?6|9|ky)\b)"
)
_OF_NIL = re.compile(
    r"^(?:trong |ky )?(?P<of>(?:thang|quy) ?[0-9ivx]{1,4}(?:\s?[/.-]\s?\d{4}| nam \d{4})?|nam \d{4})"
    r"\s*[:,-]?\s*(?:don vi )?(?:khong|ko) (?:co )?phat sinh$"
)
_MORE_TIME_TO = re.compile(r"^xin gia han(?:\s*[:,;-]\s*|\s+)(?=den\b|toi\b|\d)")
_CONFIRM = re.compile(rf"^xac nhan(?:\s+ma)?\s*[:-]?\s*({CODE.pattern})$")
# These answer a letter; where none is answered, the words are somebody's own.
_NEEDS_A_LETTER = frozenset({Verb.WRONG, Verb.RIGHT, Verb.CHOICE})
_SHORT_ANSWER, _SHORT_BODY, _SHORT_NAME = 30, 60, 80
_FEW_WORDS = 4
_NAME = re.compile(
    r"^(?:dung(?: roi| vay)?[,:]? )?(?:(?:day )?la )?"
    r"(?:bao cao|bc|ky|thang|quy|nam|tuan|(?:0?6|sau|0?9|chin) thang)\b"
)
_DENIES = re.compile(
    r"\b(?:(?<!hang )(?:khong|chua)|se|sap|(?:ngay|sang) mai|(?:dang|mai) (?:em|don vi|gui|nop|trinh)"
    r"|chieu|(?:hom|toi) nay|da (?:duoc )?(?:gui|nop))\b"
)
_SENDS = re.compile(r"\b(?:gui|nop|khong|chua)\b")
_COURTESY = re.compile(
    r"^(?:(?:da|vang|ok|oke|okay|xin|rat|chan thanh|tran trong|em|don vi|chung toi|so|ubnd"
    r"|van phong)\s+)*(?:da nhan (?:duoc )?(?:thu|thong tin|thong bao)|cam on|thanks|thank you)\b.{0,40}$"
)

# Of nothing but these words; whoever writes them may name himself first: "Sở Tài chính đã nhận, xin cảm ơn".
_ONLY_THANKS = re.compile(
    r"(?:(?:van thu|can bo|chuyen vien)? ?"
    r"(?:so|ubnd|uy ban|xa|phuong|huyen|ban|cong an|bo chi huy|van phong|vp|thanh tra)"
    r"(?: (?!(?:se|dang|gui|nop|bao cao|can|muon|phai|bi|co|con|de)\b)[a-z-]+){0,8}?"
    r" (?=(?:da|xin|rat|chan thanh|tran trong|cam on)\b))?"
    r"(?:\b(?:da|vang|ok|oke|okay|xin|rat|chan thanh|tran trong|kinh gui|em|toi|minh|don vi|chung (?:toi|em)"
    r"|cam on|many thanks|thanks|thank you|tks|noted|with|tiep nhan|nhan|duoc|roi|nhe|nha"
    r"|(?<=nhan )(?:giay )?xac nhan|(?<=duoc )(?:giay )?xac nhan|thu(?: nhac| don doc)?|e-?mail|mail|phan hoi"
    r"|thong tin|thong bao|van ban|nhiem vu|van phong|vp|su|quan tam|phoi hop|ho tro|giup do|cua|quy|co quan"
    r"|ubnd tinh|cac|anh|chi|a/c|nhieu|a)\b[\s.,;:!/-]*)+"
)
_THANKS = re.compile(r"\b(?:cam on|thanks|thank you|tks|noted|da (?:tiep )?nhan|nhan duoc)\b")
# Below it stands who signs, or what a telephone adds.
_CLOSING = re.compile(
    r"^(?:(?:xin )?tran trong|kinh thu|(?:thanks (?:and|&) )?(?:best |kind |warm )?regards"
    r"|(?:(?:da|duoc) )?gui tu\b.{0,60}|sent from\b.{0,60}|(?:get|tai) outlook\b.{0,60})$"
)
# Thanks that begin with a yes may be the answer to the question of the letter.
_QUERY = re.compile(r"\] de nghi bo sung thong tin")
_YES = re.compile(r"^(?:(?:da|em|don vi)\s+)*(?:vang|ok|oke|okay)\b")
# Behind polite words may stand what a person has to read: "Cảm ơn Văn phòng. Đơn vị đã gửi ngày 24/6."
_MORE_THAN_THANKS = re.compile(
    r"\?|\b(?:nhung|tuy|chua|khong|sai|nham|da (?:gui(?! tu)|nop|bao cao)|gui lai|de nghi|xem lai"
    # For what was granted a unit thanks.
    r"|(?<!da dong y )(?<!da cho )(?<!da duoc )(?<!da cho phep )gia han"
    r"|phat sinh|kiem tra (?:lai|giup)|nho (?:van phong|anh|chi)"
    r"|xin (?!(?:chan thanh |tran trong )?cam on))\b"
)

_TELLS = re.compile(
    r"\b(?:da (?:duoc )?(?:gui|nop|co|chuyen|phat hanh|trinh|bao cao)"
    # "Gửi từ hôm 21/10", "nộp rồi ạ": without "đã" that is past as well.
    r"|(?:gui|nop|chuyen)\b[^.;\n]{0,60}\broi|(?:gui|nop|chuyen)\b[^.;\n]{0,30}\b(?:tu )?hom (?!nay)"
    r"|(?:dang|se|sap|chua) (?:gui|nop|trinh|chuyen"
    r"|hoan thien|hoan thanh|tong hop|du thao|lam|xay dung)|nguyen nhan|ly do|do (?:su co|mat dien|loi|thieu)"
    r"|^\d(?:\s?[,;&+]\s?|\s(?:va\s)?)\d|(?:thu hoi|rut|huy)(?: lai| bo)? (?:bao cao|ban|van ban|thu)"
    r"|truc lien thong|khong (?:thuoc|(?:he )?gui|co (?:nhiem vu|chuc nang|trach nhiem))"
    r"|khong phai (?:cua|la cua|thu cua|gui|nop|bao cao|thuc hien)|nham|khong dung)\b"
)
# Whoever says that he hands something in is asked for it; other sentences are for people to read.
_HANDS_IN = re.compile(
    r"\b(?:gui|nop|trinh|chuyen|nhu sau|link|duong dan|(?:xin|kinh) bao cao"
    r"|(?:bao cao|bc) (?:thang|quy|nam))\b"
)
# What a sentence has and a signature has not; in small letters, for "Đỗ" and "Vi" are names.
_OF_A_SENTENCE = vocabulary("da dang se chua khong la do co con duoc bi xin mong vi nen nay ma roi")
_ENCLOSED = re.compile(r"\b(?:kem|duoi day|sau day|(?<!trong )(?:file|tep))\b")
# Longer texts may be the report itself.
_LONGEST_TOLD = 400


def read_command(subject: str, text: str, in_reply_to: str = "") -> Command | None:
    """The command of a unit in this mail, if there is one; `text` is the body as the sender wrote it."""
    about = ARRIVAL_TAG.search(subject)
    number = int(about[1]) if about else None
    replies = number is not None or answers_us(subject, in_reply_to)
    lines = _without_greeting(list(own_lines(text)))
    for line, following in _places(subject, lines):
        found = _read_line(line)
        if found is None or (found[0] in _NEEDS_A_LETTER and not replies):
            continue
        verb, argument = found
        if verb is Verb.WRONG and not argument:
            argument = following
        if verb is Verb.CHOICE and (_read_line(following) or found) != found:
            return None
        return Command(verb=verb, argument=one_line(argument), about=number)
    if not replies or not lines:
        return None
    if copied := _copied_from_a_list(lines):
        return Command(verb=Verb.CHOICE, argument=copied, about=number)
    if _names_a_period(lines[0]) and not _SENDS.search(fold(" ".join(_above_the_signature(lines)[1:]))):
        return Command(verb=Verb.NAMED, argument=one_line(lines[0]), about=number)
    return None


def is_unknown_word(subject: str, text: str, in_reply_to: str) -> bool:
    """Whether the mail is a short answer to one of our letters that means nothing to us."""
    lines = list(own_lines(text))
    if not lines or not answers_us(subject, in_reply_to):
        return False
    if _QUERY.search(fold(subject)) and _thanks_alone(lines):
        return True
    short = len(lines[0]) <= _SHORT_ANSWER and len(lines[0].split()) <= _FEW_WORDS
    return short and len(" ".join(lines)) <= _SHORT_BODY and not any(map(str.isdigit, lines[0]))


def is_only_thanks(subject: str, text: str, in_reply_to: str) -> bool:
    """Whether the mail answers one of our letters by thanks alone: where a word more may be news."""
    return answers_us(subject, in_reply_to) and _thanks_alone(list(own_lines(text)))


def is_courtesy(subject: str, text: str, in_reply_to: str) -> bool:
    """Whether the mail only thanks for one of our letters, or says that it came."""
    if not answers_us(subject, in_reply_to):
        # Written anew, and called thanks.
        return _thanks_alone([subject]) and _thanks_alone(list(own_lines(text)) or [subject])
    lines = _without_greeting(list(own_lines(text)))
    written = fold(" ".join(_above_the_signature(lines)))
    first = bare(lines[0])[1] if lines else ""
    if _QUERY.search(fold(subject)) and _YES.match(first):
        return False
    begins = len(written) <= LONGEST and _COURTESY.match(first) is not None
    thanks = begins and not _MORE_THAN_THANKS.search(fold(" ".join(lines)))
    return thanks or _thanks_alone(lines)


def told_of_a_report(subject: str, text: str, in_reply_to: str = "") -> str:
    """What an answer to one of our letters tells: that it was sent, why late, not owed, "our new address is".

    One line; "" if it only hands something in, or speaks of a file that should have come with it.
    """
    if not answers_us(subject, in_reply_to):
        return ""
    own = _without_greeting(list(own_lines(text))) or [
        line for line in among_quoted(text) if line.strip(EDGES)
    ]
    words = one_line(" ".join(own), longest=_LONGEST_TOLD + 1)
    if len(words) > _LONGEST_TOLD:
        return ""
    folded = fold(words)
    if _ENCLOSED.search(folded):
        return ""
    tells = _TELLS.search(folded) or (_is_sentence(words) and not _HANDS_IN.search(folded))
    return one_line(words) if tells else ""


def _places(subject: str, lines: list[str]) -> Iterator[tuple[str, str]]:
    """The lines where a command may stand, each with the line after it."""
    yield without_tags(subject), lines[0] if lines else ""
    if lines:
        yield lines[0], lines[1] if len(lines) > 1 else ""


def _without_greeting(lines: list[str]) -> list[str]:
    """The lines from the first one that greets nobody."""
    own = (at for at, line in enumerate(lines) if not _GREETING.match(bare(line)[1]))
    return lines[next(own, len(lines)) :]


def _above_the_signature(lines: list[str]) -> list[str]:
    ends = (at for at, line in enumerate(lines) if at and _CLOSING.match(bare(line)[1]))
    return lines[: next(ends, len(lines))]


def _thanks_alone(lines: list[str]) -> bool:
    """Whether the lines thank, or say that a letter came, and nothing else."""
    own = _without_greeting(lines)
    written = fold(" ".join(_above_the_signature(own)))
    if len(written) > LONGEST or _MORE_THAN_THANKS.search(fold(" ".join(own))):
        return False
    return _ONLY_THANKS.fullmatch(written) is not None and _THANKS.search(written) is not None


def _is_sentence(words: str) -> bool:
    each = (words.lower() if words.isupper() else words).split()
    small = {fold(word.strip(EDGES)) for word in each if word.islower()}
    return len(each) > _FEW_WORDS and not small.isdisjoint(_OF_A_SENTENCE)


def _read_line(line: str) -> tuple[Verb, str] | None:
    written = _YES_SIR.sub("", bare(line)[0])
    folded = fold(written)
    if len(written) > LONGEST or not folded:
        return None
    whole = _POLITE.sub("", folded)
    if choice := _CHOICE.match(whole):
        return Verb.CHOICE, choice[1] or choice[2]
    if _STATUS.match(whole):
        return Verb.STATUS, ""
    if (month := _OF_NIL.match(whole)) and _is_spelt(written):
        return Verb.NIL, " ".join(written.split()[: len(folded[: month.end("of")].split())])
    if _AGREES.match(whole):
        return Verb.RIGHT, ""
    if whole in _WHOLE and _is_spelt(written):
        return _WHOLE[whole], ""
    if confirmed := _CONFIRM.match(whole):
        return Verb.CONFIRM, confirmed[1]
    for pattern, verb in ((_WRONG, Verb.WRONG), (_NIL_OF, Verb.NIL), (_MORE_TIME_TO, Verb.MORE_TIME)):
        if (found := pattern.match(folded)) and _is_spelt(written):
            # Folding keeps words, so the argument begins after as many words as the verb has.
            words = len(found[0].split())
            return verb, " ".join(written.split()[words:]).strip(EDGES)
    return None


def _copied_from_a_list(lines: list[str]) -> str:
    """The number of the only line, where that is one of the list in our query; else ""."""
    first = _YES_SIR.sub("", bare(lines[0])[0])
    found = None if any(map(_NUMBERED.match, lines[1:])) else _OF_A_LIST.match(fold(first))
    return found[1] if found and _names_a_period(first[found.end() :]) else ""


def _names_a_period(line: str) -> bool:
    """Whether the line is no more than the name of a report with its period, and tells nothing of it."""
    written, folded = bare(line)
    short = len(written) <= _SHORT_NAME and "?" not in line and not _DENIES.search(folded)
    named = _NAME.match(folded) is not None and _is_spelt(written)
    return short and named and bool(read_title(written).periods)


def _is_spelt(written: str) -> bool:
    first = written.split(maxsplit=1)[0].lower().strip(EDGES)
    return first in _SPELT.get(fold(first), {first})
