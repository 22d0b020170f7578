"""What is written down is what is read back."""

import json
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ledger.facts import NOW, a_duty, a_letter, an_entry, queue

from mailbot.core.duty import DutyKey
from mailbot.core.mail import (
    Address,
    Attachment,
    Automation,
    Claim,
    Clocks,
    Failure,
    Hop,
    Level,
    Mail,
    Nature,
    Place,
    Proof,
)
from mailbot.core.period import Cadence, Period
from mailbot.core.posting import Letter, NoticeKind
from mailbot.core.rules import ReportId, UnitId
from mailbot.core.tasks.assignment import News, Word
from mailbot.core.verdict import (
    Evidence,
    Filed,
    Filing,
    Findings,
    Ignored,
    Question,
    Reason,
    Sealed,
    Source,
    Unclear,
)
from mailbot.ledger import Ledger
from mailbot.ledger.types import AnyText, Instant, Json
from mailbot.ledger.values import clocks_form, clocks_of, mail_form, mail_of
from mailbot.ledger.verdicts import verdict_form, verdict_of

# Undecodable bytes come as low surrogates (PEP 383); both they and NUL are refused by databases.
words = st.text(st.characters(codec="utf-8") | st.characters(min_codepoint=0xDC80, max_codepoint=0xDCFF))
anything = st.text(st.characters())
# No clock in a mail is off by parts of a second, and `fromisoformat` of CPython 3.11 loses such.
offsets = st.integers(-82_800, 82_800).map(lambda seconds: timezone(timedelta(seconds=seconds)))
instants = st.datetimes(timezones=st.just(UTC) | offsets)
periods = st.builds(
    Period.containing,
    st.sampled_from([cadence for cadence in Cadence if cadence is not Cadence.EVENT]),
    st.dates(datetime(1901, 1, 1).date(), datetime(2999, 1, 1).date()),  # noqa: DTZ001 - only its date counts
) | st.builds(Period, st.integers(1901, 2999), st.just(Cadence.EVENT), st.integers(1, 999_999))
some_units = words.map(UnitId)
addresses = st.builds(Address, words, words)
# The text of an attachment is not stored.
attachments = st.builds(
    Attachment,
    name=words,
    content_type=words,
    size=st.integers(0),
    sha256=words,
    text=st.just(""),
    nature=st.sampled_from(Nature),
)
hops = st.builds(Hop, words, st.none() | instants)
filings = st.builds(Filing, words.map(ReportId), periods)
evidence = st.builds(Evidence, st.sampled_from(Source), words, words)


