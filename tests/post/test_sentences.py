"""Whether what letters say is so in the situation that they are written in."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from post.notices import (
    DISTRICT,
    FINANCE,
    JUNE,
    MAY,
    MONTHLY,
    NOTICES,
    NOW,
    RULES,
    SENDER,
    STEP,
    TASK,
    duty,
    receipt,
)

from mailbot.core.changes.in_force import once
from mailbot.core.changes.official import Change
from mailbot.core.letters.digest_matter import DigestMatter
from mailbot.core.notice import (
    ChangeMatter,
    ChaseItem,
    ChaseMatter,
    DemandMatter,
    NudgeMatter,
    ObjectionMatter,
    ReceiptMatter,
)
from mailbot.core.posting import State
from mailbot.core.rules import Rules, Span, UnitId
from mailbot.core.standing import Doubt, Judgement, Standing
from mailbot.core.tasks.assignment import Word
from mailbot.core.verdict import Ignored, News, Reason
from mailbot.post.render import Renderer

TEMPLATES = Path(__file__).parents[2] / "templates" / "vi"
ASKED = once(RULES, TASK.key.report, TASK.key.period, TASK.title, TASK.basis)
WITH_TASK = replace(RULES, once=(ASKED,))


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    return Renderer(TEMPLATES)


def both(renderer: Renderer, name: str, matter: object, rules: Rules = RULES) -> tuple[str, ...]:
    """The letter `name` about another matter: its text, and its page."""
    wording = renderer.word(replace(NOTICES[name], matter=matter), rules, NOW)  # type: ignore[arg-type]
    return f"{wording.subject}\n{wording.text}", wording.html


def on_task() -> ChaseItem:
    given = TASK.duty()
    assert given is not None
    return ChaseItem(
        judgement=Judgement(duty=given, standing=Standing.OPEN), report=ASKED, step=STEP, working_days=3
    )


def on_month() -> ChaseItem:
    open_ = Judgement(duty=duty(), standing=Standing.OPEN)
    return ChaseItem(judgement=open_, report=MONTHLY, step=STEP, working_days=3)


def test_what_a_person_typed_with_a_full_stop_ends_no_sentence_twice(renderer: Renderer) -> None:
    demand, nudge, denied = (NOTICES[name].matter for name in ("demand", "nudge", "receipt-denied"))
    assert isinstance(demand, DemandMatter)
    assert isinstance(nudge, NudgeMatter)
    assert isinstance(denied, ReceiptMatter)
    told = replace(demand.act, summary="Cháy rừng tại xã Tân Thành.", source="Công an tỉnh.")
    fire = replace(nudge.emergency, summary="Cháy rừng tại xã Tân Thành.")
    letters = (
        *both(renderer, "demand", replace(demand, act=told)),
        *both(renderer, "nudge", replace(nudge, emergency=fire)),
        *both(renderer, "receipt-denied", replace(denied, denied="Báo cáo cần gấp.")),
    )
    for text in letters:
        assert ".." not in text
        assert ". (" not in text
        assert "tỉnh.," not in text


def test_a_flood_of_mails_leaves_a_digest_that_a_relay_takes_and_hides_no_units_mail(
    renderer: Renderer,
) -> None:
    busy = NOTICES["digest"].matter
    assert isinstance(busy, DigestMatter)
    line = busy.waiting[0]
    flood = tuple(
        replace(line, arrival=replace(line.arrival, number=number), unit=FINANCE if number > 2_990 else None)
        for number in range(1, 3_001)
    )
    for said in both(renderer, "digest", replace(busy, waiting=flood)):
        assert len(said.encode()) < 1 << 20
        assert "3.000 thư" in said
        assert "Ngoài ra còn 2.850 thư chờ xử lý" in said
    assert "Thư số 3000," in said or ">3000<" in said
    few = both(renderer, "digest", busy)
    assert not any("Ngoài ra còn" in said for said in few)


def test_a_mail_over_which_nobody_is_judged_stands_in_a_flooded_digest_and_says_so(
    renderer: Renderer,
) -> None:
    busy = NOTICES["digest"].matter
    assert isinstance(busy, DigestMatter)
    line, unjudged = busy.waiting[0], replace(busy.overdue[0], mails=(300, *range(401, 410)))
    stray = replace(line, arrival=replace(line.arrival, number=300), unit=None, keeps=10)
    flood = (
        *(replace(line, arrival=replace(line.arrival, number=n), unit=FINANCE) for n in range(1, 300)),
        stray,
    )
    doubted = replace(unjudged, judgement=replace(unjudged.judgement, doubt=Doubt.NOBODYS_REPORT))
    for said in both(renderer, "digest", replace(busy, waiting=flood, not_judged=(doubted,))):
        assert "chưa xử lý thư này thì chưa kết luận, chưa nhắc chậm được 10 lượt báo cáo" in said
        assert "đang chờ xử lý (thư số 300, 401, 402, 403, 404 và 5 thư khác)" in said


def test_nobody_is_asked_for_paper_copies_of_what_only_he_was_given(renderer: Renderer) -> None:
    for text in both(renderer, "reminder", ChaseMatter(items=(on_task(),)), WITH_TASK):
        assert "Bản giấy" not in text
        assert RULES.office.paper_to not in text
        assert "Bản điện tử: gửi về hộp thư" in text
    for text in both(renderer, "reminder", ChaseMatter(items=(on_task(), on_month())), WITH_TASK):
        assert "Bản giấy (trừ báo cáo về nhiệm vụ, câu hỏi được giao): gửi về" in text
    for text in both(renderer, "reminder", ChaseMatter(items=(on_month(),))):
        assert "Bản giấy: gửi về" in text


def test_a_receipt_of_a_task_speaks_of_no_paper_copy(renderer: Renderer) -> None:
    given = TASK.duty()
    assert given is not None
    matter = receipt().matter
    assert isinstance(matter, ReceiptMatter)
    done = replace(matter, judgements=(Judgement(duty=given, standing=Standing.ON_TIME),))
    for text in both(renderer, "receipt", done, WITH_TASK):
        assert "Thư này xác nhận việc tiếp nhận bản điện tử, không phải là đánh giá về nội dung" in text
        assert "bản giấy" not in text
        assert "SAI" in text
        assert "ví dụ" not in text
        assert "nội dung chưa đúng" in text


@pytest.mark.parametrize(("recorded", "example"), [(JUNE, "tháng 5 năm 2013"), (MAY, "tháng 6 năm 2013")])
def test_the_example_of_a_correction_is_not_what_was_recorded(
    renderer: Renderer, recorded: object, example: str
) -> None:
    matter = receipt().matter
    assert isinstance(matter, ReceiptMatter)
    found = Judgement(duty=duty(FINANCE, MONTHLY, recorded), standing=Standing.ON_TIME)  # type: ignore[arg-type]
    text, _ = both(renderer, "receipt", replace(matter, judgements=(found,)))
    assert f"“SAI {example}”" in text


def test_the_title_of_a_task_with_a_long_abstract_closes_its_bracket() -> None:
    long = replace(TASK, given=replace(TASK.given, summary="V/v rà soát các dự án chậm tiến độ, " * 6))
    title = replace(ASKED, name=long.title).name
    assert title.endswith("…)")
    assert len(title) <= 120


def test_who_told_how_far_a_task_has_come_is_told_how_to_tell_more_and_not_to_name_a_month(
    renderer: Renderer,
) -> None:
    matter = receipt().matter
    assert isinstance(matter, ReceiptMatter)
    verdict = Ignored(
        reason=Reason.NEWS,
        news=News(key=TASK.key, word=Word.IN_PROGRESS),
        findings=matter.arrival.verdict.findings,
    )
    news = replace(matter, judgements=(), arrival=replace(matter.arrival, verdict=verdict))
    for text in both(renderer, "receipt", news, WITH_TASK):
        assert "đang thực hiện" in text
        assert "SAI" not in text
        assert "ghi mã nêu trên (NV-… hoặc CH-…)" in text


def test_a_report_that_is_asked_for_no_more_is_sent_nowhere(renderer: Renderer) -> None:
    matter = NOTICES["change-revoked"].matter
    assert isinstance(matter, ChangeMatter)
    gone = Change(duty(), replace(duty(), excused=True))
    text, page = both(renderer, "change-revoked", replace(matter, changes=((MONTHLY, gone),)))
    assert "gửi về hộp thư" not in text + page
    assert text.startswith("[Thông báo] Không phải gửi Báo cáo")


@pytest.mark.parametrize("name", NOTICES)
def test_both_forms_of_a_letter_ask_for_the_same_answer(renderer: Renderer, name: str) -> None:
    wording = renderer.word(NOTICES[name], RULES, NOW)
    asks = ("SAI", "TRẠNG THÁI", "KHÔNG PHÁT SINH", "XÁC NHẬN", "TRỢ GIÚP", "gửi lại báo cáo", "ghi mã")
    assert [ask in wording.text for ask in asks] == [ask in wording.html for ask in asks]


def test_a_mail_of_a_known_sender_about_another_unit_is_not_told_as_one_of_an_unknown_sender(
    renderer: Renderer,
) -> None:
    matter = NOTICES["digest"].matter
    assert isinstance(matter, DigestMatter)
    line = next(line for line in matter.waiting if line.unit is None)
    for text in both(renderer, "digest", replace(matter, waiting=(replace(line, unit=FINANCE),))):
        assert "chưa rõ là báo cáo của đơn vị nào" in text
        assert "chưa xác định được đơn vị gửi" not in text
    for text in both(renderer, "digest", replace(matter, waiting=(line,))):
        assert "chưa xác định được đơn vị gửi" in text


@pytest.mark.parametrize("state", [State.WAITING, State.HELD, State.WITHDRAWN, State.DROPPED, State.GIVEN_UP])
def test_no_letter_that_never_left_stands_as_sent_in_the_evidence_on_an_objection(
    renderer: Renderer, state: State
) -> None:
    notice = NOTICES["objection"]
    assert isinstance(notice.matter, ObjectionMatter)
    first, *others = notice.matter.lines
    letters = tuple(replace(letter, state=state) for letter in first.letters)
    assert letters
    lines = (replace(first, letters=letters), *others)
    wording = renderer.word(replace(notice, matter=replace(notice.matter, lines=lines)), RULES, NOW)
    for text in (wording.text, wording.html):
        assert "thư nhắc số 31" in text
        assert "Đã gửi thư" not in text


def test_a_letter_about_a_unit_that_has_ended_says_why_its_successor_gets_it(renderer: Renderer) -> None:
    ended = replace(
        FINANCE, valid=Span(None, NOW.date() - timedelta(days=1)), successors=(UnitId("huyen-dai-tu"),)
    )
    rules = replace(RULES, units=(ended, *RULES.units[1:]))
    late = replace(NOTICES["late"], unit=ended, to=(DISTRICT.addresses[0].email,), copies=())
    told = renderer.word(late, rules, NOW)
    for text in (told.text, told.html):
        assert "đơn vị kế thừa: UBND huyện Đại Từ)" in text
        assert "Giám đốc Sở Tài chính" not in text
        assert "Chủ tịch UBND huyện Đại Từ" in text
    letter = renderer.render(late, rules, secret=b"s", instance="i", sender=SENDER, now=NOW)
    assert f"To: {DISTRICT.addresses[0].email}\r\n".encode() in letter.raw
