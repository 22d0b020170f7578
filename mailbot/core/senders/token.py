"""What proves that a staff command follows a link that mailbot itself wrote (mã lệnh).

A token is a capability, not an identity: who sends it is judged apart. It is bound to one member of the
staff, one deed on one object in one version, and a moment after which it is worth nothing. Nothing of it is
stored: whoever has the ledger's secret can check it, and nobody else can make one.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

# A digest is read on the next working day, or after a weekend (faults: a stolen one must not live long).
LIVES_FOR = timedelta(hours=72)
_PURPOSE = b"mailbot command token 1"
_VERSION_BYTES = 4
_MINUTE_BYTES = 4
# 136 bits: guessing is hopeless, and the whole is 25 bytes, which base32 writes without padding.
_MAC_BYTES = 17
_LENGTH = 40


class Flaw(StrEnum):
    """Why a token opens nothing."""

    FORGED = "forged"  # not ours, or for another person, deed or object
    EXPIRED = "expired"
    STALE = "stale"  # the object has changed since the link was written


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What a token is good for.

    Attributes:
        staff: the address of the member of the staff, lower case.
        says: verb, object and argument as the command writes them.
        version: of the object: a number that grows with every change to it.
    """

    staff: str
    says: str
    version: int


def mint(secret: bytes, deed: Deed, now: datetime) -> str:
    """The token for `deed`, good for `LIVES_FOR` from `now`: 40 letters and digits."""
    minute = int((now + LIVES_FOR).astimezone(UTC).timestamp() // 60)
    head = deed.version.to_bytes(_VERSION_BYTES) + minute.to_bytes(_MINUTE_BYTES)
    return base64.b32encode(head + _mac(secret, deed, head)).decode().lower()


def flaw(secret: bytes, token: str, deed: Deed, now: datetime) -> Flaw | None:
    """What is wrong with `token` as a key to `deed` at `now`; None if it opens it.

    A forged token is told from a stale one without leaking anything: what is compared is secret.
    """
    if len(token) != _LENGTH:
        return Flaw.FORGED
    try:
        octets = base64.b32decode(token.upper())
    except ValueError:
        return Flaw.FORGED
    head, mac = octets[: _VERSION_BYTES + _MINUTE_BYTES], octets[_VERSION_BYTES + _MINUTE_BYTES :]
    version = int.from_bytes(head[:_VERSION_BYTES])
    written_for = Deed(staff=deed.staff, says=deed.says, version=version)
    if not hmac.compare_digest(mac, _mac(secret, written_for, head)):
        return Flaw.FORGED
    if now >= datetime.fromtimestamp(int.from_bytes(head[_VERSION_BYTES:]) * 60, UTC):
        return Flaw.EXPIRED
    return None if version == deed.version else Flaw.STALE


def _mac(secret: bytes, deed: Deed, head: bytes) -> bytes:
    # A key of its own, so that no Message-ID, made with the same secret, can ever be a token.
    key = hmac.digest(secret, _PURPOSE, hashlib.sha256)
    told = b"\0".join([head, deed.staff.lower().encode(), deed.says.encode()])
    return hmac.digest(key, told, hashlib.sha256)[:_MAC_BYTES]
