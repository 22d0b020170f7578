"""What strikes now alerts however it is called, and a paper that only names it does not."""

from dataclasses import replace
from datetime import timedelta

import pytest
from builders import GO_LIVE, a_book, a_mail, a_unit, an_arrival, at, some_rules

from mailbot.core.classify import classify
from mailbot.core.emergencies.urgent_matter import UrgentMatter
from mailbot.core.mail import Address, Mail
from mailbot.core.plan import plan
from mailbot.core.posting import NoticeKind
from mailbot.core.replies.circumstance import Circumstance, circumstances
from mailbot.core.verdict import Filed, Question, Unclear, is_urgent

_MOTTO = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc"
RULES = some_rules(
    units=tuple(
        replace(a_unit(name), name=f"UBND {place}", symbols=(), aliases=())
        for name, place in {"phu-luong": "xã Phú Lương", "vo-tranh": "xã Vô Tranh"}.items()
    )
)


def paper(title: str, kind: str = "BÁO CÁO", issuer: str = "XÃ PHÚ LƯƠNG", day: str = "24") -> str:
    head = f"ỦY BAN NHÂN DÂN\n{issuer}\n{_MOTTO}\nSố: 45/BC-UBND\nPhú Lương, ngày {day} tháng 6 năm 2013"
    return f"{head}\n\n{kind}\n{title}\n\nKính gửi: Ủy ban nhân dân tỉnh\n"


def letter(about: str) -> str:
    return f"ỦY BAN NHÂN DÂN\nXÃ PHÚ LƯƠNG\n{_MOTTO}\nSố: 30/UBND-VP\nV/v {about}\n\nKính gửi: UBND tỉnh\n"


def sent(subject: str, *papers: str) -> Mail:
    names = [f"{n}.pdf" for n in range(len(papers))]
    mail: Mail = a_mail(subject, *names, sender=Address("phu-luong@tinh.example"), text="")
    # A builder's mail has a file even if none is named.
    files = (replace(file, text=text) for file, text in zip(mail.attachments, papers, strict=False))
    return replace(mail, attachments=tuple(files))


def alerts(mail: Mail) -> bool:
    return is_urgent(classify(mail, RULES, at("2013-06-24 21:00")))


