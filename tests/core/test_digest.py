"""What the digest tells of the day: nothing twice, nothing left out, and no lateness that is none."""

from dataclasses import replace
from datetime import datetime, timedelta

from builders import GO_LIVE, a_book, a_mail, an_arrival, at, filed, some_rules

from mailbot.core.arrival import Arrival
from mailbot.core.book import Book
from mailbot.core.calendar import local
from mailbot.core.changes.revision import changes
from mailbot.core.duty import opened_duties
from mailbot.core.letters.digest import digest_matter
from mailbot.core.letters.digest_matter import DigestMatter, WithheldLine
from mailbot.core.machine.watch import Outage
from mailbot.core.mail import Address
from mailbot.core.period import Period
from mailbot.core.posting import NoticeKind, PostedLetter, State
from mailbot.core.rules import DueRule, ReportId, UnitId
from mailbot.core.standing import Standing
from mailbot.core.verdict import Filing, Findings, Question, Unclear

RULES = some_rules()
DUE = at("2013-06-25 23:59:59")
WEDNESDAY = at("2013-06-26 07:30")


def told(book: Book, now: datetime = WEDNESDAY) -> DigestMatter:
    return digest_matter(RULES, book, local(now).date(), now, GO_LIVE)


def known(*arrivals: Arrival, now: datetime = WEDNESDAY, **changes: object) -> Book:
    return a_book(*arrivals, duties=opened_duties(RULES, now, GO_LIVE), scanned_at=now, **changes)


def written(
    day: str, at_moment: datetime, state: State = State.SENT, to: str = "th@vp.example"
) -> dict[str, PostedLetter]:
    key = f"digest/{day}/{to}"
    return {
        key: PostedLetter(number=1, kind=NoticeKind.DIGEST, keys=(key,), state=state, queued_at=at_moment)
    }


def test_what_a_digest_that_was_written_late_has_told_the_next_does_not_tell_again() -> None:
    noon = at("2013-06-25 12:00")
    came = an_arrival(filed("2013-06"), at("2013-06-25 10:00"))
    assert told(known(came), noon).received == 1
    found = told(known(came, letters=written("2013-06-25", noon)))
    assert (found.since, found.received) == (noon, 0)


def test_what_a_digest_told_that_reached_nobody_is_told_by_the_next() -> None:
    noon = at("2013-06-25 12:00")
    came = an_arrival(filed("2013-06"), at("2013-06-24 10:00"))
    lost = written("2013-06-25", noon, State.GIVEN_UP) | written("2013-06-24", at("2013-06-24 07:30"))
    assert told(known(came, letters=lost)).received == 1


def test_where_two_readers_digests_of_a_day_were_written_at_two_moments_nobody_misses_a_mail() -> None:
    morning, noon = at("2013-06-25 07:30"), at("2013-06-25 12:00")
    letters = written("2013-06-25", morning) | written("2013-06-25", noon, to="moi@vp.example")
    assert told(known(letters=letters)).since == morning


def test_a_supplement_after_the_due_moment_is_no_late_report() -> None:
    first = an_arrival(filed("2013-06"), DUE - timedelta(days=1), 1)
    more = an_arrival(filed("2013-06"), DUE + timedelta(hours=6), 2)
    found = told(known(first, more, letters=written("2013-06-25", DUE - timedelta(hours=1))))
    assert (found.filed, found.on_time, found.late) == (1, 1, 0)


def test_what_nobody_calls_late_counts_neither_as_late_nor_as_in_time() -> None:
    came = an_arrival(filed("2013-06"), DUE + timedelta(hours=6))
    assert (told(known(came)).on_time, told(known(came)).late) == (0, 1)
    gap = Outage(mailbox="INBOX", since=DUE - timedelta(hours=5), until=DUE + timedelta(hours=5))
    found = told(known(came, outages=(gap,)))
    assert (found.filed, found.on_time, found.late) == (1, 0, 0)


