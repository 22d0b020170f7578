"""Caps, slow start, breaker and fuse: they only make letters wait, and each for its own reason."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from builders import at
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.delivery.brakes import UNCAPPED, Begun, Brakes, Caps, Trouble, breaker
from mailbot.core.delivery.fuse import Fuse, held_by_fuse
from mailbot.core.delivery.smtp_reply import enhanced_status, queue_id, says_too_fast
from mailbot.core.posting import Fate, Letter, NoticeKind

NOW = at("2013-06-25 09:00")
MINUTE = timedelta(minutes=1)
CAPS = Caps(per_address_per_day=3, chases_per_address_per_day=1, per_hour=5, per_day=8)
WIDE = Caps(per_address_per_day=10**6, chases_per_address_per_day=10**6, per_hour=10**6, per_day=10**6)
LATE, RECEIPT = NoticeKind.LATE, NoticeKind.RECEIPT
FUSE = Fuse(at_least=20, share=0.25, growth=1.5)


def begun(number: int, ago: timedelta, to: Sequence[str] = ("a@x",), kind: NoticeKind = RECEIPT) -> Begun:
    return Begun(number=number, kind=kind, recipients=to, began_at=NOW - ago)


def test_an_address_is_chased_once_a_day_and_still_gets_its_receipts() -> None:
    brakes = Brakes([begun(1, timedelta(hours=2), kind=LATE)], None, CAPS, NOW)
    assert not brakes.let_pass(2, LATE, ["a@x"])
    assert not brakes.let_pass(3, NoticeKind.REMINDER, ["b@x", "a@x"])
    assert brakes.let_pass(4, RECEIPT, ["a@x"])
    # A further try of a letter that is counted already is not counted again.
    assert brakes.let_pass(1, LATE, ["a@x"])


def test_no_more_letters_leave_in_a_day_than_the_cap_whatever_the_hours() -> None:
    before = [begun(n, timedelta(hours=n), to=(f"{n}@x",)) for n in range(1, 8)]
    brakes = Brakes(before, None, CAPS, NOW)
    assert brakes.let_pass(20, RECEIPT, ["new@x"])
    assert not brakes.let_pass(21, RECEIPT, ["newer@x"])


@pytest.mark.parametrize(("minutes", "allowed"), [(0, 1), (0.5, 1), (1, 3), (2, 7), (5, 63), (59, 8191)])
def test_after_trouble_the_relay_is_given_1_2_4_letters_a_minute(minutes: float, allowed: int) -> None:
    brakes = Brakes([], Trouble(at=NOW - minutes * MINUTE, tries_since=0), WIDE, NOW)
    passed = sum(brakes.let_pass(n, RECEIPT, [f"{n}@x"]) for n in range(9000))
    assert passed == allowed


def test_an_hour_after_trouble_the_relay_is_trusted_again() -> None:
    brakes = Brakes([], Trouble(at=NOW - timedelta(hours=1), tries_since=0), WIDE, NOW)
    assert all(brakes.let_pass(n, RECEIPT, [f"{n}@x"]) for n in range(9000))


@given(st.lists(st.tuples(st.sampled_from(list(NoticeKind)), st.sampled_from("abc")), max_size=60))
def test_no_order_of_letters_gets_past_a_cap(wishes: list[tuple[NoticeKind, str]]) -> None:
    brakes = Brakes([], None, CAPS, NOW)
    passed = [(kind, to) for number, (kind, to) in enumerate(wishes) if brakes.let_pass(number, kind, [to])]
    assert len(passed) <= CAPS.per_hour
    for address in "abc":
        # Alarms to the officers on duty have a brake of their own: one in half an hour.
        mine = [kind for kind, to in passed if to == address and kind not in UNCAPPED]
        assert len(mine) <= CAPS.per_address_per_day
        assert sum(kind in {LATE, NoticeKind.REMINDER} for kind in mine) <= CAPS.chases_per_address_per_day


@pytest.mark.parametrize(
    ("latest", "accepted", "bounced", "holds"),
    [
        ([Fate.REFUSED] * 5 + [Fate.ACCEPTED], 5, 0, False),
        ([Fate.REFUSED] * 6, 0, 0, True),
        ([Fate.REFUSED] * 5 + [Fate.DEFERRED] + [Fate.REFUSED] * 5, 0, 0, False),
        ([Fate.ACCEPTED], 100, 10, False),
        ([Fate.ACCEPTED], 100, 11, True),
        # Five boxes of a small office may well be dead.
        ([Fate.ACCEPTED], 20, 5, False),
        ([], 0, 0, False),
        # A link that breaks takes three letters with it, a relay that never answers one after the other.
        ([Fate.LOST] * 3 + [Fate.ACCEPTED], 5, 0, False),
        ([Fate.LOST] * 4, 0, 0, True),
        ([Fate.ACCEPTED] + [Fate.LOST] * 4, 1, 0, False),
    ],
)
def test_the_breaker_holds_everything_when_it_is_about_us(
    latest: list[Fate], accepted: int, bounced: int, holds: bool
) -> None:
    assert (breaker(latest, accepted, bounced) is not None) is holds


def letters(count: int, kind: NoticeKind = LATE) -> list[Letter]:
    one = Letter(
        kind=kind,
        keys=("k",),
        unit=None,
        message_id="<k@x>",
        recipients=("a@x",),
        subject="",
        raw=b"",
        expires_at=NOW,
    )
    return [replace(one, keys=(f"k{n}",)) for n in range(count)]


@pytest.mark.parametrize(
    ("count", "units", "before", "largest", "held"),
    [
        (20, 10, 0, 0, False),
        (21, 10, 0, 0, True),
        # By and by is no way around it.
        (1, 10, 20, 0, True),
        (50, 200, 0, 0, False),
        (51, 200, 0, 0, True),
        # What was let pass before is usual.
        (200, 200, 0, 200, False),
        (301, 200, 0, 200, True),
    ],
)
def test_the_fuse_holds_the_whole_batch_of_a_kind(
    count: int, units: int, before: int, largest: int, held: bool
) -> None:
    written = [*letters(count), *letters(3, NoticeKind.DIGEST)]
    found = held_by_fuse(written, fuse=FUSE, units=units, today={LATE: before}, largest={LATE: largest})
    assert {bool(letter.hold) for letter in found if letter.kind is LATE} == {held}
    assert not any(letter.hold for letter in found if letter.kind is not LATE)


def test_answers_do_not_blow_the_fuse() -> None:
    found = held_by_fuse(letters(500, RECEIPT), fuse=FUSE, units=10, today={}, largest={})
    assert not any(letter.hold for letter in found)


@pytest.mark.parametrize(
    ("reply", "named"),
    [
        ("250 2.0.0 Ok: queued as 4F2C31A0B7", "4F2C31A0B7"),
        ("250 OK id=1tABcd-0007Xy-2Z", "1tABcd-0007Xy-2Z"),
        (
            "250 2.6.0 <k.x@y> [InternalId=123456789, Hostname=ex.gov.vn] Queued mail for delivery",
            "123456789",
        ),
        ("250 ok 1385000000 qp 4711", "4711"),
        ("250 2.0.0 OK  1385000000 a1-20020aa7.8 - gsmtp", "a1-20020aa7.8"),
        ("250 2.0.0 rAKB3w7h012345 Message accepted for delivery", "rAKB3w7h012345"),
        ("250 2.0.0 taken", ""),
    ],
)
def test_the_servers_name_for_a_letter_is_read_from_its_reply(reply: str, named: str) -> None:
    assert queue_id(reply) == named


def test_a_reply_tells_why() -> None:
    assert enhanced_status("550 5.1.1 no such user") == "5.1.1"
    assert enhanced_status("550 no such user") == ""
    assert says_too_fast("450 4.7.1 Error: too much mail from 10.0.0.1, rate limit")
    assert says_too_fast("421 4.7.28 unusual rate of mail")
    assert not says_too_fast("450 4.2.0 greylisted, come back in 5 minutes")
    # About the recipient's box: all others can be written to as before.
    assert not says_too_fast("452 4.2.2 The recipient's mailbox has exceeded its storage limit")
    assert not says_too_fast(
        "450 4.2.1 The user you are trying to contact is receiving mail at a rate that ..."
    )


@pytest.mark.parametrize(
    "reply",
    [
        "550 5.4.5 Daily user sending limit exceeded. For more information on Gmail sending limits go to",
        "550-5.4.5 Daily sending quota exceeded",
        "554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException; Failed to process message",
        "550 5.1.90 Your message can't be sent because you've reached your daily limit",
        "550 5.7.705 Access denied, tenant has exceeded threshold",
        "550 5.7.1 rate limit exceeded",
        "554 5.7.1 <baocao@tinh.example>: Sender address rejected: Policy rejection; Message quota exceeded",
        "550 Domain tinh.example has exceeded the max emails per hour (100/100 (100%)) allowed.",
        "550 User baocao@tinh.example has exceeded its 24-hour sending limit. Messages to 501 recipients",
        "550 Daily email quota exceeded",
        "550 Outgoing mail quota exceeded",
        "550 5.7.1 Email quota exceeded",
        "450 4.7.1 mailbox sending limit exceeded",
        "451 sending rate limit exceeded",
    ],
)
def test_a_refusal_because_we_have_sent_enough_is_none_for_ever(reply: str) -> None:
    assert says_too_fast(reply)


@pytest.mark.parametrize(
    "reply",
    [
        "550 5.1.1 <a@b.example>: Recipient address rejected: User unknown in virtual mailbox table",
        "552 5.2.2 This message is larger than the current system limit or the recipient's mailbox is full",
        "552 5.2.2 Mailbox quota exceeded",
        "552 5.3.4 Message size exceeds fixed limit",
        "552 5.3.4 Message size limit exceeded",
        "552 Mail size limit exceeded",
        "523 5.3.4 Message length limit exceeded",
        "554 5.6.0 Message header size limit exceeded",
        "550 Message hop count limit exceeded",
        "550 5.5.3 Too many recipients: message recipient limit exceeded",
        "552 Mail quota exceeded",
        "550 Email quota exceeded",
        "550 User mail quota exceeded",
        "550 <ubnd@huyen.example>: mail quota exceeded",
        "452 Mailbox size limit exceeded",
        "452 The mailbox has exceeded its storage limit",
        "552-5.2.3 Your message exceeded Google's message size limits",
        "550 5.2.1 The user you are trying to contact is receiving mail at a rate that prevents",
        "550 5.7.1 Message rejected under suspicion of SPAM",
        "554 5.6.0 Message contains more than 100 lines that exceed the limit",
        "500 5.5.2 Line limit exceeded",
        "553 5.7.1 Sender address rejected: not owned by user",
        "550 relay not permitted",
    ],
)
def test_what_is_said_of_the_letter_or_its_reader_is_no_complaint_of_our_speed(reply: str) -> None:
    assert not says_too_fast(reply)
