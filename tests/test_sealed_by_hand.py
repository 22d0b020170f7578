"""What `mailbot seal` changes is the only change of facts that the chain lets pass."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from canary import REPORT, a_mail, deliver
from test_canary import FIRST, Hands, an_office, live_until

from mailbot.config import load_config
from mailbot.core.posting import State
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
