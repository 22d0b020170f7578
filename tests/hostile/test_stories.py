"""Entries of the corpus that take several mails, through the whole office: verdicts, arrivals and letters."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from hostile.corpus import UNIT
from hostile.stories import ARRIVED, STORIES, Story
from hostile.table import PAGE, story_row

from mailbot.cli.new_office import write_office
from mailbot.config import Reading, load_config
from mailbot.core.verdict import kind
from mailbot.daemon.house import opened
from mailbot.daemon.planning import plan_round


def told(story: Story, folder: Path) -> tuple[list[str], int, set[str]]:
    """The kinds of verdict, the letters to the unit and the days of arrival, one round for each mail."""
    config = load_config(write_office(folder, "thai-nguyen-2013", ARRIVED.date()))
    with opened(replace(config, reading=Reading(ocr=False)), lambda: ARRIVED) as house:
        inbox = house.inbox()
        for number, raw in enumerate(story.mails):
            path = config.inbox.path / "new" / str(number)
            path.write_bytes(raw)
            os.utime(path, (ARRIVED.timestamp(), ARRIVED.timestamp()))
            inbox.connect()
            house.intake().round(inbox)
            plan_round(house.ledger, house.desk, ARRIVED, house.config.go_live)
        book = house.ledger.book()
        letters = sum(
            UNIT in row.letter.recipients and bool(row.letter.answers) for row in house.ledger.letters()
        )
        days = {arrival.arrived_at.date().isoformat() for arrival in book.arrivals}
        return [kind(book.verdict(arrival)) for arrival in book.arrivals], letters, days


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.id)
def test_several_mails_come_to_what_is_expected(story: Story, tmp_path: Path) -> None:
    kinds, letters, days = told(story, tmp_path / "office")
    assert (tuple(kinds), letters, days) == (story.kinds, story.letters, {ARRIVED.date().isoformat()})
    assert story_row(story, kinds, letters) in PAGE.read_text("utf-8"), "make corpus"
