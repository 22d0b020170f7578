"""The profile of 2013 as it loads, and every fault that a profile may have, with its line and key."""

import hashlib
import shutil
import tomllib
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest

from mailbot.core.period import Cadence, Period
from mailbot.core.rules import DayOff, DueRule, Role, Span, StaffRole, StepKind, UnitId
from mailbot.errors import Fault, Misconfigured
from mailbot.resources import resource
from mailbot.rulebook import load_rules
from mailbot.toml_lines import Loc, line_index, line_of

PROFILE = resource("rules") / "thai-nguyen-2013"
RULES = load_rules(PROFILE)
BASIS = "quy định của Bộ luật Dân sự về kết thúc thời hạn"
PERIODIC = [report for report in RULES.reports if report.cadence is not Cadence.EVENT]


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    """A copy of the profile, to be spoilt."""
    return Path(shutil.copytree(PROFILE, tmp_path / "p"))


def spoil(profile: Path, name: str, old: str, new: str, occurrence: int = 1) -> int:
    """Exchange one occurrence of `old`, and say on which line it stood."""
    path = profile / name
    text = path.read_text(encoding="utf-8")
    at = -1
    for _ in range(occurrence):
        at = text.index(old, at + 1)
    path.write_text(text[:at] + new + text[at + len(old) :], encoding="utf-8")
    return text.count("\n", 0, at) + 1


def faults(profile: Path) -> list[Fault]:
    with pytest.raises(Misconfigured) as caught:
        load_rules(profile)
    return caught.value.faults


# --- the profile -----------------------------------------------------------------------------------------


def test_the_profile_has_the_twenty_agencies_and_nine_districts_of_2013() -> None:
    groups = [unit.group for unit in RULES.units]
    assert (groups.count("so-ban-nganh"), groups.count("huyen")) == (20, 9)
    assert set(RULES.groups) == set(groups)
    daitu = RULES.unit(UnitId("huyen-dai-tu"))
    assert (daitu.name, daitu.head) == ("UBND huyện Đại Từ", "Chủ tịch UBND huyện Đại Từ")
    assert daitu.emails(Role.HEAD, date(2013, 6, 25)) == ("chutich.daitu@thainguyen.example",)
    assert RULES.unit(UnitId("so-tai-chinh")).symbols == ("STC",)
    assert RULES.unit(UnitId("tp-thai-nguyen")).name == "UBND thành phố Thái Nguyên"


def test_every_unit_can_be_reached_and_lives_under_the_reserved_domain() -> None:
    for unit in RULES.units:
        for role in (Role.OFFICIAL, Role.CLERK, Role.HEAD):
            assert len(unit.emails(role, date(2013, 6, 25))) == 1
        for address in unit.addresses:
            assert address.email.endswith("thainguyen.example")
            assert RULES.unit_at_address(address.email, date(2026, 6, 25)) == unit
        assert unit.valid == Span()


def test_the_four_reports_of_the_directive() -> None:
    stated = {
        report.id: (report.cadence, report.ordinals, report.due.day, report.due.months_after)
        for report in PERIODIC
    }
    assert stated == {
        "bc-thang": (Cadence.MONTH, frozenset(), 25, 0),
        "bc-quy": (Cadence.QUARTER, frozenset(), 20, 0),
        "bc-6-thang": (Cadence.HALF, frozenset({1}), 20, 0),
        "bc-nam": (Cadence.YEAR, frozenset(), 20, 0),
    }
    assert all(report.due.day_off is DayOff.NEXT and report.due.closes is None for report in PERIODIC)
    assert all("13/CT-UBND" in report.basis for report in RULES.reports)
    assert all(report.owed_by == frozenset(RULES.groups) for report in RULES.reports)


@pytest.mark.parametrize("first", ["2013-06", "2013-Q2", "2013-H1", "2013"])
def test_june_2013_is_the_first_period_that_is_asked_for(first: str) -> None:
    period = Period.parse(first)
    (report,) = (report for report in RULES.reports if report.cadence is period.cadence)
    assert report.asks_for(period)
    assert not report.asks_for(period.previous())


