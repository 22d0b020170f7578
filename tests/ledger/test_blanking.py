"""Taking one mail's words out of the ledger, on both databases: they are gone, all else stands."""

from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

import pytest
from ledger.facts import NOW, a_letter, an_entry, filed, queue
from sqlalchemy.exc import DBAPIError

from mailbot.core.posting import State
from mailbot.core.seals.sealing import is_sealed
from mailbot.ledger import Ledger

Sql = Callable[[str], Any]
WORDS = "phuongantacchien"


def repeating() -> bytes:
    mail = EmailMessage()
    mail["Subject"] = f"Đã nhận: Báo cáo {WORDS}"
    mail.set_content(f"Kính gửi, thư «Báo cáo {WORDS}» đã đến.")
    return mail.as_bytes()


def a_history(ledger: Ledger) -> None:
    ledger.record([an_entry(WORDS, name="1"), an_entry("mot viec khac", name="2")], NOW)
    ledger.rule(1, filed("2013-05"), by="an", why=f"xem Báo cáo {WORDS}", now=NOW)
    ledger.rule(2, filed("2013-05"), by="an", why="giữ nguyên", now=NOW)
    assert queue(ledger, a_letter("k1", subject=f"Đã nhận: Báo cáo {WORDS}", raw=repeating()), a_letter("k2"))


def test_the_words_of_one_mail_go_and_all_else_stays(ledger: Ledger, sql: Sql) -> None:
    a_history(ledger)
    before = ledger.book()
    done = ledger.blank(1, by="vt", now=NOW)
    assert done.facts == {"arrival": [1], "ruling": [1], "letter": [1]}
    book = ledger.book()
    assert [is_sealed(arrival) for arrival in book.arrivals] == [True, False]
    assert WORDS not in repr(book)
    assert book.arrivals[1] == before.arrivals[1]
    assert book.ruled[2].why == "giữ nguyên"
    verdicts = [(found.verdict(found.arrivals[0]), found.ruled[1].by) for found in (before, book)]
    assert verdicts[0] == verdicts[1]
    assert [row.posting.state for row in sorted(ledger.letters(), key=lambda row: row.number)] == [
        State.WITHDRAWN,
        State.WAITING,
    ]
    for table in ("arrival", "ruling", "letter", "sealing"):
        assert WORDS not in repr([tuple(row) for row in sql(f"SELECT * FROM {table}")])
    assert ledger.broken_links() == ledger.gaps() == ledger.odd_letters() == ledger.damaged_pages() == []
    # Other facts come after it, and it can be done again.
    ledger.record([an_entry("ba")], NOW)
    assert ledger.blank(2, by="vt", now=NOW).facts["arrival"] == [2]
    assert ledger.broken_links() == []


def test_facts_are_guarded_after_it_as_before(ledger: Ledger, sql: Sql) -> None:
    a_history(ledger)
    ledger.blank(1, by="vt", now=NOW)
    for table in ("arrival", "ruling", "sealing"):
        with pytest.raises(DBAPIError):
            sql(f"UPDATE {table} SET number = number")
    with pytest.raises(DBAPIError):
        sql("UPDATE letter SET subject = 'x'")


def test_a_chain_that_is_broken_there_is_not_mended_by_it(ledger: Ledger, sql: Sql, url: str) -> None:
    a_history(ledger)
    on = " ON arrival" if url.startswith("postgresql") else ""
    sql(f"DROP TRIGGER guard_arrival_update{on}")
    sql("UPDATE arrival SET sender = 'ke.xau@evil.example' WHERE number = 1")
    with pytest.raises(Exception, match="the chain of facts is broken"):
        ledger.blank(1, by="vt", now=NOW)
    assert ledger.broken_links()
