"""The monthly report as a Word file and a workbook: right in LibreOffice, and nothing in them acts."""

import io
import re
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from builders import a_book, at, some_rules
from python_calamine import CalamineWorkbook

from mailbot.core.notice import LinesMatter
from mailbot.core.period import Period
from mailbot.core.standing import Standing
from mailbot.core.standings.figures import Figures, Rating, Reserve, UrgentFigures
from mailbot.core.standings.figures_form import checksum
from mailbot.errors import Misconfigured
from mailbot.papers import monthly
from mailbot.papers.paper_words import load_wording
from mailbot.papers.register import _counted_sheets, _mails_sheet, register_workbook
from mailbot.papers.samples import FIGURES
from mailbot.papers.workbook import Sheet, workbook
from mailbot.post.months import own_lines
from mailbot.resources import resource

from .conftest import EVIL, as_pdf_text, cells

RULES = some_rules()
NOTHING = replace(FIGURES, units=())
UNDECIDED = replace(FIGURES, units=FIGURES.units[2:3])


QUARTER = Period.parse("2013-Q2")
NOW = at("2013-07-05 08:00")


def report(figures: Figures) -> monthly.Report:
    return monthly.Report(office=RULES.office, rules=RULES.papers, figures=figures, before=figures)


@pytest.mark.timeout(240)
def test_both_open_in_libreoffice_and_say_the_same(evil: Figures, tmp_path: Path) -> None:
    word, sheet = tmp_path / "bao-cao.docx", tmp_path / "so-lieu.xlsx"
    word.write_bytes(monthly.document(report(evil), load_wording(resource("templates"))))
    sheet.write_bytes(register_workbook(report(evil), RULES, a_book()))
    seen = {name: " ".join(text.split()) for name, text in as_pdf_text(tmp_path, word, sheet).items()}
    for text in seen.values():
        assert checksum(evil)[:32] in text.replace(" ", "")
        assert '=HYPERLINK("http://x/","Sở")' in text
    said = seen[word.name]
    for part in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "/BC-VPUBND",
        "ngày tháng 7 năm 2013",
        "BÁO CÁO",
        "I. KẾT QUẢ THỰC HIỆN",
        "II. ĐÁNH GIÁ",
        "III. KHÓ KHĂN, VƯỚNG MẮC VÀ NGUYÊN NHÂN",
        "IV. ĐỀ XUẤT, KIẾN NGHỊ",
        "./.",
        "Nơi nhận:",
        "CHÁNH VĂN PHÒNG",
        "Phụ lục I",
        "Phụ lục III",
        "Sở hai: chậm 01 báo cáo",
        "còn thư của đơn vị đang chờ xử lý",
    ):
        assert part in said, part


def test_a_demand_that_nobody_met_is_told_of_although_no_urgent_report_came() -> None:
    found = replace(FIGURES, urgent=UrgentFigures(received=0, in_time=0, late=2))
    said = load_wording(resource("templates")).text(monthly.NAME, monthly.context(report(found)))
    assert "kịp thời 0 lượt, chậm 02 lượt" in str(said)


@pytest.mark.parametrize(
    ("now", "before", "says"),
    [
        (FIGURES, None, "Chưa có số liệu của kỳ trước để so sánh."),
        (NOTHING, FIGURES, "Trong kỳ không có báo cáo phải gửi nên không so sánh với kỳ trước."),
        (
            UNDECIDED,
            FIGURES,
            "Trong kỳ chưa có lượt báo cáo nào được kết luận nên chưa so sánh với kỳ trước.",
        ),
        (FIGURES, UNDECIDED, "Tháng 6 năm 2013 không có lượt báo cáo nào được kết luận để so sánh."),
        (
            FIGURES,
            replace(UNDECIDED, period=QUARTER),
            "Quý II năm 2013 không có lượt báo cáo nào được kết luận để so sánh.",
        ),
    ],
)
def test_why_nothing_is_compared_is_told_truly(now: Figures, before: Figures | None, says: str) -> None:
    known = monthly.context(replace(report(now), before=before))
    said = load_wording(resource("templates")).text(monthly.NAME, known)
    assert says in said.splitlines()
    assert said.count("so sánh") == 1


