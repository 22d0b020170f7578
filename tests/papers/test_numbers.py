"""Every number of the monthly report, recomputed from the ledger by lines that share nothing with it."""

import json
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from builders import a_report, a_unit, at, some_rules
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailbot.core.duty import DutyKey, opened_duties
from mailbot.core.mail import Address, ArrivalClock, Attachment, Clocks, Mail
from mailbot.core.period import Cadence, Period
from mailbot.core.rules import ReportId, UnitId
from mailbot.core.standing import Standing
from mailbot.core.standings.figures import Figures, Rating
from mailbot.core.standings.period_figures import figures
from mailbot.core.verdict import Filed, Filing, Findings, Ignored, Question, Reason, Sealed, Unclear, Verdict
from mailbot.ledger import Entry, Ledger
from mailbot.papers.monthly import Report

UNITS = ("so-a", "so-b", "so-c")
RULES = some_rules(
    units=tuple(a_unit(name) for name in UNITS), reports=(a_report(), a_report(Cadence.QUARTER, 20))
)
JUNE = Period.parse("2013-06")
NOW = at("2013-07-06 08:00")
REPORTS = {"bc-month": "2013-06", "bc-quarter": "2013-Q2"}
HERE = ZoneInfo("Asia/Ho_Chi_Minh")


