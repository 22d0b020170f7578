"""Every entry of the hostile corpus, through the real cage and judgement: what must come of it does."""

import hashlib
import resource
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hostile.corpus import ENTRIES, TITLE, UNIT, Entry, mail
from hostile.table import PAGE, row
from museum.judge import rules

from mailbot.core.classify import classify
from mailbot.core.mail import ArrivalClock, Clocks, Mail, arrival_time
from mailbot.core.verdict import Ignored, Question, Unclear, Verdict, kind, unit_of
from mailbot.inbox.extract import Reader

NOW = datetime(2014, 6, 23, 3, tzinfo=UTC)
MOST_GROWTH_KIB = 32 << 10


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader(ocr=False) as reader:
        yield reader


def read(reader: Reader, folder: Path, raw: bytes) -> Mail:
    sha256 = hashlib.sha256(raw).hexdigest()
    path = folder / sha256
    path.write_bytes(raw)
    own = frozenset({rules().office.mailbox})
    found = reader.whole(path, sha256=sha256, size=len(raw), own_addresses=own)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == sha256
    path.unlink()
    return found


def got(found: Mail, verdict: Verdict) -> dict[str, Any]:
    """What came of a mail, by the names that an entry's `expects` uses."""
    clocks = Clocks(seen_at=NOW, server_at=NOW, received=found.received, dated_at=found.dated_at)
    arrived_at, clock = arrival_time(clocks, frozenset())
    assert clock is ArrivalClock.SERVER
    said = " ".join([found.subject, found.text, *(a.name + a.text for a in found.attachments)])
    return {
        "kind": kind(verdict),
        "question": str(verdict.question) if isinstance(verdict, Unclear) else None,
        "unit": unit_of(verdict),
        "sender": found.sender.email if found.sender else None,
        "answered": _is_answered(verdict),
        "arrived": arrived_at.date().isoformat(),
        "names": [attachment.name for attachment in found.attachments],
        "natures": [str(attachment.nature) for attachment in found.attachments],
        "defects": found.defects,
        "said": said,
        "mail": found,
    }


def _is_answered(verdict: Verdict) -> bool:
    """Whether a letter to a unit may follow: of a unit that is known, and no machine's."""
    machine = isinstance(verdict, Ignored) and kind(verdict) in {"auto_reply", "bounce", "delayed", "ignored"}
    asks_whose = isinstance(verdict, Unclear) and verdict.question is Question.UNIT
    return unit_of(verdict) is not None and not machine and not asks_whose


def faults(expects: dict[str, Any], came: dict[str, Any]) -> Iterator[str]:
    """Where what came differs from what was expected."""
    for name, wanted in expects.items():
        if name in {"survives", "not_to", "rendered"}:
            continue
        if name == "defect":
            if not any(defect.startswith(wanted) for defect in came["defects"]):
                yield f"no defect {wanted!r} among {came['defects']}"
        elif name == "never":
            if wanted in came["said"]:
                yield f"{wanted!r} was said"
        elif name == "visible":
            yield from _hidden(came["mail"])
        elif name == "plain_names":
            yield from (f"a path: {name!r}" for name in came["names"] if "/" in name or "\\" in name)
        elif came[name] != wanted:
            yield f"{name} is {came[name]!r}, not {wanted!r}; defects {came['defects']}"


def _hidden(found: Mail) -> Iterator[str]:
    """Characters that steer a terminal, split a line or turn the order of letters."""
    sender = found.sender.name if found.sender else ""
    for text in (found.subject, sender, *(attachment.name for attachment in found.attachments)):
        odd = {char for char in text if unicodedata.category(char)[0] == "C" or char in "\u2028\u2029"}
        if odd:
            yield f"{text!r} holds {odd!a}"


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.id)
def test_a_hostile_mail_is_met_as_expected(entry: Entry, reader: Reader, tmp_path: Path) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    raw = entry.raw()
    made = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = read(reader, tmp_path, raw)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - max(before, made)
    assert grown < MOST_GROWTH_KIB, "the daemon's own memory"
    came = got(found, classify(found, rules(), NOW))
    wrong = list(faults(entry.expects, came))
    assert not wrong, f"{entry.about}: {wrong}"
    assert row(entry, came) in PAGE.read_text("utf-8"), "make corpus"
    # The next ordinary mail is read as if nothing had been.
    assert read(reader, tmp_path, mail()).subject == TITLE


def test_no_entry_is_named_twice() -> None:
    names = [entry.id for entry in ENTRIES]
    assert len(names) == len(set(names)) >= 120


def test_the_sender_of_the_corpus_is_a_unit_that_is_answered(reader: Reader, tmp_path: Path) -> None:
    found = read(reader, tmp_path, mail())
    came = got(found, classify(found, rules(), NOW))
    assert (came["sender"], came["unit"], came["answered"]) == (UNIT, "so-tai-chinh", True)
