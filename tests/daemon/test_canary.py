"""`mailbot check --auth` against a provider that takes forged results away, and one that does not."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from servers.loop import MailHome

from daemon.office import Office

HOST = "mail.thainguyen.example"
TRUST = f'[authentication]\nauthserv_ids = ["{HOST}"]\n'

pytestmark = [pytest.mark.servers, pytest.mark.timeout(240)]


@pytest.fixture(params=[False, True], ids=["believes", "strips"])
def home(request: pytest.FixtureRequest) -> Iterator[tuple[MailHome, bool]]:
    extra = "header_checks = regexp:{{/^Authentication-Results:/ IGNORE}}\n" if request.param else ""
    with MailHome(postfix={"extra": extra}) as running:
        yield running, request.param


def test_forged_results_are_seen_where_the_provider_leaves_them(
    home: tuple[MailHome, bool], tmp_path: Path
) -> None:
    servers, strips = home
    office = Office(tmp_path)
    office.join(servers, inbox=f'boundary = ["{HOST}", "localhost"]\n')
    canary = (
        f'[canary]\nhost = "127.0.0.1"\nport = {servers.postfix.smtp_port}\ntls = "none"\n'
        'sender = "ngoai@ngoai.example"\nwait_seconds = 60\n'
    )
    office.config.write_text(office.config.read_text("utf-8") + TRUST + canary, "utf-8")
    told = office.json("check", "--auth", expect=0 if strips else 1)["rows"]
    forged = {row["what"]: row["well"] for row in told if row["what"].startswith("forged")}
    assert len(forged) == 6
    assert all(forged.values()) is strips
    assert forged["forged behind a bare CR"] is True
    if not strips:
        assert not forged["forged plain"]
        assert not forged["forged in capitals"]


def test_without_an_account_outside_it_says_what_is_missing(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.run("check", "--auth", expect=2)