def test_a_name_and_a_period_read_as_one_title() -> None:
    report = RULES.reports[0]
    title = f"{report.name} {Period.parse('2013-06').label}"
    assert title == "Báo cáo tình hình thực hiện nhiệm vụ tháng 6 năm 2013"


def test_the_steps_stand_in_the_order_of_time_and_copy_the_head_from_the_second_late_notice_on() -> None:
    steps = RULES.reports[0].steps
    assert [
        (step.id, step.working_days, bool(step.copies)) for step in steps if step.kind is StepKind.LATE
    ] == [
        ("late-1", 1, False),
        ("late-2", 3, True),
        ("late-3", 7, True),
    ]
    reminders = [(step.id, step.working_days) for step in steps if step.kind is StepKind.REMINDER]
    assert reminders == [("reminder-1", 5), ("reminder-2", 1)]
    assert RULES.late_closes_after == 15
    assert (RULES.sending.opens, RULES.sending.closes) == (time(7, 30), time(17))


def test_the_office_has_someone_for_every_role() -> None:
    # Not every province has a portal that forwards questions.
    assert all(RULES.office.emails(role) for role in StaffRole if role is not StaffRole.PORTAL)
    assert RULES.office.mailbox == "baocao@thainguyen.example"
    assert RULES.office.digest_at == time(7, 30)
    assert RULES.profile == "thai-nguyen-2013"


def test_reports_of_other_regimes_are_named_apart_from_ours() -> None:
    ours = set(RULES.reports[0].topics)
    assert {"CCHC", "tiếp công dân", "đầu tư công", "Đề án 06"} <= set(RULES.other_topics)
    assert ours.isdisjoint(RULES.other_topics)
    assert {"PCCC", "ATGT", "NTM", "ĐA06"} <= set(RULES.other_topics)


# --- what the files may say besides ----------------------------------------------------------------------


def test_the_fingerprint_changes_with_any_byte_of_any_file(profile: Path) -> None:
    assert RULES.fingerprint == load_rules(profile).fingerprint
    assert len(bytes.fromhex(RULES.fingerprint)) == hashlib.sha256().digest_size
    spoil(profile, "notices.toml", "# Thư nhắc", "#  Thư nhắc")
    assert load_rules(profile).fingerprint != RULES.fingerprint


def test_a_file_saved_by_a_windows_editor_loads(profile: Path) -> None:
    path = profile / "units.toml"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert load_rules(profile).units == RULES.units
    # Read and written as text, the file would lose its line ends.
    path.write_bytes(path.read_bytes().replace(b'id = "so-tu-phap"', b'id = "so-noi-vu"'))
    (fault,) = faults(profile)
    rows = path.read_text(encoding="utf-8").splitlines()
    assert fault.line is not None
    assert fault.line > rows.index('id = "so-noi-vu"') + 1
    assert rows[fault.line - 1] == 'id = "so-noi-vu"'


def test_names_are_composed_and_addresses_folded(profile: Path) -> None:
    spoil(profile, "units.toml", '"Sở Nội vụ"', '"So\u031b\u0309 No\u0323\u0302i vu\u0323"')
    spoil(profile, "units.toml", "sonoivu@thainguyen.example", "SoNoiVu@ThaiNguyen.Example")
    unit = load_rules(profile).units[0]
    assert unit.name == "Sở Nội vụ"
    assert unit.addresses[0].email == "sonoivu@thainguyen.example"


