"""Which year belongs to which period, where a title gives it once for several.

"tháng 6 và 6 tháng đầu năm 2021" means 2021 twice; "tháng 12 và phương hướng tháng 01/2014" means
December 2013, because a plan follows what it is planned from.
"""

from dataclasses import replace

from mailbot.core.language.words import Line
from mailbot.core.period import MONTHS, Cadence
from mailbot.core.reading.month_words import to_date
from mailbot.core.reading.sighting import Sighting

# Months whose names without accents are other words: "thang nam" (May), "thang sau" (June).
_UNDECIDED = (5, 6)


def shared(line: Line, seen: list[Sighting], told: list[bool]) -> list[Sighting]:
    """The reported ones of `seen`, each with its year as far as the title tells it, none twice."""
    told_of = [sighting for sighting, is_told in zip(seen, told, strict=True) if is_told]
    planned = [sighting for sighting, is_told in zip(seen, told, strict=True) if not is_told]
    kept = _with_scopes(line, _known_months(told_of))
    kept = _from_neighbours(kept)
    kept = [_from_plan(sighting, planned) for sighting in kept]
    return _once(_without_estimates(line, kept))


def _known_months(seen: list[Sighting]) -> list[Sighting]:
    # "thang nam va 5 thang dau nam": the count tells that the month is May.
    counted = {(sighting.cadence, sighting.ordinal) for sighting in seen}
    return [
        replace(sighting, ordinal=sighting.perhaps)
        if sighting.perhaps in _UNDECIDED and to_date(sighting.perhaps) in counted
        else sighting
        for sighting in seen
    ]


def _with_scopes(line: Line, seen: list[Sighting]) -> list[Sighting]:
    """Give a year that only tells when, "quý I ... năm 2026", to its period, and drop it as a period."""
    kept: list[Sighting] = []
    for sighting in seen:
        before = kept[-1] if kept else None
        if before is None or _is_year(sighting) == _is_year(before):
            kept.append(sighting)
        elif _is_year(before):
            scoped = _is_scope(line, before, sighting)
            kept[-1:] = [replace(sighting, year=before.year)] if scoped else [before, sighting]
        elif _is_own(line, before, sighting):
            kept.append(sighting)
        elif before.year is None:
            kept[-1] = replace(before, year=sighting.year)
    return kept


def _is_year(sighting: Sighting) -> bool:
    return sighting.cadence is Cadence.YEAR and sighting.year is not None


def _is_scope(line: Line, year: Sighting, period: Sighting) -> bool:
    joined = any(line.parted(at) for at in range(year.last, period.first + 1))
    return not joined and period.year in (None, year.year)


def _is_own(line: Line, before: Sighting, year: Sighting) -> bool:
    words = range(before.last, year.first + 1)
    if any(line[at].spells("và") or line.says(at, "tổng kết") for at in words) or line.says(
        year.first - 1, "cả"
    ):
        return True
    return before.year is not None and line[year.first].breaks


def _from_neighbours(seen: list[Sighting]) -> list[Sighting]:
    filled = list(seen)
    for at in range(len(filled) - 2, -1, -1):
        if filled[at].year is None and filled[at + 1].year is not None:
            filled[at] = replace(filled[at], year=filled[at + 1].year)
    for at in range(1, len(filled)):
        earlier = filled[at - 1]
        if (
            filled[at].year is None
            and earlier.year is not None
            and _last_month(filled[at]) >= _last_month(earlier)
        ):
            filled[at] = replace(filled[at], year=earlier.year)
    return filled


def _from_plan(sighting: Sighting, planned: list[Sighting]) -> Sighting:
    plan = next((plan for plan in planned if plan.year is not None and plan.first > sighting.first), None)
    if (
        plan is None
        or plan.year is None
        or sighting.year is not None
        or Cadence.WEEK in (plan.cadence, sighting.cadence)
    ):
        return sighting
    if sighting.ordinal is None or (plan.ordinal or plan.perhaps) is None:
        return sighting
    if _first_month(plan) > _first_month(sighting):
        return replace(sighting, year=plan.year)
    if plan.cadence is not Cadence.YEAR or _last_month(sighting) == 12:  # noqa: PLR2004
        return replace(sighting, year=plan.year - 1)
    # "quý I, nhiệm vụ năm 2026" may look back from within the year or on to the next.
    return sighting


def _without_estimates(line: Line, seen: list[Sighting]) -> list[Sighting]:
    # "9 tháng, ước cả năm 2025" covers nine months; what is estimated beyond them is no report.
    kept: list[Sighting] = []
    for sighting in seen:
        estimated = any(line[sighting.first - back].spells("ước") for back in (1, 2, 3, 4))
        if not (estimated and kept and _last_month(sighting) > _last_month(kept[-1])):
            kept.append(sighting)
    return kept


def _once(seen: list[Sighting]) -> list[Sighting]:
    kept: list[Sighting] = []
    for sighting in seen:
        same = [one for one in kept if (one.cadence, one.ordinal) == (sighting.cadence, sighting.ordinal)]
        if not any(sighting.year in (None, one.year) for one in same):
            kept.append(sighting)
    return kept


def _last_month(sighting: Sighting) -> int:
    return MONTHS.get(sighting.cadence, 1) * (sighting.ordinal or sighting.perhaps or 1)


def _first_month(sighting: Sighting) -> int:
    return _last_month(sighting) - MONTHS.get(sighting.cadence, 1) + 1
