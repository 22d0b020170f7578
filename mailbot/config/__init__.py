"""Reads config.toml: where the mailbox, the ledger and the mail server are, and how hard to press them.

What the office decides stands in the rules, not here. Relative paths are relative to the file itself.
Passwords stand in files of their own and are read when they are used, so no value here is secret.
Every key is described in config.example.toml.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from pydantic import ConfigDict

from mailbot.config.authentication import Authentication, Canary
from mailbot.config.salvage import Salvage, salvage
from mailbot.config.sections import (
    FIND_JUNK,
    NO_JUNK,
    TABLE,
    AlarmRoute,
    Approval,
    Brakes,
    Delivery,
    ImapInbox,
    Inbox,
    LedgerPlace,
    Log,
    MaildirInbox,
    MaildirPost,
    Monitoring,
    Oauth,
    Planning,
    Post,
    PostgresqlLedger,
    Reading,
    Sealed,
    SmtpPost,
    SqliteLedger,
)
from mailbot.config.values import ExistingFolder, GoLive, Secret, StateFolder, Tls
from mailbot.errors import Fault, Misconfigured
from mailbot.toml_file import TomlFile
from mailbot.toml_lines import Loc

Section = TypeVar("Section")
__all__ = [
    "FIND_JUNK",
    "NO_JUNK",
    "AlarmRoute",
    "Approval",
    "Authentication",
    "Brakes",
    "Canary",
    "Config",
    "Delivery",
    "ImapInbox",
    "Inbox",
    "LedgerPlace",
    "Log",
    "MaildirInbox",
    "MaildirPost",
    "Monitoring",
    "Oauth",
    "Planning",
    "Post",
    "PostgresqlLedger",
    "Reading",
    "Salvage",
    "Sealed",
    "Secret",
    "SmtpPost",
    "SqliteLedger",
    "Tls",
    "load_config",
    "salvage",
    "server_faults",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """The keys above the first table: the start, and the folders; all paths are absolute or as given."""

    __pydantic_config__: ClassVar[ConfigDict] = TABLE

    go_live: GoLive
    rules: ExistingFolder
    templates: ExistingFolder = Path("templates")
    state: StateFolder = Path("state")


@dataclass(frozen=True, slots=True, kw_only=True)
class Config(Places):
    """All of config.toml.

    Attributes:
        go_live: nothing that was due or arrived before it causes a letter.
        rules: the folder of the profile.
        state: the folder that mailbot writes to; it need not exist yet.
    """

    inbox: Inbox = field(default_factory=MaildirInbox)
    ledger: LedgerPlace = field(default_factory=SqliteLedger)
    reading: Reading = field(default_factory=Reading)
    sealed: Sealed = field(default_factory=Sealed)
    authentication: Authentication = field(default_factory=Authentication)
    canary: Canary = field(default_factory=Canary)
    post: Post = field(default_factory=MaildirPost)
    oauth: Oauth = field(default_factory=Oauth)
    approval: Approval = field(default_factory=Approval)
    delivery: Delivery = field(default_factory=Delivery)
    brakes: Brakes = field(default_factory=Brakes)
    planning: Planning = field(default_factory=Planning)
    alarm: AlarmRoute = field(default_factory=AlarmRoute)
    monitoring: Monitoring = field(default_factory=Monitoring)
    log: Log = field(default_factory=Log)

    @property
    def archive(self) -> Path:
        """The folder that keeps the raw mails."""
        return self.state / "archive"

    @property
    def vault(self) -> Path:
        """The folder of sealed mails, encrypted, if they are kept; no part of backups."""
        return self.state / "sealed"

    @property
    def lock_file(self) -> Path:
        """The file whose lock makes one daemon the active one."""
        return self.state / "lock"

    @property
    def hold_file(self) -> Path:
        """While this file exists, no letter leaves."""
        return self.state / "HOLD"

    @property
    def ledger_url(self) -> str:
        """The ledger's SQLAlchemy address; never shown, for it may hold a password.

        Raises:
            Misconfigured: if the password file cannot be read.
        """
        return self.ledger.url(self.state)


_INBOXES: dict[str, type[Inbox]] = {"maildir": MaildirInbox, "imap": ImapInbox}
_POSTS: dict[str, type[Post]] = {"maildir": MaildirPost, "smtp": SmtpPost}
_LEDGERS: dict[str, type[LedgerPlace]] = {"sqlite": SqliteLedger, "postgresql": PostgresqlLedger}
_PLAIN: dict[str, type[Any]] = {
    "reading": Reading,
    "sealed": Sealed,
    "authentication": Authentication,
    "oauth": Oauth,
    "approval": Approval,
    "canary": Canary,
    "delivery": Delivery,
    "brakes": Brakes,
    "planning": Planning,
    "alarm": AlarmRoute,
    "monitoring": Monitoring,
    "log": Log,
}
_SECTIONS = ("inbox", "ledger", "post", *_PLAIN)


def load_config(path: Path) -> Config:
    """The configuration that the file `path` states.

    Raises:
        Misconfigured: with every fault found.
    """
    file = TomlFile.read(path)
    if not file.readable:
        raise Misconfigured(file.faults)
    top = {key: value for key, value in file.data.items() if key not in _SECTIONS}
    places = _section(file, (), top, Places)
    inbox = _door(file, "inbox", _INBOXES)
    ledger = _door(file, "ledger", _LEDGERS)
    post = _door(file, "post", _POSTS)
    plain: dict[str, Any] = {
        name: _section(file, (name,), file.data.get(name, {}), shape) for name, shape in _PLAIN.items()
    }
    _check_logins(file, inbox, post, plain["oauth"])
    if not (places and inbox and ledger and post and all(plain.values())) or file.faults:
        raise Misconfigured(sorted(file.faults, key=lambda fault: fault.line or 0))
    return Config(
        go_live=places.go_live,
        rules=places.rules,
        templates=places.templates,
        state=places.state,
        inbox=inbox,
        ledger=ledger,
        post=post,
        **plain,
    )


def server_faults(path: Path, name: str, table: Mapping[str, object]) -> list[Fault]:
    """What would be wrong with the table `inbox` or `post` in `path`, a file that need not be there yet."""
    file = TomlFile(path, data={name: dict(table)})
    if name == "inbox":
        _door(file, name, _INBOXES)
    else:
        _door(file, name, _POSTS)
    return file.faults


def _check_logins(file: TomlFile, inbox: Inbox | None, post: Post | None, oauth: Oauth | None) -> None:
    """An account needs a password, or the tokens of `[oauth]`."""
    if oauth is None or oauth.used:
        return
    says = "goes together with user, unless [oauth] names a source of tokens"
    if isinstance(inbox, ImapInbox) and inbox.password_file is None:
        file.fault(("inbox", "password_file"), says)
    if isinstance(post, SmtpPost) and post.user is not None and post.password_file is None:
        file.fault(("post", "password_file"), says)


def _door(file: TomlFile, name: str, kinds: dict[str, type[Section]]) -> Section | None:
    """The section `name`, in the shape that its `kind` asks for; the first of `kinds` needs no server."""
    table = file.data.get(name, {})
    default = next(iter(kinds))
    kind = table.get("kind", default) if isinstance(table, dict) else default
    if not isinstance(kind, str) or kind not in kinds:
        file.fault((name, "kind"), f"must be one of {', '.join(kinds)}")
        return None
    return _section(file, (name,), table, kinds[kind])


def _section(file: TomlFile, loc: Loc, table: object, shape: type[Section]) -> Section | None:
    entry = file.check(loc, table, shape, folder=file.path.absolute().parent)
    return entry.value if entry else None
