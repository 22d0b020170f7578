"""Finds out who sent a mail: from what our servers say, and from signatures that we verify ourselves."""

from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import structlog

from mailbot.config.authentication import Authentication
from mailbot.core.mail import Mail
from mailbot.core.rules import Rules
from mailbot.core.senders.sender import Trust, prove
from mailbot.errors import Unavailable
from mailbot.inbox.signatures import Ask, Resolver, signed_by

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """Whom to believe about senders.

    Attributes:
        trust: whose word counts.
        pausing: a report from an address that nothing proves waits for a person.
        ask: where keys for signatures are looked up; None verifies none.
    """

    trust: Trust = field(default_factory=Trust)
    pausing: bool = False
    ask: Ask | None = None

    @classmethod
    def of(cls, told: Authentication, boundary: frozenset[str]) -> "Witness":
        """The witness that the configuration asks for."""
        ask = Resolver(told.resolver) if told.resolver else None
        return cls(trust=told.trust(boundary), pausing=told.pauses, ask=ask)

    def proved(self, mail: Mail, raw: Path, rules: Rules, on: date) -> Mail:
        """The mail in the file `raw`, with what proves that it comes from whom it names.

        Raises:
            Unavailable: the file cannot be read.
        """
        try:
            proof = prove(mail, rules, on, self.trust, self._signed(mail, raw, rules, on))
        except OSError as error:
            raise Unavailable(f"mails cannot be read now: {error}") from error
        if proof.alarming:
            log.warning("odd results of authentication", sha256=mail.sha256, says=proof.says)
        return replace(mail, proof=proof)

    def _signed(self, mail: Mail, raw: Path, rules: Rules, on: date) -> frozenset[str]:
        # Strangers must not make us ask the world for names.
        if self.ask is None or mail.sender is None or mail.flaw or not _is_ours(mail.sender.email, rules, on):
            return frozenset()
        domain = mail.sender.email.rpartition("@")[2]
        return frozenset({domain} if signed_by(raw.read_bytes(), domain, self.ask) else ())


def _is_ours(email: str, rules: Rules, on: date) -> bool:
    return rules.registered(email, on) or rules.unit_at_domain(email, on) is not None
