"""Reads config.toml: where the mailbox, the ledger and the mail server are, and how hard to press them.

What the office decides stands in the rules, not here. Relative paths are relative to the file itself.
Passwords stand in files of their own and are read when they are used, so no value here is secret.
Every key is described in config.example.toml.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, ClassVar, Literal, TypeAlias, TypeVar
from urllib.parse import quote, urlencode

from pydantic import ConfigDict, Field

from mailbot.config.values import (
    AnyPath,
    Count,
    DatabaseHost,
    ExistingFolder,
    GoLive,
    Host,
    HostName,
    LoginFile,
    OptionalFile,
    OptionalSecret,
    PasswordFile,
    Port,
    Secret,
    Switch,
    Tls,
    TlsSwitch,
    TlsToHost,
)
from mailbot.errors import Misconfigured
from mailbot.toml_file import Email, PlainText, TomlFile
from mailbot.toml_lines import Loc

Section = TypeVar("Section")
__all__ = [
    "Brakes",
    "Config",
    "ImapInbox",
    "Inbox",
    "LedgerPlace",
    "Log",
    "MaildirInbox",
    "MaildirPost",
    "Planning",
    "Post",
    "PostgresqlLedger",
    "Reading",
    "Secret",
    "SmtpPost",
    "SqliteLedger",
    "Tls",
    "load_config",
]

_TABLE = ConfigDict(extra="forbid", validate_default=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class MaildirInbox:
    """`[inbox]` with `kind = "maildir"`."""

    __pydantic_config__: ClassVar[ConfigDict] = _TABLE

    kind: Literal["maildir"] = "maildir"
    path: AnyPath = Path("inbox")
    boundary: frozenset[HostName] = frozenset()
    filed_folder: PlainText = "Da-ghi-nhan"
    filing: Literal["move", "none"] = "move"
    poll_seconds: Count = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class ImapInbox:
    """`[inbox]` with `kind = "imap"`."""

    __pydantic_config__: ClassVar[ConfigDict] = _TABLE

    kind: Literal["imap"] = "imap"
    host: Host
    user: PlainText
    password_file: PasswordFile
    port: Port = 993
    tls: TlsToHost = Tls.TLS
    ca_file: OptionalFile = None
    boundary: frozenset[HostName] = frozenset()
    folder: PlainText = "INBOX"
    filed_folder: PlainText = "Da-ghi-nhan"
    filing: Literal["move", "none"] = "move"
    # A longer wait would outlast the half hour after which a server may hang up (RFC 2177).
    poll_seconds: Annotated[Count, Field(le=25 * 60)] = 60
    idle: Switch = True
    connect_seconds: Count = 30
    read_seconds: Count = 60
    slice_bytes: Annotated[Count, Field(ge=4096)] = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class MaildirPost:
    """`[post]` with `kind = "maildir"`: a letter to a@b goes to the Maildir `path`/a@b."""

    __pydantic_config__: ClassVar[ConfigDict] = _TABLE

    kind: Literal["maildir"] = "maildir"
    path: AnyPath = Path("letters")
    sender: Email | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpPost:
    """`[post]` with `kind = "smtp"`; `sender` None means the office's mailbox."""

    __pydantic_config__: ClassVar[ConfigDict] = _TABLE

    kind: Literal["smtp"] = "smtp"
    host: Host
    port: Port = 587
    tls: TlsToHost = Tls.STARTTLS
    ca_file: OptionalFile = None
    user: PlainText | None = None
    password_file: LoginFile = None
    sender: Email | None = None
    read_seconds: Count = 60
    dot_seconds: Count = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class SqliteLedger:
    """`[ledger]` with `kind = "sqlite"`: the file ledger.db in the state folder."""

    __pydantic_config__: ClassVar[ConfigDict] = _TABLE

    kind: Literal["sqlite"] = "sqlite"

    def url(self, state: Path) -> str:
        """The ledger's SQLAlchemy address."""
        return f"sqlite:///{state / 'ledger.db'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresqlLedger:
    """`[ledger]` with `kind = "postgresql"`: one database for each office, for any number of machines."""

    __pydantic_config__: ClassVar[ConfigDict] = _TABLE

    kind: Literal["postgresql"] = "postgresql"
    host: DatabaseHost
    port: Port = 5432
    database: PlainText = "mailbot"
    user: PlainText = "mailbot"
    password_file: OptionalSecret = None
    tls: TlsSwitch = True
    ca_file: OptionalFile = None
    # Below, an ordinary pause of the network would change the active machine; above, nobody reads for long.
    lease_seconds: Annotated[Count, Field(ge=4, le=600)] = 40

    def url(self, state: Path) -> str:  # noqa: ARG002 - as for SQLite
        """The ledger's SQLAlchemy address; it holds the password, so it is never shown.

        Raises:
            Misconfigured: if the password file cannot be read.
        """
        login = quote(self.user, safe="")
        if self.password_file is not None:
            login += f":{quote(self.password_file.read(), safe='')}"
        asked = {"sslmode": "verify-full" if self.tls else "prefer"}
        if self.tls:
            # "system" means the authorities that the machine trusts.
            asked["sslrootcert"] = str(self.ca_file or "system")
        server = "" if self.host.startswith("/") else f"{_bracketed(self.host)}:{self.port}"
        if not server:
            asked |= {"host": self.host, "port": str(self.port)}
        return f"postgresql+psycopg://{login}@{server}/{quote(self.database, safe='')}?{urlencode(asked)}"


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


