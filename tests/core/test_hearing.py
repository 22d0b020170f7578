"""Objection and evidence side by side, ruled on by reply: the unit is not named, or named, and is told."""

from dataclasses import replace
from typing import Any

import pytest
from builders import GO_LIVE, a_book, a_mail, a_report, an_arrival, at, filed, some_rules

from mailbot.core.book import Book, Ruling
from mailbot.core.command import Command, Done, Verb
from mailbot.core.duty import opened_duties
from mailbot.core.letters.answer_matter import ResultMatter
from mailbot.core.mail import Address
from mailbot.core.notice import Notice, ObjectionMatter
from mailbot.core.period import Period
from mailbot.core.plan import justified_keys, plan
from mailbot.core.posting import NoticeKind, PostedLetter, State
from mailbot.core.replies.hearing import hear
from mailbot.core.replies.order import Order, Outcome, carried
from mailbot.core.replies.ordering import carry_out
from mailbot.core.replies.staff_order import spelled
from mailbot.core.rules import UnitId
from mailbot.core.senders.token import Deed, mint
from mailbot.core.standings.figures import Rating, Reserve
from mailbot.core.standings.objection import lines_key, objections
from mailbot.core.standings.period_figures import figures
from mailbot.core.verdict import Commanded, Filed, Findings, Ignored, Question, Reason, Sealed, Unclear

JUNE = Period.parse("2013-06")
ME = UnitId("so-tai-chinh")
RULES = some_rules(reports=(a_report(),))
DUTIES = tuple(opened_duties(RULES, at("2013-07-02"), GO_LIVE))
NOW = at("2013-07-03 09:30")
LATE = an_arrival(filed("2013-06"), at("2013-06-27 09:00"), 1)
LINES = PostedLetter(
    number=5,
    kind=NoticeKind.LINES,
    keys=(lines_key(ME, JUNE),),
    state=State.SENT,
    unit=ME,
    message_id="<k.1@vp.example>",
)
REMINDER = PostedLetter(
    number=4,
    kind=NoticeKind.REMINDER,
    keys=(f"reminder/{DUTIES[0].key}/1",),
    state=State.SENT,
    unit=ME,
    queued_at=at("2013-06-20 08:00"),
)
ASKED = Unclear(question=Question.NO_FILE, findings=Findings(unit=ME))


def reply(verdict: Any = ASKED, number: int = 9, **changes: Any) -> Any:
    mail = replace(a_mail("Re: Số liệu"), in_reply_to="<k.1@vp.example>")
    return an_arrival(verdict, at("2013-07-03 09:00"), number, mail=mail, **changes)


def book(*arrivals: Any, **changes: Any) -> Book:
    letters = {key: letter for letter in (LINES, REMINDER) for key in letter.keys}
    return a_book(LATE, *arrivals, duties=DUTIES, scanned_at=NOW, letters=letters, **changes)


def letters(known: Book, now: Any = NOW) -> list[Notice]:
    return [notice for notice in plan(RULES, known, now, GO_LIVE).post if notice.kind is NoticeKind.OBJECTION]


def ruled(known: Book, verb: Verb, typed: str = "", number: int = 9) -> tuple[Outcome, Book]:
    """What the reply does, and the book with its ruling."""
    command = Command(verb=verb, about=number, typed=typed)
    verdict = Commanded(unit=None, command=command, findings=Findings())
    order = Order(
        arrival=an_arrival(verdict, NOW, 20), verdict=verdict, rules=RULES, files=RULES, book=known, now=NOW
    )
    [staff] = [person for person in RULES.office.staff if person.email == "th@vp.example"]
    outcome = hear(order, command, staff)
    rulings = tuple(
        Ruling(number=n, arrival=r.arrival, verdict=r.verdict, by=outcome.by, why=r.why, ruled_at=NOW)
        for n, r in enumerate(outcome.rulings, 1)
    )
    return outcome, replace(known, rulings=(*known.rulings, *rulings))


def mine(known: Book) -> Any:
    return figures(RULES, known, JUNE, NOW).unit(ME)


def test_the_staff_get_objection_and_evidence_in_one_letter() -> None:
    unclear = Unclear(question=Question.PERIOD, findings=Findings(unit=ME, periods=(JUNE,)))
    other = an_arrival(unclear, at("2013-06-24 08:00"), 2)
    [notice] = letters(book(other, reply()))
    assert notice.to == ("th@vp.example",)
    assert notice.keys == ("objection/9/th@vp.example",)
    matter = notice.matter
    assert isinstance(matter, ObjectionMatter)
    [contested] = matter.lines
    assert (contested.line.unit, contested.line.arrival) == (ME, 1)
    assert [mail.arrival.number for mail in contested.mails] == [1, 2]
    assert [letter.number for letter in contested.letters] == [4]


