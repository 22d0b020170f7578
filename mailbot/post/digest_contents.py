"""From a digest's matter to what its template may know: where things stand, and the commands to act by.

Each command is a subject line with a token for the one person that this digest goes to.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from mailbot.core import vietnamese
from mailbot.core.command import Verb
from mailbot.core.digest_matter import (
    DigestLine,
    DigestMatter,
    DueLine,
    HeldLine,
    OverdueLine,
    ProposalLine,
    ReplyLine,
)
from mailbot.core.duty import stages_of
from mailbot.core.notice import Notice
from mailbot.core.rules import Rules
from mailbot.core.urgent_matter import EmergencyLine
from mailbot.core.verdict import Filed, Sealed, Unclear, Verdict
from mailbot.post import context, parts, words
from mailbot.post.failures import unreached
from mailbot.post.pen import Pen
from mailbot.post.week_ahead import coming_week, machine

# More would make a line that nobody reads; the rest is typed behind the token.
_MOST_ANSWERS = 3
_FEW_LETTERS = 3


def digest_contents(
    notice: Notice, matter: DigestMatter, rules: Rules, now: datetime, secret: bytes
) -> context.Digest:
    """What the digest for one member of the staff may tell."""
    pen = Pen(rules, secret, notice.to[0] if notice.to else "", now)
    return context.Digest(
        office=rules.office,
        now=now,
        day=matter.day,
        quiet=matter.quiet,
        since=matter.since,
        until=matter.until,
        received=matter.received,
        filed=matter.filed,
        on_time=matter.on_time,
        late=matter.late,
        units=matter.units,
        machine=matter.machine,
        sealed=matter.sealed,
        emergencies=tuple(_emergency(line, pen) for line in matter.emergencies),
        waiting=tuple(_waiting(line, pen) for line in matter.waiting),
        due=tuple(_due(line, rules) for line in matter.due),
        overdue=tuple(_open(matter.overdue)),
        not_judged=tuple(_open(matter.not_judged)),
        held=matter.held,
        held_letters=tuple(_held(line, pen) for line in matter.held_lines),
        replies=tuple(_reply(line, rules) for line in matter.replies),
        forged=matter.forged,
        stop=pen.command("Dừng gửi mọi thư", Verb.HOLD),
        given_up=matter.given_up,
        scanned_at=matter.scanned_at,
        proposals=tuple(_proposed(line, pen) for line in matter.proposals),
        unreached=tuple(unreached(line) for line in matter.unreached),
        week=coming_week(matter.week),
        own=machine(matter.own),
    )


def _proposed(line: ProposalLine, pen: Pen) -> context.ProposedLesson:
    code = line.proposal.code
    return context.ProposedLesson(
        code=code,
        says=vietnamese.proposal(line.proposal, line.name),
        links=(
            pen.command("Ghi nhớ", Verb.LEARN, argument=code),
            pen.command("Không ghi nhớ", Verb.DECLINE, argument=code),
        ),
    )


def _emergency(line: EmergencyLine, pen: Pen) -> context.OpenMatter:
    emergency = line.emergency
    return context.OpenMatter(
        ref=emergency.ref,
        unit=vietnamese.foreign(line.unit.name),
        summary=vietnamese.foreign(emergency.summary),
        opened_at=emergency.opened_at,
        last_at=emergency.last_news_at,
        count=len(emergency.reports),
        over=emergency.closed_at is not None,
        close=pen.close(emergency.ref, line.version),
    )


def _waiting(line: DigestLine, pen: Pen) -> context.WaitingMail:
    arrival = line.arrival
    verdict = line.verdict
    sender = arrival.mail.sender
    who = line.unit.name if line.unit else sender.email if sender else ""
    # Only of an unclear mail is it certain that neither machine nor person found a mark of secrecy.
    tellable = isinstance(verdict, Unclear)
    return context.WaitingMail(
        number=arrival.number,
        arrived_at=arrival.arrived_at,
        sender=vietnamese.foreign(who) if tellable else "",
        subject=vietnamese.foreign(arrival.mail.subject) if tellable else "",
        why=_why_waiting(verdict),
        said=_said(line) if tellable else "",
        links=tuple(_answers(line, verdict, pen)) if isinstance(verdict, Unclear) else (),
    )


def _said(line: DigestLine) -> str:
    """What a unit's reply said, where it is the reply that waits."""
    evidence = line.verdict.findings.evidence
    return vietnamese.foreign(evidence[0].text) if line.by_reply and evidence else ""


