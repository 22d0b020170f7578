"""A private Dovecot 2.3: IMAP with TLS and without, LMTP, and the password door for Postfix.

As root it runs its programs under the accounts that the Debian package makes, and keeps the mail as
`mail`. As an ordinary user everything runs as that user, without chroot.
"""

import grp
import imaplib
import os
import pwd
import shutil
import smtplib
import ssl
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from string import Template

import trustme
from imapclient import IMAPClient, SocketTimeout, imap_utf7

from servers.loopback import HOST, free_ports, greets
from servers.process import ServerProcess, program, tail

TEMPLATE = Path(__file__).with_name("dovecot.conf.template")

CAPABILITIES = """
IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE SORT THREAD=REFERENCES MULTIAPPEND UNSELECT CHILDREN
NAMESPACE UIDPLUS LIST-EXTENDED CONDSTORE QRESYNC ESEARCH SEARCHRES WITHIN LIST-STATUS BINARY MOVE LITERAL+
SPECIAL-USE
"""
"""What a Dovecot 2.3 says it can do; `lacking` takes words away from this text."""

TIMEOUT = SocketTimeout(5, 20)
"""Seconds to connect and to read: generous for loopback, so that only a real hang meets it."""

_ROOTLESS = """\
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
service imap-login {{
  chroot =
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""

_TOKEN_DOOR = """\
passdb {{
  driver = passwd-file
  mechanisms = xoauth2 oauthbearer
  args = scheme=plain username_format=%u {home}/tokens
}}
"""


class Dovecot:
    """One Dovecot with fixed ports and a private directory; may be stopped and started again.

    Args:
        users: password by full mail address, which is also the login name; without colons.
        ca: the authority that signs the server's certificate for `localhost` and 127.0.0.1.
        tokens: OAuth2 access token by address; with it XOAUTH2 and OAUTHBEARER are offered.
        lacking: capabilities not to announce, such as ("MOVE", "UIDPLUS", "IDLE"). Dovecot still
            obeys the commands; what it does not announce a good client must not use.
        capability: the whole capability string instead of `lacking`.
        connections: how many connections one user may hold from one address.
        hostname: the name by which LMTP signs its Received line.
        extra: further lines of configuration, which win over the ones before them.
    """

    def __init__(
        self,
        users: Mapping[str, str],
        ca: trustme.CA,
        *,
        tokens: Mapping[str, str] | None = None,
        lacking: Sequence[str] = (),
        capability: str | None = None,
        connections: int = 50,
        hostname: str = "mail.thainguyen.example",
        extra: str = "",
    ) -> None:
        self.host = HOST
        self.users = dict(users)
        self.tokens = dict(tokens or {})
        self.ca = ca
        self.connections = connections
        self.hostname = hostname
        self.extra = extra
        self.capability = capability or (
            " ".join(word for word in CAPABILITIES.split() if word not in lacking) if lacking else ""
        )
        self.imap_port, self.imaps_port, self.lmtp_port, self.auth_port = free_ports(4)
        dovecot = program("dovecot")
        program("lmtp", "/usr/lib/dovecot", "/usr/libexec/dovecot")
        # Not below pytest's own temporary folder: that is closed to other accounts, and its long name
        # would break the 107 bytes that the path of a unix socket may have.
        self.home = Path(tempfile.mkdtemp(prefix="dovecot-"))
        self.home.chmod(0o755)
        self.log_file = self.home / "dovecot.log"
        self.ca_file = self.home / "ca.pem"
        """The authority's certificate, for a client's configuration."""
        self.process = ServerProcess(
            "Dovecot",
            [dovecot, "-F", "-c", str(self.home / "dovecot.conf")],
            self.log_file,
            (self.imap_port, self.imaps_port, self.lmtp_port, self.auth_port),
        )
        self._furnish()

    def _furnish(self) -> None:
        owner = pwd.getpwnam("mail") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        self._owner = owner.pw_uid, owner.pw_gid
        for name in ("run", "state", "mail"):
            (self.home / name).mkdir()
        os.chown(self.home / "mail", *self._owner)
        self.ca.issue_cert("localhost", HOST).private_key_and_cert_chain_pem.write_to_path(
            self.home / "server.pem"
        )
        self.ca.cert_pem.write_to_path(self.ca_file)
        self.write_users()
        rootless = ""
        if os.geteuid() != 0:
            rootless = _ROOTLESS.format(user=owner.pw_name, group=_group_name(owner.pw_gid))
        (self.home / "dovecot.conf").write_text(
            Template(TEMPLATE.read_text("utf-8")).substitute(
                home=self.home,
                log=self.log_file,
                host=HOST,
                uid=owner.pw_uid,
                gid=owner.pw_gid,
                hostname=self.hostname,
                mechanisms="plain login xoauth2 oauthbearer" if self.tokens else "plain login",
                # Else a password would pass for a token. The mechanism of LMTP's lookups is "none".
                password_doors="plain login none" if self.tokens else "",
                token_door=_TOKEN_DOOR.format(home=self.home) if self.tokens else "",
                connections=self.connections,
                capability=f"imap_capability = {self.capability}" if self.capability else "",
                imap_port=self.imap_port,
                imaps_port=self.imaps_port,
                lmtp_port=self.lmtp_port,
                auth_port=self.auth_port,
                rootless=rootless,
                extra=self.extra,
            ),
            "utf-8",
        )

    def write_users(self) -> None:
        """Write `users` and `tokens` for Dovecot; when it runs, return only once it looks at the new ones."""
        for name, secrets in (("passwords", self.users), ("tokens", self.tokens)):
            listing, draft = self.home / name, self.home / f"{name}.new"
            draft.write_text("".join(f"{user}:{{PLAIN}}{secret}\n" for user, secret in secrets.items()))
            draft.chmod(0o644)
            draft.rename(listing)
        if self.process.alive():
            # It looks whether the file has changed once in each second of the clock.
            time.sleep(1.01 - time.time() % 1)

    # Life

    def start(self, within: float = 20.0) -> None:
        """Start, and return when IMAP and LMTP greet; raises with the log's text when they do not."""
        self.process.start()
        self.process.await_ready(
            lambda: greets(self.imap_port, b"* OK") and greets(self.lmtp_port, b"220"), within
        )

    def stop(self) -> None:
        """End in good order: clients are cut off, mail and ports stay for the next `start`."""
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

    def tls(self) -> ssl.SSLContext:
        """A client's TLS context that trusts this server's authority and nobody else."""
        return ssl.create_default_context(cafile=str(self.ca_file))

    # Mail

    @contextmanager
    def session(self, user: str) -> Iterator[IMAPClient]:
        """A logged-in IMAP session without TLS, for the test's own looking."""
        client = IMAPClient(HOST, self.imap_port, ssl=False, timeout=TIMEOUT)
        try:
            # By default IMAPClient turns dates into local times without a zone.
            client.normalise_times = False
            client.login(user, self.users[user])
            yield client
        finally:
            try:
                client.logout()
            except (imaplib.IMAP4.error, OSError):
                client.shutdown()

    def deliver(self, user: str, raw: bytes, sender: str = "") -> None:
        """Hand one message in by LMTP, as Postfix does; an empty sender is the sender of bounces."""
        with smtplib.LMTP(HOST, self.lmtp_port, timeout=20) as lmtp:
            lmtp.sendmail(sender, [user], raw)

    def append(self, user: str, folder: str, raw: bytes, when: datetime | None = None) -> None:
        """Put one message into a folder by IMAP, made if need be; `when` becomes its INTERNALDATE."""
        with self.session(user) as client:
            if not client.folder_exists(folder):
                client.create_folder(folder)
            client.append(folder, raw, msg_time=when)

    def messages(self, user: str, folder: str = "INBOX") -> list[bytes]:
        """The messages of a folder in UID order, as IMAP gives them (CRLF), unseen ones left unseen."""
        with self.session(user) as client:
            if not client.folder_exists(folder):
                return []
            client.select_folder(folder, readonly=True)
            found = client.fetch(client.search("ALL"), ["BODY.PEEK[]"])
            return [found[uid][b"BODY[]"] for uid in sorted(found)]

    def folders(self, user: str) -> list[str]:
        """The names of the user's folders."""
        with self.session(user) as client:
            return sorted(name for _flags, _separator, name in client.list_folders())

    def maildir(self, user: str, folder: str = "INBOX") -> Path:
        """Where a folder's `new` and `cur` lie on disk; a test may look there without opening a session."""
        top = self.home / "mail" / user / "Maildir"
        if folder.upper() == "INBOX":
            return top
        return top / ("." + str(imap_utf7.encode(folder), "ascii").replace("/", "."))

    def names(self, user: str, folder: str = "INBOX") -> frozenset[str]:
        """The unique names of the messages on disk: changes when mail comes or goes, not with a flag."""
        place = self.maildir(user, folder)
        return frozenset(
            path.name.partition(":")[0] for part in ("new", "cur") for path in (place / part).glob("*")
        )

    def uidvalidity(self, user: str, folder: str = "INBOX") -> int:
        """The folder's UIDVALIDITY."""
        with self.session(user) as client:
            return int(client.folder_status(folder, ["UIDVALIDITY"])[b"UIDVALIDITY"])

    def reset_uidvalidity(self, user: str, folder: str = "INBOX") -> None:
        """Make Dovecot forget the folder's numbers, as a restored or rebuilt server does.

        The mail stays; UIDVALIDITY is new and UIDs count from 1 again. Clients are cut off.
        """
        old = self.uidvalidity(user, folder)
        self.stop()
        # The inbox's dovecot-uidvalidity would hand the next number on; without it Dovecot takes the
        # present second, which must be a later one than the old number's.
        for place in {self.maildir(user, folder), self.maildir(user)}:
            for memory in place.glob("dovecot*" if place == self.maildir(user, folder) else "dovecot-uidv*"):
                memory.unlink()
        time.sleep(max(0.0, old + 1 - time.time()))
        self.start()

    def clear(self) -> None:
        """Throw all mail and folders away. Sessions still open at this moment may stumble over it."""
        for user in (self.home / "mail").iterdir():
            shutil.rmtree(user, ignore_errors=True)


def _group_name(gid: int) -> str:
    return grp.getgrgid(gid).gr_name
