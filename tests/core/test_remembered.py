"""What a grown book keeps of the one before equals what it would derive by itself."""

from dataclasses import replace
from datetime import timedelta

from builders import a_book, an_arrival, at, filed
from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot.core.arrival import Arrival
from mailbot.core.book import Book, Ruling, Stamp
from mailbot.core.command import Command, Verb
from mailbot.core.delivery.health import AddressFact, Sign
from mailbot.core.duty import Duty, DutyKey
from mailbot.core.mail import Clocks
from mailbot.core.period import Period
from mailbot.core.posting import NoticeKind, PostedLetter, State
from mailbot.core.remembered import remembering
from mailbot.core.rules import ReportId, UnitId
from mailbot.core.standings.objection import lines_key
from mailbot.core.tasks.assignment import Assignment, News, Note, Task, Word
from mailbot.core.verdict import (
    Commanded,
    Filing,
    Findings,
    Ignored,
    Question,
    Reason,
    Sealed,
    Unclear,
    Verdict,
)

_BEGINS = at("2013-07-01 08:00")
_UNIT = UnitId("so-tai-chinh")
_OF_UNIT, _OF_NOBODY = Findings(unit=_UNIT), Findings()
_FILING = Filing(ReportId("bc-month"), Period.parse("2013-06"))
_KEY = DutyKey(_UNIT, _FILING.report, _FILING.period)
_NAMES = (
    "by_number", "ruled", "again", "handed", "copies", "news", "unsettled", "undecided", "nobodys", "orders",
    "urgent", "sealed", "open_duties", "health", "dues", "lines",
    "unsent",
)  # fmt: skip
_TASK = Task(
    document="Công văn",
    symbol="1/UBND",
    issued_on=_BEGINS.date(),
    signer="Chủ tịch",
    content="Báo cáo",
    lead=_UNIT,
)
_GIVEN = Assignment(number=1, given=_TASK, by="a", recorded_at=_BEGINS)
_NEWS = News(key=_GIVEN.key, word=Word.IN_PROGRESS)
_DUTIES = tuple(
    Duty(key=key, opens_at=_BEGINS, due_at=_BEGINS + timedelta(hours=1), basis="", derivation="")
    for key in (_KEY, replace(_KEY, unit=UnitId("huyen-dai-tu")), _GIVEN.key)
)
_VERDICTS = st.one_of(
    st.sampled_from(
        [
            filed("2013-06"),
            filed("2013-06", unit="huyen-dai-tu"),
            filed("2013-Q2", "bc-quarter"),
            filed(str(_GIVEN.key.period), _GIVEN.key.report),
            Unclear(question=Question.PERIOD, candidates=(_FILING,), findings=_OF_UNIT),
            Unclear(question=Question.UNIT, candidates=(_FILING,), findings=_OF_NOBODY),
            Unclear(question=Question.URGENT, candidates=(), findings=_OF_UNIT),
            Sealed(unit=_UNIT, findings=_OF_UNIT),
            Commanded(unit=_UNIT, command=Command(verb=Verb.STATUS), findings=_OF_UNIT),
            Ignored(reason=Reason.NEWS, news=_NEWS, findings=_OF_UNIT),
            Ignored(reason=Reason.AUTO_REPLY, findings=_OF_NOBODY),
        ]
    ),
    st.builds(
        lambda of: Ignored(reason=Reason.DUPLICATE, duplicate_of=of, findings=_OF_UNIT), st.integers(1, 4)
    ),
)
# Few moments, so that copies by mail and on paper come together; some dates are before anybody saw the mail.
_HOURS = st.integers(0, 3)


def _arrival(number: int, verdict: Verdict, hours: int, *, doubted: bool) -> Arrival:
    came = _BEGINS + timedelta(hours=hours)
    doubtful = Clocks(seen_at=came + timedelta(days=9), server_at=came, absent_at=came + timedelta(days=5))
    clocks = doubtful if doubted else Clocks(seen_at=came)
    return an_arrival(verdict, came, number, clocks=clocks)


@st.composite
def _books(draw: st.DrawFn) -> tuple[Book, int]:
    told = draw(st.lists(st.tuples(_VERDICTS, _HOURS, st.booleans()), min_size=1, max_size=8))
    arrivals = [
        _arrival(n, verdict, hours, doubted=doubted) for n, (verdict, hours, doubted) in enumerate(told, 1)
    ]
    before = draw(st.integers(0, len(arrivals)))
    ruled = draw(st.lists(st.tuples(st.integers(1, before), _VERDICTS), max_size=2)) if before else []
    rulings = [
        Ruling(number=n, arrival=arrival, verdict=verdict, by="a@vp.example", why="", ruled_at=_BEGINS)
        for n, (arrival, verdict) in enumerate(ruled, 1)
    ]
    stamps = [
        Stamp(
            number=n,
            duty=_KEY,
            stamped_at=_BEGINS + timedelta(hours=hours),
            register_no=str(n),
            recorded_at=_BEGINS,
        )
        for n, hours in enumerate(draw(st.lists(_HOURS, max_size=2)), 1)
    ]
    given = (_GIVEN,) if draw(st.booleans()) else ()
    noted = Note(number=1, assignment=1, word=Word.WRONG, by="a", noted_at=_BEGINS + timedelta(hours=1))
    notes = (noted,) if given and draw(st.booleans()) else ()
    more = {"rulings": tuple(rulings), "stamps": tuple(stamps), "assignments": given, "notes": notes}
    failed = AddressFact(
        email=draw(st.sampled_from([arrivals[0].sender, "cu@tinh.example"])),
        at=_BEGINS + timedelta(hours=draw(_HOURS)),
        sign=Sign.RETURNED,
    )
    addresses = (failed,) if draw(st.booleans()) else ()
    return a_book(*arrivals, duties=_DUTIES, addresses=addresses, **more), before


