"""Mails about what a unit was given to do: which task they name, and how far they say it has come.

A task is named by the code that our letters give it, by answering such a letter, or by the number of the
document that gave it. What the words leave open is asked, never guessed.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum, auto
from itertools import chain

from mailbot.core.book import Book
from mailbot.core.duty import DutyKey
from mailbot.core.language.said import Said, own_words, said
from mailbot.core.language.text import fold
from mailbot.core.rules import Rules, UnitId
from mailbot.core.tasks.assignment import ENDED, News, PortalQuestion, Task, Word

# As our letters write it; and as hands shorten it, which "NV 6 tháng cuối năm" is not.
_CODE = re.compile(r"\b(nv|ch)[ -]?(\d{6,9})\b")
_SHORT_CODE = re.compile(r"\b(nv|ch)[ -]?0*(\d{1,9})\b(?! ?(?:thang|quy|nam|tuan|ngay)\b)")
_GAPS = re.compile(r"\s*([/.&-])\s*")
# A number may stand inside a longer one: "23/UBND" is not the document 123/UBND.
_SHORTEST_SYMBOL = 5
_LONGEST_QUOTE = 300

_DONE = (
    "kết quả thực hiện", "kết quả triển khai", "kết quả xử lý", "kết quả giải quyết", "kết quả trả lời",
    "đã hoàn thành", "đã thực hiện xong", "đã thực hiện", "hoàn thành nhiệm vụ", "đã trình", "đã trả lời",
    "đã xử lý xong", "đã giải quyết",
)  # fmt: skip
_UNDER_WAY = (
    "đang thực hiện", "đang triển khai", "đang tham mưu", "đang xây dựng", "đang hoàn thiện", "đang phối hợp",
    "đang xử lý", "đang lấy ý kiến", "đang tổng hợp", "tiến độ", "đang xem xét", "đang làm", "đang rà soát",
    "đang giải quyết", "đang tiến hành", "đang dự thảo", "đang trình", "đang chờ",
)  # fmt: skip
_NOT_YET = (
    "chưa hoàn thành", "chưa thực hiện", "chưa thể", "chưa xong", "không thực hiện được", "chưa triển khai",
    "chưa có kết quả", "chưa trả lời được", "chưa giải quyết", "chưa làm", "không làm được", "chưa kịp",
)  # fmt: skip
_BACK = (
    "không thuộc chức năng", "không thuộc thẩm quyền", "không thuộc phạm vi", "chuyển trả", "trả lại",
    "không thuộc nhiệm vụ",
)  # fmt: skip
# What is done in part, will be done, cannot be done, or is only shown: not the end of a task. Folded.
_LEFT_OPEN = re.compile(
    r"\b(?:buoc dau|mot phan|co ban|so bo|con lai|du thao|xin y kien"
    r"|se (?:co |som |duoc |tiep tuc )*(?:bao cao|ket qua|gui|nop|trinh|hoan thanh|thuc hien)"
    r"|(?:khong|chua) (?:the |kip |dam bao )?(?:hoan thanh|thuc hien)"
    r"|(?:gui|nop|trinh|bao cao) sau(?! day)|chua (?:co|gui|kip gui) (?:bao cao|van ban)"
    r"|(?!100)\d{1,3}(?:[.,]\d{1,2})? ?%"
    r"|(?P<done>\d{1,4})/(?!(?P=done)\b)\d{1,4} (?:noi dung|nhiem vu|cong viec|viec|hang muc|phan|muc)\b)"
)
# Right before a document's number; folded.
_RESULTS_OF = re.compile(
    r"\bket qua (?:thuc hien|trien khai|xu ly|giai quyet)"
    r"(?: (?:cac|noi dung|y kien|chi dao|tai|cong van|cong dien|van ban|quyet dinh|chi thi|thong bao|ke hoach"
    r"|ket luan|cv|cd|vb|qd|ct|tb|kh|kl|so))* ?$"
)
_WHY = re.compile(r"\b(?:ly do|nguyen nhan|kho khan|vuong mac|do chua|do phai)\b")
_WISH = re.compile(r"\b(?:de nghi|kien nghi|de xuat|xin y kien)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTask:
    """What a mail can be about: a task or a citizen's question that was not given back.

    Attributes:
        code: what our letters call it; `symbol` is the number of the document that gave it, folded, or "".
        units: those that it was given to, the lead first.
        matter: what is to be done, or was asked: a mail that repeats it says nothing by it.
    """

    key: DutyKey
    code: str
    symbol: str
    units: tuple[UnitId, ...]
    matter: str = ""


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a mail in which a task is named: its subject, its files' names and their headings.

    Attributes:
        unit: the sender.
        periodic: whether it hands in a periodic report, which may well cite a task's document.
        coded: whether a task is taken for named by its code alone.
    """

    unit: UnitId
    lines: tuple[str, ...]
    periodic: bool = False
    coded: bool = False


class Reading(Enum):
    """How far a mail says that a task has come; none of these where its words leave it open."""

    DONE = auto()
    NEWS = auto()
    UNCLEAR = auto()


def open_tasks(book: Book) -> Iterator[OpenTask]:
    """What units were given and has not ended, done or not: a second report on it is one on it too."""
    for found in book.assignments:
        notes = book.notes_on.get(found.number, ())
        if notes and notes[-1].word in ENDED:
            continue
        match found.given:
            case Task(symbol=symbol, lead=lead, supporting=supporting, content=content, summary=summary):
                yield OpenTask(
                    key=found.key,
                    code=found.code,
                    symbol=even(symbol),
                    units=(lead, *supporting),
                    matter=f"{content}\n{summary}",
                )
            case PortalQuestion(lead=lead, text=text):
                yield OpenTask(key=found.key, code=found.code, symbol="", units=(lead,), matter=text)


