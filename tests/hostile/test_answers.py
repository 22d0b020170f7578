"""What is written after hostile mails: letters, answers of commands and cells carry nothing out of them."""

import asyncio
import csv
import io
import os
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner
from hostile.corpus import ENTRIES, UNIT, Entry

from mailbot.cli import cli
from mailbot.cli.new_office import write_office
from mailbot.config import Reading, load_config
from mailbot.core.language import visible
from mailbot.daemon.delivery import delivery_round
from mailbot.daemon.house import House, opened
from mailbot.daemon.planning import plan_round

Office = tuple[House, Path]
NOW = datetime(2014, 6, 23, 3, tzinfo=UTC)
# Those whose words go into letters, and those that ask for an answer to somewhere else.
TOLD = [entry for entry in ENTRIES if {"rendered", "not_to"} & entry.expects.keys()]
TAGS = {
    "html", "head", "meta", "title", "body", "table", "tbody", "thead", "tr", "td", "th", "p", "strong", "em",
    "br", "span", "div", "a", "ul", "ol", "li", "h1", "h2", "h3", "hr", "style", "b", "i", "small", "code",
}  # fmt: skip


class Tags(HTMLParser):
    """Every element and attribute of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@pytest.fixture(scope="module")
def after(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """The office after it has read all these mails and written what there was to write."""
    folder = tmp_path_factory.mktemp("office")
    file = write_office(folder / "office", "thai-nguyen-2013", NOW.date())
    config = replace(load_config(file), reading=Reading(ocr=False))
    now = [NOW]
    with opened(config, lambda: now[0]) as house:
        for number, entry in enumerate(TOLD):
            path = config.inbox.path / "new" / f"{number}"
            path.write_bytes(entry.raw())
            os.utime(path, (NOW.timestamp(), NOW.timestamp()))
        inbox, post = house.inbox(), house.post()
        inbox.connect()
        house.intake().round(inbox)
        for hour in (4, 12, 25):
            now[0] = NOW.replace(day=23 + hour // 24, hour=hour % 24)
            plan_round(house.ledger, house.desk, now[0], house.config.go_live)
            asyncio.run(delivery_round(house.ledger, post, house.rules, house.delivery, lambda: now[0]))
        yield house, file


def letters(house: House) -> list[EmailMessage]:
    found = [message_from_bytes(row.letter.raw, policy=policy.default) for row in house.ledger.letters()]
    return [letter for letter in found if isinstance(letter, EmailMessage)]


def test_letters_go_to_registered_addresses_only_whatever_mails_ask_for(
    after: Office,
) -> None:
    house = after[0]
    rows = house.ledger.letters()
    asked_for = {entry.expects["not_to"] for entry in TOLD if "not_to" in entry.expects}
    assert asked_for
    assert any(UNIT in row.letter.recipients for row in rows)
    for row in rows:
        assert not asked_for.intersection(row.letter.recipients)
        assert all(address.encode() not in row.letter.raw for address in asked_for)


def test_no_letter_carries_a_tag_a_header_or_a_control_out_of_a_mail(after: Office) -> None:
    sound = {"To", "From", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type", "Auto-Submitted"}
    for letter in letters(after[0]):
        assert sound <= set(letter.keys())
        assert "Bcc" not in letter
        assert len(letter.get_all("Subject") or ()) == len(letter.get_all("To") or ()) == 1
        assert visible.line(str(letter["Subject"])) == str(letter["Subject"])
        for part in letter.walk():
            if part.get_content_type() == "text/html":
                _sound_page(part.get_content())
            elif part.get_content_type() == "text/plain":
                text = part.get_content()
                odd = {char for char in text if unicodedata.category(char)[0] == "C"} - {"\n", "\r"}
                assert not odd, odd


def _sound_page(page: str) -> None:
    tags = Tags()
    tags.feed(page)
    for tag, attributes in tags.found:
        assert tag in TAGS, tag
        assert not any(name.startswith("on") for name in attributes)
        assert not re.match(r"\s*(?:javascript|data|vbscript):", attributes.get("href") or "", re.IGNORECASE)
        assert not attributes.get("src")
        assert "http-equiv" not in attributes or attributes["http-equiv"] in {
            "Content-Type",
            "X-UA-Compatible",
        }


@pytest.mark.parametrize(
    "words", [["arrivals"], ["outbox", "list"], *(["show", str(n)] for n in range(1, 8))]
)
def test_no_command_steers_a_terminal(after: Office, words: list[str]) -> None:
    told = CliRunner().invoke(cli, ["--config", str(after[1]), *words])
    assert told.exit_code == 0, told.output
    odd = {char for char in told.output if unicodedata.category(char)[0] == "C"} - {"\n"}
    assert not odd, odd


@pytest.mark.parametrize(
    "entry", [entry for entry in TOLD if "rendered" in entry.expects], ids=lambda e: e.id
)
def test_no_cell_of_a_table_is_a_formula(entry: Entry) -> None:
    subject = message_from_bytes(entry.raw(), policy=policy.compat32)["Subject"]
    kept = io.StringIO()
    csv.writer(kept).writerow([visible.cell(str(subject)), visible.cell(f"={subject}")])
    for row in csv.reader(io.StringIO(kept.getvalue())):
        assert all(cell[:1] not in {"=", "+", "-", "@", "\t", "\r", "\uff1d"} for cell in row)
