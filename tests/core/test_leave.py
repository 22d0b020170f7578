"""What the staff allows a unit by a reply: the duty itself moves, for that unit alone."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from builders import GO_LIVE, a_mail, at, filed
from core.test_orders import (
    JUNE,
    NOW,
    QUARTER,
    RULES,
    SECRET,
    STAFF,
    UNIT,
    after,
    given_book,
    judged,
    outcome,
    reply,
    staff_mail,
)

from mailbot.core.book import Book
from mailbot.core.changes.amend import changes
from mailbot.core.changes.official import Document, OfficialLetter, Revoke
from mailbot.core.command import Done, Verb
from mailbot.core.delivery.approval import approval
from mailbot.core.duty import Duty, DutyKey
from mailbot.core.letters.chase import step_key
from mailbot.core.notice import ChangeMatter, Notice, ReceiptMatter
from mailbot.core.period import Period
from mailbot.core.plan import plan
from mailbot.core.posting import NoticeKind
from mailbot.core.replies.asked_day import asked_day
from mailbot.core.replies.order import Order, Outcome
from mailbot.core.replies.ordering import carry_out
from mailbot.core.replies.wish import wish
from mailbot.core.rules import StepKind, UnitId
from mailbot.core.standing import Standing, judge
from mailbot.core.verdict import Commanded, Ignored, Reason
from mailbot.post.digest_contents import digest_contents

JUNE_DUTY = DutyKey(UNIT, JUNE.report, JUNE.period)
QUARTERLY = DutyKey(UNIT, QUARTER.report, QUARTER.period)
ASKS = "XIN GIA HẠN đến ngày 28/6 báo cáo tháng 6"


def asked(subject: str = ASKS, now: datetime = NOW) -> Book:
    """The unit's wish is arrival 2, and waits for a person."""
    book, done = after(reply(subject), given_book(filed("2013-05")), now)
    assert done.done is Done.ASKED
    return book


def links(book: Book, now: datetime = NOW) -> dict[str, str]:
    """The commands of the digest that goes to the staff, by what they do."""
    (notice,) = [n for n in plan(RULES, book, now, GO_LIVE).post if n.kind is NoticeKind.DIGEST]
    told = digest_contents(notice, notice.matter, RULES, now, SECRET)  # type: ignore[arg-type]
    found = [link for mail in told.waiting for link in mail.links]
    found += [link for report in told.overdue for link in report.links]
    return {link.label: link.subject for link in found}


def clicked(book: Book, label: str, typed: str = "", now: datetime = NOW) -> tuple[Book, Outcome]:
    """The digest's link of that label, sent as it is written with something typed behind it."""
    (subject,) = [subject for told, subject in links(book, now).items() if told.startswith(label)]
    return after(reply(f"{subject} {typed}".strip(), sender=STAFF), book, now)


def of_kind(book: Book, kind: NoticeKind, now: datetime = NOW) -> list[Notice]:
    found = plan(RULES, book, now, GO_LIVE).post
    return [n for n in found if n.kind is kind and (n.answers is None or n.answers.number > 1)]


def duty(book: Book, key: DutyKey = JUNE_DUTY) -> Duty:
    return book.duties[key]


def test_more_time_is_granted_by_one_link_and_the_duty_of_that_unit_moves() -> None:
    before = asked()
    book, done = clicked(
        before, "Cho gia hạn Báo cáo tình hình thực hiện nhiệm vụ tháng 6 năm 2013 đến ngày 28/6/2013"
    )
    assert done.done is Done.DONE
    assert duty(book).due_at == at("2013-06-28 23:59:59")
    assert duty(book).derivation == (
        "thời hạn được điều chỉnh từ 24 giờ 00 ngày 25/6/2013 thành 24 giờ 00 ngày 28/6/2013 "
        "theo ý kiến của Văn phòng UBND tỉnh ngày 24 tháng 6 năm 2013"
    )
    other = DutyKey(UnitId("huyen-dai-tu"), JUNE.report, JUNE.period)
    assert {key for key in book.duties if book.duties[key] != before.duties[key]} == {JUNE_DUTY}
    assert book.duties[other].due_at == at("2013-06-25 23:59:59")
    # It is a ruling on the unit's mail, with who and when.
    ruling = book.ruled[2]
    assert (ruling.by, isinstance(ruling.verdict, Ignored)) == (STAFF, True)
    assert "thành 24 giờ 00" not in ruling.why
    assert "đến 24 giờ 00 ngày 28/6/2013" in ruling.why
    assert book.official[-1].answers == 2


