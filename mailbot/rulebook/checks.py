"""What only several tables of a profile together can get wrong. Each check notes faults in its file."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from mailbot.core.period import Cadence, Period
from mailbot.core.rules import Span, StaffRole, StepKind
from mailbot.rulebook.files import LateTable, OfficeTable, ReportTable, StaffTable, StepTable, UnitTable
from mailbot.toml_file import Entry, TomlFile
from mailbot.toml_lines import Loc

# Any year with 53 ISO weeks: an ordinal that it lacks, no year has.
_LONG_YEAR = 2020


def check_units(file: TomlFile, units: Sequence[Entry[UnitTable]], groups: Mapping[str, str] | None) -> None:
    """Note ids, addresses and domains that two units claim, and groups and successors that are not there."""
    known = _check_ids(file, "unit")
    for entry in units:
        unit = entry.value
        if groups is not None and unit.group not in groups:
            file.fault((*entry.loc, "group"), f"unknown group {unit.group}")
        for number, successor in enumerate(unit.successors):
            if successor not in known:
                file.fault((*entry.loc, "successors", number), f"unknown unit {successor}")
        if unit.successors and unit.valid_to is None:
            file.fault((*entry.loc, "successors"), "a unit with successors needs valid_to")
    _check_succession(file, units)
    _check_addresses(file, units)
    _check_domains(file, units)


def check_mailboxes(
    file: TomlFile,
    office: OfficeTable | None,
    staff: Sequence[Entry[StaffTable]],
    units: Sequence[Entry[UnitTable]],
) -> None:
    """Note staff roles that nobody has, and boxes that are two parties at once."""
    for role in StaffRole:
        if file.readable and not any(role in person.value.roles for person in staff):
            file.fault(("staff",), f"nobody has the role {role}")
    owners = {email: unit.id for _, unit, _, email in _addresses(units)}
    if office is not None:
        if office.mailbox in owners:
            file.fault(("office", "mailbox"), f"is also an address of the unit {owners[office.mailbox]}")
        for unit, domain in _domains(units):
            if _lies_in(office.mailbox, domain):
                file.fault(("office", "mailbox"), f"lies in the domain {domain} of the unit {unit.id}")
    taken = {office.mailbox} if office is not None else set()
    for person in staff:
        email, loc = person.value.email, (*person.loc, "email")
        if email in owners:
            file.fault(loc, f"{email} is also an address of the unit {owners[email]}")
        if email in taken:
            file.fault(loc, f"{email} is also the office's mailbox or another member of the staff")
        taken.add(email)


def check_reports(
    file: TomlFile, reports: Sequence[Entry[ReportTable]], groups: Mapping[str, str] | None
) -> None:
    """Note ids that two reports share, groups that are not there, and periods that no year has."""
    _check_ids(file, "report")
    for entry in reports:
        for number, group in enumerate(entry.value.owed_by):
            if groups is not None and group not in groups:
                file.fault((*entry.loc, "owed_by", number), f"unknown group {group}")
        for number, ordinal in enumerate(entry.value.ordinals):
            if not _exists(entry.value.cadence, ordinal):
                says = f"no year has a {entry.value.cadence} number {ordinal}"
                file.fault((*entry.loc, "ordinals", number), says)


def check_steps(file: TomlFile, steps: Sequence[Entry[StepTable]], late: LateTable | None) -> None:
    """Note steps that fall on the same day, and late notices after the last window has closed."""
    seen: set[tuple[StepKind, int]] = set()
    for entry in steps:
        step = entry.value
        loc = (*entry.loc, "working_days")
        if (step.kind, step.working_days) in seen:
            file.fault(loc, f"two {step.kind} steps have the same distance, {step.working_days}")
        seen.add((step.kind, step.working_days))
        if step.kind is StepKind.LATE and late is not None and step.working_days >= late.closes_after:
            file.fault(loc, f"the late notices close {late.closes_after} working days after the due date")


def _check_ids(file: TomlFile, name: str) -> set[str]:
    """The ids in the array of tables `name`, also of tables that have other faults."""
    tables = file.data.get(name)
    if file.readable and not tables:
        file.fault((name,), f"the file has no [[{name}]]")
    ids: set[str] = set()
    for number, table in enumerate(tables if isinstance(tables, list) else ()):
        own = table.get("id") if isinstance(table, dict) else None
        if not isinstance(own, str):
            continue
        if own in ids:
            file.fault((name, number, "id"), f"two of [[{name}]] have the id {own}")
        ids.add(own)
    return ids


def _check_succession(file: TomlFile, units: Sequence[Entry[UnitTable]]) -> None:
    successors = {entry.value.id: entry.value.successors for entry in units}
    for entry in units:
        reached: set[str] = set()
        ahead = list(entry.value.successors)
        while ahead:
            unit = ahead.pop()
            if unit not in reached:
                reached.add(unit)
                ahead.extend(successors.get(unit, ()))
        if entry.value.id in reached:
            file.fault((*entry.loc, "successors"), f"the unit {entry.value.id} succeeds itself")


def _check_addresses(file: TomlFile, units: Sequence[Entry[UnitTable]]) -> None:
    holders: dict[str, list[tuple[Span, str]]] = {}
    for loc, unit, span, email in _addresses(units):
        if span.start and span.end and span.end < span.start:
            file.fault(loc, "the address ends before it begins (or before its unit begins)")
        for held, holder in holders.get(email, ()):
            if held.overlaps(span):
                where = "twice in this unit" if holder == unit.id else f"also in the unit {holder}"
                file.fault((*loc, "email"), f"{email} is {where}, on overlapping days")
                break
        holders.setdefault(email, []).append((span, unit.id))


def _check_domains(file: TomlFile, units: Sequence[Entry[UnitTable]]) -> None:
    for (one, domain), (other, nested) in combinations(_domains(units), 2):
        if one is not other and one.span.overlaps(other.span) and _touch(domain, nested):
            number = next(n for n, entry in enumerate(units) if entry.value is other)
            loc = (*units[number].loc, "domains", other.domains.index(nested))
            file.fault(loc, f"{nested} overlaps the domain {domain} of the unit {one.id}")
    for loc, unit, span, email in _addresses(units):
        for owner, domain in _domains(units):
            if owner.id != unit.id and owner.span.overlaps(span) and _lies_in(email, domain):
                file.fault((*loc, "email"), f"{email} lies in the domain of the unit {owner.id}")


def _addresses(units: Sequence[Entry[UnitTable]]) -> Iterator[tuple[Loc, UnitTable, Span, str]]:
    for entry in units:
        for number, address in enumerate(entry.value.addresses):
            loc = (*entry.loc, "addresses", number)
            yield loc, entry.value, entry.value.address_span(address), address.email


def _domains(units: Sequence[Entry[UnitTable]]) -> Iterator[tuple[UnitTable, str]]:
    return ((entry.value, domain) for entry in units for domain in entry.value.domains)


def _lies_in(email: str, domain: str) -> bool:
    return f".{email.rpartition('@')[2]}".endswith(f".{domain}")


def _touch(one: str, other: str) -> bool:
    return f".{one}".endswith(f".{other}") or f".{other}".endswith(f".{one}")


def _exists(cadence: Cadence, ordinal: int) -> bool:
    try:
        Period(_LONG_YEAR, cadence, ordinal)
    except ValueError:
        return False
    return True