def test_an_address_without_dates_holds_as_long_as_its_unit(profile: Path) -> None:
    # The name survives while the unit changes: both use the same box, one after the other.
    spoil(profile, "units.toml", 'group = "so-ban-nganh"', 'group = "so-ban-nganh"\nvalid_to = 2025-02-28')
    spoil(profile, "units.toml", 'id = "so-tu-phap"', 'id = "so-tu-phap"\nvalid_from = 2025-03-01')
    spoil(profile, "units.toml", "sotuphap@thainguyen.example", "sonoivu@thainguyen.example")
    rules = load_rules(profile)
    for day, unit in ((date(2025, 2, 28), "so-noi-vu"), (date(2025, 3, 1), "so-tu-phap")):
        holder = rules.unit_at_address("sonoivu@thainguyen.example", day)
        assert holder is not None
        assert holder.id == unit


def test_a_report_may_have_its_own_topics_clock_and_month(profile: Path) -> None:
    spoil(
        profile,
        "reports.toml",
        "due = { day = 25, day_off",
        'topics = ["giá"]\ndue = { day = 5, months_after = 1, closes = 16:30:00, day_off',
    )
    report = load_rules(profile).reports[0]
    assert report.topics == ("giá",)
    assert report.due == DueRule(day=5, months_after=1, closes=time(16, 30), day_off_basis=BASIS)


def test_the_day_of_culture_is_one_switch(profile: Path) -> None:
    spoil(profile, "calendar.toml", "culture_day = false", "culture_day = true")
    calendar = load_rules(profile).calendar
    assert not calendar.is_working(date(2026, 11, 24))
    assert not calendar.is_working(date(2030, 11, 25))


def test_the_offices_own_days_are_applied_last(profile: Path) -> None:
    with (profile / "calendar.toml").open("a", encoding="utf-8") as file:
        file.write('[[removed]]\ndate = 2027-09-03\nsource = "x"\n')
        file.write('[[day_off]]\ndate = 2027-09-01\nname = "nghỉ"\nsource = "x"\n')
        file.write('[[worked]]\ndate = 2027-09-04\nsource = "x"\n')
        file.write('[[worked]]\ndate = 2027-01-01\nsource = "x"\n')
    calendar = load_rules(profile).calendar
    assert [calendar.is_working(date(2027, 9, day)) for day in (1, 2, 3, 4)] == [False, False, True, True]
    assert calendar.is_working(date(2027, 1, 1))


# --- faults ----------------------------------------------------------------------------------------------

NEW_UNIT = """
[[unit]]
id = "x"
name = "X"
group = "huyen"
head = "H"
addresses = [{ email = "x@x.example", role = "official" }]
"""