@settings(max_examples=500)
@given(_books(), st.just(set(_NAMES)) | st.sets(st.sampled_from(_NAMES)))
def test_a_book_to_which_arrivals_came_has_what_it_would_derive_by_itself(
    grown: tuple[Book, int], asked: set[str]
) -> None:
    book, before = grown
    earlier = replace(book, arrivals=book.arrivals[:before])
    for name in asked:
        assert getattr(earlier, name) is not None
    found = remembering(replace(book), earlier, len(book.arrivals) - before)
    for name in _NAMES:
        if name != "dues":
            assert getattr(found, name) == getattr(book, name), name


def test_what_did_not_change_is_the_same_object() -> None:
    earlier = a_book(an_arrival(filed("2013-06"), _BEGINS))
    kept = {name: getattr(earlier, name) for name in _NAMES}
    found = remembering(replace(earlier, version=2), earlier, 0)
    assert all(vars(found)[name] is kept[name] for name in _NAMES)
    more = replace(earlier, arrivals=(*earlier.arrivals, an_arrival(filed("2013-05"), _BEGINS, 2)))
    grown = remembering(more, earlier, 1)
    assert {"copies", "handed", "undecided", "sealed", "open_duties", "health", "dues"} <= set(vars(grown))
    assert vars(grown)["health"] is kept["health"]
    assert vars(grown)["copies"][_KEY] is kept["copies"][_KEY]


def test_what_is_open_and_who_is_reached_is_derived_anew_where_more_is_known() -> None:
    earlier = a_book(an_arrival(filed("2013-06"), _BEGINS), duties=_DUTIES)
    assert earlier.open_duties
    assert earlier.health.facts == ()
    failed = AddressFact(email=earlier.arrivals[0].sender, at=_BEGINS, sign=Sign.RETURNED)
    assert "open_duties" not in vars(remembering(replace(earlier, duties={}), earlier, 0))
    told = remembering(replace(earlier, addresses=(failed,)), earlier, 0)
    assert failed in told.health.facts
    later = an_arrival(filed("2013-05"), _BEGINS + timedelta(hours=1), 2)
    heard = remembering(replace(told, arrivals=(*told.arrivals, later)), told, 1)
    assert len(heard.health.facts) == len(told.health.facts) + 1


def _of_lines(number: int, month: str, message_id: str = "") -> PostedLetter:
    key = lines_key(_UNIT, Period.parse(month))
    return PostedLetter(
        number=number, kind=NoticeKind.LINES, keys=(key,), state=State.WAITING, message_id=message_id
    )


def test_what_follows_from_letters_is_derived_anew_where_one_has_changed() -> None:
    told = [_of_lines(1, "2013-05", "<5@x>"), _of_lines(2, "2013-06", "<6@x>"), _of_lines(3, "2013-07")]
    receipt = PostedLetter(number=4, kind=NoticeKind.RECEIPT, keys=("receipt/1",), state=State.SENT)
    earlier = a_book(letters={letter.keys[0]: letter for letter in (*told, receipt)})
    may, june = (Period.parse(month) for month in ("2013-05", "2013-06"))
    assert earlier.lines == {may: {"<5@x>": told[0].keys[0]}, june: {"<6@x>": told[1].keys[0]}}
    assert [letter.number for letter in earlier.unsent] == [1, 2, 3]
    sent = earlier.letters | {told[1].keys[0]: replace(told[1], state=State.SENT)}
    after = remembering(replace(earlier, letters=sent), earlier, 0)
    assert [letter.number for letter in after.unsent] == [1, 3]
    assert after.lines == earlier.lines
    withdrawn = {key: letter for key, letter in sent.items() if letter.number != 1}
    assert remembering(replace(after, letters=withdrawn), after, 0).lines == {june: earlier.lines[june]}
    assert remembering(replace(after, scanned_at=_BEGINS), after, 0).lines is after.lines


def test_nothing_is_kept_where_more_than_arrivals_came() -> None:
    earlier = a_book(an_arrival(filed("2013-06"), _BEGINS))
    assert earlier.copies
    assert "copies" not in vars(remembering(replace(earlier, duties={}), earlier, None))


def test_what_a_person_found_wanting_before_the_report_came_is_not_handed_in_by_it() -> None:
    again = filed(str(_GIVEN.key.period), _GIVEN.key.report)
    wrong = Note(number=1, assignment=1, word=Word.WRONG, by="a", noted_at=_BEGINS + timedelta(hours=1))
    earlier = a_book(assignments=(_GIVEN,), notes=(wrong,))
    assert not earlier.copies
    assert not remembering(replace(earlier, arrivals=(an_arrival(again, _BEGINS),)), earlier, 1).copies
