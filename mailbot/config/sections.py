"""The tables of config.toml: one dataclass for each, with the defaults that config.example.toml shows."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, ClassVar, Literal, TypeAlias
from urllib.parse import quote, urlencode

from pydantic import AfterValidator, ConfigDict, Field, Strict, ValidationInfo

from mailbot.config.values import (
    AnyPath,
    Certificate,
    Count,
    DatabaseHost,
    Host,
    HostName,
    HttpsUrl,
    LoginFile,
    OptionalFile,
    OptionalPath,
    OptionalSecret,
    Pause,
    Port,
    Switch,
    Tls,
    TlsSwitch,
    TlsToHost,
    Wait,
)
from mailbot.core.posting import NoticeKind
from mailbot.toml_file import Email, PlainText

TABLE = ConfigDict(extra="forbid", validate_default=True)
# What `junk` says in the place of a folder's name.
FIND_JUNK, NO_JUNK = "auto", "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class MaildirInbox:
    """`[inbox]` with `kind = "maildir"`."""

    __pydantic_config__: ClassVar[ConfigDict] = TABLE

    kind: Literal["maildir"] = "maildir"
    path: AnyPath = Path("inbox")
    boundary: frozenset[HostName] = frozenset()
    filed_folder: PlainText = "Da-ghi-nhan"
    filing: Literal["move", "none"] = "move"
    poll_seconds: Pause = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class ImapInbox:
    """`[inbox]` with `kind = "imap"`."""

    __pydantic_config__: ClassVar[ConfigDict] = TABLE

    kind: Literal["imap"] = "imap"
    host: Host
    user: PlainText
    password_file: OptionalSecret = None
    port: Port = 993
    tls: TlsToHost = Tls.TLS
    ca_file: OptionalFile = None
    boundary: frozenset[HostName] = frozenset()
    folder: PlainText = "INBOX"
    junk: PlainText = FIND_JUNK
    filed_folder: PlainText = "Da-ghi-nhan"
    filing: Literal["move", "none"] = "move"
    poll_seconds: Pause = 60
    idle: Switch = True
    connect_seconds: Wait = 30
    read_seconds: Wait = 60
    slice_bytes: Annotated[Count, Field(ge=4096, le=1 << 30)] = 1024 * 1024

    def __post_init__(self) -> None:
        """Insist on different folders: a mail moved into the folder that is read comes again for ever."""
        if self.filing == "move" and self.filed_folder == self.folder:
            raise ValueError("filed_folder must be another folder than the one that is read")
        if self.junk in {self.folder, self.filed_folder}:
            raise ValueError("junk must be another folder than those that are read and filed into")


@dataclass(frozen=True, slots=True, kw_only=True)
class MaildirPost:
    """`[post]` with `kind = "maildir"`: a letter to a@b goes to the Maildir `path`/a@b."""

    __pydantic_config__: ClassVar[ConfigDict] = TABLE

    kind: Literal["maildir"] = "maildir"
    path: AnyPath = Path("letters")
    sender: Email | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpPost:
    """`[post]` with `kind = "smtp"`; `sender` None means the office's mailbox."""

    __pydantic_config__: ClassVar[ConfigDict] = TABLE

    kind: Literal["smtp"] = "smtp"
    host: Host
    port: Port = 587
    tls: TlsToHost = Tls.STARTTLS
    ca_file: OptionalFile = None
    user: PlainText | None = None
    password_file: LoginFile = None
    sender: Email | None = None
    # Microsoft 365 lets an account have three.
    connections: Annotated[Count, Field(le=20)] = 3
    read_seconds: Wait = 60
    dot_seconds: Wait = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class SqliteLedger:
    """`[ledger]` with `kind = "sqlite"`: the file ledger.db in the state folder."""

    __pydantic_config__: ClassVar[ConfigDict] = TABLE

    kind: Literal["sqlite"] = "sqlite"

    def url(self, state: Path) -> str:
        """The ledger's SQLAlchemy address."""
        return f"sqlite:///{state / 'ledger.db'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresqlLedger:
    """`[ledger]` with `kind = "postgresql"`: one database for each office, for any number of machines."""

    __pydantic_config__: ClassVar[ConfigDict] = TABLE

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

    __pydantic_config__: ClassVar[ConfigDict] = TABLE

    per_address_per_day: Count = 20
    chases_per_address_per_day: Count = 3
    per_hour: Count = 400
    per_day: Count = 2000
    fuse_at_least: Count = 20
    fuse_share: Annotated[float, Field(ge=0, le=1)] = 0.25
    fuse_growth: Annotated[float, Field(ge=1, le=10)] = 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Oauth:
    """`[oauth]`: where access tokens come from, for servers that want one instead of a password.

    Either a program that prints one, or a token server.
    """

    __pydantic_config__: ClassVar[ConfigDict] = TABLE

    token_command: tuple[PlainText, ...] = ()
    token_lives_seconds: Annotated[Count, Field(ge=60, le=366 * 86400)] = 3000
    token_url: HttpsUrl | None = None
    client_id: PlainText | None = None
    client_secret_file: OptionalSecret = None
    refresh_token_file: OptionalSecret = None
    scope: PlainText | None = None
    ca_file: OptionalFile = None

    def __post_init__(self) -> None:
        """Insist on one source that is complete."""
        if bool(self.token_command) and self.token_url is not None:
            raise ValueError("token_command and token_url are two ways to one token; name one")
        if self.token_url is not None and self.client_id is None:
            raise ValueError("token_url needs client_id")
        if self.token_url is not None and not (self.refresh_token_file or self.client_secret_file):
            raise ValueError("token_url needs refresh_token_file, client_secret_file, or both")

    @property
    def used(self) -> bool:
        """Whether tokens take the place of passwords."""
        return bool(self.token_command) or self.token_url is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """`[approval]`: for how long every letter to a unit waits for a person, where letters leave the house.

    Kinds in `first_days_except` do not wait for that reason. With `new_addresses` the first letter to an
    address that nothing speaks for waits afterwards.
    """

    __pydantic_config__: ClassVar[ConfigDict] = TABLE

    shadow: Switch = False
    first_days: Annotated[int, Strict(), Field(ge=0, le=366)] = 30
    first_days_except: tuple[NoticeKind, ...] = ()
    new_addresses: Switch = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """`[delivery]`: how letters are followed on their way."""

    __pydantic_config__: ClassVar[ConfigDict] = TABLE

    receipt_copy: Switch = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Planning:
    """`[planning]`."""

    __pydantic_config__: ClassVar[ConfigDict] = TABLE

    tick_seconds: Annotated[Count, Field(le=3600)] = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """`[reading]`: how far attachments are read."""

    __pydantic_config__: ClassVar[ConfigDict] = TABLE

    ocr: Switch = True
    clamd: OptionalPath = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """`[sealed]`: what becomes of the bytes of mails that bear a mark of State secrecy."""

    __pydantic_config__: ClassVar[ConfigDict] = TABLE

    keep: Literal["nothing", "encrypted"] = "nothing"
    certificate: Certificate = None


def _has_a_sender(receivers: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
    if receivers and info.data.get("sender") is None:
        raise ValueError("goes together with sender")
    return receivers


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmRoute:
    """`[alarm]`: how people hear of it when mailbot is not well; it must not need what is broken."""

    __pydantic_config__: ClassVar[ConfigDict] = TABLE

    command: tuple[PlainText, ...] = ()
    host: Host = "localhost"
    port: Port = 25
    tls: TlsToHost = Tls.NONE
    ca_file: OptionalFile = None
    user: PlainText | None = None
    password_file: LoginFile = None
    sender: Email | None = None
    mail_to: Annotated[tuple[Email, ...], AfterValidator(_has_a_sender)] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Monitoring:
    """`[monitoring]`: where a running mailbot answers GET /metrics and GET /health, on this machine alone."""

    __pydantic_config__: ClassVar[ConfigDict] = TABLE

    port: Port | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """`[log]`."""

    __pydantic_config__: ClassVar[ConfigDict] = TABLE

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["json", "console"] = "console"


Inbox: TypeAlias = MaildirInbox | ImapInbox
Post: TypeAlias = MaildirPost | SmtpPost
LedgerPlace: TypeAlias = SqliteLedger | PostgresqlLedger
