"""Titles of published reports and names of working files, read as people labelled them."""

from pathlib import Path

import pytest

from mailbot.core.period import Cadence
from mailbot.core.titles import PeriodMention, TitleReading, read_title

TITLES = (
    Path(__file__).parent.parent.joinpath("data", "titles_open.tsv").read_text(encoding="utf-8").splitlines()
)
LABELLED = [tuple(row.split("\t")) for row in TITLES if row and not row.startswith("#")]
# Labelled adhoc by its source, though nothing in the words says so; read as a report without a period.
UNSAID = "Báo cáo việc thực hiện chế độ theo dõi, cảnh báo, báo cáo trực tuyến tiến độ nhiệm vụ thực hiện Nghị quyết số 57-NQ/TW của Bộ Chính trị."


def label(mention: PeriodMention) -> tuple[str, str]:
    year = str(mention.year or "????")
    match mention.cadence, mention.ordinal:
        case None, _:
            return "adhoc", "-"
        case Cadence.YEAR, _:
            return "year", year
        case cadence, None:
            return cadence.value, "????-??"
        case Cadence.MONTH, ordinal:
            return "month", f"{year}-{ordinal:02}"
        case Cadence.WEEK, ordinal:
            return "week", f"{year}-W{ordinal:02}"
        case Cadence.QUARTER, ordinal:
            return "quarter", f"{year}-Q{ordinal}"
        case Cadence.HALF, ordinal:
            return "half", f"{year}-H{ordinal}"
    return "nine_months", f"{year}-9M"


def labels(reading: TitleReading) -> tuple[str, str]:
    told = [label(mention) for mention in reading.periods] or [("none", "-")]
    return "+".join(kind for kind, _ in told), "+".join(value for _, value in told)


@pytest.mark.parametrize(
    ("title", "kind", "value", "document_type"), [row for row in LABELLED if row[0] != UNSAID]
)
def test_a_collected_title_is_read_as_labelled(title: str, kind: str, value: str, document_type: str) -> None:
    reading = read_title(title)
    assert (*labels(reading), reading.document_type) == (kind, value, document_type)


def test_a_title_that_does_not_say_what_it_is_is_not_guessed() -> None:
    assert labels(read_title(UNSAID)) == ("none", "-")
