"""Units are found by their names in any spelling, and a hint keeps its weight."""

import unicodedata
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mailbot.core.language.text import unaccent
from mailbot.core.reading.issuer import forwarded_from, units_named, units_of_symbol
from mailbot.core.rules import Span, Unit, UnitId
from mailbot.rulebook import load_rules

RULES = load_rules(Path(__file__).parents[2] / "rules" / "thai-nguyen-2013")
ON = date(2013, 6, 24)
_AGRICULTURE = "so-nong-nghiep-va-phat-trien-nong-thon"
_LABOUR = "so-lao-dong-thuong-binh-va-xa-hoi"


def surest(text: str) -> str:
    return next((named.unit.id for named in units_named(text, RULES, ON)), "")


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("SỞ TÀI CHÍNH", "so-tai-chinh"),
        ("Sở Tài chính", "so-tai-chinh"),
        ("so tai chinh", "so-tai-chinh"),
        ("SỞTÀICHÍNH", "so-tai-chinh"),
        ("SỎ TÀI CHÍNH", "so-tai-chinh"),
        ("Văn thư Sở Tài chính", "so-tai-chinh"),
        ("Sở Tài chính Thái Nguyên", "so-tai-chinh"),
        ("Sở Tài chính tỉnh Thái Nguyên", "so-tai-chinh"),
        ("Nguyễn Văn A - Sở TC", "so-tai-chinh"),
        ("Phòng Tổng hợp, Sở Tài chính", "so-tai-chinh"),
        ("Sở KH&ĐT", "so-ke-hoach-va-dau-tu"),
        ("Sở KHĐT", "so-ke-hoach-va-dau-tu"),
        ("SỞ KH VÀ ĐT", "so-ke-hoach-va-dau-tu"),
        ("Sở Kế hoạch & Đầu tư", "so-ke-hoach-va-dau-tu"),
        ("Sở Kế hoạch - Đầu tư", "so-ke-hoach-va-dau-tu"),
        ("SỞ KẾ HOẠCH\nVÀ ĐẦU TƯ", "so-ke-hoach-va-dau-tu"),
        ("so ke hoach va dau tu tinh thai nguyen", "so-ke-hoach-va-dau-tu"),
        ("Báo cáo của Sở NN và PTNT tháng 6", _AGRICULTURE),
        ("SỞ NÔNG NGHIỆP VÀ PTNT", _AGRICULTURE),
        ("Sở NN&PTNT báo cáo tháng 6", _AGRICULTURE),
        ("SỞ LAO ĐỘNG - TBXH", _LABOUR),
        ("Sở LĐ-TB&XH", _LABOUR),
        ("Sở Lao động - Thương binh & Xã hội", _LABOUR),
        ("Sở Lao động, Thương binh và Xã hội", _LABOUR),
        ("Sở Văn hoá, Thể thao và Du lịch", "so-van-hoa-the-thao-va-du-lich"),
        ("SỞ VHTT&DL", "so-van-hoa-the-thao-va-du-lich"),
        ("Sở GD-ĐT", "so-giao-duc-va-dao-tao"),
        ("Thanh tra tỉnh", "thanh-tra-tinh"),
        ("CÔNG AN TỈNH THÁI NGUYÊN", "cong-an-tinh"),
        ("CA tỉnh", "cong-an-tinh"),
        ("Bộ CHQS tỉnh", "bo-chi-huy-quan-su-tinh"),
        ("BQL các KCN Thái Nguyên", "ban-quan-ly-cac-khu-cong-nghiep"),
        ("UBND huyện Đại Từ", "huyen-dai-tu"),
        ("UBND H. Đại Từ", "huyen-dai-tu"),
        ("UBND H.Đại Từ", "huyen-dai-tu"),
        ("Uỷ ban nhân dân huyện Đại Từ", "huyen-dai-tu"),
        ("ỦY BAN NHÂN DÂN\nHUYỆN ĐẠI TỪ", "huyen-dai-tu"),
        ("ubnd huyen dai tu", "huyen-dai-tu"),
        ("UB huyện Đại Từ", "huyen-dai-tu"),
        ("Văn phòng HĐND và UBND huyện Đại Từ", "huyen-dai-tu"),
        ("Phòng TCKH huyện Đại Từ", "huyen-dai-tu"),
        ("Huyện Đại Từ - báo cáo tháng 6", "huyen-dai-tu"),
        ("UBND TP Thái Nguyên", "tp-thai-nguyen"),
        ("UBND TP. Thái Nguyên", "tp-thai-nguyen"),
        ("UBND THÀNH PHỐ THÁI NGUYÊN", "tp-thai-nguyen"),
        ("UBND TX.Sông Công", "tx-song-cong"),
        ("Báo cáo tháng 6 UBND thị xã Sông Công", "tx-song-cong"),
        ("UBND huyện Định Hoá", "huyen-dinh-hoa"),
        ("UBND huyện Phú Bình gửi Sở Tài chính báo cáo tháng 6", "huyen-phu-binh"),
        ("[Sở Y tế] Báo cáo tháng 6", "so-y-te"),
        ("Văn phòng Sở Giáo dục và Đào tạo", "so-giao-duc-va-dao-tao"),
        ("Sở Thông tin & Truyền thông Thái Nguyên", "so-thong-tin-va-truyen-thong"),
        ("vanthu so giao thong van tai", "so-giao-thong-van-tai"),
        ("[UBND H. Võ Nhai] BC T6", "huyen-vo-nhai"),
        ("BC KTXH tháng 6-UBND huyện Phú Lương.doc", "huyen-phu-luong"),
        ("Sở VHTT và DL", "so-van-hoa-the-thao-va-du-lich"),
        ("SỞ TÀI NGUYÊN & MÔI TRƯỜNG", "so-tai-nguyen-va-moi-truong"),
        ("ban dan toc tinh", "ban-dan-toc"),
        ("Thanh tra Sở Y tế", "so-y-te"),
        ("Báo cáo của UBND huyện Định Hóa về KT-XH", "huyen-dinh-hoa"),
        ("Trả lời công văn của Sở Tài chính", ""),
        ("Báo cáo về việc phối hợp giữa Công an tỉnh và Sở Y tế", ""),
        ("Báo cáo gửi UBND huyện Đại Từ", ""),
        ("BC_SoYTe_T6", "so-y-te"),
        ("", ""),
        ("Báo cáo tháng 6 năm 2013", ""),
        ("Báo cáo tình hình cả tỉnh", ""),
        ("Kính gửi: Sở Tài chính", ""),
        ("Kính gửi:\n- UBND tỉnh;", ""),
        ("Báo cáo tháng 6\nNơi nhận:\n- Sở Tài chính;", ""),
        ("phối hợp với Sở Tài chính rà soát", ""),
        ("V/v gửi Sở Tài chính số liệu", ""),
        ("Thực hiện công văn số 12 của Sở Tài chính", ""),
        ("Kết quả kiểm tra tại Sở Tài chính", ""),
        ("Sở Y tế Hà Nội", ""),
        ("Sở Y tế tỉnh Bắc Kạn", ""),
        ("CÔNG AN TỈNH BẮC GIANG", ""),
        ("sở tài chính toán", "so-tai-chinh"),
        ("Sở Tài chínhh", ""),
        ("cơ sở y tế tư nhân", ""),
        ("số TC 15", ""),
        ("UBND tỉnh Thái Nguyên", ""),
        ("đại tư bản", ""),
    ],
)  # fmt: skip
def test_a_unit_is_known_by_its_name(text: str, unit: str) -> None:
    assert surest(text) == unit


