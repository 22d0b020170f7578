"""SIGKILL at random while mails pass through the real Dovecot and an SMTP server.

Nothing is lost, nothing is recorded twice, and no letter is sent twice outside of the window between
the final dot and the commit. `make torture` runs the long form.
"""

import os
import random
import signal
import time
from collections import Counter
from pathlib import Path

import pytest
from figures import in_time, keep
from servers.loop import PASSWORD, REPORT, MailHome
from servers.sink import SmtpSink

from daemon.office import UNIT, Office, a_report

KILLS = int(os.environ.get("MAILBOT_KILLS", "3"))
# So many come before each kill.
MAILS_EACH = 10
YEAR = 2026
# A mail that was being read at three kills is set aside, and a person is asked about it.
ANSWERS = frozenset({"receipt", "query"})


@pytest.mark.servers
@pytest.mark.timeout(120 + KILLS * 60)
@pytest.mark.parametrize("kept_in", ["sqlite", "postgresql"])
def test_killed_at_random_mailbot_loses_nothing_and_repeats_nothing(
    mail_home: MailHome, tmp_path: Path, kept_in: str, request: pytest.FixtureRequest
) -> None:
    database = request.getfixturevalue("postgresql_url") if kept_in == "postgresql" else None
    seed = int(os.environ.get("MAILBOT_SEED", "1"))
    choice = random.Random(seed)
    with SmtpSink(mail_home.server_tls(), {REPORT: PASSWORD}) as sink:
        office = Office(tmp_path / "office", go_live=f"{YEAR}-01-01")
        office.join(mail_home, inbox="poll_seconds = 1\n", post_port=sink.port, database=database)
        text = office.config.read_text(encoding="utf-8")
        brakes = "[brakes]\nper_address_per_day = 100000\nper_hour = 100000\nper_day = 100000\n"
        office.config.write_text(text + brakes, encoding="utf-8")
        ids = _kill_again_and_again(mail_home, office, choice)
        mails, kills = len(ids), len(ids) // MAILS_EACH
        retried = _come_to_rest(mail_home, office, mails)
        arrivals = office.json("arrivals")["rows"]
        letters = office.json("outbox")["rows"]
        assert len(arrivals) == mails == len({row["sha256"] for row in arrivals})
        assert len(mail_home.inbox(REPORT, "Da-ghi-nhan")) == mails
        answers = [row for row in letters if row["kind"] in ANSWERS]
        assert len(answers) == mails
        held = _held_after_two_kills_in_the_window(office, answers)
        answered = {mail.message["In-Reply-To"] for mail in sink.accepted if mail.message["In-Reply-To"]}
        assert answered <= ids
        # The answer to a retried mail names none: nothing was known of it when it was recorded.
        assert len(ids - answered) <= held + retried
        twice = _twice_only_in_the_window(office, sink)
        office.run("verify")
    keep(f"kills, {kept_in}", kills=kills, mails=mails, lost=0, recorded_twice=0, twice_after_the_dot=twice)


def _kill_again_and_again(home: MailHome, office: Office, choice: random.Random) -> set[str]:
    ids = set()
    for kill in in_time(range(KILLS)):
        office.forget_log()
        daemon = office.start()
        for number in range(kill * MAILS_EACH, (kill + 1) * MAILS_EACH):
            mail = a_report(f"Báo cáo quý I năm {YEAR} - bản {number}", number)
            ids.add(str(mail["Message-ID"]))
            home.dovecot.deliver(REPORT, mail.as_bytes(), UNIT)
        if kill % 2:
            # However slow the machine is, half of the kills hit the work itself.
            office.until(lambda: office.starts() > 0)
            time.sleep(choice.uniform(0.0, 2.0))
        else:
            time.sleep(choice.uniform(0.3, 4.0))
        daemon.send_signal(signal.SIGKILL)
        daemon.wait()
    return ids


def _come_to_rest(home: MailHome, office: Office, mails: int) -> int:
    """Let mailbot work undisturbed until every letter has met its end; how many mails were retried."""
    with office.daemon():
        office.until(lambda: not home.dovecot.names(REPORT), within=60 + mails)
        # Of a mail whose reading was ended five times nothing is known; the digest asks a person to do this.
        bare = [row["arrival"] for row in office.json("arrivals")["rows"] if row["unit"] is None]
        for arrival in bare:
            office.run("retry", str(arrival))
        # A letter of unknown fate is tried again after a minute.
        office.until(lambda: _all_answered(office, mails), within=120 + mails)
    return len(bare)


def _all_answered(office: Office, mails: int) -> bool:
    if office.json("outbox", "list", "--state", "waiting")["rows"]:
        # To list all of them takes seconds of what mailbot needs itself.
        return False
    states = [row["state"] for row in office.json("outbox")["rows"] if row["kind"] in ANSWERS]
    return len(states) == mails and set(states) <= {"sent", "held"}


def _held_after_two_kills_in_the_window(office: Office, answers: list[dict[str, object]]) -> int:
    """How many answers a person must look at, each because its fate is unknown for the second time."""
    held = [row for row in answers if row["state"] == "held"]
    for row in held:
        assert _outcomes(office, row["letter"]) == ["lost", "lost"]
    return len(held)


def _outcomes(office: Office, letter: object) -> list[str]:
    """How the tries ended in which the letter may have left."""
    tries = office.json("outbox", "show", str(letter))["attempts"]
    return [one["outcome"] for one in tries if one["outcome"] != "deferred"]


def _twice_only_in_the_window(office: Office, sink: SmtpSink) -> int:
    """A letter that the server has twice must be one whose first try ended unknown; how many there are."""
    copies = Counter(mail.message_id for mail in sink.accepted)
    for row in office.json("outbox")["rows"]:
        if copies[row["message_id"]] > 1:
            assert copies[row["message_id"]] == 2, row
            assert _outcomes(office, row["letter"]) in (["lost", "accepted"], ["lost", "lost"])
    return sum(count > 1 for count in copies.values())
