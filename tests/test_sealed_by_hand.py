"""What `mailbot seal` changes is the only change of facts that the chain lets pass."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from canary import REPORT, a_mail, deliver
from test_canary import FIRST, QUARTER, Hands, an_office, live_until

from mailbot.config import load_config
from mailbot.core.posting import State
from mailbot.core.verdict import Sealed
from mailbot.daemon.house import opened


def test_what_was_sealed_is_the_only_change_that_the_chain_lets_pass(tmp_path: Path) -> None:
    config, hands = load_config(an_office(tmp_path / "office")), Hands()
    with opened(config, hands) as house:
        deliver(config, "1", a_mail("Báo cáo tháng 6 năm 2014", bc_docx=REPORT), FIRST)
        asyncio.run(live_until(FIRST + timedelta(days=1), house, hands))
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


def test_what_a_person_sealed_is_sealed_when_it_comes_again_in_another_wrapping(tmp_path: Path) -> None:
    config, hands = load_config(an_office(tmp_path / "office")), Hands()
    first = a_mail("Báo cáo tháng 6 năm 2014", bc_docx=REPORT)
    with opened(config, hands) as house:
        deliver(config, "1", first, FIRST)
        asyncio.run(live_until(FIRST + timedelta(days=1), house, hands))
        house.ledger.blank(1, by="vt", now=hands.now)
        once_more = a_mail("Gửi lại báo cáo tháng 6 năm 2014", "Kính gửi lại", lai_docx=REPORT)
        stranger = a_mail("Fwd: tài liệu", "Chuyển tiếp", tai_lieu_docx=REPORT)
        stranger.replace_header("From", "nguoi.khac@gmail.example")
        own = a_mail("Báo cáo quý II năm 2014", kem_theo_docx=REPORT, quy_docx=QUARTER)
        own.replace_header("From", "sotaichinh@thainguyen.example")
        first["X-Forwarded-By"] = "mx.example"
        for number, mail in enumerate((first, once_more, stranger, own), 2):
            deliver(config, str(number), mail, hands.now)
        asyncio.run(live_until(hands.now + timedelta(hours=12), house, hands))
        came = house.ledger.book().arrivals[1:]
        assert [isinstance(arrival.verdict, Sealed) for arrival in came] == [True, True, True, False]
        assert not any(house.archive.holds(arrival.mail.sha256) for arrival in came[:3])
        assert "Chuyển tiếp" not in repr(came[:3])
