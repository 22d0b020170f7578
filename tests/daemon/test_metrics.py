"""What monitoring is told: figures that Prometheus reads; alerts and panels name only what exists."""

import asyncio
import json
import re
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from builders import at
from servers.loopback import HOST, free_ports

from mailbot.cli.new_office import write_office
from mailbot.config import Config, load_config
from mailbot.core.machine.alarm import Condition
from mailbot.daemon.health import examine
from mailbot.daemon.house import open_ledger
from mailbot.daemon.metrics import CONTENT_TYPE, MonitorDoor, Sample, exposition, measure
from mailbot.ledger.kinds import Kinds
from mailbot.ledger.store import Ledger

NOW = at("2026-06-12 09:00")
MONITORING = Path(__file__).parent.parent.parent / "docs" / "monitoring"
# The text format: https://prometheus.io/docs/instrumenting/exposition_formats/
LINE = re.compile(
    r'([a-z_]+)(?:\{([a-z_]+="(?:[^"\\\n]|\\["\\n])*"(?:,[a-z_]+="[^"\n]*")*)\})? (-?[0-9.e+]+)'
)


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return load_config(write_office(tmp_path / "office", "thai-nguyen-2013", NOW.date()))


def told(config: Config) -> str:
    return exposition(measure(config, examine(config, NOW), NOW))


def test_every_line_is_one_that_prometheus_reads_and_each_name_is_explained_once(config: Config) -> None:
    with open_ledger(config) as ledger:
        ledger.note_scan("x", started_at=NOW, ended_at=NOW, gap=timedelta())
    lines = told(config).splitlines()
    explained = [line.split(" ")[2] for line in lines if line.startswith("# HELP")]
    assert len(explained) == len(set(explained))
    figures = [line for line in lines if not line.startswith("#")]
    assert all(LINE.fullmatch(line) for line in figures), figures
    assert {line.partition(" ")[0].partition("{")[0] for line in figures} == set(explained)
    assert 'mailbot_letters{state="held"} 0' in figures
    assert f"mailbot_mailbox_read_timestamp_seconds {NOW.timestamp():.0f}" in figures


def test_what_is_told_cannot_break_out_of_its_label() -> None:
    text = exposition([Sample("mailbot_condition_well", 0, {"what": 'a"b\\c\nd'})])
    assert text.splitlines()[-1] == 'mailbot_condition_well{what="a\\"b\\\\c\\nd"} 0'


def test_two_conditions_of_one_name_are_well_only_together(config: Config) -> None:
    both = [Condition(what="clock", well=well, says="") for well in (False, True)]
    assert 'mailbot_condition_well{what="clock"} 0' in exposition(measure(config, both, NOW))


def test_a_ledger_that_cannot_be_opened_still_leaves_what_is_known(config: Config) -> None:
    (config.state).mkdir(mode=0o700, parents=True, exist_ok=True)
    (config.state / "ledger.db").write_bytes(b"no ledger" * 1000)
    text = told(config)
    assert 'mailbot_condition_well{what="ledger"} 0' in text
    assert "mailbot_well 0" in text
    assert "mailbot_letters" not in text


def test_alerts_and_dashboard_name_only_figures_and_parts_that_exist(config: Config) -> None:
    with open_ledger(config) as ledger:
        ledger.note_scan("x", started_at=NOW, ended_at=NOW, gap=timedelta())
    known = set(re.findall(r"^# HELP (\w+)", told(config), re.MULTILINE)) | {"mailbot_arrivals"}
    dashboard = json.loads((MONITORING / "mailbot-grafana.json").read_text("utf-8"))
    asked = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    alerts = (MONITORING / "mailbot-alerts.yml").read_text("utf-8")
    asked += re.findall(r"expr: (.+?)\n +(?:for|labels):", alerts, re.DOTALL)
    named = {name for expression in asked for name in re.findall(r"\bmailbot_\w+", expression)}
    assert len(asked) >= 15
    assert named - known == set()
    # And every figure is looked at somewhere.
    assert known - named == set()


def test_the_door_counts_on_from_what_it_told_last(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    known: list[object] = []

    def noting(_: Ledger, kinds: object = None) -> Counter[str]:
        known.append(kinds)
        return Counter()

    monkeypatch.setattr(Ledger, "kinds", noting)
    door = MonitorDoor(config, lambda: NOW)
    for _ in range(2):
        asyncio.run(door._said(b"GET", b"/metrics"))
    assert isinstance(known[0], Kinds)
    assert known[0] is known[1]


def test_the_door_answers_on_loopback_and_hangs_up_on_what_is_no_question(config: Config) -> None:
    async def ask(port: int, request: bytes) -> bytes:
        reader, writer = await asyncio.open_connection(HOST, port)
        writer.write(request)
        writer.write_eof()
        answer = await reader.read()
        writer.close()
        return answer

    async def look() -> list[bytes]:
        (port,) = free_ports(1)
        door = MonitorDoor(config, lambda: NOW)
        server = await door.open(port)
        assert server is not None
        assert [listener.getsockname()[0] for listener in server.sockets] == ["127.0.0.1"]
        # A port that is taken costs monitoring, and nothing else.
        assert await door.open(port) is None
        async with server:
            requests = (b"GET /metrics HTTP/1.1\r\n\r\n", b"GET /health HTTP/1.1\r\n\r\n")
            strange = (b"GET /../etc HTTP/1.1\r\n\r\n", b"POST /metrics HTTP/1.1\r\n\r\n", b"x" * 99_999)
            return [await ask(port, request) for request in (*requests, *strange)]

    metrics, health, elsewhere, posted, flood = asyncio.run(look())
    head, _, body = metrics.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK")
    assert CONTENT_TYPE.encode() in head
    assert b"mailbot_well 0" in body
    assert health.startswith(b"HTTP/1.1 503 ")
    assert json.loads(health.partition(b"\r\n\r\n")[2])["well"] is False
    assert elsewhere.startswith(b"HTTP/1.1 404 ")
    assert posted.startswith(b"HTTP/1.1 404 ")
    assert flood == b""