def test_the_unit_is_told_in_answer_to_its_own_mail_and_nobody_is_asked_again() -> None:
    book, _ = clicked(asked(), "Cho gia hạn Báo cáo")
    (told,) = of_kind(book, NoticeKind.CHANGE)
    assert told.to == ("so-tai-chinh@tinh.example",)
    assert told.answers is not None
    assert told.answers.number == 2
    assert isinstance(told.matter, ChangeMatter)
    # In the first weeks letters to units wait; what a person has just decided does not.
    assert approval(told, RULES, NOW, NOW + timedelta(days=30)) == ""
    (result,) = of_kind(book, NoticeKind.RESULT)
    assert result.to == (STAFF,)
    # The mail itself is answered by that letter alone.
    assert of_kind(book, NoticeKind.RECEIPT) == []
    assert of_kind(book, NoticeKind.QUERY) == []


def test_reminders_and_lateness_follow_the_new_day() -> None:
    book, _ = clicked(asked(), "Cho gia hạn Báo cáo")
    after_old = replace(book, scanned_at=at("2013-06-26 09:00"))
    keys = {key for n in plan(RULES, after_old, at("2013-06-26 09:00"), GO_LIVE).post for key in n.keys}
    assert not any(key.startswith(f"late/{JUNE_DUTY}") for key in keys)
    assert judge(duty(book), after_old, at("2013-06-26 09:00")).standing is Standing.OPEN
    eve = {k for n in plan(RULES, book, at("2013-06-27 09:00"), GO_LIVE).post for k in n.keys}
    assert step_key(StepKind.REMINDER, duty(book), 2, book) in eve
    missed = replace(book, scanned_at=at("2013-07-01 09:00"))
    late = {k for n in plan(RULES, missed, at("2013-07-01 09:00"), GO_LIVE).post for k in n.keys}
    assert step_key(StepKind.LATE, duty(book), 1, book) in late


def test_more_time_is_refused_with_a_reason_that_the_unit_reads() -> None:
    assert clicked(asked(), "Không gia hạn")[1].done is Done.REFUSED
    book, done = clicked(asked(), "Không gia hạn", "phục vụ phiên họp ngày 26/6")
    assert done.done is Done.DONE
    assert duty(book).due_at == at("2013-06-25 23:59:59")
    verdict = book.verdict(book.by_number[2])
    assert isinstance(verdict, Ignored)
    assert verdict.reason is Reason.DENIED
    (told,) = of_kind(book, NoticeKind.RECEIPT)
    assert isinstance(told.matter, ReceiptMatter)
    assert told.matter.denied == "phục vụ phiên họp ngày 26/6"
    # Nothing of the unit's is undecided any more: what it owes is judged again.
    late = replace(book, scanned_at=at("2013-06-27 09:00"))
    assert judge(duty(book), late, at("2013-06-27 09:00")).standing is Standing.OVERDUE


@pytest.mark.parametrize(
    ("typed", "due"),
    [
        ("27/6", "2013-06-27 23:59:59"),
        ("đến hết ngày 01 tháng 7 năm 2013", "2013-07-01 23:59:59"),
        ("tháng 6, đến ngày 3/7 LÝ DO: bão số 2", "2013-07-03 23:59:59"),
    ],
)
def test_another_day_is_typed_behind_the_link(typed: str, due: str) -> None:
    book, done = clicked(asked(), "Cho gia hạn đến ngày khác", typed)
    assert done.done is Done.DONE, done.says
    assert duty(book).due_at == at(due)
    assert ("(lý do: bão số 2)" in duty(book).derivation) is ("bão" in typed)


@pytest.mark.parametrize("typed", ["", "sớm", "ngày 20/6", "25/6", "30/12", "ngày 31/6"])
def test_a_day_that_cannot_be_meant_moves_nothing(typed: str) -> None:
    book, done = clicked(asked(), "Cho gia hạn đến ngày khác", typed)
    assert (done.done, done.leave, done.rulings) == (Done.REFUSED, None, ())
    assert duty(book).due_at == at("2013-06-25 23:59:59")


def test_where_it_is_not_said_which_report_each_is_offered_and_none_guessed() -> None:
    book = asked("XIN GIA HẠN", at("2013-06-18 09:00"))
    now = at("2013-06-19 09:00")
    granted = [label for label in links(book, now) if label.startswith("Cho gia hạn Báo cáo")]
    # Three working days after each deadline, for the unit named no day.
    assert [label.rsplit("đến ngày ", 1)[1] for label in granted] == [
        "25/6/2013 (đơn vị không nêu ngày)",
        "28/6/2013 (đơn vị không nêu ngày)",
    ]
    _, done = clicked(book, "Cho gia hạn đến ngày khác", "28/6", now)
    assert done.done is Done.REFUSED
    moved, done = clicked(book, "Cho gia hạn đến ngày khác", "quý II năm 2013, đến ngày 28/6", now)
    assert done.done is Done.DONE
    assert duty(moved, QUARTERLY).due_at == at("2013-06-28 23:59:59")


