"""The public pages: only what was approved, nothing that could identify a secret, small and well-formed."""

import csv
import io
import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from builders import some_rules

from mailbot.core.rules import UnitId
from mailbot.core.standing import Doubt, Standing
from mailbot.core.standings.figures import Line, TaskFigures, UnitFigures
from mailbot.papers.portal import Portal
from mailbot.resources import resource

from .a_year import YEAR, a_month, a_year, closing_of

OFFICE = some_rules().office
PORTAL = Portal(resource("templates"))
FILES = PORTAL.files(OFFICE, a_year())
PAGES = {name: content.decode() for name, content in FILES.items() if name.endswith(".html")}


def test_without_an_approved_month_there_is_nothing_but_a_page_that_says_so() -> None:
    for closings in ([], [closing_of(a_month(6), public=False)]):
        files = PORTAL.files(OFFICE, closings)
        assert sorted(files) == ["filter.js", "index.html", "style.css"]
        assert "Chưa có kỳ nào được duyệt để công khai" in files["index.html"].decode()


def test_a_year_of_a_hundred_and_fifty_units_is_small() -> None:
    assert len(FILES["index.html"]) < 200_000
    assert len(PAGES) == 151
    assert max(map(len, FILES.values())) < 2_000_000


def test_the_matrix_has_a_cell_for_every_unit_and_month() -> None:
    index = PAGES["index.html"]
    assert index.count('<th scope="row">') == 150
    assert len(re.findall(r"<i>[^<]+</i></td>", index)) == 150 * 12


def test_a_cell_shows_the_worst_of_several_late_reports_as_the_page_says() -> None:
    june = a_month(6, 1)
    line = replace(june.units[0].lines[0], standing=Standing.LATE, arrived_at=june.units[0].lines[0].due_at)
    late = tuple(replace(line, days_late=days) for days in (2, 0, 3))
    units = (replace(june.units[0], lines=late),)
    index = PORTAL.files(OFFICE, [closing_of(replace(june, units=units))])["index.html"].decode()
    assert '<td class="l">+3<i>3 chậm</i></td>' in index


def test_units_stand_in_the_order_of_the_register_whenever_they_first_owe_something() -> None:
    """Who owes by the quarter comes in with March, who is founded with its month."""
    months = [a_month(ordinal, 5) for ordinal in (2, 3, 4)]
    by_name = {unit.id: unit for unit in months[0].units}
    owing = (
        ["xa-001", "xa-002", "xa-004"],
        ["xa-001", "xa-002", "xa-003", "xa-004"],
        ["xa-000", "xa-002", "xa-004"],
    )
    closings = [
        closing_of(replace(month, units=tuple(by_name[unit] for unit in ids)))
        for month, ids in zip(months, owing, strict=True)
    ]
    index = PORTAL.files(OFFICE, closings)["index.html"].decode()
    # One of them is of another group.
    found = re.findall(r"don-vi/(xa-00[1-4])\.html", index)
    assert found == ["xa-001", "xa-002", "xa-003", "xa-004"]


def test_a_group_that_ended_within_the_year_keeps_its_name() -> None:
    may = replace(a_month(5, 3), groups={"xa": "Các huyện", "so-nganh": "Các sở"})
    june = a_month(6, 3)
    units = tuple(replace(unit, group="so-nganh", id=f"so-{unit.id}") for unit in june.units)
    closings = [closing_of(may), closing_of(replace(june, units=units, groups={"so-nganh": "Sở, ngành"}))]
    index = PORTAL.files(OFFICE, closings)["index.html"].decode()
    assert '<th scope="rowgroup" colspan="4">Các huyện</th>' in index
    assert '<th scope="rowgroup" colspan="4">Sở, ngành</th>' in index
    nameless = tuple(replace(unit, group="") for unit in june.units)
    index = PORTAL.files(OFFICE, [closing_of(replace(june, units=nameless))])["index.html"].decode()
    assert '<th scope="rowgroup" colspan="3">Đơn vị khác</th>' in index


def test_one_late_report_of_two_hundred_is_nowhere_rounded_away() -> None:
    june = a_month(6, 1)
    [unit] = june.units
    on_time = replace(unit.lines[0], standing=Standing.ON_TIME, arrived_at=unit.lines[0].due_at)
    late = replace(on_time, standing=Standing.LATE, days_late=1)
    units = (replace(unit, lines=(late, *[on_time] * 218)),)
    index = PORTAL.files(OFFICE, [closing_of(replace(june, units=units))])["index.html"].decode()
    assert "(99,5%)" in index
    # In both pictures, read out and seen.
    assert index.count(": 99,5%") == 2
    assert index.count(">99,5</text>") == 2
    assert "100%" not in index


