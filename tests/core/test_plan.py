"""Planning: a year of windows, and what no history may break."""

import itertools
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from builders import GO_LIVE, a_book, a_mail, an_arrival, at, filed, posted, some_rules
from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot.core.book import Book, Ruling
from mailbot.core.duty import opened_duties
from mailbot.core.letters import answers
from mailbot.core.letters.chase import windows
from mailbot.core.mail import Automation, Level, Proof
from mailbot.core.notice import ChaseMatter, Notice, QueryMatter, ReceiptMatter, SealedMatter
from mailbot.core.plan import Plan, office_hours, plan
from mailbot.core.posting import NoticeKind, PostedLetter, State
from mailbot.core.rules import UnitId
from mailbot.core.standing import Judgement
from mailbot.core.verdict import Findings, Ignored, Question, Reason, Sealed, Unclear, Verdict

RULES = some_rules()
CHASES = {NoticeKind.REMINDER, NoticeKind.LATE}


def book_at(now: datetime, **changes: object) -> Book:
    return a_book(duties=opened_duties(RULES, now, GO_LIVE), **changes)


def after(book: Book, found: Plan) -> Book:
    """The book once the plan is carried out and every letter sent."""
    letters = {key: letter for key, letter in book.letters.items() if letter.number not in found.withdraw}
    for notice in found.post:
        letters |= posted(len(letters) + 1, notice.kind, *notice.keys)
    return replace(book, letters=letters, duties={**book.duties, **{d.key: d for d in found.announce}})


def chases(found: Plan) -> list[Notice]:
    return [notice for notice in found.post if notice.kind in CHASES]


def test_nothing_is_planned_before_go_live() -> None:
    assert not plan(RULES, book_at(GO_LIVE), GO_LIVE - timedelta(seconds=1), GO_LIVE)


def test_duties_are_announced_when_their_period_opens_and_only_once() -> None:
    now = at("2013-07-01 08:00")
    found = plan(RULES, a_book(), now, GO_LIVE)
    assert {str(d.key) for d in found.announce if d.key.unit == "so-tai-chinh"} == {
        "so-tai-chinh/bc-month/2013-06",
        "so-tai-chinh/bc-month/2013-07",
        "so-tai-chinh/bc-quarter/2013-Q2",
        "so-tai-chinh/bc-quarter/2013-Q3",
    }
    assert plan(RULES, after(a_book(), found), now, GO_LIVE).announce == ()


def test_a_duty_due_before_go_live_is_never_announced() -> None:
    found = plan(RULES, a_book(), at("2013-07-01 08:00"), at("2013-06-21"))
    assert "so-tai-chinh/bc-quarter/2013-Q2" not in {str(duty.key) for duty in found.announce}


def test_the_steps_of_june_begin_on_their_working_days_at_the_opening_hour() -> None:
    steps = windows(RULES.reports[0], at("2013-06-25 23:59:59"), RULES)
    assert [(w.step.id, w.opens_at) for w in steps] == [
        ("reminder-1", at("2013-06-18 07:30")),
        ("reminder-2", at("2013-06-24 07:30")),
        ("late-1", at("2013-06-26 07:30")),
        ("late-2", at("2013-06-28 07:30")),
        ("late-3", at("2013-07-04 07:30")),
    ]


def test_windows_of_one_duty_are_disjoint_and_reminders_end_with_the_due_moment() -> None:
    steps = windows(RULES.reports[0], at("2013-06-25 23:59:59"), RULES)
    assert all(a.closes_at <= b.opens_at for a, b in itertools.pairwise(steps))
    assert steps[1].closes_at == at("2013-06-25 23:59:59")


def test_one_letter_tells_a_unit_of_all_it_owes() -> None:
    now = at("2013-06-19 09:00")
    (letter,) = [n for n in chases(plan(RULES, book_at(now), now, GO_LIVE)) if n.unit == RULES.units[0]]
    assert isinstance(letter.matter, ChaseMatter)
    assert [(item.report.id, item.step.id, item.working_days) for item in letter.matter.items] == [
        ("bc-quarter", "reminder-2", 1),
        ("bc-month", "reminder-1", 4),
    ]
    assert letter.to == ("so-tai-chinh@tinh.example",)
    assert letter.copies == ()