def test_whoever_need_not_report_is_neither_awaited_nor_counted_as_received() -> None:
    now = at("2013-06-24 07:30")
    book = known(now=now)
    excused = [
        replace(d, excused=True) for key, d in book.duties.items() if key.unit == UnitId("huyen-dai-tu")
    ]
    (line,) = told(book.announcing(tuple(excused)), now).due
    assert [judgement.standing for judgement in line.judgements] == [Standing.OPEN]
    assert [unit.id for unit in line.missing] == ["so-tai-chinh"]
    everybody = [replace(duty, excused=True) for duty in book.duties.values()]
    assert told(book.announcing(tuple(everybody)), now).due == ()


def test_nobody_is_told_that_nothing_came_while_the_mailbox_is_not_read() -> None:
    days = (WEDNESDAY, WEDNESDAY - timedelta(days=2), None)
    assert [told(a_book(scanned_at=scanned)).quiet for scanned in days] == [True, False, False]


def test_a_letter_that_could_not_be_delivered_makes_no_digest_long_for_ever() -> None:
    failed_at = at("2013-06-10 09:00")

    def digests(now: datetime) -> DigestMatter:
        letter = PostedLetter(
            number=7,
            kind=NoticeKind.RECEIPT,
            keys=("receipt/1",),
            state=State.GIVEN_UP,
            queued_at=at("2013-05-01 09:00"),
            settled_at=failed_at,
        )
        return told(a_book(letters={"receipt/1": letter}, scanned_at=now), now)

    assert digests(failed_at + timedelta(days=1)).given_up == 1
    assert not digests(failed_at + timedelta(days=13)).quiet, "whoever is away over Tết reads of it, too"
    found = digests(failed_at + timedelta(days=15))
    assert (found.given_up, found.quiet) == (0, True)


def test_a_report_of_nobody_knows_whom_is_named_beside_all_whom_it_keeps_unjudged() -> None:
    candidates = (Filing(ReportId("bc-month"), Period.parse("2013-06")),)
    stray = Unclear(question=Question.UNIT, findings=Findings(), candidates=candidates)
    before, later = DUE - timedelta(hours=3), DUE + timedelta(hours=9)
    strange = a_mail("Báo cáo tháng 6", sender=Address("thu.ky@mail.example"))
    mails = (
        an_arrival(stray, before, 7, mail=strange),
        an_arrival(filed("2013-06"), DUE + timedelta(hours=1), 8),
        an_arrival(stray, DUE + timedelta(hours=2), 9, mail=strange),
    )
    matter = told(known(*mails, now=later), later)
    lines = {line.unit.id: line.mails for line in matter.not_judged}
    # What came after a late report cannot have been that unit's report in time.
    assert lines.pop(UnitId("so-tai-chinh")) == (7,)
    assert set(lines.values()) == {(7, 9)}
    assert {line.arrival.number: line.keeps for line in matter.waiting} == {7: len(lines) + 1, 9: len(lines)}


def test_a_mail_that_may_be_a_units_says_that_the_unit_waits_for_it() -> None:
    perhaps = Unclear(question=Question.UNIT, findings=Findings(may_be=(UnitId("so-tai-chinh"),)))
    matter = told(known(an_arrival(perhaps, DUE - timedelta(hours=3), 7)))
    (line,) = matter.waiting
    kept = [each for each in matter.not_judged if each.unit.id == "so-tai-chinh"]
    assert {each.mails for each in kept} == {(7,)}
    assert (line.unit, line.keeps) == (None, len(kept))


def test_what_an_edit_of_the_rules_would_change_of_the_past_is_told_by_report_and_period() -> None:
    noon = at("2013-06-26 12:00")
    silent = known(now=noon)
    reports = tuple(replace(report, due=DueRule(day=20)) for report in RULES.reports)
    edited = replace(RULES, reports=reports, fingerprint="1" * 64)
    found = digest_matter(edited, silent, noon.date(), noon, GO_LIVE, changes(edited, silent, noon, GO_LIVE))
    assert [(line.report, str(line.period), line.duties) for line in found.withheld] == [
        ("bc-month", "2013-06", len(RULES.units))
    ]


def test_a_day_on_which_something_waits_for_the_administrator_is_not_told_as_a_quiet_one() -> None:
    quiet = replace(told(known()), due=(), overdue=(), not_judged=(), week=None)
    assert quiet.quiet
    line = WithheldLine(report=ReportId("bc-month"), period=Period.parse("2013-05"), duties=2)
    assert not replace(quiet, withheld=(line,)).quiet
