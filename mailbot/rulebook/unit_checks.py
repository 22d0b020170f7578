"""What several units, groups and mailboxes of a profile together can get wrong; faults go to their files."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from mailbot.core.rules import Span, StaffRole
from mailbot.rulebook.files import AddressTable, GroupTable, OfficeTable, StaffTable, UnitTable
from mailbot.rulebook.ids import check_ids
from mailbot.rulebook.sheets import Sheet
from mailbot.toml_file import Entry
from mailbot.toml_lines import Loc

Units = Sequence[Entry[UnitTable]]


def check_units(sheet: Sheet, units: Units, groups: Mapping[str, str] | None) -> set[str] | None:
    """Note ids, names, addresses and domains that two units claim, and groups that are not there.

    Returns the ids of all units; None if a file cannot be read, for then it is unknown which there are.
    """
    ids = check_ids(sheet, "unit")
    known = ids if sheet.readable else None
    for entry in units:
        if groups is not None and entry.value.group not in groups:
            entry.fault(("group",), f"unknown group {entry.value.group}")
        _check_former_names(entry)
    _check_names(units)
    _check_succession(units, known)
    _check_addresses(units)
    _check_domains(units)
    return known


def check_groups(
    composed: Sequence[Entry[GroupTable]], groups: Mapping[str, str] | None, known_units: set[str] | None
) -> None:
    """Note groups put together from what is not there, or from themselves, and ids used twice."""
    listed = set(groups or ())
    by_id = {entry.value.id: entry.value for entry in composed}
    seen: set[str] = set()
    for entry in composed:
        group = entry.value
        if group.id in listed or group.id in seen:
            entry.fault(("id",), f"there are two groups {group.id}")
        seen.add(group.id)
        for number, name in enumerate(group.groups):
            if groups is not None and name not in listed and name not in by_id:
                entry.fault(("groups", number), f"unknown group {name}")
        for key in ("units", "without"):
            for number, name in enumerate(getattr(group, key)):
                if known_units is not None and name not in known_units:
                    entry.fault((key, number), f"unknown unit {name}")
        if _reaches(group.id, {name: table.groups for name, table in by_id.items()}):
            entry.fault(("groups",), f"the group {group.id} is within itself")


def check_mailboxes(
    sheet: Sheet, office: OfficeTable | None, staff: Sequence[Entry[StaffTable]], units: Units
) -> None:
    """Note staff roles that nobody has, and boxes that are two parties at once."""
    # Without an approver papers are made by command only; the other roles are what promises rest on.
    for role in (StaffRole.DIGEST, StaffRole.SECURITY):
        if sheet.readable and not any(role in person.value.roles for person in staff):
            sheet.fault(("staff",), f"nobody has the role {role}")
    owners = {address.email: entry.value.id for entry, _, address, _ in _addresses(units)}
    if office is not None:
        if office.mailbox in owners:
            sheet.fault(("office", "mailbox"), f"is also an address of the unit {owners[office.mailbox]}")
        for entry, _, domain in _domains(units):
            if domain in _ways_up(office.mailbox.rpartition("@")[2]):
                says = f"lies in the domain {domain} of the unit {entry.value.id}"
                sheet.fault(("office", "mailbox"), says)
    taken = {office.mailbox} if office is not None else set()
    for person in staff:
        email = person.value.email
        if email in owners:
            person.fault(("email",), f"{email} is also an address of the unit {owners[email]}")
        if email in taken:
            person.fault(("email",), f"{email} is also the office's mailbox or another member of the staff")
        taken.add(email)


def _check_former_names(entry: Entry[UnitTable]) -> None:
    before = None
    for number, former in enumerate(entry.value.former_names):
        loc = ("former_names", number, "until")
        if before is not None and former.until <= before:
            entry.fault(loc, "former names stand in the order of time, each with a later day")
        if not entry.value.span.covers(former.until):
            entry.fault(loc, "the unit does not exist on that day")
        before = former.until


def _check_names(units: Units) -> None:
    holders: dict[str, list[Entry[UnitTable]]] = {}
    for entry in units:
        for holder in holders.get(entry.value.name, ()):
            if holder.value.span.overlaps(entry.value.span):
                says = f"the unit {holder.value.id} has the same name, on overlapping days"
                entry.fault(("name",), says)
                break
        holders.setdefault(entry.value.name, []).append(entry)


def _check_succession(units: Units, known: set[str] | None) -> None:
    by_id = {entry.value.id: entry.value for entry in units}
    successors = {name: unit.successors for name, unit in by_id.items()}
    for entry in units:
        unit = entry.value
        if unit.successors and unit.valid_to is None:
            entry.fault(("successors",), "a unit with successors needs valid_to")
        for number, name in enumerate(unit.successors):
            loc = ("successors", number)
            if known is not None and name not in known:
                entry.fault(loc, f"unknown unit {name}")
            elif unit.valid_to is not None and name in by_id:
                day_after = unit.valid_to + timedelta(days=1)
                if not by_id[name].span.covers(day_after):
                    entry.fault(loc, f"the unit {name} does not exist on {day_after}, the day after")
        if _reaches(unit.id, successors):
            entry.fault(("successors",), f"the unit {unit.id} succeeds itself")
        if unit.open_duties == "keep" and not unit.successors:
            entry.fault(("open_duties",), "without successors nobody can send what the unit still owes")


def _reaches(name: str, onward: Mapping[str, Sequence[str]]) -> bool:
    """Whether the steps from `name` lead back to it."""
    reached: set[str] = set()
    ahead = list(onward.get(name, ()))
    while ahead:
        step = ahead.pop()
        if step not in reached:
            reached.add(step)
            ahead.extend(onward.get(step, ()))
    return name in reached


def _check_addresses(units: Units) -> None:
    holders: dict[str, list[tuple[Span, str]]] = {}
    for entry, loc, address, span in _addresses(units):
        if span.start and span.end and span.end < span.start:
            entry.fault(loc, "the address ends before it begins (or before its unit begins)")
        for held, holder in holders.get(address.email, ()):
            if held.overlaps(span):
                where = "twice in this unit" if holder == entry.value.id else f"also in the unit {holder}"
                entry.fault((*loc, "email"), f"{address.email} is {where}, on overlapping days")
                break
        holders.setdefault(address.email, []).append((span, entry.value.id))


def _check_domains(units: Units) -> None:
    domains = list(_domains(units))
    places: defaultdict[str, list[int]] = defaultdict(list)
    for place, (_, _, domain) in enumerate(domains):
        places[domain].append(place)

    def around(host: str) -> list[int]:
        """Where the domains stand that `host` lies in."""
        return sorted(place for domain in _ways_up(host) for place in places.get(domain, ()))

    touching = {
        (min(place, other), max(place, other))
        for place, (_, _, domain) in enumerate(domains)
        for other in around(domain)
    }
    for first, second in sorted(touching):
        (one, _, domain), (other, loc, nested) = domains[first], domains[second]
        if one is not other and one.value.span.overlaps(other.value.span):
            other.fault(loc, f"{nested} overlaps the domain {domain} of the unit {one.value.id}")
    for entry, loc, address, span in _addresses(units):
        for place in around(address.email.rpartition("@")[2]):
            owner = domains[place][0]
            if owner.value.id != entry.value.id and owner.value.span.overlaps(span):
                says = f"{address.email} lies in the domain of the unit {owner.value.id}"
                entry.fault((*loc, "email"), says)


def _addresses(units: Units) -> Iterator[tuple[Entry[UnitTable], Loc, AddressTable, Span]]:
    for entry in units:
        for number, address in enumerate(entry.value.addresses):
            yield entry, ("addresses", number), address, entry.value.address_span(address)


def _domains(units: Units) -> Iterator[tuple[Entry[UnitTable], Loc, str]]:
    for entry in units:
        for number, domain in enumerate(entry.value.domains):
            yield entry, ("domains", number), domain


def _ways_up(host: str) -> Iterator[str]:
    """The host itself, and every domain that it lies in."""
    while host:
        yield host
        host = host.partition(".")[2]
