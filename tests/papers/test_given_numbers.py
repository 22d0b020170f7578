"""Tasks and questions of a month, recomputed from the ledger by lines that share nothing with it."""

import json
import sqlite3
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from builders import a_report, a_unit, at, some_rules
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailbot.core.period import Period
from mailbot.core.rules import UnitId
from mailbot.core.standings.figures import TaskFigures
from mailbot.core.standings.period_figures import figures
from mailbot.core.tasks.assignment import Given, Note, PortalQuestion, Task, Word
from mailbot.ledger import Ledger
from mailbot.papers.given import tasks_of

ME = UnitId("so-a")
RULES = some_rules(units=(a_unit("so-a"),), reports=(a_report(),))
JUNE = Period.parse("2013-06")
NOW = at("2013-07-06 08:00")
BEGIN = at("2013-05-10")
WORDS = [Word.DONE, Word.DONE, Word.IN_PROGRESS, Word.NOT_DONE, Word.WRONG, Word.CANCELLED]


def a_given(what: str, due_at: datetime | None, asked_at: datetime) -> Given:
    if what == "question":
        return PortalQuestion(text="Bao giờ trả hồ sơ?", lead=ME, asked_at=asked_at, due_at=due_at or NOW)
    return Task(
        document="Công văn",
        symbol="1/UBND-TH",
        issued_on=asked_at.date(),
        signer="Chủ tịch",
        content="rà soát",
        lead=ME,
        due_at=due_at,
    )


def happening() -> st.SearchStrategy[tuple[str, int, int | None, list[tuple[Word, int]]]]:
    """What was given, how many hours after 10 May, for how many hours, and the notes with their hours."""
    hours = st.integers(min_value=1, max_value=50 * 24)
    return st.tuples(
        st.sampled_from(["task", "task", "question"]),
        hours,
        st.one_of(st.none(), st.integers(min_value=1, max_value=30 * 24)),
        st.lists(st.tuples(st.sampled_from(WORDS), hours), max_size=3),
    )


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(history=st.lists(happening(), max_size=6))
def test_tasks_and_questions_follow_from_the_ledgers_rows(
    history: Sequence[tuple[str, int, int | None, list[tuple[Word, int]]]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.db"
        with Ledger.open(f"sqlite:///{path}") as ledger:
            for number, (what, after, term, notes) in enumerate(history, 1):
                begun = BEGIN + timedelta(hours=after)
                due_at = begun + timedelta(hours=term) if term is not None else None
                ledger.assign([a_given(what, due_at, begun)], by="an", rules="r", now=begun)
                # What a person notes is noted in order, and never before the thing was given.
                for word, later in sorted(notes, key=lambda each: each[1]):
                    at_then = begun + timedelta(hours=later)
                    draft = Note(number=0, assignment=number, word=word, by="an", noted_at=at_then)
                    ledger.note(draft, None, rules="r")
            found = figures(RULES, ledger.book(), JUNE, NOW)
        expected = recomputed(path)
    assert {"task": found.tasks, "question": found.questions} == expected


def test_a_task_that_was_taken_back_is_told_of_in_that_month_and_in_none_after_it(tmp_path: Path) -> None:
    with Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}") as ledger:
        ledger.assign([a_given("task", None, BEGIN)], by="an", rules="r", now=BEGIN)
        ended = Note(number=0, assignment=1, word=Word.CANCELLED, by="an", noted_at=at("2013-05-20"))
        ledger.note(ended, None, rules="r")
        book = ledger.book()
        told = {period: tasks_of(RULES, book, period, NOW) for period in (JUNE.previous(), JUNE)}
        found = figures(RULES, book, JUNE, NOW)
    assert [len(lines) for lines in told.values()] == [1, 0]
    assert found.tasks is None


def recomputed(path: Path) -> dict[str, TaskFigures | None]:
    """The numbers of June 2013 out of the bare tables of assignments and notes."""
    ledger = sqlite3.connect(path)
    rows = list(ledger.execute("SELECT number, given, recorded_at FROM assignment"))
    notes = list(ledger.execute("SELECT assignment, word, noted_at FROM note ORDER BY number"))
    ledger.close()
    begins, ends = _utc(at("2013-06-01")), _utc(at("2013-07-01"))
    counts: dict[str, dict[str, int]] = {}
    for number, written, recorded_at in rows:
        form: Any = json.loads(written)
        what = "task" if form["is"] == "task" else "question"
        words = [(word, noted) for which, word, noted in notes if which == number and noted <= _utc(NOW)]
        done_at = None
        for word, noted in words:
            if word == "done":
                done_at = done_at or noted
            elif word in {"in_progress", "not_done", "refused", "wrong"}:
                done_at = None
        if recorded_at >= ends or recorded_at > _utc(NOW) or (done_at is not None and done_at < begins):
            continue
        if words and words[-1][0] == "cancelled" and words[-1][1] < begins:
            continue
        told = counts.setdefault(what, dict.fromkeys(("total", "in_time", "late", "doing", "overdue"), 0))
        if words and words[-1][0] == "cancelled":
            continue
        due_at = _utc(datetime.fromisoformat(form["due_at"])) if form["due_at"] else None
        past = due_at is not None and (done_at or _utc(NOW))[:19] > due_at[:19]
        told["total"] += 1
        told[("late" if past else "in_time") if done_at else ("overdue" if past else "doing")] += 1
    return {
        what: TaskFigures(
            total=told["total"],
            done_in_time=told["in_time"],
            done_late=told["late"],
            doing=told["doing"],
            overdue=told["overdue"],
        )
        if (told := counts.get(what)) is not None
        else None
        for what in ("task", "question")
    }


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
