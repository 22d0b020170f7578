"""Stories on a given clock, with the offices' own rules: a year with a moved deadline, a quarter of tasks."""

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

from builders import a_mail, an_arrival, at, filed, posted

from mailbot.core.book import Book
from mailbot.core.changes.amend import changes
from mailbot.core.changes.in_force import in_force
from mailbot.core.changes.official import Document, Effect, Excuse, Move, OfficialLetter, Scope
from mailbot.core.classify import Known, classify
from mailbot.core.mail import Address
from mailbot.core.notice import ChaseMatter, Notice
from mailbot.core.period import Period
from mailbot.core.plan import plan
from mailbot.core.posting import NoticeKind
from mailbot.core.rules import ReportId, Rules, UnitId
from mailbot.core.standing import Standing, judge
from mailbot.core.tasks.assignment import Assignment, Note, Task, Word
from mailbot.core.tasks.progress import State, lines, tasks_in
from mailbot.core.tasks.task_mail import open_tasks
from mailbot.core.verdict import Verdict
from mailbot.rulebook import load_rules

PROFILES = Path(__file__).parents[2] / "rules"
YEAR, Q4 = Period.parse("2013"), Period.parse("2013-Q4")
ANNUAL, QUARTERLY = ReportId("bc-nam"), ReportId("bc-quy")


class Story:
    """An office whose every working day at nine is planned and posted; what was posted is kept."""

    def __init__(self, rules: Rules, go_live: datetime) -> None:
        self.rules, self.go_live = rules, go_live
        self.book = Book(version=1, duties={}, letters={})
        self.posted: list[tuple[date, Notice]] = []

    def until(self, last: str, since: str) -> None:
        """Live through the days from `since` to `last`, both included."""
        day = date.fromisoformat(since)
        while day <= date.fromisoformat(last):
            if self.rules.calendar.is_working(day):
                self.at(at(f"{day} 09:00"))
            day += timedelta(days=1)

    def at(self, now: datetime) -> None:
        self.book = replace(self.book, scanned_at=now)
        found = plan(self.rules, self.book, now, self.go_live)
        assert not found.doubled
        letters = {k: v for k, v in self.book.letters.items() if v.number not in found.withdraw}
        for notice in found.post:
            letters |= posted(len(self.posted) + 1, notice.kind, *notice.keys)
            self.posted.append((now.date(), notice))
        first = {duty.key: duty for duty in found.announce if not duty.letter}
        self.book = replace(
            self.book.announcing(found.announce),
            letters=letters,
            as_announced={**self.book.as_announced, **first},
        )

    def letter(self, effect: Effect, scope: Scope, now: str) -> OfficialLetter:
        draft = OfficialLetter(
            number=len(self.book.official) + 1,
            document=Document(number="2500/UBND-TH", issued_on=at(now).date(), issuer="UBND tỉnh"),
            effect=effect,
            scope=scope,
            by="thanh",
            recorded_at=at(now),
        )
        done = replace(draft, changes=changes(self.rules, self.book, draft))
        rows = [c.after for c in done.changes if c.after and c.key in self.book.duties]
        self.book = replace(self.book.announcing(rows), official=(*self.book.official, done))
        return done

    def arrives(self, verdict: Verdict, moment: str) -> None:
        number = len(self.book.arrivals) + 1
        arrival = an_arrival(verdict, at(moment), number, muted=True)
        self.book = replace(self.book, arrivals=(*self.book.arrivals, arrival))

    def keys(self, kind: NoticeKind) -> list[str]:
        return [key for _, notice in self.posted if notice.kind is kind for key in notice.keys]


