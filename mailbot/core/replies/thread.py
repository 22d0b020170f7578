"""Which duties a mail answers, by the letter of ours that it replies to: a hint, and never more.

Units reply to last month's thread with this month's report, so a thread decides nothing: it only puts
the likely answer first where a person has to be asked, and stands in the evidence.
"""

from collections.abc import Collection, Iterable

from mailbot.core.duty import DutyKey
from mailbot.core.report import StepKind
from mailbot.core.rules import Rules
from mailbot.core.verdict import Evidence, Filing, Source

_KINDS = frozenset(map(str, StepKind))
# A key of a reminder or late notice: kind/unit/report/period/step.
_PARTS = 5


def duties_of_keys(keys: Iterable[str]) -> tuple[DutyKey, ...]:
    """The duties that notices of these keys remind of; other letters are about none."""
    found: dict[DutyKey, None] = {}
    for key in keys:
        parts = key.split("/")
        if len(parts) == _PARTS and parts[0] in _KINDS:
            found[DutyKey.parse("/".join(parts[1:4]))] = None
    return tuple(found)


def hint(thread: Collection[DutyKey], rules: Rules) -> Evidence | None:
    """What the letter that is answered was about, as evidence; None if about no duty."""
    names = {report.id: report.name for report in rules.reports}
    said = ", ".join(f"{names[key.report]} {key.period.label}" for key in thread if key.report in names)
    return Evidence(Source.THREAD, f"trả lời thư nhắc của Văn phòng về {said}") if said else None


def likely_first(filings: Iterable[Filing], thread: Collection[DutyKey]) -> tuple[Filing, ...]:
    """The filings, those that the thread is about in front."""
    asked = {(key.report, key.period) for key in thread}
    return tuple(sorted(filings, key=lambda filing: (filing.report, filing.period) not in asked))
