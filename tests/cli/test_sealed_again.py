"""A secret mail that is read once more: it has its arrival already, and no bytes of it may stay."""

import shutil
from pathlib import Path

from cli.test_contract import Shell, shell

__all__ = ["shell"]


def kept(shell: Shell) -> list[Path]:
    return [path for path in (shell.folder / "state" / "archive").rglob("*") if path.is_file()]


def test_a_secret_mail_that_is_taken_in_again_is_not_kept(shell: Shell) -> None:
    secret = str(shell.mail("(Mật) Báo cáo tháng 6 năm 2026"))
    (row,) = shell.json("ingest", secret, "--arrived-at", "2026-06-24T09:00")["rows"]
    assert row["kind"] == "sealed"
    assert shell.json("ingest", secret, "--arrived-at", "2026-06-25T09:00")["rows"] == []
    assert kept(shell) == []


def test_a_secret_mail_that_somebody_moved_is_not_kept(shell: Shell) -> None:
    secret = shell.mail("(Mật) Báo cáo tháng 6 năm 2026")
    for number, now in enumerate(("2026-06-24T09:00", "2026-06-25T09:00")):
        shutil.copy(secret, shell.folder / "inbox" / "new" / f"{number}.x")
        shell.run("tick", "--now", now)
        assert kept(shell) == []
    assert [row["kind"] for row in shell.json("arrivals")["rows"]] == ["sealed"]