def test_a_year_of_thai_nguyen_in_which_the_annual_report_is_wanted_earlier() -> None:
    story = Story(load_rules(PROFILES / "thai-nguyen-2013"), at("2013-06-11"))
    prompt, late, flooded = UnitId("so-tai-chinh"), UnitId("so-y-te"), UnitId("huyen-dai-tu")
    story.until("2013-12-02", since="2013-06-11")
    due = at("2013-12-10 23:59:59")
    moved = story.letter(
        Move(due), Scope(reports=frozenset({ANNUAL}), periods=frozenset({YEAR})), "2013-12-02 15:00"
    )
    owing = {change.key.unit for change in moved.changes}
    story.letter(Excuse(), Scope(units=frozenset({flooded}), periods=frozenset({Q4})), "2013-12-03 08:00")
    story.arrives(filed("2013", "bc-nam", prompt), "2013-12-09 16:00")
    story.until("2013-12-12", since="2013-12-03")
    story.arrives(filed("2013", "bc-nam", late), "2013-12-12 16:00")
    story.until("2014-01-31", since="2013-12-13")

    told = Counter(story.keys(NoticeKind.CHANGE))
    assert {f"change/1/{unit}" for unit in owing} | {f"change/2/{flooded}"} == set(told)
    assert set(told.values()) == {1}
    everything = Counter(key for _, notice in story.posted for key in notice.keys)
    assert max(everything.values()) == 1
    annual = [d for d in story.book.duties.values() if d.key.report == ANNUAL and d.key.period == YEAR]
    assert {d.due_at for d in annual} == {due}
    assert all("2500/UBND-TH" in d.derivation for d in annual)
    now = at("2014-01-31 09:00")
    standings = {d.key.unit: judge(d, story.book, now).standing for d in annual}
    assert (standings[prompt], standings[late]) == (Standing.ON_TIME, Standing.LATE)
    # Reminders and late notices are those of the new day; of the old one nobody hears.
    about = [
        (day, item.judgement.duty)
        for day, notice in story.posted
        if isinstance(notice.matter, ChaseMatter)
        for item in notice.matter.items
        if item.judgement.duty.key.report == ANNUAL and item.judgement.duty.key.period == YEAR
    ]
    after_letter = [(day, duty) for day, duty in about if day > date(2013, 12, 2)]
    assert {duty.due_at for _, duty in after_letter} == {due}
    assert min(day for day, duty in after_letter if duty.key.unit == late) <= date(2013, 12, 9)
    assert not any(f"/{flooded}/{QUARTERLY}/{Q4}/" in key for key in everything)
    quarter = next(d for d in story.book.duties.values() if d.key.unit == flooded and d.key.period == Q4)
    assert judge(quarter, story.book, now).standing is Standing.EXCUSED


def test_a_quarter_of_tasks_in_gia_lai() -> None:
    rules = load_rules(PROFILES / "gia-lai-2017-tasks")
    story = Story(rules, at("2017-01-10"))
    lead, other = UnitId("phong-cong-nghe-thong-tin"), UnitId("thanh-tra-so")
    given = [(1, "2017-01-20"), (2, "2017-02-10"), (3, "2017-02-28"), (4, None)]
    tasks = tuple(
        Assignment(
            number=number,
            given=Task(
                document="Công văn",
                symbol=f"{number + 100}/UBND-VX",
                issued_on=date(2017, 1, 9),
                signer="Phó Chủ tịch",
                content=f"Việc {number}",
                lead=lead,
                supporting=(other,),
                due_at=at(f"{day} 23:59:59") if day else None,
            ),
            by="vp",
            recorded_at=at("2017-01-10 10:00"),
        )
        for number, day in given
    )
    duties = {duty.key: duty for task in tasks if (duty := task.duty())}
    story.book = replace(story.book, assignments=tasks, duties=duties)
    address = next(a.email for unit in rules.units if unit.id == lead for a in unit.addresses)

    def mails(subject: str, text: str, moment: str) -> None:
        known = Known(tasks=tuple(open_tasks(story.book)))
        mail = a_mail(subject, "van ban.pdf", text=text, sender=Address(address))
        story.arrives(classify(mail, rules, at(moment), known), moment)

    story.until("2017-01-18", since="2017-01-11")
    mails("V/v kết quả thực hiện Công văn số 101/UBND-VX", "Đơn vị đã hoàn thành.", "2017-01-18 15:00")
    story.until("2017-02-13", since="2017-01-19")
    mails("Re: [NV-000002]", "Đơn vị đang triển khai. Nguyên nhân: chờ kinh phí.", "2017-02-13 15:00")
    story.until("2017-02-20", since="2017-02-14")
    mails("Re: [NV-000002] Báo cáo kết quả thực hiện", "Đã hoàn thành nhiệm vụ.", "2017-02-20 15:00")
    back = Note(
        number=1,
        assignment=3,
        word=Word.RETURNED,
        reason="ngoài chức năng",
        by="vp",
        noted_at=at("2017-02-21 09:00"),
    )
    excused = replace(story.book.duties[tasks[2].key], excused=True, reason=back.reason)
    story.book = replace(story.book, notes=(back,), duties={**story.book.duties, tasks[2].key: excused})
    story.until("2017-03-31", since="2017-02-21")

    told = Counter(story.keys(NoticeKind.ASSIGNED))
    assert set(told) == {f"assigned/{n}/{unit}" for n in range(1, 5) for unit in (lead, other)}
    assert set(told.values()) == {1}
    late = [key for key in story.keys(NoticeKind.LATE) if "/nv-" in key]
    assert late
    assert {key.split("/")[2] for key in late} == {"nv-2"}
    ruled, now = in_force(rules, story.book), at("2017-04-01 09:00")
    listed = tasks_in(list(lines(ruled, story.book, now)), at("2017-01-01"), at("2017-04-01"))
    assert [(line.state, line.late, line.overdue) for line in listed] == [
        (State.DONE, False, False),
        (State.DONE, True, False),
        (State.ENDED, False, False),
        (State.NOT_DONE, False, False),
    ]
    assert listed[1].reason == "Nguyên nhân: chờ kinh phí"
    assert listed[3].age_days == 81