@pytest.mark.parametrize(
    "text", ["Công an huyện Đại Từ", "Huyện ủy Đại Từ", "Trường THPT Đại Từ", "xã La Bằng, huyện Đại Từ"]
)
def test_another_body_at_a_place_is_hardly_its_committee(text: str) -> None:
    assert all(named.weight < 0.4 for named in units_named(text, RULES, ON))


@pytest.mark.parametrize("unit", RULES.units, ids=lambda unit: unit.id)
def test_every_unit_is_found_by_every_name_it_has(unit: Unit) -> None:
    for name in (unit.name, *unit.aliases):
        for spelled in (name, name.upper(), unicodedata.normalize("NFD", name), unaccent(name)):
            assert surest(spelled) == unit.id


def test_the_official_name_weighs_more_than_an_alias_and_that_more_than_a_place() -> None:
    weights = [
        units_named(text, RULES, ON)[0].weight for text in ("Sở Y tế", "Sở YT", "huyện Đại Từ", "Đại Từ")
    ]
    assert weights == sorted(weights, reverse=True)


def test_several_units_are_all_named_the_surest_first() -> None:
    named = units_named("Sở Tài chính và Đại Từ", RULES, ON)
    assert [one.unit.id for one in named] == ["so-tai-chinh", "huyen-dai-tu"]


def test_an_old_name_leads_to_the_successor() -> None:
    old = replace(
        RULES.unit(UnitId("so-ke-hoach-va-dau-tu")),
        valid=Span(end=date(2025, 2, 28)),
        successors=(UnitId("so-tai-chinh"),),
    )
    rules = replace(RULES, units=tuple(old if unit.id == old.id else unit for unit in RULES.units))
    named = units_named("SỞ KẾ HOẠCH VÀ ĐẦU TƯ", rules, date(2026, 6, 24))
    assert [(one.unit.id, one.weight < 0.8) for one in named] == [("so-tai-chinh", True)]
    assert "tên cũ" in named[0].says


