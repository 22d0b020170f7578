"""From a mail that waits to what the digest tells of it, and the commands that decide on it."""

from collections.abc import Iterator
from datetime import date

from mailbot.core.calendar import local
from mailbot.core.command import Verb
from mailbot.core.duty import Duty
from mailbot.core.letters.digest_matter import DigestLine
from mailbot.core.replies.staff_command import LONGEST_ARGUMENT
from mailbot.core.replies.staff_order import as_argument
from mailbot.core.replies.wish import Wish
from mailbot.core.senders.known_since import left_because
from mailbot.core.tasks.assignment import code_of, is_given
from mailbot.core.verdict import Question, Sealed, Source, Unclear
from mailbot.core.wording import vietnamese
from mailbot.post import context, parts
from mailbot.post.pen import Pen

# More would make a line that nobody reads; the rest is typed behind the token.
_MOST_ANSWERS = 3
_MOST_FILES = 5
# What is offered where a unit that wants more time names no day.
_USUAL_WORKING_DAYS = 3


def waiting_mail(line: DigestLine, pen: Pen) -> context.WaitingMail:
    """What the digest tells of one mail that waits for a person."""
    arrival = line.arrival
    verdict = line.verdict
    sender = arrival.mail.sender
    who = (
        vietnamese.named(line.unit.name) if line.unit else vietnamese.foreign(sender.email if sender else "")
    )
    # Only of an unclear mail is it certain that neither machine nor person found a mark of secrecy.
    tellable = isinstance(verdict, Unclear)
    return context.WaitingMail(
        number=arrival.number,
        arrived_at=arrival.arrived_at,
        sender=who if tellable else "",
        subject=vietnamese.foreign(arrival.mail.subject) if tellable else "",
        why=_why_waiting(line) + _keeps(line),
        said=_said(line) if tellable else "",
        links=tuple(_links(line, verdict, pen)) if isinstance(verdict, Unclear) else (),
        files=tuple(_files(line)) if tellable else (),
        asked=_asked(line) if tellable else "",
    )


def _files(line: DigestLine) -> Iterator[str]:
    """The names of the attachments: what they contain is read in the mailbox, not in the digest."""
    files = line.arrival.mail.attachments
    for file in files[:_MOST_FILES]:
        yield f"{vietnamese.foreign(file.name)} ({vietnamese.size(file.size)})"
    if len(files) > _MOST_FILES:
        yield f"và {len(files) - _MOST_FILES} tệp khác"


def _asked(line: DigestLine) -> str:
    """The words of a request, where they stand in its body: one sentence, and no more of it."""
    verdict = line.verdict
    if line.by_reply or not isinstance(verdict, Unclear) or verdict.question is not Question.REQUEST:
        return ""
    found = (e.text for e in verdict.findings.evidence if e.source is Source.BODY and e.text)
    return vietnamese.foreign(next(found, ""))


def _said(line: DigestLine) -> str:
    """What a unit's reply said, where it is the reply that waits."""
    evidence = line.verdict.findings.evidence
    return vietnamese.foreign(evidence[0].text) if line.by_reply and evidence else ""


def _links(line: DigestLine, verdict: Unclear, pen: Pen) -> Iterator[parts.Link]:
    if line.wish is None:
        yield from _answers(line, verdict, pen)
        return
    yield from _on_wish(line, line.wish, pen)
    if line.arrival.mail.attachments:
        # The mail may bring the report as well.
        yield from _answers(line, verdict, pen)
    else:
        yield pen.command(
            "Đã trả lời riêng đơn vị, kết thúc", Verb.SET_ASIDE, line.arrival.number, version=line.version
        )


def _why_not_as_asked(wish: Wish) -> str:
    """Why the day that is offered is not the unit's."""
    if wish.until is None:
        return "đơn vị không nêu ngày"
    return f"không gia hạn được đến ngày đơn vị nêu, {vietnamese.short_day(wish.until)}"