def test_it_is_written_once_and_no_longer_once_a_person_has_ruled() -> None:
    known = book(reply())
    key = "objection/9/th@vp.example"
    assert key in justified_keys(RULES, known, NOW, GO_LIVE)
    sent = PostedLetter(number=7, kind=NoticeKind.OBJECTION, keys=(key,), state=State.SENT)
    assert letters(replace(known, letters={**known.letters, key: sent})) == []
    _, after = ruled(known, Verb.UPHOLD)
    assert letters(after) == []
    assert key not in justified_keys(RULES, after, NOW, GO_LIVE)


@pytest.mark.parametrize(
    "story",
    [
        reply(Sealed(unit=ME, findings=Findings(unit=ME))),
        reply(muted=True),
        reply(Ignored(reason=Reason.AUTO_REPLY, findings=Findings(unit=ME))),
    ],
    ids=["sealed", "taken in without answering", "a machine"],
)
def test_no_letter_is_written_about(story: Any) -> None:
    assert letters(book(story)) == []


@pytest.mark.parametrize(
    ("came", "told_at", "letters_then"),
    [
        # Letters leave on working days: what came on the last evening is told on Tuesday, after the holiday.
        ("2013-08-31 23:50", "2013-09-03 08:00", 1),
        ("2013-09-01 00:30", "2013-09-03 08:00", 0),
    ],
)
def test_the_two_months_in_which_a_unit_may_object_end_with_the_offices_day(
    came: str, told_at: str, letters_then: int
) -> None:
    objection = replace(reply(), arrived_at=at(came), recorded_at=at(came))
    assert len(letters(book(objection), at(told_at))) == letters_then


def test_the_unit_is_told_that_its_objection_waits_and_is_not_asked_for_a_report() -> None:
    found = plan(RULES, book(reply()), NOW, GO_LIVE).post
    assert {n.kind for n in found if n.unit and n.unit.id == ME} == {NoticeKind.RESULT}
    [told] = [n for n in found if n.kind is NoticeKind.RESULT]
    assert "trong khi cán bộ xem xét, đơn vị không bị nêu tên" in told.matter.says  # type: ignore[union-attr]


def answered(verb: Verb, *, by: str = f"unit/{ME}") -> Book:
    """The book after a reply to the lines that begins with a word for the system, which was carried out."""
    verdict = Commanded(unit=ME, command=Command(verb=verb), findings=Findings(unit=ME))
    arrival = reply(verdict)
    known = book(arrival)
    order = Order(
        arrival=arrival, verdict=verdict, rules=RULES, files=RULES, book=known, now=NOW, replied=LINES
    )
    done = carried(order, carry_out(order))
    return replace(known, commands={arrival.number: replace(done, by=by)})


def to_unit(known: Book) -> list[Notice]:
    kinds = {NoticeKind.RESULT, NoticeKind.HELP, NoticeKind.QUERY, NoticeKind.STATUS}
    return [notice for notice in plan(RULES, known, NOW, GO_LIVE).post if notice.kind in kinds]


@pytest.mark.parametrize("verb", [Verb.WRONG, Verb.CHOICE, Verb.UNKNOWN, Verb.NAMED])
def test_an_objection_that_begins_with_a_word_for_the_system_is_heard_and_answered_once(verb: Verb) -> None:
    known = answered(verb)
    assert len(letters(known)) == 1
    [told] = to_unit(known)
    assert isinstance(told.matter, ResultMatter)
    assert told.matter.heard


@pytest.mark.parametrize("verb", [Verb.RIGHT, Verb.STATUS, Verb.HELP])
def test_who_agrees_or_asks_for_a_table_objects_to_nothing(verb: Verb) -> None:
    known = answered(verb)
    assert not letters(known)
    kinds = {Verb.RIGHT: [], Verb.STATUS: [NoticeKind.STATUS], Verb.HELP: [NoticeKind.HELP]}
    assert [notice.kind for notice in to_unit(known)] == kinds[verb]


def test_thanks_for_the_lines_object_to_nothing() -> None:
    assert not letters(book(reply(Ignored(reason=Reason.COURTESY, findings=Findings(unit=ME)))))


def test_what_a_unit_s_own_reply_decides_about_its_objection_dismisses_it_not() -> None:
    asked = Ruling(
        number=1,
        arrival=9,
        verdict=replace(ASKED, question=Question.REQUEST),
        by=f"unit/{ME}",
        why="",
        ruled_at=NOW,
    )
    [waits] = objections(RULES, replace(answered(Verb.WRONG), rulings=(asked,)), JUNE)
    assert waits.ruling is None


