"""Deadlines as an iCalendar file (RFC 5545), for one unit or for all."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from functools import lru_cache
from typing import Any

from mailbot.core.calendar import local
from mailbot.core.deadlines import Deadline
from mailbot.core.rules import Office
from mailbot.core.wording import vietnamese

# The last second of a day: a deadline that needs no clock time.
_END_OF_DAY = time(23, 59, 59)
# As long as a name, so that lines fold at the same places.
_NO_NAME = "0" * 24


def calendar_file(office: Office, name: str, found: Sequence[Deadline], made_at: datetime) -> bytes:
    """The file; a deadline keeps its identity when a letter moves it, so that calendars move it too."""
    from icalendar import Calendar  # noqa: PLC0415 - takes long to load, and few commands need it

    calendar = Calendar()
    calendar.add("prodid", "-//mailbot//deadlines//VI")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", vietnamese.named(name))
    written: bytes = calendar.to_ical()
    # A letter may move a deadline for some of the units: then there are two, each an event of its own.
    shared = {(each.report, each.period): each for each in sorted(found, key=lambda each: not each.moved)}
    events = b"".join(
        _written(office, deadline, made_at, alone=deadline is not shared[deadline.report, deadline.period])
        for deadline in found
    )
    head, end, _ = written.rpartition(b"END:VCALENDAR")
    return head + events + end + b"\r\n"


def _written(office: Office, deadline: Deadline, made_at: datetime, *, alone: bool) -> bytes:
    """The event of one deadline. A round writes it to all units, for each with another name only."""
    host = office.mailbox.rpartition("@")[2]
    nameless = _nameless(office.mailbox, host, replace(deadline, units=()), made_at)
    return nameless.replace(_NO_NAME.encode(), _name(deadline, alone=alone).encode(), 1)


@lru_cache(maxsize=500)
def _nameless(mailbox: str, host: str, deadline: Deadline, made_at: datetime) -> bytes:
    written: bytes = _event(mailbox, f"{_NO_NAME}@{host}", deadline, made_at).to_ical()
    return written


def _event(mailbox: str, uid: str, deadline: Deadline, made_at: datetime) -> Any:
    from icalendar import Alarm, Event  # noqa: PLC0415 - as above

    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", made_at)
    event.add("sequence", 1 if deadline.moved else 0)
    event.add("summary", f"Hạn gửi {vietnamese.foreign(deadline.title)}")
    if local(deadline.due_at).time() == _END_OF_DAY:
        event.add("dtstart", deadline.on)
        event.add("dtend", deadline.on + timedelta(days=1))
    else:
        # A moment: it ends as it begins, and an end that is not later may not be written (RFC 5545, 3.8.2.2).
        event.add("dtstart", deadline.due_at)
    event.add("transp", "TRANSPARENT")
    says = [
        f"Thời hạn: {vietnamese.due(deadline.due_at)} ({deadline.derivation}).",
        f"Căn cứ: {deadline.basis}.",
        f"Gửi bản điện tử về {mailbox}.",
    ]
    # A letter that moves a deadline is cited in its derivation already; "" is in any.
    if deadline.reason not in deadline.derivation:
        says.insert(1, f"{deadline.reason}.")
    event.add("description", "\n".join(vietnamese.foreign(line, longest=400) for line in says))
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", f"Sắp đến hạn: {vietnamese.foreign(deadline.title)}")
    alarm.add("trigger", timedelta(days=-1))
    event.add_component(alarm)
    return event


def _name(deadline: Deadline, *, alone: bool) -> str:
    """What a calendar knows the event by; `alone` where the report has another deadline for other units."""
    whose = deadline.units[0] if alone or len(deadline.units) == 1 else ""
    named = f"{deadline.report}/{deadline.period}/{whose}"
    return hashlib.sha256(named.encode()).hexdigest()[: len(_NO_NAME)]