def _on_wish(line: DigestLine, wish: Wish, pen: Pen) -> Iterator[parts.Link]:
    number, version = line.arrival.number, line.version
    for duty in wish.duties[:_MOST_ANSWERS]:
        day, asked = _new_day(duty, wish, pen)
        title = vietnamese.titled(pen.rules.report(duty.key.report), duty.key.period)
        hint = "" if asked else f" ({_why_not_as_asked(wish)})"
        yield pen.command(
            f"Cho gia hạn {title} đến ngày {vietnamese.short_day(day)}{hint}",
            Verb.EXTEND,
            number,
            f"{duty.key.report}/{duty.key.period}/{day}".lower(),
            version=version,
        )
    example = "ngày" if len(wish.duties) == 1 else "báo cáo, kỳ báo cáo và ngày"
    yield pen.command(
        f"Cho gia hạn đến ngày khác (ghi thêm {example} vào cuối tiêu đề)",
        Verb.EXTEND,
        number,
        version=version,
        tail="DEN NGAY:",
    )
    yield pen.command(
        "Không gia hạn (ghi thêm lý do vào cuối tiêu đề, đơn vị đọc được)",
        Verb.DENY,
        number,
        version=version,
        tail="LY DO:",
    )
    for duty in wish.duties if len(wish.duties) == 1 else ():
        title = vietnamese.titled(pen.rules.report(duty.key.report), duty.key.period)
        label = f"Miễn gửi {title} (ghi thêm lý do vào cuối tiêu đề)"
        yield pen.excuse(label, duty, version, number)


def _new_day(duty: Duty, wish: Wish, pen: Pen) -> tuple[date, bool]:
    """The day to offer, and whether it is the one that the unit asks for."""
    due_on, today = local(duty.due_at).date(), local(pen.now).date()
    if wish.until is not None and wish.until > max(due_on, today):
        return wish.until, True
    return pen.rules.calendar.shift(max(due_on, today), _USUAL_WORKING_DAYS), False


def _answers(line: DigestLine, verdict: Unclear, pen: Pen) -> Iterator[parts.Link]:
    number, version = line.arrival.number, line.version
    if line.unit is not None:
        for filing in verdict.candidates[:_MOST_ANSWERS]:
            title = vietnamese.titled_as_known(pen.rules, filing.report, filing.period)
            argument = as_argument((filing,))
            yield pen.command(f"Ghi nhận là {title}", Verb.ASSIGN, number, argument, version=version)
        yield from _all_tasks(line, verdict, pen)
    yield pen.command(
        "Ghi nhận là báo cáo khác (ghi thêm đơn vị, kỳ báo cáo vào cuối tiêu đề)",
        Verb.ASSIGN,
        number,
        version=version,
        tail="LA:",
    )
    # Where nobody knows whose it is, nobody is written to.
    reader = ", đơn vị đọc được" if line.unit is not None else "; không có thư trả lời người gửi"
    yield pen.command(
        f"Không ghi nhận (ghi thêm lý do vào cuối tiêu đề{reader})",
        Verb.REJECT,
        number,
        version=version,
        tail="LY DO:",
    )
    yield pen.command("Không phải báo cáo, không cần trả lời", Verb.SET_ASIDE, number, version=version)


def _all_tasks(line: DigestLine, verdict: Unclear, pen: Pen) -> Iterator[parts.Link]:
    """The link that records one mail for all tasks that it answers: each by itself leaves the others open."""
    tasks = [filing for filing in verdict.candidates if is_given(filing.report)]
    argument = as_argument(tasks)
    if verdict.question is Question.TASK and len(tasks) > 1 and len(argument) <= LONGEST_ARGUMENT:
        codes = ", ".join(code_of(filing.report) for filing in tasks)
        label = f"Ghi nhận cho tất cả các nhiệm vụ {codes}"
        yield pen.command(label, Verb.ASSIGN, line.arrival.number, argument, version=line.version)


def _why_waiting(line: DigestLine) -> str:
    if line.since is not None:
        named = vietnamese.named(line.since.name)
        return f"{vietnamese.words(Question.UNIT)}; nay địa chỉ gửi đã được đăng ký của {named}"
    if left := left_because(line.verdict):
        return left
    match line.verdict:
        # The sender is known, and its mail speaks of another unit.
        case Unclear(question=Question.UNIT) if line.unit is not None:
            return "chưa rõ là báo cáo của đơn vị nào"
        case Unclear(question=question):
            return vietnamese.words(question)
        case Sealed():
            return "có dấu hiệu chứa tài liệu mật"
        case _:
            return "cần cán bộ xem xét"


def _keeps(line: DigestLine) -> str:
    if not line.keeps:
        return ""
    return f"; chưa xử lý thư này thì chưa kết luận, chưa nhắc chậm được {line.keeps} lượt báo cáo"
