"""The grade that is proposed to the Emulation board: a rule that the office wrote, applied to the counts.

A proposal beside an empty column: the founding documents give no formula, and a person decides
(Directive 13/CT-UBND, point 10).
"""

from collections.abc import Sequence

from mailbot.core.paper_rules import Grade
from mailbot.core.standings.figures import Rating, UnitFigures


def proposed(unit: UnitFigures, grades: Sequence[Grade]) -> Grade | None:
    """The first grade whose conditions the unit meets; None where nothing may be concluded of it.

    That is also where an objection of the unit was upheld and the best grade would be denied to it: its
    counts are raw, and what a person believed may be the very reports that cost it the grade.
    """
    counts = unit.counts
    if unit.rating is Rating.NOT_RATED or counts.rate is None:
        return None
    for grade in grades:
        enough = counts.rate >= grade.on_time_from
        if enough and (grade.overdue_most is None or counts.overdue <= grade.overdue_most):
            return None if unit.objections.upheld and grade is not grades[0] else grade
    return None
