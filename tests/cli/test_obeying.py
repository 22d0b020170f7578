"""A command that cannot be carried out: told to whoever gave it, and nobody else waits for it."""

from typing import NoReturn

import pytest
from cli.test_contract import FINANCE, Shell, shell

from mailbot.core.replies.order import Order
from mailbot.daemon import obeying

__all__ = ["shell"]


def test_a_command_that_breaks_keeps_no_letter_back(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(order: Order) -> NoReturn:
        raise KeyError(order.arrival.number)

    monkeypatch.setattr(obeying, "carry_out", broken)
    status, report = shell.mail("TRẠNG THÁI", name=""), shell.mail("Báo cáo tháng 6 năm 2026", number=2)
    shell.run("ingest", str(status), str(report), "--post", "--arrived-at", "2026-06-10T09:00")
    shell.run("tick", "--now", "2026-06-10T09:05")
    letters = [letter.read_bytes() for letter in shell.letters(FINANCE)]
    assert any(b"X-Mailbot-Notice: receipt" in letter for letter in letters)
    shell.run("tick", "--now", "2026-06-10T09:10")
