"""Which clock counts: ours, never the sender's."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from builders import at
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.mail import ArrivalClock, Clocks, Hop, arrival_time

SEEN = at("2013-06-26 08:00")
SERVER = at("2013-06-25 23:00")
OURS = frozenset({"mx.tinh.example"})
TRACE = (
    Hop("store.tinh.example", at("2013-06-25 22:59")),
    Hop("MX.tinh.example", at("2013-06-25 22:58")),
    Hop("relay.elsewhere.example", at("2013-06-25 10:00")),
)


def test_the_mailbox_s_own_date_counts() -> None:
    clocks = Clocks(seen_at=SEEN, server_at=SERVER, received=TRACE, dated_at=at("2013-06-20 08:00"))
    assert arrival_time(clocks, frozenset()) == (SERVER, ArrivalClock.SERVER)


def test_the_moment_at_which_it_entered_our_house_counts_before_that() -> None:
    both = frozenset({"mx.tinh.example", "store.tinh.example"})
    clocks = Clocks(seen_at=SEEN, server_at=SERVER, received=TRACE)
    assert arrival_time(clocks, both) == (at("2013-06-25 22:58"), ArrivalClock.BOUNDARY)


def test_a_forged_hop_below_somebody_else_s_never_counts() -> None:
    forged = (*TRACE, Hop("mx.tinh.example", at("2013-06-01 08:00")))
    clocks = Clocks(seen_at=SEEN, server_at=SERVER, received=forged)
    assert arrival_time(clocks, frozenset({"mx.tinh.example", "store.tinh.example"}))[0] == at(
        "2013-06-25 22:58"
    )


AHEAD = Clocks(seen_at=SEEN, server_at=SEEN + timedelta(days=800), received=TRACE)


def test_a_mail_that_was_read_has_arrived_whatever_day_to_come_the_mailbox_has_for_it() -> None:
    assert arrival_time(AHEAD, frozenset()) == (SEEN, ArrivalClock.SEEN)
    # Our own server's word stands in the mail.
    both = frozenset({"mx.tinh.example", "store.tinh.example"})
    assert arrival_time(AHEAD, both)[1] is ArrivalClock.BOUNDARY


@pytest.mark.parametrize(
    "otherwise",
    [
        # A server whose clock runs fast by an hour or two dates it, and its date is doubted.
        replace(AHEAD, server_at=SEEN + timedelta(hours=23)),
        # Our own clock is behind: the mail has passed a server since.
        replace(AHEAD, received=(Hop("store.tinh.example", SEEN + timedelta(days=799)), *TRACE)),
        # Nothing tells whether it is.
        replace(AHEAD, received=()),
        replace(AHEAD, received=(Hop("store.tinh.example", None),)),
    ],
)
def test_where_our_own_clock_may_be_the_wrong_one_the_mailbox_is_believed(otherwise: Clocks) -> None:
    assert arrival_time(otherwise, frozenset()) == (otherwise.server_at, ArrivalClock.SERVER)


def test_what_a_person_gave_counts_before_all() -> None:
    clocks = Clocks(seen_at=SEEN, given_at=at("2013-06-24 08:00"), server_at=SERVER, received=TRACE)
    assert arrival_time(clocks, OURS) == (at("2013-06-24 08:00"), ArrivalClock.GIVEN)


def test_a_mail_from_a_file_has_its_topmost_hop_and_else_the_moment_it_was_seen() -> None:
    assert arrival_time(Clocks(seen_at=SEEN, received=TRACE), frozenset())[1] is ArrivalClock.TRACE
    assert arrival_time(Clocks(seen_at=SEEN), frozenset()) == (SEEN, ArrivalClock.SEEN)
    unreadable = (Hop("mx.tinh.example", None),)
    assert arrival_time(Clocks(seen_at=SEEN, received=unreadable), OURS)[1] is ArrivalClock.SEEN


@given(st.datetimes(timezones=st.just(UTC)))
def test_the_sender_s_clock_changes_nothing(dated_at: datetime) -> None:
    for server_at in (SERVER, None):
        without = Clocks(seen_at=SEEN, server_at=server_at, received=TRACE)
        forged = Clocks(seen_at=SEEN, server_at=server_at, received=TRACE, dated_at=dated_at)
        assert arrival_time(without, OURS) == arrival_time(forged, OURS)


@given(st.lists(st.sampled_from(["mx.tinh.example", "a.example", "b.example"]), max_size=6))
def test_the_boundary_is_the_unbroken_run_of_our_own_hops_at_the_top(hosts: list[str]) -> None:
    hops = tuple(Hop(host, SERVER - timedelta(minutes=n)) for n, host in enumerate(hosts))
    found, clock = arrival_time(Clocks(seen_at=SEEN, received=hops), OURS)
    run = 0
    while run < len(hosts) and hosts[run] in OURS:
        run += 1
    if run:
        assert (found, clock) == (hops[run - 1].at, ArrivalClock.BOUNDARY)
    else:
        assert clock is not ArrivalClock.BOUNDARY
