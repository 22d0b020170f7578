"""A private PostgreSQL in a directory of its own, on a port of loopback.

PostgreSQL refuses to run as root; there it runs as `postgres`, the account that Debian's package makes.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from servers.loopback import HOST, free_ports
from servers.process import SEARCH_PATH, ServerMissingError, ServerProcess, tail

_SETTINGS = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 200
# The tests kill daemons, not the machine: what is committed need not outlive the power.
fsync = off
# In the server's own folder, which goes with it: what a killed server leaves in /dev/shm nobody takes away.
dynamic_shared_memory_type = mmap
log_min_messages = warning
timezone = 'America/Caracas'
"""
# The server's own zone is one that nobody uses here: an instant must not depend on it.

_START_SECONDS = 30.0


class Postgresql:
    """One server; databases are made and dropped by `database`."""

    def __init__(self) -> None:
        self.port = free_ports(1)[0]
        self.home = Path(tempfile.mkdtemp(prefix="postgresql-"))
        self._data = self.home / "data"
        self._owner = pwd.getpwnam("postgres") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        os.chown(self.home, self._owner.pw_uid, self._owner.pw_gid)
        self._initialise()
        server = [_program("postgres"), "-D", str(self._data), "-p", str(self.port)]
        self.process = ServerProcess(
            "PostgreSQL", [*self._as_owner(), *server], self.home / "postgresql.log", [self.port]
        )

    def _as_owner(self) -> list[str]:
        if os.geteuid() != 0:
            return []
        who = self._owner
        return ["setpriv", f"--reuid={who.pw_uid}", f"--regid={who.pw_gid}", "--clear-groups"]

    def _initialise(self) -> None:
        subprocess.run(
            [
                *self._as_owner(),
                _program("initdb"),
                *("-D", str(self._data), "-U", "mailbot", "-A", "trust", "-E", "UTF8", "--no-sync"),
                "--no-locale",
            ],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=self.home,
        )
        with (self._data / "postgresql.conf").open("a", encoding="utf-8") as settings:
            settings.write(_SETTINGS)

    def start(self) -> None:
        """Start the server and wait until it takes connections."""
        self.process.start()
        self.process.await_ready(self._answers, _START_SECONDS)

    def stop(self) -> None:
        """Cut all connections and stop the server at once, as a crash of its machine would."""
        self.process.kill()

    def shut_down(self) -> None:
        """Cut all connections and stop the server in order, as an upgrade does ("fast")."""
        self.process.stop(how=signal.SIGINT)

    def close(self) -> None:
        """Stop the server and remove all that it kept."""
        self.shut_down()
        shutil.rmtree(self.home, ignore_errors=True)

    def url(self, database: str) -> str:
        """The SQLAlchemy address of a database."""
        return f"postgresql+psycopg://mailbot@{HOST}:{self.port}/{database}"

    @contextmanager
    def database(self, like: str = "template1") -> Iterator[str]:
        """The name of a database that is empty, or a copy of another, for as long as the block lasts."""
        name = f"mailbot_{uuid.uuid4().hex}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {like}")
        yield name
        self.run(f"DROP DATABASE {name} WITH (FORCE)")

    def run(self, statement: str) -> None:
        """Run one statement as an administrator, outside of any transaction."""
        with psycopg.connect(self._conninfo, autocommit=True) as connection:
            connection.execute(statement.encode())

    def run_in(self, database: str, statement: str) -> None:
        """Run one statement in a database, as an administrator who knows better."""
        with psycopg.connect(self._conninfo, dbname=database, autocommit=True) as connection:
            connection.execute(statement.encode())

    @property
    def _conninfo(self) -> str:
        return f"host={HOST} port={self.port} user=mailbot dbname=postgres connect_timeout=5"

    def _answers(self) -> bool:
        try:
            psycopg.connect(self._conninfo).close()
        except psycopg.OperationalError:
            return False
        return True

    def words(self) -> str:
        """The end of the server's log, for an error's text."""
        return tail(Path(f"{self.process.log}.out"))


def _program(name: str) -> str:
    """The newest server program of that name; Debian keeps them outside of the PATH, by version."""
    versions = sorted(
        Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4]), reverse=True
    )
    found = str(versions[0]) if versions else shutil.which(name, path=SEARCH_PATH)
    if found is None:
        raise ServerMissingError(f"{name} is not installed; run tests/servers/install.sh (once, as root)")
    return found
