"""Sample letters to try templates with: together they pass through every branch of the ones we ship.

Nothing here is ever sent. Two samples of a kind differ in what is empty, one and many.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from mailbot.core.calendar import at
from mailbot.core.posting import NoticeKind
from mailbot.core.rules import Office
from mailbot.core.verdict import Question
from mailbot.post import answer_context, context, context_given, parts
from mailbot.post.digest_samples import digests
from mailbot.post.escalated import Escalated, Escalation
from mailbot.post.failures import Alarm
from mailbot.post.month_samples import calendars, evaluations, month_drafts, objections, own_lines
from mailbot.post.urgent_samples import urgent_samples

_OFFICE = Office(
    name="Văn phòng UBND tỉnh Mẫu",
    province="Mẫu",
    mailbox="baocao@mau.example",
    paper_to="Văn phòng UBND tỉnh",
    secret_desk="Bộ phận Văn thư mật",  # noqa: S106 - an office, no password
    secret_phone="0200.0000.000",  # noqa: S106 - as above
    digest_at=time(7, 30),
)
_UNIT = "Sở Mẫu"
_CODE = "BC-000001"
_BASIS = "điểm 1 Chỉ thị mẫu"
_NOTE = "ngày này là thứ Bảy nên tính sang ngày làm việc tiếp theo"
_ON = date(2013, 6, 25)
_NOW: datetime = at(_ON, time(8, 5))
_DUE_AT = at(_ON, time(23, 59, 59))
_FILES = (parts.File(name="bao-cao.pdf", size=1_234_567, fingerprint="0123456789ab"),)

_FILED = context.FiledReport(
    title="Báo cáo mẫu tháng 6 năm 2013",
    due_at=_DUE_AT,
    note="",
    basis=_BASIS,
    status="Đúng hạn",
)
_UNDATED = replace(_FILED, due_at=None, status="Đã nhận; thời hạn của kỳ này chưa có văn bản thông báo")
_LATE = replace(_FILED, status="Chậm 02 ngày làm việc so với thời hạn", note=_NOTE)
_COUNTED_BEFORE = replace(
    _FILED, counted_at=_NOW, counted_by="theo dấu công văn đến số 1", counted_code="BC-000002"
)

_RECEIPT = context.Receipt(
    office=_OFFICE,
    now=_NOW,
    unit=_UNIT,
    code=_CODE,
    arrived_at=_NOW,
    clock="theo thời điểm máy chủ thư nhận được",
    symbol="01/BC-SM",
    reports=(_FILED,),
    files=_FILES,
    refused="",
    news="",
    corrected=False,
    by_unit=False,
    example="tháng 5 năm 2013",
)
_RECEIPTS = (
    _RECEIPT,
    replace(_RECEIPT, reports=(), news="Báo cáo kết quả thực hiện nhiệm vụ NV-000001: đang thực hiện"),
    replace(
        _RECEIPT,
        symbol="",
        reports=(_LATE, _COUNTED_BEFORE, replace(_UNDATED, missing=("Biểu số 01", "Phụ lục mẫu"))),
        corrected=True,
    ),
    replace(_RECEIPT, reports=(replace(_COUNTED_BEFORE, counted_code=""),), corrected=True),
    replace(_RECEIPT, corrected=True, by_unit=True),
    replace(_RECEIPT, reports=(_LATE, _FILED), files=()),
    replace(_RECEIPT, reports=(), corrected=True, denied="báo cáo phục vụ phiên họp ngày 26/6"),
    replace(_RECEIPT, reports=(), files=(), symbol="", refused="thư không phải là báo cáo định kỳ"),
    replace(_RECEIPT, reports=(), refused="thư không phải là báo cáo định kỳ", corrected=True),
)

_QUERY = context.Query(
    office=_OFFICE,
    now=_NOW,
    unit=_UNIT,
    code=_CODE,
    arrived_at=_NOW,
    clock="theo thời điểm máy chủ thư nhận được",
    subject="Báo cáo",
    question=Question.PERIOD,
    answerable=True,
    waits=False,
    candidates=(_FILED.title, "Báo cáo mẫu quý II năm 2013"),
    files=_FILES,
)
_QUERIES = (
    _QUERY,
    replace(_QUERY, question=Question.UNVERIFIED, waits=True, confirmation="K7QM-2XPA"),
    *(
        replace(
            _QUERY,
            question=question,
            answerable=answerable,
            waits=waits,
            subject="",
            candidates=candidates,
            files=(),
        )
        for question in Question
        for candidates in ((), (_FILED.title,))
        for answerable, waits in ((True, False), (False, True), (False, False))
    ),
)

_CHASED = context.ChasedReport(
    title=_FILED.title, due_at=_DUE_AT, note="", basis=_BASIS, ordinal=1, working_days=1
)
_CHASE = context.Chase(
    office=_OFFICE, now=_NOW, unit=_UNIT, head="Giám đốc Sở Mẫu", reports=(_CHASED,), bases=(_BASIS,)
)
_CHASES = (
    _CHASE,
    replace(
        _CHASE,
        head="",
        reports=(_CHASED, replace(_CHASED, ordinal=2, working_days=0, note=_NOTE)),
        bases=(_BASIS, "Kế hoạch mẫu"),
    ),
    replace(_CHASE, reports=(replace(_CHASED, working_days=0, note=_NOTE),)),
)

_LINK = parts.Link(label="Kết thúc theo dõi", subject="LENH KET-THUC a1 MA AAAA")
_SEALED = context.SealedMail(office=_OFFICE, now=_NOW, unit=_UNIT, code=_CODE, number=1, arrived_at=_NOW)

_CHANGED = context_given.ChangedReport(
    title=_FILED.title, was_due_at=_DUE_AT, due_at=_DUE_AT + timedelta(days=2), note=""
)
_CHANGE = context_given.ChangeOfDuties(
    office=_OFFICE,
    now=_NOW,
    unit=_UNIT,
    head="Giám đốc Sở Mẫu",
    act=context_given.Act.MOVED,
    cited="văn bản số 01/UBND-TH ngày 25 tháng 6 năm 2013 của UBND tỉnh Mẫu",
    reason="phục vụ Kỳ họp của HĐND tỉnh",
    reports=(_CHANGED,),
    revoked="",
    code=_CODE,
)
_CHANGES = tuple(
    replace(_CHANGE, act=act, reason=reason, reports=reports, revoked=_CHANGE.cited)
    for act, changed in (
        (context_given.Act.MOVED, replace(_CHANGED, note=_NOTE)),
        (context_given.Act.EXTENDED, _CHANGED),
        (context_given.Act.EXCUSED, replace(_CHANGED, due_at=None)),
        (context_given.Act.ANNOUNCED, replace(_CHANGED, was_due_at=None)),
        (context_given.Act.REVOKED, _CHANGED),
        (context_given.Act.REVOKED, replace(_CHANGED, due_at=None)),
    )
    for reason, reports in ((_CHANGE.reason, (changed,)), ("", (changed, replace(changed, title="Khác"))))
)
_STANDING = answer_context.Standing(
    title=_FILED.title, due_at=_DUE_AT, status="Đúng hạn", received_at=_NOW, code="BC-000002"
)
_STATUS = answer_context.Status(office=_OFFICE, now=_NOW, unit=_UNIT, code=_CODE, reports=(_STANDING,))
_STATUSES = (
    _STATUS,
    replace(_STATUS, reports=()),
    replace(_STATUS, reports=(_STANDING, replace(_STANDING, received_at=None, code=""))),
)
_HELPS = tuple(
    answer_context.Help(office=_OFFICE, now=_NOW, unit=_UNIT, unknown=unknown, staff=staff)
    for unknown in (False, True)
    for staff in (False, True)
)
_RESULTS = tuple(
    answer_context.Result(
        office=_OFFICE,
        now=_NOW,
        unit=_UNIT,
        code=_CODE,
        replied_at=_NOW,
        says="đã thực hiện",
        done=done,
        heard=heard,
    )
    for done, heard in ((False, False), (True, False), (True, True))
)

_ASSIGNED = context_given.AssignedItem(
    code="NV-000001",
    leads=True,
    cited="Công văn số 01/UBND-TH ngày 25 tháng 6 năm 2013 của Chủ tịch UBND tỉnh",
    summary="Về việc mẫu",
    content="Xây dựng báo cáo mẫu",
    lead=_UNIT,
    supporting=("Sở Mẫu khác",),
    output="báo cáo kết quả thực hiện",
    watcher="Phòng Tổng hợp",
    given_at=_NOW,
    due_at=_DUE_AT,
)
_ASSIGNMENTS = tuple(
    context_given.Assigned(office=_OFFICE, now=_NOW, unit=_UNIT, question=question, items=items)
    for question in (False, True)
    for items in (
        (_ASSIGNED,),
        (_ASSIGNED, replace(_ASSIGNED, leads=False, summary="", supporting=(), watcher="", due_at=None)),
        (replace(_ASSIGNED, leads=False, due_at=None),),
    )
)
_JOURNEY = context_given.Journey(
    office=_OFFICE,
    now=_NOW,
    unit=_UNIT,
    code="CT-000001",
    traveller="Giám đốc Sở Mẫu",
    place="Nhật Bản",
    abroad=True,
    first_on=_ON,
    last_on=_ON + timedelta(days=4),
    days=5,
)
_ALARM = Alarm(office=_OFFICE, now=_NOW, began_at=_NOW, units=(_UNIT, "Sở Mẫu khác"), says="550 5.7.1")
_ESCALATED = Escalated(title=_FILED.title, due_at=_DUE_AT, working_days=9, chased=3, units=(_UNIT,))
_ESCALATION = Escalation(office=_OFFICE, now=_NOW, count=1, reports=(_ESCALATED,))

_SUPPLEMENTS = tuple(
    context_given.Supplement(
        office=_OFFICE, now=_NOW, unit=_UNIT, code=code, title=_FILED.title, basis=_BASIS, received_at=_NOW,
        parts=("Biểu số 01", "Phụ lục mẫu"), wanting=wanting, due_at=due_at,
    )
    for code, wanting, due_at in (
        ("", "", _DUE_AT), (_CODE, "", _DUE_AT), (_CODE, "Thiếu biểu số liệu", _NOW - timedelta(days=1)),
        (_CODE, "Thiếu biểu số liệu", _NOW + timedelta(days=1)),
    )
)  # fmt: skip

SAMPLES: Mapping[NoticeKind, tuple[context.Context, ...]] = {
    NoticeKind.RECEIPT: _RECEIPTS,
    NoticeKind.QUERY: _QUERIES,
    NoticeKind.REMINDER: _CHASES,
    NoticeKind.LATE: _CHASES,
    NoticeKind.SEALED: (_SEALED, replace(_SEALED, counted=True)),
    NoticeKind.ALERT: (_SEALED,),
    NoticeKind.ALARM: (_ALARM, replace(_ALARM, says="")),
    NoticeKind.DIGEST: digests(_OFFICE),
    NoticeKind.STATUS: _STATUSES,
    NoticeKind.HELP: _HELPS,
    NoticeKind.RESULT: _RESULTS,
    NoticeKind.ASSIGNED: _ASSIGNMENTS,
    NoticeKind.TRAVEL: (_JOURNEY, replace(_JOURNEY, abroad=False)),
    NoticeKind.SUPPLEMENT: _SUPPLEMENTS,
    NoticeKind.CHANGE: (_CHANGE, *_CHANGES),
    NoticeKind.LINES: own_lines(_OFFICE),
    NoticeKind.MONTH: month_drafts(_OFFICE),
    NoticeKind.OBJECTION: objections(_OFFICE),
    NoticeKind.EVALUATION: evaluations(_OFFICE),
    NoticeKind.CALENDAR: calendars(_OFFICE),
    NoticeKind.ESCALATION: (
        _ESCALATION,
        replace(_ESCALATION, count=2, reports=(_ESCALATED, replace(_ESCALATED, working_days=0))),
    ),
    **urgent_samples(_OFFICE, _UNIT, _NOW, _LINK),
}