@pytest.mark.parametrize(
    ("name", "old", "new", "key", "says"),
    [
        # shapes
        ("units.toml", 'head = "Giám đốc Sở Nội vụ"', "", "unit.1.head", "is missing"),
        ("units.toml", 'aliases = ["Sở NV"]', 'alias = ["Sở NV"]', "unit.1.alias", "unknown key"),
        ("units.toml", "[groups]", "[group]", "group", "did you mean groups"),
        ("units.toml", 'name = "Sở Nội vụ"', "name = 7", "unit.1.name", "string"),
        ("units.toml", 'symbols = ["SNV"]', 'symbols = "SNV"', "unit.1.symbols", "list"),
        ("units.toml", '"Sở Nội vụ"', '"Sở\\nNội vụ"', "unit.1.name", "line breaks"),
        ("units.toml", '"Sở Nội vụ"', '" "', "unit.1.name", "empty"),
        ("units.toml", 'id = "so-noi-vu"', 'id = "Sở Nội vụ"', "unit.1.id", "pattern"),
        ("units.toml", 'role = "clerk"', 'role = "chief"', "unit.1.addresses.2.role", "'official', 'clerk'"),
        ("units.toml", '["snv.thainguyen.example"]', '["@snv"]', "unit.1.domains.1", "pattern"),
        ("units.toml", "sonoivu@thainguyen.example", "sonoivu", "unit.1.addresses.1.email", "email address"),
        ("units.toml", "sonoivu@", "so noi vu@", "unit.1.addresses.1.email", "email address"),
        ("units.toml", "sonoivu@", "../sonoivu@", "unit.1.addresses.1.email", "email address"),
        ("units.toml", "sonoivu@", "s\\r\\nBcc: x@", "unit.1.addresses.1.email", "email address"),
        ("units.toml", "sonoivu@", f"{'x' * 250}@", "unit.1.addresses.1.email", "email address"),
        ("reports.toml", "due = { day = 25,", "due = { day = 32,", "report.1.due.day", "31"),
        (
            "reports.toml",
            'due = { day = 25, day_off = "next_working_day" }',
            "",
            "report.1.due",
            "is missing",
        ),
        (
            "reports.toml",
            "{ day = 25, day_off",
            "{ day = 25, closes = 17, day_off",
            "report.1.due.closes",
            "time",
        ),
        (
            "reports.toml",
            "{ day = 25, day_off",
            "{ day = 25, closes = 17:00:30, day_off",
            "report.1.due.closes",
            "whole minutes",
        ),
        (
            "reports.toml",
            '{ day = 25, day_off = "next_working_day" }',
            '{ day = 25, day_off = "next" }',
            "report.1.due.day_off",
            "'next_working_day'",
        ),
        ("reports.toml", 'cadence = "month"', 'cadence = "monthly"', "report.1.cadence", "'month'"),
        ("reports.toml", 'cadence = "month"', 'cadence = "week"', "report.1", "weekly"),
        ("notices.toml", "working_days = 5", "working_days = 0", "step.1.working_days", "1"),
        ("notices.toml", "closes = 17:00:00", "closes = 07:30:00", "sending", "later"),
        ("notices.toml", 'copies = ["head"]', 'copies = ["boss"]', "step.4.copies.1", "'official'"),
        ("notices.toml", "[late]", "[[late]]", "late", "table"),
        ("office.toml", "[[staff]]", "[staffs]", "staffs", "did you mean staff"),
        ("calendar.toml", '"Chủ nhật"', '"Chúa nhật"', "base.weekend.2", "thứ Hai"),
        ("calendar.toml", "first_year = 2012", "first_year = 2040", "base", "before"),
        ("calendar.toml", "date = 2013-04-29", 'date = "29/4/2013"', "day_off.1.date", "date"),
        ("calendar.toml", "culture_day = false", "", "base.culture_day", "is missing"),
        # what only several tables together can get wrong
        ("units.toml", 'id = "so-tu-phap"', 'id = "so-noi-vu"', "unit.2.id", "so-noi-vu"),
        ("units.toml", 'group = "so-ban-nganh"', 'group = "so"', "unit.1.group", "unknown group so"),
        (
            "units.toml",
            'group = "so-ban-nganh"',
            'group = "so-ban-nganh"\nvalid_from = 2020-01-01\nvalid_to = 2019-12-31',
            "unit.1",
            "before valid_from",
        ),
        (
            "units.toml",
            'group = "so-ban-nganh"',
            'group = "so-ban-nganh"\nvalid_to = 2020-01-01\nsuccessors = ["so-x"]',
            "unit.1.successors.1",
            "unknown unit so-x",
        ),
        (
            "units.toml",
            'group = "so-ban-nganh"',
            'group = "so-ban-nganh"\nsuccessors = ["so-tu-phap"]',
            "unit.1.successors",
            "valid_to",
        ),
        (
            "units.toml",
            'group = "so-ban-nganh"',
            'group = "so-ban-nganh"\nvalid_to = 2020-01-01\nsuccessors = ["so-noi-vu"]',
            "unit.1.successors",
            "succeeds itself",
        ),
        (
            "units.toml",
            "sotuphap@thainguyen.example",
            "SONOIVU@thainguyen.example",
            "unit.2.addresses.1.email",
            "also in the unit so-noi-vu",
        ),
        (
            "units.toml",
            "vanthu@snv.thainguyen.example",
            "sonoivu@thainguyen.example",
            "unit.1.addresses.2.email",
            "twice in this unit",
        ),
        (
            "units.toml",
            "vanthu@snv",
            "vanthu@stp",
            "unit.1.addresses.2.email",
            "in the domain of the unit so-tu-phap",
        ),
        ("units.toml", '["stp.thain', '["x.snv.thain', "unit.2.domains.1", "domain snv.thainguyen.example"),
        (
            "units.toml",
            'role = "official" },',
            'role = "official", valid_from = 2020-01-02, valid_to = 2020-01-01 },',
            "unit.1.addresses.1",
            "before valid_from",
        ),
        ("reports.toml", 'id = "bc-quy"', 'id = "bc-thang"', "report.2.id", "bc-thang"),
        (
            "reports.toml",
            'owed_by = ["so-ban-nganh", "huyen"]',
            'owed_by = ["so-ban-nganh", "xa"]',
            "report.1.owed_by.2",
            "unknown group xa",
        ),
        ("reports.toml", "\nordinals = [1]", "\nordinals = [1, 3]", "report.3.ordinals.2", "half number 3"),
        ("notices.toml", "working_days = 7", "working_days = 3", "step.5.working_days", "same distance"),
        (
            "notices.toml",
            "working_days = 7",
            "working_days = 15",
            "step.5.working_days",
            "close 15 working days",
        ),
        (
            "office.toml",
            "baocao@thain",
            "sotaichinh@thain",
            "office.mailbox",
            "address of the unit so-tai-chinh",
        ),
        (
            "office.toml",
            "baocao@thain",
            "baocao@stc.thain",
            "office.mailbox",
            "domain stc.thainguyen.example",
        ),
        (
            "office.toml",
            "tonghop@vpubnd.",
            "sotaichinh@",
            "staff.1.email",
            "address of the unit so-tai-chinh",
        ),
        ("office.toml", "tonghop@vpubnd.", "baocao@", "staff.1.email", "office's mailbox"),
        (
            "office.toml",
            'roles = ["security"]',
            'roles = ["digest"]',
            "staff",
            "nobody has the role security",
        ),
        ("calendar.toml", "date = 2014-05-02", "date = 2013-04-29", "day_off.2.date", "listed twice"),
        (
            "calendar.toml",
            "date = 2013-05-04",
            "date = 2013-04-29",
            "worked.1.date",
            "also listed as [[day_off]]",
        ),
        ("calendar.toml", "date = 2013-05-04", "date = 2013-05-06", "worked.1.date", "working day already"),
    ],
)
def test_a_fault_is_named_with_its_file_line_and_key(
    profile: Path, name: str, old: str, new: str, key: str, says: str
) -> None:
    line = spoil(profile, name, old, new)
    found = {fault.key: fault for fault in faults(profile)}
    assert key in found
    fault = found[key]
    assert fault.file == profile / name
    assert says in fault.says
    assert fault.line is not None
    last_line_of_table = (profile / name).read_text(encoding="utf-8").count("\n") + 1
    assert 1 <= fault.line <= last_line_of_table
    # A missing or doubtful key is shown at the table around it, anything else on its own line.
    if "missing" not in says and key.count(".") > 1:
        assert abs(fault.line - line) <= 2