def test_the_head_gets_a_copy_from_the_second_late_notice_on() -> None:
    now = at("2013-06-28 09:00")
    book = book_at(now, scanned_at=now)
    letters = [n for n in chases(plan(RULES, book, now, GO_LIVE)) if n.unit == RULES.units[0]]
    assert [notice.copies for notice in letters] == [("giamdoc.so-tai-chinh@tinh.example",)]


def test_after_two_weeks_without_mailbot_one_letter_goes_to_each_unit() -> None:
    now = at("2013-07-05 09:00")
    letters = chases(plan(RULES, book_at(now, scanned_at=now), now, GO_LIVE))
    assert sorted(notice.unit.id for notice in letters if notice.unit) == ["huyen-dai-tu", "so-tai-chinh"]


def test_no_late_notice_leaves_before_the_mailbox_was_read_past_the_due_moment() -> None:
    now = at("2013-06-26 09:00")
    for scanned_at in (None, at("2013-06-20 23:59:59")):
        assert not chases(plan(RULES, book_at(now, scanned_at=scanned_at), now, GO_LIVE))


def test_nobody_is_chased_at_night_or_on_a_sunday() -> None:
    for night in (at("2013-06-19 22:00"), at("2013-06-23 10:00")):
        assert not office_hours(RULES, night)
        assert not chases(plan(RULES, book_at(night), night, GO_LIVE))


def test_a_filed_duty_is_chased_no_more_and_its_waiting_letter_is_withdrawn() -> None:
    now = at("2013-06-24 09:00")
    key = "reminder/so-tai-chinh/bc-month/2013-06/2"
    waiting = posted(7, NoticeKind.REMINDER, key, state=State.WAITING)
    assert plan(RULES, book_at(now, letters=waiting), now, GO_LIVE).withdraw == ()
    arrival = an_arrival(filed("2013-06"), at("2013-06-24 08:00"), muted=True)
    book = replace(book_at(now, letters=waiting), arrivals=(arrival,))
    found = plan(RULES, book, now, GO_LIVE)
    assert found.withdraw == (7,)
    assert not [n for n in chases(found) if n.unit == RULES.units[0] and key in n.keys]


def test_a_letter_for_two_duties_is_written_anew_for_the_one_that_is_left() -> None:
    now = at("2013-06-19 09:00")
    both = (
        "reminder/so-tai-chinh/bc-month/2013-06/1",
        "reminder/so-tai-chinh/bc-quarter/2013-Q2/2",
    )
    waiting = posted(3, NoticeKind.REMINDER, *both, state=State.WAITING)
    arrival = an_arrival(filed("2013-Q2", "bc-quarter"), at("2013-06-19 08:30"), muted=True)
    book = replace(book_at(now, letters=waiting), arrivals=(arrival,))
    found = plan(RULES, book, now, GO_LIVE)
    assert found.withdraw == (3,)
    assert [n.keys for n in chases(found) if n.unit == RULES.units[0]] == [both[:1]]


def test_an_undecided_mail_of_a_unit_keeps_late_notices_from_it() -> None:
    now = at("2013-06-26 09:00")
    doubt = Unclear(question=Question.PERIOD, findings=Findings(unit=UnitId("so-tai-chinh")))
    arrival = an_arrival(doubt, at("2013-06-20 08:00"), muted=True)
    book = replace(book_at(now, scanned_at=now), arrivals=(arrival,))
    assert {n.unit.id for n in chases(plan(RULES, book, now, GO_LIVE)) if n.unit} == {"huyen-dai-tu"}


