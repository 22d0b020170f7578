"""What is likely a slip of the pen in the period that a person names for a report.

Recorded for another year, a report leaves its unit late for the one that was meant, and nobody sees why.
"""

from datetime import date

from mailbot.core.book import Book
from mailbot.core.certainty import LONG_AGO, of_another_year
from mailbot.core.duty import DutyKey
from mailbot.core.period import Period


def not_begun(period: Period, on: date) -> str:
    """Why nothing can have been handed in for `period` by that day; "" if something can."""
    if period.has_begun(on):
        return ""
    return f"{period} begins on {period.first_on:%d/%m/%Y}: nothing was handed in for it by {on:%d/%m/%Y}"


def another_year(key: DutyKey, book: Book, on: date) -> DutyKey | None:
    """What is owed just now in the place of what `key` names, long past."""
    # Of last year's report the paper copy comes when this year's is announced.
    if on - key.period.last_on <= LONG_AGO:
        return None
    return of_another_year(key, book.open_duties, on)
