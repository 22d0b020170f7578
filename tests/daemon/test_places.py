"""Whether a place of the mailbox still holds the mail that was seen there."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

from ledger.facts import NOW, an_entry

from mailbot.core.mail import Place
from mailbot.daemon.places import Places
from mailbot.inbox.source import Inbox
from mailbot.ledger import Ledger

PLACE, OTHER = Place("INBOX", "7", "1"), Place("INBOX", "7", "2")


class Dates:
    """An inbox that is asked for nothing but dates."""

    def __init__(self, date: datetime) -> None:
        self.date = date

    def dates(self, places: Any) -> dict[Place, datetime]:
        return dict.fromkeys(places, self.date)


def test_a_place_that_was_empty_meanwhile_is_asked_for_its_date_again(tmp_path: Path) -> None:
    with Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}") as ledger:
        ledger.record([an_entry("a", name="1")], NOW)
        places, inbox = Places(ledger), Dates(NOW + timedelta(days=1))
        places.saw([PLACE])
        assert places.known(cast("Inbox", inbox), [PLACE]) == {PLACE: 1}
        assert places.known(cast("Inbox", inbox), [OTHER]) == {}
        # The server has given the number once more, to another mail.
        assert places.known(cast("Inbox", inbox), [PLACE]) == {}
        inbox.date = NOW
        assert places.known(cast("Inbox", inbox), [PLACE]) == {PLACE: 1}
