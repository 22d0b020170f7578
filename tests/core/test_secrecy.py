"""Marks of State secrecy are found however they are written, and their false friends are left alone."""

from unicodedata import normalize

import pytest

from mailbot.core.secrecy import in_document, in_header, in_name, in_title

MARKED_TITLES = [
    "(Mật) Báo cáo tình hình an ninh tháng 6 năm 2014",
    "Báo cáo tháng 6 năm 2014 (MẬT)",
    "[MẬT] Báo cáo",
    "【MẬT】 Báo cáo",
    "«Mật» Báo cáo tháng 6",
    "*MẬT* báo cáo",
    "MẬT - Báo cáo tháng 6",
    "MẬT: Báo cáo tháng 6 năm 2014",
    "Mật. Báo cáo tháng 6",
    "Mật báo cáo tháng 6",
    "Báo cáo tháng 6 - Mật",
    "Báo cáo tháng 6 năm 2014 mật",
    "Báo cáo MẬT tháng 6",
    "Báo cáo mật tháng 6 năm 2014",
    "V/v gửi tài liệu mật",
    "Báo cáo thu hoạch Mật",
    "BÁO CÁO THU HOẠCH MẬT",
    "Báo cáo thu hoạch - mật",
    "Bài thu hoạch mật",
    "Báo cáo kế hoạch mật",
    "Báo cáo sản lượng tuyệt mật",
    "Gửi công văn mật số 12",
    "Tối mật: Báo cáo quý II",
    "TUYỆT MẬT",
    "Báo cáo quý II (tuyệt mật)",
    "Báo cáo quý II, độ mật: Tối mật",
    "Báo cáo quý II - Độ mật: Mật",
    "Độ mật MẬT",
    # spaced out, by whatever sign
    "M Ậ T - Báo cáo",
    "Báo cáo (M Ậ T)",
    "Báo cáo tháng 6 M.Ậ.T",
    "Báo cáo tháng 6 M-Ậ-T",
    "T Ố I  M Ậ T",
    "T U Y Ệ T  M Ậ T báo cáo",
    "TỐI M Ậ T",
    # invisible characters and piled marks
    "M\u200bẬ\u200bT: Báo cáo tháng 6",
    "(M\u00adậ\u00adt) Báo cáo",
    "(M\u2060Ậ\ufe0fT) Báo cáo",
    "(M\U000e0061ẬT) Báo cáo",
    "(MẬ\u0334T) Báo cáo",
    # look-alikes
    "(МẬТ) Báo cáo",
    "(М\u0410\u0302\u0323Т) Báo cáo",
    "(ΜẬΤ) Báo cáo",
    "(ＭẬＴ) Báo cáo",
    "(𝐌Ậ𝐓) Báo cáo",
    "(ⓂẬⓉ) Báo cáo",
    "(🅼Ậ🆃) Báo cáo",
    "(ᴍậᴛ) Báo cáo",
    "(MA\u0302\u0325T) Báo cáo",
    # without accents, and as typing programs leave them
    "(MAT) Bao cao thang 6",
    "[mat] bao cao",
    "MAT - Bao cao thang 6",
    "TOI MAT: Bao cao",
    "Bao cao thang 6 (TUYET MAT)",
    "Bao cao thang 6 - MAT",
    "Bao cao MAT thang 6",
    "do mat: mat",
    "Bao cao mat",
    "Van ban mat - thang 6",
    "(Maatj) Bao cao",
    "(Ma^.t) Ba'o ca'o",
    # TCVN3
    "B¸o c¸o th¸ng 6 n¨m 2014 (MËt)",
    # parted and spaced by other signs, and a dot below that stands below nothing
    "Báo cáo tháng 6 (m.ật)",
    "(M‐Ậ‐T) Báo cáo",
    "M•Ậ•T",
    "M,Ậ,T Báo cáo",
    "M~Ậ~T",
    "M     Ậ     T báo cáo",
    "(Ṃật) Báo cáo",
    # slips of Telex and VNI; the old fonts; a tone that was lost
    "(maajt) bao cao",
    "(ma65t) bc",
    "(m6at5)",
    "(mat65)",
    "Báo cáo (mâtj)",
    "(Mât) Báo cáo",
    "(MËT)",
    "Tèi mËt: B¸o c¸o th¸ng 6",
    "(MAÄT) Baùo caùo thaùng 6",
    # as the law says it, beside a grade of urgency, and behind what names the paper
    "Báo cáo thuộc danh mục bí mật nhà nước độ Mật",
    "Báo cáo tháng 6 (Mật, hỏa tốc)",
    "(Mật - khẩn) Báo cáo",
    "Fwd: MẬT: Báo cáo",
    "Báo cáo #mật tháng 6",
    "Chỉ thị mật số 5",
    "Công Văn Mật",
    # without accents, and going on with what no "mất" or "mặt" goes on with
    "Bao cao mat thang 10",
    "BAO CAO MAT QUY III",
    "Bao cao tuyet mat gui van phong",
    "Bao cao toi mat nam 2026",
    "Gui cong van mat so 12",
    "Re: bao cao mat gui VP",
    "Emailing: BC_MAT_T10.docx",
    "Emailing: BC_T10_MAT.docx",
    "BC_MẬT_T10.docx",
]
HARMLESS_TITLES = [
    "Báo cáo công tác bảo mật thông tin tháng 6",
    "BÁO CÁO CÔNG TÁC BẢO MẬT",
    "Báo cáo bảo mật - quý II",
    "Đổi mật khẩu hộp thư",
    "Mật khẩu: xem thư sau",
    "MẬT KHẨU mở tệp",
    "Báo cáo mật độ dân số",
    "Mật độ xây dựng, mật độ cây xanh",
    "mật-độ sâu bệnh",
    "Sản lượng mật ong tháng 6",
    "Báo cáo thu hoạch mật",
    "Báo cáo kết quả thu hoạch mật.",
    "Báo cáo sản lượng mật",
    "Giá mật mía, mật ong",
    "Báo cáo công tác bảo vệ bí mật nhà nước năm 2014",
    "Bí mật kinh doanh",
    "BÍ MẬT nhà nước",
    "Danh mục bí mật nhà nước",
    "Báo cáo công tác quản lý tài liệu mật năm 2014",
    "Báo cáo rà soát văn bản mật",
    "Thống kê số lượng văn bản mật",
    "Báo cáo cơ yếu, mật mã",
    "Ban Cơ mật",
    "Bỏ phiếu: thân mật, dân chủ",
    "Sỏi túi mật; viêm ống mật",
    "Tài liệu đã giải mật",
    "Độ mật: Thường",
    "Độ mật: không",
    "Báo cáo không mật",
    "Báo cáo sản xuất mật",
    "Hội nghị bí mật, bảo mật",
    "Mật vụ, mật thám thời Pháp",
    "Bao cao thang 6 ve mat duong, mat bang",
    "Bao cao giai phong mat bang",
    "Bao cao Mat tran To quoc",
    "MAT TRAN TO QUOC",
    "Bao cao mat rung, mat mua",
    "Bao cao bao mat thong tin",
    "mat khau hop thu",
    "Bao cao mat do dan so",
    "Tôi mất điện thoại",
    "toi mat dien thoai",
    "Báo cáo mặt bằng giá",
    "Mất rừng",
    "Báo cáo tháng 6 năm 2014",
    # places and people
    "UBND xã Mật",
    "Báo cáo - Mật Sơn",
    "Trạm y tế Nà Mật",
    "Họ tên: Nguyễn Văn Mật",
    "Hoàng Thị Mật",
    "đồng chí Mật",
    "Báo cáo tháng 6 - đ/c Mật",
    # what grows, and what is close
    "Báo cáo trồng chanh mật",
    "khoai mật, chuối mật",
    "rầy mật",
    "Báo cáo giá mật",
    "bố trí dày mật, tuần tra nghiêm mật - tháng 6",
    "Bảo vệ cẩn mật",
    "Phật giáo Mật tông",
    "mat-xa",
    "Bao cao thu chi tien mat (thang 6)",
    "Bao cao kham mat thang 6",
    "Bao cao tai nguyen nuoc mat - quy II",
    "Bao cao gap mat",
    "Danh sach vang mat",
    "Mât điện",
    "Thống kê tài liệu độ Mật",
    "Bao cao mat so BHXH",
    "Bao cao mat so do",
    "Bao cao mat 3 con bo",
    "Toi mat so dien thoai",
    "Quan ly tai lieu mat nam 2026",
    "Bao cao gap mat thang 10",
    # a subject that is the name of a file
    "Emailing: BC_BAO_MAT_T10.docx",
    "BC_BẢO_MẬT_T10.docx",
    "Emailing: BC_MAT_DO_DAN_SO.xlsx",
    "KH_GAP_MAT_2026.docx",
    "DS_VANG_MAT_T10.xlsx",
    "",
]
MARKED_NAMES = [
    "mat.docx",
    "MẬT.pdf",
    "toi mat.doc",
    "toi_mat.pdf",
    "tuyet-mat.pdf",
    "BC thang 6 (TOI MAT).pdf",
    "BC thang 6 (mat).docx",
    "bc_thang6_MAT.docx",
    "BC-thang-6-2014-mat.docx",
    "Báo cáo tháng 6 mật.docx",
    "M_Ậ_T bc.doc",
    "Tai lieu mat/bao cao.docx",
    "goi.zip/TUYET MAT/a.pdf",
    "bao cao mat.docx",
    "BC (МẬТ).docx",
    # as browsers, file managers and people name a second one
    "BC T6 mật (1).docx",
    "BC T6 MAT (1).docx",
    "mat - Copy.docx",
    "Copy of mat.docx",
    "mat1.docx",
    "MAT 2.docx",
    "mật.tar.gz",
    "bc_mật.pdf.zip",
    "BC.mat.docx",
    "VB mat T6.docx",
    "dau mat.docx",
    "BC_MAT_THANG_10.docx",
    "bao-cao-mat-thang-10-2026.docx",
    "BC_MAT_QUY_III.doc",
    "CV_MAT_SO_12.doc",
    "TAI_LIEU_MAT_2026.doc",
    "KH-MAT-2026.doc",
    "QD_MAT_15.doc",
    "bc-tuyet-mat-quy-3.doc",
    "TUYETMAT_T10.doc",
    "BaoCaoMat.doc",
    "BCMẬT_T10.docx",
    "tailieu_mat.doc",
]
HARMLESS_NAMES = [
    "bc mat ong.pdf",
    "bao-cao-mat-rung.docx",
    "BC giai phong mat bang.doc",
    "mat-do-dan-so.xls",
    "mat khau.txt",
    "bc bao ve bi mat.pdf",
    "bc_bao_mat_T6.docx",
    "Mat tran To quoc.doc",
    "mật độ.xlsx",
    "BC mat duong T6.2014.pdf",
    "bao cao thang 6.pdf",
    "bc tien mat.xlsx",
    "BC kham mat (1).docx",
    "nuoc mat 2014.xls",
    "mat-hang.xls",
    "gap mat.docx",
    "xa Mat Son.docx",
    "BaoCaoMatTran.doc",
    "BaoMat.docx",
    "BảoMật_T10.docx",
    "BC_TIEN_MAT_THANG_10.xlsx",
    "BC_VANG_MAT_QUY_III.xlsx",
    "BC_BAO_MAT_THANG_10.docx",
    "BC gap mat thang 10.docx",
]
MARKED_DOCUMENTS = [
    "CÔNG AN TỈNH\nMẬT\nBÁO CÁO",
    "CÔNG AN TỈNH\n  TỐI MẬT  \nBÁO CÁO",
    "UBND TỈNH\nĐộ mật: Tuyệt mật\nBÁO CÁO",
    "MẬT CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "MẬT Số: 12/BC-CAT",
    "Số: 12/BC-CAT MẬT",
    "BÁO CÁO (MẬT)\nTình hình",
    "M\nẬ\nT\nBÁO CÁO",
    "> MẬT\n> Báo cáo",
    "M Ậ T\nBÁO CÁO",
    "MÂT\nBÁO CÁO",
    "TOI MAT\nBAO CAO",
    "Mật\n\nKính gửi",
    "TÀI LIỆU MẬT\nBÁO CÁO",
    "TÀI LIỆU TUYỆT MẬT\nKHÔNG SAO CHỤP",
    "HỎA TỐC - MẬT\nBÁO CÁO",
    "TỐI\nMẬT\nBÁO CÁO",
    "┌─────┐\n│ MẬT │\n└─────┘",
    "MËT\nB¸o c¸o th¸ng 6",
    "Tèi mËt\nB¸o c¸o th¸ng 6",
    "CHỈ NGƯỜI CÓ TÊN MỚI ĐƯỢC BÓC BÌ\nKính gửi",
    # a mail that a text quotes, or a machine sends back as text; what recognition of scans makes of a stamp
    "Kính gửi\n> Chủ đề: (Mật) Báo cáo tháng 6\n> Kính gửi",
    "\n".join(["Hi. This is the qmail-send program."] * 40 + ["Subject: (Mat) Bao cao thang 6"]),
    "CÔNG AN TỈNH\nTUYỆT MẶT\nBÁO CÁO",
]
HARMLESS_DOCUMENTS = [
    "BÁO CÁO\nVề công tác bảo mật\n1. Tiếp nhận 12 văn bản mật.",
    "BÁO CÁO CÔNG TÁC BẢO MẬT\nQUẢN LÝ TÀI LIỆU MẬT",
    "Độ mật: Thường\nBÁO CÁO",
    "Sở đã tiêu hủy 03 văn bản mật hết thời hạn theo quy định.",
    "Tài liệu đã GIẢI MẬT theo Quyết định số 5",
    "Mất điện\nMặt bằng",
    "mat\n",
    "UBND XÃ MẬT SƠN\nSố: 12/BC-UBND",
    "GIÁM ĐỐC\nTrần Văn Mật",
    "Văn bản mật\n12\nVăn bản thường\n30",
    "TÊN HÀNG | ĐƠN VỊ\nMẬT ONG | lít",
    "\n".join(["dòng"] * 40 + ["MẬT"]),
    "> Chủ đề: Báo cáo công tác bảo mật\n> Tiêu đề: Mật độ cây xanh",
    "Tiêu đề: 12 văn bản\nTôi mất sổ",
]


