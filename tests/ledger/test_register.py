"""Facts come in once, in order, and stay."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from ledger.facts import DAY, HOUR, JUNE, MINUTE, NOW, UNCLEAR, UNIT, a_duty, a_letter, an_entry, filed, queue
from sqlalchemy.exc import DBAPIError, IntegrityError

from mailbot.core.book import Book
from mailbot.core.changes.lesson import Proposal, Teaches
from mailbot.core.machine.watch import Outage, outages
from mailbot.core.mail import Place
from mailbot.core.verdict import Findings, Sealed
from mailbot.ledger import Ledger


def test_arrivals_are_numbered_from_one_without_gaps(ledger: Ledger) -> None:
    assert ledger.record([an_entry("a"), an_entry("b")], NOW) == [1, 2]
    with pytest.raises(ValueError, match="time zone"):
        ledger.record([an_entry("c"), an_entry("d", arrived_at=NOW.replace(tzinfo=None))], NOW)
    assert ledger.record([an_entry("e")], NOW) == [3]


def test_the_same_bytes_again_keep_their_number_and_first_verdict(ledger: Ledger) -> None:
    ledger.record([an_entry("a", name="1")], NOW)
    assert ledger.record([an_entry("a", name="2", verdict=UNCLEAR), an_entry("b", name="3")], NOW) == [1, 2]
    assert ledger.sightings("INBOX", "7") == {"1": 1, "2": 1, "3": 2}
    arrival = ledger.arrival(1)
    assert arrival is not None
    assert arrival.verdict == filed()


def test_the_same_bytes_twice_in_one_batch_are_one_arrival(ledger: Ledger) -> None:
    assert ledger.record([an_entry("a", name="1"), an_entry("a", name="2")], NOW) == [1, 1]
    assert ledger.sightings("INBOX", "7") == {"1": 1, "2": 1}


def test_recording_nothing_is_no_event(ledger: Ledger) -> None:
    book = ledger.book()
    assert ledger.record([], NOW) == []
    assert ledger.book() is book


def test_sightings_belong_to_one_validity_of_one_mailbox(ledger: Ledger) -> None:
    ledger.record([an_entry("a", name="1")], NOW)
    ledger.sight(Place("INBOX", "8", "1"), 1)
    ledger.sight(Place("Đã nhận", "7", "1"), 1)
    assert ledger.sightings("INBOX", "7") == {"1": 1}
    assert ledger.sightings("INBOX", "9") == {}


def test_the_last_thing_seen_at_a_place_is_what_is_there(ledger: Ledger) -> None:
    ledger.record([an_entry("a", name="1"), an_entry("b")], NOW)
    ledger.sight(Place("INBOX", "7", "1"), 2)
    assert ledger.sightings("INBOX", "7") == {"1": 2}


def test_what_was_never_recorded_can_be_neither_sighted_nor_ruled_on(ledger: Ledger) -> None:
    with pytest.raises(LookupError, match="no arrival 1"):
        ledger.sight(Place("INBOX", "7", "1"), 1)
    with pytest.raises(LookupError, match="no arrival 1"):
        ledger.rule(1, filed(), by="chị Hoa", why="đã gọi điện", now=NOW)
    assert ledger.arrival(1) is None


def test_mails_are_found_by_bytes_and_by_what_was_written(ledger: Ledger) -> None:
    first, second = an_entry("a"), an_entry("b")
    second = replace(second, mail=replace(second.mail, identity=first.mail.identity))
    ledger.record([first, second], NOW)
    assert ledger.numbers_of([second.mail.sha256, "0" * 64]) == {second.mail.sha256: 2}
    assert ledger.twins([second.mail.identity, "0" * 64]) == {second.mail.identity: 1}


def test_the_last_ruling_counts_and_all_are_kept(ledger: Ledger) -> None:
    ledger.record([an_entry("a", verdict=UNCLEAR)], NOW)
    first = ledger.rule(1, filed("2013-05"), by="chị Hoa", why="kỳ tháng 5", now=NOW + HOUR)
    last = ledger.rule(1, filed("2013-06"), by="anh Nam", why="nhầm", now=NOW + DAY)
    book = ledger.book()
    assert book.rulings == (first, last)
    assert book.verdict(book.arrivals[0]) == filed("2013-06")
    assert book.arrivals[0].verdict == UNCLEAR


def test_a_paper_copy_is_stamped_once(ledger: Ledger) -> None:
    first = ledger.stamp(JUNE, stamped_at=NOW, register_no="45", now=NOW)
    assert ledger.stamp(JUNE, stamped_at=NOW + DAY, register_no="45", now=NOW + DAY) == first
    second = ledger.stamp(JUNE, stamped_at=NOW + DAY, register_no="46", now=NOW + DAY)
    assert ledger.book().stamps == (first, second)


def test_sealed_arrivals_stay_known_as_such_whatever_is_ruled(ledger: Ledger) -> None:
    ledger.record([an_entry("a"), an_entry("b", verdict=Sealed(unit=None, findings=Findings()))], NOW)
    ledger.rule(2, filed(), by="chị Hoa", why="không mật", now=NOW)
    assert ledger.sealed_among(range(1, 1200)) == {2}
    assert ledger.sealed_among([1]) == frozenset()


def test_sightings_of_some_names_are_those_of_all_that_have_them(ledger: Ledger) -> None:
    ledger.record([an_entry("a", place=Place("INBOX", "7", "1"))], NOW)
    ledger.sight(Place("INBOX", "7", "2"), 1)
    many = [str(number) for number in range(1000)]
    for names in (["2", "3"], many):
        found = ledger.sightings("INBOX", "7", names)
        assert found == {name: 1 for name in names if name in {"1", "2"}}


def test_scans_close_together_are_one_stretch_of_watching(ledger: Ledger) -> None:
    ledger.note_scan("INBOX", started_at=NOW, ended_at=NOW + MINUTE)
    ledger.note_scan("INBOX", started_at=NOW + 10 * MINUTE, ended_at=NOW + 11 * MINUTE)
    assert ledger.last_scan("INBOX") == (NOW, NOW + 11 * MINUTE)
    assert ledger.book().scanned_at == NOW + 10 * MINUTE


def test_an_outage_parts_two_stretches_of_watching(ledger: Ledger, sql: Callable[[str], list[Any]]) -> None:
    ledger.note_scan("INBOX", started_at=NOW, ended_at=NOW + MINUTE)
    ledger.note_scan("INBOX", started_at=NOW + DAY, ended_at=NOW + DAY + MINUTE)
    assert ledger.last_scan() == (NOW + DAY, NOW + DAY + MINUTE)
    assert sql("SELECT count(*) FROM scan")[0][0] == 2


def test_a_scan_noted_late_shortens_no_stretch(ledger: Ledger) -> None:
    ledger.note_scan("INBOX", started_at=NOW, ended_at=NOW + HOUR)
    ledger.note_scan("INBOX", started_at=NOW - MINUTE, ended_at=NOW + MINUTE)
    assert ledger.last_scan("INBOX") == (NOW, NOW + HOUR)
    assert ledger.book().scanned_at == NOW


def test_all_mailboxes_must_have_been_read_where_several_are_watched(ledger: Ledger) -> None:
    assert ledger.book().scanned_at is None
    assert ledger.last_scan("INBOX") is None
    ledger.note_scan("INBOX", started_at=NOW + HOUR, ended_at=NOW + HOUR)
    assert ledger.book({"INBOX", "Junk"}).scanned_at is None
    ledger.note_scan("Junk", started_at=NOW, ended_at=NOW)
    assert ledger.book({"INBOX", "Junk"}).scanned_at == NOW
    assert ledger.book({"INBOX"}).scanned_at == NOW + HOUR
    assert ledger.book().scanned_at == NOW + HOUR


def test_the_version_grows_with_every_fact_and_with_nothing_else(ledger: Ledger) -> None:
    versions = [ledger.book().version]

    def grew() -> bool:
        versions.append(ledger.book().version)
        return versions[-1] > versions[-2]

    ledger.record([an_entry("a", name="1")], NOW)
    assert grew()
    ledger.rule(1, filed(), by="x", why="y", now=NOW)
    assert grew()
    ledger.stamp(JUNE, stamped_at=NOW, register_no="1", now=NOW)
    assert grew()
    ledger.enqueue(version=versions[-1], duties=[a_duty()], letters=(), withdraw=(), rules="r", now=NOW)
    assert grew()
    queue(ledger, a_letter("k"))
    assert grew()
    ledger.record([an_entry("a", name="2")], NOW)
    ledger.stamp(JUNE, stamped_at=NOW, register_no="1", now=NOW)
    ledger.note_scan("INBOX", started_at=NOW, ended_at=NOW)
    ledger.hold_letters([1])
    assert not grew()


def test_a_book_read_bit_by_bit_equals_one_read_at_once(ledger: Ledger, url: str) -> None:
    ledger.record([an_entry("a", name="1")], NOW)
    ledger.book()
    ledger.enqueue(
        version=1,
        duties=[a_duty()],
        letters=[a_letter("k", "l"), a_letter("m")],
        withdraw=(),
        rules="",
        now=NOW,
    )
    ledger.book()
    ledger.record([an_entry("b", verdict=UNCLEAR)], NOW)
    ledger.rule(2, filed(), by="x", why="y", now=NOW)
    ledger.stamp(JUNE, stamped_at=NOW, register_no="1", now=NOW)
    version = ledger.book().version
    later = a_duty(due_at=NOW + 9 * DAY)
    ledger.enqueue(version=version, duties=[later], letters=[a_letter("l")], withdraw=[1], rules="s", now=NOW)
    ledger.note_scan("INBOX", started_at=NOW, ended_at=NOW)
    book = ledger.book()
    assert book.duties[JUNE] == later
    with Ledger.open(url) as other:
        assert other.book() == book


def test_a_book_once_given_never_changes(ledger: Ledger) -> None:
    queue(ledger, a_letter("k"))
    before = ledger.book()
    copy = Book(**{name: getattr(before, name) for name in before.__dataclass_fields__})
    letters = dict(before.letters)
    ledger.record([an_entry("a")], NOW)
    queue(ledger, a_letter("m"), withdraw=(1,))
    assert ledger.book() != before
    assert (before, before.letters) == (copy, letters)


def test_a_book_after_nothing_new_is_the_same_object(ledger: Ledger) -> None:
    ledger.record([an_entry("a")], NOW)
    assert ledger.book() is ledger.book()


def test_a_book_sees_what_another_daemon_wrote(ledger: Ledger, url: str) -> None:
    ledger.book()
    with Ledger.open(url) as other:
        other.record([an_entry("a")], NOW)
        queue(other, a_letter("k"))
    assert len(ledger.book().arrivals) == 1
    assert set(ledger.book().letters) == {"k"}


@pytest.mark.parametrize(
    ("table", "column"),
    [("arrival", "muted"), ("ruling", "why"), ("stamp", "register_no"), ("duty", "basis")],
)
def test_facts_can_be_neither_updated_nor_deleted(
    ledger: Ledger, sql: Callable[[str], list[Any]], table: str, column: str
) -> None:
    ledger.record([an_entry("a")], NOW)
    ledger.rule(1, filed(), by="x", why="y", now=NOW)
    ledger.stamp(JUNE, stamped_at=NOW, register_no="1", now=NOW)
    version = ledger.book().version
    ledger.enqueue(version=version, duties=[a_duty()], letters=(), withdraw=(), rules="", now=NOW)
    with pytest.raises(DBAPIError, match=f"{table} may not be changed so"):
        sql(f"UPDATE {table} SET {column} = {column}")
    with pytest.raises(DBAPIError, match=f"{table} may not be changed so"):
        sql(f"DELETE FROM {table}")


def test_the_database_itself_refuses_the_same_bytes_twice(
    ledger: Ledger, sql: Callable[[str], list[Any]]
) -> None:
    ledger.record([an_entry("a")], NOW)
    names = (
        "sha256, identity, message_id, sender, arrived_at, clock, recorded_at, rules, muted, mail, verdict"
    )
    with pytest.raises(IntegrityError):
        sql(f"INSERT INTO arrival (number, {names}, clocks) SELECT 2, {names}, clocks FROM arrival")
    others = names.replace("sha256", "'other'")
    with pytest.raises(IntegrityError):
        sql(
            f"INSERT INTO arrival (number, {names}, clocks)"
            f" SELECT 2, {others.replace('clock,', repr('sundial') + ',')}, clocks FROM arrival"
        )
    sql(f"INSERT INTO arrival (number, {names}, clocks) SELECT 2, {others}, clocks FROM arrival")


def test_the_ledger_counts_what_it_holds(ledger: Ledger) -> None:
    ledger.record([an_entry("a"), an_entry("b")], NOW)
    queue(ledger, a_letter("k"), a_letter("m"))
    ledger.hold_letters([2])
    assert ledger.counts() == {
        "arrivals": 2,
        "rulings": 0,
        "stamps": 0,
        "lessons": 0,
        "duties": 0,
        "waiting": 1,
        "held": 1,
        "sent": 0,
        "given_up": 0,
        "withdrawn": 0,
        "dropped": 0,
    }


def test_a_vouch_takes_an_outage_out_of_the_book(ledger: Ledger) -> None:
    for began, ended in ((NOW, NOW + 2 * HOUR), (NOW + 10 * HOUR, NOW + 11 * HOUR)):
        ledger.note_scan("INBOX", started_at=began, ended_at=began)
        ledger.note_scan("INBOX", started_at=ended, ended_at=ended, gap=2 * HOUR)
    gap = Outage("INBOX", NOW + 2 * HOUR, NOW + 10 * HOUR)
    assert list(outages(ledger.stretches())) == [gap]
    before = ledger.book()
    assert before.outages == (gap,)
    given = ledger.vouch(gap.since, gap.until, by="an", why="nhật ký máy chủ", now=NOW + DAY)
    assert ledger.vouches() == [given]
    book = ledger.book()
    assert book.outages == ()
    # Whoever vouches may have had a mail put back, which was not read yet.
    assert book.unread == (replace(gap, vouched_at=NOW + DAY),)
    assert [gap for gap in book.unproven(NOW + DAY) if gap.vouched_at] == list(book.unread)
    assert not any(gap.vouched_at for gap in book.unproven(NOW + DAY - HOUR))
    ledger.note_scan("INBOX", started_at=NOW + DAY, ended_at=NOW + DAY, gap=DAY)
    book = ledger.book()
    assert book.unproven(NOW + DAY) == ()
    assert book.version > before.version
    with pytest.raises(ValueError, match="end after"):
        ledger.vouch(NOW, NOW, by="an", why="", now=NOW)
    assert list(outages(ledger.stretches())) == [gap]


def test_a_stretch_that_grows_is_seen_by_a_book_that_knew_it(ledger: Ledger) -> None:
    ledger.note_scan("INBOX", started_at=NOW, ended_at=NOW)
    assert ledger.book().outages == ()
    ledger.note_scan("INBOX", started_at=NOW + HOUR, ended_at=NOW + HOUR, gap=HOUR)
    assert ledger.book().scanned_at == NOW + HOUR
    ledger.note_scan("INBOX", started_at=NOW + 5 * HOUR, ended_at=NOW + 5 * HOUR)
    gap = Outage("INBOX", NOW + HOUR, NOW + 5 * HOUR)
    assert ledger.book().outages == (gap,)
    # A daemon that ends soon after each start.
    ledger.note_scan("INBOX", started_at=NOW + 9 * HOUR, ended_at=NOW + 9 * HOUR)
    assert ledger.book().outages == (gap, Outage("INBOX", NOW + 5 * HOUR, NOW + 9 * HOUR))


def test_a_person_s_word_on_a_proposal_is_in_the_book_and_cannot_be_changed(
    ledger: Ledger, sql: Callable[[str], Any]
) -> None:
    proposal = Proposal(teaches=Teaches.ADDRESS, words="a@b.example", of=UNIT, arrivals=(1, 2))
    before = ledger.book().version
    first = ledger.decide(proposal, confirmed=True, by="Lan", why="đã gọi điện", now=NOW)
    second = ledger.decide(proposal, confirmed=False, by="Hùng", why="", now=NOW + DAY)
    book = ledger.book()
    assert list(book.lessons) == [first, second]
    assert first.proposal == proposal
    assert book.version == before + 2
    with pytest.raises((IntegrityError, DBAPIError)):
        sql("UPDATE lesson SET confirmed = confirmed")
    with pytest.raises((IntegrityError, DBAPIError)):
        sql("DELETE FROM lesson")


def test_a_stretch_that_grew_before_a_new_one_began_is_not_taken_for_an_outage(ledger: Ledger) -> None:
    ledger.note_scan("INBOX", started_at=NOW, ended_at=NOW + 2 * HOUR)
    ledger.note_scan("Junk", started_at=NOW, ended_at=NOW)
    assert ledger.book().outages == ()
    # Between two looks at the book: the stretch grows to the ninth hour, and another begins at the tenth.
    ledger.note_scan("INBOX", started_at=NOW + 9 * HOUR, ended_at=NOW + 9 * HOUR, gap=DAY)
    ledger.note_scan("INBOX", started_at=NOW + 10 * HOUR, ended_at=NOW + 10 * HOUR)
    assert ledger.book().outages == (Outage("INBOX", NOW + 9 * HOUR, NOW + 10 * HOUR),)
    assert ledger.book().scanned_at == NOW + 10 * HOUR
