"""Sample figures to try the papers' templates with; nothing here is ever printed."""

from datetime import date, time, timedelta

from mailbot.core.calendar import at
from mailbot.core.period import Period
from mailbot.core.rules import Office, ReportId, UnitId
from mailbot.core.standing import Doubt, Standing
from mailbot.core.standings.figures import (
    Figures,
    Line,
    Rating,
    Reserve,
    TaskFigures,
    UnitFigures,
    UrgentFigures,
)

OFFICE = Office(
    name="Văn phòng UBND tỉnh Mẫu",
    province="Mẫu",
    mailbox="baocao@mau.example",
    paper_to="Văn phòng UBND tỉnh",
    secret_desk="Bộ phận Văn thư mật",  # noqa: S106 - an office, no password
    secret_phone="0200.0000.000",  # noqa: S106 - as above
    digest_at=time(7, 30),
)
_PERIOD = Period.parse("2013-06")
_DUE_AT = at(date(2013, 6, 25), time(23, 59, 59))
_LINE = Line(
    unit=UnitId("don-vi-mau"),
    report=ReportId("bc-thang"),
    period=_PERIOD,
    title="Báo cáo mẫu tháng 6 năm 2013",
    opens_at=at(date(2013, 6, 1)),
    due_at=_DUE_AT,
    standing=Standing.ON_TIME,
)
_CAME = {Standing.ON_TIME: _DUE_AT - timedelta(days=1), Standing.LATE: _DUE_AT + timedelta(days=2)}


def _unit(
    name: str, rating: Rating, *standings: Standing, reserves: tuple[Doubt | Reserve, ...] = ()
) -> UnitFigures:
    lines = tuple(
        Line(
            unit=UnitId(name),
            report=_LINE.report,
            period=_PERIOD,
            title=_LINE.title,
            opens_at=_LINE.opens_at,
            due_at=_DUE_AT,
            standing=standing,
            arrived_at=_CAME.get(standing),
            days_late=2,
            by_mail=standing in {Standing.ON_TIME, Standing.LATE},
            doubt=Doubt.UNDECIDED_MAIL if standing is Standing.NOT_JUDGED else None,
        )
        for standing in standings
    )
    return UnitFigures(
        id=UnitId(name), name=f"Sở {name}", group="so", lines=lines, rating=rating, reserves=reserves
    )


FIGURES = Figures(
    period=_PERIOD,
    as_of=at(date(2013, 7, 5)),
    rules="0" * 64,
    units=(
        _unit("mot", Rating.GOOD, Standing.ON_TIME),
        _unit("hai", Rating.POOR, Standing.LATE, Standing.OVERDUE),
        _unit(
            "ba", Rating.NOT_RATED, Standing.NOT_JUDGED, reserves=(Doubt.UNDECIDED_MAIL, Reserve.SET_ASIDE)
        ),
        _unit("bon", Rating.NOT_RATED, Standing.OPEN, reserves=(Reserve.STILL_OPEN,)),
        _unit("nam", Rating.FAIR, Standing.ON_TIME, Standing.LATE),
    ),
    groups={"so": "Sở, ban, ngành"},
    urgent=UrgentFigures(received=2, in_time=1, late=1),
    tasks=TaskFigures(total=5, done_in_time=1, done_late=1, doing=2, overdue=1),
    questions=TaskFigures(total=2, done_in_time=1, overdue=1),
)
# A month in which nothing was owed, and one in which all went well.
QUIET = Figures(
    period=_PERIOD.previous(),
    as_of=at(date(2013, 6, 5)),
    rules="0" * 64,
    units=(_unit("mot", Rating.GOOD, Standing.ON_TIME),),
    groups={"so": "Sở, ban, ngành"},
)
