"""Several mailbots on one PostgreSQL: one is active, and a superseded one writes nothing."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from ledger.facts import NOW, a_letter, an_entry, begin, queue

from mailbot.errors import Superseded
from mailbot.ledger import Ledger
from mailbot.ledger.copies import PIECE_BYTES

pytestmark = pytest.mark.servers
LASTS = timedelta(seconds=40)


@pytest.fixture
def url(postgresql_url: str) -> str:
    return postgresql_url


@pytest.fixture
def second(url: str, ledger: Ledger) -> Iterator[Ledger]:
    del ledger
    with Ledger.open(url) as other:
        yield other


def test_the_lease_is_one_mailbots_until_it_gives_it_up(ledger: Ledger, second: Ledger) -> None:
    mine, theirs = ledger.lease("a", LASTS), second.lease("b", LASTS)
    assert ledger.holder is None
    assert mine.take()
    assert not theirs.take()
    holder = second.holder
    assert holder is not None
    assert (holder.name, holder.epoch) == ("a", 1)
    mine.release()
    assert theirs.take()
    assert second.record([an_entry("a")], NOW) == [1]


def test_a_holder_that_does_not_renew_is_superseded_and_writes_nothing(
    ledger: Ledger, second: Ledger, sql: Callable[[str], Any]
) -> None:
    assert ledger.lease("a", LASTS).take()
    ledger.record([an_entry("a")], NOW)
    sql("UPDATE lease SET until = clock_timestamp() - interval '1 second'")
    # Late, but nobody has taken over: nothing is lost by going on.
    ledger.record([an_entry("b")], NOW)
    assert second.lease("b", LASTS).take()
    for write in (
        lambda: ledger.record([an_entry("c")], NOW),
        lambda: queue(ledger, a_letter("k")),
        lambda: begin(ledger, 1, NOW),
        lambda: ledger.note_scan("INBOX", started_at=NOW, ended_at=NOW),
        lambda: ledger.hold("why", NOW),
    ):
        with pytest.raises(Superseded):
            write()
    with pytest.raises(Superseded, match=r"b$"):
        ledger.lease("a", LASTS).renew()
    assert len(second.book().arrivals) == 2
    assert second.letters() == []


def test_renewing_keeps_the_others_out(ledger: Ledger, second: Ledger, sql: Callable[[str], Any]) -> None:
    mine = ledger.lease("a", LASTS)
    assert mine.take()
    sql("UPDATE lease SET until = clock_timestamp() - interval '1 second'")
    mine.renew()
    assert not second.lease("b", LASTS).take()


def test_a_tool_beside_the_active_mailbot_may_write(ledger: Ledger, second: Ledger) -> None:
    assert ledger.lease("a", LASTS).take()
    second.record([an_entry("a")], NOW)
    second.hold("an administrator", NOW)
    assert ledger.held_because == "an administrator"


def test_giving_up_a_lease_that_another_has_does_not_take_it_away(
    ledger: Ledger, second: Ledger, sql: Callable[[str], Any]
) -> None:
    mine, theirs = ledger.lease("a", LASTS), second.lease("b", LASTS)
    assert mine.take()
    sql("UPDATE lease SET until = clock_timestamp() - interval '1 second'")
    assert theirs.take()
    mine.release()
    theirs.renew()


def test_copies_of_mails_outlive_a_machine(ledger: Ledger, second: Ledger) -> None:
    whole = bytes(range(256)) * (PIECE_BYTES // 100)
    pieces = [whole[at : at + PIECE_BYTES] for at in range(0, len(whole), PIECE_BYTES)]
    ledger.copy("a" * 64, pieces)
    second.copy("a" * 64, [b"never looked at: the name promises the bytes"])
    assert b"".join(second.copied("a" * 64)) == whole
    assert list(second.copied("b" * 64)) == []
    second.forget_copy("a" * 64)
    assert list(ledger.copied("a" * 64)) == []
    assert ledger.is_shared
