"""Tasks as the office lists them in a spreadsheet: every bad row is named, and nothing guessed."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import TypeVar

from mailbot.core.language.text import fold
from mailbot.core.rules import Rules, UnitId
from mailbot.core.seals import secrecy
from mailbot.core.sheets.sheet_values import a_day, a_due_moment, a_text, a_unit
from mailbot.core.tasks.assignment import Output, Task

Value = TypeVar("Value")
# The columns of 07/QĐ-STTTT, Article 6(1), with the headings under which offices put them.
COLUMNS: Mapping[str, Sequence[str]] = {
    "document": ("Tên văn bản", "Loại văn bản", "Hình thức văn bản"),
    "symbol": ("Số, ký hiệu", "Số ký hiệu", "Số/ký hiệu", "Số, kí hiệu", "Số văn bản"),
    "summary": ("Trích yếu", "Trích yếu nội dung", "Nội dung trích yếu"),
    "issued_on": ("Ngày ban hành", "Ngày văn bản", "Ngày, tháng, năm ban hành", "Ngày"),
    "signer": ("Người ký", "Người ký văn bản"),
    "giver": ("Cơ quan giao", "Người giao", "Cấp giao"),
    "content": ("Nội dung giao nhiệm vụ", "Nội dung nhiệm vụ", "Nhiệm vụ", "Nội dung"),
    "lead": ("Đơn vị chủ trì", "Chủ trì", "Cơ quan chủ trì"),
    "supporting": ("Đơn vị phối hợp", "Phối hợp", "Cơ quan phối hợp"),
    "watcher": ("Theo dõi", "Người theo dõi", "Đơn vị, cá nhân theo dõi", "Theo dõi, đôn đốc, kiểm tra"),
    "due": ("Thời hạn", "Hạn", "Hạn xử lý", "Thời hạn hoàn thành", "Thời gian hoàn thành"),
    "output": ("Kết quả phải có", "Hình thức", "Yêu cầu"),
    "secrecy": ("Độ mật",),
}
REQUIRED = ("symbol", "issued_on", "signer", "content", "lead")
_OUTPUTS = {
    "trinh": Output.SUBMIT, "phai trinh": Output.SUBMIT, "submit": Output.SUBMIT,
    "bao cao": Output.REPORT, "phai bao cao": Output.REPORT, "report": Output.REPORT,
    "thuc hien": Output.ACT, "khong": Output.ACT, "act": Output.ACT,
}  # fmt: skip
_OPEN = frozenset({"", "thuong", "khong", "khong mat"})
_NO_DUE = frozenset({"khong", "khong thoi han", "khong quy dinh", "thuong xuyen", "-"})
_LIST = re.compile(r"[;\n]+")


def task_of(cells: Mapping[str, object], rules: Rules, on: date) -> tuple[Task | None, list[str]]:
    """The task that a row states, or everything that is wrong with the row; units are those of the day `on`.

    A secret task is refused without a word of it: such are never entered (Article 6(2)).
    """
    if _is_secret(cells):
        return None, ["it bears a mark of State secrecy: secret tasks are not entered"]
    wrong = [f"{COLUMNS[column][0]}: is empty" for column in REQUIRED if column not in cells]

    def read(column: str, reader: Callable[[object], Value], otherwise: Value) -> Value:
        try:
            return reader(cells[column]) if column in cells else otherwise
        except ValueError as error:
            wrong.append(f"{COLUMNS[column][0]}: {error}")
            return otherwise

    nobody: UnitId | None = None
    lead = read("lead", lambda cell: a_unit(cell, rules, on).id, nobody)
    others: tuple[UnitId, ...] = ()
    supporting = read("supporting", lambda cell: _units(cell, rules, on), others)
    issued_on = read("issued_on", a_day, date.min)
    due_at = None if _has_no_due(cells) else read("due", a_due_moment, None)
    output = read("output", _output, Output.REPORT)
    if due_at is not None and "issued_on" in cells and due_at.date() < issued_on:
        wrong.append(f"{COLUMNS['due'][0]}: lies before the document's date")
    if lead is not None and lead in supporting:
        wrong.append(f"{COLUMNS['supporting'][0]}: the lead unit is named again")
    if wrong or lead is None:
        return None, wrong
    return Task(
        document=a_text(cells.get("document", "")) or "Văn bản",
        symbol=a_text(cells.get("symbol", "")),
        issued_on=issued_on,
        signer=a_text(cells.get("signer", "")),
        content=a_text(cells.get("content", "")),
        lead=lead,
        summary=a_text(cells.get("summary", "")),
        giver=a_text(cells.get("giver", "")),
        supporting=supporting,
        watcher=a_text(cells.get("watcher", "")),
        output=output,
        due_at=due_at,
    ), []


def same_task(task: Task, others: Iterable[Task]) -> bool:
    """Whether one of `others` is the same order to the same unit."""
    identity = (fold(task.symbol), task.issued_on, fold(task.content), task.lead)
    return any(identity == (fold(o.symbol), o.issued_on, fold(o.content), o.lead) for o in others)


def _is_secret(cells: Mapping[str, object]) -> bool:
    degree = fold(str(cells.get("secrecy", "")))
    return degree not in _OPEN or any(secrecy.marked(str(cell)) for cell in cells.values())


def _has_no_due(cells: Mapping[str, object]) -> bool:
    return fold(str(cells.get("due", ""))) in _NO_DUE


def _units(cell: object, rules: Rules, on: date) -> tuple[UnitId, ...]:
    names = [name for part in _LIST.split(str(cell)) if (name := part.strip())]
    return tuple(dict.fromkeys(a_unit(name, rules, on).id for name in names))


def _output(cell: object) -> Output:
    try:
        return _OUTPUTS[fold(str(cell))]
    except KeyError:
        raise ValueError(f"{cell!r} is not one of trình, báo cáo, thực hiện") from None
