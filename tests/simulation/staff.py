"""The office's staff on a working morning: they rule, approve, release and vouch, never against the truth."""

from mailbot.core.book import Book
from mailbot.core.posting import State
from mailbot.core.verdict import Filed, Filing, Findings, Ignored, Reason, Sealed, Unclear, Verdict
from mailbot.ledger.store import Ledger
from simulation.machine import World
from simulation.province import Truth

_BY = "Phòng Tổng hợp"


def morning(world: World, truth: Truth, ledger: Ledger) -> bool:
    """What they do of a morning, by what they know; whether mailbot has something to do about it."""
    now, book = world.clock(), ledger.book()
    for outage in book.outages:
        # They ask their colleagues: nobody vouches for a stretch in which somebody took a mail away.
        if not truth.snatched:
            ledger.vouch(outage.since, outage.until, by=_BY, why="đã hỏi các chuyên viên", now=now)
    for arrival in book.arrivals:
        if isinstance(book.verdict(arrival), Unclear | Sealed):
            verdict = _ruled(book, arrival.mail.sha256, truth)
            ledger.rule(arrival.number, verdict, by=_BY, why="đã đọc thư", now=now)
    held = [letter for letter in set(book.letters.values()) if letter.state is State.HELD]
    # What may have arrived already they do not let go a second time.
    if free := [letter.number for letter in held if not letter.unknown]:
        ledger.release_letters(free, now)
    world.config.hold_file.unlink(missing_ok=True)
    reason = ledger.held_because
    if reason is not None and ("clock" not in reason or not world.set_wrong):
        ledger.release(now)
    return bool(free) or ledger.book().version != book.version


def _ruled(book: Book, sha256: str, truth: Truth) -> Verdict:
    duty = truth.sent[sha256].duty
    if duty is None or duty not in book.duties:
        return Ignored(reason=Reason.NOT_A_REPORT, findings=Findings(confidence=1.0))
    filing = Filing(duty.report, duty.period)
    return Filed(unit=duty.unit, filings=(filing,), findings=Findings(unit=duty.unit, confidence=1.0))