def test_a_mail_with_a_report_gets_a_receipt_to_its_registered_sender_at_once_even_at_night() -> None:
    now = at("2013-06-22 23:00")
    arrival = an_arrival(filed("2013-06"), now)
    (receipt,) = plan(RULES, replace(book_at(now), arrivals=(arrival,)), now, GO_LIVE).post
    assert isinstance(receipt.matter, ReceiptMatter)
    assert (receipt.kind, receipt.keys, receipt.to) == (
        NoticeKind.RECEIPT,
        ("receipt/1",),
        ("so-tai-chinh@tinh.example",),
    )
    assert [judgement.standing for judgement in receipt.matter.judgements] == ["on_time"]


def test_a_receipt_that_waits_is_kept_and_not_put_together_again(monkeypatch: pytest.MonkeyPatch) -> None:
    now = at("2013-06-22 23:00")
    arrival = an_arrival(filed("2013-06"), now)
    waiting = posted(7, NoticeKind.RECEIPT, "receipt/1", state=State.WAITING)
    book = replace(book_at(now, letters=waiting), arrivals=(arrival,))

    def judge_again(*_: object) -> Judgement:
        raise AssertionError("thousands of receipts may wait, and each plan would judge for each")

    with monkeypatch.context() as patched:
        patched.setattr(answers, "judge_at_arrival", judge_again)
        assert not plan(RULES, book, now, GO_LIVE)
    ruled = Ruling(number=1, arrival=1, verdict=filed("2013-05"), by="an", why="", ruled_at=now)
    (receipt,) = (found := plan(RULES, replace(book, rulings=(ruled,)), now, GO_LIVE)).post
    assert (receipt.keys, found.withdraw) == (("receipt/1/1",), (7,))


def test_of_two_letters_about_the_same_one_is_written_and_so_are_all_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = at("2013-06-22 23:00")
    book = replace(book_at(now), arrivals=(an_arrival(filed("2013-06"), now),))
    (receipt,) = sound = plan(RULES, book, now, GO_LIVE).post
    mistaken = replace(receipt, kind=NoticeKind.RESULT)
    monkeypatch.setattr("mailbot.core.plan.results", lambda *_: [mistaken])
    found = plan(RULES, book, now, GO_LIVE)
    assert (found.post, found.doubled) == (sound, (mistaken,))


def test_machines_strangers_muted_and_old_mails_get_no_answer() -> None:
    now = at("2013-06-22 23:00")
    auto = Ignored(reason=Reason.AUTO_REPLY, findings=Findings(unit=UnitId("so-tai-chinh")))
    stranger = Unclear(question=Question.UNIT, findings=Findings())
    silent = [
        an_arrival(auto, now),
        an_arrival(stranger, now, 2),
        an_arrival(filed("2013-06"), now, 3, muted=True),
        an_arrival(filed("2013-06"), GO_LIVE - timedelta(seconds=1), 4, recorded_at=now),
        an_arrival(filed("2013-06"), now - timedelta(hours=72), 5),
    ]
    for arrival in silent:
        assert not plan(RULES, replace(book_at(now), arrivals=(arrival,)), now, GO_LIVE).post


def test_a_mail_recorded_while_the_clock_was_years_behind_is_answered_all_the_same() -> None:
    now = at("2013-06-22 23:00")
    arrival = an_arrival(filed("2013-06"), now, recorded_at=at("1970-01-01 07:00"))
    (receipt,) = plan(RULES, replace(book_at(now), arrivals=(arrival,)), now, GO_LIVE).post
    assert receipt.keys == ("receipt/1",)


def test_an_unclear_mail_of_a_unit_is_asked_about() -> None:
    now = at("2013-06-22 23:00")
    doubt = Unclear(question=Question.PERIOD, findings=Findings(unit=UnitId("so-tai-chinh")))
    (query,) = plan(RULES, replace(book_at(now), arrivals=(an_arrival(doubt, now),)), now, GO_LIVE).post
    assert isinstance(query.matter, QueryMatter)
    assert query.keys == ("query/1",)


