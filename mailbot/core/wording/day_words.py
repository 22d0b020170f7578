"""Days in official Vietnamese, for whatever cites a date: derivations, letters, pages.

Decree 30/2020/NĐ-CP, Appendix I: days below 10 and the months 1 and 2 take a leading zero.
"""

from datetime import date, datetime, time

from mailbot.core.calendar import local

_ZERO_MONTHS = 2
# A duty that is due "by the end of the day" is due at its last second (Civil Code 2015, Art. 148(6)).
_LAST_SECOND = time(23, 59, 59)


def day(when: date) -> str:
    """`ngày 05 tháng 6 năm 2013`; an instant is read off the office's clock."""
    on = _on(when)
    return f"ngày {on.day:02} tháng {_month(on)} năm {on.year}"


def short_day(when: date) -> str:
    """`05/6/2013`, for tables; an instant is read off the office's clock."""
    on = _on(when)
    return f"{on.day:02}/{_month(on)}/{on.year}"


def until(due_at: datetime) -> str:
    """`24 giờ 00 ngày 05/6/2013`: a due moment inside a derivation."""
    here = local(due_at)
    clock = "24 giờ 00" if here.time().replace(microsecond=0) == _LAST_SECOND else f"{here:%H giờ %M}"
    return f"{clock} ngày {short_day(here.date())}"


def _on(when: date) -> date:
    return local(when).date() if isinstance(when, datetime) else when


def _month(on: date) -> str:
    return f"{on.month:02}" if on.month <= _ZERO_MONTHS else f"{on.month}"