def told(subject: str, text: str) -> bool:
    return any(sign.circumstance is Circumstance.URGENT for sign in circumstances(subject, text))


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("bắt cóc", "Cháu bé 5 tuổi bị bắt cóc lúc 16h, công an xã đang truy tìm."),
        ("Mất tích", "Cháu D, 8 tuổi, mất tích từ 15h khi đi tắm suối."),
        ("cháy rừng Thần Sa", "Lửa lan khoảng 3 ha, đang huy động 150 người."),
        ("Sự cố tràn hóa chất", "Xe bồn lật, axit tràn ra mương, đã phong tỏa 500 m."),
        ("Ca tử vong do bệnh dại", "UBND xã báo cáo 01 trường hợp tử vong."),
        ("Re: Nhắc gửi báo cáo tháng 8", "Trung tâm xã đang bị ngập, lũ lên rất nhanh, 2 xóm bị cô lập."),
        ("Re: Đã nhận báo cáo tháng 7", "Thưa anh, sáng nay 300 công nhân đình công, chưa vào làm việc."),
        ("Gửi Văn phòng", "Nước suối dâng cao, 3 xóm bị cô lập, đang di dời 40 hộ."),
        ("fw", "Toi 12/8, lu quet cuon troi 1 nha dan o xom Chiem"),
        ("Báo cáo về việc trên suối", "Chiều nay người dân phát hiện 01 thi thể trôi trên suối."),
        ("dịch cúm gia cầm", "Xã phát hiện đàn gà 2000 con chết hàng loạt tại xóm Đồng Chốc."),
        ("BC ca nghi mắc bệnh dại tử vong tại xã Ba Bể", ""),
        ("Tình hình vụ tập trung đông người phản đối bãi rác", ""),
        ("BAO CAO VU CHAY", "hoi 13h tai xuong moc nha ong Binh, khong co nguoi bi thuong"),
        ("Nước sông lên nhanh", "Đê bối có nguy cơ vỡ, xã đang sơ tán 200 hộ dân."),
        ("hinh anh", "Lũ quét tại xóm Phú Nam lúc 20h, 3 người chưa liên lạc được."),
    ],
)
def test_a_harm_told_beside_the_present_hour_alerts(subject: str, text: str) -> None:
    assert told(subject, text)


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Báo cáo chuyên đề về tình hình sạt lở đất trên địa bàn", ""),
        ("Cam kết không để xảy ra phá rừng, cháy rừng", "Xã nộp bản cam kết."),
        ("Thẩm định phương án ứng phó sự cố vỡ đập thủy điện", ""),
        ("Đề tài nghiên cứu cảnh báo lũ quét, sạt lở", "Sở gửi hồ sơ đề tài."),
        ("Góp ý dự thảo Nghị định về bồi thường thiệt hại do động đất", ""),
        ("Chủ động ứng phó mưa lũ, sạt lở đất", "Xã đã triển khai, chưa ghi nhận thiệt hại, sạt lở."),
        ("Gửi muộn", "Do từ 15h chiều qua mạng bị sập nên phường gửi muộn."),
        ("Thông báo", "Sáng nay lúc 8h xã tổ chức diễn tập, giả định cháy lớn tại tiểu khu 62."),
        ("Lớp học bơi", "Khai giảng từ 8h ngày 15/8, góp phần phòng chống đuối nước."),
        ("Đề nghị đầu tư", "Ngầm tràn đang bị ngập mỗi mùa mưa, đề nghị bố trí kinh phí xây cầu."),
        ("Thông báo kết quả xét xử vụ án giết người", ""),
        ("Tổng đàn gia cầm", "Tình hình dịch bệnh ổn định, không có ổ dịch."),
        ("Lịch nổ mìn tháng 8", "Từ 11h30 đến 12h hằng ngày."),
        ("Danh sách đề nghị", "Danh sách 30 hộ bị tốc mái tháng 4 đề nghị hỗ trợ kinh phí mua tấm lợp."),
        ("Bữa ăn bán trú an toàn", "Kiểm tra từ 8h ngày 11/8, không có học sinh bị ngộ độc."),
        ("Kết quả đợt cao điểm trấn áp tội phạm giết người, cướp, bắt cóc", ""),
        ("Báo cáo tiến độ xử lý điểm sạt lở tổ 9", ""),
        ("Báo cáo tháng 8", "Trong tháng không phát sinh vụ việc; lúc 8h ngày 02/8 có 01 vụ tai nạn."),
    ],
)
def test_a_plan_a_study_a_drill_or_an_excuse_that_names_a_harm_does_not(subject: str, text: str) -> None:
    assert not told(subject, text)


@pytest.mark.parametrize(
    "text",
    [
        paper("Về vụ cháy xảy ra tại chợ Đu ngày 24 tháng 6 năm 2013"),
        paper("Sự cố sạt lở taluy làm chết người tại xóm Đồng Chăn"),
        paper("Về việc xả lũ khẩn cấp hồ Núi Cốc", kind="CÔNG ĐIỆN"),
        letter("báo cáo bệnh Dịch tả lợn Châu Phi phát sinh tại xóm Cây Hồng"),
        letter("huy động lực lượng tìm kiếm người mất tích do lũ quét"),
    ],
)
def test_a_matter_that_only_a_document_names_in_its_title_alerts(text: str) -> None:
    assert alerts(sent("UBND xã gửi văn bản", text))


