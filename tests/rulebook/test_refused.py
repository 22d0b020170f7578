"""What is refused at load, with the file, the line and the reason; the running rules stay meanwhile."""

import shutil
from pathlib import Path

import pytest

from mailbot.errors import Fault, Misconfigured
from mailbot.resources import resource
from mailbot.rulebook import load_rules

TASKS = resource("rules") / "gia-lai-2017-tasks"
PORTAL = resource("rules") / "portal-transparency"
MERGED = resource("rules") / "thai-nguyen-2026"


def spoilt(tmp_path: Path, profile: Path, name: str, old: str, new: str) -> tuple[int, list[Fault]]:
    """The line at which `old` stood first in a copy of the profile, and the faults once it is `new`."""
    copy = shutil.copytree(profile, tmp_path / "p")
    path = copy / name
    text = path.read_text(encoding="utf-8")
    at = text.index(old)
    path.write_text(text[:at] + new + text[at + len(old) :], encoding="utf-8")
    with pytest.raises(Misconfigured) as caught:
        load_rules(copy)
    return text.count("\n", 0, at) + 1, caught.value.faults


@pytest.mark.parametrize(
    ("profile", "name", "old", "new", "key", "says"),
    [
        # Due rules that say two things, or nothing that can be met.
        (TASKS, "reports.toml", "due = { day = 10 }", "due = { day = 10, working_days = 3 }", "report.1.due",
         "exactly one of day, working_days, days, hours, announced"),
        (TASKS, "reports.toml", "due = { day = 10 }", "due = { }", "report.1.due", "exactly one of"),
        (TASKS, "reports.toml", "due = { day = 10 }", "due = { day = 10, closes = 00:00:00 }", "report.1.due",
         "without closes it counts to 24:00"),
        (TASKS, "reports.toml", "due = { day = 10 }", "due = { working_days = 3, before = true }",
         "report.1.due", "before and months_after belong to a day"),
        (TASKS, "reports.toml", "due = { day = 10 }", "due = { hours = 3 }", "report.1",
         "belongs to a report"),
        (TASKS, "reports.toml", "due = { day = 10 }", "due = { day = 10, months_after = -1 }", "report.1.due",
         "lies before the period begins"),
        (TASKS, "reports.toml", "due = { day = 10 }", "cut_off = 14\ndue = { day = 10 }", "report.1.due",
         "lies before its figures close on 2017-01-14"),
        (TASKS, "reports.toml", "due = { day = 12 }", "due = { day = 8 }", "report.1.stages",
         "the date of office, 2017-01-08, lies before 2017-01-10"),
        (TASKS, "reports.toml", "due = { day = 12 }", "due = { working_days = 12 }", "report.1.stages.1",
         "a stage is due on a named day"),
        # Periods that are not there.
        (TASKS, "reports.toml", 'cadence = "month"', 'first_period = "2017-Q1"\ncadence = "month"',
         "report.1.first_period", "2017-Q1 is no month"),
        (TASKS, "reports.toml", 'cadence = "month"', 'first_period = "tháng 1"\ncadence = "month"',
         "report.1.first_period", "not a period"),
        (TASKS, "reports.toml", 'cadence = "month"',
         'first_period = "2018-01"\nlast_period = "2017-12"\ncadence = "month"', "report.1.last_period",
         "lies before the first period, 2018-01"),
        (TASKS, "reports.toml", 'cadence = "month"',
         'ordinals = [6]\nfirst_period = "2018-01"\ncadence = "month"',
         "report.1.first_period", "does not exist for 2018-01"),
        (TASKS, "reports.toml", "valid_from = 2017-01-10", "valid_from = 2090-01-10", "report.1",
         "asks for no period from 2016 to 2028"),
        (PORTAL, "reports.toml", 'cadence = "event"', 'ordinals = [1]\ncadence = "event"', "report.2",
         "an event has no period"),
        (PORTAL, "reports.toml", "due = { working_days = 7 }", "due = { day = 7 }", "report.2",
         "an event has no month"),
        (PORTAL, "reports.toml", 'cadence = "month"', 'update_hours = 4\ncadence = "month"', "report.1",
         'cadence = "event"'),
        # Reports that contradict each other.
        (TASKS, "reports.toml", 'cadence = "quarter"', 'cadence = "month"', "report.2.id",
         "asks the same units for 2017-01 as the report bc-thang"),
        (TASKS, "reports.toml", 'id = "bc-quy"', 'fulfilled_by = ["bc-quy"]\nid = "bc-quy"',
         "report.2.fulfilled_by.1", "would fulfil each other"),
        (TASKS, "reports.toml", 'id = "bc-quy"', 'fulfilled_by = ["bc-ngay"]\nid = "bc-quy"',
         "report.2.fulfilled_by.1", "unknown report bc-ngay"),
        (TASKS, "reports.toml", 'id = "bc-quy"', 'fulfilled_by = ["nhiem-vu"]\nid = "bc-quy"',
         "report.2.fulfilled_by.1", "what has no period"),
        (TASKS, "reports.toml", 'cadence = "month"',
         (
             'parts = [{ id = "quy-hoach", name = "A", words = ["a"] },'
             ' { id = "quy-hoach", name = "B", words = ["b"] }]\n'
             'cadence = "month"'
         ), "report.1.parts.2.id",
         "two parts have the id quy-hoach"),
        # Groups.
        (MERGED, "units.toml", 'groups = ["phuong", "xa"]', 'groups = ["phuong", "thon"]',
         "composed_group.1.groups.2", "unknown group thon"),
        (MERGED, "units.toml", 'groups = ["phuong", "xa"]', 'groups = ["phuong", "cap-xa"]',
         "composed_group.1.groups", "is within itself"),
        (MERGED, "units.toml", 'groups = ["phuong", "xa"]', 'units = ["xa-moi"]', "composed_group.1.units.1",
         "unknown unit xa-moi"),
        (MERGED, "units.toml", 'id = "cap-xa"', 'id = "xa"', "composed_group.1.id", "two groups xa"),
        # Units that change.
        (MERGED, "units.toml", 'id = "so-tai-chinh"\n',
         'id = "so-tai-chinh"\nvalid_to = 2026-01-01\nopen_duties = "keep"\n',
         "unit.3.open_duties", "nobody can send"),
        (MERGED, "units.toml", 'name = "Sở Tư pháp"', 'name = "Sở Nội vụ"', "unit.2.name",
         "the unit so-noi-vu has the same name, on overlapping days"),
        (MERGED, "units.toml", 'id = "so-tu-phap"\n',
         ('id = "so-tu-phap"\nformer_names = [{ name = "A", until = 2026-02-01 },'
         ' { name = "B", until = 2026-01-01 }]\n'),
         "unit.2.former_names.2.until", "in the order of time"),
        (MERGED, "units-ket-thuc-2025.toml", 'successors = ["so-noi-vu"]', 'successors = ["xa-dai-tu"]',
         "unit.1.successors.1", "xa-dai-tu does not exist on 2025-03-01"),
        # Notices.
        (PORTAL, "notices.toml", 'reports = ["tra-loi-cau-hoi"]', 'reports = ["tra-loi"]', "step.6.reports.1",
         "unknown report tra-loi"),
    ],
)  # fmt: skip
def test_a_contradiction_is_named_with_its_file_line_and_key(
    tmp_path: Path, profile: Path, name: str, old: str, new: str, key: str, says: str
) -> None:
    line, faults = spoilt(tmp_path, profile, name, old, new)
    found = {fault.key: fault for fault in faults}
    assert key in found, faults
    assert says in found[key].says
    assert found[key].file == tmp_path / "p" / name
    at = found[key].line
    assert at is not None
    # The line of the key, or of the table that it is missing from.
    assert abs(at - line) <= 12


@pytest.mark.parametrize("name", ["units.toml", "units-cap-xa.toml", "reports.toml"])
def test_what_stands_in_a_file_that_cannot_be_read_is_missed_nowhere(tmp_path: Path, name: str) -> None:
    base = shutil.copytree(MERGED, tmp_path / "base")
    for file, old, new in (
        ("reports.toml", "\ncut_off = 14", '\ncut_off = 14\nfulfilled_by = ["bc-quy"]'),
        ("notices.toml", "working_days = 5", 'working_days = 5\nreports = ["bc-thang"]'),
    ):
        path = base / file
        path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    first = (base / name).read_text(encoding="utf-8").splitlines()[0]
    line, faults = spoilt(tmp_path, base, name, first, "x = 1 y")
    assert [(fault.file.name, fault.line, fault.says[:11]) for fault in faults] == [
        (name, line, "is not TOML")
    ]
