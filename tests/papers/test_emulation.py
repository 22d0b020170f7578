"""The evaluation for the Emulation board: a proposal by a printed rule, beside an empty column."""

import io
import zipfile
from dataclasses import replace
from datetime import timedelta

import pytest
from builders import some_rules
from python_calamine import CalamineWorkbook

from mailbot.core.paper_rules import PaperRules
from mailbot.core.standing import Standing
from mailbot.core.standings.figures import ObjectionFigures, Rating, UnitFigures
from mailbot.core.standings.grading import proposed
from mailbot.core.wording import vietnamese
from mailbot.papers import emulation, monthly
from mailbot.papers.monthly import Report
from mailbot.papers.paper_words import load_wording
from mailbot.papers.register import figures_workbook
from mailbot.papers.samples import FIGURES
from mailbot.resources import resource

from .conftest import cells

GRADES = PaperRules().grades
RULES = some_rules()


def a_unit(on_time: int, late: int, overdue: int, rating: Rating = Rating.FAIR) -> UnitFigures:
    line = FIGURES.units[0].lines[0]
    standings = [Standing.ON_TIME] * on_time + [Standing.LATE] * late + [Standing.OVERDUE] * overdue
    lines = tuple(replace(line, standing=standing) for standing in standings)
    return replace(FIGURES.units[0], lines=lines, rating=rating)


@pytest.mark.parametrize(
    ("on_time", "late", "overdue", "grade"),
    [
        (20, 0, 0, "Tốt"),
        (19, 1, 0, "Tốt"),
        (19, 0, 1, "Trung bình"),
        (18, 2, 0, "Khá"),
        (16, 4, 0, "Khá"),
        (15, 5, 0, "Trung bình"),
        (10, 8, 2, "Trung bình"),
        (10, 7, 3, "Chưa nghiêm túc"),
        (0, 1, 0, "Chưa nghiêm túc"),
    ],
)
def test_the_first_grade_whose_conditions_are_met_is_proposed(
    on_time: int, late: int, overdue: int, grade: str
) -> None:
    found = proposed(a_unit(on_time, late, overdue), GRADES)
    assert found is not None
    assert found.name == grade


def test_nothing_is_proposed_where_nothing_may_be_concluded() -> None:
    assert proposed(a_unit(0, 0, 0), GRADES) is None
    assert proposed(a_unit(1, 9, 0, Rating.NOT_RATED), GRADES) is None


def test_the_best_grade_is_not_denied_over_what_a_person_believed_the_unit() -> None:
    heard = ObjectionFigures(upheld=1)
    assert proposed(replace(a_unit(10, 8, 2), objections=heard), GRADES) is None
    assert proposed(replace(a_unit(20, 0, 0), objections=heard), GRADES) == GRADES[0]
    dismissed = ObjectionFigures(dismissed=1)
    assert proposed(replace(a_unit(10, 8, 2), objections=dismissed), GRADES) == GRADES[2]


def test_the_objections_stand_beside_the_counts() -> None:
    units = (
        replace(FIGURES.units[0], objections=ObjectionFigures(upheld=2, dismissed=1, waiting=1)),
        replace(a_unit(10, 8, 2), objections=ObjectionFigures(upheld=1)),
        FIGURES.units[0],
    )
    report = Report(office=RULES.office, rules=RULES.papers, figures=replace(FIGURES, units=units))
    sheets = CalamineWorkbook.from_filelike(io.BytesIO(emulation.evaluation(report)))
    rows = sheets.get_sheet_by_name("Đánh giá").to_python()
    [head] = [row for row in rows if row[0] == "STT"]
    column = head.index("Ý kiến giải trình của đơn vị")
    written = [(row[column], row[-2]) for row in rows if isinstance(row[0], float)]
    assert written == [
        ("2 được chấp nhận; 1 không được chấp nhận; 1 đang xem xét", "Tốt"),
        ("1 được chấp nhận", "Không đề xuất: ý kiến giải trình của đơn vị được chấp nhận"),
        ("", "Tốt"),
    ]


def test_letter_and_workbook_print_the_rule_and_leave_the_decision_to_a_person() -> None:
    changed = "Chưa được duyệt: Sở hai, từ “gửi chậm” thành “đúng hạn”."
    head = replace(
        RULES.papers.letterhead, receivers=("Như trên;", "Ban Thi đua - Khen thưởng tỉnh;", "Lưu: VT, TH.")
    )
    rules = replace(RULES.papers, letterhead=head)
    report = Report(office=RULES.office, rules=rules, figures=FIGURES, amendments=(changed,))
    sheets = CalamineWorkbook.from_filelike(io.BytesIO(emulation.evaluation(report)))
    rows = sheets.get_sheet_by_name("Đánh giá").to_python()
    text = [str(cell) for row in rows for cell in row]
    assert any("Tốt: đúng hạn từ 95%, không có báo cáo quá hạn chưa gửi" in cell for cell in text)
    assert changed in text
    [head] = [row for row in rows if row[0] == "STT"]
    units = [row for row in rows if isinstance(row[0], float)]
    assert len(units) == len(FIGURES.units)
    assert head[-1] == "Đánh giá của Văn phòng UBND tỉnh"
    assert {row[-1] for row in units} == {""}
    assert units[2][-2].startswith("Không đề xuất: còn thư của đơn vị đang chờ xử lý")
    with zipfile.ZipFile(
        io.BytesIO(emulation.letter(report, load_wording(resource("templates"))))
    ) as package:
        written = package.read("word/document.xml").decode()
    assert "Ban Thi đua - Khen thưởng tỉnh" in written
    assert "tỷ lệ đúng hạn từ 95%" in written
    assert changed in written
    assert "- Như trên;" in written
    assert "- Ban Thi đua" not in written


def test_what_is_not_due_yet_is_told_wherever_it_counts_among_what_is_owed() -> None:
    [line] = a_unit(1, 0, 0).lines
    unit = replace(a_unit(2, 1, 0), lines=(*a_unit(2, 1, 0).lines, replace(line, standing=Standing.OPEN)))
    report = Report(office=RULES.office, rules=RULES.papers, figures=replace(FIGURES, units=(unit,)))
    says = "Cột Phải gửi gồm cả 01 lượt báo cáo chưa đến hạn, không có trong các cột bên cạnh."
    wording = load_wording(resource("templates"))
    for content in (emulation.letter(report, wording), monthly.document(report, wording)):
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            written = package.read("word/document.xml").decode()
        assert says in written
        assert "chưa đến hạn 01" in written
    for content in (emulation.evaluation(report), figures_workbook(report)):
        assert says in cells(content)


def test_figures_that_begin_with_mailbot_within_the_period_say_since_when() -> None:
    """Of a year in whose middle mailbot began nobody takes its figures for the whole year's."""
    first_on = FIGURES.period.first_on
    begun = first_on + timedelta(days=14)
    wording, report = (
        load_wording(resource("templates")),
        Report(office=RULES.office, rules=RULES.papers, figures=FIGURES),
    )
    for known_since, since in ((None, first_on), (first_on - timedelta(days=1), first_on), (begun, begun)):
        found = replace(report, known_since=known_since)
        letter = str(wording.text(emulation.NAME, emulation.context(found)))
        assert (f"(số liệu từ {vietnamese.day(begun)})" in letter) is (since == begun)
        month = str(wording.text(monthly.NAME, monthly.context(found)))
        assert f"(số liệu tính từ {vietnamese.day(since)} đến" in month
