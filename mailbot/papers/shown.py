"""What the pages of a year show: frozen values, ready to be laid out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from mailbot.core.arrival import Arrival
from mailbot.core.book import Ruling
from mailbot.core.calendar import local
from mailbot.core.posting import NoticeKind
from mailbot.core.rules import Report, Rules, Unit, UnitId
from mailbot.core.standing import Judgement
from mailbot.core.verdict import Filed, Sealed, Verdict, kind
from mailbot.core.wording.vietnamese import title
from mailbot.papers.words import mark


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownLetter:
    """One letter as its receivers got it; the headers are decoded."""

    number: int
    kind: NoticeKind
    unit: Unit | None
    sender: str
    to: str
    copies: str
    subject: str
    dated_at: datetime
    posted_at: datetime
    text: str
    html: str
    answers: int | None
    received: bool

    @property
    def name(self) -> str:
        """Its page, without suffix."""
        return f"letter-{self.number:05}"

    @property
    def on(self) -> date:
        """The day on which it was posted."""
        return local(self.posted_at).date()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownMail:
    """One mail that came, what it was judged to be, and what it counts as now.

    Attributes:
        text: the body as its sender wrote it; "" where it may not be shown.
        letters: the letters that answer it.
    """

    arrival: Arrival
    verdict: Verdict
    ruling: Ruling | None
    unit: Unit | None
    text: str
    letters: tuple[ShownLetter, ...]

    @property
    def name(self) -> str:
        """Its page, without suffix."""
        return f"mail-{self.arrival.number:05}"

    @property
    def on(self) -> date:
        """The day on which it came."""
        return local(self.arrival.arrived_at).date()

    @property
    def kind(self) -> str:
        """What it was judged to be when it came."""
        return kind(self.arrival.verdict)

    @property
    def kind_now(self) -> str:
        """What it counts as now."""
        return kind(self.verdict)

    @property
    def sealed(self) -> bool:
        """Whether nothing of it may be shown."""
        return isinstance(self.arrival.verdict, Sealed) or isinstance(self.verdict, Sealed)

    @property
    def filings(self) -> tuple[str, ...]:
        """The periods that it counts for, in words."""
        return tuple(f.period.label for f in self.verdict.filings) if isinstance(self.verdict, Filed) else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownDuty:
    """One duty with its standing; `late_by` counts working days."""

    judgement: Judgement
    report: Report
    late_by: int

    @property
    def mark(self) -> str:
        """Its sign in the table."""
        return mark(self.judgement.standing, self.late_by)

    @property
    def name(self) -> str:
        """Its place on the unit's page."""
        return f"{self.judgement.duty.key.report}-{self.judgement.duty.key.period}"

    @property
    def title(self) -> str:
        """The report with its period."""
        return title(self.report.name, self.judgement.duty.key.period.label)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPaper:
    """A file of the year's papers, by its path below the pages; `says` is "" for what belongs to another."""

    path: str
    says: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """A stretch in which mailbot did not run, and what followed.

    Attributes:
        mails: what came meanwhile and was read afterwards.
        due: duties that fell due meanwhile.
        letters: reminders and late notices posted in the first round after it, by unit.
        most_per_duty: how many of them one duty got at most.
        passed_over: notices whose window opened and closed unseen.
    """

    since: datetime
    until: datetime
    mails: int
    due: int
    letters: int
    most_per_duty: int
    passed_over: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """The year in numbers.

    Attributes:
        received: mails by what they were judged to be when they came.
        settled: mails on which the staff ruled.
        letters: letters by kind.
        standings: duties by standing at the end.
        wrong: reports that mailbot recorded although nobody had handed them in.
        overlooked: reports in a mail filed as something else or as less.
        unjust: late notices to a unit whose report had come in time.
    """

    received: Mapping[str, int]
    settled: int
    letters: Mapping[str, int]
    standings: Mapping[str, int]
    wrong: int
    overlooked: int
    unjust: int
    outage: Outage | None


@dataclass(frozen=True, kw_only=True)
class ShownYear:
    """All of it; `now` is the moment at which duties are judged."""

    rules: Rules
    year: int
    seed: int
    now: datetime
    totals: Totals
    duties: tuple[ShownDuty, ...]
    letters: tuple[ShownLetter, ...]
    mails: tuple[ShownMail, ...]
    papers: tuple[ShownPaper, ...] = ()

    @cached_property
    def units(self) -> tuple[Unit, ...]:
        """The units that owe something, in the order of the register."""
        owing = {duty.judgement.duty.key.unit for duty in self.duties}
        return tuple(unit for unit in self.rules.units if unit.id in owing)

    @cached_property
    def columns(self) -> tuple[ShownDuty, ...]:
        """One duty for each column of the table, in the order of due moments."""
        found: dict[str, ShownDuty] = {}
        for duty in sorted(self.duties, key=lambda duty: duty.judgement.duty.due_at):
            found.setdefault(duty.name, duty)
        return tuple(found.values())

    @cached_property
    def of_unit(self) -> Mapping[UnitId, Mapping[str, ShownDuty]]:
        """The duties of each unit, by their name."""
        found: dict[UnitId, dict[str, ShownDuty]] = {unit.id: {} for unit in self.units}
        for duty in self.duties:
            found[duty.judgement.duty.key.unit][duty.name] = duty
        return found
