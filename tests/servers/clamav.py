"""A real clamd on a socket of its own, which knows one virus: EICAR's test file."""

import shutil
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import Self

from servers.process import ServerFailedError, program, tail, until

# Put together here, for virus scanners would take this file for it.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
_START_SECONDS = 60.0


class Clamd:
    """The daemon, with a signature database made here: the real one needs a network."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="clamd-"))
        self.socket = self.folder / "socket"
        self.log = self.folder / "log"
        self._program: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        database = self.folder / "db"
        database.mkdir()
        (database / "own.ndb").write_text(f"Eicar-Own:0:*:{EICAR.hex()}\n", "ascii")
        config = self.folder / "conf"
        config.write_text(
            f"LocalSocket {self.socket}\nDatabaseDirectory {database}\nForeground yes\nLogFile {self.log}\n"
            "User root\nStreamMaxLength 5M\nSelfCheck 0\n",
            "ascii",
        )
        self._program = subprocess.Popen(
            [program("clamd"), "--config-file", str(config)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
        )
        if not until(self._answers, _START_SECONDS, 0.1):
            self.close()
            raise ServerFailedError(f"clamd did not start\n{tail(self.log)}")
        return self

    def _answers(self) -> bool:
        try:
            with socket.socket(socket.AF_UNIX) as asked:
                asked.settimeout(2)
                asked.connect(str(self.socket))
                asked.sendall(b"zPING\0")
                return asked.recv(16).startswith(b"PONG")
        except OSError:
            return False

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        if self._program is not None:
            self._program.kill()
            self._program.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


__all__ = ["EICAR", "Clamd"]