def test_every_fault_of_every_file_is_named_at_once(profile: Path) -> None:
    expected = {
        ("calendar.toml", spoil(profile, "calendar.toml", "date = 2013-04-29", "date = 7")),
        ("notices.toml", spoil(profile, "notices.toml", "working_days = 5", "working_days = -5")),
        ("notices.toml", spoil(profile, "notices.toml", "working_days = 7", "working_days = 3")),
        ("office.toml", spoil(profile, "office.toml", "tonghop@vpubnd", "tonghop vpubnd")),
        ("reports.toml", spoil(profile, "reports.toml", 'id = "bc-quy"', 'id = "bc-thang"')),
        ("units.toml", spoil(profile, "units.toml", 'role = "head"', 'role = "chief"', occurrence=2)),
        ("units.toml", spoil(profile, "units.toml", "sotuphap@thain", "so@tuphap@thain")),
        ("units.toml", spoil(profile, "units.toml", "soyte@thain", "sotaichinh@thain")),
    }
    assert expected <= {(fault.file.name, fault.line) for fault in faults(profile)}


def test_a_cycle_of_successors_is_named(profile: Path) -> None:
    ended = 'valid_to = {}\nsuccessors = ["{}"]\nhead ='
    spoil(profile, "units.toml", "head =", ended.format("2020-01-01", "so-tu-phap"))
    spoil(profile, "units.toml", "head =", ended.format("2021-01-01", "so-noi-vu"), occurrence=2)
    found = {fault.key: fault.says for fault in faults(profile)}
    assert found.keys() == {"unit.1.successors", "unit.2.successors", "unit.2.successors.1"}
    assert "succeeds itself" in found["unit.1.successors"]
    assert "does not exist on 2021-01-02" in found["unit.2.successors.1"]


