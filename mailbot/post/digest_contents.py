"""From a digest's matter to what its template may know: where things stand, and the commands to act by.

Each command is a subject line with a token for the one person that this digest goes to.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from mailbot.core.command import Verb
from mailbot.core.duty import stages_of
from mailbot.core.emergencies.urgent_matter import EmergencyLine
from mailbot.core.letters.digest_matter import (
    DigestLine,
    DigestMatter,
    DueLine,
    HeldLine,
    OverdueLine,
    ProposalLine,
    ReplyLine,
)
from mailbot.core.notice import Notice
from mailbot.core.replies.letting_go import OF_ANSWERS, OF_NEW_ADDRESSES
from mailbot.core.rules import Rules
from mailbot.core.standing import Doubt
from mailbot.core.verdict import Filed
from mailbot.core.wording import vietnamese
from mailbot.post import context, parts, words
from mailbot.post.failures import unreached
from mailbot.post.pen import Pen
from mailbot.post.waiting import waiting_mail
from mailbot.post.week_ahead import coming_week, machine

# A round of the districts fits; of a province-wide one the rest is for the command line.
_MOST_LETTERS = 30
_FEW_UNITS = 2
_MOST_NUMBERS = 5
# Each takes three kilobytes with its commands, and relays refuse letters of ten megabytes: a flood of mails
# must not keep the staff from hearing of it.
_MOST_WAITING = 150


def digest_contents(
    notice: Notice, matter: DigestMatter, rules: Rules, now: datetime, secret: bytes
) -> context.Digest:
    """What the digest for one member of the staff may tell."""
    pen = Pen(rules, secret, notice.to[0] if notice.to else "", now)
    shown = _shown(matter.waiting)
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
        waiting=tuple(waiting_mail(line, pen) for line in shown),
        waiting_more=len(matter.waiting) - len(shown),
        reread=_reread(matter.waiting, pen),
        due=tuple(_due(line, rules) for line in matter.due),
        overdue=tuple(_open(matter.overdue, pen)),
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
        withheld=tuple(
            context.WithheldReport(
                title=vietnamese.titled_as_known(rules, line.report, line.period), duties=line.duties
            )
            for line in matter.withheld
        ),
    )


def _shown(waiting: tuple[DigestLine, ...]) -> tuple[DigestLine, ...]:
    """The mails that a digest lists.

    Of a flood first those over which nobody is judged, then those of units, and what waits longest.
    """
    first = sorted(waiting, key=lambda line: (not line.keeps, line.unit is None))[:_MOST_WAITING]
    return tuple(sorted(first, key=lambda line: line.arrival.number)) if waiting[_MOST_WAITING:] else waiting


def _reread(waiting: tuple[DigestLine, ...], pen: Pen) -> parts.Link | None:
    """The one step for what waited only because its sender's address was not registered."""
    numbers = [line.arrival.number for line in waiting if line.since is not None]
    if not numbers:
        return None
    label = f"Đọc lại {vietnamese.number(len(numbers))} thư đến trước khi địa chỉ gửi được đăng ký"
    return pen.command(label, Verb.REREAD, version=max(numbers))


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
        unit=vietnamese.named(line.unit.name),
        summary=vietnamese.foreign(emergency.summary),
        opened_at=emergency.opened_at,
        last_at=emergency.last_news_at,
        count=len(emergency.reports),
        over=emergency.closed_at is not None,
        close=pen.close(emergency.ref, line.version),
    )


def _held(line: HeldLine, pen: Pen) -> context.HeldLetters:
    return context.HeldLetters(
        batch=line.batch,
        kind=line.kind,
        kind_name=words.NOTICE_KINDS.get(line.kind, "thư"),
        why=line.why,
        units=tuple(vietnamese.named(unit.name) for unit in line.units),
        numbers=line.numbers,
        due_at=line.due_at,
        choice=_choice(line),
        links=tuple(_all_of(line, pen)),
        letters=tuple(_each_of(line, pen)),
    )


def _choice(line: HeldLine) -> str:
    """How a command at the console names these letters and no others."""
    if not line.alone:
        return " ".join(map(str, line.numbers))
    return f"--batch {line.batch} --kind {line.kind}" if line.batch else f"--kind {line.kind}"