def test_a_single_report_that_is_missing_leaves_no_hundred_percent_however_many_came_in_time() -> None:
    june = a_month(6, 1)
    [unit] = june.units
    on_time = replace(unit.lines[0], standing=Standing.ON_TIME, arrived_at=unit.lines[0].due_at)
    missing = replace(on_time, standing=Standing.OVERDUE, arrived_at=None)

    def index(*lines: Line) -> str:
        units = (replace(unit, lines=lines),)
        return PORTAL.files(OFFICE, [closing_of(replace(june, units=units))])["index.html"].decode()

    told = index(missing, *[on_time] * 2_400)
    assert "(99,9%)" in told
    assert told.count(": 99,9%") == 2
    assert "100%" not in told
    # Nor is the one that came rounded away.
    assert "(0,1%)" in index(on_time, *[missing] * 2_400)
    assert "(100%)" in index(on_time)
    assert "(0%)" in index(missing)


def test_nothing_but_how_reporting_went_is_public() -> None:
    for name, content in FILES.items():
        text = content.decode().lower()
        for canary in (
            "canary",
            "5ec7e1",
            "đang chờ xử lý",
            "undecided",
            OFFICE.mailbox,
            "set_aside",
            "reserve",
        ):
            assert canary not in text, (name, canary)


def test_what_is_not_judged_looks_the_same_whatever_the_reason() -> None:
    def with_doubt(doubt: Doubt) -> dict[str, bytes]:
        june = a_month(6, 5)
        units = tuple(
            UnitFigures(
                id=unit.id,
                name=unit.name,
                group=unit.group,
                lines=tuple(replace(line, standing=Standing.NOT_JUDGED, doubt=doubt) for line in unit.lines),
            )
            for unit in june.units
        )
        return PORTAL.files(OFFICE, [closing_of(replace(june, units=units))])

    assert len({json.dumps({k: v.decode() for k, v in with_doubt(doubt).items()}) for doubt in Doubt}) == 1


def test_what_is_not_judged_lowers_no_unit_s_share_on_time() -> None:
    june = a_month(6, 1)
    line = june.units[0].lines[0]
    standings = (Standing.ON_TIME, Standing.NOT_JUDGED, Standing.NOT_JUDGED)
    lines = tuple(replace(line, standing=standing, doubt=Doubt.UNDECIDED_MAIL) for standing in standings)

    def share(*lines: Line) -> str:
        units = (replace(june.units[0], lines=lines),)
        index = PORTAL.files(OFFICE, [closing_of(replace(june, units=units))])["index.html"].decode()
        return re.findall(r'<td class="sum">([^<]*)</td>', index)[0]

    assert share(*lines) == "1/1"
    assert share(*lines[1:]) == "–"


def test_a_month_approved_anew_shows_what_changed() -> None:
    june = a_month(6, 5)
    first = june.units[0]
    better = replace(first.lines[0], standing=Standing.ON_TIME, arrived_at=first.lines[0].due_at, doubt=None)
    worse = replace(first.lines[0], standing=Standing.OVERDUE, arrived_at=None, doubt=None)

    def with_line(line: object) -> object:
        unit = UnitFigures(
            id=first.id,
            name=first.name,
            group=first.group,
            lines=(line, *first.lines[1:]),  # type: ignore[arg-type]
        )
        return replace(june, units=(unit, *june.units[1:]))

    closings = [closing_of(with_line(worse)), closing_of(with_line(better), 2, "có bản giấy đến đúng hạn")]
    index = PORTAL.files(OFFICE, closings)["index.html"].decode()
    assert "từ “quá hạn, chưa gửi” thành “đúng hạn”" in index
    assert "lý do: có bản giấy đến đúng hạn" in index
    assert re.search(r"✓?[^<]*\*<i>", index)
    assert "Đính chính" not in PORTAL.files(OFFICE, closings[:1])["index.html"].decode()


