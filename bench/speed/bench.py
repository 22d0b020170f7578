"""What the parts of one run share: the sizes, a folder, and Dovecot with the corpora."""

import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Self

from mailbot.core.rules import Rules
from mailbot.resources import resource
from mailbot.rulebook import load_rules
from speed.corpus import large, small
from speed.mailboxes import Mailboxes
from speed.scale import Scale
from speed.tree import settled


class Bench:
    """One run; servers begin when a part asks for them, and end with it."""

    def __init__(self, scale: Scale, folder: Path) -> None:
        self.scale = scale
        self.folder = folder
        self._numbers = count()
        self._house = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._house.close()

    @cached_property
    def mailboxes(self) -> Mailboxes:
        """Dovecot; the corpora are made when it is first asked for."""
        made = self._house.enter_context(Mailboxes())
        began = time.monotonic()
        for name, mails in (
            ("large", large(self.rules, self.scale.large, self.scale.giants)),
            ("small", small(self.rules, self.scale.small)),
        ):
            size = made.store(name, mails)
            self.say(f"{name} corpus: {made.count(name)} mails, {size / 1e6:.0f} MB")
        self.say(f"made in {time.monotonic() - began:.0f} s")
        return made

    @cached_property
    def rules(self) -> Rules:
        """Of whose units the mails come."""
        return load_rules(resource("rules") / "thai-nguyen-2013")

    @contextmanager
    def place(self) -> Iterator[Path]:
        """A folder of its own for one round; what was written before is on the disk already."""
        folder = self.folder / f"{next(self._numbers):04}"
        folder.mkdir()
        if self.scale.rounds > 1:
            settled()
        try:
            yield folder
        finally:
            shutil.rmtree(folder)

    def say(self, words: str) -> None:
        """Tell how far it is."""
        print(f"  {words}", file=sys.stderr, flush=True)
