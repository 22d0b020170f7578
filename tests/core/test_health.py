"""How well addresses take letters, whom that spares, and what the staff is told."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from builders import GO_LIVE, a_book, a_mail, a_report, a_unit, an_arrival, at, filed, some_rules
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.book import Book
from mailbot.core.delivery.health import FORGOTTEN_AFTER, AddressFact, Condition, Health, Sign, may_answer
from mailbot.core.duty import Duty, DutyKey
from mailbot.core.letters.digest import digest_matter
from mailbot.core.mail import Address, Automation, Level, Proof
from mailbot.core.notice import AlarmMatter
from mailbot.core.period import Period
from mailbot.core.plan import plan
from mailbot.core.posting import NoticeKind
from mailbot.core.rules import Role, UnitAddress, UnitId
from mailbot.core.standing import Doubt, Standing, judge
from mailbot.core.verdict import Findings, Ignored, Reason

UNIT = a_unit()
BOX, CHIEF = UNIT.addresses[0].email, UNIT.addresses[1].email
MONDAY = at("2013-06-24 09:00")
RULES = some_rules(units=(UNIT,), reports=(a_report(),))


def fact(sign: Sign = Sign.RETURNED, when: datetime = MONDAY, **changes: Any) -> AddressFact:
    status = "5.1.1" if sign in {Sign.RETURNED, Sign.REFUSED} else ""
    known = AddressFact(email=BOX, at=when, sign=sign, unit=UNIT.id, status=status, says="no such user")
    return replace(known, **changes)


def days(count: float) -> timedelta:
    return timedelta(days=count)


@pytest.mark.parametrize(
    ("facts", "after", "expected"),
    [
        ([], 0, Condition.SOUND),
        ([fact()], 0, Condition.DEAD),
        ([fact(Sign.REFUSED)], 0, Condition.DEAD),
        ([fact()], 13.9, Condition.DEAD),
        ([fact()], 14.1, Condition.AILING),
        ([fact()], 60, Condition.SOUND),
        ([fact(), fact(when=MONDAY + days(2))], 20, Condition.DEAD),
        # A full box passes; five days of it do not.
        ([fact(status="5.2.2")], 0, Condition.AILING),
        ([fact(status="4.4.7")], 0, Condition.AILING),
        ([fact(status="5.7.1")], 0, Condition.AILING),
        ([fact(status="5.2.2", when=MONDAY + days(n)) for n in range(5)], 4, Condition.DEAD),
        # One day is one failure, however many letters it met.
        ([fact(status="5.2.2", when=MONDAY + timedelta(hours=n)) for n in range(9)], 0.5, Condition.AILING),
        ([fact(), fact(Sign.ALIVE, MONDAY + days(1))], 1, Condition.SOUND),
        ([fact(Sign.ALIVE, MONDAY - days(1)), fact()], 0, Condition.DEAD),
        ([fact(Sign.REFUSED), fact(Sign.TAKEN, MONDAY + days(1))], 1, Condition.SOUND),
        # Our own server takes the letter; what comes back from afar outweighs that.
        ([fact(), fact(Sign.TAKEN, MONDAY + days(1))], 1, Condition.DEAD),
    ],
)
def test_an_address_stands_by_what_was_seen_of_it(
    facts: list[AddressFact], after: float, expected: Condition
) -> None:
    assert Health(facts).condition(BOX, MONDAY + days(after)) is expected


def test_a_box_that_failed_every_day_is_dead_no_longer_well_before_its_failures_are_forgotten() -> None:
    health = Health([fact(when=MONDAY - days(number)) for number in range(365)])
    assert health.condition(BOX, MONDAY + days(70)) is Condition.DEAD
    assert health.condition(BOX, MONDAY + days(80)) is Condition.AILING
    assert health.score(BOX, MONDAY + FORGOTTEN_AFTER) > 0
    assert health.score(BOX, MONDAY + FORGOTTEN_AFTER + days(1)) == 0


def test_a_mail_answers_a_failure_only_while_it_counts() -> None:
    later = MONDAY + FORGOTTEN_AFTER
    assert may_answer(MONDAY, [fact()])
    assert may_answer(later, [fact(when=MONDAY - days(9)), fact()])
    assert not may_answer(MONDAY - days(1), [fact()])
    assert not may_answer(later + days(1), [fact()])
    assert not may_answer(MONDAY, [])


@given(st.permutations([fact(), fact(Sign.ALIVE, MONDAY + days(1)), fact(when=MONDAY + days(2))]))
def test_the_order_in_which_facts_were_recorded_does_not_matter(facts: list[AddressFact]) -> None:
    assert Health(facts).condition(BOX, MONDAY + days(2)) is Condition.DEAD
    assert Health(facts).condition(BOX, MONDAY + days(1.5)) is Condition.SOUND


@given(st.lists(st.sampled_from(Sign), max_size=8), st.integers(0, 60))
def test_what_comes_later_is_not_known_yet(signs: list[Sign], day: int) -> None:
    facts = [fact(sign, MONDAY + days(3 * number)) for number, sign in enumerate(signs)]
    now = MONDAY + days(day)
    known = [known for known in facts if known.at <= now]
    assert Health(facts).condition(BOX, now) is Health(known).condition(BOX, now)


def storm_of(units: int, hours: float = 1) -> list[AddressFact]:
    return [
        fact(
            email=f"don-vi-{number}@tinh.example",
            unit=UnitId(f"don-vi-{number}"),
            when=MONDAY + timedelta(hours=hours * number / max(units, 1)),
            status="5.7.1",
            says="550 5.7.1 blocked",
        )
        for number in range(units)
    ]


def test_many_units_failing_on_one_day_is_our_fault_and_disables_nobody() -> None:
    facts = [replace(found, status="5.1.1") for found in storm_of(6)]
    health = Health(facts)
    (storm,) = health.storms
    assert len(storm.units) == 6
    assert storm.at == facts[4].at
    assert storm.says == "550 5.7.1 blocked"
    assert all(health.condition(found.email, MONDAY + days(1)) is Condition.SOUND for found in facts)


@pytest.mark.parametrize(("units", "hours"), [(4, 1), (5, 150)])
def test_a_few_failures_or_slow_ones_are_no_storm(units: int, hours: float) -> None:
    assert Health(storm_of(units, hours)).storms == ()


def test_failures_of_many_years_are_not_compared_each_with_all_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked: list[datetime] = []
    kept = vars(AddressFact)["at"].__get__

    def noting(self: AddressFact) -> datetime:
        looked.append(kept(self))
        return looked[-1]

    failures = [fact(when=MONDAY + days(n), email=f"{n}@x.example") for n in range(1000)]
    monkeypatch.setattr(AddressFact, "at", property(noting))
    assert Health(failures).storms == ()
    assert len(looked) < 30 * len(failures)


def test_in_a_large_province_more_units_make_a_storm() -> None:
    written_to = [
        fact(Sign.TAKEN, MONDAY - days(3), email=f"x{n}@x.vn", unit=UnitId(f"x{n}")) for n in range(200)
    ]
    assert Health([*written_to, *storm_of(12)]).storms == ()
    assert len(Health([*written_to, *storm_of(25)]).storms) == 1


JUNE = Period.parse("2013-06")
KEY = DutyKey(UNIT.id, a_report().id, JUNE)
DUTY = Duty(key=KEY, opens_at=at("2013-06-01"), due_at=at("2013-06-25 17:00"), basis="", derivation="")


def book(facts: Iterable[AddressFact], **changes: Any) -> Book:
    known: dict[str, Any] = {"addresses": tuple(facts), "scanned_at": at("2013-07-30"), **changes}
    return a_book(duties=[DUTY], **known)


def test_a_unit_whose_address_is_dead_is_not_judged() -> None:
    found = judge(DUTY, book([fact()]), at("2013-06-27 09:00"))
    assert (found.standing, found.doubt) == (Standing.NOT_JUDGED, Doubt.UNREACHED)


def test_it_is_not_judged_either_when_the_failure_is_told_days_later_and_has_faded() -> None:
    late = book([fact(when=at("2013-06-28 09:00"))])
    assert judge(DUTY, late, at("2013-06-27 09:00")).standing is Standing.OVERDUE
    assert judge(DUTY, late, at("2013-07-29 09:00")).doubt is Doubt.UNREACHED


def test_it_is_judged_where_another_of_its_addresses_took_the_letters() -> None:
    taken = fact(Sign.TAKEN, MONDAY + timedelta(hours=1), email=CHIEF)
    assert judge(DUTY, book([fact(), taken]), at("2013-06-27 09:00")).standing is Standing.OVERDUE
    # What was taken an hour before it was due may still come back.
    hasty = fact(Sign.TAKEN, at("2013-06-25 16:00"), email=CHIEF)
    assert judge(DUTY, book([fact(), hasty]), at("2013-06-25 18:00")).doubt is Doubt.UNREACHED


def test_it_is_judged_where_the_letter_that_failed_went_to_another_address_too_and_stayed_there() -> None:
    """Every letter goes to the office's box and to its head's, of whom one may have left."""
    asked = at("2013-06-24 07:30")
    returned = fact(when=asked + timedelta(minutes=9), email=CHIEF, letter=7)
    taken = fact(Sign.TAKEN, asked, letter=7)
    assert judge(DUTY, book([taken, returned]), at("2013-06-27 09:00")).standing is Standing.OVERDUE
    of_another = replace(taken, letter=6)
    assert judge(DUTY, book([of_another, returned]), at("2013-06-27 09:00")).doubt is Doubt.UNREACHED
    # A full box gave it back as well, which alone makes no address dead.
    full = fact(when=asked + timedelta(hours=2), status="5.2.2", letter=7)
    found = judge(DUTY, book([taken, full, returned]), at("2013-06-27 09:00"))
    assert found.doubt is Doubt.UNREACHED


def test_what_came_late_stays_late_though_an_address_dies_months_after() -> None:
    came = a_book(arrivals=(an_arrival(filed("2013-06"), at("2013-06-28 09:00")),)).arrivals
    known = replace(book([fact(when=at("2013-09-02 09:00"))]), arrivals=came)
    for now in (at("2013-07-01"), at("2013-09-03"), at("2014-01-01")):
        assert judge(DUTY, known, now).standing is Standing.LATE
    assert judge(DUTY, book([fact(when=at("2013-09-02 09:00"))]), at("2013-09-03")).doubt is Doubt.UNREACHED


def test_a_mail_from_the_address_proves_that_somebody_reads_there() -> None:
    vacation = Ignored(reason=Reason.AUTO_REPLY, findings=Findings())
    mail = a_mail(sender=Address(BOX), automation=Automation.AUTO_REPLY)
    wrote = an_arrival(vacation, MONDAY + days(1), mail=mail)
    assert judge(DUTY, replace(book([fact()]), arrivals=(wrote,)), at("2013-06-27")).doubt is None
    forged = replace(wrote, mail=replace(mail, proof=Proof(Level.FAILED)))
    silent = replace(book([fact()]), arrivals=(forged,))
    assert judge(DUTY, silent, at("2013-06-27")).doubt is Doubt.UNREACHED


def reminders(facts: Iterable[AddressFact]) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    found = plan(RULES, book(facts), MONDAY, GO_LIVE)
    return [(n.to, n.copies) for n in found.post if n.kind is NoticeKind.REMINDER]


def test_letters_go_to_another_registered_address_or_to_nobody() -> None:
    assert reminders([]) == [((BOX,), ())]
    assert reminders([fact(when=MONDAY - days(1))]) == [((CHIEF,), ())]
    both = [fact(when=MONDAY - days(1)), fact(when=MONDAY - days(1), email=CHIEF)]
    assert reminders(both) == []


def test_a_private_box_is_the_last_that_is_tried() -> None:
    private = UnitAddress(email="rieng@mail.example", role=Role.PERSONAL)
    unit = replace(UNIT, addresses=(private, *UNIT.addresses))
    rules = some_rules(units=(unit,), reports=(a_report(),))
    dead = [fact(when=MONDAY - days(1)), fact(when=MONDAY - days(1), email=CHIEF)]
    (notice,) = [n for n in plan(rules, book(dead), MONDAY, GO_LIVE).post if n.kind is NoticeKind.REMINDER]
    assert notice.to == ("rieng@mail.example",)


def test_the_digest_names_the_dead_address_and_where_letters_go() -> None:
    matter = digest_matter(RULES, book([fact(when=MONDAY - days(1))]), MONDAY.date(), MONDAY, GO_LIVE)
    (line,) = matter.unreached
    assert (line.unit.id, line.failure.email, line.instead) == (UNIT.id, BOX, CHIEF)
    assert not matter.quiet


def test_the_staff_is_alarmed_once_a_day_while_letters_to_many_come_back() -> None:
    stormy = book(storm_of(8))
    found = list(plan(RULES, stormy, MONDAY + timedelta(hours=2), GO_LIVE).post)
    (alarm,) = [notice for notice in found if notice.kind is NoticeKind.ALARM]
    assert isinstance(alarm.matter, AlarmMatter)
    assert alarm.keys == ("alarm/returned/2013-06-24",)
    assert alarm.unit is None
    later = plan(RULES, stormy, MONDAY + days(2), GO_LIVE)
    assert not [notice for notice in later.post if notice.kind is NoticeKind.ALARM]