def test_of_a_month_in_which_nothing_falls_due_no_row_of_noughts_is_told() -> None:
    """January 2025: its reports fall due after Tết, in February."""
    excused = replace(FIGURES.units[1].lines[0], standing=Standing.EXCUSED)
    unit = replace(FIGURES.units[1], lines=(excused,), rating=Rating.NOT_RATED, reserves=(Reserve.EXCUSED,))
    for found, spared in ((NOTHING, False), (replace(FIGURES, units=(unit,)), True)):
        said = str(load_wording(resource("templates")).text(monthly.NAME, monthly.context(report(found))))
        assert "đúng hạn 0 lượt" not in said
        assert "0/0" not in said
        assert ("Số lượt báo cáo được miễn theo văn bản: 01." in said) is spared
        # Who owes nothing is no difficulty.
        assert "đơn vị chưa đánh giá, lý do" not in said
    rows = list(monthly._register(report(NOTHING)))
    assert [row[1] for row in rows] == ["Không có"]


def test_what_is_left_out_of_the_rate_is_what_nothing_is_concluded_of_and_no_unit() -> None:
    unrated = replace(FIGURES.units[1], rating=Rating.NOT_RATED, reserves=(Reserve.SET_ASIDE,))
    found = replace(FIGURES, units=(unrated,))
    assert (found.counts.late, found.counts.not_judged) == (1, 0)
    said = str(load_wording(resource("templates")).text(monthly.NAME, monthly.context(report(found))))
    assert "01 đơn vị chưa đánh giá" in said
    assert "không tính vào tỷ lệ" not in said


def test_text_stays_text_in_the_workbook(evil: Figures) -> None:
    content = register_workbook(report(evil), RULES, a_book())
    written = cells(content)
    assert EVIL in written
    assert "=1+1" in written
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        for part in package.namelist():
            assert b"<f>" not in package.read(part), part
            assert b"<hyperlink" not in package.read(part), part


def test_the_workbook_and_the_report_carry_the_same_numbers(evil: Figures) -> None:
    sheets = CalamineWorkbook.from_filelike(io.BytesIO(register_workbook(report(evil), RULES, a_book())))
    totals = {row[0]: row[1] for row in sheets.get_sheet_by_name("Tổng hợp").to_python() if row[0]}
    counts = evil.counts
    assert totals["Số lượt báo cáo phải gửi"] == counts.owed
    assert totals["Đúng hạn"] == counts.on_time
    assert totals["Chậm"] == counts.late
    assert totals["Quá hạn chưa gửi"] == counts.overdue
    assert totals["Chưa đánh giá"] == 2
    duties = sheets.get_sheet_by_name("Sổ theo dõi").to_python()
    assert sum(isinstance(row[0], float) for row in duties) == len(evil.lines)


def test_a_quarter_keeps_its_roman_numeral_in_the_workbook(evil: Figures) -> None:
    quarter = replace(evil, period=QUARTER)
    assert "Quý II năm 2013" in cells(register_workbook(report(quarter), RULES, a_book()))


def test_the_same_figures_give_the_same_words_and_no_clock_of_this_machine(evil: Figures) -> None:
    wording = load_wording(resource("templates"))
    texts = [_parts(monthly.document(report(evil), wording)) for _ in range(2)]
    assert texts[0] == texts[1]
    assert b"2013-07-" in texts[0]["docProps/core.xml"]


def test_the_letter_that_excuses_a_unit_is_cited_whole() -> None:
    cited = (
        "được miễn gửi theo Công văn số 2500/UBND-TH ngày 02 tháng 12 năm 2013 của Ủy ban nhân dân tỉnh Mẫu, "
        "để phục vụ Kỳ họp thứ 9 của Hội đồng nhân dân tỉnh khóa XII"
    )
    line = replace(FIGURES.lines[0], standing=Standing.EXCUSED, remark=cited)
    assert monthly.standing_words(line) == f"Không phải gửi: {cited}"


def test_a_letter_that_set_a_deadline_made_nobody_late() -> None:
    """'Gửi chậm: theo văn bản số …' read as if the letter said so."""
    cited = "theo văn bản số 310/UBND-VX ngày 25 tháng 8 năm 2025 của UBND tỉnh"
    line = replace(FIGURES.lines[0], standing=Standing.LATE, remark=cited, doubt=None)
    assert monthly.standing_words(line) == f"Gửi chậm: thời hạn {cited}"
    own = LinesMatter(figures=replace(FIGURES.units[0], lines=(line,)), period=FIGURES.period, until=NOW)
    [told] = own_lines(own, None, RULES.office, NOW).lines
    assert f"(thời hạn {cited})" in told.status


