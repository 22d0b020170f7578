"""Intake on the embedded default: one strange mail never stops the rest."""

import errno
import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailbot.cli.new_office import write_office
from mailbot.config import Reading, load_config
from mailbot.core.mail import Mail, Place
from mailbot.core.period import Period
from mailbot.core.verdict import Question, Unclear, kind
from mailbot.daemon import hearing
from mailbot.daemon.fetching import Backlog, Fetching
from mailbot.daemon.house import House, opened
from mailbot.daemon.retry import retry
from mailbot.daemon.terms import Terms
from mailbot.errors import Unavailable
from mailbot.inbox.archive import Archive
from mailbot.inbox.attempts import MOST_TRIES
from mailbot.inbox.extract import Reader
from mailbot.inbox.raw import Fetched, RawMail, Unfetchable
from mailbot.ledger.mails import Mails
from mailbot.ledger.rows import Entry
from mailbot.ledger.store import Ledger

NOW = datetime(2014, 6, 23, 3, tzinfo=UTC)
HEAD = b"From: sotaichinh@thainguyen.example\r\nMessage-ID: <%d@x.example>\r\nSubject: %s\r\n\r\nx\r\n"


class Choosy(Ledger):
    """A ledger that cannot keep mails with some word in their subject."""

    def record(self, entries: Sequence[Entry], now: datetime) -> list[int]:
        if any("unspeakable" in entry.mail.subject for entry in entries):
            raise ValueError("cannot be kept")
        return super().record(entries, now)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    config = load_config(write_office(tmp_path / "office", "thai-nguyen-2013", NOW.date()))
    with opened(replace(config, reading=Reading(ocr=False)), lambda: NOW) as found:
        yield found


def deliver(house: House, number: int, subject: bytes) -> None:
    folder = house.config.inbox.path / "new"
    path = folder / str(number)
    path.write_bytes(HEAD % (number, subject))
    os.utime(path, (NOW.timestamp(), NOW.timestamp()))


def test_a_mail_that_the_ledger_cannot_keep_is_recorded_bare_and_the_others_whole(house: House) -> None:
    for number, subject in enumerate((b"Bao cao thang 6", b"unspeakable", b"Bao cao thang 5"), start=1):
        deliver(house, number, subject)
    with Choosy.open(house.config.ledger_url) as choosy:
        house.ledger.close()
        house = replace(house, ledger=choosy)
        inbox = house.inbox()
        inbox.connect()
        assert len(house.intake().round(inbox)) == 3
        arrivals = choosy.book().arrivals
        assert [arrival.mail.subject for arrival in arrivals] == ["Bao cao thang 6", "", "Bao cao thang 5"]
        assert arrivals[1].mail.defects == ("cannot be parsed",)
        assert all(house.archive.intact(arrival.mail.sha256) for arrival in arrivals)
        assert inbox.scan() == ()


def test_a_second_round_finds_nothing_new_and_says_that_the_mailbox_was_read(house: House) -> None:
    deliver(house, 1, b"Bao cao thang 6")
    inbox = house.inbox()
    inbox.connect()
    assert house.intake().round(inbox) == [1]
    assert house.intake().round(inbox) == []
    assert house.ledger.book().scanned_at == NOW


def test_the_same_mail_in_another_wrapping_is_a_second_copy_at_once_and_later(house: House) -> None:
    folder = house.config.inbox.path / "new"
    inbox, intake = house.inbox(), house.intake()
    inbox.connect()
    for number, wrapping in enumerate((b"Received: a\r\n", b"Received: b\r\n", b""), start=1):
        (folder / str(number)).write_bytes(wrapping + HEAD % (1, b"Bao cao thang 6"))
        if number > 1:
            intake.round(inbox)
    verdicts = [arrival.verdict for arrival in house.ledger.book().arrivals]
    assert [getattr(verdict, "duplicate_of", None) for verdict in verdicts] == [None, 1, 1]
    assert house.intake().judge_again(house.ledger.book().arrivals[0]) == verdicts[0]
    assert house.intake().judge_again(house.ledger.book().arrivals[2]) == verdicts[2]


