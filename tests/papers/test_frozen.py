"""What was approved stays as it was: also the tasks that a month's report lists."""

from dataclasses import replace
from datetime import date
from email import message_from_bytes, policy
from hashlib import sha256
from pathlib import Path

from builders import a_mail, a_report, a_unit, at, some_rules

from mailbot.core.changes.official import DaysOff, Document, OfficialLetter, Scope
from mailbot.core.delivery.fuse import Fuse
from mailbot.core.duty import opened_duties
from mailbot.core.mail import ArrivalClock, Clocks
from mailbot.core.notice import EvaluationMatter, Notice
from mailbot.core.period import Period
from mailbot.core.posting import NoticeKind
from mailbot.core.rules import Staff, StaffRole, UnitId
from mailbot.core.standings.figures import Rating
from mailbot.core.standings.objection import heard, objections
from mailbot.core.tasks.assignment import Task
from mailbot.core.verdict import Filed, Filing, Findings, Ignored, Question, Reason, Unclear
from mailbot.daemon.papers import beside_approved, close, replayed, report_of
from mailbot.daemon.planning import Caution, Desk, plan_round
from mailbot.ledger import Entry, Ledger
from mailbot.papers.monthly import _register, checksum_line
from mailbot.papers.register import lines
from mailbot.post.render import Renderer
from mailbot.resources import resource

ME = UnitId("so-a")
RULES = some_rules(units=(a_unit("so-a"),), reports=(a_report(),))
JUNE = Period.parse("2013-06")
APPROVED, LATER = at("2013-07-08 08:00"), at("2013-07-20 08:00")
TASK = Task(
    document="Công văn",
    symbol="1/UBND-TH",
    issued_on=date(2013, 6, 3),
    signer="Chủ tịch",
    content="rà soát",
    lead=ME,
    due_at=at("2013-06-20 17:00"),
)


def record(
    ledger: Ledger, filing: Filing | None, when: str, to: str = "", subject: str = "Báo cáo tháng 6 năm 2013"
) -> int:
    """A mail that hands in `filing`, or only asks, in reply `to` a letter; its arrival number."""
    digest = sha256(when.encode()).hexdigest()
    findings = Findings(unit=ME)
    entry = Entry(
        mail=replace(
            a_mail(subject), sha256=digest, identity=digest, message_id=f"<{digest[:8]}@x>", in_reply_to=to
        ),
        verdict=Filed(unit=ME, filings=(filing,), findings=findings)
        if filing
        else Unclear(question=Question.NO_FILE, findings=findings),
        arrived_at=at(when),
        clock=ArrivalClock.SERVER,
        clocks=Clocks(seen_at=at(when)),
        rules="r",
        place=None,
    )
    [number] = ledger.record([entry], at(when))
    return number


def announced(ledger: Ledger) -> None:
    duties = tuple(opened_duties(RULES, APPROVED, at("2013-06-01")))
    assert ledger.enqueue(
        version=ledger.book().version, duties=duties, letters=(), withdraw=(), rules="r", now=at("2013-06-01")
    )


def a_desk() -> Desk:
    """What letters are written with, of an office that has somebody to approve papers."""
    approver = Staff(name="Lãnh đạo", email="ld@vp.example", roles=frozenset({StaffRole.APPROVER}))
    rules = replace(RULES, office=replace(RULES.office, staff=(*RULES.office.staff, approver)))
    caution = Caution(fuse=Fuse(at_least=50, share=1, growth=3))
    renderer = Renderer(resource("templates") / "vi")
    return Desk(rules=rules, renderer=renderer, sender=rules.office.mailbox, caution=caution)


def test_a_ruling_after_the_approval_leaves_the_listed_tasks_alone(tmp_path: Path) -> None:
    with Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}") as ledger:
        announced(ledger)
        [task] = ledger.assign([TASK], by="an", rules="r", now=at("2013-06-03 08:00"))
        number = record(ledger, Filing(task.key.report, task.key.period), "2013-06-19 09:00")
        close(RULES, ledger, JUNE, APPROVED, by="lãnh đạo")
        before = report_of(RULES, ledger, JUNE, LATER)
        assert "đã thực hiện" in before.tasks[0][6]
        empty = Ignored(reason=Reason.REJECTED, findings=Findings(unit=ME))
        ledger.rule(number, empty, by="an", why="tệp trống", now=at("2013-07-15 08:00"))
        after = report_of(RULES, ledger, JUNE, LATER)
        assert after.tasks == before.tasks
        assert after.figures == before.figures


