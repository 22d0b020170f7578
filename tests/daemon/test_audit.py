"""`mailbot verify` finds nothing wrong with what mailbot wrote, and everything that was done to it since."""

import asyncio
import os
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine, text

from mailbot.cli import cli
from mailbot.cli.new_office import write_office
from mailbot.config import Reading, load_config
from mailbot.core.rules import Span
from mailbot.daemon.audit import audit
from mailbot.daemon.delivery import delivery_round
from mailbot.daemon.house import House, opened
from mailbot.daemon.planning import plan_round

NOW = datetime(2014, 6, 23, 3, tzinfo=UTC)
MAIL = (
    b"From: sotaichinh@thainguyen.example\r\nTo: baocao@thainguyen.example\r\nMessage-ID: <%d@x.example>\r\n"
    b"Subject: %s\r\nContent-Type: %s\r\n\r\n%%PDF-1.4 %d\r\n"
)
_REPORT, _AWAY = b"application/pdf; name=bc.pdf", b"text/plain\r\nAuto-Submitted: auto-replied"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """An office that has received a report, an automatic reply and a secret, and has answered."""
    config = load_config(write_office(tmp_path / "office", "thai-nguyen-2013", NOW.date()))
    with opened(replace(config, reading=Reading(ocr=False)), lambda: NOW) as found:
        for number, (subject, kind) in enumerate(
            [
                ("Báo cáo tháng 6 năm 2014", _REPORT),
                ("Trả lời tự động: vắng mặt", _AWAY),
                ("Báo cáo tháng 5 năm 2014 (Mật)", _REPORT),
            ],
            start=1,
        ):
            path = found.config.inbox.path / "new" / str(number)  # type: ignore[union-attr]
            path.write_bytes(MAIL % (number, subject.encode(), kind, number))
            os.utime(path, (NOW.timestamp(), NOW.timestamp()))
        inbox = found.inbox()
        inbox.connect()
        with closing(inbox):
            found.intake().round(inbox)
        plan_round(found.ledger, found.desk, NOW, found.config.go_live)
        asyncio.run(_post(found))
        yield found


async def _post(house: House) -> None:
    post = house.post()
    try:
        assert await delivery_round(house.ledger, post, house.rules, house.delivery, house.clock) > 0
    finally:
        await post.close()


def faults(house: House, now: datetime = NOW) -> dict[str, tuple[str, ...]]:
    return {finding.what: finding.faults for finding in audit(house, now) if not finding.well}


def first_file(house: House) -> Path:
    return house.archive.path(house.ledger.book().arrivals[0].mail.sha256)


def test_what_mailbot_wrote_is_well(house: House) -> None:
    assert len(house.ledger.book().arrivals) == 3
    assert faults(house) == {}


def spoil(house: House) -> None:
    path = first_file(house)
    path.chmod(0o600)
    path.write_bytes(b"other bytes")


def lose(house: House) -> None:
    first_file(house).unlink()


def keep_a_secret(house: House) -> None:
    sealed = house.archive.path(house.ledger.book().arrivals[2].mail.sha256)
    sealed.parent.mkdir(parents=True, exist_ok=True)
    sealed.write_bytes(b"mat")


def leave_an_orphan(house: House) -> None:
    path = house.archive.path(house.archive.keep(b"nobody recorded this"))
    os.utime(path, (NOW.timestamp() - 7200, NOW.timestamp() - 7200))


def strike_a_unit_off(house: House) -> None:
    finance = house.rules.unit_at_address("sotaichinh@thainguyen.example", NOW.date())
    units = tuple(unit for unit in house.rules.units if unit != finance)
    house.rules = replace(house.rules, units=units)


def end_a_unit(house: House) -> None:
    ended = Span(None, NOW.date() - timedelta(days=2))
    units = tuple(
        replace(unit, valid=ended, addresses=tuple(replace(a, valid=ended) for a in unit.addresses))
        if unit.id == "so-tai-chinh"
        else unit
        for unit in house.rules.units
    )
    house.rules = replace(house.rules, units=units)


def test_a_unit_whose_end_was_entered_after_its_day_was_no_stranger_until_then(house: House) -> None:
    end_a_unit(house)
    assert faults(house).keys() == {"recipients are registered"}
    later = NOW + timedelta(days=2)
    house.ledger.take_up("1" * 64, house.rules.profile, by="an", why="", now=later)
    assert faults(house) == {}


@pytest.mark.parametrize(
    ("harm", "what", "says"),
    [
        (spoil, "the bytes of every mail", "not what its hash promises"),
        (lose, "the bytes of every mail", "nowhere"),
        (keep_a_secret, "nothing kept of sealed mails", "still kept"),
        (leave_an_orphan, "no orphans in the archive", "no arrival refers to it"),
        (strike_a_unit_off, "recipients are registered", "sotaichinh@thainguyen.example"),
    ],
)
def test_every_harm_is_found(house: House, harm: Callable[[House], None], what: str, says: str) -> None:
    harm(house)
    found = faults(house)
    assert list(found) == [what]
    assert says in found[what][0]


def test_a_mail_that_is_just_coming_in_is_no_orphan(house: House) -> None:
    house.archive.keep(b"on its way")
    assert faults(house, datetime.now(UTC)) == {}
    assert faults(house, datetime.now(UTC) + timedelta(hours=2)).keys() == {"no orphans in the archive"}


def test_a_letter_that_answers_a_machine_is_found(house: House) -> None:
    engine = create_engine(house.config.ledger_url)
    with engine.begin() as connection:
        connection.execute(text("DROP TRIGGER guard_letter_update"))
        connection.execute(text("UPDATE letter SET answers = 2 WHERE kind = 'receipt'"))
    engine.dispose()
    assert faults(house).keys() == {"the chain of facts", "no machine was answered"}


def test_the_command_says_it_in_words_in_json_and_by_its_exit_status(house: House) -> None:
    path = str(house.config.state.parent / "config.toml")
    told = CliRunner().invoke(cli, ["verify", "--config", path])
    assert told.exit_code == 0, told.output
    assert "FAULT" not in told.output
    assert f"head   {house.ledger.head}" in told.output
    lose(house)
    told = CliRunner().invoke(cli, ["verify", "--quick", "--json", "--config", path])
    assert told.exit_code == 1
    assert '"well": false' in told.output