def test_nobody_signs_for_a_person(evil: Figures) -> None:
    written = _parts(monthly.document(report(evil), load_wording(resource("templates"))))
    text = re.sub("<[^>]+>", "", written["word/document.xml"].decode())
    assert text.index("CHÁNH VĂN PHÒNG") < text.index("Phụ lục I")
    between = text[text.index("CHÁNH VĂN PHÒNG") + len("CHÁNH VĂN PHÒNG") : text.index("Phụ lục I")]
    assert not between.strip()


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("{{ figures.period.label }}", "{{ figures.perod.label }}", 16, "perod"),
        ("{% set counts = figures.counts %}", "{% set counts = figuers.counts %}", 6, "no such variable"),
        ("{% if change is not none %}", "{% if change is not none %", 27, "syntax"),
        ("{{ counts.owed | number }}", "{{ counts.owed | nubmer }}", 25, "nubmer"),
    ],
)
def test_a_template_edited_into_nonsense_is_refused_with_its_line(
    tmp_path: Path, old: str, new: str, line: int, says: str
) -> None:
    folder = tmp_path / "papers"
    folder.mkdir()
    for file in (resource("templates") / "papers").glob("*.j2"):
        text = file.read_text(encoding="utf-8")
        (folder / file.name).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(Misconfigured) as caught:
        load_wording(tmp_path)
    fault = caught.value.faults[0]
    assert fault.file.name == "monthly.txt.j2"
    assert fault.line == line
    assert says in str(fault)


@pytest.mark.parametrize("name", ["monthly", "emulation", "reprimand"])
def test_an_emptied_template_is_refused(tmp_path: Path, name: str) -> None:
    shutil.copytree(resource("templates"), tmp_path, dirs_exist_ok=True)
    file = tmp_path / "papers" / f"{name}.txt.j2"
    file.write_text(
        "{# lời cũ đã bỏ #}\n{% set counts = figures %}\n" if name == "monthly" else "\n", encoding="utf-8"
    )
    with pytest.raises(Misconfigured) as caught:
        load_wording(tmp_path)
    assert [(fault.file, "trống" in fault.says) for fault in caught.value.faults] == [(file, True)]


def test_the_mark_that_windows_editors_put_first_is_no_word_of_a_paper(tmp_path: Path) -> None:
    shutil.copytree(resource("templates"), tmp_path, dirs_exist_ok=True)
    for file in (tmp_path / "papers").glob("*.txt.j2"):
        file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    for sample in monthly.samples():
        assert load_wording(tmp_path).text(monthly.NAME, sample).startswith("Thực hiện")


def test_a_long_cell_has_the_lines_that_it_needs_and_long_lists_stand_below_the_table() -> None:
    """LibreOffice writes a broken cell over the row below; frozen rows must leave room for others."""
    sheet = Sheet(
        name="Sổ",
        title="Sổ",
        columns=("Số", "Tiêu đề", "Ghi chú"),
        widths=(6, 30, 30),
        rows=[(1, "ngắn", ""), (2, "tình hình phát triển kinh tế - xã hội " * 4, "")],
        remarks=("Một câu ngắn.",),
        notes=[f"Thay đổi {n}" for n in range(40)],
        printed=2,
    )
    parts = _parts(workbook([sheet], title="Sổ", made_at=FIGURES.as_of))
    written = parts["xl/worksheets/sheet1.xml"].decode()
    heights = dict(re.findall(r'<row r="(\d+)"[^>]*?ht="([\d.]+)"', written))
    # The heading stands in the fourth row, the long cell in the sixth.
    assert set(heights) == {"4", "6"}
    assert float(heights["6"]) >= 5 * 15
    assert 'ySplit="4"' in written
    assert "$A$1:$B$47" in parts["xl/workbook.xml"].decode()


def test_what_is_printed_of_the_register_is_wide_enough_to_be_read(evil: Figures) -> None:
    """A4 across holds some 150 figures of 11 points: at 8 points, 205."""
    sheets = [*_counted_sheets(report(evil)), _mails_sheet(evil, RULES, a_book())]
    assert {sheet.name: sum(sheet.widths[: sheet.printed]) <= 205 for sheet in sheets} == {
        "Tổng hợp": True,
        "Theo đơn vị": True,
        "Sổ theo dõi": True,
        "Thư đến": True,
    }


def _parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}