def test_what_a_person_seals_after_the_approval_leaves_no_symbol_in_the_papers(tmp_path: Path) -> None:
    with Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}") as ledger:
        announced(ledger)
        subject = "Báo cáo số 45/BC-STC tháng 6 năm 2013"
        number = record(ledger, Filing(RULES.reports[0].id, JUNE), "2013-06-19 09:00", subject=subject)
        close(RULES, ledger, JUNE, APPROVED, by="lãnh đạo")

        def cells() -> set[str]:
            report = report_of(RULES, ledger, JUNE, LATER)
            return {str(cell) for rows in (_register(report), lines(report)) for row in rows for cell in row}

        assert "45/BC-STC" in cells()
        before = checksum_line(report_of(RULES, ledger, JUNE, LATER).figures)
        ledger.blank(number, by="văn thư", now=LATER)
        assert not [cell for cell in cells() if "45/BC-STC" in cell]
        # What was approved is still what the papers are drawn from.
        assert checksum_line(report_of(RULES, ledger, JUNE, LATER).figures) == before


def test_a_decreed_day_off_counts_in_the_approved_days_late_and_in_their_replay(tmp_path: Path) -> None:
    with Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}") as ledger:
        announced(ledger)
        record(ledger, Filing(RULES.reports[0].id, JUNE), "2013-06-27 09:00")
        plain = report_of(RULES, ledger, JUNE, APPROVED).figures.lines[0]
        letter = OfficialLetter(
            number=1,
            document=Document(number="1/QĐ", issued_on=date(2013, 6, 20), issuer="UBND tỉnh", reason=""),
            effect=DaysOff(off=((date(2013, 6, 26), "nghỉ bù"),), worked=()),
            scope=Scope(),
            by="an",
            recorded_at=at("2013-06-21 08:00"),
        )
        assert ledger.record_letter(letter, [], version=ledger.book().version, rules="r")
        kept = close(RULES, ledger, JUNE, APPROVED, by="lãnh đạo")
        assert (plain.days_late, kept.figures.lines[0].days_late) == (2, 1)
        assert [found.same for found in replayed(RULES, ledger)] == [True]
        # What is decreed after the approval is an amendment, and no fault of the approved figures.
        other = DaysOff(off=((date(2013, 6, 27), "nghỉ bù"),), worked=())
        later = replace(letter, number=2, effect=other, recorded_at=at("2013-07-15 08:00"))
        assert ledger.record_letter(later, [], version=ledger.book().version, rules="r")
        assert [found.same for found in replayed(RULES, ledger)] == [True]
        report = report_of(RULES, ledger, JUNE, LATER)
        assert report.figures == kept.figures
        assert [says.partition(":")[0] for says in report.amendments] == ["Chưa được duyệt"]


def test_a_draft_compares_with_the_approved_figures_of_the_month_before(tmp_path: Path) -> None:
    may, draft_day = JUNE.previous(), at("2013-07-05 08:00")
    with Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}") as ledger:
        for day in ("2013-05-02 08:00", "2013-06-03 08:00"):
            plan_round(ledger, a_desk(), at(day), at("2013-05-01"))
        number = record(ledger, Filing(RULES.reports[0].id, may), "2013-05-20 09:00")
        record(ledger, Filing(RULES.reports[0].id, JUNE), "2013-06-20 09:00")
        ledger.note_scan("INBOX", started_at=draft_day, ended_at=draft_day)
        kept = close(RULES, ledger, may, at("2013-06-07 08:00"), by="lãnh đạo")
        assert kept.figures.counts.rate == 100
        # What a person rules about May now counts once May is approved anew, and not before.
        empty = Ignored(reason=Reason.REJECTED, findings=Findings(unit=ME))
        ledger.rule(number, empty, by="an", why="tệp trống", now=at("2013-07-01 08:00"))
        plan_round(ledger, a_desk(), draft_day, at("2013-05-01"))
        [draft] = [row.letter for row in ledger.letters() if row.letter.kind is NoticeKind.MONTH]
        report = report_of(RULES, ledger, JUNE, draft_day)
    assert report.change == 0
    body = message_from_bytes(draft.raw, policy=policy.default).get_body(("plain",))
    assert body is not None
    assert "(đạt 100%, không đổi so với kỳ trước)" in body.get_content()


