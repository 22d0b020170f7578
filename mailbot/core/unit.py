"""Who owes reports (đơn vị): dated, with dated addresses and names, and with successors."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import NewType

UnitId = NewType("UnitId", str)


@dataclass(frozen=True, slots=True)
class Span:
    """The days from `start` to `end`, both included; None leaves that side open."""

    start: date | None = None
    end: date | None = None

    def covers(self, day: date) -> bool:
        """Whether `day` lies in the span."""
        return (self.start is None or self.start <= day) and (self.end is None or day <= self.end)

    def is_over(self, day: date) -> bool:
        """Whether the span ended before `day`."""
        return self.end is not None and self.end < day

    def overlaps(self, other: "Span") -> bool:
        """Whether some day lies in both spans."""
        starts_in_time = self.start is None or other.end is None or self.start <= other.end
        return starts_in_time and (other.start is None or self.end is None or other.start <= self.end)


ALWAYS = Span()


class Role(StrEnum):
    """Whose box an address is."""

    OFFICIAL = "official"  # hộp thư chính thức của đơn vị
    CLERK = "clerk"  # văn thư
    HEAD = "head"  # thủ trưởng đơn vị
    PERSONAL = "personal"  # hộp thư cá nhân dùng cho công việc


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitAddress:
    """One dated address of a unit; `email` is lower case."""

    email: str
    role: Role
    valid: Span = ALWAYS


class OpenDuties(StrEnum):
    """What becomes of duties that are open when a unit ends."""

    PASS_ON = "pass_on"  # noqa: S105 - no password; các đơn vị kế thừa gửi báo cáo của chính mình; đơn vị cũ thôi bị đôn đốc
    KEEP = "keep"  # báo cáo của đơn vị cũ vẫn phải gửi, do đơn vị kế thừa gửi thay


@dataclass(frozen=True, slots=True)
class FormerName:
    """A name that the unit bore up to and including the day `until`."""

    name: str
    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """An agency that owes reports (đơn vị).

    Attributes:
        group: the group that it is listed under.
        also_in: groups that are put together from others or from single units, and that it is in.
        head: the post of the person answerable, "Giám đốc Sở Tài chính".
        symbols: how its documents are marked, "STC" in 45/BC-STC; a hint, never proof.
        aliases: other names in use, "Sở KH&ĐT".
        domains: mail domains that belong to this unit alone.
        successors: units that took over, when `valid` has ended.
        open_duties: what becomes of what it owed and had not handed in when it ended.
        former_names: the names that it bore before, the oldest first; a new name makes no new unit.
    """

    id: UnitId
    name: str
    group: str
    head: str
    symbols: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    addresses: tuple[UnitAddress, ...] = ()
    domains: tuple[str, ...] = ()
    valid: Span = ALWAYS
    successors: tuple[UnitId, ...] = ()
    also_in: frozenset[str] = frozenset()
    open_duties: OpenDuties = OpenDuties.PASS_ON
    former_names: tuple[FormerName, ...] = ()

    @property
    def groups(self) -> frozenset[str]:
        """Every group that the unit is in."""
        return self.also_in | {self.group}

    def called(self, on: date) -> "Unit":
        """The unit under the name that it bears on that day; a new name may be entered before it counts."""
        former = next((former for former in self.former_names if on <= former.until), None)
        if former is None:
            return self
        return replace(self, name=former.name, head=self.head.replace(self.name, former.name))

    def emails(self, role: Role, on: date) -> tuple[str, ...]:
        """The unit's addresses in that role on that day, in the order of the register."""
        return tuple(a.email for a in self.addresses if a.role is role and a.valid.covers(on))