def test_of_many_copies_in_one_batch_each_is_read_twice_at_most(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, read = house.config.inbox.path / "new", []
    for number in range(30):
        wrapping = b"Received: %d\r\n" % number if number % 10 else b""
        (folder / str(number)).write_bytes(wrapping + HEAD % (1, b"Bao cao thang 6"))
    whole = Reader.whole
    monkeypatch.setattr(Reader, "whole", lambda *a, **k: (read.append(1), whole(*a, **k))[1])
    inbox = house.inbox()
    inbox.connect()
    house.intake().round(inbox)
    verdicts = [arrival.verdict for arrival in house.ledger.book().arrivals]
    assert [getattr(verdict, "duplicate_of", None) for verdict in verdicts] == [None, *[1] * 27]
    assert len(read) <= 2 * 30


def test_batches_grow_while_more_and_more_mails_come() -> None:
    mails = [RawMail(sha256=f"{number:064}", size=1) for number in range(700)]
    fetching = Fetching(iter(mails), vanished=lambda _: None)
    batches = list(fetching.batches())
    assert [len(batch) for batch in batches] == [50, 100, 200, 200, 150]
    assert [raw for batch in batches for raw in batch] == mails


def test_a_sealed_mail_stays_where_it_is_and_its_bytes_are_gone(house: House) -> None:
    deliver(house, 1, b"Bao cao (Mat)")
    deliver(house, 2, b"Bao cao thang 6")
    for _ in range(2):
        inbox = house.inbox()
        inbox.connect()
        house.intake().round(inbox)
        assert [place.name for place in inbox.scan()] == ["1"]
    sealed, filed = house.ledger.book().arrivals
    assert not house.archive.holds(sealed.mail.sha256)
    assert house.archive.holds(filed.mail.sha256)


def test_a_round_reads_no_sealed_mail_of_former_rounds(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    deliver(house, 1, b"Bao cao (Mat)")
    inbox, intake = house.inbox(), house.intake()
    inbox.connect()
    intake.round(inbox)
    intake.discard_sealed()
    monkeypatch.setattr(Mails, "contents", pytest.fail)
    intake.discard_sealed()


def test_a_new_session_reads_no_delivery_report_again(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Servers end sessions every few minutes, and of years there are hundreds."""
    deliver(house, 1, b"Delivery Status Notification (Failure)")
    inbox = house.inbox()
    inbox.connect()
    monkeypatch.setattr(hearing, "_may_be_report", lambda _: True)
    house.intake().round(inbox)
    monkeypatch.setattr(Mails, "contents", pytest.fail)
    again = house.inbox()
    again.connect()
    assert house.intake().round(again) == []


def test_what_a_crash_left_in_the_inbox_is_filed_by_the_next_round(house: House) -> None:
    deliver(house, 1, b"Bao cao thang 6")
    inbox = house.inbox()
    inbox.connect()
    raws = [raw for raw in inbox.fetch(inbox.scan(), house.archive) if isinstance(raw, RawMail)]
    assert house.intake().take_in(raws) == [1]
    assert len(inbox.scan()) == 1
    assert house.intake().round(inbox) == []
    assert inbox.scan() == ()


def test_a_mail_that_ends_mailbot_is_set_aside_after_three_tries_and_retried_by_command(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        """As if the kernel had ended the program."""

    def deadly(reader: Reader, raw_path: Path, **about: object) -> Mail:
        if b"deadly" in raw_path.read_bytes() and not about["envelope_only"]:
            raise Killed
        return real(reader, raw_path, **about)  # type: ignore[arg-type]

    real = Reader.whole
    monkeypatch.setattr(Reader, "whole", deadly)
    for number, subject in enumerate((b"Bao cao thang 5", b"deadly thang 6", b"Bao cao thang 4"), start=1):
        deliver(house, number, subject)
    inbox = house.inbox()
    inbox.connect()
    for _ in range(3):
        with pytest.raises(Killed):
            house.intake().round(inbox)
    house.intake().round(inbox)
    arrivals = house.ledger.book().arrivals
    assert len(arrivals) == 3
    (aside,) = (arrival for arrival in arrivals if arrival.mail.subject.startswith("deadly"))
    assert isinstance(aside.verdict, Unclear)
    assert aside.verdict.question is Question.UNREADABLE
    assert not (house.archive.folder / "reading.json").exists()
    monkeypatch.setattr(Reader, "whole", real)
    ruling = retry(house, aside, by="quản trị", now=NOW)
    assert house.ledger.book().verdict(aside) == ruling.verdict
    assert aside.mail.defects[0] == "cannot be parsed: set aside, its reading ended mailbot"
    assert ruling.verdict.findings.unit == "so-tai-chinh"
    assert ruling.verdict.findings.periods == (Period.parse("2014-06"),)


def test_a_mail_that_turns_out_secret_when_it_is_read_again_is_sealed(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Reader.whole

    def envelope_only(reader: Reader, raw_path: Path, **about: object) -> Mail:
        return real(reader, raw_path, **{**about, "envelope_only": True})  # type: ignore[arg-type]

    monkeypatch.setattr(Reader, "whole", envelope_only)
    path = house.config.inbox.path / "new" / "1"
    path.write_bytes((HEAD % (1, b"Bao cao thang 6")).replace(b"\r\nx\r\n", b"\r\nTOI MAT\r\n"))
    inbox = house.inbox()
    inbox.connect()
    house.intake().round(inbox)
    (arrival,) = house.ledger.book().arrivals
    assert kind(arrival.verdict) == "unclear"
    monkeypatch.setattr(Reader, "whole", real)
    retry(house, arrival, by="quản trị", now=NOW)
    assert kind(house.ledger.book().verdict(arrival)) == "sealed"
    assert not house.archive.holds(arrival.mail.sha256)


def test_of_a_full_mailbox_the_newest_mails_do_not_wait_for_the_old_ones(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mailbot.daemon.fetching.MOST_IN_A_ROUND", 20)
    monkeypatch.setattr("mailbot.daemon.fetching._NEWEST", 3)
    for number in range(100, 150):
        deliver(house, number, b"Bao cao thang %d" % (number % 12 + 1))
    inbox, intake = house.inbox(), house.intake()
    inbox.connect()
    assert len(intake.round(inbox)) == 20
    assert intake.backlog.left == 30
    # Half a mailbox proves nothing of what is not in it.
    assert house.ledger.book().scanned_at is None
    deliver(house, 900, b"Bao cao khan")
    assert len(intake.round(inbox)) == 20
    assert "Bao cao khan" in {arrival.mail.subject for arrival in house.ledger.book().arrivals}
    assert house.ledger.book().scanned_at is None
    assert len(intake.read_through(inbox)) == 11
    assert (intake.backlog.left, inbox.scan(), house.ledger.book().scanned_at) == (0, (), NOW)
    assert len(house.ledger.book().arrivals) == 51


def test_mails_that_a_server_refuses_hold_up_no_others_however_many_they_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("mailbot.daemon.fetching.MOST_IN_A_ROUND", 10)
    monkeypatch.setattr("mailbot.daemon.fetching._NEWEST", 2)
    places = [Place("INBOX", "1", f"{number:03}") for number in range(60)]
    bad, read, backlog = set(places[:40]), set[Place](), Backlog()
    for _ in range(20):
        turn = backlog.turn([place for place in places if place not in read])
        assert len(turn) <= 20
        read.update(set(turn) - bad)
        backlog.refused([place for place in turn if place in bad])
        if not backlog.left:
            break
    assert read >= set(places) - bad
    # They are asked for again, and once they are given nothing is left.
    for _ in range(10):
        turn = backlog.turn([place for place in places if place not in read])
        read.update(turn)
    assert read == set(places)
    assert backlog.left == 0


def test_where_no_process_can_be_begun_for_reading_the_mail_waits_and_is_not_blamed(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(house, 1, b"Bao cao thang 6")
    inbox = house.inbox()
    inbox.connect()

    def refuse(*_: object, **__: object) -> object:
        raise OSError(errno.EAGAIN, os.strerror(errno.EAGAIN))

    with monkeypatch.context() as short:
        short.setattr("mailbot.inbox.extract.reader.Child", refuse)
        for _ in range(MOST_TRIES + 1):
            with pytest.raises(Unavailable, match="mails cannot be read now"):
                house.intake().round(inbox)
    assert len(inbox.scan()) == 1
    assert house.intake().round(inbox) == [1]
    (arrival,) = house.ledger.book().arrivals
    assert (arrival.mail.subject, arrival.mail.defects) == ("Bao cao thang 6", ())


def test_each_mail_of_a_batch_is_a_sign_of_life(house: House) -> None:
    for number in range(3):
        deliver(house, number, b"Bao cao thang 6")
    inbox = house.inbox()
    inbox.connect()
    known: list[int] = []
    terms = Terms(works=lambda: known.append(len(house.ledger.book().arrivals)))
    assert house.intake(terms).round(inbox) == [1, 2, 3]
    # Before any of them was recorded: together they may take longer than systemd waits.
    assert known == [0, 0, 0]


@pytest.mark.parametrize("where", ["inbox.extract.reader.Reader.whole", "daemon.sitting.Sitting.entry"])
def test_while_the_daemon_itself_has_no_memory_no_mail_is_blamed(
    house: House, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    deliver(house, 1, b"Bao cao thang 6")
    inbox = house.inbox()
    inbox.connect()

    def refuse(*_: object, **__: object) -> object:
        raise MemoryError

    with monkeypatch.context() as short:
        short.setattr(f"mailbot.{where}", refuse)
        for _ in range(MOST_TRIES + 1):
            with pytest.raises((Unavailable, MemoryError)):
                house.intake().round(inbox)
    assert house.intake().round(inbox) == [1]
    (arrival,) = house.ledger.book().arrivals
    assert (arrival.mail.subject, arrival.mail.defects) == ("Bao cao thang 6", ())


def test_while_one_mail_cannot_be_fetched_the_others_come_and_the_mailbox_does_not_count_as_read(
    house: House,
) -> None:
    for number in (1, 2):
        deliver(house, number, b"Bao cao thang 6")
    inbox = house.inbox()
    inbox.connect()
    real = inbox.fetch

    def fetch(places: Sequence[Place], archive: Archive) -> Iterator[Fetched]:
        for answer in real(places, archive):
            broken = isinstance(answer, RawMail) and answer.place == places[0]
            yield Unfetchable(places[0], "internal error") if broken else answer

    inbox.fetch = fetch  # type: ignore[method-assign]
    intake = house.intake()
    assert intake.round(inbox) == [1]
    assert house.ledger.last_scan() is None
    assert len(inbox.scan()) == 1
    inbox.fetch = real  # type: ignore[method-assign]
    assert intake.round(inbox) == [2]
    assert house.ledger.last_scan() is not None
