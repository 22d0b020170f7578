"""Text is made readable without loss, and folded so that spellings of the same words meet."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.language.old_fonts import from_old_font
from mailbot.core.language.text import LETTERS, LetterTable, fold, has_accents, nfc, unaccent

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()))
VIETNAMESE = st.text(
    "aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ "
)


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("Báo  cáo\tTháng", "bao cao thang"),
        ("Ủy ban", "uy ban"),
        ("Uỷ ban", "uy ban"),
        ("ĐÔN ĐỐC", "don doc"),
        ("Ðồng Hỷ ð Ɖ", "dong hy d d"),
        ("Kinh tế – xã hội", "kinh te - xa hoi"),
        ("Sở\u00a0Tài\u200b chính\u00ad", "so tai chinh"),
        ("bаo cаo", "bao cao"),
        ("  ", ""),
    ],
)
def test_spellings_of_the_same_words_share_one_key(written: str, key: str) -> None:
    assert fold(written) == key


def test_letters_and_marks_sent_apart_are_composed() -> None:
    apart = unicodedata.normalize("NFD", "Báo cáo tháng Sáu")
    assert nfc(apart) == "Báo cáo tháng Sáu"


def test_windows_1258_letters_with_a_loose_tone_are_composed() -> None:
    assert nfc("kinh t\u00ea\u0301") == "kinh tế"


def test_reading_keeps_case_accents_and_line_ends() -> None:
    assert nfc("BÁO cáo\r\ntháng\u2009Sáu") == "BÁO cáo\ntháng Sáu"


def test_halves_of_a_surrogate_pair_become_writable() -> None:
    assert nfc("\ud83dBáo").encode() == "\ufffdBáo".encode()


@pytest.mark.parametrize(
    ("text", "accented"),
    [("Báo cáo", True), ("bao cao", False), ("BC T6 – 2013", False), ("đ", True), ("", False)],
)
def test_text_with_vietnamese_marks_is_told_from_text_without(text: str, accented: bool) -> None:
    assert has_accents(text) is accented


@given(ANY_TEXT)
def test_any_text_can_be_read_and_folded(text: str) -> None:
    assert nfc(nfc(text)) == nfc(text)
    fold(text).encode()
    has_accents(text)
    from_old_font(text)


@given(VIETNAMESE)
def test_the_key_is_the_same_for_composed_decomposed_and_capital_letters(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)) == fold(text)
    assert fold(text.upper()) == fold(text)
    assert fold(fold(text)) == fold(text)
    assert fold(text).isascii()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (
            "§¶ng bé c¬ quan UBND huyÖn ngµy 29 th¸ng 11 n¨m 2011",
            "Đảng bộ cơ quan UBND huyện ngày 29 tháng 11 năm 2011",
        ),
        ("b¸o c¸o quý III", "báo cáo quý III"),
        ("t×nh h×nh x\u00ad th¸ng 6", "tình hình xư tháng 6"),
        ("Baùo caùo thaùng 6 naêm 2013", "Báo cáo tháng 6 năm 2013"),
        ("Keá hoaïch coâng taùc quyù IV", "Kế hoạch công tác quý IV"),
        ("Ñoân ñoác thöïc hieän baùo caùo", "Đôn đốc thực hiện báo cáo"),
    ],
)
def test_text_typed_for_old_fonts_is_converted(typed: str, meant: str) -> None:
    assert from_old_font(typed) == meant


@pytest.mark.parametrize(
    "text",
    [
        "Báo cáo tháng 6",
        "bao cao",
        "Compte rendu d'été à Nîmes",
        "Số liệu · tháng 6",
        "Señor Muñoz",
        "báo cáo",
    ],
)
def test_text_that_is_not_for_an_old_font_stays_as_it_came(text: str) -> None:
    assert from_old_font(text) == text


@given(st.text(st.sampled_from(LETTERS), min_size=17))
def test_what_is_exchanged_at_once_is_what_each_letter_alone_would_give(text: str) -> None:
    # Short texts are not looked up in the table.
    assert unaccent(text) == "".join(map(unaccent, text))


@given(ANY_TEXT)
def test_a_table_exchanges_the_letters_that_it_holds_and_no_text_with_another(text: str) -> None:
    table = LetterTable("abßđ ", str.upper)
    exchanged = table.exchanged(text)
    assert exchanged == (text.upper() if set(text) <= set("abđ \0") else None)


@given(st.text(st.sampled_from("aảb\u0301\u0309\u0323ôđĐ漢½ "), min_size=17))
def test_letters_that_no_table_holds_are_unmarked_all_the_same(text: str) -> None:
    marked = unicodedata.normalize("NFD", text.lower()).replace("đ", "d")
    assert unaccent(text) == "".join(mark for mark in marked if not unicodedata.combining(mark))


def test_a_table_that_would_be_too_large_is_refused() -> None:
    with pytest.raises(ValueError, match="too many"):
        LetterTable(map(chr, range(1, 300)), str)
