"""A mail that a person found to be secret: after `mailbot seal` no word of it is left, and nobody is late."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from extract.papers import docx, paragraph
from test_canary import CANARY, FIRST, REPORT, Hands, a_mail, deliver, holds, said_by_commands, unfolded

from mailbot.cli import cli
from mailbot.cli.new_office import write_office
from mailbot.config import Reading, load_config
from mailbot.core.posting import State
from mailbot.core.sealing import BY_HAND
from mailbot.core.verdict import Filed
from mailbot.daemon.audit import audit
from mailbot.daemon.delivery import delivery_round
from mailbot.daemon.house import House, opened
from mailbot.daemon.planning import plan_round

QUARTER = docx(paragraph(f"BÁO CÁO quý II năm 2014 {CANARY}"))


async def some_days(house: House, hands: Hands, days: int) -> None:
    inbox, post = house.inbox(), house.post()
    inbox.connect()
    for _ in range(2 * days):
        house.intake().round(inbox)
        plan_round(house.ledger, house.desk, hands.now, house.config.go_live)
        await delivery_round(house.ledger, post, house.rules, house.delivery, hands)
        hands.now += timedelta(hours=12)


@pytest.mark.timeout(300)
def test_after_a_person_sealed_a_mail_no_word_of_it_is_left(tmp_path: Path) -> None:
    file = write_office(tmp_path / "office", "thai-nguyen-2013", FIRST.date())
    config = replace(load_config(file), reading=Reading(ocr=False))
    hands = Hands()

    def command(*words: str) -> str:
        told = CliRunner().invoke(cli, ["--config", str(file), *words])
        assert told.exit_code == 0, told.output
        return told.output

    with opened(config, hands) as house:
        deliver(config, 1, a_mail("Báo cáo tháng 6 năm 2014", bc_docx=REPORT), FIRST)
        deliver(config, 2, a_mail("Báo cáo quý II năm 2014", qh_docx=QUARTER), FIRST)
        asyncio.run(some_days(house, hands, 3))
        before = house.ledger.book()
        standing = [before.verdict(arrival) for arrival in before.arrivals]
        assert isinstance(standing[0], Filed)
        assert any(holds(row.letter.raw) or CANARY in row.letter.subject for row in house.ledger.letters())
        command("settle", "2", "--period", "2014-Q2", "--by", "vt", "--why", f"xem {CANARY} qh.docx")
        note = [
            "incident",
            "demand",
            "cong-an-tinh",
            "--about",
            f"{CANARY} bc.docx",
            "--by-when",
            "2014-07-20 17:00",
        ]
        told = CliRunner().invoke(cli, ["--config", str(file), *note])
        assert told.exit_code in {0, 1, 2}
        assert "--yes" in command("seal", "1")
        assert holds(config.state.joinpath("ledger.db").read_bytes()) or holds_anywhere(config.state)
        for number in ("1", "2"):
            assert not holds(command("seal", number, "--yes", "--by", "can bo").encode())
        # A daemon that was at work all the while keeps no word in its memory either.
        book = house.ledger.book()
        assert all(BY_HAND in arrival.mail.defects for arrival in book.arrivals)
        assert not holds(repr(book).encode())
        asyncio.run(some_days(house, hands, 3))
        for arrival, was in zip(house.ledger.book().arrivals, standing, strict=True):
            verdict = house.ledger.book().verdict(arrival)
            assert isinstance(verdict, Filed)
            assert not isinstance(was, Filed) or (verdict.unit, verdict.filings) == (was.unit, was.filings)
        assert house.ledger.broken_links() == house.ledger.gaps() == []
        found = [finding for finding in audit(house, hands.now) if finding.faults]
        assert not found, found
    told_by_all = list(said_by_commands(file, tmp_path / "out", [1, 2]))
    assert not [words for words, result in told_by_all if holds(result.output.encode())]
    left = config.inbox.path
    # Letters that had left are in their recipients' hands; the command names those.
    posted = [path for path in tmp_path.rglob("*") if "letters" in path.parts]
    for path in tmp_path.rglob("*"):
        if path.is_file() and left not in path.parents and path not in posted:
            assert not any(map(holds, unfolded(path))), path
    assert not list(config.archive.glob("*/*/*"))


def holds_anywhere(folder: Path) -> bool:
    return any(holds(path.read_bytes()) for path in folder.rglob("*") if path.is_file())


def test_what_was_sealed_is_the_only_change_that_the_chain_lets_pass(tmp_path: Path) -> None:
    file = write_office(tmp_path / "office", "thai-nguyen-2013", FIRST.date())
    config = replace(load_config(file), reading=Reading(ocr=False))
    hands = Hands()
    with opened(config, hands) as house:
        deliver(config, 1, a_mail("Báo cáo tháng 6 năm 2014", bc_docx=REPORT), FIRST)
        asyncio.run(some_days(house, hands, 1))
        house.ledger.blank(1, by="vt", now=hands.now)
        assert house.ledger.broken_links() == []
        with house.ledger._database.altering() as connection:
            connection.exec_driver_sql("DROP TRIGGER guard_arrival_update")
            connection.exec_driver_sql("UPDATE arrival SET sender = 'ke.xau@evil.example'")
        (broken,) = house.ledger.broken_links()
        assert "the chain breaks" in broken
        with pytest.raises(LookupError):
            house.ledger.blank(99, by="vt", now=hands.now)
        assert not house.ledger.letters(states={State.HELD})
