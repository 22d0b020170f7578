"""Fixtures for tests against the real servers; see `servers/` for what they offer.

A test that asks for one of them carries `@pytest.mark.servers`.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from servers.dovecot import Dovecot
from servers.loop import PASSWORD, REPORT, MailHome
from servers.process import ServerFailedError, ServerMissingError
from servers.sink import SmtpSink


@pytest.fixture(scope="session")
def standing_home() -> Iterator[MailHome]:
    """One closed loop for the whole run (with pytest-xdist: one for each worker). Ask for `mail_home`."""
    with ExitStack() as house:
        try:
            home = house.enter_context(MailHome())
        except (ServerMissingError, ServerFailedError) as fault:
            # A missing server is a failure and never a skip: a green run must mean that the loop was tried.
            pytest.fail(str(fault), pytrace=False)
        yield home


@pytest.fixture
def mail_home(standing_home: MailHome) -> Iterator[MailHome]:
    """The closed loop, both servers up and without any mail. The test may stop and kill them."""
    standing_home.clear()
    yield standing_home
    # pytest shows this only where the test has failed.
    sys.stdout.write(standing_home.words())


@pytest.fixture
def dovecot_with(standing_home: MailHome) -> Iterator[Callable[..., Dovecot]]:
    """Starts further Dovecots for one test, with the given options; REPORT is known to each of them."""
    with ExitStack() as house:

        def start(**options: object) -> Dovecot:
            users = options.pop("users", {REPORT: PASSWORD})
            server = Dovecot(users, standing_home.ca, **options)  # type: ignore[arg-type]
            house.callback(server.close)
            server.start()
            return server

        yield start


@pytest.fixture
def smtp_sink() -> Iterator[SmtpSink]:
    """A scripted SMTP server without TLS and logins."""
    with SmtpSink() as sink:
        yield sink