def happening() -> st.SearchStrategy[tuple[str, str, str, int, str | None]]:
    """What, by whom, for which report, how many hours after 15 June, and what a person ruled of it."""
    return st.tuples(
        st.sampled_from(["filed", "filed", "filed", "unclear", "sealed", "plan", "stamp"]),
        st.sampled_from(UNITS),
        st.sampled_from(list(REPORTS)),
        st.integers(min_value=0, max_value=20 * 24),
        st.sampled_from([None, None, None, "rejected", "filed"]),
    )


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(history=st.lists(happening(), max_size=14), scanned=st.booleans())
def test_every_number_follows_from_the_ledgers_rows(
    history: Sequence[tuple[str, str, str, int, str | None]], scanned: bool
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.db"
        with Ledger.open(f"sqlite:///{path}") as ledger:
            duties = tuple(d for d in opened_duties(RULES, NOW, at("2013-06-01")))
            assert ledger.enqueue(
                version=ledger.book().version, duties=duties, letters=(), withdraw=(), rules="r", now=NOW
            )
            for ordinal, happened in enumerate(history):
                _happen(ledger, ordinal, *happened)
            if scanned:
                ledger.note_scan("INBOX", started_at=NOW, ended_at=NOW)
            found = figures(RULES, ledger.book(), JUNE, NOW)
        expected = recomputed(path, scanned=scanned)
    counts = found.counts
    got = {
        "on_time": counts.on_time,
        "late": counts.late,
        "overdue": counts.overdue,
        "not_judged": counts.not_judged,
        "electronic": counts.electronic,
        "supplemented": counts.supplemented,
        "days_late": counts.days_late,
    }
    assert got == {name: expected[name] for name in got}
    assert counts.owed == len(UNITS) * len(REPORTS)
    judged = counts.on_time + counts.late + counts.overdue
    assert counts.rate == (round(100 * counts.on_time / judged, 1) if judged else None)
    for unit in found.units:
        # The table by units, and the list of what is missing.
        for name in ("on_time", "late", "overdue", "not_judged", "days_late"):
            assert getattr(unit.counts, name) == expected[f"{unit.id}/{name}"]
    assert len(found.missing()) == expected["overdue"]
    _compares(found)
    named = {unit.id for unit in found.rated(Rating.POOR)}
    assert not named & expected.keys() & set(UNITS), "named although a mail of its is undecided"


def _compares(found: Figures) -> None:
    """The comparison with the month before is the difference of the two printed rates."""
    report = Report(office=RULES.office, rules=RULES.papers, figures=found, before=found)
    assert report.change == (None if found.counts.rate is None else 0.0)
    lines = found.units[0].lines
    late = tuple(replace(line, standing=Standing.LATE, days_late=1) for line in lines)
    worse = replace(found, units=(replace(found.units[0], lines=late),))
    compared = replace(report, before=worse)
    assert worse.counts.rate == 0.0
    assert compared.change == found.counts.rate


def _happen(
    ledger: Ledger, ordinal: int, what: str, unit: str, report: str, hours: int, ruled: str | None
) -> None:
    when = at("2013-06-15") + timedelta(hours=hours)
    filing = Filing(ReportId(report), Period.parse(REPORTS[report]))
    if what == "stamp":
        key = DutyKey(UnitId(unit), filing.report, filing.period)
        ledger.stamp(key, stamped_at=when, register_no=str(ordinal), now=when)
        return
    findings = Findings(unit=UnitId(unit), periods=(filing.period,))
    verdicts: dict[str, Verdict] = {
        "filed": Filed(unit=UnitId(unit), filings=(filing,), findings=findings),
        "unclear": Unclear(question=Question.PERIOD, findings=findings),
        "sealed": Sealed(unit=UnitId(unit), findings=findings),
        "plan": Ignored(reason=Reason.NOT_A_REPORT, findings=findings),
    }
    words = f"{ordinal} {what}".encode()
    digest = sha256(words).hexdigest()
    mail = Mail(
        sha256=digest,
        identity=digest,
        size=1,
        sender=Address(f"{unit}@tinh.example"),
        attachments=(Attachment(name="a.pdf", content_type="application/pdf", size=1, sha256=digest),),
    )
    entry = Entry(
        mail=mail,
        verdict=verdicts[what],
        arrived_at=when,
        clock=ArrivalClock.SERVER,
        clocks=Clocks(seen_at=when),
        rules="r",
        place=None,
    )
    [number] = ledger.record([entry], when)
    if ruled is not None:
        reject = Ignored(reason=Reason.REJECTED, findings=findings)
        ledger.rule(number, verdicts["filed"] if ruled == "filed" else reject, by="an", why="x", now=when)


def recomputed(path: Path, *, scanned: bool) -> Counter[str]:
    """The numbers of June 2013 out of the bare tables; units with an undecided mail are keys too."""
    ledger = sqlite3.connect(path)
    arrivals = list(ledger.execute("SELECT number, arrived_at, verdict FROM arrival ORDER BY number"))
    last_ruling = dict(ledger.execute("SELECT arrival, verdict FROM ruling ORDER BY number"))
    stamps = list(ledger.execute("SELECT unit, report, period, stamped_at FROM stamp"))
    duties = list(ledger.execute("SELECT unit, report, period, opens_at, due_at FROM duty"))
    ledger.close()
    told: Counter[str] = Counter()
    for unit, report, period, opens_at, due_at in duties:
        if not "2013-06-01" <= _here(due_at).isoformat() < "2013-07-01":
            continue
        wanted = {"report": report, "period": period}
        copies, open_mails, sent_back = [], [], 0
        for number, arrived_at, first in arrivals:
            verdict: Any = json.loads(last_ruling.get(number, first))
            judged: Any = json.loads(first)
            if verdict["is"] == "filed" and verdict["unit"] == unit and wanted in verdict["filings"]:
                copies.append((arrived_at, "mail"))
            if verdict["is"] in {"unclear", "sealed"} and verdict["findings"]["unit"] == unit:
                open_mails.append(arrived_at)
                told[unit] += 1
            sent_back += (
                verdict["is"] == "ignored"
                and verdict["reason"] == "rejected"
                and judged["is"] == "filed"
                and judged["unit"] == unit
                and wanted in judged["filings"]
            )
        copies += [(s[3], "paper") for s in stamps if s[:3] == (unit, report, period)]
        copies.sort()
        mailed = sum(kind == "mail" for _, kind in copies)
        first_at = copies[0][0] if copies else None
        told["supplemented"] += sent_back + max(0, mailed - 1) > 0
        until = first_at or NOW.astimezone(UTC).isoformat(timespec="microseconds")
        if first_at and first_at[:19] <= due_at[:19]:
            standing = "on_time"
        elif any(opens_at <= open_at <= until for open_at in open_mails) or not (first_at or scanned):
            standing = "not_judged"
        else:
            standing = "late" if first_at else "overdue"
        told[standing] += 1
        told[f"{unit}/{standing}"] += 1
        told["electronic"] += standing in {"on_time", "late"} and mailed > 0
        if standing in {"late", "overdue"}:
            due_on = _here(due_at).date()
            days = ((_here(until).date()) - due_on).days
            working = sum((due_on + timedelta(days=n)).weekday() < 5 for n in range(1, days + 1))
            told["days_late"] += working
            told[f"{unit}/days_late"] += working
    return told


def _here(written: str) -> datetime:
    return datetime.fromisoformat(written).astimezone(HERE).replace(tzinfo=None)


def test_nine_months_end_with_september(tmp_path: Path) -> None:
    since = at("2013-01-01")
    year_end = at("2013-12-31 12:00")
    with Ledger.open(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        duties = tuple(opened_duties(RULES, year_end, since))
        version = ledger.book().version
        assert ledger.enqueue(
            version=version, duties=duties, letters=(), withdraw=(), rules="r", now=year_end
        )
        book = ledger.book()
    counted = {name: figures(RULES, book, Period.parse(name), year_end) for name in ("2013-9M", "2013-Q4")}
    assert {line.due_at.month for line in counted["2013-9M"].lines} == set(range(1, 10))
    whole = figures(RULES, book, Period.parse("2013"), year_end)
    assert sum(found.counts.owed for found in counted.values()) == whole.counts.owed