def test_an_address_that_ends_before_its_unit_begins_is_named(profile: Path) -> None:
    spoil(profile, "units.toml", "head =", "valid_from = 2020-01-01\nhead =")
    spoil(profile, "units.toml", 'role = "official" }', 'role = "official", valid_to = 2019-01-01 }')
    assert [fault.key for fault in faults(profile)] == ["unit.1.addresses.1"]


def test_a_syntax_error_is_named_once_with_its_line(profile: Path) -> None:
    for name, old in (("units.toml", "[groups]"), ("office.toml", "[office]")):
        line = spoil(profile, name, old, old[:-1])
        found = [fault for fault in faults(profile) if fault.file.name == name]
        assert [(fault.line, fault.says[:12]) for fault in found] == [(line, "is not TOML:")]


def test_a_file_that_is_not_utf_8_is_named_with_its_line(profile: Path) -> None:
    path = profile / "office.toml"
    path.write_bytes("# a\n# Thái Nguyên\n".encode("latin-1", "replace") + path.read_bytes())
    (fault,) = faults(profile)
    assert (fault.line, fault.says) == (2, "is not UTF-8 text")


def test_a_missing_file_is_one_fault_and_a_stranger_another(profile: Path) -> None:
    (profile / "notices.toml").rename(profile / "notice.toml")
    found = {fault.file.name: fault.says for fault in faults(profile)}
    assert found["notices.toml"].startswith("cannot be read")
    assert found["notice.toml"].startswith("unknown file")
    assert len(found) == 2


def test_a_missing_folder_is_a_fault(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path / "nowhere")
    assert str(fault) == f"{tmp_path / 'nowhere'}: no such folder of rules"


def test_what_cannot_be_looked_at_is_a_fault_and_ends_no_reload(profile: Path) -> None:
    # As a folder that may not be entered, which is no hindrance to root.
    (fault,) = faults(profile / ("a" * 300))
    assert "cannot be read: File name too long" in fault.says
    (profile / "papers.toml").unlink(missing_ok=True)
    (profile / "papers.toml").symlink_to("a" * 300)
    (fault,) = faults(profile)
    assert (fault.file.name, fault.says) == ("papers.toml", "cannot be read: File name too long")


@pytest.mark.parametrize("name", ["units.toml", "reports.toml"])
def test_an_empty_register_is_a_fault(profile: Path, name: str) -> None:
    (profile / name).write_text("[groups]\nhuyen = 'x'\nso-ban-nganh = 'y'\n" if name == "units.toml" else "")
    assert any("has no [[" in fault.says for fault in faults(profile))


@pytest.mark.parametrize(
    ("text", "key"), [("unit = 3", "unit"), ("unit = [3]", "unit.1"), ("groups = 3", "groups")]
)
def test_a_table_of_the_wrong_kind_is_a_fault(profile: Path, text: str, key: str) -> None:
    (profile / "units.toml").write_text(text, encoding="utf-8")
    assert key in {fault.key for fault in faults(profile)}


