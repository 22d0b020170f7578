"""What monitoring reads: figures in Prometheus' text format (0.0.4), and whether mailbot is well, as JSON.

Both are served on loopback alone, by a server of a few lines: monitoring asks twice a minute, and whoever
sends anything but a short GET is hung up on. Nothing in it tells of a mail's or a letter's content.
"""

import asyncio
import json
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

import structlog

import mailbot
from mailbot.clock import Clock
from mailbot.config import Config
from mailbot.core.machine.alarm import Condition
from mailbot.core.posting import State
from mailbot.daemon.health import examine
from mailbot.daemon.house import open_ledger
from mailbot.errors import MailbotError
from mailbot.ledger.kinds import Kinds
from mailbot.ledger.store import Ledger

log = structlog.get_logger()

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
HOST = "127.0.0.1"
# Monitoring asks in one short line; what is longer, or slower, is not monitoring.
_MOST_BYTES, _SECONDS = 8192, 10.0
_HELP = {
    "mailbot_info": "The version at work.",
    "mailbot_well": "1 if nothing needs a person.",
    "mailbot_condition_well": "1 if that part is well, as `mailbot health` names them.",
    "mailbot_arrivals": "Mails on record, by the verdict as it counts now.",
    "mailbot_letters": "Letters by state.",
    "mailbot_facts": "Facts on record, by kind.",
    "mailbot_mailbox_read_timestamp_seconds": "When the mailbox was last read to its end.",
    "mailbot_oldest_waiting_timestamp_seconds": "Since when the oldest letter waits; 0 if none does.",
    "mailbot_disk_free_bytes": "Room where mailbot writes.",
    "mailbot_held": "1 while everything is held.",
    "mailbot_shadow": "1 while nothing leaves before `mailbot go-live`.",
}


@dataclass(frozen=True, slots=True)
class Sample:
    """One figure."""

    name: str
    value: float
    labels: dict[str, str] = field(default_factory=dict)


def measure(
    config: Config, conditions: Iterable[Condition], now: datetime, kinds: Kinds | None = None
) -> Iterator[Sample]:
    """Every figure at `now`; those of a ledger that cannot be opened are left out.

    Whoever asks often keeps `kinds`: verdicts of years are not read again then.
    """
    conditions = list(conditions)
    yield Sample("mailbot_info", 1, {"version": mailbot.__version__})
    yield Sample("mailbot_well", all(condition.well for condition in conditions))
    # Two may have one name: the part is well if both are.
    well: dict[str, bool] = {}
    for condition in conditions:
        well[condition.what] = well.get(condition.what, True) and condition.well
    yield from (Sample("mailbot_condition_well", is_so, {"what": what}) for what, is_so in well.items())
    try:
        yield Sample("mailbot_disk_free_bytes", shutil.disk_usage(config.state).free)
        with open_ledger(config) as ledger:
            samples = list(_of_the_ledger(ledger, config, now, kinds))
    except (MailbotError, OSError):
        return
    yield from samples


def _of_the_ledger(ledger: Ledger, config: Config, now: datetime, kinds: Kinds | None) -> Iterator[Sample]:
    counts = ledger.counts()
    states = {str(state) for state in State}
    for name, count in counts.items():
        if name in states:
            yield Sample("mailbot_letters", count, {"state": name})
        elif name != "arrivals":
            yield Sample("mailbot_facts", count, {"kind": name})
    for verdict, count in sorted(ledger.kinds(kinds).items()):
        yield Sample("mailbot_arrivals", count, {"kind": verdict})
    if (scan := ledger.last_scan()) is not None:
        yield Sample("mailbot_mailbox_read_timestamp_seconds", scan[1].timestamp())
    oldest = ledger.oldest_waiting(now)
    yield Sample("mailbot_oldest_waiting_timestamp_seconds", oldest.timestamp() if oldest else 0)
    yield Sample("mailbot_held", ledger.held_because is not None or config.hold_file.exists())
    yield Sample("mailbot_shadow", config.approval.shadow and ledger.live_since is None)


def exposition(samples: Iterable[Sample]) -> str:
    """The figures as Prometheus reads them; all samples of one name stand together."""
    by_name: dict[str, list[Sample]] = {}
    for sample in samples:
        by_name.setdefault(sample.name, []).append(sample)
    lines = []
    for name, found in by_name.items():
        lines += [f"# HELP {name} {_HELP[name]}", f"# TYPE {name} gauge"]
        lines += [f"{name}{_labels(sample.labels)} {sample.value:.17g}" for sample in found]
    return "\n".join(lines) + "\n"


def _labels(labels: dict[str, str]) -> str:
    if not labels:
        return ""
    pairs = (f'{name}="{_escaped(value)}"' for name, value in labels.items())
    return "{" + ",".join(pairs) + "}"


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


class MonitorDoor:
    """Answers GET /metrics and GET /health on 127.0.0.1."""

    def __init__(self, config: Config, clock: Clock) -> None:
        self._config = config
        self._clock = clock
        self._kinds = Kinds()

    async def open(self, port: int) -> asyncio.Server | None:
        """Listen; None if the port is taken: mails matter more than figures."""
        try:
            return await asyncio.start_server(self._answer, HOST, port, limit=_MOST_BYTES)
        except OSError as error:
            log.warning("nothing is served to monitoring", port=port, reason=error.strerror or str(error))
            return None

    async def _answer(self, asked: asyncio.StreamReader, told: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(_SECONDS):
                request = (await asked.readuntil(b"\r\n\r\n")).split(b" ")
                told.write(await self._said(request[0], request[1] if len(request) > 1 else b""))
                await told.drain()
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            # Gone, too slow, or no client of ours.
            pass
        finally:
            told.close()

    async def _said(self, method: bytes, path: bytes) -> bytes:
        if method != b"GET" or path not in {b"/metrics", b"/health"}:
            return _response("404 Not Found", "text/plain", "GET /metrics, GET /health\n")
        now = self._clock()
        conditions = await asyncio.to_thread(examine, self._config, now)
        if path == b"/metrics":
            samples = measure(self._config, conditions, now, self._kinds)
            return _response("200 OK", CONTENT_TYPE, exposition(await asyncio.to_thread(list, samples)))
        well = all(condition.well for condition in conditions)
        rows = [{"what": c.what, "well": c.well, "says": c.says} for c in conditions]
        body = json.dumps({"now": now.isoformat(), "well": well, "rows": rows}, ensure_ascii=False)
        status = "200 OK" if well else "503 Service Unavailable"
        return _response(status, "application/json", body + "\n")


def _response(status: str, content_type: str, body: str) -> bytes:
    content = body.encode()
    head = f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {len(content)}\r\n"
    return f"{head}Connection: close\r\n\r\n".encode() + content