def test_an_objection_after_the_approval_is_told_beside_the_name_that_it_may_clear(tmp_path: Path) -> None:
    with Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}") as ledger:
        announced(ledger)
        record(ledger, Filing(RULES.reports[0].id, JUNE), "2013-06-27 09:00")
        plan_round(ledger, a_desk(), at("2013-07-01 08:00"), at("2013-06-01"))
        [lines] = [row.letter for row in ledger.letters() if row.letter.kind is NoticeKind.LINES]
        close(RULES, ledger, JUNE, APPROVED, by="lãnh đạo")
        assert report_of(RULES, ledger, JUNE, LATER).amendments == ()
        # A mail that waits today changes who may be named today, and nothing that was approved.
        waits = record(ledger, None, "2013-07-09 09:00")
        assert report_of(RULES, ledger, JUNE, LATER).amendments == ()
        read = Ignored(reason=Reason.NOT_A_REPORT, findings=Findings(unit=ME))
        ledger.rule(waits, read, by="an", why="thư hỏi", now=at("2013-07-09 10:00"))
        number = record(ledger, None, "2013-07-10 09:00", lines.message_id)
        said = "đánh giá: từ “thực hiện chưa nghiêm túc” thành “chưa đánh giá” ({})."
        waiting = report_of(RULES, ledger, JUNE, LATER)
        assert [unit.rating for unit in waiting.figures.units] == [Rating.POOR], "approved figures stay"
        [told] = waiting.amendments
        assert told.startswith("Chưa được duyệt: ")
        why = "còn thư của đơn vị đang chờ xử lý; ý kiến giải trình của đơn vị đang được xem xét"
        assert told.endswith(said.format(why))
        [objection] = objections(RULES, ledger.book(), JUNE)
        upheld = heard(ledger.book(), objection, "máy chủ của sở hỏng", upholds=True)
        ledger.rule(number, upheld, by="an", why="x", now=at("2013-07-15 08:00"))
        close(RULES, ledger, JUNE, LATER, by="lãnh đạo", why="chấp nhận giải trình")
        [told] = report_of(RULES, ledger, JUNE, LATER).amendments
        assert told.startswith("Đã đính chính: ")
        assert said.format("ý kiến giải trình của đơn vị được chấp nhận") in told


def test_an_evaluation_says_where_it_is_not_the_sum_of_the_approved_months(tmp_path: Path) -> None:
    half = Period.parse("2013-H1")
    with Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}") as ledger:
        announced(ledger)
        number = record(ledger, Filing(RULES.reports[0].id, JUNE), "2013-06-20 09:00")
        ledger.note_scan("INBOX", started_at=APPROVED, ended_at=APPROVED)
        close(RULES, ledger, JUNE, APPROVED, by="lãnh đạo")
        assert report_of(RULES, ledger, half, LATER).amendments == ()
        empty = Ignored(reason=Reason.REJECTED, findings=Findings(unit=ME))
        ledger.rule(number, empty, by="an", why="tệp trống", now=at("2013-07-15 08:00"))
        report = report_of(RULES, ledger, half, LATER)
        matter = EvaluationMatter(figures=report.figures, since=half.first_on, unapproved=())
        draft = Notice(
            kind=NoticeKind.EVALUATION,
            keys=("k",),
            to=("x@y",),
            due_at=LATER,
            expires_at=LATER,
            matter=matter,
        )
        drafted = beside_approved(ledger, draft).matter
        # A week that the month reaches into is no sum of months.
        assert report_of(RULES, ledger, Period.parse("2013-W22"), LATER).amendments == ()
    [told] = report.amendments
    assert told.startswith("Khác số liệu tháng 6 năm 2013 đã duyệt: Đơn vị so-a, ")
    assert "từ “đúng hạn” thành “quá hạn, chưa gửi”" in told
    assert isinstance(drafted, EvaluationMatter)
    assert drafted.amendments == report.amendments