def _answers(line: DigestLine, verdict: Unclear, pen: Pen) -> Iterator[parts.Link]:
    number, version = line.arrival.number, line.version
    if line.unit is not None:
        for filing in verdict.candidates[:_MOST_ANSWERS]:
            title = vietnamese.titled(pen.rules.report(filing.report), filing.period)
            argument = f"{filing.report}/{filing.period}".lower()
            yield pen.command(f"Ghi nhận là {title}", Verb.ASSIGN, number, argument, version=version)
    yield pen.command(
        "Ghi nhận là báo cáo khác (ghi thêm đơn vị, kỳ báo cáo vào cuối tiêu đề)",
        Verb.ASSIGN,
        number,
        version=version,
        tail="LA:",
    )
    yield pen.command(
        "Không ghi nhận (ghi thêm lý do vào cuối tiêu đề)",
        Verb.REJECT,
        number,
        version=version,
        tail="LY DO:",
    )
    yield pen.command("Không phải báo cáo, không cần trả lời", Verb.SET_ASIDE, number, version=version)


def _held(line: HeldLine, pen: Pen) -> context.HeldLetters:
    return context.HeldLetters(
        batch=line.batch,
        kind=line.kind,
        kind_name=words.NOTICE_KINDS.get(line.kind, "thư"),
        why=line.why,
        units=tuple(vietnamese.foreign(unit.name) for unit in line.units),
        numbers=line.numbers,
        links=tuple(_steering(line, pen)),
    )


def _steering(line: HeldLine, pen: Pen) -> Iterator[parts.Link]:
    """Commands for single letters; what is for many units needs the command line."""
    for number in line.numbers if len(line.numbers) <= _FEW_LETTERS else ():
        yield pen.command(f"Cho gửi thư số {number}", Verb.RELEASE, number)
        yield pen.command(f"Không gửi thư số {number}", Verb.DROP, number)


def _reply(line: ReplyLine, rules: Rules) -> context.Reply:
    filings = line.verdict.filings if isinstance(line.verdict, Filed) else ()
    titles = (vietnamese.titled(rules.report(filing.report), filing.period) for filing in filings)
    return context.Reply(number=line.arrival, unit=vietnamese.foreign(line.unit.name), says="; ".join(titles))


def _why_waiting(verdict: Verdict) -> str:
    match verdict:
        case Unclear(question=question):
            return vietnamese.words(question)
        case Sealed():
            return "có dấu hiệu chứa tài liệu mật"
        case _:
            return "cần cán bộ xem xét"


def _due(line: DueLine, rules: Rules) -> context.DueReport:
    periods = {judgement.duty.key.period for judgement in line.judgements}
    # Two periods of one report can fall due at one moment only by an official letter.
    title = "; ".join(vietnamese.titled(line.report, period) for period in sorted(periods, key=str))
    return context.DueReport(
        title=title or line.report.name,
        due_at=line.due_at,
        owed=len(line.judgements),
        missing=tuple(vietnamese.foreign(unit.name) for unit in line.missing),
        steps=tuple(
            # A letter may have moved the units' date past the office's own.
            context.OfficeStep(name=stage.name, due_at=max(moment.at, line.due_at))
            for period in sorted(periods, key=str)
            for stage, moment in stages_of(line.report, period, rules.calendar)
        ),
    )


def _open(lines: Iterable[OverdueLine]) -> Iterator[context.OpenReport]:
    """The lines by report, so that thirty units late with one report are one entry and not thirty."""
    groups: dict[tuple[str, datetime, int, str], list[str]] = {}
    for line in lines:
        duty, doubt = line.judgement.duty, line.judgement.doubt
        title, why = vietnamese.titled(line.report, duty.key.period), vietnamese.words(doubt) if doubt else ""
        units = groups.setdefault((title, duty.due_at, line.working_days, why), [])
        units.append(vietnamese.foreign(line.unit.name))
    for (title, due_at, working_days, why), units in groups.items():
        yield context.OpenReport(
            title=title, due_at=due_at, working_days=working_days, why=why, units=tuple(units)
        )
