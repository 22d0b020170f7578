"""One small office, and a notice of every kind and shape, for the tests of letters."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from mailbot.core.arrival import Arrival
from mailbot.core.book import Copy, Stamp
from mailbot.core.calendar import Calendar, at
from mailbot.core.changes.lesson import Proposal, Teaches
from mailbot.core.changes.official import (
    Announce,
    Change,
    Document,
    Effect,
    Excuse,
    Move,
    OfficialLetter,
    Revoke,
)
from mailbot.core.command import Command, Verb
from mailbot.core.deadlines import Deadline
from mailbot.core.delivery.health import AddressFact, Sign, Storm
from mailbot.core.duty import Duty, DutyKey, duty_of
from mailbot.core.emergencies.emergency import Emergency
from mailbot.core.emergencies.incident_act import Act, IncidentAct
from mailbot.core.emergencies.urgent_matter import (
    DemandMatter,
    EmergencyLine,
    IncidentMatter,
    NudgeMatter,
    SilentMatter,
    UrgentMatter,
)
from mailbot.core.letters.answer_matter import HelpMatter, ResultMatter, StatusMatter
from mailbot.core.letters.digest_matter import (
    DigestLine,
    DigestMatter,
    DueLine,
    HeldLine,
    OverdueLine,
    ProposalLine,
    ReplyLine,
    UnreachedLine,
    WithheldLine,
)
from mailbot.core.letters.week_ahead import Plea, UnitAhead, WeekAhead
from mailbot.core.machine.own_health import OwnHealth
from mailbot.core.machine.watch import Outage
from mailbot.core.mail import Address, ArrivalClock, Attachment, Clocks, Mail
from mailbot.core.notice import (
    AlarmMatter,
    AssignedItem,
    AssignedMatter,
    CalendarMatter,
    ChangeMatter,
    ChaseItem,
    ChaseMatter,
    ContestedLine,
    EscalationMatter,
    EvaluationMatter,
    LinesMatter,
    MailOnLine,
    MonthMatter,
    Notice,
    ObjectionMatter,
    QueryMatter,
    ReceiptMatter,
    SealedMatter,
    SupplementMatter,
    TravelMatter,
)
from mailbot.core.period import Cadence, Period
from mailbot.core.posting import NoticeKind, PostedLetter, State
from mailbot.core.replies.wish import Wish
from mailbot.core.rules import (
    DueRule,
    Level,
    Office,
    Part,
    Report,
    ReportId,
    Role,
    Rules,
    Sending,
    Staff,
    StaffRole,
    Stage,
    Step,
    StepKind,
    Unit,
    UnitAddress,
    UnitId,
)
from mailbot.core.standing import Doubt, Judgement, Standing
from mailbot.core.standings.figures import Figures, Line, Rating, UnitFigures
from mailbot.core.tasks.assignment import Assignment, PortalQuestion, Task, Travel
from mailbot.core.verdict import (
    Commanded,
    Evidence,
    Filed,
    Filing,
    Findings,
    Ignored,
    Question,
    Reason,
    Sealed,
    Source,
    Unclear,
    Verdict,
)

SECRET = b"a secret of this office only"
SENDER = "baocao@thainguyen.example"
BASIS = "điểm 2 Chỉ thị số 13/CT-UBND ngày 11 tháng 6 năm 2013 của Chủ tịch UBND tỉnh"
STEP = Step(kind=StepKind.REMINDER, ordinal=1, working_days=3)

OFFICE = Office(
    name="Văn phòng UBND tỉnh Thái Nguyên",
    province="Thái Nguyên",
    mailbox=SENDER,
    paper_to="Văn phòng UBND tỉnh, Sở Kế hoạch và Đầu tư, Cục Thống kê tỉnh",
    secret_desk="Bộ phận Văn thư mật, Văn phòng UBND tỉnh",
    secret_phone="0280.0000.000",
    digest_at=time(7, 30),
    staff=(
        Staff(name="Phòng Tổng hợp", email="tonghop@thainguyen.example", roles=frozenset({StaffRole.DIGEST})),
        Staff(name="Bảo mật", email="baomat@thainguyen.example", roles=frozenset({StaffRole.SECURITY})),
    ),
)
FINANCE = Unit(
    id=UnitId("so-tai-chinh"),
    name="Sở Tài chính",
    group="so",
    head="Giám đốc Sở Tài chính",
    symbols=("STC",),
    addresses=(
        UnitAddress(email="sotaichinh@thainguyen.example", role=Role.OFFICIAL),
        UnitAddress(email="giamdoc.stc@thainguyen.example", role=Role.HEAD),
    ),
)
DISTRICT = Unit(
    id=UnitId("huyen-dai-tu"),
    name="UBND huyện Đại Từ",
    group="huyen",
    head="Chủ tịch UBND huyện Đại Từ",
    addresses=(UnitAddress(email="daitu@thainguyen.example", role=Role.OFFICIAL),),
)
_NAME = "Báo cáo tình hình thực hiện nhiệm vụ"
_STAGES = (
    Stage(level=Level.OFFICE, name="Văn phòng tổng hợp", due=DueRule(day=26)),
    Stage(level=Level.ISSUE, name="UBND tỉnh ban hành", due=DueRule(day=29, before=True)),
)
MONTHLY = Report(
    id=ReportId("bc-thang"),
    name=_NAME,
    cadence=Cadence.MONTH,
    due=DueRule(day=25),
    basis=BASIS,
    owed_by=frozenset({"so", "huyen"}),
    steps=(STEP,),
)
QUARTERLY = replace(MONTHLY, id=ReportId("bc-quy"), cadence=Cadence.QUARTER, due=DueRule(day=20))
RULES = Rules(
    profile="test",
    fingerprint="0" * 64,
    office=OFFICE,
    calendar=Calendar(),
    sending=Sending(opens=time(7, 30), closes=time(17)),
    units=(FINANCE, DISTRICT),
    reports=(MONTHLY, QUARTERLY),
    late_closes_after=15,
)
JUNE = Period(2013, Cadence.MONTH, 6)
# 25 May 2013 was a Saturday, so this one moves to Monday.
MAY = Period(2013, Cadence.MONTH, 5)
QUARTER = Period(2013, Cadence.QUARTER, 2)
NOW = datetime(2013, 6, 25, 1, 20, 5, tzinfo=UTC)
EXPIRES = datetime(2013, 6, 28, tzinfo=UTC)


def duty(unit: Unit = FINANCE, report: Report = MONTHLY, period: Period = JUNE) -> Duty:
    found = duty_of(RULES, DutyKey(unit.id, report.id, period))
    assert found is not None
    return found


def mail(**changes: object) -> Mail:
    return replace(
        Mail(
            sha256="ab" * 32,
            identity="cd" * 32,
            size=1_300_000,
            message_id="<20130625.1@stc.example>",
            references=("<20130624.9@stc.example>",),
            sender=Address("sotaichinh@thainguyen.example", "Sở Tài chính"),
            subject="Báo cáo số 45/BC-STC tình hình thực hiện nhiệm vụ tháng 6 năm 2013",
            text="Thân thư không bao giờ được nhắc lại.",
            attachments=(
                Attachment(
                    name="45-BC-STC tháng 6.pdf",
                    content_type="application/pdf",
                    size=1_234_567,
                    sha256="0123456789abcdef" * 4,
                ),
                Attachment(
                    name="Phụ lục số liệu.xlsx",
                    content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                    size=18_000,
                    sha256="fedcba9876543210" * 4,
                ),
            ),
        ),
        **changes,  # type: ignore[arg-type]
    )


def arrival(verdict: Verdict, number: int = 123, **changes: object) -> Arrival:
    return replace(
        Arrival(
            number=number,
            mail=mail(),
            verdict=verdict,
            arrived_at=datetime(2013, 6, 25, 1, 15, tzinfo=UTC),
            clock=ArrivalClock.SERVER,
            clocks=Clocks(seen_at=NOW),
            recorded_at=NOW,
            rules="0" * 64,
        ),
        **changes,  # type: ignore[arg-type]
    )


FINDINGS = Findings(unit=FINANCE.id, periods=(JUNE,), document_type="BC", confidence=0.9)
FILED = Filed(
    unit=FINANCE.id,
    filings=(Filing(MONTHLY.id, JUNE),),
    findings=FINDINGS,
)
CAME = arrival(FILED)
PLAN_CAME = arrival(
    Ignored(reason=Reason.NOT_A_REPORT, findings=replace(FINDINGS, document_type="KH")),
    mail=mail(subject="Kế hoạch công tác tháng 7 năm 2013", attachments=()),
)
SECRET_CAME = arrival(Sealed(unit=FINANCE.id, findings=FINDINGS), mail=mail(subject="", attachments=()))
UNCLEAR = Unclear(
    question=Question.PERIOD,
    findings=FINDINGS,
    candidates=(Filing(MONTHLY.id, JUNE), Filing(QUARTERLY.id, QUARTER)),
)


ASKED = arrival(
    Commanded(unit=FINANCE.id, command=Command(verb=Verb.STATUS), findings=FINDINGS),
    124,
    mail=mail(subject="Trạng thái", attachments=()),
)


WISHED = Unclear(
    question=Question.REQUEST,
    findings=replace(
        FINDINGS, evidence=(Evidence(Source.RULING, "đơn vị trả lời", "XIN GIA HẠN đến ngày 28/6"),)
    ),
)
WISH = arrival(
    Commanded(
        unit=FINANCE.id,
        command=Command(verb=Verb.MORE_TIME, argument="đến ngày 28/6"),
        findings=FINDINGS,
    ),
    126,
    mail=mail(subject="Re: [Nhắc] Thời hạn gửi báo cáo", attachments=()),
)
_WISH = Wish(duties=(duty(),), until=date(2013, 6, 28))

_STRUCK = Evidence(Source.SUBJECT, "có dấu hiệu báo cáo đột xuất", "mưa lũ")
_URGENT = Unclear(question=Question.URGENT, findings=Findings(unit=DISTRICT.id, evidence=(_STRUCK,)))
FLOOD = Emergency(
    ref="a120",
    unit=DISTRICT.id,
    summary="Báo cáo nhanh tình hình mưa lũ từ ngày 24/6/2013",
    opened_at=datetime(2013, 6, 24, 23, 5, tzinfo=UTC),
    reports=(
        arrival(
            _URGENT,
            120,
            mail=mail(subject="Báo cáo nhanh tình hình mưa lũ từ ngày 24/6/2013"),
            arrived_at=datetime(2013, 6, 24, 23, 5, tzinfo=UTC),
        ),
        arrival(
            _URGENT,
            122,
            mail=mail(subject="Báo cáo nhanh số 2 tình hình mưa lũ", attachments=()),
            arrived_at=datetime(2013, 6, 25, 0, 10, tzinfo=UTC),
        ),
    ),
)
TOLD = IncidentAct(
    number=1,
    act=Act.DEMAND,
    unit=DISTRICT.id,
    by="tonghop@thainguyen.example",
    at=NOW,
    summary="sạt lở đất tại xã Phú Cường, có người bị thương",
    source="phản ánh của nhân dân",
    due_at=datetime(2013, 6, 25, 4, 0, tzinfo=UTC),
)


def judged(standing: Standing, copy: Copy | None = None, of: Duty | None = None, **more: Doubt) -> Judgement:
    return Judgement(duty=of or duty(), standing=standing, copy=copy, **more)


def receipt(*judgements: Judgement, came: Arrival = CAME, corrected: bool = False) -> Notice:
    return notice(
        NoticeKind.RECEIPT,
        ReceiptMatter(arrival=came, judgements=judgements, corrected=corrected),
        answers=came,
    )


def chased(kind: StepKind, days: int, ordinal: int = 1, of: Duty | None = None) -> ChaseItem:
    standing = Standing.OPEN if kind is StepKind.REMINDER else Standing.OVERDUE
    due = of or duty()
    return ChaseItem(
        judgement=judged(standing, of=due),
        report=RULES.report(due.key.report),
        step=Step(kind=kind, ordinal=ordinal, working_days=days),
        working_days=days,
    )


def notice(kind: NoticeKind, matter: object, **changes: object) -> Notice:
    return replace(
        Notice(
            kind=kind,
            keys=(f"{kind}/123",),
            to=("sotaichinh@thainguyen.example",),
            due_at=NOW,
            expires_at=EXPIRES,
            matter=matter,  # type: ignore[arg-type]
            unit=FINANCE,
        ),
        **changes,  # type: ignore[arg-type]
    )


def digest(matter: DigestMatter) -> Notice:
    to = OFFICE.emails(StaffRole.DIGEST)
    return notice(NoticeKind.DIGEST, matter, keys=(f"digest/2013-06-25/{to[0]}",), to=to, unit=None)


_LATE_COPY = Copy(at=at(date(2013, 6, 27), time(9, 30)), arrival=CAME)
_STAMP = Stamp(
    number=1, duty=duty().key, stamped_at=at(date(2013, 6, 24), time(15)), register_no="1287", recorded_at=NOW
)
_ON_TIME = judged(Standing.ON_TIME, Copy(at=CAME.arrived_at, arrival=CAME))
_QUIET = DigestMatter(
    day=date(2013, 6, 25),
    since=at(date(2013, 6, 24), time(7, 30)),
    until=at(date(2013, 6, 25), time(7, 30)),
    received=0,
    filed=0,
    on_time=0,
    late=0,
    units=0,
    machine=0,
    sealed=0,
    emergencies=(),
    waiting=(),
    due=(),
    overdue=(),
    not_judged=(),
    held=0,
    given_up=0,
    replies=(),
    forged=0,
    scanned_at=at(date(2013, 6, 25), time(7, 29)),
)
_MAY_DUTY = duty(DISTRICT, MONTHLY, MAY)
_DEADLINE = Deadline(
    report=MONTHLY.id,
    period=JUNE,
    title="Báo cáo tình hình thực hiện nhiệm vụ tháng 6 năm 2013",
    due_at=duty().due_at,
    basis=BASIS,
    derivation="ngày 25",
    units=(FINANCE.id, DISTRICT.id),
)
_WEEK = WeekAhead(
    first_on=date(2013, 6, 22),
    last_on=date(2013, 6, 30),
    deadlines=(_DEADLINE, replace(_DEADLINE, units=(FINANCE.id,), reason="theo Công văn số 12/UBND-TH")),
    units=(
        UnitAhead(
            unit=DISTRICT,
            owed=1,
            judged=8,
            late=5,
            days_late=2,
            failing=(
                AddressFact(
                    email="daitu@thainguyen.example", at=at(date(2013, 6, 3), time(9)), sign=Sign.RETURNED
                ),
            ),
            pleas=(Plea(arrival=129, arrived_at=at(date(2013, 6, 20), time(15)), waits=True),),
        ),
        UnitAhead(unit=FINANCE, owed=2, judged=3, late=2),
    ),
)
BUSY = replace(
    _QUIET,
    received=14,
    filed=9,
    on_time=8,
    late=1,
    units=9,
    machine=2,
    sealed=1,
    emergencies=(EmergencyLine(emergency=FLOOD, unit=DISTRICT, version=2),),
    waiting=(
        DigestLine(
            arrival=arrival(UNCLEAR, 131, mail=mail(subject="BC tinh hinh")), unit=FINANCE, verdict=UNCLEAR
        ),
        DigestLine(
            verdict=Unclear(question=Question.UNIT, findings=Findings()),
            arrival=arrival(
                Unclear(question=Question.UNIT, findings=Findings()),
                132,
                mail=mail(subject="Báo cáo quý II", sender=Address("vanthu.cu@mail.example")),
            ),
            unit=None,
        ),
        DigestLine(arrival=WISH, unit=FINANCE, verdict=WISHED, version=1, by_reply=True, wish=_WISH),
        DigestLine(arrival=replace(SECRET_CAME, number=133), unit=FINANCE, verdict=SECRET_CAME.verdict),
    ),
    due=(
        DueLine(
            report=replace(MONTHLY, stages=_STAGES),
            judgements=(_ON_TIME, judged(Standing.OPEN, of=duty(DISTRICT))),
            due_at=duty().due_at,
            missing=(DISTRICT,),
        ),
    ),
    overdue=(
        OverdueLine(
            judgement=judged(Standing.OVERDUE, of=_MAY_DUTY), unit=DISTRICT, report=MONTHLY, working_days=12
        ),
    ),
    not_judged=(
        OverdueLine(
            judgement=judged(Standing.NOT_JUDGED, of=duty(FINANCE, MONTHLY, MAY), doubt=Doubt.UNDECIDED_MAIL),
            unit=FINANCE,
            report=MONTHLY,
            working_days=12,
        ),
    ),
    held=2,
    given_up=1,
    held_lines=(
        HeldLine(
            batch=12,
            kind=NoticeKind.LATE,
            why="từ lần thứ 2 trở đi chờ cán bộ duyệt",
            units=(FINANCE, DISTRICT),
            numbers=(31, 32),
            named=(FINANCE.name, DISTRICT.name),
            together=True,
            readers=2,
        ),
        HeldLine(
            batch=13,
            kind=NoticeKind.REMINDER,
            why="lần đầu gửi đến địa chỉ mới, đề nghị kiểm tra",
            units=(DISTRICT, FINANCE),
            numbers=(35, 36),
            named=(DISTRICT.name, FINANCE.name),
            new=(("vanthu@daitu.example",), ("giamdoc.stc@mail.example", "vanthu.stc@mail.example")),
            together=True,
            readers=2,
            alone=False,
            due_at=at(date(2013, 6, 28), time(17)),
        ),
        HeldLine(
            batch=0,
            kind=NoticeKind.RECEIPT,
            why="thời gian đầu vận hành: thư gửi đơn vị chờ cán bộ duyệt đến hết ngày 30/6/2013",
            units=(FINANCE, DISTRICT),
            numbers=(33, 34),
            named=(DISTRICT.name, FINANCE.name),
            together=True,
            readers=2,
        ),
    ),
    unreached=(
        UnreachedLine(
            unit=DISTRICT,
            failure=AddressFact(
                email="phongyen.cu@mail.example",
                at=at(date(2013, 6, 24), time(9, 12)),
                sign=Sign.REFUSED,
                unit=DISTRICT.id,
                status="5.1.1",
                says="550 5.1.1 <phongyen.cu@mail.example>: User unknown",
            ),
            instead="",
        ),
    ),
    proposals=(
        ProposalLine(
            proposal=Proposal(
                teaches=Teaches.ADDRESS, words="vanthu.cu@mail.example", of=FINANCE.id, arrivals=(120, 132)
            ),
            name=FINANCE.name,
        ),
    ),
    replies=(ReplyLine(arrival=128, unit=FINANCE, verdict=FILED),),
    forged=1,
    week=_WEEK,
    own=OwnHealth(
        outages=(Outage("INBOX", at(date(2013, 6, 21), time(9)), at(date(2013, 6, 21), time(14, 30))),),
        unsent=3,
        oldest_at=at(date(2013, 6, 25), time(6)),
        junked=2,
        namesakes=(127, 130),
    ),
    withheld=tuple(
        WithheldLine(report=MONTHLY.id, period=Period.parse(f"2013-0{month}"), duties=29)
        for month in range(4, 6)
    ),
)

_LETTER = OfficialLetter(
    number=1,
    document=Document(
        number="2500/UBND-TH",
        issued_on=date(2013, 6, 10),
        issuer="UBND tỉnh",
        reason="phục vụ Kỳ họp thứ 7 của HĐND tỉnh",
    ),
    effect=Move(at(date(2013, 6, 21), time(23, 59, 59))),
    by="thanh",
    recorded_at=NOW,
)
_MOVED = replace(
    duty(),
    due_at=at(date(2013, 6, 21), time(23, 59, 59)),
    derivation="thời hạn được điều chỉnh từ 24 giờ 00 ngày 25/6/2013 thành 24 giờ 00 ngày 21/6/2013 "
    f"theo {_LETTER.document.cited}",
    letter=_LETTER.document.short,
)


_WORD = OfficialLetter(
    number=2,
    document=Document(number="", issued_on=date(2013, 6, 25), issuer=OFFICE.name, reason="địa bàn có lũ"),
    effect=Move(at(date(2013, 6, 28), time(23, 59, 59))),
    by="tonghop@thainguyen.example",
    recorded_at=NOW,
    via=140,
    answers=126,
)
_EXTENDED = replace(duty(), due_at=at(date(2013, 6, 28), time(23, 59, 59)), letter=_WORD.document.short)


def change(effect: Effect, before: Duty | None, after: Duty, revoked: OfficialLetter | None = None) -> Notice:
    letter = replace(_LETTER, effect=effect)
    matter = ChangeMatter(letter=letter, changes=((MONTHLY, Change(before, after)),), revoked=revoked)
    return notice(NoticeKind.CHANGE, matter)


TASK = Assignment(
    number=12,
    given=Task(
        document="Công văn",
        symbol="123/UBND-TH",
        issued_on=date(2013, 6, 3),
        signer="Nguyễn Văn A",
        summary="V/v rà soát dự án chậm tiến độ",
        content="Rà soát, báo cáo các dự án chậm tiến độ trên địa bàn tỉnh",
        giver="Chủ tịch UBND tỉnh",
        lead=FINANCE.id,
        supporting=(DISTRICT.id,),
        watcher="Phòng Tổng hợp",
        due_at=at(date(2013, 6, 28), time(23, 59, 59)),
    ),
    by="thanh",
    recorded_at=NOW,
)
QUESTION = replace(
    TASK,
    number=13,
    given=PortalQuestion(
        text="Hồ sơ của gia đình nộp đã 30 ngày <b>chưa</b> có kết quả, xin hỏi bao giờ trả?",
        lead=FINANCE.id,
        asked_at=NOW,
        due_at=at(date(2013, 7, 9), time(23, 59, 59)),
    ),
)
JOURNEY = replace(
    TASK,
    number=14,
    given=Travel(
        lead=FINANCE.id,
        traveller="Giám đốc Sở Tài chính",
        place="Hàn Quốc",
        abroad=True,
        first_on=date(2013, 6, 25),
        last_on=date(2013, 6, 29),
    ),
)


def given(*assignments: Assignment, supporting: tuple[Unit, ...] = ()) -> Notice:
    items = tuple(
        AssignedItem(assignment=one, due_at=one.due_at, lead=FINANCE, supporting=supporting)
        for one in assignments
    )
    return replace(notice(NoticeKind.ASSIGNED, AssignedMatter(items=items)), unit=FINANCE)


_PARTS = (
    Part(id="bieu-01", name="Biểu số 01: chỉ tiêu chủ yếu", words=("biểu số 01",)),
    Part(id="phu-luc", name="Phụ lục: danh mục dự án", words=("danh mục dự án",)),
)
_MONTH_LINE = Line(
    unit=FINANCE.id,
    report=MONTHLY.id,
    period=duty().key.period,
    title="Báo cáo tình hình thực hiện nhiệm vụ tháng 6 năm 2013",
    opens_at=duty().opens_at,
    due_at=duty().due_at,
    standing=Standing.LATE,
    arrived_at=_LATE_COPY.at,
    clock="theo thời điểm máy chủ thư nhận được",
    days_late=1,
    by_mail=True,
)
_OWN = UnitFigures(id=FINANCE.id, name=FINANCE.name, group="so", lines=(_MONTH_LINE,), rating=Rating.POOR)
_MONTH = Figures(period=duty().key.period, as_of=NOW, rules="0" * 64, units=(_OWN,))


_OBJECTION = ObjectionMatter(
    unit=FINANCE,
    period=_MONTH.period,
    arrival=arrival(
        Unclear(question=Question.NO_FILE, findings=FINDINGS),
        140,
        mail=mail(subject="Re: Số liệu gửi báo cáo tháng 6", attachments=()),
        arrived_at=at(date(2013, 7, 2), time(9, 5)),
    ),
    version=0,
    in_time=1,
    lines=(
        ContestedLine(
            line=_MONTH_LINE,
            mails=(
                MailOnLine(arrival=arrival(UNCLEAR, 131), verdict=UNCLEAR, version=0),
                MailOnLine(arrival=CAME, verdict=FILED, version=0),
                MailOnLine(arrival=SECRET_CAME, verdict=SECRET_CAME.verdict, version=0),
            ),
            letters=(
                PostedLetter(
                    number=31,
                    kind=NoticeKind.REMINDER,
                    keys=("reminder/x",),
                    state=State.SENT,
                    queued_at=at(date(2013, 6, 20), time(8)),
                ),
            ),
        ),
        ContestedLine(
            line=replace(_MONTH_LINE, standing=Standing.OVERDUE, arrived_at=None), mails=(), letters=()
        ),
    ),
)
_LATE_YEAR = EvaluationMatter(
    figures=replace(_MONTH, period=Period(2013, Cadence.HALF, 1)),
    since=date(2013, 1, 1),
    unapproved=(MAY, JUNE),
)
_DATES = CalendarMatter(
    year=2013, deadlines=(_DEADLINE, replace(_DEADLINE, reason="theo Công văn số 12/UBND-TH"))
)


def month_end(matter: LinesMatter | MonthMatter) -> Notice:
    if isinstance(matter, LinesMatter):
        return notice(NoticeKind.LINES, matter)
    return replace(notice(NoticeKind.MONTH, matter), unit=None)


def to_staff(kind: NoticeKind, matter: ObjectionMatter | EvaluationMatter | CalendarMatter) -> Notice:
    return replace(notice(kind, matter), unit=None, to=OFFICE.emails(StaffRole.DIGEST))


NOTICES: Mapping[str, Notice] = {
    "assigned-lead": given(TASK, supporting=(DISTRICT,)),
    "assigned-question": given(QUESTION),
    "assigned-several": given(TASK, replace(TASK, number=15, given=replace(TASK.given, due_at=None))),
    "travel": replace(
        notice(NoticeKind.TRAVEL, TravelMatter(assignment=JOURNEY, traveller_of=FINANCE)), unit=None
    ),
    "supplement": notice(
        NoticeKind.SUPPLEMENT,
        SupplementMatter(
            duty=duty(), report=MONTHLY, copy=Copy(at=CAME.arrived_at, arrival=CAME), parts=_PARTS
        ),
        unit=FINANCE,
    ),
    "supplement-wanting": notice(
        NoticeKind.SUPPLEMENT,
        SupplementMatter(
            duty=duty(),
            report=MONTHLY,
            copy=Copy(at=CAME.arrived_at, arrival=CAME),
            wanting="Thiếu biểu số liệu theo Công văn số 9/UBND-TH",
            code="NV-000012",
        ),
        unit=FINANCE,
    ),
    "receipt-parts-missing": receipt(replace(_ON_TIME, missing=_PARTS)),
    "lines": month_end(LinesMatter(figures=_OWN, period=_MONTH.period, until=at(date(2013, 7, 4)))),
    "objection": to_staff(NoticeKind.OBJECTION, _OBJECTION),
    "objection-settled": to_staff(NoticeKind.OBJECTION, replace(_OBJECTION, lines=())),
    "evaluation": to_staff(NoticeKind.EVALUATION, _LATE_YEAR),
    "calendar": notice(NoticeKind.CALENDAR, _DATES),
    "calendar-staff": to_staff(NoticeKind.CALENDAR, _DATES),
    "month": month_end(MonthMatter(figures=_MONTH, before=None, objections=0)),
    "change-moved": change(_LETTER.effect, duty(), _MOVED),
    "change-extended": notice(
        NoticeKind.CHANGE,
        ChangeMatter(letter=_WORD, changes=((MONTHLY, Change(duty(), _EXTENDED)),)),
        answers=WISH,
    ),
    "receipt-denied": replace(
        receipt(came=WISH),
        matter=ReceiptMatter(
            arrival=WISH,
            judgements=(),
            corrected=True,
            denied="báo cáo phục vụ phiên họp thường kỳ của UBND tỉnh ngày 26/6",
        ),
    ),
    "change-excused": change(Excuse(), duty(), replace(duty(), excused=True)),
    "change-announced": change(Announce(duty().due_at), None, duty()),
    "change-revoked": change(Revoke(1), _MOVED, duty(), _LETTER),
    "receipt": receipt(_ON_TIME),
    "receipt-late": receipt(judged(Standing.LATE, _LATE_COPY), came=replace(CAME, arrived_at=_LATE_COPY.at)),
    "receipt-two-reports": receipt(
        _ON_TIME,
        judged(
            Standing.LATE,
            Copy(at=CAME.arrived_at, arrival=CAME),
            of=duty(FINANCE, QUARTERLY, QUARTER),
        ),
    ),
    "receipt-paper-first": receipt(judged(Standing.ON_TIME, Copy(at=_STAMP.stamped_at, stamp=_STAMP))),
    "receipt-day-off": receipt(
        judged(
            Standing.NOT_JUDGED,
            Copy(at=CAME.arrived_at, arrival=CAME),
            of=duty(FINANCE, MONTHLY, MAY),
            doubt=Doubt.UNDECIDED_MAIL,
        )
    ),
    "receipt-no-report": receipt(came=PLAN_CAME),
    "receipt-corrected": receipt(_ON_TIME, corrected=True),
    "receipt-rejected": replace(
        receipt(corrected=True),
        matter=ReceiptMatter(
            arrival=CAME, judgements=(), corrected=True, rejected="thiếu chữ ký, đề nghị gửi lại bản đã ký"
        ),
    ),
    "query": notice(
        NoticeKind.QUERY,
        QueryMatter(arrival=arrival(UNCLEAR), question=Question.PERIOD, candidates=UNCLEAR.candidates),
        answers=arrival(UNCLEAR),
    ),
    "query-no-file": notice(
        NoticeKind.QUERY,
        QueryMatter(arrival=PLAN_CAME, question=Question.NO_FILE, candidates=()),
        answers=PLAN_CAME,
    ),
    "reminder": notice(NoticeKind.REMINDER, ChaseMatter(items=(chased(StepKind.REMINDER, 3),))),
    "reminder-several": notice(
        NoticeKind.REMINDER,
        ChaseMatter(
            items=(
                chased(StepKind.REMINDER, 1, 2, duty(FINANCE, MONTHLY, MAY)),
                chased(StepKind.REMINDER, 5, 1, duty(FINANCE, QUARTERLY, QUARTER)),
            )
        ),
    ),
    "late": notice(NoticeKind.LATE, ChaseMatter(items=(chased(StepKind.LATE, 1),))),
    "late-several": notice(
        NoticeKind.LATE,
        ChaseMatter(
            items=(
                chased(StepKind.LATE, 20, 3, duty(FINANCE, MONTHLY, MAY)),
                chased(StepKind.LATE, 3, 2, duty(FINANCE, QUARTERLY, QUARTER)),
            )
        ),
        copies=("giamdoc.stc@thainguyen.example",),
    ),
    "sealed": notice(NoticeKind.SEALED, SealedMatter(arrival=SECRET_CAME)),
    "alarm": notice(
        NoticeKind.ALARM,
        AlarmMatter(
            storm=Storm(
                began_at=at(date(2013, 6, 25), time(8, 2)),
                ended_at=at(date(2013, 6, 25), time(8, 30)),
                at=at(date(2013, 6, 25), time(8, 10)),
                units=(FINANCE.id, DISTRICT.id),
                says="550 5.7.1 Service unavailable; client host blocked",
            )
        ),
        keys=("alarm/returned/2013-06-25",),
        to=OFFICE.emails(StaffRole.DIGEST),
        unit=None,
    ),
    "alert": notice(
        NoticeKind.ALERT,
        SealedMatter(arrival=SECRET_CAME),
        to=OFFICE.emails(StaffRole.SECURITY),
        unit=None,
    ),
    "query-nothing-likely": notice(
        NoticeKind.QUERY,
        QueryMatter(arrival=arrival(UNCLEAR), question=Question.PERIOD, candidates=()),
        answers=arrival(UNCLEAR),
    ),
    "query-request": notice(
        NoticeKind.QUERY,
        QueryMatter(arrival=ASKED, question=Question.REQUEST, candidates=()),
        answers=ASKED,
    ),
    "query-task": notice(
        NoticeKind.QUERY,
        QueryMatter(arrival=arrival(UNCLEAR), question=Question.TASK, candidates=()),
        answers=arrival(UNCLEAR),
    ),
    "query-unverified": notice(
        NoticeKind.QUERY,
        QueryMatter(arrival=CAME, question=Question.UNVERIFIED, candidates=FILED.filings),
        answers=CAME,
    ),
    "receipt-by-reply": replace(
        receipt(_ON_TIME),
        matter=ReceiptMatter(arrival=CAME, judgements=(_ON_TIME,), corrected=True, by_unit=True),
    ),
    "receipt-aside-by-reply": replace(
        receipt(_ON_TIME),
        matter=ReceiptMatter(arrival=CAME, judgements=(), corrected=True, by_unit=True),
    ),
    "status": notice(
        NoticeKind.STATUS,
        StatusMatter(
            arrival=ASKED,
            judgements=(
                judged(Standing.LATE, _LATE_COPY, of=duty(FINANCE, MONTHLY, MAY)),
                _ON_TIME,
                judged(Standing.OPEN, of=duty(FINANCE, QUARTERLY, QUARTER)),
            ),
        ),
        answers=ASKED,
    ),
    "status-empty": notice(NoticeKind.STATUS, StatusMatter(arrival=ASKED, judgements=()), answers=ASKED),
    "help": notice(NoticeKind.HELP, HelpMatter(arrival=ASKED, unknown=False, staff=False), answers=ASKED),
    "help-unknown": notice(
        NoticeKind.HELP, HelpMatter(arrival=ASKED, unknown=True, staff=False), answers=ASKED
    ),
    "help-staff": notice(
        NoticeKind.HELP,
        HelpMatter(arrival=ASKED, unknown=False, staff=True),
        to=OFFICE.emails(StaffRole.DIGEST),
        unit=None,
        answers=ASKED,
    ),
    "result-refused": notice(
        NoticeKind.RESULT,
        ResultMatter(
            arrival=ASKED,
            about=123,
            says="đề nghị trả lời bằng số thứ tự của báo cáo trong danh sách đã gửi",
            done=False,
        ),
        answers=ASKED,
    ),
    "result-staff": notice(
        NoticeKind.RESULT,
        ResultMatter(arrival=ASKED, about=131, says="thư số 131 được xếp là không phải báo cáo", done=True),
        to=OFFICE.emails(StaffRole.DIGEST),
        unit=None,
        answers=ASKED,
    ),
    "escalation": notice(
        NoticeKind.ESCALATION,
        EscalationMatter(
            lines=(
                OverdueLine(
                    judgement=judged(Standing.OVERDUE, of=_MAY_DUTY),
                    unit=DISTRICT,
                    report=MONTHLY,
                    working_days=12,
                ),
                OverdueLine(
                    judgement=judged(Standing.OVERDUE, of=duty(FINANCE, MONTHLY, MAY)),
                    unit=FINANCE,
                    report=MONTHLY,
                    working_days=12,
                ),
            ),
            chased=(3, 3),
        ),
        to=OFFICE.emails(StaffRole.DIGEST),
        unit=None,
    ),
    "urgent": notice(
        NoticeKind.URGENT,
        UrgentMatter(emergency=FLOOD, reports=FLOOD.reports[-1:], unit=DISTRICT),
        to=OFFICE.emails(StaffRole.DIGEST),
        unit=None,
    ),
    "urgent-several": notice(
        NoticeKind.URGENT,
        UrgentMatter(emergency=FLOOD, reports=FLOOD.reports, unit=DISTRICT),
        to=OFFICE.emails(StaffRole.DIGEST),
        unit=None,
    ),
    "urgent-beside": notice(
        NoticeKind.URGENT,
        UrgentMatter(emergency=replace(FLOOD, ref=""), reports=FLOOD.reports[:1], unit=DISTRICT, beside=True),
        to=OFFICE.emails(StaffRole.DIGEST),
        unit=None,
    ),
    "urgent-unproven": notice(
        NoticeKind.URGENT,
        UrgentMatter(
            emergency=replace(FLOOD, ref=""), reports=FLOOD.reports[:1], unit=DISTRICT, unproven=True
        ),
        to=OFFICE.emails(StaffRole.DIGEST),
        unit=None,
    ),
    "incident": notice(
        NoticeKind.INCIDENT,
        IncidentMatter(arrival=FLOOD.reports[0], update_by=NOW + timedelta(hours=8)),
        to=("daitu@thainguyen.example",),
        unit=DISTRICT,
        answers=FLOOD.reports[0],
    ),
    "incident-over": notice(
        NoticeKind.INCIDENT,
        IncidentMatter(arrival=FLOOD.reports[0], update_by=NOW + timedelta(hours=8), over=True),
        to=("daitu@thainguyen.example",),
        unit=DISTRICT,
        answers=FLOOD.reports[0],
    ),
    "urgent-over": notice(
        NoticeKind.URGENT,
        UrgentMatter(
            emergency=replace(FLOOD, closed_at=NOW, closed_by=str(DISTRICT.id)),
            reports=FLOOD.reports,
            unit=DISTRICT,
        ),
        to=OFFICE.emails(StaffRole.DIGEST),
        unit=None,
    ),
    "demand": notice(
        NoticeKind.DEMAND,
        DemandMatter(act=TOLD),
        to=("daitu@thainguyen.example",),
        unit=DISTRICT,
    ),
    "nudge": notice(
        NoticeKind.NUDGE,
        NudgeMatter(emergency=FLOOD, ordinal=2),
        to=("daitu@thainguyen.example",),
        unit=DISTRICT,
    ),
    "nudge-no-report": notice(
        NoticeKind.NUDGE,
        NudgeMatter(
            emergency=Emergency(ref="d1", unit=DISTRICT.id, summary=TOLD.summary, opened_at=NOW, demand=TOLD),
            ordinal=1,
        ),
        to=("daitu@thainguyen.example",),
        unit=DISTRICT,
    ),
    "silent": notice(
        NoticeKind.SILENT,
        SilentMatter(emergency=FLOOD, unit=DISTRICT),
        to=OFFICE.emails(StaffRole.DIGEST),
        unit=None,
    ),
    "digest": digest(BUSY),
    "digest-quiet": digest(_QUIET),
}
