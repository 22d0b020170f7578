"""Commands are read where they are meant, and nowhere else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.command import STAFF_WORDS, Command, Verb
from mailbot.core.replies.reply import (
    is_courtesy,
    is_only_thanks,
    is_unknown_word,
    read_command,
    told_of_a_report,
)
from mailbot.core.replies.staff_command import masked, read_staff_command

ANSWER = "Re: [BC-000123] Xác nhận đã nhận Báo cáo tháng 6 năm 2013 của Sở Tài chính"
WEBMAIL = (
    "Vào Th 3, 25 thg 6, 2013 vào lúc 08:15 Văn phòng UBND tỉnh Thái Nguyên <\n"
    "baocao@thainguyen.example> đã viết:"
)
SIGNATURE = (
    "Nguyễn Thị Hoa\nChuyên viên Văn phòng Sở Tài chính tỉnh Thái Nguyên\n"
    "Điện thoại: 0208.3855.123 - 0912.345.678\nThư điện tử: hoa.nt@stc.thainguyen.example"
)
TOKEN = "abcdefghijklmnopqrstuvwxyz234567abcdefgh"


@pytest.mark.parametrize(
    ("subject", "body", "verb", "argument"),
    [
        ("TRẠNG THÁI", "", Verb.STATUS, ""),
        ("trang thai", "Kính gửi Văn phòng", Verb.STATUS, ""),
        ("Re: [Nhắc] Thời hạn gửi báo cáo", "Trạng thái ạ\n\n> Kính gửi: Sở Tài chính", Verb.STATUS, ""),
        (ANSWER, "Sai, tháng 5 năm 2013\n> Văn phòng đã nhận", Verb.WRONG, "tháng 5 năm 2013"),
        (ANSWER, "SAI\nĐây là báo cáo quý II\n\nTrân trọng", Verb.WRONG, "Đây là báo cáo quý II"),
        (ANSWER, "Kính gửi Văn phòng UBND tỉnh,\nSAI kỳ: tháng 5", Verb.WRONG, "kỳ: tháng 5"),
        (ANSWER, "Đúng.\n", Verb.RIGHT, ""),
        (ANSWER, "dung roi a", Verb.RIGHT, ""),
        (ANSWER, "2", Verb.CHOICE, "2"),
        (ANSWER, "Chọn số 1", Verb.CHOICE, "1"),
        ("[BC-000123] 1", "", Verb.CHOICE, "1"),
        (ANSWER, "1.\n-- \nNguyễn Văn A", Verb.CHOICE, "1"),
        (ANSWER, "tháng 6 năm 2013", Verb.NAMED, "tháng 6 năm 2013"),
        ("Re: [Nhắc] Thời hạn gửi", "Không phát sinh", Verb.NIL, ""),
        ("KHÔNG PHÁT SINH tháng 5", "", Verb.NIL, "tháng 5"),
        ("Xin gia hạn", "", Verb.MORE_TIME, ""),
        ("Re: [Đôn đốc lần 1] Báo cáo", "XIN GIA HẠN đến ngày 28/6", Verb.MORE_TIME, "đến ngày 28/6"),
        ("Trợ giúp", "", Verb.HELP, ""),
        (ANSWER, "1 ạ", Verb.CHOICE, "1"),
        (ANSWER, "Dạ, chọn báo cáo số 2 ạ. Em cảm ơn", Verb.CHOICE, "2"),
        (ANSWER, "Số thứ tự: 1", Verb.CHOICE, "1"),
        (ANSWER, "2. Báo cáo tình hình thực hiện nhiệm vụ quý II năm 2013\n\nTrân trọng", Verb.CHOICE, "2"),
        (ANSWER, "Số 1. Báo cáo tháng 6", Verb.CHOICE, "1"),
        (ANSWER, "Dạ chọn số 1: báo cáo tháng 6 ạ", Verb.CHOICE, "1"),
        (ANSWER, "Phương án 2, báo cáo quý II", Verb.CHOICE, "2"),
        (ANSWER, "> 1. Báo cáo tháng 6\n> 2. Báo cáo quý II\n\n2", Verb.CHOICE, "2"),
        (ANSWER, "On 6/25/2013 8:15 AM, Văn phòng wrote:\n> Kính gửi\n\nĐÚNG\n-- \nA", Verb.RIGHT, ""),
        (ANSWER, "Vâng, đúng rồi ạ, cảm ơn Văn phòng", Verb.RIGHT, ""),
        (ANSWER, "Kính gửi Văn phòng,\nTháng 6 năm 2013", Verb.NAMED, "Tháng 6 năm 2013"),
        (ANSWER, "Tháng 6\nĐặng Thị Mai\nĐã gửi từ iPhone của tôi", Verb.NAMED, "Tháng 6"),
        ("Re: [Nhắc] Thời hạn gửi", "Tháng 6/2013 đơn vị không phát sinh", Verb.NIL, "Tháng 6/2013"),
        ("Re: [Nhắc] Thời hạn gửi", "Không có phát sinh trong tháng 6", Verb.NIL, "trong tháng 6"),
        (ANSWER, "Em chọn 1 ạ", Verb.CHOICE, "1"),
        (ANSWER, "Trả lời: 2", Verb.CHOICE, "2"),
        (ANSWER, "Đúng, là báo cáo tháng 6", Verb.NAMED, "Đúng, là báo cáo tháng 6"),
        (ANSWER, "Đúng là báo cáo quý II năm 2013 ạ", Verb.NAMED, "Đúng là báo cáo quý II năm 2013 ạ"),
        (ANSWER, "Số liệu đúng rồi ạ", Verb.RIGHT, ""),
        (ANSWER, "Sở không có ý kiến gì khác ạ. Trân trọng", Verb.RIGHT, ""),
        (ANSWER, "Sở nhất trí với nội dung đối chiếu. Trân trọng./.", Verb.RIGHT, ""),
        (ANSWER, "Đơn vị hoàn toàn nhất trí với số liệu", Verb.RIGHT, ""),
        (ANSWER, "1\nNguyễn Văn A", Verb.CHOICE, "1"),
        ("Cho em xem tình trạng gửi báo cáo của đơn vị", "", Verb.STATUS, ""),
        ("TÌNH TRẠNG BÁO CÁO", "", Verb.STATUS, ""),
        ("tinh hinh gui bao cao", "", Verb.STATUS, ""),
        (ANSWER, f"SAI\n\n{WEBMAIL}\n\n> Kính gửi: Sở Tài chính", Verb.WRONG, ""),
    ],
)
def test_a_command_is_read_with_and_without_accents(
    subject: str, body: str, verb: Verb, argument: str
) -> None:
    found = read_command(subject, body)
    assert found is not None
    assert (found.verb, found.argument) == (verb, argument)


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("Báo cáo tháng 6 năm 2013", "Kính gửi báo cáo."),
        ("Sai", "Không trả lời thư nào."),
        ("Báo cáo tình trạng hạn hán", ""),
        ("Sài Gòn", ""),
        (ANSWER, "Sài Gòn ngày 5 tháng 6"),
        (ANSWER, "Dừng"),
        (ANSWER, "Dùng"),
        (ANSWER, "Dừng báo cáo tháng 6"),
        ("Tình hình báo cáo", ""),
        (ANSWER, "Cảm ơn Văn phòng."),
        (ANSWER, "Đề nghị Văn phòng cho biết trạng thái báo cáo."),
        (ANSWER, "Báo cáo tháng 6 đã nhận được chưa?"),
        (ANSWER, "> 1\n> SAI"),
        (ANSWER, "> 1\n> SAI\n\n-- \nNguyễn Văn A"),
        (ANSWER, "1. Báo cáo tháng 6 năm 2013\n2. Báo cáo quý II năm 2013"),
        (ANSWER, "1. Báo cáo tháng 6 đã nhận được chưa?"),
        (ANSWER, "Báo cáo số 12"),
        (ANSWER, "1\n2"),
        (ANSWER, "Sở không có ý kiến gì về thư này, chỉ xin gửi báo cáo sau"),
        # What is said of that report is not said of the mail that our letter asks about.
        (ANSWER, "Báo cáo tháng 6 em gửi chiều nay ạ"),
        (ANSWER, "Tháng 6 đơn vị đã gửi rồi"),
        (ANSWER, "Báo cáo tháng 6 đã được gửi trên phần mềm quản lý văn bản"),
        (ANSWER, "Báo cáo tháng 6\nMai em gửi ạ."),
        (ANSWER, "Đã đúng"),
        (ANSWER, "Tháng 6 số vụ cháy không phát sinh"),
        (ANSWER, "Xin gia hạn nộp báo cáo quý III năm 2014 do mưa lũ"),
        ("", ""),
    ],
)
def test_a_sentence_is_no_command(subject: str, body: str) -> None:
    assert read_command(subject, body) is None


def test_the_receipt_code_says_which_mail_is_meant() -> None:
    found = read_command(ANSWER, "2")
    assert found == Command(verb=Verb.CHOICE, argument="2", about=123)


def test_a_staff_command_stands_in_the_subject_with_its_token() -> None:
    found = read_staff_command(f"Re: LENH GHI-NHAN 131 bc-thang/2013-06 MA {TOKEN}")
    assert found == Command(verb=Verb.ASSIGN, argument="bc-thang/2013-06", about=131, token=TOKEN)
    typed = read_staff_command(f"LENH KHONG-NHAN 131 MA {TOKEN.upper()} LY DO: thiếu phụ lục")
    assert typed == Command(verb=Verb.REJECT, typed="thiếu phụ lục", about=131, token=TOKEN)
    assert read_staff_command(f"LENH DUNG-GUI MA {TOKEN}") == Command(verb=Verb.HOLD, token=TOKEN)


@pytest.mark.parametrize(
    "subject",
    [
        "LENH GHI-NHAN 131",
        f"LENH XOA-HET 1 MA {TOKEN}",
        f"GHI-NHAN 131 MA {TOKEN}",
        f"LENH GUI-THU 1 MA {TOKEN}7",
    ],
)
def test_a_staff_command_without_token_or_word_is_none(subject: str) -> None:
    assert read_staff_command(subject) is None


@pytest.mark.parametrize("key", ["MA", "MÃ", "mã", "MA\u0303"])
def test_a_token_is_not_shown(key: str) -> None:
    shown = masked(f"LENH KHONG-NHAN 131 {key} {TOKEN} thiếu phụ lục")
    assert TOKEN not in shown
    assert "thiếu phụ lục" in shown
    assert TOKEN not in masked(f"LENH%20BO-QUA%20131%20MA%20{TOKEN}")


@pytest.mark.parametrize("body", ["TRANG THAY", "Vâng ạ", "STATUS"])
def test_a_short_answer_that_means_nothing_is_unknown(body: str) -> None:
    assert is_unknown_word(ANSWER, body, "")
    assert not is_unknown_word("Báo cáo", body, "")
    assert is_unknown_word("Báo cáo", body, "<k.abcdefghijklmnopqrstuvwxyz@tinh.example>")


@pytest.mark.parametrize("body", ["Đơn vị đã gửi báo cáo này từ tuần trước.", "Gửi lại ngày 20/6", ""])
def test_a_sentence_to_think_about_is_for_a_person(body: str) -> None:
    assert not is_unknown_word(ANSWER, body, "")


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("Đề nghị VP kiểm tra, xã gửi từ hôm 21/10 rồi.", "xã gửi từ hôm 21/10"),
        ("Xã nộp hôm thứ 6 rồi ạ", "nộp hôm thứ 6"),
        ("Em gửi rồi ạ", "gửi rồi"),
        (
            "> Kính gửi: UBND xã\n> chưa nhận được báo cáo\nXã gửi qua trục rồi, số 310\n> Trân trọng.",
            "qua trục",
        ),
        ("1 và 2 ạ", "1 và 2"),
        ("1, 2", "1, 2"),
        ("Báo cáo tháng 6 đã được gửi trên phần mềm quản lý văn bản", "đã được gửi"),
        ("Xin thu hồi báo cáo trên, Sở gửi lại sau.", "thu hồi báo cáo"),
        ("Em gửi báo cáo ạ", ""),
        ("Xã gửi hôm nay ạ", ""),
        ("> Kính gửi: UBND xã\n> chưa nhận được báo cáo", ""),
    ],
)
def test_that_a_report_was_sent_is_told_without_the_word_for_it_and_among_quoted_lines(
    body: str, told: str
) -> None:
    assert told in told_of_a_report(ANSWER, body)
    assert bool(told) == bool(told_of_a_report(ANSWER, body))


@pytest.mark.parametrize(
    "body",
    [
        "Cảm ơn Văn phòng.",
        "Dạ em cảm ơn",
        "Đã nhận được thư, cảm ơn.",
        "Xin chân thành cảm ơn\nĐã gửi từ iPhone của tôi",
        "Xin cảm ơn.\nVăn thư UBND thị xã Sông Công",
        "Đã nhận, cảm ơn",
        "ĐÃ NHẬN Ạ",
        "da nhan. cam on vp ubnd tinh a",
        "Đã nhận. Cảm ơn VP UBND tỉnh ạ.",
        "Vâng, em cảm ơn anh chị",
        "Dạ em đã nhận được rồi ạ",
        "Kính gửi Văn phòng UBND tỉnh,\nSở Tài chính đã nhận được giấy xác nhận.",
        "Nhận được rồi. Cảm ơn.",
        "Noted with thanks",
        "Xã đã nhận, cảm ơn ạ",
        "Phường Phổ Yên đã nhận được thư nhắc, cảm ơn VP.",
        "Xin trân trọng cảm ơn sự quan tâm, phối hợp của Quý cơ quan",
        "Dạ em cảm ơn Văn phòng đã đồng ý gia hạn ạ.",
        f"Đã nhận, cảm ơn.\n\nTrân trọng,\n{SIGNATURE}",
    ],
)
def test_thanks_ask_for_nothing(body: str) -> None:
    assert is_courtesy(ANSWER, body, "")
    assert not is_courtesy(ANSWER, f"{body} {'Tuy nhiên báo cáo chưa được ghi nhận đúng. ' * 4}", "")


def test_thanks_may_be_written_anew() -> None:
    assert is_courtesy("Cảm ơn", "Xã đã nhận được thư nhắc, cảm ơn VP.", "")
    assert not is_courtesy("Cảm ơn", "Xã xin cảm ơn, mai xã gửi báo cáo ạ.", "")
    assert not is_courtesy("Báo cáo tháng 6", "Xin cảm ơn", "")


@pytest.mark.parametrize(
    "more",
    [
        "Đơn vị đã gửi ngày 24/6.",
        "Nhưng số liệu chưa đúng.",
        "Đề nghị xem lại.",
        "Báo cáo đã nhận được chưa?",
        "Xin được gia hạn đến ngày 30/6.",
        "Trân trọng,\nNguyễn Thị Hoa\nTái bút: đơn vị chưa có mẫu báo cáo.",
    ],
)
def test_behind_thanks_may_stand_what_a_person_has_to_read(more: str) -> None:
    assert not is_courtesy(ANSWER, f"Cảm ơn Văn phòng.\n{more}", "")


@pytest.mark.parametrize(
    "body",
    [
        "Sở sẽ gửi báo cáo sau, xin cảm ơn",
        "Sở Tài chính gửi báo cáo, xin cảm ơn",
        "Xác nhận. Cảm ơn",
        "Trân trọng,\nNguyễn Thị Hoa",
        "?\n\nTrân trọng,\nNguyễn Thị Hoa",
    ],
)
def test_who_does_not_only_thank_is_not_put_aside(body: str) -> None:
    assert not is_only_thanks(ANSWER, body, "")
    assert not is_courtesy(ANSWER, body, "")


def test_thanks_that_begin_with_a_yes_are_no_thanks_in_answer_to_a_question() -> None:
    query = "Re: [BC-000123] Đề nghị bổ sung thông tin báo cáo"
    assert not is_courtesy(query, "Vâng ạ, em cảm ơn anh chị", "")
    assert is_unknown_word(query, "Vâng ạ, em cảm ơn anh chị", "")
    assert is_courtesy(query, "Em cảm ơn anh chị", "")


@given(st.text(max_size=300), st.text(max_size=300), st.text(max_size=60))
def test_whatever_is_written_is_read_without_an_error(subject: str, body: str, answered: str) -> None:
    for subject_line in (subject, f"Re: [BC-1] {subject}"):
        found = read_command(subject_line, body, answered)
        assert found is None or len(found.argument) <= 120
        read_staff_command(subject_line)
        is_unknown_word(subject_line, body, answered)
        is_courtesy(subject_line, body, answered)


@given(st.sampled_from(sorted(STAFF_WORDS)), st.text(max_size=100))
def test_whatever_is_typed_behind_a_token_cannot_change_the_command(verb: Verb, typed: str) -> None:
    found = read_staff_command(f"LENH {STAFF_WORDS[verb]} 131 MA {TOKEN} {typed}")
    assert found is not None
    assert (found.verb, found.about, found.argument, found.token) == (verb, 131, "", TOKEN)
