"""What was approved stays as it was: also the tasks that a month's report lists."""

from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path

from builders import a_mail, a_report, a_unit, at, some_rules

from mailbot.core.assignment import Task
from mailbot.core.duty import opened_duties
from mailbot.core.mail import ArrivalClock, Clocks
from mailbot.core.official import DaysOff, Document, OfficialLetter, Scope
from mailbot.core.period import Period
from mailbot.core.rules import UnitId
from mailbot.core.verdict import Filed, Filing, Findings, Ignored, Reason
from mailbot.daemon.papers import close, replayed, report_of
from mailbot.ledger import Entry, Ledger

ME = UnitId("so-a")
RULES = some_rules(units=(a_unit("so-a"),), reports=(a_report(),))
JUNE = Period.parse("2013-06")
APPROVED, LATER = at("2013-07-08 08:00"), at("2013-07-20 08:00")
TASK = Task(
    document="Công văn",
    symbol="1/UBND-TH",
    issued_on=date(2013, 6, 3),
    signer="Chủ tịch",
    content="rà soát",
    lead=ME,
    due_at=at("2013-06-20 17:00"),
)


def record(ledger: Ledger, filing: Filing, when: str) -> int:
    """A mail that hands in `filing`; its arrival number."""
    digest = sha256(when.encode()).hexdigest()
    findings = Findings(unit=ME)
    entry = Entry(
        mail=replace(a_mail(), sha256=digest, identity=digest, message_id=f"<{digest[:8]}@x>"),
        verdict=Filed(unit=ME, filings=(filing,), findings=findings),
        arrived_at=at(when),
        clock=ArrivalClock.SERVER,
        clocks=Clocks(seen_at=at(when)),
        rules="r",
        place=None,
    )
    [number] = ledger.record([entry], at(when))
    return number


def announced(ledger: Ledger) -> None:
    duties = tuple(opened_duties(RULES, APPROVED, at("2013-06-01")))
    assert ledger.enqueue(
        version=ledger.book().version, duties=duties, letters=(), withdraw=(), rules="r", now=at("2013-06-01")
    )


def test_a_ruling_after_the_approval_leaves_the_listed_tasks_alone(tmp_path: Path) -> None:
    with Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}") as ledger:
        announced(ledger)
        [task] = ledger.assign([TASK], by="an", rules="r", now=at("2013-06-03 08:00"))
        number = record(ledger, Filing(task.key.report, task.key.period), "2013-06-19 09:00")
        close(RULES, ledger, JUNE, APPROVED, by="lãnh đạo")
        before = report_of(RULES, ledger, JUNE, LATER)
        assert "đã thực hiện" in before.tasks[0][6]
        empty = Ignored(reason=Reason.REJECTED, findings=Findings(unit=ME))
        ledger.rule(number, empty, by="an", why="tệp trống", now=at("2013-07-15 08:00"))
        after = report_of(RULES, ledger, JUNE, LATER)
        assert after.tasks == before.tasks
        assert after.figures == before.figures


def test_a_decreed_day_off_counts_in_the_approved_days_late_and_in_their_replay(tmp_path: Path) -> None:
    with Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}") as ledger:
        announced(ledger)
        record(ledger, Filing(RULES.reports[0].id, JUNE), "2013-06-27 09:00")
        plain = report_of(RULES, ledger, JUNE, APPROVED).figures.lines[0]
        letter = OfficialLetter(
            number=1,
            document=Document(number="1/QĐ", issued_on=date(2013, 6, 20), issuer="UBND tỉnh", reason=""),
            effect=DaysOff(off=((date(2013, 6, 26), "nghỉ bù"),), worked=()),
            scope=Scope(),
            by="an",
            recorded_at=at("2013-06-21 08:00"),
        )
        assert ledger.record_letter(letter, [], version=ledger.book().version, rules="r")
        kept = close(RULES, ledger, JUNE, APPROVED, by="lãnh đạo")
        assert (plain.days_late, kept.figures.lines[0].days_late) == (2, 1)
        assert [found.same for found in replayed(RULES, ledger)] == [True]
        # What is decreed after the approval is an amendment, and no fault of the approved figures.
        other = DaysOff(off=((date(2013, 6, 27), "nghỉ bù"),), worked=())
        later = replace(letter, number=2, effect=other, recorded_at=at("2013-07-15 08:00"))
        assert ledger.record_letter(later, [], version=ledger.book().version, rules="r")
        assert [found.same for found in replayed(RULES, ledger)] == [True]
        report = report_of(RULES, ledger, JUNE, LATER)
        assert report.figures == kept.figures
        assert [says.partition(":")[0] for says in report.amendments] == ["Chưa được duyệt"]