def _all_of(line: HeldLine, pen: Pen) -> Iterator[parts.Link]:
    """One command for all: of answers by one person, of a batch by two, and nobody drops a batch by mail."""
    if not line.together or len(line.numbers) == 1:
        return
    if line.batch == 0:
        argument = f"{OF_ANSWERS}/{line.kind}/{line.numbers[-1]}"
        yield pen.command(f"Cho gửi cả {len(line.numbers)} thư", Verb.RELEASE_ALL, argument=argument)
    elif line.readers > 1:
        yield pen.command(
            f"Cho gửi cả {len(line.numbers)} thư (cần hai cán bộ cùng gửi lệnh này)",
            Verb.RELEASE_ALL,
            argument=f"{line.batch}/{line.kind}{f'/{OF_NEW_ADDRESSES}' if any(line.new) else ''}",
        )


def _each_of(line: HeldLine, pen: Pen) -> Iterator[parts.HeldLetter]:
    named = line.named or ("",) * len(line.numbers)
    new = line.new or ((),) * len(line.numbers)
    for number, unit, emails in list(zip(line.numbers, named, new, strict=True))[:_MOST_LETTERS]:
        yield parts.HeldLetter(
            number=number,
            unit=vietnamese.named(unit),
            addresses=emails,
            release=pen.command("Cho gửi", Verb.RELEASE, number),
            drop=pen.command("Không gửi", Verb.DROP, number),
        )


def _reply(line: ReplyLine, rules: Rules) -> context.Reply:
    filings = line.verdict.filings if isinstance(line.verdict, Filed) else ()
    titles = (vietnamese.titled_as_known(rules, filing.report, filing.period) for filing in filings)
    return context.Reply(number=line.arrival, unit=vietnamese.named(line.unit.name), says="; ".join(titles))


def _due(line: DueLine, rules: Rules) -> context.DueReport:
    periods = {judgement.duty.key.period for judgement in line.judgements}
    # Two periods of one report can fall due at one moment only by an official letter.
    title = "; ".join(vietnamese.titled(line.report, period) for period in sorted(periods, key=str))
    return context.DueReport(
        title=title or line.report.name,
        due_at=line.due_at,
        owed=len(line.judgements),
        missing=tuple(vietnamese.named(unit.name) for unit in line.missing),
        steps=tuple(
            # A letter may have moved the units' date past the office's own.
            context.OfficeStep(name=stage.name, due_at=max(moment.at, line.due_at))
            for period in sorted(periods, key=str)
            for stage, moment in stages_of(line.report, period, rules.calendar)
        ),
    )


def _open(lines: Iterable[OverdueLine], pen: Pen | None = None) -> Iterator[context.OpenReport]:
    """The lines by report, so that thirty units late with one report are one entry and not thirty.

    With a pen each has its commands to excuse a unit.
    """
    groups: dict[tuple[str, datetime, int, str], list[OverdueLine]] = {}
    for line in lines:
        duty, doubt = line.judgement.duty, line.judgement.doubt
        title = vietnamese.titled(line.report, duty.key.period)
        why = vietnamese.words(doubt) if doubt else ""
        if doubt is Doubt.NOBODYS_REPORT:
            why += _numbered(line.mails)
        groups.setdefault((title, duty.due_at, line.working_days, why), []).append(line)
    for (title, due_at, working_days, why), group in groups.items():
        yield context.OpenReport(
            title=title,
            due_at=due_at,
            working_days=working_days,
            why=why,
            units=tuple(vietnamese.named(line.unit.name) for line in group),
            links=tuple(_excuses(group, pen)) if pen is not None else (),
        )


def _numbered(mails: tuple[int, ...]) -> str:
    more = f" và {len(mails) - _MOST_NUMBERS} thư khác" if len(mails) > _MOST_NUMBERS else ""
    return f" (thư số {', '.join(map(str, mails[:_MOST_NUMBERS]))}{more})"


def _excuses(group: list[OverdueLine], pen: Pen) -> Iterator[parts.Link]:
    """One link for each of a few units; of many, one behind which the unit is typed."""
    key = group[0].judgement.duty.key
    if len(group) <= _FEW_UNITS:
        for line in group:
            label = f"Miễn gửi cho {vietnamese.named(line.unit.name)} (ghi thêm lý do vào cuối tiêu đề)"
            yield pen.excuse(label, line.judgement.duty, line.version)
    else:
        yield pen.command(
            "Miễn gửi cho một đơn vị (ghi thêm tên đơn vị và lý do vào cuối tiêu đề)",
            Verb.EXCUSE,
            argument=f"{key.report}/{key.period}".lower(),
            tail="DON VI: LY DO:",
        )
