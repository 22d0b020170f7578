"""DKIM verified by ourselves (RFC 6376), against the bytes as archived.

The library answers "true" for a mail with a second, unsigned Subject on top, for a changed unsigned
Content-Type and for a body that goes on behind `l=` (tried). So a signature counts only if it covers
everything that a reader sees, once, and to its end; the library then does the arithmetic.
"""

import logging
import re
import time
from collections.abc import Callable, Iterator

from mailbot.inbox.fields import Block, read_block

# What stands in front of a reader, or decides how it is shown: signed if it is there.
_SHOWN = (
    "from",
    "date",
    "subject",
    "to",
    "message-id",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
)
_ALSO_LONE = ("cc", "reply-to", "sender")
_TAG = re.compile(rb"\s*([A-Za-z][A-Za-z0-9_]{0,30})\s*=\s*([^;]*?)\s*")
_HOST = re.compile(rb"[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,250}[A-Za-z0-9])?")
_ALGORITHMS = frozenset({b"rsa-sha256", b"ed25519-sha256"})
# A mail has one signature of its author's domain, and a list's or two; each costs a look-up.
_MOST_SIGNATURES = 5
_LEAST_KEY_BITS = 1024
# Verifying hashes the whole mail; what is larger than any mail server takes is not worth it.
_MOST_OCTETS = 40 << 20
# The resolver is on this machine or next to it; and a resolver that is down must not slow every mail.
_SECONDS = 5.0
_PAUSE_SECONDS = 600.0
_MOST_KEYS = 1_000
_LOG = logging.getLogger("dkim")
_LOG.setLevel(logging.CRITICAL + 1)

# What the library asks: the TXT record of a name, or None.
Ask = Callable[[bytes], bytes | None]


class Resolver:
    """Keys from the resolver at `server`; None where nobody answers, and then for a while for all."""

    def __init__(self, server: str) -> None:
        # Loaded where an office verifies signatures: most let their mail server do it.
        import dns.exception  # noqa: PLC0415
        import dns.resolver  # noqa: PLC0415

        self._none = (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer)
        self._failures = (dns.exception.DNSException, OSError, ValueError)
        self._resolver = dns.resolver.Resolver(configure=False)
        self._resolver.nameservers = [server]
        self._resolver.lifetime = _SECONDS
        self._keys: dict[bytes, bytes | None] = {}
        self._silent_until = 0.0

    def __call__(self, name: bytes) -> bytes | None:
        """The TXT record of `name`, its strings joined."""
        if name in self._keys:
            return self._keys[name]
        if time.monotonic() < self._silent_until:
            return None
        try:
            answer = self._resolver.resolve(name.decode("ascii"), "TXT")
            key = b"".join(answer[0].strings)
        except self._none:
            key = None
        except self._failures:
            self._silent_until = time.monotonic() + _PAUSE_SECONDS
            return None
        if len(self._keys) >= _MOST_KEYS:
            self._keys.clear()
        self._keys[name] = key
        return key

    def trouble(self, name: str) -> str:
        """Why nothing can be looked up now; "" if there was an answer, be it that there is no such name."""
        try:
            self._resolver.resolve(name, "TXT")
        except self._none:
            return ""
        except self._failures as error:
            return str(error) or type(error).__name__
        return ""


def signed_by(octets: bytes, domain: str, ask: Ask) -> bool:
    """Whether `domain` itself has signed all that a reader of the mail sees.

    Args:
        octets: the mail as archived, never one put together anew.
        domain: of the address in `From`, lower case; a domain above it proves nothing.
        ask: where keys are looked up; what it raises means that there is none.
    """
    if len(octets) > _MOST_OCTETS:
        return False
    block = read_block(octets, 0, len(octets))
    if not block.whole or block.defects or not _shows_each_once(block):
        return False
    return any(_holds(octets, index, ask) for index in _worth_asking(block, domain))


def _shows_each_once(block: Block) -> bool:
    return all(len(block.all(name)) <= 1 for name in (*_SHOWN, *_ALSO_LONE)) and bool(block.all("from"))


def _worth_asking(block: Block, domain: str) -> Iterator[int]:
    """The places of those signatures that would prove enough if they hold."""
    for index, value in enumerate(block.all("dkim-signature")[:_MOST_SIGNATURES]):
        tags = _tags(value)
        if tags is None or b"l" in tags or tags.get(b"v") != b"1" or tags.get(b"a") not in _ALGORITHMS:
            continue
        by, selector = tags.get(b"d", b""), tags.get(b"s", b"")
        if by.lower() != domain.encode("ascii", "replace") or not (
            _HOST.fullmatch(by) and _HOST.fullmatch(selector)
        ):
            continue
        names = {name.strip().lower().decode("latin-1") for name in tags.get(b"h", b"").split(b":")}
        covered = all(name in names for name in _SHOWN if block.all(name))
        if covered and all(len(block.all(name)) <= 1 for name in names):
            yield index


def _tags(value: bytes) -> dict[bytes, bytes] | None:
    """The signature's tags; None if one cannot be read or stands there twice (RFC 6376, 3.2)."""
    tags: dict[bytes, bytes] = {}
    for written in value.rstrip(b"; \t").split(b";"):
        found = _TAG.fullmatch(written)
        if found is None or found[1] in tags:
            return None
        tags[found[1]] = found[2]
    return tags


def _holds(octets: bytes, index: int, ask: Ask) -> bool:
    import dkim  # noqa: PLC0415 - as dns above

    def key(name: bytes, timeout: float = 0) -> bytes | None:  # noqa: ARG001 - the library's signature
        return ask(name)

    try:
        message = dkim.DKIM(octets, logger=_LOG, minkey=_LEAST_KEY_BITS)
        return bool(message.verify(idx=index, dnsfunc=key))
    except Exception:  # noqa: BLE001 - it raises anything on odd keys and mails; no proof is the answer
        return False
