"""`[authentication]`: whose word counts about who sent a mail; `[canary]`: how that is tried."""

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from pydantic import ConfigDict, Field

from mailbot.config.values import (
    Count,
    Host,
    HostName,
    IpAddress,
    LoginFile,
    OptionalFile,
    Port,
    Switch,
    Tls,
    TlsToHost,
)
from mailbot.core.senders.auth_results import Dialect
from mailbot.core.senders.sender import Trust
from mailbot.toml_file import Email, PlainText


@dataclass(frozen=True, slots=True, kw_only=True)
class Authentication:
    """`[authentication]`; with nothing set, a registered address is believed and marked "not verified"."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid", validate_default=True)

    authserv_ids: frozenset[HostName] = frozenset()
    dialect: Dialect = Dialect.RFC8601
    hops: Annotated[Count, Field(le=20)] | None = None
    from_enforced: frozenset[HostName] = frozenset()
    spf_suffices: Switch = False
    resolver: IpAddress | None = None
    unverified: Literal["accept", "pause"] | None = None

    def trust(self, boundary: frozenset[str]) -> Trust:
        """The same for the core; `boundary` names our own mail servers, from the section on the mailbox."""
        return Trust(
            authserv_ids=self.authserv_ids,
            boundary=boundary,
            hops=self.hops,
            dialect=self.dialect,
            enforced=self.from_enforced,
            spf=self.spf_suffices,
        )

    @property
    def pauses(self) -> bool:
        """Whether a report from an address that nothing proves waits for a person."""
        if self.unverified is None:
            return bool(self.authserv_ids) or self.dialect is Dialect.MICROSOFT
        return self.unverified == "pause"


@dataclass(frozen=True, slots=True, kw_only=True)
class Canary:
    """`[canary]`: an account outside, from which `mailbot check --auth` sends forged mails to our mailbox."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid", validate_default=True)

    host: Host | None = None
    port: Port = 587
    tls: TlsToHost = Tls.STARTTLS
    ca_file: OptionalFile = None
    user: PlainText | None = None
    password_file: LoginFile = None
    sender: Email | None = None
    pretends: Email | None = None
    wait_seconds: Annotated[Count, Field(le=3600)] = 300
