"""One letter after the other over one connection to the relay, by SMTP (RFC 5321).

The commands of a transaction are given one by one, never in a pipeline, because everything hangs on one
question: had the final dot left when it failed? Before it nothing was sent, for certain; after it only
the server's answer says what became of the letter. So the dot leaves alone, when `at_dot` has noted it.
"""

import re

import aiosmtplib
from aiosmtplib import SMTPException, SMTPResponseException

from mailbot.core.delivery.smtp_reply import says_too_fast
from mailbot.core.posting import (
    Accepted,
    Answer,
    Cause,
    Deferred,
    Fate,
    Letter,
    Lost,
    Outcome,
    Refused,
    Stage,
)
from mailbot.errors import Unwelcome
from mailbot.post.door import AtDot
from mailbot.post.smtp_session import SmtpSession, SmtpSettings, is_never, reply_line, said

_GO_ON = 354
_CLOSING = 421
_LINE_STARTS = re.compile(rb"(?m)^\.")


class SmtpLine:
    """One connection to the relay; hands over one letter at a time, and is kept for the next."""

    def __init__(self, settings: SmtpSettings) -> None:
        self.settings = settings
        self._session = SmtpSession(settings)

    @property
    def open(self) -> bool:
        """Whether the connection stands, as far as is known."""
        return self._session.open

    async def connect(self) -> str:
        """Connect and log in, unless that is done; the server's words to EHLO.

        Raises:
            Unavailable: as `SmtpPost.send`.
        """
        return await self._session.connect()

    async def send(self, letter: Letter, at_dot: AtDot) -> Outcome:
        """Hand over one letter; raises as `SmtpPost.send`."""
        try:
            outcome = await self._begin() or await self._recipients_and_data(letter, at_dot)
        except BaseException:
            # Cancelled, or worse: this connection is in no state that anybody could know.
            self._session.drop()
            raise
        if not isinstance(outcome, Accepted):
            await self._session.forget()
        return outcome

    async def close(self) -> None:
        """Say goodbye; a server that does not answer is left."""
        await self._session.close()

    async def _begin(self) -> Deferred | None:
        """Begin a transaction (`MAIL FROM`); an outcome if that is not possible now."""
        kept = self._session.open
        await self._session.connect()
        try:
            await self._session.mail(self.settings.bounces_to)
        except (SMTPException, OSError) as fault:
            closed = not isinstance(fault, SMTPResponseException) or fault.code == _CLOSING
            # A kept connection may have been closed while nobody looked; a new one tells more.
            if kept and closed:
                self._session.drop()
                return await self._begin()
            if isinstance(fault, SMTPResponseException) and _is_never(fault):
                self._session.drop()
                # What is refused is our own address, and so every letter: no single one is to blame.
                raise Unwelcome(f"the server refuses our letters: {said(fault)}") from fault
            if closed:
                self._session.drop()
            return _not_now(fault)
        return None

    async def _recipients_and_data(self, letter: Letter, at_dot: AtDot) -> Outcome:
        try:
            answers = await self._recipients(letter)
            if (outcome := _hopeless(letter, answers)) is not None:
                return outcome
            copied = await self._copy(letter)
            reply = await self._session.command(b"DATA")
            if reply.code != _GO_ON:
                return _decided(letter, answers, Stage.DATA, reply.code, reply.message)
            # A line that begins with a dot gets another (RFC 5321, 4.5.2); ours end in CRLF, always.
            self._session.write(_LINE_STARTS.sub(b"..", letter.raw))
        except (SMTPException, OSError) as fault:
            self._session.drop()
            return _not_now(fault)
        if not await at_dot():
            # Without its dot a letter is none: the server forgets it with the connection.
            self._session.drop()
            return Deferred("stopped before the final dot", cause=Cause.STOPPED)
        return await self._dot(letter, answers, copied=copied)

    async def _recipients(self, letter: Letter) -> tuple[Answer, ...]:
        """Those whom the server refuses, for now or for ever."""
        refused = []
        for email in letter.recipients:
            try:
                await self._session.rcpt(email)
            except aiosmtplib.SMTPRecipientRefused as fault:
                if fault.code == _CLOSING:
                    raise
                fate = Fate.REFUSED if _is_never(fault) else Fate.DEFERRED
                refused.append(Answer(email, fate, Stage.RCPT, said(fault)))
        return tuple(refused)

    async def _copy(self, letter: Letter) -> bool:
        """Ask for a copy to our own mailbox; a server that will not have it is not pressed."""
        copy_to = self.settings.copy_to
        if not copy_to or copy_to in letter.recipients:
            return False
        try:
            await self._session.rcpt(copy_to)
        except aiosmtplib.SMTPRecipientRefused as fault:
            if fault.code == _CLOSING:
                raise
            return False
        return True

    async def _dot(self, letter: Letter, answers: tuple[Answer, ...], *, copied: bool) -> Outcome:
        """The final dot; from here on only an answer is certain."""
        try:
            self._session.write(b".\r\n")
        except SMTPException as fault:
            return _not_now(fault)
        try:
            reply = await self._session.answer(self.settings.dot_timeout)
        except (SMTPException, OSError) as fault:
            self._session.drop()
            return Lost(said(fault), _others(letter, answers, Fate.LOST, said(fault)), copied)
        if reply.code == _CLOSING:
            self._session.drop()
        return _decided(letter, answers, Stage.DOT, reply.code, reply.message, copied=copied)


