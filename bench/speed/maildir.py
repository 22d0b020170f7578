"""Putting mails into a Maildir as its server would: whole, and dated by their arrival."""

import os
from itertools import count
from pathlib import Path

from speed.corpus import Mailing

_NUMBERS = count()


def drop(maildir: Path, mailing: Mailing) -> None:
    stamp = mailing.at.timestamp()
    name = f"{int(stamp)}.B{next(_NUMBERS):07}.bench"
    (maildir / "tmp" / name).write_bytes(mailing.raw)
    os.utime(maildir / "tmp" / name, (stamp, stamp))
    (maildir / "tmp" / name).rename(maildir / "new" / name)