def test_a_sealed_mail_tells_the_officer_and_the_unit_and_threads_nothing() -> None:
    now = at("2013-06-22 23:00")
    seal = Sealed(unit=UnitId("so-tai-chinh"), findings=Findings())
    found = plan(RULES, replace(book_at(now), arrivals=(an_arrival(seal, now),)), now, GO_LIVE).post
    assert {(notice.kind, notice.to) for notice in found} == {
        (NoticeKind.ALERT, ("bm@vp.example",)),
        (NoticeKind.SEALED, ("so-tai-chinh@tinh.example",)),
    }
    assert all(notice.answers is None for notice in found)


def sealed_by_hand(verdict: Verdict, since: datetime, **changes: object) -> Book:
    """A book with a mail of the morning that bore no mark, and that a person sealed at `since`."""
    arrival = an_arrival(verdict, at("2013-06-22 08:00"), **changes)
    return book_at(since, arrivals=(arrival,), sealed_at={1: since})


def told(found: Plan) -> dict[NoticeKind, tuple[str, ...]]:
    return {notice.kind: notice.to for notice in found.post}


BOTH = {
    NoticeKind.ALERT: ("bm@vp.example",),
    NoticeKind.SEALED: ("so-tai-chinh@tinh.example",),
}


def test_a_mail_that_a_person_sealed_tells_the_officer_and_the_unit_as_a_mark_does() -> None:
    now = at("2013-06-22 23:00")
    book = sealed_by_hand(filed("2013-06"), now)
    found = plan(RULES, book, now, GO_LIVE)
    assert told(found) == {**BOTH, NoticeKind.RECEIPT: ("so-tai-chinh@tinh.example",)}
    fixed = next(notice for notice in found.post if notice.kind is NoticeKind.SEALED)
    assert fixed.answers is None
    assert isinstance(fixed.matter, SealedMatter)
    assert fixed.matter.counted
    # Each of them once, and none of them for long.
    assert not plan(RULES, after(book, found), now + timedelta(hours=1), GO_LIVE).post
    assert not told(plan(RULES, book, now + timedelta(hours=72), GO_LIVE)).keys() & BOTH.keys()


def test_what_a_person_sealed_is_not_asked_for_once_more() -> None:
    now = at("2013-06-22 23:00")
    doubt = Unclear(question=Question.PERIOD, findings=Findings(unit=UnitId("so-tai-chinh")))
    assert told(plan(RULES, sealed_by_hand(doubt, now), now, GO_LIVE)) == BOTH


def test_of_a_mail_that_a_person_sealed_no_machine_no_forger_and_no_old_sender_is_told() -> None:
    now = at("2013-06-22 23:00")
    machine = Ignored(reason=Reason.AUTO_REPLY, findings=Findings(unit=UnitId("so-tai-chinh")))
    forged = replace(a_mail(), proof=Proof(level=Level.FAILED))
    for verdict, changes in (
        (machine, {"mail": a_mail(automation=Automation.AUTO_REPLY)}),
        (filed("2013-06"), {"mail": forged}),
        (filed("2013-06"), {"muted": True}),
        (Unclear(question=Question.UNIT, findings=Findings()), {}),
    ):
        found = told(plan(RULES, sealed_by_hand(verdict, now, **changes), now, GO_LIVE))
        assert NoticeKind.SEALED not in found, verdict
        assert NoticeKind.ALERT in found, verdict


def test_the_digest_is_due_once_on_each_working_day() -> None:
    now = at("2013-06-19 07:30")
    (digest,) = [n for n in plan(RULES, book_at(now), now, GO_LIVE).post if n.kind is NoticeKind.DIGEST]
    assert (digest.keys, digest.to) == (("digest/2013-06-19/th@vp.example",), ("th@vp.example",))
    for quiet in (at("2013-06-19 07:29"), at("2013-06-22 09:00"), at("2013-09-02 09:00")):
        kinds = {notice.kind for notice in plan(RULES, book_at(quiet), quiet, GO_LIVE).post}
        assert NoticeKind.DIGEST not in kinds


