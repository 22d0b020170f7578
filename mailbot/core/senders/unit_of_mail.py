"""Whose mail it is: by dated address, by domain; and what else in it names a unit.

Only an address or a domain of the register decides. A name, a symbol or a forwarded header can be
written by anybody: it never makes a mail a unit's, but it can contradict, or help a person to decide.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from mailbot.core.changes.taught import vouched
from mailbot.core.mail import Mail
from mailbot.core.reading.heading import Heading
from mailbot.core.reading.issuer import LIKELY, NamedUnit, forwarded_from, units_named, units_of_symbol
from mailbot.core.reading.other_bodies import beside
from mailbot.core.reading.titles_of import Paper
from mailbot.core.rules import Rules, Unit, UnitId
from mailbot.core.verdict import Evidence, Source

# From here a printed name is the issuer's and not a chance likeness.
_STRONG = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitReading:
    """Whose mail it is, and how that is known.

    Attributes:
        exact: the very address is registered.
        doubt: what in the mail names another unit, in words; "" if nothing does.
        runner_up: whose it may be although nothing decides it; "" if nobody's.
        may_be: those units.
    """

    unit: Unit | None
    exact: bool
    evidence: tuple[Evidence, ...]
    doubt: str = ""
    runner_up: str = ""
    may_be: tuple[UnitId, ...] = ()


@dataclass(frozen=True, slots=True)
class _Issued:
    """The head of a document, and the units that the issuer's name in it names."""

    heading: Heading
    named: tuple[NamedUnit, ...]


def unit_of_mail(mail: Mail, papers: Sequence[Paper], rules: Rules, on: date) -> UnitReading:
    """Whose mail it is on that day."""
    if mail.sender is None:
        return UnitReading(
            unit=None,
            exact=False,
            evidence=(Evidence(Source.SENDER, "thư không có đúng một người gửi"),),
        )
    email = mail.sender.email
    issued = list(_issued(papers, rules, on))
    hints = [*(named for paper in issued for named in paper.named), *_hints(mail, papers, rules, on)]
    unit, exact = unit_of_sender(mail, rules, on)
    if unit is not None:
        says = f"địa chỉ đã đăng ký của {unit.name}" if exact else f"tên miền thư riêng của {unit.name}"
        evidence = (exact and vouched(rules, unit, email)) or Evidence(Source.SENDER, says, email)
        return _of_unit(unit, evidence, issued, hints, exact=exact)
    if heirs := rules.heirs_of_address(email, on):
        return _of_heirs(heirs, email)
    evidence = Evidence(Source.SENDER, "địa chỉ gửi chưa đăng ký", email)
    likely = {hint.unit.id: hint for hint in reversed(hints) if hint.weight >= LIKELY}
    runner_up = "; ".join(f"có thể là {hint.unit.name} ({hint.text})" for hint in likely.values())
    return UnitReading(
        unit=None, exact=False, evidence=(evidence,), runner_up=runner_up, may_be=tuple(likely)
    )


def unit_of_sender(mail: Mail, rules: Rules, on: date) -> tuple[Unit | None, bool]:
    """The unit that the sender's address is registered for on that day, else that of its domain; which."""
    return (None, False) if mail.sender is None else unit_of_address(mail.sender.email, rules, on)


def unit_of_address(email: str, rules: Rules, on: date) -> tuple[Unit | None, bool]:
    """The unit that the address is registered for on that day, else that of its domain; which."""
    unit = rules.unit_at_address(email, on)
    return (unit, True) if unit else (rules.unit_at_domain(email, on), False)


def _of_unit(
    unit: Unit, evidence: Evidence, papers: Iterable[_Issued], hints: Sequence[NamedUnit], *, exact: bool
) -> UnitReading:
    """The unit of an address or domain, and who speaks against it."""
    other = next((named for paper in papers if (named := _other(unit, paper.named))), None)
    stranger = next((name for paper in papers if (name := beside(paper.heading, unit, paper.named))), "")
    other = other or (None if stranger else _other(unit, hints))
    return UnitReading(
        unit=unit,
        exact=exact,
        evidence=(evidence,),
        doubt=other.says if other else f"văn bản của {stranger}" if stranger else "",
        may_be=(other.unit.id,) if other else (),
    )


def _of_heirs(heirs: tuple[Unit, ...], email: str) -> UnitReading:
    """An address of a unit that is no more: its one successor's, or a person's to decide."""
    names = ", ".join(unit.name for unit in heirs)
    if len(heirs) == 1:
        says = f"địa chỉ cũ, đơn vị tiếp nhận là {names}"
        return UnitReading(unit=heirs[0], exact=True, evidence=(Evidence(Source.REGISTER, says, email),))
    says = "địa chỉ cũ của đơn vị đã có nhiều đơn vị tiếp nhận"
    return UnitReading(
        unit=None,
        exact=False,
        evidence=(Evidence(Source.REGISTER, says, email),),
        runner_up=f"có thể là {names}",
        may_be=tuple(unit.id for unit in heirs),
    )


def _issued(papers: Iterable[Paper], rules: Rules, on: date) -> Iterator[_Issued]:
    """Who issued each of the documents that hand something in, as far as it is printed."""
    for paper in papers:
        if paper.heading is not None and paper.heading.issuer and paper.hands_in:
            yield _Issued(paper.heading, units_named(paper.heading.issuer, rules, on))


def _hints(mail: Mail, papers: Iterable[Paper], rules: Rules, on: date) -> Iterator[NamedUnit]:
    """What else names a unit, the strongest first: the forwarded sender, symbols, names."""
    first = forwarded_from(mail.text)
    if first and (unit := rules.unit_at_address(first, on)) is not None:
        yield NamedUnit(unit, f"thư chuyển tiếp từ địa chỉ của {unit.name}", first, _STRONG)
    for paper in papers:
        symbol = paper.heading.symbol if paper.heading else paper.named.reading.symbol
        yield from units_of_symbol(symbol, rules, on)
    assert mail.sender is not None
    yield from units_named(mail.sender.name, rules, on)
    yield from units_named(mail.subject, rules, on)


def _other(unit: Unit, hints: Iterable[NamedUnit]) -> NamedUnit | None:
    """What strongly names another unit, as long as nothing as strong names this one."""
    strong = [hint for hint in hints if hint.weight >= _STRONG]
    if any(hint.unit == unit for hint in strong):
        return None
    return next(iter(strong), None)