@pytest.mark.parametrize(
    "text",
    [
        paper("Về vụ cháy xảy ra tại chợ Đu", day="02"),
        paper("Ứng phó vỡ đập hồ Phượng Hoàng", kind="KẾ HOẠCH"),
        paper("Đề nghị hỗ trợ thiệt hại do lũ quét", kind="TỜ TRÌNH"),
        paper("Kết quả công tác phòng cháy, chữa cháy 6 tháng đầu năm 2013"),
        letter("tăng cường ứng phó mưa lũ, sạt lở đất"),
    ],
)
def test_an_old_report_a_plan_and_a_request_for_money_do_not(text: str) -> None:
    assert not alerts(sent("UBND xã gửi văn bản", text))


@pytest.mark.parametrize("issuer", ["XÃ VÔ TRANH", "CÔNG AN XÃ PHÚ LƯƠNG", "HẠT KIỂM LÂM PHÚ LƯƠNG"])
def test_an_urgent_report_that_another_body_wrote_alerts_like_any_other(issuer: str) -> None:
    assert alerts(sent("Báo cáo nhanh vụ cháy rừng", paper("Nhanh vụ cháy rừng", issuer=issuer)))


def test_one_that_is_sent_for_a_neighbour_alerts_and_a_months_report_is_asked_about() -> None:
    verdict = classify(
        replace(sent("Báo cáo vụ sạt lở"), text="Em gửi giúp UBND xã Vô Tranh do mất mạng."),
        RULES,
        at("2013-06-24 21:00"),
    )
    assert is_urgent(verdict)
    month = sent("Báo cáo tháng 6", paper("Tình hình thực hiện nhiệm vụ tháng 6", issuer="XÃ VÔ TRANH"))
    asked = classify(month, RULES, at("2013-06-24 21:00"))
    assert isinstance(asked, Unclear)
    assert asked.question is Question.UNIT


@pytest.mark.parametrize("title", ["Về vụ cháy tại chợ Đu", "Nhanh vụ cháy tại chợ Đu"])
def test_of_a_report_on_a_fire_beside_the_months_the_officers_are_told_and_the_month_is_filed(
    title: str,
) -> None:
    night = at("2013-06-24 21:00")
    mail = sent("Báo cáo tháng 6", paper("Tình hình thực hiện nhiệm vụ tháng 6 năm 2013"), paper(title))
    verdict = classify(mail, RULES, night)
    assert isinstance(verdict, Filed)
    assert [str(filing.period) for filing in verdict.filings] == ["2013-06"]
    book = a_book(an_arrival(verdict, night, 1, mail=mail))
    alerts = [n.matter for n in plan(RULES, book, night, GO_LIVE).post if n.kind is NoticeKind.URGENT]
    assert [isinstance(told, UrgentMatter) and told.beside for told in alerts] == [True]
    assert not [
        n for n in plan(RULES, book, night + timedelta(hours=25), GO_LIVE).post if n.kind is NoticeKind.URGENT
    ]


def test_a_fires_report_under_a_months_subject_is_no_months_report() -> None:
    assert alerts(sent("Báo cáo tháng 6", paper("Về vụ cháy tại chợ Đu")))


def test_a_months_report_with_an_annex_alerts_nobody() -> None:
    night = at("2013-06-24 21:00")
    annex = paper("Biểu số liệu tình hình thiên tai tháng 6 năm 2013", kind="PHỤ LỤC")
    mail = sent("Báo cáo tháng 6", paper("Tình hình thực hiện nhiệm vụ tháng 6 năm 2013"), annex)
    book = a_book(an_arrival(classify(mail, RULES, night), night, 1, mail=mail))
    assert NoticeKind.URGENT not in {n.kind for n in plan(RULES, book, night, GO_LIVE).post}


@pytest.mark.parametrize("piece", ["1", "ve viec ", "vu ", "bao cao ", "lúc 8h cháy ", "không có "])
def test_a_long_row_of_anything_is_read_in_no_time(piece: str) -> None:
    assert isinstance(told(piece * 2_000 + "x", piece * 2_000), bool)
