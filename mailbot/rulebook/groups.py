"""Groups that are put together from other groups and from single units."""

from collections.abc import Mapping, Sequence

from mailbot.rulebook.files import GroupTable, UnitTable


def memberships(composed: Sequence[GroupTable], units: Sequence[UnitTable]) -> Mapping[str, frozenset[str]]:
    """For each unit's id the composed groups that it is in, however deep they are nested."""
    by_id = {group.id: group for group in composed}
    members = {group.id: _members(group, by_id, units, frozenset()) for group in composed}
    return {unit.id: frozenset(group for group, ids in members.items() if unit.id in ids) for unit in units}


def _members(
    group: GroupTable, by_id: Mapping[str, GroupTable], units: Sequence[UnitTable], above: frozenset[str]
) -> frozenset[str]:
    found = set(group.units)
    for name in group.groups:
        nested = by_id.get(name)
        if nested is None:
            found.update(unit.id for unit in units if unit.group == name)
        elif name not in above:
            # A group within itself is a fault that the checks note; it must not hang them.
            found |= _members(nested, by_id, units, above | {group.id})
    return frozenset(found.difference(group.without))
