"""Tasks and questions in papers: one row each, for the report's annex and for the workbook."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from mailbot.core.book import Book
from mailbot.core.period import Period, span
from mailbot.core.rules import Rules, UnitId
from mailbot.core.standing import Doubt
from mailbot.core.tasks.assignment import PortalQuestion, Task
from mailbot.core.tasks.progress import Line, State, lines, questions_in, tasks_in
from mailbot.core.wording import vietnamese

STATES = {
    State.DONE: "đã thực hiện",
    State.IN_PROGRESS: "đang thực hiện",
    State.NOT_DONE: "chưa thực hiện",
    State.REFUSED: "không thực hiện",
    State.WRONG: "thực hiện không đúng yêu cầu",
    State.ENDED: "không còn phải thực hiện",
}
TASK_COLUMNS = (
    ("Mã", 20), ("Văn bản giao", 40), ("Nội dung", 60), ("Đơn vị chủ trì", 36), ("Đơn vị phối hợp", 30),
    ("Thời hạn", 20), ("Tình trạng", 26), ("Lý do, kiến nghị", 36),
)  # fmt: skip
QUESTION_COLUMNS = (
    ("Mã", 20), ("Ngày hỏi", 24), ("Đơn vị trả lời", 60), ("Thời hạn", 24), ("Tình trạng", 50),
    ("Ngày trả lời", 24),
)  # fmt: skip


def tasks_of(rules: Rules, book: Book, period: Period, as_of: datetime) -> list[Line]:
    """The tasks that a report on `period` tells of."""
    return tasks_in(list(lines(rules, book, as_of)), *span(period))


def questions_of(rules: Rules, book: Book, period: Period, as_of: datetime) -> list[Line]:
    """The questions that a report on `period` tells of."""
    return questions_in(list(lines(rules, book, as_of)), *span(period))


def task_rows(rules: Rules, found: Sequence[Line]) -> Iterator[tuple[str, ...]]:
    """A row for each task."""
    names = _names(rules)
    for line in found:
        given = line.assignment.given
        assert isinstance(given, Task)
        yield (
            line.assignment.code,
            vietnamese.foreign(given.cited),
            vietnamese.foreign(given.content, longest=300),
            names.get(given.lead, given.lead),
            ", ".join(names.get(unit, unit) for unit in given.supporting),
            vietnamese.short_due(line.due_at) if line.due_at else "không có thời hạn",
            _state(line),
            vietnamese.foreign("; ".join(filter(None, (line.reason, line.proposal))), longest=300),
        )


def question_rows(rules: Rules, found: Sequence[Line]) -> Iterator[tuple[str, ...]]:
    """A row for each question; what was asked, and by whom, is not repeated."""
    names = _names(rules)
    for line in found:
        given = line.assignment.given
        assert isinstance(given, PortalQuestion)
        yield (
            line.assignment.code,
            vietnamese.short_day(given.asked_at),
            names.get(given.lead, given.lead),
            vietnamese.short_due(line.due_at) if line.due_at else "",
            _state(line),
            vietnamese.short_day(line.done_at) if line.done_at else "",
        )


def _state(line: Line) -> str:
    says = STATES[line.state]
    if line.overdue or line.late:
        return f"{says}, quá hạn {vietnamese.working_days(line.working_days)}"
    if line.waits:
        return f"{says}, chưa kết luận về thời hạn ({vietnamese.words(Doubt.UNDECIDED_MAIL)})"
    return f"{says}, trong hạn" if line.due_at and line.state is not State.ENDED else says


def _names(rules: Rules) -> dict[UnitId, str]:
    return {unit.id: vietnamese.named(unit.name) for unit in rules.units}
