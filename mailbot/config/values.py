"""The values that config.toml may hold: paths, hosts, secrets, moments. Each validator names its fault.

A fault's text never repeats the value: it may be a password in the wrong place.
"""

import ipaddress
import os
import re
import stat
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, PlainValidator, Strict, ValidationInfo

from mailbot.core.calendar import YEARS, ZONE, at
from mailbot.errors import Fault, Misconfigured

_CREDENTIAL = "credential:"
# Labels of at most 63 letters (RFC 1035): what resolves names raises on others, and says nothing of use.
_HOST = re.compile(r"(?=.{1,253}$)[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63})*\.?")


@dataclass(frozen=True, slots=True)
class Secret:
    """A file that holds one password; only its name is ever shown."""

    path: Path

    def read(self) -> str:
        """The password, without the line break at its end.

        Raises:
            Misconfigured: if the file cannot be read, is not one line, or everybody may open it.
        """
        try:
            return _password(self.path)
        except ValueError as error:
            raise Misconfigured([Fault(self.path, str(error))]) from None


def _password(path: Path) -> str:
    try:
        mode = path.stat().st_mode
        # Windows editors put a byte order mark first; nobody can type it as part of a password.
        password = path.read_text(encoding="utf-8-sig").rstrip("\r\n")
    except OSError as error:
        raise ValueError(f"the password file cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ValueError("the password file cannot be read: it is not UTF-8 text") from None
    if mode & stat.S_IRWXO:
        raise ValueError("everybody may open the password file; chmod o= takes that away")
    if not password or not password.isprintable():
        raise ValueError("the password file must hold one line, the password")
    return password


def _path(written: object, info: ValidationInfo) -> Path:
    if not isinstance(written, str | Path) or not str(written):
        raise ValueError("must be a path")
    if "\0" in str(written):
        raise ValueError("must be a path")
    context: dict[str, Path] = info.context or {}
    try:
        return context["folder"] / Path(written).expanduser()
    except RuntimeError:
        raise ValueError("begins with ~ and names a user that this machine does not know") from None


def _mode(path: Path) -> int:
    """What is there; 0 for nothing."""
    try:
        return path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return 0
    except OSError as error:
        # A folder above that may not be entered: it is no fault of the name, and none that ends the start.
        raise ValueError(f"{path} cannot be looked at: {error.strerror}") from None


def _folder(path: Path) -> Path:
    if not stat.S_ISDIR(_mode(path)):
        raise ValueError(f"no such folder: {path}")
    return path


def _state(path: Path) -> Path:
    # Path.is_dir raises where a folder above may not be entered; that is told when the folder is used.
    if os.path.lexists(path) and not os.path.isdir(path):  # noqa: PTH112
        raise ValueError(f"is there and is no folder: {path}")
    return path


def _optional_path(written: object, info: ValidationInfo) -> Path | None:
    return None if written is None else _path(written, info)


def _optional_file(written: object, info: ValidationInfo) -> Path | None:
    if written is None:
        return None
    path = _path(written, info)
    if not stat.S_ISREG(_mode(path)):
        raise ValueError(f"no such file: {path}")
    return path


def _secret(written: object, info: ValidationInfo) -> Secret:
    if isinstance(written, str) and written.startswith(_CREDENTIAL):
        folder = os.environ.get("CREDENTIALS_DIRECTORY")
        name = written.removeprefix(_CREDENTIAL)
        if not folder:
            raise ValueError(
                "names a systemd credential, but $CREDENTIALS_DIRECTORY is not set: only services have them;"
                " put `systemd-run --pipe --wait -p User=mailbot -p LoadCredential=NAME:FILE` before a"
                " command by hand, or name a file here"
            )
        if not name or name != Path(name).name:
            raise ValueError("must be credential: and a name without slashes")
        secret = Secret(Path(folder) / name)
    else:
        secret = Secret(_path(written, info))
    _password(secret.path)
    return secret


def _optional_secret(written: object, info: ValidationInfo) -> Secret | None:
    return None if written is None else _secret(written, info)


def _login(secret: Secret | None, info: ValidationInfo) -> Secret | None:
    # A `user` that has a fault of its own is not in the data.
    if "user" in info.data and info.data["user"] is None and secret is not None:
        raise ValueError("goes together with user; a relay that asks for no login needs neither")
    return secret


def _https(written: str) -> str:
    parts = urlsplit(written)
    try:
        _ = parts.port, _host(parts.hostname or "")  # reading the port is what tries it
    except ValueError:
        raise ValueError("must be an address such as https://login.example.com/token") from None
    if parts.scheme != "https" or parts.username or not written.isprintable():
        raise ValueError("must be an address that begins with https://")
    return written


def _certificate(written: object, info: ValidationInfo) -> Path | None:
    path = _optional_file(written, info)
    keeps = info.data.get("keep")
    if keeps is not None and (keeps == "encrypted") != (path is not None):
        raise ValueError('goes together with keep = "encrypted"')
    if path is not None:
        try:
            text = path.read_text("ascii")
        except (OSError, UnicodeDecodeError):
            raise ValueError("must be a readable certificate in PEM form") from None
        if "PRIVATE KEY" in text:
            raise ValueError("holds a private key; that belongs on no machine of a network")
        if "-----BEGIN CERTIFICATE-----" not in text:
            raise ValueError("must be a certificate in PEM form")
    return path


def _never_on_the_wire(tls: "Tls", info: ValidationInfo) -> "Tls":
    if tls is Tls.NONE and not _is_this_machine(info.data.get("host", "")):
        raise ValueError("none is only for a server on this machine: passwords would cross the network")
    return tls


def _encrypted(tls: bool, info: ValidationInfo) -> bool:
    if not tls and not _is_this_machine(info.data.get("host", "")):
        raise ValueError("false is only for a server on this machine: mails would cross the network")
    return tls


def _is_this_machine(host: str) -> bool:
    if host == "localhost" or host.startswith("/"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _host(written: str) -> str:
    if _HOST.fullmatch(written) is None and not _is_address(written):
        raise ValueError(
            "must be a host name such as mail.example.gov.vn, or an IP address:"
            " no https://, no port, no letters with accents"
        )
    return written


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _address(written: str) -> str:
    if not _is_address(written):
        raise ValueError(
            "must be an IP address such as 127.0.0.1: who resolves names cannot be asked by name"
        )
    return written


def _server(written: str) -> str:
    return written if written.startswith("/") else _host(written)


def _go_live(written: object) -> datetime:
    if isinstance(written, date) and written.year not in YEARS:
        raise ValueError(f"must be of a year from {YEARS[0]} to {YEARS[-1]}")
    if isinstance(written, datetime):
        return written.astimezone(ZONE) if written.tzinfo else written.replace(tzinfo=ZONE)
    if isinstance(written, date):
        return at(written)
    raise ValueError("must be a date such as 2026-12-01, or a date and time, without quotation marks")


class Tls(StrEnum):
    """How a connection is secured."""

    TLS = "tls"  # from the first byte on (ports 993, 465)
    STARTTLS = "starttls"  # required, never merely tried (ports 143, 587)
    NONE = "none"  # plain text, to a server on this machine only


AnyPath = Annotated[Path, PlainValidator(_path)]
StateFolder = Annotated[Path, PlainValidator(_path), AfterValidator(_state)]
ExistingFolder = Annotated[Path, PlainValidator(_path), AfterValidator(_folder)]
OptionalPath = Annotated[Path | None, PlainValidator(_optional_path)]
OptionalFile = Annotated[Path | None, PlainValidator(_optional_file)]
OptionalSecret = Annotated[Secret | None, PlainValidator(_optional_secret)]
Certificate = Annotated[Path | None, PlainValidator(_certificate)]
LoginFile = Annotated[Secret | None, PlainValidator(_optional_secret), AfterValidator(_login)]
# The host stands before it in each section: a validator sees only the fields above its own.
HttpsUrl = Annotated[str, AfterValidator(_https)]
TlsToHost = Annotated[Tls, AfterValidator(_never_on_the_wire)]
TlsSwitch = Annotated[bool, Strict(), AfterValidator(_encrypted)]
Host = Annotated[str, AfterValidator(_host)]
# A database may also be reached by the folder of its socket.
DatabaseHost = Annotated[str, AfterValidator(_server)]
IpAddress = Annotated[str, AfterValidator(_address)]
HostName = Annotated[str, AfterValidator(_host), AfterValidator(str.lower)]
Port = Annotated[int, Strict(), Field(ge=1, le=65535)]
GoLive = Annotated[datetime, PlainValidator(_go_live)]
Count = Annotated[int, Strict(), Field(ge=1)]
# Whoever waits for longer than half an hour is taken for one that hangs, and the watchdog ends the daemon.
Wait = Annotated[int, Strict(), Field(ge=1, le=20 * 60)]
# An IMAP server may hang up after half an hour (RFC 2177), and a loop must show life as often.
Pause = Annotated[int, Strict(), Field(ge=1, le=25 * 60)]
Switch = Annotated[bool, Strict()]