def _hopeless(letter: Letter, answers: tuple[Answer, ...]) -> Outcome | None:
    """What follows if the letter should not be handed over for those recipients that are left."""
    reply = "; ".join(f"{answer.email}: {answer.reply}" for answer in answers)
    later = [answer.email for answer in answers if answer.fate is Fate.DEFERRED]
    if letter.recipients[0] in later or (later and len(answers) == len(letter.recipients)):
        return Deferred(reply, answers, _speed(answers))
    return Refused(reply, answers) if len(answers) == len(letter.recipients) else None


def _decided(
    letter: Letter, answers: tuple[Answer, ...], stage: Stage, code: int, text: str, *, copied: bool = False
) -> Outcome:
    """What an answer means that did come (RFC 5321, 4.2.1).

    At the dot 2xx, 4xx and 5xx are definite and all else is no answer; before it, all else is no go.
    """
    own = reply_line(code, text)
    reply = "; ".join([own, *(f"{answer.email}: {answer.reply}" for answer in answers)])
    match code // 100:
        case 2 if stage is Stage.DOT:
            return Accepted(reply, _others(letter, answers, Fate.ACCEPTED, own))
        case 5 if not says_too_fast(own):
            return Refused(reply, _others(letter, answers, Fate.REFUSED, own, stage))
        case _ if code == _CLOSING:
            return Deferred(reply, answers, Cause.CLOSING)
        case 4 | 5:
            cause = Cause.THROTTLED if says_too_fast(own) else Cause.NOT_NOW
            return Deferred(reply, answers, cause)
        case _ if stage is Stage.DOT:
            return Lost(reply, _others(letter, answers, Fate.LOST, own), copied)
        case _:
            return Deferred(reply, answers, Cause.LINK)


def _others(
    letter: Letter, answers: tuple[Answer, ...], fate: Fate, reply: str, stage: Stage = Stage.DOT
) -> tuple[Answer, ...]:
    """The answers, with one for each recipient that was not refused by name."""
    named = {answer.email for answer in answers}
    rest = (Answer(email, fate, stage, reply) for email in letter.recipients if email not in named)
    return (*answers, *rest)


def _is_never(fault: SMTPResponseException) -> bool:
    """Whether a refusal is one for ever, and not only until we may send again."""
    return is_never(fault.code) and not says_too_fast(said(fault))


def _not_now(fault: BaseException) -> Deferred:
    """Why the letter certainly did not leave."""
    reply = said(fault)
    if not isinstance(fault, SMTPResponseException):
        return Deferred(f"the link broke before the letter was handed over: {reply}", cause=Cause.LINK)
    if fault.code == _CLOSING:
        return Deferred(reply, cause=Cause.CLOSING)
    return Deferred(reply, cause=Cause.THROTTLED if says_too_fast(reply) else Cause.NOT_NOW)


def _speed(answers: tuple[Answer, ...]) -> Cause:
    return Cause.THROTTLED if any(says_too_fast(answer.reply) for answer in answers) else Cause.NOT_NOW
