"""The special cases of an office are seen where they are meant, and only there."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mailbot.core.language.text import unaccent
from mailbot.core.replies.circumstance import Circumstance, circumstances

_LETTER = "Kính gửi: Văn phòng UBND tỉnh\n"


def seen(subject: str, text: str) -> set[str]:
    signs = circumstances(subject, text)
    return {
        f"{sign.circumstance}:{sign.category}" if sign.category else str(sign.circumstance) for sign in signs
    }


@pytest.mark.parametrize(
    ("subject", "text", "expected"),
    [
        ("Báo cáo tháng 6 (không phát sinh)", "", "nil"),
        ("BC tháng 6 - không phát sinh", "", "nil"),
        ("BAO CAO THANG 6 KHONG PHAT SINH", "", "nil"),
        ("Báo cáo PCTN tháng 6: Không có phát sinh", "", "nil"),
        ("Báo cáo tháng 6", f"{_LETTER}Trong tháng 6 đơn vị không phát sinh.\nTrân trọng!", "nil"),
        ("Báo cáo tháng 6", "Trong kỳ đơn vị không có nội dung báo cáo ạ", "nil"),
        ("Báo cáo tháng 6", "Sở Y tế báo cáo: không phát sinh nội dung báo cáo trong tháng.", "nil"),
        ("Báo cáo tháng 6", "Tháng 6 đơn vị không phát sinh\nTrân trọng", "nil"),
        ("Báo cáo tháng 6", "thang 6 don vi khong phat sinh, em bao cao a", "nil"),
        ("Báo cáo khiếu nại tháng 6", "Trong kỳ không phát sinh vụ việc nào.", "nil"),
        ("Báo cáo tháng 6", "Ko phát sinh ạ", "nil"),
        ("Báo cáo tháng 6", "Đơn vị không có số liệu phát sinh trong quý II.", "nil"),
        ("Báo cáo tình hình dịch bệnh tuần 32", "Trong tuần không phát sinh ca bệnh mới trên địa bàn.", ""),
        ("Báo cáo tháng 6, không phát sinh điểm nóng", "", ""),
        ("Báo cáo tháng 6", "Khó khăn, vướng mắc: không phát sinh.", ""),
        ("Báo cáo tháng 6", "Trong tháng không phát sinh vụ việc phức tạp. Báo cáo Sở sẽ gửi sau.", ""),
        ("Báo cáo tháng 6", "Tháng 6 không phát sinh. Sở đang tổng hợp báo cáo.", ""),
        ("Báo cáo tháng 6", "Sở gửi báo cáo sau đây: không phát sinh.", "nil"),
        ("Báo cáo tháng 6", "khong phat sinh vu viec, bao cao gui sau a", ""),
        ("Báo cáo tháng 6", "Tháng 6 không phát sinh. Sở sẽ gửi bản giấy theo đường bưu điện.", "nil"),
        ("Báo cáo tháng 6", "Đơn vị không có vướng mắc phát sinh.", ""),
        ("Báo cáo tháng 6", "Đảm bảo không phát sinh nợ đọng xây dựng cơ bản.", ""),
        ("V/v báo cáo", "Nếu không phát sinh thì vẫn gửi báo cáo.", ""),
        ("Báo cáo tháng 6", "Sở Y tế gửi báo cáo. " * 60 + "Không phát sinh.", ""),
        ("Báo cáo nhanh tình hình thiệt hại do bão số 5", "", "urgent:bao-lu"),
        ("Báo cáo nhanh tình hình mưa lũ trên địa bàn", "", "urgent:bao-lu"),
        ("BAO CAO NHANH MUA LU", "", "urgent:bao-lu"),
        ("bao cao dot xuat vu chay rung", "", "urgent:chay-no"),
        ("BC đột xuất vụ cháy chợ Đồng Quang", "", "urgent:chay-no"),
        ("V/v báo cáo vụ tai nạn giao thông đặc biệt nghiêm trọng", "", "urgent:tai-nan-giao-thong"),
        ("Báo cáo vụ việc tụ tập đông người tại xã La Bằng", "", "urgent:an-ninh-trat-tu"),
        ("Báo cáo tình hình phá rừng xảy ra tại xã Thần Sa", "", "urgent:pha-rung"),
        ("Báo cáo sự cố sạt lở bãi thải mỏ than Phấn Mễ", "", "urgent:bao-lu"),
        ("Báo cáo vụ khai thác khoáng sản trái phép tại Thần Sa", "", "urgent:khoang-san"),
        ("Báo cáo phát hiện ổ dịch cúm gia cầm", "", "urgent:dich-benh"),
        ("Báo cáo diễn biến bất thường về tôn giáo", "", "urgent:ton-giao"),
        ("Báo cáo đột xuất người dân vượt biên", "", "urgent:vuot-bien"),
        ("Báo cáo sạt lở đất", "Đêm qua xảy ra sạt lở", "urgent:bao-lu"),
        ("Báo cáo nhanh", f"{_LETTER}Đêm 4/8 xảy ra mưa đá, lốc xoáy tại xã Tân Long", "urgent:thien-tai"),
        ("HỎA TỐC: Báo cáo", "", "urgent:khac"),
        ("Hoả tốc - gửi Văn phòng", "", "urgent:khac"),
        ("(KHẨN) Báo cáo tình hình", "", "urgent:khac"),
        ("Công điện số 05/CĐ-UBND", "", "urgent:khac"),
        ("Báo cáo đột xuất kết quả kiểm tra", "", "urgent:khac"),
        ("Báo cáo", "Đêm qua trên địa bàn xảy ra vụ cháy tại chợ, 02 người chết.", "urgent:chay-no"),
        ("Báo cáo công tác phòng, chống thiên tai năm 2013", "", ""),
        ("Báo cáo công tác phòng chống dịch bệnh tháng 6", "", ""),
        ("Báo cáo tình hình an ninh trật tự quý II năm 2013", "", ""),
        ("Báo cáo công tác tôn giáo 6 tháng đầu năm", "", ""),
        ("Báo cáo tình hình tai nạn giao thông tháng 6", "", ""),
        ("Báo cáo kết quả thực hiện Công điện số 05/CĐ-UBND", "", ""),
        ("Báo cáo về chế độ báo cáo đột xuất", "", ""),
        ("Báo cáo công tác thanh tra đột xuất quý I", "", ""),
        ("Báo cáo tình trạng khan hiếm vật tư", "", ""),
        ("bao cao khan tra tai san", "", ""),
        ("bao cao vu no thue", "", ""),
        ("Báo cáo tháng 6", "Công tác phòng, chống thiên tai được quan tâm.", ""),
        ("Báo cáo tháng 6", "Link: https://drive.google.com/file/d/1xYz/view?usp=sharing", "link"),
        ("Báo cáo tháng 6", "https://docs.google.com/document/d/abc", "link"),
        ("Báo cáo tháng 6", "Tải tại https://1drv.ms/w/s!abc", "link"),
        ("Báo cáo tháng 6", "Em gửi link báo cáo ạ: bit.ly/bc6", "link"),
        ("Báo cáo tháng 6", "File nặng nên em gửi qua Zalo ạ", "link"),
        ("Báo cáo tháng 6", "https://www.fshare.vn/file/ABC", "link"),
        ("Báo cáo tháng 6", "https://stc-my.sharepoint.com/:w:/g/personal/abc", "link"),
        ("Báo cáo tháng 6", "Em gửi theo đường dẫn sau: https://x.example/abc", "link"),
        ("Báo cáo tháng 6", "Trân trọng\nSở Tài chính\nhttps://stc.thainguyen.gov.vn\nZalo: 0912345678", ""),
        ("Báo cáo tháng 6", "Báo cáo liên kết vùng", ""),
        ("V/v xin gia hạn thời gian gửi báo cáo tháng 6", "", "extension"),
        ("xin gia han nop bao cao", "", "extension"),
        ("Đề nghị gia hạn thời hạn nộp báo cáo quý II", "", "extension"),
        ("Báo cáo tháng 6", "Do chưa tổng hợp kịp, Sở xin lùi thời hạn đến ngày 28/6.", "extension"),
        ("Báo cáo tháng 6", "Kính đề nghị Văn phòng cho phép đơn vị được gửi chậm 2 ngày", "extension"),
        ("V/v chậm gửi báo cáo tháng 6", "Sở Y tế xin phép gửi báo cáo vào ngày 27/6", "extension"),
        (
            "Báo cáo tháng 6",
            "Đơn vị chậm nộp báo cáo, mong Văn phòng thông cảm cho nộp vào thứ Hai",
            "extension",
        ),
        ("Báo cáo kết quả gia hạn nộp thuế năm 2013", "", ""),
        ("Báo cáo tháng 6", "Sở xin lỗi vì gửi báo cáo chậm.", ""),
        ("V/v gia hạn thời gian sử dụng đất của Công ty A", "", ""),
        ("Báo cáo tình hình gia hạn hợp đồng", "", ""),
        ("V/v đề nghị hướng dẫn mẫu báo cáo", "", "question"),
        ("Báo cáo tháng 6", "Cho em hỏi báo cáo tháng này theo mẫu nào ạ?", "question"),
        ("Re: Thông báo chậm", "Đơn vị đã gửi ngày 24/6, đề nghị Văn phòng kiểm tra lại.", "question"),
        ("Re: Nhắc báo cáo", "Sở đã gửi báo cáo rồi nhưng vẫn nhận được thư nhắc.", "question"),
        ("Re: Nhắc", "Tại sao đơn vị đã nộp đúng hạn mà bị nhắc", "question"),
        ("Hỏi", "Báo cáo này có phải gửi bản giấy không ạ?", "question"),
        ("Đề nghị Văn phòng UBND tỉnh xem lại kết quả tháng 6", "", "question"),
        ("hoi ve bao cao", "cho hoi gui vao dau a", "question"),
        ("Báo cáo tháng 6", "Đề nghị các phòng thực hiện theo hướng dẫn số 12.", ""),
        ("Báo cáo tháng 6", "Sở Tài chính đã gửi bản giấy theo đường bưu điện.", ""),
        ("Báo cáo tháng 6", "Xem tại https://x.example/?id=5", ""),
        ("Gửi thay Sở Y tế báo cáo tháng 6", "", "on_behalf"),
        ("Báo cáo tháng 6", "Tôi gửi hộ UBND xã La Bằng báo cáo tháng 6", "on_behalf"),
        ("Báo cáo tháng 6", "Thay mặt Sở Y tế, tôi xin gửi báo cáo", "on_behalf"),
        ("Báo cáo tháng 6", "Mail của đơn vị bị lỗi, em gửi giúp Phòng Tài chính ạ", "on_behalf"),
        ("gui thay UBND xa La Bang", "", "on_behalf"),
        ("Báo cáo tháng 6 gửi thay thế báo cáo ngày 20/6", "", ""),
        ("Báo cáo tháng 6", "Xin gửi thay cho bản đã gửi hôm qua", ""),
        ("Báo cáo rà soát, gửi hộ nghèo", "", ""),
        ("Báo cáo tháng 6", "Thay mặt lãnh đạo, trân trọng cảm ơn!", ""),
        ("Báo cáo tháng 6 năm 2013", f"{_LETTER}Sở Tài chính gửi báo cáo tháng 6 năm 2013.\nTrân trọng!", ""),
        ("", "", ""),
        (
            "Báo cáo tháng 6",
            "Em gửi ạ\n-----Original Message-----\nFrom: VP\nSubject: Đề nghị hướng dẫn, xin gia hạn",
            "",
        ),
        ("Báo cáo tháng 6", "Em gửi ạ\n> không phát sinh\n> https://drive.google.com/x", ""),
        (
            "Báo cáo tháng 6",
            "Em gửi ạ\nVào Th 2, 24 thg 6, 2013 lúc 08:00 VP đã viết:\n> Báo cáo nhanh vụ cháy",
            "",
        ),
        ("Báo cáo tháng 6", "Em gửi ạ\n\nTừ: Văn phòng\nĐã gửi: 24/6\nCho hỏi?", ""),
        ("Báo cáo vụ sập lò than tại Phấn Mễ", "", "urgent:khoang-san"),
        ("BC nhanh tình hình mưa đá, dông lốc", "", "urgent:thien-tai"),
        ("Báo cáo tình hình dịch tai xanh bùng phát", "", "urgent:dich-benh"),
        ("Báo cáo tổng kết công tác phòng chống lụt bão năm 2013", "", ""),
        ("Báo cáo tháng 6", "Đơn vị không có phát sinh đơn thư khiếu nại.", ""),
        ("Báo cáo tháng 6 của Sở NV: không có phát sinh", "", "nil"),
        ("Bc tháng 6", "Dạ tháng này bên em không có gì để báo cáo ạ", "nil"),
        ("Báo cáo T6", "Vì file lớn nên gửi qua wetransfer: https://we.tl/t-abc", "link"),
        ("V/v lùi thời gian nộp báo cáo quý II", "", "extension"),
        ("Công văn xin lùi thời hạn báo cáo", "", "extension"),
        ("Báo cáo tháng 6", "Mong Văn phòng hướng dẫn em cách gửi ạ", "question"),
        ("Báo cáo tháng 6", "Đã gửi báo cáo tháng 6 đúng hạn, sao hệ thống vẫn báo chưa nộp?", "question"),
        ("Phản hồi kết quả", "Đề nghị Văn phòng rà soát lại số liệu của Sở", "question"),
        ("Báo cáo tháng 6", "Em là Lan, gửi thay chị Hoa (nghỉ ốm) báo cáo tháng 6", "on_behalf"),
        ("Báo cáo tháng 6", "Sở đã gửi bản giấy, nay gửi bản điện tử. Kính đề nghị Văn phòng tiếp nhận.", ""),
        ("Báo cáo tháng 6", "Đề nghị Văn phòng xác nhận đã nhận được báo cáo.", ""),
        (
            "Báo cáo tháng 6",
            "Kính gửi báo cáo kèm theo. Mọi thắc mắc xin liên hệ đ/c Hùng, ĐT 0912345678",
            "",
        ),
        ("Báo cáo kết quả rà soát hộ nghèo", "", ""),
        ("Báo cáo an toàn giao thông quý III", "", ""),
        ("Báo cáo tình hình cháy rừng xảy ra đêm 5/6", "", "urgent:chay-no"),
        ("V/v báo cáo việc thực hiện gia hạn giấy phép khai thác", "", ""),
        ("KHẨN: đề nghị gửi báo cáo", "", "urgent:khac"),
        ("Báo cáo", "Xin phép anh chị cho em nộp muộn 1 ngày ạ", "extension"),
        (
            "Re: Nhắc báo cáo",
            "Đơn vị em không thuộc diện phải gửi, nhờ Văn phòng kiểm tra lại giúp",
            "question",
        ),
        (
            "Báo cáo tháng 6",
            "Trong tháng không phát sinh vụ cháy nổ nào. Chi tiết trong báo cáo kèm theo.",
            "",
        ),
        ("Báo cáo công tác PCCC tháng 6", "Không xảy ra cháy nổ.", ""),
        ("Báo cáo tháng 6", "Bản mềm: https://drive.google.com/open?id=1", "link"),
        ("Bao cao thang 6 khong phat sinh su viec", "", "nil"),
        ("xin lui han nop bc", "", "extension"),
        ("Báo cáo tháng 6 (thay mặt UBND huyện Võ Nhai)", "", "on_behalf"),
        ("Báo cáo tháng 6", "Sở gửi chậm do mất điện, mong Văn phòng thông cảm.", ""),
        ("Xin gia hạn báo cáo nhanh vụ cháy rừng", "Link: bit.ly/x", "extension link urgent:chay-no"),
    ],
)
def test_a_special_case_is_seen_where_it_is_meant(subject: str, text: str, expected: str) -> None:
    assert seen(subject, text) == set(expected.split())


def test_both_places_of_the_tone_are_read() -> None:
    assert seen("Hoả tốc", "") == seen("Hỏa tốc", "") == {"urgent:khac"}


@pytest.mark.parametrize(
    "subject",
    ["Báo cáo tháng 6 (không phát sinh)", "Báo cáo nhanh vụ cháy rừng", "Xin gia hạn", "Gửi thay Sở Y tế"],
)
def test_capitals_change_nothing_and_missing_accents_nothing_that_is_sure(subject: str) -> None:
    assert seen(subject.upper(), "") == seen(subject, "") == seen(unaccent(subject), "")


def test_the_words_found_are_kept_as_written() -> None:
    signs = circumstances("Báo cáo tháng 6 - KHÔNG PHÁT SINH", "Xem https://drive.google.com/x nhé")
    assert [(sign.circumstance, sign.text) for sign in signs] == [
        (Circumstance.NIL, "KHÔNG PHÁT SINH"),
        (Circumstance.LINK, "https://drive.google.com/x"),
    ]


@given(st.text(), st.text())
@example("İ\ud800 khẩn", "? drive.google.com")
@example("", "drive.google.com")
@example("?", "xin gia hạn?")
def test_no_text_makes_the_reading_fail(subject: str, text: str) -> None:
    for sign in circumstances(subject, text):
        assert 0 < len(sign.text) <= 120


_PIECES = [
    "không phát sinh ",
    "xin gia hạn ",
    "a",
    " ",
    "?",
    "đã gửi ",
    "drive.google.com",
    "\n",
    "> ",
    "Từ: ",
    "từ:\n",
    "báo cáo nhanh ",
    "đề nghị ",
]


@pytest.mark.parametrize("piece", _PIECES)
def test_a_megabyte_of_anything_comes_back(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    circumstances(text, text)
