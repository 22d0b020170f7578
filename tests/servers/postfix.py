"""A private Postfix 3.7: takes mail for the test domains and hands it to Dovecot by LMTP.

Postfix needs root: its master refuses to run as anybody else, because it gives its programs another
account (`postfix`) and its queue to that account. The root of a container will do.
"""

import grp
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from string import Template

import trustme

from servers.loopback import HOST, free_ports, greets
from servers.process import ServerFailedError, ServerProcess, program, tail, until

PROGRAMS = ("/usr/lib/postfix/sbin", "/usr/libexec/postfix")
"""Where Debian, and others, keep the programs that only Postfix's master starts."""

QUEUES = ("maildrop", "incoming", "active", "deferred", "hold")
"""The folders in which a message may wait; `corrupt` is for a person, not for another attempt."""

_YEAR_2000 = 946_684_800


class Postfix:
    """One Postfix with fixed ports and a private directory; may be stopped and started again.

    Mail comes in at `smtp_port` without a login, as from the world. `submission_port` (STARTTLS) and
    `smtps_port` (TLS from the first byte) want a login that Dovecot approves.

    Args:
        recipients: the addresses that exist; any other in their domains is refused at RCPT.
        ca: the authority that signs the server's certificate for `localhost` and 127.0.0.1.
        lmtp_port: where Dovecot takes delivery.
        auth_port: where Dovecot judges passwords.
        hostname: the name that Postfix gives itself in its greeting and its Received lines.
        message_size_limit: bytes.
        extra: further lines for main.cf, which win over the ones before them.
    """

    def __init__(
        self,
        recipients: Iterable[str],
        ca: trustme.CA,
        *,
        lmtp_port: int,
        auth_port: int,
        hostname: str = "mail.thainguyen.example",
        message_size_limit: int = 50_000_000,
        extra: str = "",
    ) -> None:
        self.host = HOST
        self.hostname = hostname
        self.recipients = list(recipients)
        self.smtp_port, self.submission_port, self.smtps_port = free_ports(3)
        master = program("master", *PROGRAMS)
        program("lmtp", *PROGRAMS)
        if os.geteuid() != 0:
            raise ServerFailedError(
                "Postfix runs only as root, because it gives its programs another account: run the tests "
                "marked `servers` as root (the root of a container will do)"
            )
        self.home = Path(tempfile.mkdtemp(prefix="postfix-"))
        self.home.chmod(0o755)
        self.log_file = self.home / "postfix.log"
        # -d: do not detach from the one who started it.
        self.process = ServerProcess(
            "Postfix",
            [master, "-d", "-c", str(self.home)],
            self.log_file,
            (self.smtp_port, self.submission_port, self.smtps_port),
        )
        self._furnish_folders()
        ca.issue_cert("localhost", HOST, hostname).private_key_and_cert_chain_pem.write_to_path(
            self.home / "server.pem"
        )
        self._fill(
            "main.cf",
            home=self.home,
            host=HOST,
            hostname=hostname,
            domains=", ".join(sorted({address.rpartition("@")[2] for address in self.recipients})),
            lmtp_port=lmtp_port,
            auth_port=auth_port,
            message_size_limit=message_size_limit,
            extra=extra,
        )
        # Postfix reads its settings again and again until they have been unchanged for two seconds. Ours
        # are complete before anybody looks, so they may as well be old.
        os.utime(self.home / "main.cf", times=(_YEAR_2000, _YEAR_2000))
        self._fill(
            "master.cf",
            host=HOST,
            smtp_port=self.smtp_port,
            submission_port=self.submission_port,
            smtps_port=self.smtps_port,
        )
        self.write_recipients()

    def _fill(self, name: str, **values: object) -> None:
        template = Template(Path(__file__).with_name(f"{name}.template").read_text("utf-8"))
        (self.home / name).write_text(template.substitute(values))

    def _furnish_folders(self) -> None:
        """Make the folders that `postfix start` would make, with the owners that the master insists on."""
        owner, drop = pwd.getpwnam("postfix").pw_uid, grp.getgrnam("postdrop").gr_gid
        queue = self.home / "queue"
        queue.mkdir()
        (queue / "pid").mkdir()
        (self.home / "data").mkdir(0o700)
        os.chown(self.home / "data", owner, -1)
        for name in ("active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming"):
            (queue / name).mkdir(0o700)
            os.chown(queue / name, owner, -1)
        for name in ("private", "saved", "trace"):
            (queue / name).mkdir(0o700)
            os.chown(queue / name, owner, -1)
        for name, mode in (("public", 0o710), ("maildrop", 0o730)):
            (queue / name).mkdir()
            (queue / name).chmod(mode)
            os.chown(queue / name, owner, drop)

    def write_recipients(self) -> None:
        """Write `recipients` for Postfix, which sees the change at the next connection.

        New addresses work in the domains known at the start.
        """
        listing = self.home / "recipients"
        listing.write_text("".join(f"{address} taken\n" for address in self.recipients))
        self._run("postmap", str(listing))

    def _run(self, name: str, *arguments: str) -> None:
        """Run one of Postfix's own tools on this instance."""
        done = subprocess.run(
            [program(name), "-c", str(self.home), *arguments], capture_output=True, timeout=30, check=False
        )
        if done.returncode:
            raise ServerFailedError(f"{name} failed: {done.stderr.decode('utf-8', 'replace')}")

    def start(self, within: float = 20.0) -> None:
        """Start, and return when all three doors listen; raises with the log's text when they do not."""
        self.process.start()
        self.process.await_ready(
            lambda: greets(self.smtp_port, b"220 ") and greets(self.submission_port, b"220 "), within
        )

    def stop(self) -> None:
        """End in good order; what waits in the queue waits for the next `start`."""
        self.process.stop()

    def kill(self) -> None:
        """End at once, as a power cut would."""
        self.process.kill()

    def restart(self) -> None:
        """Stop and start on the same ports."""
        self.stop()
        self.start()

    def close(self) -> None:
        """End for good and remove the directory."""
        self.kill()
        shutil.rmtree(self.home, ignore_errors=True)

    def log(self) -> str:
        """The end of the server's log."""
        return tail(self.log_file)

    def queue(self, names: Sequence[str] = QUEUES) -> int:
        """How many messages wait in the queue, counted as files: also right while Postfix is down."""
        # The deferred queue sorts its files into folders of one letter.
        return sum(path.is_file() for name in names for path in (self.home / "queue" / name).rglob("*"))

    def await_empty(self, within: float = 10.0) -> None:
        """Wait until everything accepted has been delivered or returned; raises with the log when not."""
        if not until(lambda: self.queue() == 0, within):
            raise ServerFailedError(f"Postfix still holds {self.queue()} messages\n{self.log()}")

    def clear(self) -> None:
        """Throw away whatever waits in the queue."""
        if self.queue():
            self._run("postsuper", "-d", "ALL")
