"""An office for the tests: a folder with a configuration, and the real program run in it."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from servers import forked
from servers.loop import PASSWORD, REPORT, STAFF, UNITS, MailHome

from mailbot.core.calendar import ZONE

UNIT = UNITS[0]
UNITS_TOML = f"""
[groups]
so-ban-nganh = "Các sở, ban, ngành của tỉnh"
huyen = "UBND các huyện, thành phố, thị xã"

[[unit]]
id = "so-tai-chinh"
name = "Sở Tài chính"
group = "so-ban-nganh"
head = "Giám đốc Sở Tài chính"
addresses = [{{ email = "{UNIT}", role = "official" }}, {{ email = "{STAFF}", role = "head" }}]

[[unit]]
id = "huyen-pho-yen"
name = "UBND huyện Phổ Yên"
group = "huyen"
head = "Chủ tịch UBND huyện Phổ Yên"
addresses = [{{ email = "{UNITS[1]}", role = "official" }}]
"""
PROGRAM = (sys.executable, "-m", "mailbot")
# A start takes about a second; on a busy machine of two cores several.
_START_SECONDS = 30.0


class Office:
    """A folder with rules of two units, and the commands run in it."""

    def __init__(self, folder: Path, go_live: str = "2013-06-01") -> None:
        self.folder = folder
        self.config = folder / "config.toml"
        self.log = folder / "log"
        subprocess.run(
            [*PROGRAM, "init", str(folder), "--profile", "thai-nguyen-2013", "--go-live", go_live],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        self.rules = folder / "rules" / "thai-nguyen-2013"
        (self.rules / "units.toml").write_text(UNITS_TOML, encoding="utf-8")

    def configure(self, inbox: str, post: str, more: str = "") -> None:
        """Replace the doors; the lines above them stay."""
        head = self.config.read_text(encoding="utf-8").partition("# The embedded default")[0]
        text = f"{head}\n[inbox]\n{inbox}\n[post]\n{post}\n{more}"
        self.config.write_text(text, encoding="utf-8")

    def join(
        self, home: MailHome, inbox: str = "", post_port: int | None = None, database: str | None = None
    ) -> None:
        """Use the servers of the closed loop, with TLS and logins; `database` is a PostgreSQL's address."""
        secret = self.folder / "password"
        secret.write_text(PASSWORD, encoding="utf-8")
        secret.chmod(0o600)
        login = f'user = "{REPORT}"\npassword_file = "password"\nca_file = "{home.ca_file}"\n'
        port = post_port or home.postfix.submission_port
        self.configure(
            f'kind = "imap"\nhost = "localhost"\nport = {home.dovecot.imaps_port}\n{login}{inbox}',
            f'kind = "smtp"\nhost = "localhost"\nport = {port}\n{login}',
            f"{_ledger(database)}[planning]\ntick_seconds = 2\n[approval]\nnew_addresses = false\n",
        )

    def rest(self) -> None:
        """Make these days days off: nothing leaves but what answers mails, whenever the test is run.

        Otherwise a test at ten in the morning of a working day has a digest and late notices amid its
        letters, and the same test at night has none.
        """
        today = datetime.now(ZONE).date()
        days = (today + timedelta(days=ahead) for ahead in (-1, 0, 1))
        with (self.rules / "calendar.toml").open("a", encoding="utf-8") as calendar:
            for day in days:
                calendar.write(f'\n[[day_off]]\ndate = {day}\nname = "ngày nghỉ"\nsource = "thử"\n')

    def run(self, *arguments: str, expect: int | None = 0) -> str:
        """Run a command in a process of its own; return what it prints."""
        done = forked.run([*arguments, "--config", str(self.config)], cwd=self.folder, timeout=600)
        assert expect is None or done.returncode == expect, f"{arguments}: {done.stdout}\n{done.stderr}"
        return done.stdout

    def json(self, *arguments: str, expect: int | None = 0) -> Any:
        """Run a command with --json; return the value printed."""
        return json.loads(self.run(*arguments, "--json", expect=expect))

    def start(self) -> subprocess.Popen[bytes]:
        """Start the daemon; its log goes to the file `log`."""
        with self.log.open("ab") as out:
            return subprocess.Popen(
                [*PROGRAM, "run", "--config", str(self.config)], stderr=out, stdout=out, cwd=self.folder
            )

    @contextmanager
    def daemon(self) -> Iterator[subprocess.Popen[bytes]]:
        """The daemon at work; stopped by SIGTERM at the end, which must be clean."""
        before = self.starts()
        running = self.start()
        try:
            self.until(lambda: self.starts() > before or running.poll() is not None)
            assert running.poll() is None, self.log.read_text(encoding="utf-8")
            yield running
            running.send_signal(signal.SIGTERM)
            assert running.wait(timeout=30) == 0, self.log.read_text(encoding="utf-8")
        finally:
            if running.poll() is None:
                running.kill()
                running.wait()

    def starts(self) -> int:
        """How often the log says that the daemon has started."""
        return self.log.read_text(encoding="utf-8").count("] started ") if self.log.exists() else 0

    def says(self, words: str) -> bool:
        """Whether the daemon's log has these words."""
        return self.log.exists() and words in self.log.read_text(encoding="utf-8")

    def until(self, holds: Callable[[], object], within: float = _START_SECONDS) -> None:
        """Wait until something holds."""
        ends = time.monotonic() + within
        while not holds():
            log = self.log.read_text(encoding="utf-8") if self.log.exists() else ""
            assert time.monotonic() < ends, f"did not come true within {within:g} s\n{log}"
            time.sleep(0.05)

    def forget_log(self) -> None:
        """Empty the log, so that `says` is about what comes."""
        if self.log.exists():
            os.truncate(self.log, 0)


def _ledger(database: str | None) -> str:
    if database is None:
        return ""
    address = urlsplit(database)
    return (
        f'[ledger]\nkind = "postgresql"\nhost = "{address.hostname}"\nport = {address.port}\n'
        f'database = "{address.path[1:]}"\ntls = false\nlease_seconds = 4\n'
    )


def a_report(subject: str, number: int = 1, sender: str = UNIT, to: str = REPORT) -> EmailMessage:
    """A unit's mail with one small file."""
    mail = EmailMessage()
    mail["From"] = f"Văn thư <{sender}>"
    mail["To"] = to
    mail["Subject"] = subject
    mail["Message-ID"] = f"<{number}.{os.getpid()}@thainguyen.example>"
    mail["Date"] = datetime.now().astimezone()
    mail.set_content("Kính gửi Văn phòng UBND tỉnh,\nĐơn vị xin gửi báo cáo kèm theo.\n")
    mail.add_attachment(
        b"%PDF-1.4 " + str(number).encode(), maintype="application", subtype="pdf", filename="bao cao.pdf"
    )
    return mail


def copy_rules(office: Office, change: Callable[[str], str], file: str = "notices.toml") -> None:
    """Edit one of the office's rule files as a person would: whole, by renaming a new one over it."""
    path = office.rules / file
    fresh = path.with_suffix(".new")
    fresh.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
    fresh.replace(path)
