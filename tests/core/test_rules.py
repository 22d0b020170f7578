"""The rules as values: spans, who owes what, whose address it is."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.calendar import Calendar
from mailbot.core.period import Cadence, Period
from mailbot.core.rules import (
    DueRule,
    Office,
    Report,
    ReportId,
    Role,
    Rules,
    Sending,
    Span,
    Staff,
    StaffRole,
    Step,
    StepKind,
    Unit,
    UnitAddress,
    UnitId,
)

DAY = date(2013, 6, 25)
days = st.dates(date(2013, 1, 1), date(2013, 3, 1))
spans = st.builds(Span, st.none() | days, st.none() | days).filter(
    lambda span: not (span.start and span.end and span.end < span.start)
)


def unit(name: str, *addresses: UnitAddress, **more: object) -> Unit:
    values: dict[str, object] = {"group": "huyen", "head": "", "addresses": addresses, **more}
    return Unit(id=UnitId(name), name=name, **values)  # type: ignore[arg-type]


def report(**more: object) -> Report:
    values: dict[str, object] = {"cadence": Cadence.MONTH, "owed_by": frozenset({"huyen"}), **more}
    return Report(id=ReportId("bc"), name="", due=DueRule(day=25), basis="", steps=(), **values)  # type: ignore[arg-type]


def rules(*units: Unit) -> Rules:
    office = Office(
        name="",
        province="",
        mailbox="baocao@x.example",
        paper_to="",
        secret_desk="",
        secret_phone="",
        digest_at=time(7, 30),
        staff=(Staff(name="", email="th@x.example", roles=frozenset({StaffRole.DIGEST})),),
    )
    return Rules(
        profile="p",
        fingerprint="f",
        office=office,
        calendar=Calendar(),
        sending=Sending(opens=time(7), closes=time(17)),
        units=units,
        reports=(report(),),
        late_closes_after=15,
    )


@given(spans, spans)
def test_spans_overlap_where_a_day_lies_in_both(one: Span, other: Span) -> None:
    every_day = [
        date.fromordinal(n) for n in range(date(2012, 12, 31).toordinal(), date(2013, 3, 3).toordinal())
    ]
    assert one.overlaps(other) == any(one.covers(day) and other.covers(day) for day in every_day)
    assert one.overlaps(other) == other.overlaps(one)


def test_a_unit_has_the_addresses_of_the_day() -> None:
    old = UnitAddress(email="old@x.example", role=Role.OFFICIAL, valid=Span(None, date(2013, 6, 24)))
    new = UnitAddress(email="new@x.example", role=Role.OFFICIAL, valid=Span(DAY, None))
    clerk = UnitAddress(email="vt@x.example", role=Role.CLERK)
    one = unit("u", old, new, clerk)
    assert one.emails(Role.OFFICIAL, DAY) == ("new@x.example",)
    assert one.emails(Role.OFFICIAL, date(2013, 6, 24)) == ("old@x.example",)
    assert one.emails(Role.CLERK, DAY) == ("vt@x.example",)
    assert one.emails(Role.HEAD, DAY) == ()


def test_an_address_that_changed_hands_belongs_to_the_holder_of_the_day() -> None:
    before = unit("a", UnitAddress(email="x@x.example", role=Role.OFFICIAL, valid=Span(None, DAY)))
    after = unit(
        "b", UnitAddress(email="x@x.example", role=Role.OFFICIAL, valid=Span(date(2013, 6, 26), None))
    )
    register = rules(before, after)
    assert register.unit_at_address("X@x.Example", DAY) == before
    assert register.unit_at_address("x@x.example", date(2013, 6, 26)) == after
    assert register.unit_at_address("y@x.example", DAY) is None


def test_a_domain_covers_the_domains_below_it_and_no_look_alikes() -> None:
    stc = unit("stc", domains=("stc.x.example",))
    register = rules(stc)
    assert register.unit_at_domain("a@stc.x.example", DAY) == stc
    assert register.unit_at_domain("a@Phong.STC.x.example", DAY) == stc
    assert register.unit_at_domain("a@notstc.x.example", DAY) is None
    assert register.unit_at_domain("a@x.example", DAY) is None
    assert (
        rules(unit("old", domains=("o.example",), valid=Span(None, date(2012, 1, 1)))).unit_at_domain(
            "a@o.example", DAY
        )
        is None
    )


def test_of_units_that_may_own_a_domain_the_first_of_the_day_does() -> None:
    over, above = (
        unit("over", domains=("a.x.example",), valid=Span(None, date(2012, 1, 1))),
        unit("above", domains=("x.example", "y.example")),
    )
    below = unit("below", domains=("a.x.example", "b.x.example"))
    for register, owner in ((rules(over, above, below), above), (rules(over, below, above), below)):
        assert register.unit_at_domain("a@p.a.x.example", DAY) == owner
        assert register.unit_at_domain("a@p.a.x.example", date(2011, 1, 1)) == over
        assert register.unit_at_domain("a@c.y.example", DAY) == above
    assert rules(below).unit_at_domain("a@" + "b." * 100_000 + "x.example", DAY) == below
    assert rules(unit("none")).unit_at_domain("a@x.example", DAY) is None


def test_mailbot_may_write_to_units_of_the_day_and_to_staff_only() -> None:
    past = UnitAddress(email="past@x.example", role=Role.OFFICIAL, valid=Span(None, date(2012, 1, 1)))
    register = rules(unit("u", UnitAddress(email="u@x.example", role=Role.OFFICIAL), past))
    assert register.registered("U@X.example", DAY)
    assert register.registered("TH@x.example", DAY)
    assert not register.registered("past@x.example", DAY)
    assert not register.registered("baocao@x.example", DAY)
    assert register.office.emails(StaffRole.SECURITY) == ()


def test_a_report_is_owed_by_its_groups_units_of_the_day() -> None:
    present = unit("a")
    gone = unit("b", valid=Span(None, date(2013, 6, 24)))
    other = unit("c", group="so")
    register = rules(present, gone, other)
    assert list(register.owing(report(), DAY)) == [present]


@pytest.mark.parametrize(
    ("period", "asked"),
    [("2013-06", True), ("2013-05", False), ("2014-01", True), ("2013-Q2", False), ("2014-02", False)],
)
def test_a_report_asks_for_periods_that_end_while_it_is_in_force(period: str, asked: bool) -> None:
    monthly = report(valid=Span(date(2013, 6, 11), date(2014, 1, 31)))
    assert monthly.asks_for(Period.parse(period)) is asked


def test_a_report_asks_for_its_own_ordinals_only() -> None:
    half = report(cadence=Cadence.HALF, ordinals=frozenset({1}))
    assert half.asks_for(Period.parse("2013-H1"))
    assert not half.asks_for(Period.parse("2013-H2"))


def test_ids_lead_to_units_and_reports() -> None:
    one = unit("a")
    register = rules(one)
    assert register.unit(UnitId("a")) is one
    assert register.report(ReportId("bc")).id == "bc"
    with pytest.raises(KeyError):
        register.unit(UnitId("b"))


def test_a_step_is_named_by_kind_and_ordinal() -> None:
    assert Step(kind=StepKind.LATE, ordinal=2, working_days=3).id == "late-2"
