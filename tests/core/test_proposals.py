"""A ruling teaches addresses and phrases as proposals; only a person's word makes them count."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from museum.judge import rules

from mailbot.core.arrival import Arrival
from mailbot.core.book import Book, Ruling
from mailbot.core.changes.lesson import Lesson, Proposal, Teaches
from mailbot.core.changes.proposals import proposal_named, proposals
from mailbot.core.changes.taught import taught
from mailbot.core.classify import classify
from mailbot.core.duty import DutyKey
from mailbot.core.mail import Address, ArrivalClock, Attachment, Clocks, Mail, Nature
from mailbot.core.period import Period
from mailbot.core.reading.topic import other_topic
from mailbot.core.rules import ReportId, Span, UnitId
from mailbot.core.verdict import (
    Filed,
    Filing,
    Findings,
    Ignored,
    Reason,
    Source,
    Unclear,
    Verdict,
    kind,
    unit_of,
)

RULES = rules()
NOW = datetime(2014, 8, 20, 3, tzinfo=UTC)
ON = date(2014, 8, 20)
HOME = "vanthu.stc@mail.example"
FINANCE, HOME_AFFAIRS = UnitId("so-tai-chinh"), UnitId("so-noi-vu")
AUGUST = DutyKey(FINANCE, ReportId("bc-thang"), Period.parse("2014-08"))


def mail(number: int, sender: str = HOME, subject: str = "Báo cáo tháng 8 năm 2014") -> Mail:
    file = Attachment(
        name="bc.pdf", content_type="application/pdf", size=9_000, sha256="c" * 64, nature=Nature.EMPTY
    )
    return Mail(
        sha256=f"{number:064}",
        identity=f"{number:064}",
        size=9,
        sender=Address(sender),
        subject=subject,
        attachments=(file,),
    )


def filed(unit: UnitId = FINANCE, report: str = "bc-thang") -> Filed:
    filing = Filing(ReportId(report), Period.parse("2014-08"))
    return Filed(unit=unit, filings=(filing,), findings=Findings(unit=unit, confidence=1.0))


def book_of(*ruled: tuple[Mail, Verdict], lessons: tuple[Lesson, ...] = ()) -> Book:
    arrivals, rulings = [], []
    for number, (came, verdict) in enumerate(ruled, 1):
        arrivals.append(
            Arrival(
                number=number,
                mail=came,
                verdict=classify(came, taught(RULES, lessons), NOW),
                arrived_at=NOW,
                clock=ArrivalClock.SERVER,
                clocks=Clocks(seen_at=NOW),
                recorded_at=NOW,
                rules=RULES.fingerprint,
            )
        )
        rulings.append(
            Ruling(number=number, arrival=number, verdict=verdict, by="lan", why="gọi điện", ruled_at=NOW)
        )
    return Book(version=1, arrivals=arrivals, rulings=rulings, duties={}, letters={}, lessons=lessons)


def word(proposal: Proposal, *, confirmed: bool = True, number: int = 1) -> Lesson:
    return Lesson(
        number=number, proposal=proposal, confirmed=confirmed, by="Lan", why="đã gọi", decided_at=NOW
    )


TWICE = ((mail(1), filed()), (mail(2), filed()))


def test_two_mails_of_an_unknown_address_filed_for_one_unit_propose_it() -> None:
    (found,) = proposals(RULES, book_of(*TWICE), ON)
    assert (found.teaches, found.words, found.of) == (Teaches.ADDRESS, HOME, FINANCE)
    assert found.arrivals == (1, 2)


def test_one_ruling_proposes_nothing() -> None:
    assert proposals(RULES, book_of(TWICE[0]), ON) == ()


def test_an_address_used_for_two_units_proposes_nothing() -> None:
    assert proposals(RULES, book_of(*TWICE, (mail(3), filed(HOME_AFFAIRS))), ON) == ()


def test_mails_set_aside_propose_nothing() -> None:
    ignored = Ignored(reason=Reason.NOT_A_REPORT, findings=Findings())
    assert proposals(RULES, book_of((mail(1), ignored), (mail(2), ignored)), ON) == ()


def test_a_registered_address_and_the_staff_s_own_are_not_proposed() -> None:
    for sender in (
        "sonoivu@thainguyen.example",
        RULES.office.mailbox,
        *(p.email for p in RULES.office.staff),
    ):
        ruled = [(mail(n, sender), filed()) for n in (1, 2)]
        assert [p for p in proposals(RULES, book_of(*ruled), ON) if p.teaches is Teaches.ADDRESS] == []


def test_what_is_decided_either_way_is_not_proposed_again() -> None:
    (found,) = proposals(RULES, book_of(*TWICE), ON)
    for confirmed in (True, False):
        again = replace(book_of(*TWICE), lessons=(word(found, confirmed=confirmed),))
        assert proposals(RULES, again, ON) == ()


def test_a_proposal_is_found_by_code_and_by_address() -> None:
    book = book_of(*TWICE)
    (found,) = proposals(RULES, book, ON)
    assert proposal_named(RULES, book, ON, found.code.upper()) == (found, None)
    assert proposal_named(RULES, book, ON, HOME.upper()) == (found, None)
    assert proposal_named(RULES, book, ON, "nobody") == (None, None)
    said = word(found, confirmed=False)
    assert proposal_named(RULES, replace(book, lessons=(said,)), ON, found.code) == (found, said)


def test_nothing_counts_before_it_is_confirmed() -> None:
    assert isinstance(classify(mail(3), RULES, NOW), Unclear)
    assert taught(RULES, ()) is RULES
    (found,) = proposals(RULES, book_of(*TWICE), ON)
    assert taught(RULES, (word(found, confirmed=False),)) is RULES


def test_a_confirmed_address_is_the_unit_s_from_that_day_on_and_says_who_confirmed_it() -> None:
    (found,) = proposals(RULES, book_of(*TWICE), ON)
    learned = taught(RULES, (word(found),))
    verdict = classify(mail(3), learned, NOW)
    assert isinstance(verdict, Filed)
    assert verdict.unit == FINANCE
    (said,) = [e for e in verdict.findings.evidence if e.source is Source.RULING]
    assert "do Lan xác nhận ngày 20/8/2014" in said.says
    assert said.text == HOME
    assert learned.registered(HOME, ON)
    before = datetime(2014, 8, 18, 3, tzinfo=UTC)
    assert kind(classify(mail(4), learned, before)) == "unclear"


def test_the_last_word_counts() -> None:
    (found,) = proposals(RULES, book_of(*TWICE), ON)
    assert taught(RULES, (word(found), word(found, confirmed=False, number=2))) is RULES


def test_the_register_goes_before_what_was_learned() -> None:
    other = Proposal(teaches=Teaches.ADDRESS, words="sonoivu@thainguyen.example", of=FINANCE, arrivals=(1, 2))
    unit = taught(RULES, (word(other),)).unit_at_address("sonoivu@thainguyen.example", ON)
    assert unit is not None
    assert unit.id == HOME_AFFAIRS


def test_the_same_lessons_give_the_same_object() -> None:
    (found,) = proposals(RULES, book_of(*TWICE), ON)
    assert taught(RULES, (word(found),)) is taught(RULES, (word(found),))


REFORM = "Báo cáo công tác cải cách hành chính tháng {} năm 2014"
SENDER = "sotaichinh@thainguyen.example"


def test_titles_that_people_file_for_a_report_propose_their_phrase() -> None:
    ruled = [(mail(n, SENDER, REFORM.format(n)), filed()) for n in (6, 7)]
    (found,) = proposals(RULES, book_of(*ruled), ON)
    assert (found.teaches, found.words) == (Teaches.TOPIC, "cong tac cai cach hanh chinh")
    title = REFORM.format(8)
    assert other_topic(RULES, title)
    learned = taught(RULES, (word(found),))
    assert not other_topic(learned, title)
    verdict = classify(mail(9, SENDER, title), learned, NOW)
    assert isinstance(verdict, Filed)
    assert any("cụm từ của" in e.says and "Lan" in e.says for e in verdict.findings.evidence)


@pytest.mark.parametrize("subject", ["", "Báo cáo", "Báo cáo tháng 8", "x" * 9_000, "\ud800 tháng 8"])
def test_subjects_without_a_phrase_propose_none(subject: str) -> None:
    ruled = [(mail(n, SENDER, subject), filed()) for n in (1, 2)]
    assert proposals(RULES, book_of(*ruled), ON) == ()


def test_an_address_learned_of_a_unit_that_ended_is_its_successor_s_as_a_registered_one_is() -> None:
    (found,) = proposals(RULES, book_of(*TWICE), ON)
    last = date(2014, 8, 31)
    units = tuple(
        replace(unit, valid=Span(end=last), successors=(HOME_AFFAIRS,)) if unit.id == FINANCE else unit
        for unit in RULES.units
    )
    merged = taught(replace(RULES, units=units), (word(found),))
    before = merged.unit_at_address(HOME, last)
    assert before is not None
    assert before.id == FINANCE
    assert merged.unit_at_address(HOME, date(2014, 9, 1)) is None
    verdict = classify(mail(3), merged, datetime(2014, 9, 1, 3, tzinfo=UTC))
    assert unit_of(verdict) == HOME_AFFAIRS


def test_of_two_words_about_one_address_the_last_one_counts() -> None:
    (found,) = proposals(RULES, book_of(*TWICE), ON)
    other = replace(found, of=HOME_AFFAIRS, arrivals=(3, 4))
    moved = taught(RULES, (word(found), word(other, number=2)))
    owner = moved.unit_at_address(HOME, ON)
    assert owner is not None
    assert owner.id == HOME_AFFAIRS
    assert [unit.id for unit in moved.units if HOME in {a.email for a in unit.addresses}] == [HOME_AFFAIRS]


def test_a_name_that_two_decided_proposals_share_means_the_one_that_counts() -> None:
    (found,) = proposals(RULES, book_of(*TWICE), ON)
    other = replace(found, of=HOME_AFFAIRS)
    moved = (word(found), word(other, number=2))
    assert proposal_named(RULES, replace(book_of(*TWICE), lessons=moved), ON, HOME) == (other, moved[1])
    stayed = (word(found), word(other, number=2, confirmed=False))
    assert proposal_named(RULES, replace(book_of(*TWICE), lessons=stayed), ON, HOME) == (found, stayed[0])
