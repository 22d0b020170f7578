"""The figures of a period: every number of the papers, and the duty and the mail that it comes from.

Fairness comes before naming. A unit is named as not doing well only if nothing of its is undecided and
every report that it is blamed for was judged; else it is "chưa đánh giá", each time with the reason.
Excused duties never count (Directive 13/CT-UBND, points 7 and 8; Decision 07/QĐ-STTTT, Art. 8).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property

from mailbot.core.period import Period
from mailbot.core.rules import ReportId, UnitId
from mailbot.core.standing import Doubt, Standing

PERCENT = 100
# The smallest share that is printed, and the smallest that is missing from the whole.
_LEAST = 0.1


def shown_share(share: float) -> float:
    """A share in percent to the one decimal that is printed; only all is 100, and only none is 0."""
    if 0 < share < PERCENT:
        return min(max(round(share, 1), _LEAST), PERCENT - _LEAST)
    return round(share, 1)


class Reserve(StrEnum):
    """Why a unit is not rated, beside the doubts about single duties."""

    SET_ASIDE = "set_aside"  # thư nói về kỳ đang thiếu báo cáo do hệ thống tự xếp riêng, chưa ai xem
    OWN_CLOCK = "own_clock"  # chỉ có thời điểm hệ thống đọc được thư, không có dấu máy chủ
    TOO_FEW = "too_few"  # số báo cáo đã kết luận trong kỳ quá ít
    STILL_OPEN = "still_open"  # còn báo cáo trong kỳ chưa đến hạn
    EXCUSED = "excused"  # được miễn mọi báo cáo trong kỳ
    UPHELD = "upheld"  # ý kiến giải trình được chấp nhận
    OBJECTION = "objection"  # còn ý kiến giải trình chưa được xem xét


class Rating(StrEnum):
    """What the report says of a unit."""

    GOOD = "good"  # thực hiện tốt
    FAIR = "fair"  # không nêu tên
    POOR = "poor"  # thực hiện chưa nghiêm túc
    NOT_RATED = "not_rated"  # chưa đánh giá


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One duty as it counts in the period; plain values, so that it can be kept as it was.

    Attributes:
        report: the kind of report; `title` is its name with the period, in Vietnamese.
        arrived_at: the copy that sets timeliness; `arrival` and `sha256` if it came by mail, `register_no`
            if on paper; `clock` says in Vietnamese whose time it is.
        symbol: the report's own number and symbol, where the mail shows just one.
        by_mail, on_paper: which copies are there.
        days_late: working days after the due day until the copy came, or until the figures were made.
        versions: how many further versions came, or were rejected by a person.
        remark: why the duty differs from what was announced first, with the letter that decided it.
    """

    unit: UnitId
    report: ReportId
    period: Period
    title: str
    opens_at: datetime
    due_at: datetime
    standing: Standing
    basis: str = ""
    derivation: str = ""
    arrived_at: datetime | None = None
    clock: str = ""
    arrival: int | None = None
    sha256: str = ""
    register_no: str = ""
    symbol: str = ""
    by_mail: bool = False
    on_paper: bool = False
    days_late: int = 0
    versions: int = 0
    doubt: Doubt | None = None
    remark: str = ""

    @property
    def key(self) -> str:
        """Which duty it is, as notice keys write it."""
        return f"{self.unit}/{self.report}/{self.period}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many of some duties stand how; `days_late` and `versions` are sums over them."""

    on_time: int = 0
    late: int = 0
    overdue: int = 0
    not_judged: int = 0
    still_open: int = 0
    excused: int = 0
    days_late: int = 0
    supplemented: int = 0
    electronic: int = 0

    @property
    def owed(self) -> int:
        """The duties that count: all but the excused."""
        return self.judged + self.not_judged + self.still_open

    @property
    def judged(self) -> int:
        """Those about which something is concluded."""
        return self.on_time + self.late + self.overdue

    @property
    def handed_in(self) -> int:
        """Those that a copy is there of, in time or not."""
        return self.on_time + self.late

    @property
    def rate(self) -> float | None:
        """The share on time of the judged ones, in percent, to one decimal; None if nothing is judged."""
        return shown_share(PERCENT * self.on_time / self.judged) if self.judged else None