def test_nothing_of_the_fault_of_one_unit_hides_that_of_another(profile: Path) -> None:
    with (profile / "units.toml").open("a", encoding="utf-8") as file:
        file.write(NEW_UNIT.replace("head", "heads") + NEW_UNIT)
    assert {fault.key for fault in faults(profile)} == {"unit.30.head", "unit.30.heads", "unit.31.id"}


# --- lines -----------------------------------------------------------------------------------------------


def locs(value: Any, loc: Loc = ()) -> list[Loc]:
    """Every loc of parsed TOML."""
    inner: list[tuple[str | int, Any]] = []
    if isinstance(value, dict):
        inner = list(value.items())
    elif isinstance(value, list):
        inner = list(enumerate(value))
    return [loc, *(found for part, below in inner for found in locs(below, (*loc, part)))]


@pytest.mark.parametrize("path", sorted(PROFILE.glob("*.toml")), ids=lambda path: path.name)
def test_every_key_of_the_profile_has_its_line(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    index = line_index(text)
    assert set(index) | {()} == set(locs(tomllib.loads(text)))
    rows = text.splitlines()
    assert all(str(loc[-1]) in rows[line - 1] for loc, line in index.items() if isinstance(loc[-1], str))


STRANGE = '''\
a.b."c.d" = 1 # x = 2
"quoted # key" = "a ] = # \\" b"
'single' = 'c:\\'
many = """
[not.a.table]
no = "key" \\"""
""""
raw = \'\'\'
[[neither]]
\'\'\'
nested = [ [1, 2], # ]
  [ { x = 1, y.z = [ "}", 07:30:00, 1979-05-27 07:32:00 ] },
    { } ], ]
empty = []
[t . "u v"]
k = true
[[list]]
k = 1
[[list.inner]]
n = 1
[[list.inner]]
n = 2
[list.inner.deep]
d = 1
[[list]]
[[list.inner]]
n = -1.5e3'''


def test_strange_but_lawful_toml_is_indexed() -> None:
    index = line_index(STRANGE)
    assert set(index) | {()} == set(locs(tomllib.loads(STRANGE)))
    assert index["a", "b", "c.d"] == 1
    assert index["many",] == 4
    assert index["raw",] == 8
    assert index["nested", 1, 0, "y", "z", 2] == 12
    assert index["t", "u v", "k"] == 16
    assert index["list", 0, "inner", 1, "deep", "d"] == 24
    assert index["list", 1, "inner", 0, "n"] == 27


def test_what_is_not_there_has_the_line_of_what_is_around_it() -> None:
    index = line_index("a = 1\n[t]\nb = 2\n")
    assert line_of(index, ("t", "c", 3)) == 2
    assert line_of(index, ("z",)) is None


def test_a_profile_without_papers_has_the_customary_ones(profile: Path) -> None:
    (profile / "papers.toml").unlink()
    head = load_rules(profile).papers.letterhead
    assert (head.superior, head.place) == ("ỦY BAN NHÂN DÂN TỈNH THÁI NGUYÊN", "Thái Nguyên")
    assert load_rules(profile).papers.naming == RULES.papers.naming


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("poor_below = 50", "poor_below = 101", "naming.poor_below"),
        ("fewest_month = 1", "fewest_week = 1", "naming.fewest_week"),
        ("[monthly]", "[weekly]", "weekly"),
        ("on_time_from = 0", "on_time_from = 10", "grade.4.on_time_from"),
        ("on_time_from = 95", "on_time_from = 0", "grade.1"),
    ],
)
def test_a_fault_in_papers_is_named_with_its_line(profile: Path, old: str, new: str, key: str) -> None:
    line = spoil(profile, "papers.toml", old, new)
    with pytest.raises(Misconfigured) as caught:
        load_rules(profile)
    [fault] = caught.value.faults
    assert fault.key == key
    assert abs((fault.line or 0) - line) <= 2
