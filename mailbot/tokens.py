"""Access tokens for servers that ask for OAuth 2.0 instead of a password (RFC 6749, 6).

A token is renewed when four fifths of its life are over, so that a token server may be away for the last
fifth and nobody notices but the administrator. The last good one is kept on disk, and so is a refresh token
that the server exchanged: it would be the only one that is still accepted.
"""

import contextlib
import hashlib
import json
import subprocess
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from ssl import create_default_context
from typing import Any

from mailbot.clock import Clock
from mailbot.disk import put
from mailbot.errors import LoginRefused, Unavailable

_RENEWED_AT = 0.8
# RFC 6749, 5.1 only recommends that a server says how long its token lives; an hour is what all give.
_LIFE = timedelta(hours=1)
# A token that dies on the way to the mail server is none.
_MARGIN = timedelta(seconds=30)
# A token server that is away is asked once a minute, not at every login.
_PAUSE = timedelta(minutes=1)
_SECONDS = 30
_MOST_BYTES = 100_000
# The server means us and not the moment (RFC 6749, 5.2).
_REFUSALS = frozenset({"invalid_grant", "invalid_client", "unauthorized_client", "invalid_scope"})


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenServer:
    """Where tokens come from: one HTTPS request.

    Attributes:
        refresh_token, client_secret: read each time, so that a file may be exchanged; without a refresh
            token the client asks in its own name (client credentials).
    """

    url: str
    client_id: str
    refresh_token: Callable[[], str] | None = None
    client_secret: Callable[[], str] | None = None
    scope: str = ""
    ca_file: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenCommand:
    """Where tokens come from: a program that prints one, with `lives` seconds to its end."""

    command: tuple[str, ...]
    lives: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Token:
    """A token with its life, and the refresh token that came with it in exchange for `origin`."""

    access: str
    got_at: datetime
    dies_at: datetime
    refresh: str = ""
    origin: str = ""

    def old(self, now: datetime) -> bool:
        return now >= self.got_at + (self.dies_at - self.got_at) * _RENEWED_AT

    def good(self, now: datetime) -> bool:
        return now < self.dies_at - _MARGIN


class Tokens:
    """The present token, renewed in time; any thread may ask for it."""

    def __init__(self, source: TokenServer | TokenCommand, kept: Path, clock: Clock) -> None:
        """Take tokens from `source`, keep the last good one in the file `kept`."""
        self._source = source
        self._kept = kept
        self._clock = clock
        self._lock = threading.Lock()
        self._token = _read(kept)
        self._tried_at: datetime | None = None
        self._fault: Unavailable | None = None

    def token(self, refused: str = "") -> str:
        """A token that is good now; never `refused`, which the mail server has just turned down.

        Raises:
            LoginRefused: the token server does not accept our own credentials, and no good token is left.
            Unavailable: it cannot be asked now, and no good token is left.
        """
        with self._lock:
            now = self._clock()
            if refused and self._token is not None and self._token.access == refused:
                self._token = _dead(self._token, now)
                self._tried_at = None
            if self._token is None or self._token.old(now):
                self._renew(now)
            if self._token is not None and self._token.good(now):
                return self._token.access
            raise self._fault or Unavailable("there is no token")

    def trouble(self) -> str:
        """Renew the token if it is time; what is in the way, for an alarm, or ""."""
        try:
            self.token()
        except Unavailable as error:
            return f"no token any more, nothing can be read or sent: {error}"
        with self._lock:
            if self._fault is None or self._token is None:
                return ""
            ends = self._token.dies_at.isoformat(timespec="minutes")
            return f"the token cannot be renewed; the last one dies at {ends}: {self._fault}"

    def _renew(self, now: datetime) -> None:
        if self._tried_at is not None and now - self._tried_at < _PAUSE:
            return
        self._tried_at = now
        try:
            self._token = self._fetched(now)
        except Unavailable as error:
            self._fault = error
            return
        self._fault = self._tried_at = None
        _write(self._kept, self._token)

    def _fetched(self, now: datetime) -> _Token:
        match self._source:
            case TokenCommand(command=command, lives=lives):
                return _Token(access=_printed(command), got_at=now, dies_at=now + timedelta(seconds=lives))
            case TokenServer() as server:
                return self._granted(server, now)

    def _granted(self, server: TokenServer, now: datetime) -> _Token:
        asked = {"client_id": server.client_id, "grant_type": "client_credentials"}
        given = server.refresh_token() if server.refresh_token else ""
        origin = hashlib.sha256(given.encode()).hexdigest() if given else ""
        if given:
            # A refresh token that the server gave in exchange for this one goes before it; one that the
            # administrator has put into the file since then goes before that.
            exchanged = self._token.refresh if self._token and self._token.origin == origin else ""
            asked |= {"grant_type": "refresh_token", "refresh_token": exchanged or given}
        if server.client_secret:
            asked["client_secret"] = server.client_secret()
        if server.scope:
            asked["scope"] = server.scope
        told = _posted(server, asked)
        access, lives = told.get("access_token"), told.get("expires_in", _LIFE.total_seconds())
        try:
            life = timedelta(seconds=float(lives))
        except (TypeError, ValueError, OverflowError):
            life = timedelta(0)
        if not isinstance(access, str) or not access or life <= _MARGIN:
            raise Unavailable(f"{server.url} answers without a token that could be used")
        refresh = told.get("refresh_token") or asked.get("refresh_token", "")
        return _Token(access=access, got_at=now, dies_at=now + life, refresh=str(refresh), origin=origin)