hours = st.lists(st.integers(min_value=1, max_value=14 * 24), min_size=1, max_size=30)
moments = st.integers(min_value=0, max_value=120 * 24).map(lambda hour: GO_LIVE + timedelta(hours=hour))


@settings(deadline=None, max_examples=60)
@given(gaps=hours, filed_at=st.one_of(st.none(), moments))
def test_whatever_the_history_no_key_returns_and_no_duty_gets_two_letters_at_once(
    gaps: list[int], filed_at: datetime | None
) -> None:
    now, book, seen = GO_LIVE, a_book(), set[str]()
    for gap in gaps:
        now += timedelta(hours=gap)
        book = replace(book, scanned_at=now)
        if filed_at is not None and filed_at <= now:
            arrival = an_arrival(filed("2013-06"), filed_at, recorded_at=now)
            book = replace(book, arrivals=book.arrivals or (arrival,))
        found = plan(RULES, book, now, GO_LIVE)
        keys = [key for notice in found.post for key in notice.keys]
        assert not seen.intersection(keys)
        assert len(keys) == len(set(keys))
        assert not found.doubled
        duties = [key.rpartition("/")[0].partition("/")[2] for n in chases(found) for key in n.keys]
        assert len(duties) == len(set(duties))
        if filed_at is not None and filed_at <= now:
            assert "so-tai-chinh/bc-month/2013-06" not in duties
        for notice in chases(found):
            assert notice.due_at <= now < notice.expires_at
        seen.update(keys)
        book = after(book, found)
        assert not plan(RULES, book, now, GO_LIVE)


@pytest.mark.parametrize(
    ("state", "written", "taken", "anew"),
    [
        (State.WAITING, "2013-06-26 16:50", 0, True),
        (State.WAITING, "2013-06-27 07:30", 0, False),
        # One that waits for a person is written anew when he lets it go; one that somebody has, never.
        (State.HELD, "2013-06-26 16:50", 0, False),
        (State.WAITING, "2013-06-26 16:50", 1, False),
    ],
)
def test_a_letter_that_counts_days_and_did_not_leave_on_its_day_is_written_anew(
    state: State, written: str, taken: int, anew: bool
) -> None:
    now = at("2013-06-27 09:00")
    key = "late/so-tai-chinh/bc-month/2013-06/1"
    letter = PostedLetter(
        number=7, kind=NoticeKind.LATE, keys=(key,), state=state, queued_at=at(written), taken=taken
    )
    found = plan(RULES, book_at(now, letters={key: letter}, scanned_at=now), now, GO_LIVE)
    assert found.withdraw == ((7,) if anew else ())
    counted = {
        wanted: item.working_days
        for notice in found.post
        if isinstance(notice.matter, ChaseMatter)
        for wanted, item in zip(notice.keys, notice.matter.items, strict=True)
    }
    assert counted.get(key) == (2 if anew else None)


@settings(deadline=None, max_examples=60)
@given(now=moments, states=st.lists(st.sampled_from([State.WAITING, State.HELD, State.SENT]), max_size=6))
def test_only_unsent_letters_are_withdrawn(now: datetime, states: list[State]) -> None:
    letters: dict[str, PostedLetter] = {}
    for number, state in enumerate(states, start=1):
        letters |= posted(number, NoticeKind.LATE, f"late/x/bc-month/2013-06/{number}", state=state)
    found = plan(RULES, book_at(now, letters=letters), now, GO_LIVE)
    unsent = {n for n, state in enumerate(states, start=1) if state is not State.SENT}
    assert set(found.withdraw) == unsent


def test_a_letter_that_may_have_arrived_is_never_written_anew() -> None:
    now = at("2013-07-20 09:00")
    key = "late/so-tai-chinh/bc-month/2013-06/1"
    lost = PostedLetter(number=4, kind=NoticeKind.LATE, keys=(key,), state=State.HELD, unknown=1)
    assert plan(RULES, book_at(now, letters={key: lost}), now, GO_LIVE).withdraw == ()
