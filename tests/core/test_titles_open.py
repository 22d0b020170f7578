"""Whole tables of titles, read as people labelled them.

`titles_open.tsv` holds titles of published reports and names of working files; `titles_made.tsv` was
written for the tests, one row for each way of writing and each ambiguity.
"""

from pathlib import Path

import pytest

from mailbot.core.period import Cadence
from mailbot.core.reading.titles import PeriodMention, TitleReading, read_title

TABLES = Path(__file__).parent.parent / "data"
# Labelled adhoc by its source, though nothing in the words says so.
UNSAID = "Báo cáo việc thực hiện chế độ theo dõi, cảnh báo, báo cáo trực tuyến"
FORMS = {
    Cadence.MONTH: "{year}-{ordinal:02}",
    Cadence.QUARTER: "{year}-Q{ordinal}",
    Cadence.HALF: "{year}-H{ordinal}",
    Cadence.NINE_MONTHS: "{year}-9M",
    Cadence.YEAR: "{year}",
    Cadence.WEEK: "{year}-W{ordinal:02}",
}


def rows(table: str) -> list[tuple[str, ...]]:
    lines = (TABLES / table).read_text(encoding="utf-8").splitlines()
    return [tuple(line.split("\t")) for line in lines if line and not line.startswith("#")]


def label(mention: PeriodMention) -> tuple[str, str]:
    if mention.cadence is None:
        return "adhoc", "-"
    if mention.ordinal is None:
        return mention.cadence, "????-??"
    form = FORMS[mention.cadence]
    return mention.cadence, form.format(year=mention.year or "????", ordinal=mention.ordinal)


def labels(reading: TitleReading) -> tuple[str, str]:
    told = [label(mention) for mention in reading.periods] or [("none", "-")]
    return "+".join(kind for kind, _ in told), "+".join(value for _, value in told)


@pytest.mark.parametrize(
    ("title", "kind", "value", "document_type"),
    [row for row in rows("titles_open.tsv") + rows("titles_made.tsv") if not row[0].startswith(UNSAID)],
)
def test_a_title_is_read_as_labelled(title: str, kind: str, value: str, document_type: str) -> None:
    reading = read_title(title)
    assert (*labels(reading), reading.document_type or "") == (kind, value, document_type)


def test_what_a_title_does_not_say_is_not_guessed() -> None:
    assert labels(read_title(UNSAID)) == ("none", "-")
