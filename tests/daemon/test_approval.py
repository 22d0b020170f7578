"""What a person must see first: late notices from the second on, the first weeks, and a plan gone wild."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from builders import at
from servers.sink import SmtpSink

from daemon.test_delivery import Bench, hand_in, states
from mailbot.core.notice import Notice
from mailbot.core.plan import Plan, plan
from mailbot.core.posting import State
from mailbot.daemon import planning
from mailbot.daemon.house import House
from mailbot.ledger import LetterRow

SECOND = at("2026-06-25 09:00")


@pytest.fixture
def bench(tmp_path: Path, sink: SmtpSink) -> Bench:
    found = Bench(tmp_path / "office", sink)
    found.now = SECOND
    return found


def late(house: House) -> list[LetterRow]:
    """The late notices, in the order of writing."""
    return [row for row in reversed(house.ledger.letters()) if row.letter.kind == "late"]


def late_states(house: House) -> list[str]:
    return [str(row.posting.state) for row in late(house)]


@contextmanager
def held(bench: Bench) -> Iterator[House]:
    """The office when both units have been written to for the second time; these letters wait."""
    with bench.opened() as house:
        house.ledger.note_scan("INBOX", started_at=bench.now, ended_at=bench.now)
        bench.plan(house)
        bench.post(house)
        assert late_states(house) == ["held", "held"]
        assert {row.held_why for row in late(house)} == {"từ lần thứ 2 trở đi chờ cán bộ duyệt"}
        yield house


def sent_of(bench: Bench, row: LetterRow) -> int:
    return bench.sink.count(row.letter.message_id)


def test_the_second_late_notice_waits_and_leaves_when_a_person_says_so(bench: Bench) -> None:
    with held(bench) as house:
        first, second = late(house)
        assert house.ledger.release_letters([first.number], bench.now) == [first.number]
        bench.post(house)
        assert late_states(house) == ["sent", "held"]
        assert (sent_of(bench, first), sent_of(bench, second)) == (1, 0)


def test_one_that_is_released_a_day_later_says_what_is_true_on_that_day_and_is_not_asked_about_again(
    bench: Bench,
) -> None:
    with held(bench) as house:
        assert "quá hạn: 03 ngày làm việc" in bench.text(late(house)[0].letter)
        bench.now += timedelta(days=1)
        house.ledger.note_scan("INBOX", started_at=bench.now, ended_at=bench.now)
        house.ledger.release_letters([row.number for row in late(house)], bench.now)
        bench.plan(house)
        bench.post(house)
        assert late_states(house) == ["withdrawn", "withdrawn", "sent", "sent"]
        assert "quá hạn: 04 ngày làm việc" in bench.text(late(house)[-1].letter)


def test_a_report_that_comes_while_the_letter_is_held_withdraws_it(bench: Bench) -> None:
    with held(bench) as house:
        first = late(house)[0]
        hand_in(house, str(first.letter.unit), bench.now)
        # Even if a person lets it go before mailbot has looked again.
        house.ledger.release_letters([first.number], bench.now)
        bench.post(house)
        assert late_states(house) == ["withdrawn", "held"]
        assert sent_of(bench, first) == 0


def test_a_dropped_letter_is_not_written_again(bench: Bench) -> None:
    with held(bench) as house:
        numbers = [row.number for row in late(house)]
        assert house.ledger.drop_letters(numbers, "đơn vị đã xin hoãn", bench.now) == numbers
        bench.plan(house)
        bench.post(house)
        assert late_states(house) == ["dropped", "dropped"]


def test_in_the_first_weeks_every_letter_to_a_unit_waits(tmp_path: Path, sink: SmtpSink) -> None:
    bench = Bench(tmp_path / "office", sink, "[approval]\nfirst_days = 30\n")
    with bench.opened() as house:
        bench.plan(house)
        bench.post(house)
        assert states(house) == ["held", "held"]
        bench.now = at("2026-07-15 09:00")
        bench.plan(house)
        # A month later reminders leave by themselves.
        assert {row.posting.state for row in house.ledger.letters() if row.letter.kind == "reminder"} >= {
            State.WITHDRAWN
        }


def test_a_planner_gone_wild_gives_nobody_a_second_letter_for_a_key_and_blows_the_fuse(
    tmp_path: Path, sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = Bench(tmp_path / "office", sink, units=40)

    def wild(*arguments: object) -> Plan:
        """Plans everything 50 times: once by the right keys, and then under keys of its own invention."""
        found = plan(*arguments)  # type: ignore[arg-type]
        more = [_under_another_key(notice, n) for notice in found.post for n in range(49)]
        return replace(found, post=(*found.post, *more), withdraw=())

    with bench.opened() as house:
        monkeypatch.setattr(planning, "plan", wild)
        for _ in range(3):
            bench.plan(house)
            bench.post(house)
        rows = house.ledger.letters()
        assert len(rows) >= 40 * 50
        assert {row.posting.state for row in rows} == {State.HELD}
        assert all("số lượng bất thường" in str(row.held_why) for row in rows)
        assert bench.sink.count() == 0
        assert max(Counter(key for row in rows for key in row.letter.keys).values()) == 1
        # A person lets everything go all the same: what no plan justifies is taken back before its dot,
        # and the caps stand.
        house.ledger.release_letters([row.number for row in rows], bench.now)
        monkeypatch.setattr(planning, "plan", plan)
        bench.post(house)
        sent = Counter(to for mail in bench.sink.accepted for to in mail.recipients)
        assert len(sent) == 40
        assert set(sent.values()) == {1}


def test_a_planner_that_forgets_what_it_wrote_writes_nothing_twice(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forgetful(rules: object, book: object, *more: object) -> Plan:
        return plan(rules, replace(book, letters={}), *more)  # type: ignore[arg-type, type-var]

    with bench.opened() as house:
        bench.now = at("2026-06-15 09:00")
        bench.plan(house)
        monkeypatch.setattr(planning, "plan", forgetful)
        for _ in range(50):
            with pytest.raises(Exception, match="faster than letters can be planned"):
                bench.plan(house)
        bench.post(house)
        assert states(house) == ["sent", "sent"]


def _under_another_key(notice: Notice, number: int) -> Notice:
    return replace(notice, keys=tuple(f"{key}/{number}" for key in notice.keys))


def test_kinds_that_the_office_excepts_leave_at_once_in_the_first_weeks(
    tmp_path: Path, sink: SmtpSink
) -> None:
    terms = '[approval]\nfirst_days = 30\nfirst_days_except = ["receipt", "query"]\n'
    bench = Bench(tmp_path / "office", sink, terms)
    with bench.opened() as house:
        bench.plan(house)
        hand_in(house, "so-tai-chinh", bench.now)
        bench.plan(house)
        bench.post(house)
        found = {(str(row.letter.kind), str(row.posting.state)) for row in house.ledger.letters()}
        assert found == {("receipt", "sent"), ("reminder", "held"), ("reminder", "withdrawn")}