@pytest.mark.parametrize("title", MARKED_TITLES)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_mark_in_a_title_is_found(title: str, form: str) -> None:
    assert in_title(normalize(form, title))  # type: ignore[arg-type]


@pytest.mark.parametrize("title", HARMLESS_TITLES)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_false_friend_in_a_title_is_none(title: str, form: str) -> None:
    assert not in_title(normalize(form, title))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", MARKED_NAMES)
def test_a_mark_in_a_name_is_found(name: str) -> None:
    assert in_name(name)


@pytest.mark.parametrize("name", HARMLESS_NAMES)
def test_a_false_friend_in_a_name_is_none(name: str) -> None:
    assert not in_name(name)


@pytest.mark.parametrize("text", MARKED_DOCUMENTS)
def test_a_stamp_on_a_document_is_found(text: str) -> None:
    assert in_document(text)


@pytest.mark.parametrize("text", HARMLESS_DOCUMENTS)
def test_talk_about_secrets_is_no_stamp(text: str) -> None:
    assert not in_document(text)


@pytest.mark.parametrize(
    ("name", "value", "marked"),
    [
        ("sensitivity", "Company-Confidential", True),
        ("sensitivity", "private", False),
        ("sensitivity", "Personal", False),
        ("x-classification", "SECRET", True),
        ("x-do-mat-classification", "Tối mật", True),
        ("x-classification", "public", False),
        ("keywords", "MẬT", True),
        ("comments", "bảo mật", False),
        ("x-mailer", "Secret Mailer 1.0", False),
        ("list-id", "MẬT", False),
    ],
)
def test_a_header_may_say_it(name: str, value: str, marked: bool) -> None:
    assert in_header(name, value) is marked