def several(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(values, max_size=3).map(tuple)


def every_field(kind: Any, **strategies: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Builds `kind` with no field left at its default, so that a new field cannot be forgotten here."""
    assert set(strategies) == {field.name for field in fields(kind)}
    return st.builds(kind, **strategies)


mails = every_field(
    Mail,
    sha256=words,
    identity=words,
    size=st.integers(0),
    message_id=words,
    in_reply_to=words,
    references=several(words),
    sender=st.none() | addresses,
    to=several(addresses),
    cc=several(addresses),
    subject=words,
    dated_at=st.none() | instants,
    text=words,
    attachments=several(attachments),
    received=several(hops),
    automation=st.none() | st.sampled_from(Automation),
    flaw=words,
    claims=several(every_field(Claim, hops_above=st.integers(0, 99), text=words)),
    proof=every_field(Proof, level=st.sampled_from(Level), says=words, alarming=st.booleans()),
    failures=several(every_field(Failure, recipient=words, status=words, diagnostic=words)),
    regards=several(words),
    defects=several(words),
    # What bears a mark of secrecy is sealed, and nothing of it is stored.
    marked=st.just(False),
)
clocks = every_field(
    Clocks,
    seen_at=instants,
    given_at=st.none() | instants,
    server_at=st.none() | instants,
    received=several(hops),
    dated_at=st.none() | instants,
    absent_at=st.none() | instants,
)
findings = every_field(
    Findings,
    unit=st.none() | some_units,
    may_be=several(some_units),
    periods=several(periods),
    document_type=words,
    confidence=st.floats(0, 1),
    evidence=several(evidence),
    runner_up=words,
)
news = every_field(
    News,
    # A duty's written key parts at slashes, so no unit or report has one.
    key=st.builds(DutyKey, st.just(UnitId("so-y-te")), st.just(ReportId("nv-1")), periods),
    word=st.sampled_from(Word),
    reason=words,
    proposal=words,
)
verdicts = (
    every_field(Filed, unit=some_units, filings=several(filings), findings=findings)
    | every_field(Unclear, question=st.sampled_from(Question), findings=findings, candidates=several(filings))
    | every_field(
        Ignored,
        reason=st.sampled_from(Reason),
        findings=findings,
        duplicate_of=st.none() | st.integers(1),
        news=st.none() | news,
    )
    | every_field(Sealed, unit=st.none() | some_units, findings=findings)
)


class _Sqlite:
    name = "sqlite"


_SQLITE: Any = _Sqlite()


def through_json(form: Any) -> Any:
    written = Json().process_bind_param(form, _SQLITE)
    written.encode()
    return Json().result_processor(_SQLITE, None)(written)


@given(mails)
def test_a_mail_comes_back_as_it_was_written(mail: Mail) -> None:
    assert mail_of(through_json(mail_form(mail))) == mail


def test_what_an_attachment_says_is_not_stored() -> None:
    read = Attachment(name="a", content_type="x/y", size=1, sha256="0", text="mật", nature=Nature.READ)
    written = mail_form(Mail(sha256="0", identity="0", size=1, attachments=(read,)))
    assert mail_of(through_json(written)).attachments == (replace(read, text=""),)


def test_attachments_of_before_they_were_read_are_unread() -> None:
    old = {"name": "a", "content_type": "x/y", "size": 1, "sha256": "0"}
    written = mail_form(Mail(sha256="0", identity="0", size=1)) | {"attachments": [old]}
    assert mail_of(written).attachments[0].nature is Nature.UNREAD


@given(verdicts)
def test_a_verdict_comes_back_as_it_was_written(verdict: Any) -> None:
    assert verdict_of(through_json(verdict_form(verdict))) == verdict


@given(clocks)
def test_clocks_come_back_as_they_were_written(seen: Clocks) -> None:
    assert clocks_of(through_json(clocks_form(seen))) == seen


@given(instants)
def test_a_clock_keeps_the_offset_that_it_showed(moment: datetime) -> None:
    seen = clocks_of(through_json(clocks_form(Clocks(seen_at=NOW, dated_at=moment))))
    assert seen.dated_at is not None
    assert seen.dated_at.utcoffset() == moment.utcoffset()


@given(anything)
def test_any_text_can_be_stored_and_comes_back(value: str) -> None:
    written = AnyText().process_bind_param(value, _SQLITE)
    assert written is not None
    assert b"\0" not in written.encode()
    assert AnyText().result_processor(_SQLITE, None)(written) == value


@given(st.lists(st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1), timezones=offsets), min_size=2))  # noqa: DTZ001 - `timezones` gives them theirs
def test_stored_instants_sort_as_the_moments_do(moments: list[datetime]) -> None:
    written = [Instant().process_bind_param(moment, _SQLITE) for moment in sorted(moments)]
    assert written == sorted(written)
    read = Instant().result_processor(_SQLITE, None)
    assert [read(text) for text in written] == sorted(moments)


def test_vietnamese_stays_readable_in_json() -> None:
    assert "Báo cáo" in Json().process_bind_param({"subject": "Báo cáo"}, _SQLITE)


def test_an_unknown_verdict_is_refused() -> None:
    form = verdict_form(an_entry().verdict)
    with pytest.raises(ValueError, match="not a verdict"):
        verdict_of({**form, "is": "guessed"})


def test_the_form_of_a_mail_is_plain_json() -> None:
    assert json.loads(json.dumps(mail_form(an_entry().mail)))["sender"]["email"] == "vanthu@stc.example"


@given(mails, verdicts, clocks)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_an_entry_becomes_the_same_arrival_on_disk(
    ledger: Ledger, mail: Mail, verdict: Any, seen: Clocks
) -> None:
    # The archive's name of a mail is always a hash, unlike what hypothesis likes.
    mail = mail_of({**mail_form(mail), "sha256": mail.sha256.encode("utf-8", "replace").hex()[:64]})
    mail = mail_of({**mail_form(mail), "identity": mail.sha256})
    entry = an_entry(verdict=verdict, mail=mail, clocks=seen, muted=True)
    if ledger.numbers_of([mail.sha256]):
        return
    (number,) = ledger.record([entry], NOW)
    arrival = ledger.arrival(number)
    assert arrival is not None
    assert (arrival.mail, arrival.verdict, arrival.clocks) == (mail, verdict, seen)
    assert (arrival.arrived_at, arrival.recorded_at) == (entry.arrived_at, NOW)
    assert (arrival.clock, arrival.rules, arrival.muted) == (entry.clock, entry.rules, True)
    assert ledger.book().arrivals[number - 1] == arrival


@pytest.mark.parametrize("words", ["a\x00b", "\udc9f", "\\u0000", 'x\\\\"', "\x07", "\\"])
def test_a_mail_with_a_strangers_odd_words_is_recorded_and_catalogued(ledger: Ledger, words: str) -> None:
    findings = Findings(evidence=(Evidence(Source.SUBJECT, "lạ", words),), runner_up=words)
    entry = an_entry(verdict=Unclear(question=Question.PERIOD, findings=findings))
    (number,) = ledger.record([entry], NOW)
    assert ledger.arrival(number).verdict == entry.verdict  # type: ignore[union-attr]
    assert list(ledger.misplaced()) == []


@given(
    subject=anything,
    raw=st.binary(),
    recipients=st.lists(words).map(tuple),
    keys=st.lists(anything, min_size=1, unique=True).map(tuple),
    kind=st.sampled_from(NoticeKind),
    unit=st.none() | st.just(UnitId("xã-1")),
)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_a_letter_comes_back_with_its_bytes_and_the_order_of_its_keys(
    ledger: Ledger, keys: tuple[str, ...], **changes: Any
) -> None:
    letter: Letter = a_letter(*(f"{ledger.book().version}/{key}" for key in keys), **changes)
    assert queue(ledger, letter)
    row = ledger.letters(limit=1)[0]
    assert (row.letter, row.queued_at) == (letter, NOW)


def test_a_duty_comes_back_as_it_was_announced(ledger: Ledger) -> None:
    announced = [
        a_duty(DutyKey(UnitId("u"), ReportId("r"), Period.parse(period)))
        for period in ("2013-06", "2013-Q2", "2013-H1", "2013-9M", "2013", "2013-W32")
    ]
    ledger.enqueue(version=0, duties=announced, letters=(), withdraw=(), rules="r", now=NOW)
    assert list(ledger.book().duties.values()) == announced


def test_an_instant_without_a_time_zone_is_refused_everywhere(ledger: Ledger) -> None:
    naive = datetime(2013, 6, 20, 3, 0)  # noqa: DTZ001 - the point
    with pytest.raises(ValueError, match="without a time zone"):
        ledger.record([an_entry()], naive)
    with pytest.raises(ValueError, match="without a time zone"):
        ledger.record([an_entry(clocks=Clocks(seen_at=naive))], NOW)
    with pytest.raises(ValueError, match="without a time zone"):
        ledger.note_scan("INBOX", started_at=naive, ended_at=NOW)
    assert ledger.counts()["arrivals"] == 0
    assert ledger.last_scan() is None


def test_a_place_with_undecodable_bytes_is_found_again(ledger: Ledger) -> None:
    place = Place("/var/mail/\udce1", "", "1371.\udcffM\\1")
    (number,) = ledger.record([an_entry(place=place)], NOW)
    assert ledger.sightings(place.mailbox, "") == {place.name: number}