@dataclass(frozen=True, slots=True, kw_only=True)
class Brakes:
    """`[brakes]`: how many letters may leave, whatever the plan says."""

    __pydantic_config__: ClassVar[ConfigDict] = _TABLE

    per_address_per_day: Count = 20
    per_hour: Count = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Planning:
    """`[planning]`."""

    __pydantic_config__: ClassVar[ConfigDict] = _TABLE

    tick_seconds: Annotated[Count, Field(le=3600)] = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """`[reading]`: how far attachments are read."""

    __pydantic_config__: ClassVar[ConfigDict] = _TABLE

    ocr: Switch = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """`[log]`."""

    __pydantic_config__: ClassVar[ConfigDict] = _TABLE

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["json", "console"] = "console"


Inbox: TypeAlias = MaildirInbox | ImapInbox
Post: TypeAlias = MaildirPost | SmtpPost
LedgerPlace: TypeAlias = SqliteLedger | PostgresqlLedger


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """The keys above the first table: the start, and the folders; all paths are absolute or as given."""

    __pydantic_config__: ClassVar[ConfigDict] = _TABLE

    go_live: GoLive
    rules: ExistingFolder
    templates: ExistingFolder = Path("templates")
    state: AnyPath = Path("state")


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
    post: Post = field(default_factory=MaildirPost)
    brakes: Brakes = field(default_factory=Brakes)
    planning: Planning = field(default_factory=Planning)
    log: Log = field(default_factory=Log)

    @property
    def archive(self) -> Path:
        """The folder that keeps the raw mails."""
        return self.state / "archive"

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
_SECTIONS = ("inbox", "ledger", "reading", "post", "brakes", "planning", "log")


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
    reading = _section(file, ("reading",), file.data.get("reading", {}), Reading)
    brakes = _section(file, ("brakes",), file.data.get("brakes", {}), Brakes)
    planning = _section(file, ("planning",), file.data.get("planning", {}), Planning)
    log = _section(file, ("log",), file.data.get("log", {}), Log)
    if not (places and inbox and ledger and reading and post and brakes and planning and log) or file.faults:
        raise Misconfigured(sorted(file.faults, key=lambda fault: fault.line or 0))
    return Config(
        go_live=places.go_live,
        rules=places.rules,
        templates=places.templates,
        state=places.state,
        inbox=inbox,
        ledger=ledger,
        reading=reading,
        post=post,
        brakes=brakes,
        planning=planning,
        log=log,
    )


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