def carried_on(tasks: Iterable[OpenTask], rules: Rules, on: date) -> Iterator[OpenTask]:
    """The tasks, each as of those who answer for it on that day: for a unit that is no more, its heirs."""
    ended = {unit.id: unit for unit in rules.units if unit.valid.is_over(on)}
    for task in tasks:
        if ended.keys().isdisjoint(task.units):
            yield task
        else:
            heirs = (
                [heir.id for heir in rules.heirs(ended[u], on)] if u in ended else [u] for u in task.units
            )
            yield replace(task, units=tuple(dict.fromkeys(chain.from_iterable(heirs))) or task.units)


def named(found: Lines, tasks: Iterable[OpenTask], thread: Collection[DutyKey]) -> tuple[OpenTask, ...]:
    """The tasks of the sender that a mail names; `thread` are the duties of our letter that it answers.

    What answers our letter about one task, or bears its code, is about no other. In the title of a periodic
    report "NV 7" may be next month's tasks, and a document is named only where the results of it are told.
    """
    own = [task for task in tasks if found.unit in task.units]
    codes = set(_codes(found.lines, _CODE if found.periodic else _SHORT_CODE))
    meant = [task for task in own if task.code.lower() in codes]
    if not meant and len(thread) == 1:
        meant = [task for task in own if task.key in thread]
    if meant or found.coded:
        return tuple(meant)
    names = _tells_results if found.periodic else quotes
    lines = [even(line) for line in found.lines]
    return tuple(task for task in own if task.symbol and any(names(line, task.symbol) for line in lines))


def each_by_itself(lines: Iterable[str], tasks: Collection[OpenTask]) -> bool:
    """Whether the lines name each of the tasks alone, and not by a document that gave several."""
    codes = set(_codes(lines, _SHORT_CODE))
    symbols = {task.symbol for task in tasks}
    return all(task.code.lower() in codes for task in tasks) or (
        "" not in symbols and len(symbols) == len(tasks)
    )


def _codes(lines: Iterable[str], written: re.Pattern[str]) -> Iterator[str]:
    """The codes in the lines, as they may be written: `[NV-000012]`, "NV 12"."""
    for line in lines:
        for kind, number in written.findall(fold(line)):
            yield f"{kind}-{int(number):06}"


def read(task: OpenTask, found: Lines, text: str) -> tuple[Reading, News]:
    """How far the mail says that `task` has come; `text` is its body."""
    body = own_words(text)
    words = [reading for part in (*found.lines, body) for reading in said(part)]
    # "Rà soát các dự án chậm tiến độ": whoever reports on such a task names it, and says not how far he is.
    matter = said(task.matter)

    def says(phrases: Iterable[str]) -> bool:
        own = [phrase for phrase in phrases if phrase.startswith("kết quả") or not _stands(phrase, matter)]
        return any(next(reading.places(own), None) is not None for reading in words)

    under_way, not_yet = says(_UNDER_WAY), says(_NOT_YET)
    word = Word.NOT_DONE if not_yet and not under_way else Word.IN_PROGRESS
    news = News(key=task.key, word=word, reason=_sentence(body, _WHY), proposal=_sentence(body, _WISH))
    if says(_BACK):
        return Reading.UNCLEAR, news
    if found.unit != task.units[0]:
        # Only the unit that leads answers for the task; what a supporting one did is news of it.
        return Reading.NEWS, News(key=task.key, word=Word.IN_PROGRESS, reason=news.reason)
    if under_way or not_yet:
        return (Reading.UNCLEAR if says(_DONE) and not not_yet else Reading.NEWS), news
    open_still = any(_LEFT_OPEN.search(fold(part)) for part in (*found.lines, body))
    return (Reading.DONE if says(_DONE) and not open_still else Reading.UNCLEAR), news


def _stands(phrase: str, readings: Iterable[Said]) -> bool:
    return any(next(reading.places((phrase,)), None) is not None for reading in readings)


def _sentence(body: str, marks: re.Pattern[str]) -> str:
    """The first sentence that bears one of the marks, cut short."""
    for sentence in re.split(r"[.;\n]+", body):
        if marks.search(fold(sentence)):
            return " ".join(sentence.split())[:_LONGEST_QUOTE]
    return ""


def even(text: str) -> str:
    """A document's number and symbol made even: folded, without the spaces that people put around marks."""
    return _GAPS.sub(r"\1", fold(text))


def quotes(line: str, symbol: str) -> bool:
    """Whether the line has the symbol; in a file's name a hyphen or a stroke stands for each slash."""
    if len(symbol) < _SHORTEST_SYMBOL or "/" not in symbol:
        return False
    return _has(line, symbol) or _has(line.replace("_", "-"), symbol.replace("/", "-"))


def _tells_results(line: str, symbol: str) -> bool:
    """Whether the line tells the results of that document: "kết quả thực hiện Công văn số 123/UBND"."""
    return _RESULTS_OF.search(line.partition(symbol)[0]) is not None and quotes(line, symbol)


def _has(line: str, symbol: str) -> bool:
    at = line.find(symbol)
    while at >= 0:
        end = at + len(symbol)
        if not (at and line[at - 1].isalnum()) and not (end < len(line) and line[end].isalnum()):
            return True
        at = line.find(symbol, at + 1)
    return False
