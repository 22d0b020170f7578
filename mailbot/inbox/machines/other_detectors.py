"""flufl.bounce, the bounce detectors of Mailman, inside a guard.

It takes ordinary mails for bounces where they speak of one, raises on mails that its authors have not
seen, skips addresses outside ASCII, and needs the standard library's parser. So it is asked only about
mails that a machine has written, gets a bounded beginning of them, and whatever it raises means that it
knows nothing.
"""

import logging
from email import message_from_bytes

from flufl.bounce import all_failures

from mailbot.inbox.octets import Octets

# Where the failed recipients stand, whatever was returned below them.
_MOST_BYTES = 128 << 10
# The standard library's parser needs seconds for thousands of empty parts.
_MOST_DELIMITERS = 60
# It writes a traceback for each mail that it stumbles over; that is no trouble of ours.
logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL + 1)


def failed_and_delayed(octets: Octets) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The recipients that flufl.bounce finds, failed and delayed; none where it is at a loss."""
    beginning = octets[:_MOST_BYTES]
    if beginning.count(b"\n--") > _MOST_DELIMITERS:
        return (), ()
    try:
        delayed, failed = all_failures(message_from_bytes(beginning))
        return _texts(failed), _texts(delayed)
    except Exception:  # noqa: BLE001 - strange mail is a value, and this library raises anything
        return (), ()


def _texts(addresses: frozenset[bytes]) -> tuple[str, ...]:
    return tuple(
        sorted(address.decode("ascii").strip("<> ").lower() for address in addresses if b"@" in address)
    )