def test_of_a_day_that_was_named_and_is_over_nobody_is_told_that_none_was_named() -> None:
    book = asked()
    now = at("2013-07-02 09:00")
    granted = [label for label in links(book, now) if label.startswith("Cho gia hạn Báo cáo")]
    assert granted
    for label in granted:
        assert "không nêu ngày" not in label
        assert "28/6/2013" in label


def test_a_plea_in_a_letter_of_its_own_is_read_with_its_day_and_its_files_are_named() -> None:
    mail = a_mail(
        "V/v xin gia hạn gửi báo cáo tháng 6",
        "cong van.pdf",
        text="Do mưa lũ, đơn vị xin gia hạn nộp báo cáo đến ngày 27/6/2013. Kính mong xem xét.",
    )
    book = given_book(filed("2013-05"))
    book = replace(book, arrivals=(*book.arrivals, judged(mail, book)))
    found = wish(RULES, book, book.by_number[2], NOW)
    assert found is not None
    assert found.until == date(2013, 6, 27)
    assert [duty.key for duty in found.duties] == [JUNE_DUTY]
    (notice,) = of_kind(book, NoticeKind.DIGEST)
    told = digest_contents(notice, notice.matter, RULES, NOW, SECRET)  # type: ignore[arg-type]
    (waiting,) = told.waiting
    assert waiting.files == ("cong van.pdf (1 KB)",)
    assert waiting.asked == "xin gia hạn nộp báo cáo đến ngày 27/6/2013"


def overdue(now: datetime) -> Book:
    """A day after the June report was due; nobody has sent it."""
    return replace(given_book(filed("2013-05"), now=now), scanned_at=now)


def test_a_unit_is_excused_by_the_link_at_its_overdue_report_and_is_told_why() -> None:
    now = at("2013-06-27 09:00")
    label = "Miễn gửi cho Đơn vị so-tai-chinh"
    assert clicked(overdue(now), label, now=now)[1].done is Done.REFUSED
    book, done = clicked(overdue(now), label, "đơn vị đang thanh tra", now)
    assert done.done is Done.DONE
    excused = [key for key in book.duties if book.duties[key].excused]
    assert len(excused) == 1
    assert excused[0].unit == UNIT
    assert judge(book.duties[excused[0]], book, now).standing is Standing.EXCUSED
    assert "(lý do: đơn vị đang thanh tra)" in book.duties[excused[0]].reason
    (told,) = of_kind(book, NoticeKind.CHANGE, now)
    assert told.unit is not None
    assert told.unit.id == UNIT
    # The same link once more, or another one for what is decided already.
    again = next(s for told_, s in links(overdue(now), now).items() if told_.startswith(label))
    _, twice = after(reply(f"{again} lý do khác", sender=STAFF), book, now)
    assert (twice.done, twice.leave) == (Done.REFUSED, None)


def group_link(typed: str, now: datetime = NOW) -> Any:
    """The link of a digest on which too many units are late for a link each."""
    return staff_mail(Verb.EXCUSE, None, "bc-month/2013-06", typed, now=now)


def test_of_many_late_units_the_one_that_is_typed_is_excused_and_few_by_one_link() -> None:
    now = at("2013-06-27 09:00")
    book, done = after(group_link("DON VI: huyen-dai-tu LY DO: lũ quét", now), overdue(now), now)
    assert done.done is Done.DONE
    assert [key.unit for key in book.duties if book.duties[key].excused] == ["huyen-dai-tu"]
    # The same link goes on for another unit, and never twice for one.
    _, twice = after(group_link("DON VI: huyen-dai-tu LY DO: lũ quét", now), book, now)
    assert twice.done is Done.REFUSED
    both, done = after(group_link("DON VI: so-tai-chinh LY DO: lũ quét", now), book, now)
    assert done.done is Done.DONE
    assert len(both.official) == 2


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "DON VI: LY DO:",
        "DON VI: so-tai-chinh",
        "LY DO: lũ",
        "so-tai-chinh huyen-dai-tu LY DO:",
        "Sở lạ LY DO: x",
    ],
)
def test_without_one_unit_and_a_reason_nobody_is_excused(typed: str) -> None:
    now = at("2013-06-27 09:00")
    _, done = after(group_link(typed, now), overdue(now), now)
    assert (done.done, done.leave) == (Done.REFUSED, None)


