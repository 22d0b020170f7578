"""Fixtures for tests against the real servers; see `servers/` for what they offer.

A test that asks for one of them carries `@pytest.mark.servers`.
"""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime

import pytest
import trustme
from hypothesis import settings
from known_words import known_words
from servers.dovecot import Dovecot
from servers.loop import PASSWORD, REPORT, MailHome
from servers.postgresql import Postgresql
from servers.process import ServerFailedError, ServerMissingError
from servers.sink import SmtpSink
from supply import advisories, locked, told_of_advisories

# How long an example takes says more of the machine than of the code; speed is shown in bench/. A
# developer searches anew each time; what decides whether a change lands must not depend on luck.
settings.register_profile("developer", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "developer")
# Hundreds of commands are started: each begins as where mailbot is installed, with its bytecode there.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
# Workers of pytest-xdist say how wide their terminal is; what is tested here has none.
os.environ.pop("COLUMNS", None)


def pytest_report_header() -> str:
    """What the tests of dependencies rest on, above every run."""
    return told_of_advisories(datetime.now(UTC).date(), advisories(), locked("requirements.lock"))


@pytest.fixture(scope="session", autouse=True)
def words_loaded_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("mailbot.daemon.house.load_words", known_words())
        yield


@contextmanager
def failing_loudly() -> Iterator[None]:
    """A missing server is a failure and never a skip: a green run must mean that the servers were tried."""
    fault: Exception
    try:
        yield
    except (ServerMissingError, ServerFailedError) as caught:
        fault = caught
    else:
        return
    pytest.fail(str(fault), pytrace=False)


@pytest.fixture(scope="session")
def standing_home() -> Iterator[MailHome]:
    """One closed loop for the whole run (with pytest-xdist: one for each worker). Ask for `mail_home`."""
    with ExitStack() as house:
        with failing_loudly():
            home = house.enter_context(MailHome())
        yield home


@pytest.fixture
def mail_home(standing_home: MailHome) -> Iterator[MailHome]:
    """The closed loop, both servers up and without any mail. The test may stop and kill them."""
    standing_home.clear()
    yield standing_home
    # pytest shows this only where the test has failed.
    sys.stdout.write(standing_home.words())


@pytest.fixture
def dovecot_with() -> Iterator[Callable[..., Dovecot]]:
    """Starts Dovecots of their own for one test, with the given options; by default REPORT may log in."""
    with ExitStack() as house:

        def start(**options: object) -> Dovecot:
            users = options.pop("users", {REPORT: PASSWORD})
            with failing_loudly():
                server = Dovecot(users, trustme.CA(), **options)  # type: ignore[arg-type]
                house.callback(server.close)
                server.start()
            return server

        yield start


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Postgresql]:
    """One PostgreSQL for the whole run (with pytest-xdist: one for each worker)."""
    with ExitStack() as house:
        with failing_loudly():
            server = Postgresql()
            house.callback(server.close)
            server.start()
        yield server


@pytest.fixture
def postgresql_url(postgresql: Postgresql) -> Iterator[str]:
    """The address of an empty database of its own."""
    with postgresql.database() as name:
        yield postgresql.url(name)


@pytest.fixture
def smtp_sink() -> Iterator[SmtpSink]:
    """A scripted SMTP server without TLS and logins."""
    with SmtpSink() as sink:
        yield sink