def test_the_reason_of_a_correction_is_told_whole_and_ends_once() -> None:
    june = a_month(6, 1)
    [unit] = june.units
    lines = [
        replace(unit.lines[0], standing=standing, arrived_at=None)
        for standing in (Standing.OVERDUE, Standing.EXCUSED)
    ]
    why = "Bản giấy đến văn thư ngày 24/6/2026, số đến 812; " * 4 + "Văn phòng đã đối chiếu sổ văn bản đến"
    closings = [
        closing_of(replace(june, units=(replace(unit, lines=(line,)),)), number, f"{why}.")
        for number, line in enumerate(lines, 1)
    ]
    files = PORTAL.files(OFFICE, closings)
    assert f"; lý do: {why}.</li>" in files["index.html"].decode()
    assert f"; lý do: {why}.</li>" in files[f"don-vi/{unit.id}.html"].decode()


def test_csv_and_json_say_the_same_and_no_cell_is_a_formula() -> None:
    june = a_month(6, 3)
    evil = UnitFigures(id=june.units[0].id, name="=cmd|' /C calc'!A0", group="xa", lines=june.units[0].lines)
    files = PORTAL.files(OFFICE, [closing_of(replace(june, units=(evil, *june.units[1:])))])
    rows = list(csv.DictReader(io.StringIO(files[f"so-lieu-{YEAR}.csv"].decode("utf-8-sig"))))
    told = json.loads(files[f"so-lieu-{YEAR}.json"])["rows"]
    assert [row["standing"] for row in rows] == [row["standing"] for row in told]
    assert {row["unit_name"][0] for row in rows} == {"'", "Ủ"}
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@"))]


def test_results_of_tasks_and_questions_are_public_as_counts_only() -> None:
    june = replace(a_month(6, 2), tasks=TaskFigures(total=5, done_in_time=1, done_late=1, doing=2, overdue=1))
    page = PORTAL.files(OFFICE, [closing_of(june)])["index.html"].decode()
    assert "giao: tổng số 05; đã hoàn thành 02 (đúng hạn 01, quá hạn 01)" in page
    assert "Nhiệm vụ do UBND tỉnh" not in PAGES["index.html"]


def test_names_are_escaped() -> None:
    june = a_month(6, 1)
    evil = UnitFigures(
        id=june.units[0].id, name="<script>x()</script>", group="xa", lines=june.units[0].lines
    )
    for name, content in PORTAL.files(OFFICE, [closing_of(replace(june, units=(evil,)))]).items():
        if name.endswith(".html"):
            assert "<script>x" not in content.decode(), name


class _Balance(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002 - the library's signature
        if tag not in {"meta", "link", "br", "input", "hr"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("name", ["index.html", "don-vi/xa-007.html"])
def test_pages_are_well_formed_and_their_links_lead_somewhere(name: str) -> None:
    reader = _Balance()
    reader.feed(PAGES[name])
    assert reader.open == []
    base = name.rpartition("/")[0]
    for target in re.findall(r'(?:href|src)="([^"#]+)', PAGES[name]):
        path = target.removeprefix("../") if base else target
        assert path in FILES, target


def test_two_units_of_one_name_in_a_year_are_told_apart_by_their_months() -> None:
    """A commune of before the merger, and the one that goes on under its name."""
    first, second = a_month(6, 2), a_month(7, 2)
    former = replace(first.units[0], id=UnitId("xa-cu"), name="UBND xã La Bằng")
    heir = replace(second.units[0], id=UnitId("xa-moi"), name="UBND xã La Bằng")
    closings = [
        closing_of(replace(a_month(5, 2), units=(replace(former, lines=()),))),
        closing_of(replace(first, units=(former, first.units[1]))),
        closing_of(replace(second, units=(heir, second.units[1]))),
    ]
    files = PORTAL.files(OFFICE, closings)
    index = files["index.html"].decode()
    assert '<a href="don-vi/xa-cu.html">UBND xã La Bằng (tháng 5 đến tháng 6)</a>' in index
    assert '<a href="don-vi/xa-moi.html">UBND xã La Bằng (tháng 7)</a>' in index
    assert f">{first.units[1].name}<" in index
    assert "<h1>UBND xã La Bằng (tháng 7)</h1>" in files["don-vi/xa-moi.html"].decode()
    table = files[f"so-lieu-{YEAR}.csv"].decode()
    assert "UBND xã La Bằng (tháng 7)" in table
    assert ",UBND xã La Bằng," not in table
