"""From a mail to a command, and from a command to what is done: the two places where replies are judged."""

from dataclasses import replace
from datetime import date
from urllib.parse import unquote

from mailbot.core.command import STAFF_WORDS, UNIT_WORDS, Command, Done, Verb, by_unit
from mailbot.core.mail import Mail
from mailbot.core.members import is_document
from mailbot.core.replies.order import Order, Outcome
from mailbot.core.replies.reply import (
    is_courtesy,
    is_only_thanks,
    is_unknown_word,
    read_command,
    told_of_a_report,
)
from mailbot.core.replies.staff_command import means_to_order, read_staff_command
from mailbot.core.replies.staff_order import staff_order
from mailbot.core.replies.unit_order import unit_order
from mailbot.core.rules import Rules, UnitId
from mailbot.core.verdict import (
    Commanded,
    Evidence,
    Filed,
    Findings,
    Ignored,
    Question,
    Reason,
    Source,
    Unclear,
    Verdict,
    is_urgent,
)

# What a mail of few words may be that is only an answer; a plea or an urgent report is none.
_PERHAPS_AN_ANSWER = frozenset({Question.NO_FILE, Question.PERIOD, Question.REPORT, Question.UNREADABLE})

_WORDS = {**UNIT_WORDS, **STAFF_WORDS, Verb.CHOICE: "chọn phương án", Verb.UNKNOWN: "không rõ"}


def as_command(mail: Mail, rules: Rules, on: date, otherwise: Verdict) -> Verdict:
    """The mail as a command, if it is one of a registered address without a document; else `otherwise`."""
    if mail.sender is None or any(map(is_document, mail.attachments)):
        return otherwise
    if any(person.email == mail.sender.email for person in rules.office.staff):
        meant = _unescaped(mail)
        command = read_staff_command(meant.subject) or _staff_help(mail)
        return _commanded(command, None) if command is not None else _of_staff(meant, rules, on, otherwise)
    unit = rules.unit_at_address(mail.sender.email, on)
    if unit is None:
        return otherwise
    command = read_command(mail.subject, mail.text, mail.in_reply_to)
    answers = isinstance(otherwise, Unclear) and otherwise.question in _PERHAPS_AN_ANSWER
    if command is not None and _stands(command, otherwise, answers=answers):
        return _commanded(command, unit.id)
    said = (mail.subject, mail.text, mail.in_reply_to)
    if (answers and is_courtesy(*said)) or (_is_of_one_matter(otherwise) and is_only_thanks(*said)):
        return Ignored(reason=Reason.COURTESY, findings=otherwise.findings)
    if answers and is_unknown_word(*said):
        return _commanded(Command(verb=Verb.UNKNOWN), unit.id)
    if answers and (told := told_of_a_report(*said)):
        return _for_a_person(otherwise, told)
    return otherwise


def carry_out(order: Order) -> Outcome:
    """What the command does; total, whatever it says."""
    sender = order.arrival.mail.sender
    staff = next(
        (person for person in order.rules.office.staff if sender and person.email == sender.email), None
    )
    if staff is not None:
        return staff_order(order, staff)
    unit = order.verdict.unit
    if unit is None:
        # The register no longer knows whoever wrote it.
        return Outcome(done=Done.UNTRUSTED, by=sender.email if sender else "")
    if all(known.id != unit for known in order.rules.units):
        return Outcome(done=Done.UNTRUSTED, by=by_unit(unit))
    return unit_order(order, unit)


def _is_of_one_matter(verdict: Verdict) -> bool:
    return isinstance(verdict, Unclear) and verdict.question in {Question.TASK, Question.URGENT}


def _stands(command: Command, otherwise: Verdict, *, answers: bool) -> bool:
    """Whether the command outweighs what the mail would be without it."""
    match command.verb:
        case Verb.NIL:
            return not isinstance(otherwise, Filed) and not is_urgent(otherwise)
        case Verb.MORE_TIME:
            # Of an urgent matter the officers on duty read it, and at once.
            return not is_urgent(otherwise)
        case Verb.NAMED:
            return answers
        case _:
            return True


def _for_a_person(verdict: Verdict, told: str) -> Verdict:
    """An answer that our own letter asks for: a person compares it, and nobody is asked for a file."""
    evidence = Evidence(Source.BODY, "đơn vị trả lời thư của Văn phòng", told)
    findings = replace(verdict.findings, evidence=(evidence, *verdict.findings.evidence))
    assert isinstance(verdict, Unclear)
    return replace(verdict, question=Question.REQUEST, findings=findings)


def _unescaped(mail: Mail) -> Mail:
    """The mail with its subject as the link means it: some programs leave a link's blanks as "%20"."""
    return replace(mail, subject=unquote(mail.subject)) if "%20" in mail.subject else mail


def _staff_help(mail: Mail) -> Command | None:
    command = read_command(mail.subject, mail.text, mail.in_reply_to)
    return command if command is not None and command.verb is Verb.HELP else None


def _of_staff(mail: Mail, rules: Rules, on: date, otherwise: Verdict) -> Verdict:
    """A mail of the staff that commands nothing: whoever meant to must hear at once that nothing was done."""
    said = (mail.subject, mail.text, mail.in_reply_to)
    whose = mail.sender and rules.unit_at_address(mail.sender.email, on)
    if whose is not None or not isinstance(otherwise, Unclear) or otherwise.question is not Question.UNIT:
        return otherwise
    if is_courtesy(*said):
        return Ignored(reason=Reason.COURTESY, findings=otherwise.findings)
    return _commanded(Command(verb=Verb.UNKNOWN), None) if means_to_order(*said) else otherwise


def _commanded(command: Command, unit: UnitId | None) -> Commanded:
    evidence = Evidence(
        Source.BODY, f"lệnh trả lời: {_WORDS.get(command.verb, command.verb)}", command.argument
    )
    return Commanded(
        unit=unit, command=command, findings=Findings(unit=unit, confidence=1.0, evidence=(evidence,))
    )
