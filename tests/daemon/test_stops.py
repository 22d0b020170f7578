"""SIGTERM at any moment of the work: the step under way is ended, nothing is lost, nothing done twice.

`make torture` runs the long form.
"""

import os
import random
import signal
import time
from collections import Counter
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from figures import keep

from daemon.office import UNIT, Office, a_report

STOPS = int(os.environ.get("MAILBOT_STOPS", "3"))
MAILS = 3
YEAR = 2026
MORE = "\n[brakes]\nper_address_per_day = 100000\nper_hour = 100000\n\n[planning]\ntick_seconds = 1\n"


@pytest.mark.timeout(120 + STOPS * 30)
def test_stopped_at_any_moment_mailbot_ends_in_order_and_goes_on_later(tmp_path: Path) -> None:
    office = Office(tmp_path / "office", go_live=f"{YEAR}-01-01")
    with office.config.open("a", encoding="utf-8") as config:
        config.write(MORE)
    choice = random.Random(int(os.environ.get("MAILBOT_SEED", "1")))
    for stop in range(STOPS):
        _deliver(office, range(stop * MAILS, stop * MAILS + MAILS))
        starts, daemon = office.starts(), office.start()
        office.until(lambda before=starts: office.starts() > before)  # type: ignore[misc]
        time.sleep(choice.uniform(0.0, 3.0))
        daemon.send_signal(signal.SIGTERM)
        assert daemon.wait(timeout=60) == 0, office.log.read_text(encoding="utf-8")
    with office.daemon():
        office.until(lambda: len(office.json("arrivals")["rows"]) == STOPS * MAILS, within=60)
        office.until(lambda: _receipts(office) == {"sent": STOPS * MAILS}, within=60)
    office.run("verify")
    copies = Counter(
        str(message_from_bytes(path.read_bytes(), policy=policy.default)["Message-ID"])
        for path in (office.folder / "letters" / UNIT / "new").iterdir()
    )
    assert set(copies.values()) == {1}
    keep("stops", stops=STOPS, mails=STOPS * MAILS, lost=0, letters_twice=0)


def _deliver(office: Office, numbers: range) -> None:
    inbox = office.folder / "inbox"
    for part in ("tmp", "new", "cur"):
        (inbox / part).mkdir(parents=True, exist_ok=True)
    for number in numbers:
        raw = a_report(f"Báo cáo quý I năm {YEAR} - bản {number}", number).as_bytes()
        (inbox / "new" / str(number)).write_bytes(raw)


def _receipts(office: Office) -> Counter[str]:
    rows = office.json("outbox")["rows"]
    return Counter(row["state"] for row in rows if row["kind"] == "receipt")
