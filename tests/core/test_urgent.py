"""The urgent lane: told at once, asked for news in time, and quiet when it is over."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from builders import GO_LIVE, a_book, a_mail, an_arrival, at, some_rules
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.arrival import Arrival
from mailbot.core.book import Book, Ruling
from mailbot.core.classify import classify
from mailbot.core.emergencies.emergency import MOST_NUDGES, emergencies, slots, unseen
from mailbot.core.emergencies.incident_act import Act, IncidentAct
from mailbot.core.emergencies.urgent import urgent
from mailbot.core.emergencies.urgent_figures import urgent_figures
from mailbot.core.emergencies.urgent_matter import IncidentMatter
from mailbot.core.notice import Notice
from mailbot.core.period import Period
from mailbot.core.plan import plan
from mailbot.core.posting import NoticeKind, PostedLetter, State
from mailbot.core.replies.staff_order import close
from mailbot.core.rules import ReportId, Staff, StaffRole, UnitId
from mailbot.core.verdict import Filed, Filing, Findings, Ignored, Question, Reason, Unclear, Verdict

UNIT = UnitId("huyen-dai-tu")
OFFICERS = ("truc@vp.example", "lanhdao@vp.example")
_BASE = some_rules()
RULES = some_rules(
    office=replace(
        _BASE.office,
        staff=(
            *_BASE.office.staff,
            *(Staff(name="Trực", email=email, roles=frozenset({StaffRole.DUTY})) for email in OFFICERS),
        ),
    )
)
# A Saturday night.
NIGHT = at("2013-06-22 02:10")
EVERY = timedelta(hours=8)
LANE = {NoticeKind.URGENT, NoticeKind.INCIDENT, NoticeKind.DEMAND, NoticeKind.NUDGE, NoticeKind.SILENT}


def report(number: int, when: datetime, subject: str = "Báo cáo nhanh tình hình mưa lũ") -> Arrival:
    verdict = Unclear(question=Question.URGENT, findings=Findings(unit=UNIT))
    return an_arrival(verdict, when, number, mail=a_mail(subject))


def demanded(number: int, when: datetime, due_at: datetime) -> IncidentAct:
    return IncidentAct(
        number=number, act=Act.DEMAND, unit=UNIT, by="x", at=when, summary="sạt lở", due_at=due_at
    )


def lane(book: Book, now: datetime) -> list[Notice]:
    return list(urgent(RULES, book, now, GO_LIVE))


def kinds(book: Book, now: datetime) -> list[NoticeKind]:
    return sorted(notice.kind for notice in lane(book, now))


def sent(book: Book, now: datetime) -> Book:
    """The book once all that is planned now has been sent."""
    letters = dict(book.letters)
    for notice in plan(RULES, book, now, GO_LIVE).post:
        letter = PostedLetter(number=len(letters) + 1, kind=notice.kind, keys=notice.keys, state=State.SENT)
        letters.update(dict.fromkeys(notice.keys, letter))
    return replace(book, letters=letters)


def test_an_urgent_report_alerts_each_officer_at_once_by_night_and_is_receipted() -> None:
    book = a_book(report(1, NIGHT))
    post = plan(RULES, book, NIGHT, GO_LIVE).post
    assert [notice.to for notice in post if notice.kind is NoticeKind.URGENT] == [(who,) for who in OFFICERS]
    (receipt,) = [notice for notice in post if notice.kind is NoticeKind.INCIDENT]
    assert receipt.unit is not None
    assert receipt.unit.id == UNIT
    assert plan(RULES, sent(book, NIGHT), NIGHT, GO_LIVE).post == ()


def test_without_officers_on_duty_the_readers_of_the_digest_are_alerted() -> None:
    found = list(urgent(some_rules(), a_book(report(1, NIGHT)), NIGHT, GO_LIVE))
    assert [notice.to for notice in found] == [("th@vp.example",)]


def test_a_flood_of_reports_is_one_matter_and_one_alert_each_half_hour() -> None:
    reports = [report(n, NIGHT + timedelta(minutes=10 * n)) for n in range(12)]
    (matter,) = emergencies(a_book(*reports))
    assert len(matter.reports) == 12
    found = list(slots(matter))
    assert sum(len(slot.reports) for slot in found) == 12
    gaps = [b.due_at - a.due_at for a, b in pairwise(found)]
    assert all(gap >= timedelta(minutes=30) for gap in gaps)
    assert found[0].due_at == reports[0].arrived_at


@given(st.lists(st.integers(0, 600), min_size=1, max_size=30))
def test_every_report_is_told_once_and_none_later_than_half_an_hour(minutes: list[int]) -> None:
    reports = [report(n, NIGHT + timedelta(minutes=m)) for n, m in enumerate(sorted(minutes), 1)]
    (matter,) = emergencies(a_book(*reports))
    told = [(one.number, slot.due_at - one.arrived_at) for slot in slots(matter) for one in slot.reports]
    assert [number for number, _ in told] == [one.number for one in reports]
    assert all(timedelta() <= late <= timedelta(minutes=30) for _, late in told)


def test_no_news_brings_a_nudge_each_interval_and_at_last_the_officers() -> None:
    book = sent(a_book(report(1, NIGHT)), NIGHT)
    assert lane(book, NIGHT + EVERY - timedelta(minutes=1)) == []
    for count in range(1, MOST_NUDGES + 1):
        now = NIGHT + count * EVERY
        expected = [NoticeKind.NUDGE] + ([NoticeKind.SILENT] * len(OFFICERS) if count == MOST_NUDGES else [])
        assert kinds(book, now) == sorted(expected)
        book = sent(book, now)
        assert lane(book, now + timedelta(minutes=1)) == []
    assert lane(book, NIGHT + 9 * EVERY) == []


def test_a_week_without_mailbot_leaves_no_pile_of_nudges() -> None:
    book = a_book(report(1, NIGHT))
    assert kinds(book, NIGHT + 2 * EVERY + timedelta(minutes=1)).count(NoticeKind.NUDGE) == 1
    assert lane(book, NIGHT + timedelta(days=7)) == []


def test_news_begins_the_interval_anew() -> None:
    later = NIGHT + timedelta(hours=7)
    book = a_book(report(1, NIGHT), report(2, later))
    assert NoticeKind.NUDGE not in kinds(book, NIGHT + EVERY)
    assert NoticeKind.NUDGE in kinds(book, later + EVERY)


@pytest.mark.parametrize(
    "subject",
    ["Báo cáo kết thúc tình hình mưa lũ", "BC nhanh: đã khắc phục xong sự cố", "Bao cao ket thuc vu viec"],
)
def test_a_closing_report_ends_the_follow_up(subject: str) -> None:
    book = a_book(report(1, NIGHT), report(2, NIGHT + timedelta(hours=1), subject))
    (matter,) = emergencies(book)
    assert matter.closed_at == NIGHT + timedelta(hours=1)
    assert NoticeKind.NUDGE not in kinds(book, NIGHT + timedelta(hours=1) + EVERY)


def test_a_person_closes_a_matter_and_its_reports_count_as_seen() -> None:
    book = a_book(report(1, NIGHT), report(2, NIGHT + timedelta(hours=1)))
    outcome = close(book, "a1", by="th@vp.example")
    assert [ruling.arrival for ruling in outcome.rulings] == [1, 2]
    assert all(isinstance(ruling.verdict, Ignored) for ruling in outcome.rulings)
    assert outcome.close is not None
    closing = IncidentAct(number=1, act=Act.CLOSE, unit=UNIT, by="x", at=NIGHT + EVERY, about="a1")
    closed = replace(book, incident_acts=(closing,))
    (matter,) = emergencies(closed)
    assert matter.closed_at == NIGHT + EVERY
    assert NoticeKind.NUDGE not in kinds(closed, NIGHT + EVERY + timedelta(hours=2))
    assert len(unseen(book, matter)) == 2


def test_what_is_known_from_elsewhere_is_demanded_and_the_first_report_answers_it() -> None:
    due_at = NIGHT + timedelta(hours=6)
    book = a_book(incident_acts=(demanded(1, NIGHT, due_at),))
    (demand,) = lane(book, NIGHT)
    assert demand.kind is NoticeKind.DEMAND
    assert set(OFFICERS) <= set(demand.copies)
    assert "giamdoc.huyen-dai-tu@tinh.example" in demand.copies
    assert NoticeKind.NUDGE in kinds(book, due_at)
    answered = replace(book, arrivals=(report(1, NIGHT + timedelta(hours=2)),))
    (matter,) = emergencies(answered)
    assert (matter.ref, len(matter.reports)) == ("d1", 1)
    assert kinds(answered, due_at) == [NoticeKind.URGENT] * len(OFFICERS)


def test_a_rejected_report_is_no_matter_and_another_one_days_later_is_a_new_one() -> None:
    far = NIGHT + timedelta(days=4)
    book = a_book(report(1, NIGHT), report(2, far))
    assert [matter.ref for matter in emergencies(book)] == ["a1", "a2"]


def test_what_came_before_go_live_or_muted_alerts_nobody() -> None:
    assert lane(a_book(report(1, GO_LIVE - timedelta(hours=1))), GO_LIVE) == []
    assert lane(a_book(replace(report(1, NIGHT), muted=True)), NIGHT) == []


def test_of_a_report_that_a_person_has_sealed_meanwhile_no_word_is_told() -> None:
    soon = NIGHT + timedelta(minutes=5)
    book = replace(a_book(report(1, NIGHT), report(2, soon)), sealed_at={2: soon})
    (first, *_) = slots(emergencies(book)[0])
    assert [one.number for one in first.reports] == [1]
    later = sent(book, NIGHT)
    assert NoticeKind.URGENT not in kinds(later, NIGHT + timedelta(minutes=31))


def test_what_was_taken_in_muted_is_not_asked_about_either() -> None:
    muted = replace(report(1, NIGHT), muted=True)
    assert lane(a_book(muted), NIGHT + EVERY) == []
    later = report(2, NIGHT + timedelta(hours=1))
    assert NoticeKind.NUDGE in kinds(a_book(muted, later), later.arrived_at + EVERY)


@pytest.mark.parametrize(
    "verdict",
    [
        Filed(
            unit=UNIT,
            filings=(Filing(ReportId("bc-thang"), Period.parse("2013-06")),),
            findings=Findings(unit=UNIT),
        ),
        Ignored(reason=Reason.REJECTED, findings=Findings(unit=UNIT)),
    ],
)
def test_what_a_person_found_to_be_no_urgent_report_is_not_asked_about_nor_late(verdict: Verdict) -> None:
    ruling = Ruling(number=1, arrival=1, verdict=verdict, by="x", why="x", ruled_at=NIGHT)
    book = replace(a_book(report(1, NIGHT), scanned_at=NIGHT + 5 * EVERY), rulings=(ruling,))
    assert emergencies(book) == ()
    assert not {NoticeKind.NUDGE, NoticeKind.SILENT}.intersection(kinds(book, NIGHT + 3 * EVERY))
    month = urgent_figures(RULES, book, Period.parse("2013-06"), NIGHT + 5 * EVERY)
    assert all(figures.late == 0 for figures in month.values())


@pytest.mark.parametrize("reason", [Reason.HANDLED, Reason.NOT_A_REPORT])
def test_what_a_person_has_seen_is_followed_until_it_is_over(reason: Reason) -> None:
    seen = Ignored(reason=reason, findings=Findings(unit=UNIT))
    ruling = Ruling(number=1, arrival=1, verdict=seen, by="x", why="x", ruled_at=NIGHT)
    book = replace(a_book(report(1, NIGHT)), rulings=(ruling,))
    assert NoticeKind.NUDGE in kinds(book, NIGHT + EVERY)


def test_a_filed_report_is_no_urgent_matter() -> None:
    filed = Filed(unit=UNIT, filings=(), findings=Findings(unit=UNIT))
    assert emergencies(a_book(an_arrival(filed, NIGHT))) == ()


def matters(*subjects: str) -> list[int]:
    """How many reports each matter has, if reports of these subjects come two hours apart."""
    reports = [report(n, NIGHT + n * timedelta(hours=2), subject) for n, subject in enumerate(subjects, 1)]
    return [len(matter.reports) for matter in emergencies(a_book(*reports))]


@pytest.mark.parametrize(
    "subjects",
    [
        ("Báo cáo nhanh vụ cháy chợ Đồng Quang", "Báo cáo nhanh vụ tai nạn giao thông tại quốc lộ 3"),
        ("Báo cáo nhanh vụ cháy tại xã Phú Cường", "Báo cáo nhanh vụ cháy tại xã Minh Tiến"),
        ("Báo cáo nhanh tình hình mưa lũ", "Báo cáo đột xuất ổ dịch tả lợn châu Phi"),
        ("Bao cao nhanh vu tai nan giao thong", "Bao cao nhanh tinh hinh ngap lut"),
        # Nobody can tell, so the officers are alerted again.
        ("Báo cáo đột xuất", "Báo cáo nhanh sự việc tại trụ sở"),
        ("Báo cáo nhanh vụ cháy chợ Đồng Quang", "Báo cáo nhanh vụ nổ lò hơi"),
    ],
)
def test_another_event_of_the_same_unit_is_a_matter_of_its_own(subjects: tuple[str, ...]) -> None:
    assert matters(*subjects) == [1, 1]


@pytest.mark.parametrize(
    "subjects",
    [
        ("Báo cáo nhanh tình hình mưa lũ", "Báo cáo nhanh số 2 tình hình mưa lũ, sạt lở"),
        ("Báo cáo nhanh tình hình mưa lũ tại xã Phú Cường", "Báo cáo nhanh ngập lụt tại xã Minh Tiến"),
        ("Báo cáo nhanh vụ cháy tại xã Phú Cường", "Kết quả khắc phục vụ cháy xã Phú Cường"),
        ("Báo cáo nhanh vụ cháy chợ Đồng Quang", "Báo cáo lần 2 vụ cháy"),
        ("Báo cáo nhanh số 45/BC-UBND vụ cháy", "Bổ sung báo cáo số 45/BC-UBND: thương vong"),
        ("Báo cáo đột xuất", "Báo cáo đột xuất"),
        ("Báo cáo đột xuất", "Re: [BC-000001] Đã nhận báo cáo đột xuất"),
    ],
)
def test_news_of_the_same_event_go_on_with_its_matter(subjects: tuple[str, ...]) -> None:
    assert matters(*subjects) == [2]


def test_a_reply_in_the_thread_goes_on_with_its_matter_whatever_it_is_called() -> None:
    first = report(1, NIGHT, "Báo cáo nhanh vụ cháy chợ Đồng Quang")
    mail = replace(a_mail("Thêm thông tin vụ nổ"), in_reply_to=first.mail.message_id, message_id="<2@x>")
    second = replace(report(2, NIGHT + timedelta(hours=1)), mail=mail)
    (matter,) = emergencies(a_book(first, second))
    assert len(matter.reports) == 2


def test_a_second_event_is_told_at_once_and_its_end_leaves_the_first_open() -> None:
    fire = report(1, NIGHT, "Báo cáo nhanh vụ cháy tại xã Phú Cường")
    crash = report(2, NIGHT + timedelta(minutes=5), "Báo cáo nhanh vụ tai nạn giao thông tại quốc lộ 3")
    over = report(3, NIGHT + timedelta(hours=2), "Báo cáo kết thúc vụ tai nạn giao thông tại quốc lộ 3")
    book = a_book(fire, crash)
    alerts = [n for n in lane(book, NIGHT + timedelta(minutes=6)) if n.kind is NoticeKind.URGENT]
    assert {key.split("/")[1] for notice in alerts for key in notice.keys} == {"1", "2"}
    first, second = emergencies(a_book(fire, crash, over))
    assert (first.closed_at, second.closed_at) == (None, over.arrived_at)


def test_a_closing_report_that_names_nothing_ends_the_one_matter_that_is_open() -> None:
    fire = report(1, NIGHT, "Báo cáo nhanh vụ cháy tại xã Phú Cường")
    (matter,) = emergencies(a_book(fire, report(2, NIGHT + timedelta(hours=3), "Báo cáo kết thúc vụ việc")))
    assert matter.closed_at is not None


def test_doubtful_reports_without_end_do_not_alert_without_end() -> None:
    words = ("một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười", "đỏ", "xanh")
    reports = [
        report(n, NIGHT + timedelta(minutes=n), f"Báo cáo đột xuất {word} {word * 2} {word * 3}")
        for n, word in enumerate(words, 1)
    ]
    assert len(emergencies(a_book(*reports))) <= 5


def asked(book: Book, now: datetime, kind: NoticeKind) -> Book:
    """The book once our letters of that kind have gone, each with the name that a reply gives."""
    letters = {
        key: PostedLetter(
            number=number, kind=kind, keys=notice.keys, state=State.SENT, message_id=f"<{key}@office>"
        )
        for number, notice in enumerate(lane(book, now), 1)
        if notice.kind is kind
        for key in notice.keys
    }
    return replace(book, letters={**book.letters, **letters})


def in_answer(number: int, when: datetime, key: str) -> Arrival:
    mail = replace(a_mail("Re: [KHẨN] Đề nghị cập nhật vụ việc"), in_reply_to=f"<{key}@office>")
    return replace(report(number, when), mail=mail)


def test_an_answer_to_our_nudge_is_news_of_its_matter_however_late_and_whatever_it_is_called() -> None:
    matter = "Báo cáo nhanh sự việc tại trụ sở"
    late = NIGHT + timedelta(hours=80)
    book = asked(a_book(report(1, NIGHT, matter)), NIGHT + 3 * EVERY, NoticeKind.NUDGE)
    answered = replace(book, arrivals=(*book.arrivals, in_answer(2, late, "nudge/a1/1/3")))
    (found,) = emergencies(answered)
    assert [one.number for one in found.reports] == [1, 2]


def test_an_answer_to_our_demand_is_news_of_that_demand_and_of_no_other() -> None:
    acts = tuple(replace(demanded(n, NIGHT, NIGHT + EVERY), summary=f"việc {n}") for n in (1, 2))
    book = asked(a_book(incident_acts=acts), NIGHT, NoticeKind.DEMAND)
    first, second = emergencies(replace(book, arrivals=(in_answer(1, NIGHT + EVERY / 2, "demand/2"),)))
    assert (len(first.reports), len(second.reports)) == (0, 1)


@pytest.mark.parametrize(
    ("subject", "text", "names"),
    [
        ("Báo cáo nhanh vụ cháy chợ", "Cháy lúc 2h. Đề nghị UBND tỉnh cho biết hướng xử lý.", ()),
        ("Báo cáo nhanh vụ cháy chợ", "Cháy lúc 2h. Xin phép gửi sau báo cáo chi tiết.", ()),
        ("Báo cáo nhanh vụ cháy chợ", "Nguyên nhân cháy? Đang làm rõ.", ()),
        ("Re: [KHẨN] Đề nghị báo cáo vụ việc: đông người tại trụ sở", "KHÔNG PHÁT SINH", ()),
        ("Re: [KHẨN] Đề nghị báo cáo vụ việc: đông người tại trụ sở", "Xin gia hạn đến 16h", ()),
        ("Re: [KHẨN] Đề nghị báo cáo vụ việc: đông người tại trụ sở", "Gửi công văn.", ("1-CV-UBND.pdf",)),
        # What a subject opens with has struck.
        ("Cháy lớn tại khu công nghiệp Sông Công", "Xảy ra đêm nay, đang xử lý.", ()),
        ("V/v sập cầu treo xã B", "Xảy ra đêm nay, đang xử lý.", ()),
        ("Báo cáo sập giàn giáo tại công trường", "Xảy ra đêm nay, đang xử lý.", ()),
        ("Nổ lò hơi tại nhà máy X, 05 người chết", "Xảy ra đêm nay, đang xử lý.", ()),
        ("Đuối nước 03 học sinh", "Xảy ra đêm nay, đang xử lý.", ()),
        ("Vụ việc công dân tập trung đông người trước trụ sở", "Xảy ra đêm nay, đang xử lý.", ()),
        # Whatever the matter is called, its victims are told.
        ("Gửi VP", "Tai nạn lao động làm chết 3 người tại công ty X", ()),
        ("Báo cáo tai nạn", "Xe khách lao xuống vực, 12 người tử vong.", ()),
        ("Lật thuyền trên hồ", "Đêm qua.", ()),
        ("Nổ mìn", "2 công nhân bị thương", ()),
        ("Ngo doc tap the", "45 cong nhan nhap vien", ()),
        ("Cháy xưởng gỗ tại phường A", "", ()),
        ("CHÁY TẠI CHỢ THÁI", "Đang dập lửa.", ()),
        # "Văn phòng" prevents (phòng) nothing.
        ("Gửi Văn phòng", "Kính gửi Văn phòng,\nCháy lớn tại chợ xã A, 2 người chết.", ()),
    ],
)
def test_what_is_urgent_is_not_left_until_the_morning(
    subject: str, text: str, names: tuple[str, ...]
) -> None:
    mail = a_mail(subject, *names, text=text)
    verdict = classify(mail if names else replace(mail, attachments=()), RULES, NIGHT)
    assert isinstance(verdict, Unclear)
    assert verdict.question is Question.URGENT


FIRE = "Cháy lớn tại chợ xã A lúc 5h ngày 20 tháng 6, 2 người chết. Đang dập lửa."


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Re: Báo cáo tháng 6", FIRE),
        ("Trả lời: [Nhắc] Thời hạn gửi Báo cáo tháng 6 năm 2013", f"Kính gửi Văn phòng,\n{FIRE}"),
        ("Báo cáo tháng 6 năm 2013", "Xảy ra vụ tai nạn giao thông trên quốc lộ 3, 4 người chết."),
        ("Re: Báo cáo tháng 6", "Sạt lở tại xã B đêm qua, 3 người mất tích."),
        ("Re: Báo cáo tháng 6", "Sập cầu treo xã B"),
    ],
)
def test_what_struck_is_urgent_below_the_subject_of_a_month(subject: str, text: str) -> None:
    mail = a_mail(subject, text=text, attachments=())
    verdict = classify(mail, RULES, NIGHT)
    assert isinstance(verdict, Unclear)
    assert verdict.question is Question.URGENT
    photo = replace(a_mail("", "IMG_0211.jpg").attachments[0], content_type="image/jpeg", size=900_000)
    shown = classify(replace(mail, attachments=(photo,)), RULES, NIGHT)
    assert isinstance(shown, Unclear)
    assert shown.question is Question.URGENT


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Trong tháng xảy ra 2 vụ cháy, làm 1 người chết.", ()),
        ("Tháng 6 xảy ra 2 vụ cháy, làm 1 người chết.", ()),
        ("Do mưa lũ, sạt lở gây thiệt hại nên đơn vị chưa gửi được báo cáo.", ()),
        ("Tình hình tai nạn giao thông: xảy ra 01 vụ, không có thiệt hại lớn.", ()),
        ("Công tác phòng, chống cháy nổ, đuối nước được duy trì.", ()),
        ("Gửi báo cáo. Xảy ra 2 vụ cháy, làm 1 người chết.", ("BC thang 6-2013.docx",)),
    ],
)
def test_a_months_own_words_and_excuses_are_no_urgent_matter(text: str, names: tuple[str, ...]) -> None:
    mail = a_mail("Re: [Nhắc] Báo cáo tháng 6 năm 2013", *names, text=text)
    verdict = classify(mail if names else replace(mail, attachments=()), RULES, NIGHT)
    assert not isinstance(verdict, Unclear) or verdict.question is not Question.URGENT


@pytest.mark.parametrize(
    "subject",
    [
        "Phương án chữa cháy lớn tại chợ",
        "Diễn tập xử lý tình huống sập cầu",
        "Kế hoạch phòng, chống đuối nước trẻ em",
        "Hạn chế tập trung đông người dịp lễ",
        "Sap nhap truong hoc",
        "Báo cáo tai nạn giao thông năm 2012: 31 người chết",
        "Báo cáo tình hình tai nạn tháng 5, không có người chết",
        "Báo cáo an toàn lao động: 0 người chết, 00 người bị thương",
        "Danh sách xe chạy tại bến",
        "V/v đăng ký biến động đất đai của hộ ông A",
        "Diễn tập cứu nạn, tình huống 3 người mắc kẹt",
        "Chi trả bảo hiểm cho 2 người chết",
    ],
)
def test_drills_and_prevention_are_no_urgent_matter(subject: str) -> None:
    verdict = classify(a_mail(subject, "kem theo.pdf"), RULES, NIGHT)
    assert not isinstance(verdict, Unclear) or verdict.question is not Question.URGENT


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("V/v xin gia hạn báo cáo do mưa lũ", "Đơn vị xin gia hạn đến 28/6."),
        ("Xin hỏi về báo cáo vụ cháy", "Đơn vị gửi vào đâu?"),
    ],
)
def test_what_asks_for_something_stays_a_request(subject: str, text: str) -> None:
    verdict = classify(a_mail(subject, text=text, attachments=()), RULES, NIGHT)
    assert isinstance(verdict, Unclear)
    assert verdict.question is Question.REQUEST


@pytest.mark.parametrize("text", ["Cảm ơn Văn phòng ạ.\nTrân trọng.", "Đơn vị đã nhận được thông báo."])
def test_thanks_for_the_receipt_of_an_urgent_report_alert_nobody(text: str) -> None:
    mail = a_mail(
        "Re: [KHẨN][BC-000001] Đã nhận báo cáo đột xuất của Sở Tài chính", text=text, attachments=()
    )
    verdict = classify(mail, RULES, NIGHT)
    assert isinstance(verdict, Ignored)
    assert verdict.reason is Reason.COURTESY


@pytest.mark.parametrize(
    "text", ["Cảm ơn. Cháy đang lan rộng.", "Đã nhận thông tin, có 02 người bị thương", "Đã dập tắt.", ""]
)
def test_a_word_more_than_thanks_is_news_of_the_matter(text: str) -> None:
    mail = a_mail(
        "Re: [KHẨN][BC-000001] Đã nhận báo cáo đột xuất của Sở Tài chính", text=text, attachments=()
    )
    verdict = classify(mail, RULES, NIGHT)
    assert isinstance(verdict, Unclear)
    assert verdict.question is Question.URGENT


@pytest.mark.parametrize(
    ("subject", "over"),
    [("Báo cáo nhanh sạt lở đất", False), ("Báo cáo kết thúc vụ sạt lở đất", True)],
)
def test_who_sends_the_final_report_is_asked_for_no_other(subject: str, over: bool) -> None:
    book = a_book(report(1, NIGHT, subject))
    (answer,) = [n for n in plan(RULES, book, NIGHT, GO_LIVE).post if n.kind is NoticeKind.INCIDENT]
    assert isinstance(answer.matter, IncidentMatter)
    assert answer.matter.over is over
