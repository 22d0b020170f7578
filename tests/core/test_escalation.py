"""One list to the head of the office, once for each duty, when all chasing has been in vain."""

from dataclasses import replace
from datetime import timedelta

from builders import GO_LIVE, a_book, an_arrival, at, filed, posted, some_rules

from mailbot.core.book import Book
from mailbot.core.duty import opened_duties
from mailbot.core.letters.chase import windows
from mailbot.core.notice import EscalationMatter
from mailbot.core.plan import plan
from mailbot.core.posting import NoticeKind, State
from mailbot.core.rules import StepKind

RULES = some_rules()
DUE = at("2013-06-25 23:59")


def chased(now_units: tuple[str, ...] = ("so-tai-chinh", "huyen-dai-tu"), state: State = State.SENT) -> Book:
    letters = {}
    for number, unit in enumerate(now_units):
        for step in (1, 2, 3):
            key = f"late/{unit}/bc-month/2013-06/{step}"
            letter = posted(10 * number + step, NoticeKind.LATE, key, state=state)[key]
            letters[key] = replace(letter, queued_at=at("2013-07-04 08:00"))
    duties = [duty for duty in opened_duties(RULES, DUE, GO_LIVE) if duty.key.report == "bc-month"]
    return a_book(duties=duties, letters=letters, scanned_at=DUE + timedelta(days=40))


def told(book: Book, when: str) -> list[EscalationMatter]:
    post = plan(RULES, book, at(when), GO_LIVE).post
    return [n.matter for n in post if isinstance(n.matter, EscalationMatter)]


def test_the_list_comes_on_the_working_day_after_the_last_late_notice() -> None:
    last = windows(RULES.reports[0], chased().duties[next(iter(chased().duties))].due_at, RULES)
    assert last[-1].step.kind is StepKind.LATE
    assert told(chased(), "2013-07-04 09:00") == []
    (matter,) = told(chased(), "2013-07-05 09:00")
    assert {line.unit.id for line in matter.lines} == {"so-tai-chinh", "huyen-dai-tu"}
    assert matter.chased == (3, 3)


def test_nobody_is_on_it_who_was_not_chased_or_has_reported() -> None:
    assert told(chased(state=State.HELD), "2013-07-05 09:00") == []
    (matter,) = told(chased(("so-tai-chinh",)), "2013-07-05 09:00")
    assert [line.unit.id for line in matter.lines] == ["so-tai-chinh"]
    late = an_arrival(filed("2013-06"), at("2013-07-05 08:00"))
    book = chased(("so-tai-chinh",))
    assert told(Book(**{**_fields(book), "arrivals": (late,)}), "2013-07-05 09:00") == []


def test_it_is_told_once_and_by_daylight() -> None:
    book = chased(("so-tai-chinh",))
    key = "escalation/so-tai-chinh/bc-month/2013-06"
    known = Book(**{**_fields(book), "letters": {**book.letters, **posted(99, NoticeKind.ESCALATION, key)}})
    assert told(known, "2013-07-05 09:00") == []
    assert told(book, "2013-07-05 22:00") == []
    assert told(book, "2013-07-06 09:00") == []


def _fields(book: Book) -> dict[str, object]:
    return {name: getattr(book, name) for name in book.__dataclass_fields__}