def test_what_is_missing_behind_a_link_that_excuses_is_said() -> None:
    now = at("2013-06-27 09:00")
    _, unexplained = after(group_link("DON VI: so-tai-chinh LY DO:", now), overdue(now), now)
    assert "lý do" in unexplained.says
    _, nobody = after(group_link("DON VI: LY DO: lũ quét", now), overdue(now), now)
    assert "tên đơn vị" in nobody.says


def test_a_link_excuses_five_units_and_no_sixth() -> None:
    now = at("2013-06-27 09:00")
    book = overdue(now)
    book, _ = after(group_link("DON VI: so-tai-chinh LY DO: lũ", now), book, now)
    via = book.official[0].via
    book = replace(book, official=tuple(replace(book.official[0], number=n, via=via) for n in range(1, 6)))
    _, sixth = after(group_link("DON VI: huyen-dai-tu LY DO: lũ", now), book, now)
    assert sixth.done is Done.REFUSED
    assert "nhiều nhất 5 đơn vị" in sixth.says


def test_the_same_safety_as_for_other_commands() -> None:
    book = asked()
    by_another = staff_mail(Verb.EXTEND, 2, "bc-month/2013-06/2013-06-28", version=1, staff="bm@vp.example")
    assert outcome(by_another, book).done is Done.FORGED
    altered = staff_mail(Verb.EXTEND, 2, "bc-month/2013-06/2013-06-28", version=1)
    altered = replace(altered, subject=altered.subject.replace("06-28", "07-28"))
    assert outcome(altered, book).done is Done.FORGED
    old = staff_mail(Verb.EXTEND, 2, "bc-month/2013-06/2013-06-28", version=1, now=NOW - timedelta(hours=73))
    assert outcome(old, book).done is Done.REFUSED
    granted, _ = clicked(book, "Cho gia hạn Báo cáo")
    # Somebody else's later click on the same request comes too late.
    stale = staff_mail(Verb.DENY, 2, typed="không", version=1)
    assert outcome(stale, granted).done is Done.REFUSED


def test_a_link_about_a_report_or_unit_that_the_rules_no_longer_have_stops_nothing() -> None:
    book = asked()
    without = (replace(RULES, reports=RULES.reports[1:]), replace(RULES, units=RULES.units[1:]))
    links = (
        staff_mail(Verb.EXTEND, 2, "bc-month/2013-06/2013-06-28", version=1),
        staff_mail(Verb.EXCUSE, None, "so-tai-chinh/bc-month/2013-06", "bão"),
    )
    for rules, mail in product(without, links):
        arrival = judged(mail, book, 3)
        assert isinstance(arrival.verdict, Commanded)
        whole = replace(book, arrivals=(*book.arrivals, arrival))
        order = Order(
            arrival=arrival,
            verdict=arrival.verdict,
            rules=rules,
            files=rules,
            book=whole,
            now=NOW,
            secret=SECRET,
        )
        assert carry_out(order).done in {Done.DONE, Done.REFUSED}


def test_a_month_whose_figures_are_approved_is_changed_at_the_console_only() -> None:
    book = replace(asked(), closed=frozenset({Period.parse("2013-06")}))
    _, done = clicked(book, "Cho gia hạn Báo cáo")
    assert (done.done, done.leave) == (Done.REFUSED, None)
    assert "đã được duyệt" in done.says


def test_a_slip_is_revoked_like_any_official_letter() -> None:
    book, done = clicked(asked(), "Cho gia hạn Báo cáo")
    assert "mailbot letter revoke 1" in done.says
    revoke = OfficialLetter(
        number=2,
        document=Document(number="10/VP", issued_on=date(2013, 6, 24), issuer="Văn phòng"),
        effect=Revoke(1),
        by="admin",
        recorded_at=NOW,
    )
    (change,) = changes(RULES, book, revoke)
    assert change.after is not None
    assert change.after.due_at == at("2013-06-25 23:59:59")


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("đến ngày 28/6", date(2013, 6, 28)),
        ("den het ngay 28.6.2013", date(2013, 6, 28)),
        ("tới 5 tháng 7", date(2013, 7, 5)),
        ("lùi thời hạn sang ngày 02-7-2013", date(2013, 7, 2)),
        ("đến ngày 5/1", date(2014, 1, 5)),
        ("báo cáo tháng 6 năm 2013", None),
        ("đến ngày 31/6", None),
        ("đến cuối tuần", None),
        ("", None),
    ],
)
def test_the_day_that_is_asked_for(words: str, day: date | None) -> None:
    assert asked_day(words, date(2013, 6, 24)) == day
