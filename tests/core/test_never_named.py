"""Over random histories: no unit is named while there is a reason not to, and one without a reason is."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from builders import a_book, a_mail, a_report, a_unit, an_arrival, at, some_rules
from hypothesis import event, example, given, settings
from hypothesis import strategies as st

from mailbot.core.arrival import Arrival
from mailbot.core.book import Book, Ruling
from mailbot.core.delivery.health import AddressFact, Sign
from mailbot.core.duty import Duty, opened_duties
from mailbot.core.machine.watch import Outage
from mailbot.core.mail import ArrivalClock
from mailbot.core.period import Cadence, Period
from mailbot.core.posting import NoticeKind, PostedLetter, State
from mailbot.core.rules import UnitId
from mailbot.core.standings.figures import Rating
from mailbot.core.standings.objection import heard, lines_key, objections
from mailbot.core.standings.period_figures import figures
from mailbot.core.verdict import Filed, Filing, Findings, Ignored, Question, Reason, Sealed, Unclear

UNITS = tuple(UnitId(name) for name in ("so-a", "so-b", "so-c"))
RULES = some_rules(
    units=tuple(a_unit(name) for name in UNITS), reports=(a_report(), a_report(Cadence.QUARTER, 20))
)
JUNE = Period.parse("2013-06")
NOW = at("2013-07-06 08:00")
DUTIES = tuple(duty for duty in opened_duties(RULES, NOW, at("2013-06-01")) if duty.due_at < at("2013-07-01"))
OF_UNIT = {unit: [duty for duty in DUTIES if duty.key.unit == unit] for unit in UNITS}
WAYS = (
    "in time", "in time", "late", "never", "unclear", "may be", "sealed", "nobody's", "set aside",
    "own clock", "excused", "dead address", "outage", "objects", "upheld", "dismissed",
)  # fmt: skip
# What must keep a unit from being named whatever else there is; "dismissed" and lateness alone must not.
_EXCUSES = frozenset(WAYS) - {"in time", "late", "never", "excused", "dismissed"}


class History:
    """What happened to each unit, put together step by step."""

    def __init__(self) -> None:
        self.arrivals: list[Arrival] = []
        self.rulings: list[tuple[int, bool]] = []
        self.addresses: list[AddressFact] = []
        self.excused: set[Any] = set()
        self.outages: list[Outage] = []
        self.letters: dict[str, PostedLetter] = {}

    def add(self, way: str, duty: Duty) -> None:
        """Let one thing happen about one duty."""
        unit, before, after = duty.key.unit, duty.due_at - timedelta(days=2), duty.due_at + timedelta(days=3)
        filing = Filing(duty.key.report, duty.key.period)
        findings = Findings(unit=unit, periods=(duty.key.period,))
        nobodys = Unclear(question=Question.UNIT, findings=Findings(), candidates=(filing,))
        handed_in = Filed(unit=unit, filings=(filing,), findings=findings)
        mails: dict[str, tuple[Any, Any, dict[str, Any]]] = {
            "in time": (handed_in, before, {}),
            "late": (handed_in, after, {}),
            "own clock": (handed_in, after, {"clock": ArrivalClock.SEEN}),
            "unclear": (Unclear(question=Question.PERIOD, findings=findings), before, {}),
            "may be": (Unclear(question=Question.UNIT, findings=Findings(may_be=(unit,))), before, {}),
            "sealed": (Sealed(unit=unit, findings=findings), before, {}),
            "nobody's": (nobodys, before, {}),
            "set aside": (Ignored(reason=Reason.NOT_A_REPORT, findings=findings), before, {}),
        }
        if way in mails:
            verdict, when, changes = mails[way]
            self._mail(verdict, when, **changes)
        elif way == "excused":
            self.excused.add(duty.key)
        elif way == "dead address":
            fact = AddressFact(email=f"{unit}@tinh.example", at=before, sign=Sign.REFUSED, unit=unit)
            self.addresses.append(replace(fact, status="5.1.1"))
        elif way == "outage":
            self.outages.append(Outage("INBOX", before, duty.due_at))
        elif way != "never":
            self._object(unit, way)

    def book(self) -> Book:
        """The book of it all."""
        duties = [
            replace(duty, excused=True, letter="12/UBND") if duty.key in self.excused else duty
            for duty in DUTIES
        ]
        known = a_book(
            *self.arrivals,
            duties=duties,
            scanned_at=NOW,
            addresses=tuple(self.addresses),
            outages=tuple(self.outages),
            letters=self.letters,
        )
        made = {found.arrival.number: found for found in objections(RULES, known, JUNE)}
        rulings = tuple(
            Ruling(
                number=n,
                arrival=number,
                verdict=heard(known, made[number], "lý do", upholds=upholds),
                by="an",
                why="lý do",
                ruled_at=NOW,
            )
            for n, (number, upholds) in enumerate(self.rulings, 1)
        )
        return replace(known, rulings=rulings)

    def _object(self, unit: UnitId, way: str) -> None:
        key, told = lines_key(unit, JUNE), f"<{unit}@vp.example>"
        self.letters[key] = PostedLetter(
            number=len(self.letters) + 1,
            kind=NoticeKind.LINES,
            keys=(key,),
            state=State.SENT,
            unit=unit,
            message_id=told,
        )
        said = Unclear(question=Question.NO_FILE, findings=Findings(unit=unit))
        # A day after the lines: after all copies, so that only the objection itself speaks for the unit.
        number = self._mail(said, at("2013-07-02 09:00"), mail=replace(a_mail("Re"), in_reply_to=told))
        if way != "objects":
            self.rulings.append((number, way == "upheld"))

    def _mail(self, verdict: Any, when: Any, **changes: Any) -> int:
        number = len(self.arrivals) + 1
        self.arrivals.append(an_arrival(verdict, when, number, **changes))
        return number


def steps() -> st.SearchStrategy[list[tuple[str, UnitId, int]]]:
    """Which things happen, to whom, about the first or the second of its duties."""
    return st.lists(
        st.tuples(st.sampled_from(WAYS), st.sampled_from(UNITS), st.integers(min_value=0, max_value=1)),
        max_size=8,
    )


@settings(max_examples=400, deadline=None)
@given(happened=steps())
@example(happened=[("late", UNITS[0], 0), ("own clock", UNITS[0], 0)])
def test_no_unit_with_a_reason_is_ever_named_and_one_without_is(
    happened: Sequence[tuple[str, UnitId, int]],
) -> None:
    history = History()
    for way, unit, which in happened:
        history.add(way, OF_UNIT[unit][which])
    book = history.book()
    found = figures(RULES, book, JUNE, NOW)
    for unit in found.units:
        ways = {way for way, whose, _ in happened if whose == unit.id}
        # An outage and a report of nobody knows whom concern everybody who has not reported.
        everybodys = {way for way, _, _ in happened if way in {"outage", "nobody's"}}
        blamed = [line for line in unit.lines if line.standing in {"late", "overdue"}]
        if unit.rating is Rating.POOR:
            event("named")
            assert blamed
            _speaks_for_nobody(unit.id, book)
            assert not _covers(unit.id, happened, blamed), ways
        elif not (ways | everybodys) & _EXCUSES:
            # Nothing speaks for it, so whoever sent nothing is named.
            assert all(line.standing != "overdue" for line in unit.lines), ways


def _covers(unit: UnitId, happened: Sequence[tuple[str, UnitId, int]], blamed: Sequence[Any]) -> bool:
    """Whether a reason falls on the unit, or on a line that it is blamed for."""
    lines = {line.key for line in blamed}
    told = {(way, str(OF_UNIT[whose][which].key)) for way, whose, which in happened if whose == unit}
    of_lines = {way for way, key in told if key in lines}
    return bool({"objects", "upheld"} & {way for way, _ in told} or {"set aside", "own clock"} & of_lines)


def _speaks_for_nobody(unit: UnitId, book: Book) -> None:
    """What is asked of the book itself, by other means than the figures."""
    waiting = [
        arrival
        for arrival in book.arrivals
        if arrival.number not in book.ruled
        and isinstance(arrival.verdict, Unclear | Sealed)
        and unit in {arrival.verdict.findings.unit, *arrival.verdict.findings.may_be}
    ]
    assert waiting == [], "named while a mail of its waits"
    assert not [fact for fact in book.addresses if fact.unit == unit], "named while its address is dead"