@pytest.mark.parametrize(
    ("symbol", "unit"),
    [
        ("45/BC-STC", "so-tai-chinh"),
        ("/BC-STC", "so-tai-chinh"),
        ("812/STC-NS", "so-tai-chinh"),
        ("166/TTr-STC", "so-tai-chinh"),
        ("12/BC-TTr", "thanh-tra-tinh"),
        ("123/SLĐ-TB&XH", _LABOUR),
        ("123/BC-SLĐTBXH", _LABOUR),
        ("9/BC-SKH&ĐT", "so-ke-hoach-va-dau-tu"),
        ("9/BC-SKHDT", "so-ke-hoach-va-dau-tu"),
        ("891 /BC - SGDĐT", "so-giao-duc-va-dao-tao"),
        ("137/SGDĐT-GDTrH", "so-giao-duc-va-dao-tao"),
        ("18/2013/QĐ-SXD", "so-xay-dung"),
        ("456/BC-CAT-PV01", "cong-an-tinh"),
        ("99/BC-BCH", "bo-chi-huy-quan-su-tinh"),
        ("01-BC/BDV", ""),
        ("99/BC-VPCP", ""),
        ("", ""),
        ("/", ""),
    ],
)  # fmt: skip
def test_a_symbol_hints_at_its_issuer(symbol: str, unit: str) -> None:
    named = units_of_symbol(symbol, RULES, ON)
    assert next((one.unit.id for one in named), "") == unit
    assert all(one.weight <= 0.5 for one in named)


def test_the_symbol_of_every_committee_says_next_to_nothing() -> None:
    named = units_of_symbol("45/BC-UBND", RULES, ON)
    assert len(named) == 9
    assert all(one.weight < 0.05 for one in named)


@pytest.mark.parametrize(
    ("body", "sender"),
    [
        (("Kính chuyển\n\n---------- Forwarded message ---------\nFrom: Sở TC "
        "<STC@thainguyen.example>\nDate: Mon, 24 Jun 2013\nSubject: BC\nTo: x"),
         "stc@thainguyen.example"),
        (("---------- Thư được chuyển tiếp ----------\nTừ: Văn thư Sở Y tế <vanthu@syt.example>\nNgày: "
        "24/6/2013\nChủ đề: BC"),
         "vanthu@syt.example"),
        ("Từ: Nguyễn Văn A\nĐã gửi: 24 Tháng Sáu 2013 8:00 SA\nTới: VP\nChủ đề: BC", "Nguyễn Văn A"),
        ("From: Sở Y tế [mailto:syt@x.example]\nSent: Monday, June 24, 2013 8:00 AM\nTo: VP",
        "syt@x.example"),
        ('-----Original Message-----\nFrom: "Sở Y tế" <syt@x.example>\nTo: vp', "syt@x.example"),
        ("Em chuyển\nBegin forwarded message:\n\n> From: A B <a.b@x.example>\n> Date: 24 June 2013",
        "a.b@x.example"),
        ("FYI\n*From:* A B <a.b@x.example>\n*Sent:* Monday", "a.b@x.example"),
        ('----- Thư đã chuyển tiếp -----\nTừ: "Sở Tài chính" <stc@x.example>\nTới: "VP" <vp@x.example>',
        "stc@x.example"),
        ("-------- Chuyển tiếp --------\nTu: Phong TH\nNgay gui: 24/6", "Phong TH"),
        ("From: A B <a.b@x.example> Sent: Monday To: C Subject: D", "a.b@x.example"),
        ("Người gửi: so y te <syt@x.example>\nNgày gửi: 24/6/2013", "syt@x.example"),
        ("From: Văn thư Sở Lao động - Thương binh và Xã hội\n <sldtbxh@x.example>\nSent: Monday",
        "sldtbxh@x.example"),
        ("Từ: nay đến cuối tháng đơn vị sẽ gửi.\nTrân trọng", ""),
        ("On Mon, Jun 24, 2013, A <a@x.example> wrote:\n> Kính gửi", ""),
        ("Kính gửi Văn phòng,\nSở Y tế gửi báo cáo tháng 6.", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_the_first_sender_of_a_forwarded_mail_is_found(body: str, sender: str) -> None:
    assert forwarded_from(body) == sender


@given(st.text())
@example("\ud800 Sở Tài chính İ")
@example("/-&.")
def test_no_text_makes_the_reading_fail(text: str) -> None:
    units_named(text, RULES, ON)
    units_of_symbol(text, RULES, ON)
    forwarded_from(text)


@pytest.mark.parametrize(
    "piece",
    [
        "Sở ",
        "Sở Tài chính ",
        "UBND huyện ",
        "a",
        " ",
        "-",
        "/BC-",
        "Từ: a\n",
        "theo ",
        "và ",
        "> ",
        "a@b.",
        "From: x Sent: ",
    ],
)
def test_a_megabyte_of_anything_comes_back(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    units_named(text, RULES, ON)
    units_of_symbol(text, RULES, ON)
    forwarded_from(text)
