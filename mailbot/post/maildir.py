"""Letters into folders: the door out when there is no mail server.

Each recipient has a Maildir below one folder. The file's name follows from the Message-ID, so the
same letter handed over twice is one file; its bytes are the letter's bytes and nothing else.
"""

import asyncio
import os
from pathlib import Path
from urllib.parse import quote

from mailbot.core.posting import Accepted, Answer, Cause, Deferred, Fate, Letter, Outcome, Stage
from mailbot.disk import force_folder
from mailbot.errors import Unavailable
from mailbot.post.door import AtDot

_ABREAST = 4


class MaildirPost:
    """Delivers to `<folder>/<recipient>/{tmp,new,cur}`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def abreast(self) -> int:
        """A few: what takes long is to wait for the disk."""
        return _ABREAST

    async def send(self, letter: Letter, at_dot: AtDot) -> Outcome:
        """Write the letter for every recipient; when this returns it survives a power cut.

        Raises:
            Unavailable: if the disk refuses; what was written already is found again by its name.
        """
        if not await at_dot():
            return Deferred("stopped before it was written", cause=Cause.STOPPED)
        try:
            for recipient in letter.recipients:
                await asyncio.to_thread(_deliver, self.folder / _safe(recipient), letter)
        except OSError as fault:
            raise Unavailable(f"cannot write a letter below {self.folder}: {fault}") from fault
        says = f"written below {self.folder}"
        return Accepted(
            says, tuple(Answer(email, Fate.ACCEPTED, Stage.DOT, says) for email in letter.recipients)
        )

    async def check(self) -> str:
        """Make the folder, as `send` would."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as fault:
            raise Unavailable(f"cannot write letters below {self.folder}: {fault}") from fault
        return f"letters go below {self.folder}"

    async def close(self) -> None:
        """Nothing is held open."""


def _deliver(maildir: Path, letter: Letter) -> None:
    for name in ("tmp", "new", "cur"):
        _make(maildir / name)
    name = _safe(letter.message_id.strip("<>"))
    # A reader moves what it has seen from new/ to cur/ and appends its flags: "name:2,S".
    if (maildir / "new" / name).exists() or any(
        found.name.partition(":")[0] == name for found in (maildir / "cur").iterdir()
    ):
        return
    written = maildir / "tmp" / name
    with written.open("wb") as file:
        file.write(letter.raw)
        file.flush()
        os.fsync(file.fileno())
    written.rename(maildir / "new" / name)
    force_folder(maildir / "new")


def _make(folder: Path) -> None:
    """Create a folder and make every new entry on the way to it durable."""
    if folder.is_dir():
        return
    _make(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    force_folder(folder.parent)


def _safe(name: str) -> str:
    """A name for one file or folder, whatever an address or a Message-ID holds."""
    return quote(name, safe="@+")
