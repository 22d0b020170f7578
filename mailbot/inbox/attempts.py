"""Which mails are being read, written down before their reading begins.

The child that reads may die of a mail, and that is handled. Should a mail end this program itself, nobody
is left to handle it: so the next start finds here what was under way, and how often it was tried. A mail
that ended three readings is set aside, and the others go on.
"""

import json
from collections.abc import Iterable
from pathlib import Path

from mailbot.disk import put
from mailbot.errors import Unavailable

# A restart of the machine in the middle of a mail is no fault of the mail; three in a row are one.
MOST_TRIES = 3


class Attempts:
    """The tries of mails that are under way, in `file`, which is there only while something is.

    Raises:
        Unavailable: the file cannot be read.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._tries = _read(file)

    def suspects(self, sha256s: Iterable[str]) -> bool:
        """Whether a reading of one of these ended this program before; then they are read one by one."""
        return any(sha256 in self._tries for sha256 in sha256s)

    def begin(self, sha256s: Iterable[str]) -> None:
        """Count a try for each of these, durably.

        Raises:
            Unavailable: it cannot be written down.
        """
        for sha256 in sha256s:
            self._tries[sha256] = self._tries.get(sha256, 0) + 1
        self._write()

    def tries(self, sha256: str) -> int:
        """How often the reading of this mail was begun without having ended."""
        return self._tries.get(sha256, 0)

    def end(self, sha256s: Iterable[str]) -> None:
        """Forget the tries of mails that are recorded, or that the world and not they kept from it.

        Raises:
            Unavailable: it cannot be written down.
        """
        for sha256 in sha256s:
            self._tries.pop(sha256, None)
        self._write()

    def _write(self) -> None:
        try:
            if self._tries:
                put(self._file, json.dumps(self._tries), durable=True)
            else:
                self._file.unlink(missing_ok=True)
        except OSError as error:
            raise Unavailable(f"{self._file} cannot be written: {error.strerror or error}") from error


def _read(file: Path) -> dict[str, int]:
    try:
        found = json.loads(file.read_text("ascii"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise Unavailable(f"{file} cannot be read: {error.strerror or error}") from error
    except ValueError:
        # Half written by a dying disk: to count anew costs three tries.
        return {}
    return {name: tries for name, tries in found.items() if isinstance(tries, int)}
