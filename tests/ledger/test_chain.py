"""The chain of facts: whole after any history, and broken by any change that was not mailbot's."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledger.facts import DAY, JUNE, NOW, a_duty, a_letter, an_entry, filed, post, queue

from mailbot.core.mail import Place
from mailbot.ledger import Ledger
from mailbot.ledger.chain import chained
from mailbot.ledger.version import FACTS

Sql = Callable[[str], Any]
# What guards facts in the database itself, which somebody with its password can switch off.
GUARDS = {
    "sqlite": ("DROP TRIGGER guard_{table}_{change}",),
    "postgresql": ("DROP TRIGGER guard_{table}_{change} ON {table}",),
}


def a_history(ledger: Ledger) -> None:
    ledger.record([an_entry("a", name="1"), an_entry("b", name="2")], NOW)
    ledger.rule(1, filed("2013-05"), by="an", why="đã đọc", now=NOW)
    ledger.stamp(JUNE, stamped_at=NOW, register_no="12", now=NOW)
    version = ledger.book().version
    letters = [a_letter("k1"), a_letter("k2")]
    assert ledger.enqueue(
        version=version, duties=[a_duty()], letters=letters, withdraw=(), rules="r", now=NOW
    )
    ledger.vouch(NOW, NOW + DAY, by="an", why="nhật ký", now=NOW)
    ledger.note_vanished(Place("INBOX", "1", "7"), since=NOW, until=NOW + DAY)
    ledger.record([an_entry("c")], NOW)


def unguarded(url: str, sql: Sql, table: str, change: str) -> None:
    for statement in GUARDS[url.partition(":")[0].partition("+")[0]]:
        sql(statement.format(table=table, change=change.lower()))


def test_a_ledger_that_only_mailbot_wrote_is_whole(ledger: Ledger) -> None:
    assert ledger.head is None
    assert ledger.broken_links() == []
    a_history(ledger)
    first = ledger.head
    assert first is not None
    assert len(first) == 64
    assert ledger.broken_links() == ledger.gaps() == ledger.damaged_pages() == ledger.odd_letters() == []
    ledger.record([an_entry("d")], NOW)
    assert ledger.head != first


def test_what_is_no_fact_adds_no_link(ledger: Ledger) -> None:
    a_history(ledger)
    before = ledger.head
    ledger.note_scan("INBOX", started_at=NOW, ended_at=NOW)
    post(ledger, 1)
    ledger.hold("why", NOW)
    ledger.record([an_entry("a", name="9")], NOW)
    assert not queue(ledger, replace(a_letter("k2")))
    assert ledger.head == before
    assert ledger.broken_links() == []


@pytest.mark.parametrize(
    ("table", "change", "statement"),
    [
        ("arrival", "UPDATE", "UPDATE arrival SET sender = 'x@y' WHERE number = 1"),
        ("arrival", "UPDATE", "UPDATE arrival SET muted = true WHERE number = 3"),
        ("ruling", "UPDATE", "UPDATE ruling SET why = 'khác'"),
        ("stamp", "DELETE", "DELETE FROM stamp"),
        ("duty", "UPDATE", "UPDATE duty SET due_at = announced_at"),
        ("letter", "UPDATE", "UPDATE letter SET subject = 'khác' WHERE number = 2"),
        ("vanished", "DELETE", "DELETE FROM vanished"),
        ("vouch", "UPDATE", "UPDATE vouch SET until = since, since = until WHERE false"),
    ],
)
def test_any_fact_that_is_changed_breaks_it(
    ledger: Ledger, url: str, sql: Sql, table: str, change: str, statement: str
) -> None:
    a_history(ledger)
    unguarded(url, sql, table, change)
    sql(statement)
    harmless = statement.endswith("WHERE false")
    assert bool(ledger.broken_links()) is not harmless


def test_a_fact_that_was_slipped_in_is_found(ledger: Ledger, sql: Sql) -> None:
    a_history(ledger)
    sql(
        "INSERT INTO stamp (number, unit, report, period, stamped_at, register_no, recorded_at)"
        " SELECT 2, unit, report, period, stamped_at, '13', recorded_at FROM stamp"
    )
    assert ledger.broken_links() == ["stamp 2 was added past the chain"]
    sql(
        "INSERT INTO stamp SELECT 9, unit, report, period, stamped_at, '14', recorded_at"
        " FROM stamp WHERE number = 2"
    )
    assert ledger.gaps() == ["stamp: 3 rows, numbered 1 to 9"]


def test_a_letter_that_is_called_sent_although_nobody_took_it_is_found(ledger: Ledger, sql: Sql) -> None:
    a_history(ledger)
    post(ledger, 2)
    assert ledger.odd_letters() == []
    sql("UPDATE letter SET state = 'sent', settled_at = queued_at WHERE number = 1")
    assert ledger.odd_letters() == ["letter 1 is sent, and no mail server took it"]


@settings(max_examples=15)
@given(st.lists(st.sampled_from(["mail", "twice", "rule", "stamp", "letter", "scan"]), max_size=12))
def test_after_any_history_the_chain_is_whole(
    tmp_path_factory: pytest.TempPathFactory, acts: list[str]
) -> None:
    with Ledger.open(f"sqlite:///{tmp_path_factory.mktemp('chain')}/ledger.db") as ledger:
        ledger.record([an_entry("first")], NOW)
        for n, act in enumerate(acts):
            match act:
                case "mail":
                    ledger.record([an_entry(f"m{n}"), an_entry(f"n{n}")], NOW)
                case "twice":
                    ledger.record([an_entry("first")], NOW)
                case "rule":
                    ledger.rule(1, filed(), by="an", why=str(n), now=NOW)
                case "stamp":
                    ledger.stamp(JUNE, stamped_at=NOW, register_no=str(n), now=NOW)
                case "letter":
                    assert queue(ledger, a_letter(f"k{n}"))
                case "scan":
                    ledger.note_scan("INBOX", started_at=NOW, ended_at=NOW)
        assert ledger.broken_links() == []
        assert ledger.gaps() == []


def test_every_kind_of_fact_is_in_the_chain() -> None:
    names = {table.name for table in chained()}
    assert names >= {table.name for table in FACTS}
    assert not names & {"attempt", "scan", "link", "meta", "tally", "sighting", "notice"}
