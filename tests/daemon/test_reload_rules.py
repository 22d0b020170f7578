"""A running daemon takes up an edit of the rules at SIGHUP, as far as it is harmless."""

import signal
from pathlib import Path

from daemon.office import Office


def edit(office: Office, old: str, new: str) -> None:
    path = office.rules / "reports.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def monthly(office: Office) -> set[str]:
    """The days of the month on which announced monthly reports are due."""
    rows = office.json("status", "--report", "bc-thang")["rows"]
    return {row["due_at"][8:10] for row in rows}


def test_a_harmless_edit_is_taken_up_at_sighup_and_not_before(tmp_path: Path) -> None:
    office = Office(tmp_path / "office", go_live="2026-01-01")
    # Due late in the month after, whatever today is: what the daemon announces first has not come due.
    stated = 'due = { day = 25, day_off = "next_working_day" }'
    edit(office, stated, 'due = { day = 27, months_after = 1, day_off = "none" }')
    text = office.config.read_text(encoding="utf-8")
    office.config.write_text(f"{text}\n[planning]\ntick_seconds = 1\n", encoding="utf-8")
    with office.daemon() as running:
        office.until(lambda: "27" in monthly(office))
        edit(office, "day = 27, months_after = 1", "day = 28, months_after = 1")
        assert office.json("rules", "diff")["rows"]
        assert "28" not in monthly(office)
        running.send_signal(signal.SIGHUP)
        office.until(lambda: "28" in monthly(office))
        # What was due already under the former rules keeps its day, and is shown.
        left = office.json("rules", "diff")["rows"]
        assert all(row["past"] for row in left)
        office.until(lambda: office.says("reloaded"))
        if left:
            office.until(lambda: "mailbot rules diff" in office.run("health", expect=None))
            office.run("rules", "apply", "--past", "--yes", "--why", "Công văn số 1")
            assert office.json("rules", "diff")["rows"] == []
            assert monthly(office) == {"28"}


def test_a_wish_to_reload_that_comes_while_it_starts_is_kept_and_does_not_end_it(tmp_path: Path) -> None:
    office = Office(tmp_path / "office", go_live="2026-01-01")
    running = office.start()
    try:
        # From here on, whenever it comes; before, Python has not begun with us.
        office.until(lambda: _keeps_hangups(running.pid))
        running.send_signal(signal.SIGHUP)
        office.until(lambda: office.says("reloaded") or running.poll() is not None)
        running.send_signal(signal.SIGTERM)
        assert running.wait(timeout=30) == 0
    finally:
        running.kill()
        running.wait()


def _keeps_hangups(pid: int) -> bool:
    """Whether SIGHUP, the first of the signals, is blocked; the kernel gives the mask in hexadecimal."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    (mask,) = [line.split()[1] for line in status.splitlines() if line.startswith("SigBlk:")]
    return bool(int(mask, 16) & 1)