def test_an_upheld_objection_keeps_the_unit_from_being_named_and_the_unit_is_told() -> None:
    outcome, after = ruled(book(reply()), Verb.UPHOLD)
    assert outcome.done is Done.DONE
    unit = mine(after)
    assert (unit.rating, unit.reserves) == (Rating.NOT_RATED, (Reserve.UPHELD,))
    # The fact stays: the report came late.
    assert unit.counts.late == 1
    [told] = [n for n in plan(RULES, after, NOW, GO_LIVE).post if n.kind is NoticeKind.RESULT]
    assert isinstance(told.matter, ResultMatter)
    assert told.to == ("so-tai-chinh@tinh.example",)
    assert told.matter.says == "ý kiến giải trình về số liệu tháng 6 năm 2013 được chấp nhận"


def test_a_dismissed_objection_needs_a_reason_and_names_the_unit_again() -> None:
    refused, same = ruled(book(reply()), Verb.DISMISS)
    assert (refused.done, refused.rulings) == (Done.REFUSED, ())
    assert Reserve.OBJECTION in mine(same).reserves
    _, after = ruled(book(reply()), Verb.DISMISS, "báo cáo đến ngày 27/6")
    assert (mine(after).rating, mine(after).reserves) == (Rating.POOR, ())
    [told] = [n for n in plan(RULES, after, NOW, GO_LIVE).post if n.kind is NoticeKind.RESULT]
    assert told.matter.says.endswith("không được chấp nhận; lý do: báo cáo đến ngày 27/6")  # type: ignore[union-attr]


def test_a_report_that_came_with_the_objection_counts_as_before() -> None:
    again = filed("2013-06")
    _, after = ruled(book(reply(again)), Verb.UPHOLD)
    verdict = after.ruled[9].verdict
    assert isinstance(verdict, Filed)
    assert verdict.filings == again.filings
    assert mine(after).reserves == (Reserve.UPHELD,)


def test_an_objection_is_ruled_on_once_and_nothing_else_is_one() -> None:
    _, after = ruled(book(reply()), Verb.UPHOLD)
    for known, number in ((after, 9), (book(reply()), 1), (book(reply()), 77)):
        outcome, _ = ruled(known, Verb.DISMISS, "lý do", number)
        assert (outcome.done, outcome.rulings) == (Done.REFUSED, ())


def test_an_upheld_objection_does_not_hold_for_another_month() -> None:
    _, after = ruled(book(reply()), Verb.UPHOLD)
    may = Period.parse("2013-05")
    assert all(Reserve.UPHELD not in unit.reserves for unit in figures(RULES, after, may, NOW).units)


def in_the_digest(verb: Verb, typed: str = "") -> tuple[Outcome, Book]:
    """What a link of the digest does to the objection, beside which it stands as a mail that waits."""
    known, staff = book(reply()), "th@vp.example"
    token = mint(b"k" * 32, Deed(staff=staff, says=spelled(verb, 9), version=0), NOW)
    command = Command(verb=verb, about=9, typed=typed, token=token.upper())
    verdict = Commanded(unit=None, command=command, findings=Findings())
    mail = replace(a_mail("LENH"), sender=Address(staff))
    order = Order(
        arrival=an_arrival(verdict, NOW, 20, mail=mail),
        verdict=verdict,
        rules=RULES,
        files=RULES,
        book=known,
        now=NOW,
        secret=b"k" * 32,
    )
    outcome = carry_out(order)
    rulings = tuple(
        Ruling(number=n, arrival=r.arrival, verdict=r.verdict, by=outcome.by, why=r.why, ruled_at=NOW)
        for n, r in enumerate(outcome.rulings, 1)
    )
    return outcome, replace(known, rulings=rulings)


def test_no_objection_is_dismissed_by_setting_its_mail_aside() -> None:
    outcome, after = in_the_digest(Verb.SET_ASIDE)
    assert outcome.done is Done.REFUSED
    assert "ý kiến giải trình" in outcome.says
    assert mine(after).objections.waiting == 1


def test_an_objection_whose_mail_is_rejected_with_a_reason_is_dismissed_and_its_unit_reads_why() -> None:
    outcome, after = in_the_digest(Verb.REJECT, "văn bản gửi sau thời hạn")
    assert outcome.done is Done.DONE
    [told] = to_unit(after)
    assert isinstance(told.matter, ResultMatter)
    assert "không được chấp nhận; lý do: văn bản gửi sau thời hạn" in told.matter.says