def _posted(server: TokenServer, asked: dict[str, str]) -> dict[str, Any]:
    request = urllib.request.Request(  # noqa: S310 - the configuration admits https only
        server.url,
        data=urllib.parse.urlencode(asked).encode(),
        headers={"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"},
        method="POST",
    )
    try:
        context = create_default_context(cafile=server.ca_file)
        with urllib.request.urlopen(request, timeout=_SECONDS, context=context) as answer:  # noqa: S310 - as above
            return _json(answer.read(_MOST_BYTES))
    except urllib.error.HTTPError as error:
        with error:
            told = _json(error.read(_MOST_BYTES))
        word, described = told.get("error"), str(told.get("error_description", ""))[:200]
        says = f"{server.url}: {error.code} {word or ''} {described}".strip()
        if word in _REFUSALS:
            raise LoginRefused(says) from None
        raise Unavailable(says) from None
    except (OSError, ValueError) as error:
        # What was sent stands in no error's text: it holds the secrets.
        raise Unavailable(f"{server.url}: {error}") from None


def _json(octets: bytes) -> dict[str, Any]:
    try:
        told = json.loads(octets)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _printed(command: tuple[str, ...]) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - the administrator's own command
            command, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise Unavailable(f"{command[0]} cannot be run: {type(error).__name__}") from None
    token = done.stdout.strip()
    if done.returncode or not token or not token.isprintable():
        raise Unavailable(f"{command[0]} ended with {done.returncode} and printed no token in one line")
    return token


def _dead(token: _Token, now: datetime) -> _Token:
    return _Token(access="", got_at=now, dies_at=now, refresh=token.refresh, origin=token.origin)


def _read(kept: Path) -> _Token | None:
    try:
        told = json.loads(kept.read_text(encoding="utf-8"))
        return _Token(
            access=told["access"],
            got_at=datetime.fromisoformat(told["got_at"]),
            dies_at=datetime.fromisoformat(told["dies_at"]),
            refresh=told["refresh"],
            origin=told["origin"],
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _write(kept: Path, token: _Token) -> None:
    """Keep the token, for our own account alone; a disk that refuses costs no more than the next start."""
    told = {
        "access": token.access,
        "got_at": token.got_at.isoformat(),
        "dies_at": token.dies_at.isoformat(),
        "refresh": token.refresh,
        "origin": token.origin,
    }
    with contextlib.suppress(OSError):
        put(kept, json.dumps(told), durable=True, mode=0o600)
