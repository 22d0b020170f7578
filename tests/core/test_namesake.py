"""What proves that another mailbot works on our mailbox, and what does not."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from builders import a_book, a_mail, an_arrival, at, posted
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.arrival import Arrival
from mailbot.core.book import Book
from mailbot.core.machine.own_health import own_health
from mailbot.core.machine.watch import Outage
from mailbot.core.mail import Address, Automation, Level, Mail, Proof
from mailbot.core.posting import NoticeKind
from mailbot.core.senders.namesake import namesakes
from mailbot.core.verdict import Findings, Ignored, Reason

MAILBOX, UNIT = "baocao@tinh.example", "so-tai-chinh@tinh.example"
OWN = frozenset({MAILBOX})
OURS, THEIRS = f"<k.{'a' * 26}@tinh.example>", f"<k.{'b' * 26}@tinh.example>"
ELSEWHERE = THEIRS.replace("@tinh", "@tinh-khac")
BEGAN, NOW = at("2013-06-03 08:00"), at("2013-06-20 09:00")
LATELY = NOW - timedelta(hours=1)
MACHINE = Ignored(reason=Reason.OWN, findings=Findings())
FIRST = an_arrival(MACHINE, BEGAN, mail=a_mail(automation=None))


def a_copy(message_id: str = THEIRS, **changes: object) -> Mail:
    """A letter of mailbot's that came to our mailbox."""
    mail = a_mail(automation=Automation.OWN, message_id=message_id, sender=Address(MAILBOX))
    return replace(mail, dated_at=LATELY, **changes)  # type: ignore[arg-type]


def a_machines(automation: Automation, *regards: str, answers: str = "", to: str = MAILBOX) -> Mail:
    about = {"regards": regards, "in_reply_to": answers}
    return a_mail(automation=automation, to=(Address(to),), sender=Address(UNIT), **about)


def told(*mails: Mail, came: datetime = LATELY, now: datetime = NOW, **changes: object) -> tuple[int, ...]:
    """The numbers of those of the mails that prove it; the ledger has written one letter itself."""
    arrivals = [an_arrival(MACHINE, came, number, mail=mail) for number, mail in enumerate(mails, 2)]
    return tuple(arrival.number for arrival in namesakes(book(*arrivals, **changes), OWN, now))


def book(*arrivals: Arrival, **changes: object) -> Book:
    letters = posted(1, NoticeKind.REMINDER, "reminder/1")
    letters = {key: replace(letter, message_id=OURS) for key, letter in letters.items()}
    return a_book(FIRST, *arrivals, letters=letters, **changes)


@pytest.mark.parametrize(
    "mail",
    [
        a_copy(),
        a_machines(Automation.AUTO_REPLY, THEIRS, answers=THEIRS),
        a_machines(Automation.BOUNCE, THEIRS, "<1@so.example>"),
        a_machines(Automation.DELAYED, THEIRS, OURS),
    ],
)
def test_a_letter_in_our_name_that_our_ledger_did_not_write_is_proof(mail: Mail) -> None:
    assert told(mail) == (2,)


@pytest.mark.parametrize(
    ("mail", "why"),
    [
        (a_copy(OURS), "we wrote it"),
        (a_machines(Automation.BOUNCE, OURS), "it is about a letter of ours"),
        (a_machines(Automation.AUTO_REPLY, THEIRS, OURS, answers=OURS), "the thread began elsewhere"),
        (a_machines(Automation.AUTO_REPLY, THEIRS, answers="<1@tinh.example>"), "staff wrote by hand"),
        (a_machines(Automation.BOUNCE, "<1@tinh.example>", THEIRS), "staff wrote by hand in that thread"),
        (a_machines(Automation.BOUNCE, THEIRS, answers=OURS), "a letter of ours that quotes that thread"),
        (a_machines(Automation.AUTO_REPLY, THEIRS), "nobody knows what is answered"),
        (a_machines(Automation.BOUNCE, ELSEWHERE), "our mailbox sends all on, other provinces' letters too"),
        (
            a_copy(ELSEWHERE, sender=Address("baocao@tinh-khac.example")),
            "another province's mailbot writes to us",
        ),
        (a_copy(sender=Address("huyen@tinh.example")), "another office of the same domain writes to us"),
        (a_copy(sender=None), "nobody knows whose name it bears"),
        (a_machines(Automation.BOUNCE, THEIRS, to="huyen@tinh.example"), "sent on from another mailbox"),
        (a_copy(automation=None), "a person sends it on"),
        (a_mail(in_reply_to=THEIRS, to=(Address(MAILBOX),)), "a person answers, and has added our address"),
        (a_copy("<check.0123@tinh.example>"), "`mailbot check` of a machine that is being prepared"),
        (a_copy("<1@tinh.example>"), "staff write from the mailbox to itself"),
        (a_copy(proof=Proof(Level.FAILED, "dmarc=fail")), "our servers call it forged"),
        (replace(a_copy(), dated_at=BEGAN - timedelta(days=1)), "of a lost ledger"),
    ],
)
def test_what_may_come_about_otherwise_proves_nothing(mail: Mail, why: str) -> None:
    assert told(mail) == (), why


def test_what_was_put_in_by_hand_proves_nothing() -> None:
    arrival = an_arrival(MACHINE, LATELY, 2, mail=a_copy(), muted=True)
    assert namesakes(book(arrival), OWN, NOW) == ()


def test_of_a_machines_mail_nobody_knows_when_its_letter_was_written() -> None:
    mail = a_machines(Automation.BOUNCE, THEIRS)
    # A server may try for five days, and so the letter may be one of a ledger that was lost.
    assert told(mail, came=BEGAN + timedelta(days=4), now=BEGAN + timedelta(days=4)) == ()
    assert told(mail, came=BEGAN + timedelta(days=6), now=BEGAN + timedelta(days=6)) == (2,)


def test_a_ledger_that_was_away_may_have_been_put_back_and_forgotten_its_letters() -> None:
    gap = Outage("INBOX", LATELY - timedelta(days=1), LATELY - timedelta(hours=5))
    within, after = replace(a_copy(), dated_at=gap.since + timedelta(hours=1)), a_copy()
    assert told(within, after, a_machines(Automation.BOUNCE, THEIRS), outages=(gap,)) == (3,)
    taken = replace(gap, vanished=True)
    assert told(within, outages=(taken,)) == (2,)


def test_it_is_told_for_two_days_after_the_last_trace() -> None:
    assert told(a_copy(), now=LATELY + timedelta(hours=47)) == (2,)
    assert told(a_copy(), now=LATELY + timedelta(hours=49)) == ()


@given(count=st.integers(0, 30))
def test_however_many_traces_come_they_are_one_fault_in_the_order_of_coming(count: int) -> None:
    arrivals = [an_arrival(MACHINE, LATELY, number, mail=a_copy()) for number in range(2, count + 2)]
    found = own_health(book(*arrivals), MAILBOX, NOW, NOW)
    assert found.namesakes == tuple(range(2, count + 2))
