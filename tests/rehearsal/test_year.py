"""A month goes through the real pipeline, and the province knows better what each mail was."""

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from mailbot.core.posting import NoticeKind, State
from mailbot.core.standing import Standing, in_time
from mailbot.core.verdict import Question, Sealed, Unclear, Verdict, kind
from mailbot.rehearsal.account import duty_of, overlooked, wrongly_credited
from mailbot.rehearsal.truth import Meant
from mailbot.rehearsal.year import Stretch

from .conftest import DOWN, Rehearsed, rehearsed


@pytest.fixture(params=["june", "august"])
def month(request: pytest.FixtureRequest) -> Rehearsed:
    return request.getfixturevalue(request.param)


def test_every_mail_put_in_has_exactly_one_arrival(month: Rehearsed) -> None:
    arrived = Counter(arrival.mail.sha256 for arrival in month.book.arrivals)
    assert arrived == Counter(dict.fromkeys(month.truths, 1))


def test_every_mail_is_stamped_with_the_moment_at_which_it_came(month: Rehearsed) -> None:
    for arrival in month.book.arrivals:
        assert arrival.arrived_at == month.truths[arrival.mail.sha256].arrived_at


def test_no_notice_key_is_answered_twice(month: Rehearsed) -> None:
    live = [row.letter for row in month.letters if row.posting.state is not State.WITHDRAWN]
    keys = Counter(key for letter in live for key in letter.keys)
    assert set(keys.values()) == {1}


def test_no_report_is_recorded_that_nobody_handed_in(month: Rehearsed) -> None:
    found = {a.mail.subject: wrongly_credited(a, month.truths) for a in month.book.arrivals}
    assert {subject: keys for subject, keys in found.items() if keys} == {}


def test_no_report_is_overlooked_beside_another_in_one_mail(month: Rehearsed) -> None:
    found = {a.mail.subject: overlooked(a, month.truths) for a in month.book.arrivals}
    assert {subject: keys for subject, keys in found.items() if keys} == {}


def test_no_unit_is_called_late_that_reported_in_time(month: Rehearsed) -> None:
    called = {
        duty.judgement.duty.key: duty.judgement.duty.due_at
        for duty in month.shown.duties
        if duty.judgement.standing in {Standing.LATE, Standing.OVERDUE}
    }
    assert called
    for truth in month.truths.values():
        for filing in truth.filings if truth.meant is Meant.REPORT else ():
            in_hand = [
                key for key in called if (key.unit, key.report, key.period) == (truth.unit, *_of(filing))
            ]
            assert not [key for key in in_hand if in_time(truth.arrived_at, called[key])], truth


def test_the_last_second_counts_and_the_next_does_not(august: Rehearsed) -> None:
    units = [unit.id for unit in august.shown.units[:2]]
    standings = [duty.judgement.standing for unit in units for duty in august.shown.of_unit[unit].values()]
    assert standings == [Standing.ON_TIME, Standing.LATE]


def test_machines_and_strangers_get_no_answer(month: Rehearsed) -> None:
    answered = {row.letter.answers for row in month.letters}
    for arrival in month.book.arrivals:
        truth = month.truths[arrival.mail.sha256]
        if truth.meant is Meant.MACHINE or (truth.meant is Meant.OTHER and truth.unit is None):
            assert arrival.number not in answered


def test_a_second_delivery_of_the_same_mail_is_known_for_what_it_is(june: Rehearsed) -> None:
    assert _twins(june)
    assert set(_twins(june).values()) == {"duplicate"}


def test_two_deliveries_that_are_read_together_are_known_too(august: Rehearsed) -> None:
    assert set(_twins(august).values()) == {"duplicate"}


def test_a_week_down_accuses_nobody_and_leads_to_one_letter_for_each_duty_at_most(august: Rehearsed) -> None:
    chases = {NoticeKind.REMINDER, NoticeKind.LATE}
    first_day = Stretch(DOWN.until, DOWN.until + timedelta(hours=24))
    after = [row for row in august.letters if first_day.holds(row.queued_at) and row.letter.kind in chases]
    # Late notices begin when the staff have given their word on the outage, and not before.
    assert after
    assert all(row.queued_at > DOWN.until for row in after)
    assert set(Counter(duty_of(key) for row in after for key in row.letter.keys).values()) == {1}


def test_nothing_is_posted_while_mailbot_is_down(august: Rehearsed) -> None:
    assert not [row for row in august.letters if DOWN.holds(row.queued_at)]
    assert [arrival for arrival in august.book.arrivals if DOWN.holds(arrival.arrived_at)]


def test_letters_move_clerks_to_send(august: Rehearsed) -> None:
    assert {row.letter.kind for row in august.letters} >= {NoticeKind.REMINDER, NoticeKind.LATE}
    assert "again, asked" in {truth.label for truth in august.truths.values()}


def test_hardly_an_ordinary_report_goes_to_a_person_because_it_could_be_secret(month: Rehearsed) -> None:
    """Sealed for a mark that it does not bear, or asked about because nobody can look inside: 1 % at most."""
    reports = [a for a in month.book.arrivals if month.truths[a.mail.sha256].meant is Meant.REPORT]
    asked = [a for a in reports if isinstance(a.verdict, Sealed) or _is_locked(a.verdict)]
    assert len(reports) > 20
    assert 100 * len(asked) <= len(reports), [a.mail.subject for a in asked]


def _is_locked(verdict: Verdict) -> bool:
    return isinstance(verdict, Unclear) and verdict.question is Question.LOCKED


def test_a_sealed_mail_is_shown_nowhere(june: Rehearsed) -> None:
    sealed = [a for a in june.book.arrivals if isinstance(a.verdict, Sealed)]
    marked = [truth for truth in june.truths.values() if truth.meant is Meant.SECRET]
    assert len(sealed) == len(marked) > 0
    for page in june.stage.folder.rglob("*.html"):
        assert "(Mật)" not in page.read_text(encoding="utf-8"), page


def test_the_same_seed_gives_the_same_month(august: Rehearsed, tmp_path: Path) -> None:
    with rehearsed(tmp_path / "elsewhere" / "demo", "2014-08", down=DOWN) as again:
        assert again.told == august.told
        assert _pages(again.stage.folder) == _pages(august.stage.folder)


def _twins(month: Rehearsed) -> dict[int, str]:
    """What the second deliveries of a mail were judged to be."""
    return {a.number: kind(a.verdict) for a in month.book.arrivals if month.truths[a.mail.sha256].twin}


def _of(filing: object) -> tuple[object, object]:
    return filing.report, filing.period  # type: ignore[attr-defined]


def _pages(folder: Path) -> dict[str, bytes]:
    """Every page, and every letter in its receiver's box."""
    found = [*folder.rglob("*.html"), *folder.glob("office/letters/*/*/*"), folder / "demo.json"]
    return {str(path.relative_to(folder)): path.read_bytes() for path in found if path.is_file()}