@dataclass(frozen=True, slots=True, kw_only=True)
class UrgentFigures:
    """Urgent reports: how many came; how many clocks were met and how many ran out (`urgent_figures`)."""

    received: int = 0
    in_time: int = 0
    late: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectionFigures:
    """What a unit objected to its lines (`objection`): what a person upheld or dismissed, and what waits."""

    upheld: int = 0
    dismissed: int = 0
    waiting: int = 0

    @property
    def reserves(self) -> tuple[Reserve, ...]:
        """What they hold against concluding anything of the unit that it is blamed for."""
        kinds = ((self.waiting, Reserve.OBJECTION), (self.upheld, Reserve.UPHELD))
        return tuple(reserve for number, reserve in kinds if number)


@dataclass(frozen=True, kw_only=True)
class UnitFigures:
    """One unit in the period."""

    id: UnitId
    name: str
    group: str
    lines: Sequence[Line]
    rating: Rating = Rating.FAIR
    reserves: tuple[Doubt | Reserve, ...] = ()
    urgent: UrgentFigures = UrgentFigures()
    objections: ObjectionFigures = ObjectionFigures()

    @cached_property
    def counts(self) -> Counts:
        """Its duties, counted."""
        return count(self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFigures:
    """Tasks of the chairman or questions of citizens: how many there are in each state.

    Attributes:
        doing: not done, and not past a due moment; `overdue` is past it.
    """

    total: int = 0
    done_in_time: int = 0
    done_late: int = 0
    doing: int = 0
    overdue: int = 0

    @property
    def done(self) -> int:
        """Those that are done, in time or not."""
        return self.done_in_time + self.done_late


@dataclass(frozen=True, kw_only=True)
class Figures:
    """All figures of a period as they stood at `as_of`; `rules` is the fingerprint they were made by."""

    period: Period
    as_of: datetime
    rules: str
    units: Sequence[UnitFigures]
    groups: Mapping[str, str] = field(default_factory=dict)
    urgent: UrgentFigures = UrgentFigures()
    tasks: TaskFigures | None = None
    questions: TaskFigures | None = None

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """Every duty of the period, by due moment, unit and report."""
        found = [line for unit in self.units for line in unit.lines]
        order = {unit.id: ordinal for ordinal, unit in enumerate(self.units)}
        return tuple(sorted(found, key=lambda line: (line.due_at, line.report, order[line.unit])))

    @cached_property
    def counts(self) -> Counts:
        """All duties of the period, counted."""
        return count(self.lines)

    @cached_property
    def owing(self) -> tuple[UnitFigures, ...]:
        """The units that owe something in the period."""
        return tuple(unit for unit in self.units if unit.counts.owed)

    def rated(self, rating: Rating) -> tuple[UnitFigures, ...]:
        """The units of that rating, in the order of the register."""
        return tuple(unit for unit in self.units if unit.rating is rating)

    def missing(self) -> tuple[Line, ...]:
        """The duties that nothing was handed in for, and that this is concluded of."""
        return tuple(line for line in self.lines if line.standing is Standing.OVERDUE)

    def unit(self, unit_id: UnitId) -> UnitFigures | None:
        """The figures of one unit."""
        return next((unit for unit in self.units if unit.id == unit_id), None)


def count(lines: Iterable[Line]) -> Counts:
    """The lines by standing, with their sums."""
    standings = dict.fromkeys(Standing, 0)
    days_late = supplemented = electronic = 0
    for line in lines:
        standings[line.standing] += 1
        handed_in = line.standing in {Standing.ON_TIME, Standing.LATE}
        days_late += line.days_late if line.standing in {Standing.LATE, Standing.OVERDUE} else 0
        supplemented += line.versions > 0
        electronic += handed_in and line.by_mail
    return Counts(
        on_time=standings[Standing.ON_TIME],
        late=standings[Standing.LATE],
        overdue=standings[Standing.OVERDUE],
        not_judged=standings[Standing.NOT_JUDGED],
        still_open=standings[Standing.OPEN],
        excused=standings[Standing.EXCUSED],
        days_late=days_late,
        supplemented=supplemented,
        electronic=electronic,
    )
