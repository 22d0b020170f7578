"""A year of a big province as approved figures: 150 units, twelve months, every standing."""

import random
from datetime import date, time, timedelta

from mailbot.core.calendar import at
from mailbot.core.period import Cadence, Period
from mailbot.core.rules import ReportId, UnitId
from mailbot.core.standing import Doubt, Standing
from mailbot.core.standings.closing import Closing, Position
from mailbot.core.standings.figures import Figures, Line, Rating, UnitFigures
from mailbot.core.standings.figures_form import checksum, figures_form

YEAR = 2026
GROUPS = {"so-nganh": "Các sở, ban, ngành của tỉnh", "xa": "UBND các xã, phường"}
_STANDINGS = [Standing.ON_TIME] * 8 + [Standing.LATE, Standing.OVERDUE, Standing.NOT_JUDGED, Standing.EXCUSED]


def closing_of(figures: Figures, number: int = 1, why: str = "", *, public: bool = True) -> Closing:
    return Closing(
        number=number,
        period=figures.period,
        form=figures_form(figures),
        checksum=checksum(figures),
        rules=figures.rules,
        position=Position(arrivals=0, rulings=0, stamps=0, duties=0, scanned_at=None),
        closed_at=figures.as_of + timedelta(days=number),
        by="lãnh đạo",
        why=why,
        public=public,
    )


def a_month(ordinal: int, units: int = 150, seed: int = 1) -> Figures:
    period = Period(YEAR, Cadence.MONTH, ordinal)
    drawn = random.Random(f"{seed} {ordinal}")
    found = []
    for n in range(units):
        unit_id = UnitId(f"xa-{n:03}")
        reports = ["bc-thang", "bc-quy"] if ordinal % 3 == 0 else ["bc-thang"]
        lines = tuple(_line(unit_id, report, period, drawn.choice(_STANDINGS)) for report in reports)
        name = f"Ủy ban nhân dân xã Phúc Thuận Trung {n}"
        group = "xa" if n % 5 else "so-nganh"
        found.append(UnitFigures(id=unit_id, name=name, group=group, lines=lines, rating=Rating.FAIR))
    return Figures(
        period=period,
        as_of=at(period.last_on + timedelta(days=8), time(8)),
        rules="0" * 64,
        units=tuple(sorted(found, key=lambda unit: unit.group)),
        groups=GROUPS,
    )


def a_year(units: int = 150) -> list[Closing]:
    return [closing_of(a_month(ordinal, units)) for ordinal in range(1, 13)]


def _line(unit: UnitId, report: str, period: Period, standing: Standing) -> Line:
    due_at = at(date(YEAR, period.ordinal, 25), time(23, 59, 59))
    came = {Standing.ON_TIME: -1, Standing.LATE: 3}.get(standing)
    return Line(
        unit=unit,
        report=ReportId(report),
        period=period,
        title=f"Báo cáo tình hình thực hiện nhiệm vụ {period.label}",
        opens_at=at(period.first_on),
        due_at=due_at,
        standing=standing,
        arrived_at=due_at + timedelta(days=came) if came is not None else None,
        arrival=7 if came is not None else None,
        sha256="5ec7e1" * 10,
        symbol="45/BC-CANARY",
        clock="đồng hồ canary",
        days_late=2 if standing is Standing.LATE else 0,
        by_mail=came is not None,
        doubt=Doubt.UNDECIDED_MAIL if standing is Standing.NOT_JUDGED else None,
        remark="Công văn canary" if standing is Standing.EXCUSED else "",
    )
