"""The office's staff: on most mornings somebody rules on what mailbot could not decide."""

from datetime import datetime

from mailbot.core.arrival import Arrival
from mailbot.core.book import Book
from mailbot.core.duty import DutyKey
from mailbot.core.period import Period
from mailbot.core.posting import NoticeKind, State
from mailbot.core.rules import Rules
from mailbot.core.verdict import (
    Evidence,
    Filed,
    Filing,
    Findings,
    Ignored,
    Reason,
    Sealed,
    Source,
    Unclear,
    Verdict,
    unit_of,
)
from mailbot.core.wording.vietnamese import title
from mailbot.daemon.papers import close
from mailbot.ledger.store import Ledger
from mailbot.rehearsal.dice import dice
from mailbot.rehearsal.truth import Meant, Truth, Truths

_BY = "Phòng Tổng hợp"
_PUT_ASIDE_FOR_EVER = 0.04


def look_through(ledger: Ledger, rules: Rules, truths: Truths, now: datetime, seed: int) -> int:
    """Rule on what waits, as `mailbot settle` does; return how many mails were settled."""
    book = ledger.book()
    waiting = [a for a in book.arrivals if isinstance(book.verdict(a), Unclear | Sealed)]
    settled = 0
    for arrival in waiting:
        truth = truths[arrival.mail.sha256]
        # What is put aside today is looked at tomorrow, but for a few that are forgotten.
        if dice(seed, "forgotten", truth.message_id).happens(_PUT_ASIDE_FOR_EVER):
            continue
        verdict, why = _ruled(rules, book, arrival, truth)
        ledger.rule(arrival.number, verdict, by=_BY, why=why, now=now)
        if truth.meant is Meant.SECRET:
            _stamp(ledger, truth, arrival, now)
        settled += 1
    return settled


def vouch_for_outages(ledger: Ledger, now: datetime) -> None:
    """Ask the colleagues about every outage, and give their word that nobody touched the mailbox in it."""
    for outage in ledger.book().outages:
        why = "đã hỏi các chuyên viên và xem nhật ký máy chủ thư: không ai chuyển hoặc xóa thư"
        ledger.vouch(outage.since, outage.until, by=_BY, why=why, now=now)


def approve(ledger: Ledger, now: datetime) -> int:
    """Let go what waits for approval, as `mailbot outbox release --all` does; return how many letters."""
    held = [letter.number for letter in set(ledger.book().letters.values()) if letter.state is State.HELD]
    return len(ledger.release_letters(held, now)) if held else 0


def sign_months(ledger: Ledger, rules: Rules, now: datetime) -> None:
    """Approve the months whose drafts have come, as `mailbot papers approve` does."""
    book = ledger.book()
    for key, letter in book.letters.items():
        if letter.kind is NoticeKind.MONTH and letter.state is State.SENT:
            period = Period.parse(key.split("/")[1])
            if period not in book.closed:
                close(rules, ledger, period, now, by="Lãnh đạo Văn phòng")


def _ruled(rules: Rules, book: Book, arrival: Arrival, truth: Truth) -> tuple[Verdict, str]:
    if truth.meant is Meant.SECRET:
        return _set_aside(book, arrival, Reason.REJECTED, "đơn vị đã nộp bản giấy theo đường văn thư mật")
    if truth.meant is Meant.NO_FILE:
        return _set_aside(book, arrival, Reason.REJECTED, "thư không có tệp báo cáo, đã đề nghị gửi lại")
    if truth.filings and truth.unit is not None:
        names = " và ".join(title(rules.report(f.report).name, f.period.label) for f in truth.filings)
        why = f"đã mở tệp tin: {names}"
        return _filed(arrival, truth, truth.filings, why), why
    return _set_aside(book, arrival, Reason.NOT_A_REPORT, "đã đọc thư: không phải báo cáo định kỳ")


def _set_aside(book: Book, arrival: Arrival, reason: Reason, why: str) -> tuple[Verdict, str]:
    findings = Findings(
        unit=unit_of(book.verdict(arrival)), confidence=1.0, evidence=(Evidence(Source.RULING, why),)
    )
    return Ignored(reason=reason, findings=findings), why


def _filed(arrival: Arrival, truth: Truth, filings: tuple[Filing, ...], why: str) -> Filed:
    assert truth.unit is not None, arrival.number
    findings = Findings(
        unit=truth.unit,
        periods=tuple(filing.period for filing in filings),
        confidence=1.0,
        evidence=(Evidence(Source.RULING, why),),
    )
    return Filed(unit=truth.unit, filings=filings, findings=findings)


def _stamp(ledger: Ledger, truth: Truth, arrival: Arrival, now: datetime) -> None:
    """The paper copy of a secret report, handed in at the counter."""
    assert truth.unit is not None, arrival.number
    for filing in truth.filings:
        key = DutyKey(truth.unit, filing.report, filing.period)
        ledger.stamp(key, stamped_at=now, register_no=f"{arrival.number:03}/VT-M", now=now)
