"""What is remembered from one session with the mailbox to the next: servers may end one every few minutes."""

from typing import NamedTuple

from mailbot.daemon.hearing import Hearing
from mailbot.daemon.missing import Missing


class Memory(NamedTuple):
    """Which mails were listed and are not on record yet, and which reports were taken up."""

    missing: Missing
    hearing: Hearing
