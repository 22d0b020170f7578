"""Waiting for mail with IDLE (RFC 2177), without ever going deaf or spinning.

IMAPClient's own `idle_check` returns at once for ever after the peer has closed, and does not see
news that came in one packet with the server's "+ idling"; both are handled here. Durations are
measured with the monotonic clock; the wall clock is not read.
"""

import select
import socket
import ssl
import time
from typing import Any

from mailbot.errors import Unavailable

# Gateways forget silent connections after five minutes or more. Ending IDLE also asks the server
# for an answer, so a dead link is noticed at the latest then.
RENEW_SECONDS = 240.0
# Readable again and again without a line: a record comes in pieces, or the peer is mad.
_MOST_FALSE_ALARMS = 50


def await_news(client: Any, seconds: float, wake: socket.socket | None) -> bool:
    """Wait in the selected folder until mail may have arrived, at most `seconds`.

    Returns:
        True if the server spoke of new mail; False after `seconds`, or when `wake` became readable.

    Raises:
        Unavailable: the connection is dead, or the server said goodbye.
    """
    ends = time.monotonic() + seconds
    while (left := ends - time.monotonic()) > 0:
        news = _begin(client)
        woken = False
        if not news:
            news, woken = _listen(client, min(left, RENEW_SECONDS), wake)
        _, late = client.idle_done()
        # Read first: they may hold the server's goodbye.
        if _are_news(late) or news:
            return True
        if woken:
            return False
    return False


def _begin(client: Any) -> bool:
    """Start IDLE; whether news came before the server's "+ idling"."""
    imap = client._imap  # noqa: SLF001 - IMAPClient.idle fails on untagged lines before "+ idling"
    tag = imap._command("IDLE")  # noqa: SLF001
    client._idle_tag = tag  # noqa: SLF001 - idle_done looks for it
    news = False
    while (line := imap._get_response()) is not None:  # noqa: SLF001
        if imap.tagged_commands.get(tag):
            imap.tagged_commands.pop(tag)
            raise Unavailable(f"the server refused IDLE: {line.decode('utf-8', 'replace')}")
        news = news or line.upper().endswith(b" EXISTS")
    return news or _is_waiting(imap)


def _is_waiting(imap: Any) -> bool:
    """Whether lines came in one packet with "+ idling", where no poll of the socket shows them."""
    connection = imap.sock
    timeout = connection.gettimeout()
    connection.setblocking(False)
    try:
        return bool(imap.file.peek(1))
    except (BlockingIOError, ssl.SSLWantReadError):
        return False
    finally:
        connection.settimeout(timeout)


def _listen(client: Any, seconds: float, wake: socket.socket | None) -> tuple[bool, bool]:
    """Listen while in IDLE: whether news came, and whether we were woken."""
    connection = client.socket()
    poller = select.poll()
    poller.register(connection.fileno(), select.POLLIN)
    if wake is not None:
        poller.register(wake.fileno(), select.POLLIN)
    ends = time.monotonic() + seconds
    false_alarms = 0
    while (left := ends - time.monotonic()) > 0:
        ready = {descriptor for descriptor, _ in poller.poll(left * 1000)}
        if connection.fileno() in ready:
            lines = client.idle_check(0)
            if _are_news(lines):
                return True, False
            false_alarms = 0 if lines else false_alarms + 1
            if not lines and (_has_ended(connection) or false_alarms > _MOST_FALSE_ALARMS):
                raise Unavailable("the server closed the connection during IDLE")
        if wake is not None and wake.fileno() in ready:
            return False, True
    return False, False


def _are_news(lines: list[Any]) -> bool:
    """Whether lines of the server speak of new mail.

    Raises:
        Unavailable: the server said goodbye.
    """
    for line in lines:
        if line and line[0] == b"BYE":
            raise Unavailable("the server said goodbye during IDLE")
    return any(len(line) > 1 and line[1] in (b"EXISTS", b"RECENT") for line in lines)


def _has_ended(connection: socket.socket) -> bool:
    """Whether the peer has closed; looks without taking anything from the stream."""
    with socket.socket(fileno=_duplicate(connection)) as twin:
        try:
            return twin.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
        except BlockingIOError:
            return False
        except OSError:
            return True


def _duplicate(connection: socket.socket) -> int:
    return socket.dup(connection.fileno())
