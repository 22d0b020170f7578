"""Who sent a mail (C.3 of the house's threat model): what proves that it comes from the address it names.

Anybody can write any address into `From`. What counts as proof is what our own mail servers found when the
mail came in, and what a signature proves to ourselves. A passed check proves a domain, never a unit: where
many offices share one, the provider must see to it that each writes in its own name only.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from mailbot.core.mail import Hop, Level, Mail, Proof
from mailbot.core.rules import Rules
from mailbot.core.senders.auth_results import Dialect, Result, read_results, server_of

_BAD = frozenset({"fail", "hardfail", "reject"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """Whom to believe; nothing is believed that is not named here.

    Attributes:
        authserv_ids: the names by which our servers sign Authentication-Results, lower case.
        boundary: our servers, as they name themselves in `Received`, lower case.
        hops: how many `Received` our servers put on each mail; None where that varies.
        dialect: how our provider writes the header.
        enforced: domains whose provider lets each user write in his own name only.
        spf: whether a passed SPF of the very domain proves it.
    """

    authserv_ids: frozenset[str] = frozenset()
    boundary: frozenset[str] = frozenset()
    hops: int | None = None
    dialect: Dialect = Dialect.RFC8601
    enforced: frozenset[str] = frozenset()
    spf: bool = False

    @property
    def checks(self) -> bool:
        """Whether anything at all can be proved by a server of ours."""
        return bool(self.authserv_ids) or self.dialect is Dialect.MICROSOFT


def prove(mail: Mail, rules: Rules, on: date, trust: Trust, signed: frozenset[str] = frozenset()) -> Proof:
    """How well it is proved that `mail` comes from the address in its `From`.

    Args:
        mail: as read; `flaw` says what is wrong with its header, `claims` are the results that it carries.
        rules: for the registered addresses.
        on: the day it came.
        trust: whom to believe.
        signed: domains whose signature over the mail we have verified ourselves.
    """
    sender = mail.sender
    if sender is None or mail.flaw:
        return Proof(Level.FAILED, mail.flaw or "no single sender")
    unit = rules.unit_at_address(sender.email, on)
    owner = rules.unit_at_domain(sender.email, on)
    staff = any(person.email == sender.email for person in rules.office.staff)
    if unit is None and owner is None and not staff:
        return Proof(Level.UNKNOWN, "not a registered address")
    domain = sender.email.rpartition("@")[2]
    finding = _found(mail, domain, trust, signed)
    if finding.level is not Level.DOMAIN:
        return finding
    if domain in trust.enforced:
        return Proof(Level.USER, f"{finding.says}; its provider lets users write in their own name only")
    if owner is not None and (unit is None or unit == owner) and not staff:
        return finding
    return Proof(Level.KNOWN, f"{finding.says}, which others share")


def _found(mail: Mail, domain: str, trust: Trust, signed: frozenset[str]) -> Proof:
    """What the results of our servers and the signatures say; `Level.DOMAIN` for the domain as a whole."""
    own = Proof(Level.DOMAIN, f"signed by {domain}") if domain in signed else None
    if not trust.checks:
        return own or Proof(Level.KNOWN, "not verified: no server's word counts")
    try:
        results = list(believed(mail, trust))
    except ValueError as odd:
        # Our server's own line: whoever wrote it in that way, it proves nothing.
        return own or Proof(Level.KNOWN, f"not verified: results that cannot be read ({odd})", alarming=True)
    if not results:
        return own or Proof(Level.KNOWN, "not verified: no result of a server of ours")
    return (
        _weighed(results, mail.sender.email if mail.sender else "", domain, trust)
        or own
        or Proof(Level.KNOWN, "not verified: nothing was passed")
    )


def believed(mail: Mail, trust: Trust) -> Iterable[Result]:
    """The results that our own servers wrote: under their name, and where only they can write.

    Raises:
        ValueError: a line of theirs cannot be read to the letter.
    """
    inside = _own_hops(mail.received, trust)
    for claim in mail.claims:
        if not inside or claim.hops_above > inside:
            continue
        if trust.dialect is Dialect.RFC8601 and server_of(claim.text) not in trust.authserv_ids:
            continue
        yield from read_results(claim.text, trust.dialect)


def _own_hops(received: tuple[Hop, ...], trust: Trust) -> int:
    """How many `Received` from the top are ours; what stands below the last of them anybody can write."""
    count = 0
    for hop in received if trust.hops is None else received[: trust.hops]:
        if hop.by.lower() not in trust.boundary:
            break
        count += 1
    return count if trust.hops is None or count == trust.hops else 0


def _weighed(results: list[Result], email: str, domain: str, trust: Trust) -> Proof | None:
    """What the results prove; the worst of each method counts. None if they prove nothing either way."""
    by_method: dict[str, list[Result]] = {}
    for result in results:
        by_method.setdefault(result.method, []).append(result)
    dmarc = by_method.get("dmarc", [])
    if any(result.result in _BAD for result in dmarc):
        return Proof(Level.FAILED, "dmarc failed")
    if dmarc and all(result.result == "pass" for result in dmarc):
        # A server that saw another From than we do was told something else than we are.
        if any(result.get("header.from").rpartition("@")[2] != domain for result in dmarc):
            return Proof(Level.FAILED, "dmarc passed for another From", alarming=True)
        return _logged_in(by_method, email) or Proof(Level.DOMAIN, f"dmarc passed for {domain}")
    if proof := _logged_in(by_method, email):
        return proof
    dkim = by_method.get("dkim", [])
    if any(result.result == "pass" and _signs(result, domain) for result in dkim):
        return Proof(Level.DOMAIN, f"dkim passed for {domain}")
    spf = by_method.get("spf", [])
    passed = bool(spf) and all(result.result == "pass" for result in spf)
    if trust.spf and passed and all(_mailed_from(result) == domain for result in spf):
        return Proof(Level.DOMAIN, f"spf passed for {domain}")
    return None


def _logged_in(by_method: dict[str, list[Result]], email: str) -> Proof | None:
    """Whether our server asserts that the user of that very address handed the mail in."""
    auth = by_method.get("auth", [])
    if auth and all(result.result == "pass" and result.get("smtp.auth") == email for result in auth):
        return Proof(Level.USER, "handed in by the logged-in user")
    return None


def _signs(result: Result, domain: str) -> bool:
    # Relaxed alignment would take the whole province's signature for an office's.
    named = result.get("header.d") or result.get("header.i").rpartition("@")[2]
    return named == domain


def _mailed_from(result: Result) -> str:
    return result.get("smtp.mailfrom").rpartition("@")[2]
