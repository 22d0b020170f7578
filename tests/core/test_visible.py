"""Other people's text is shown so that it steers nothing and hides nothing."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.language import visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Báo cáo tháng 6", "Báo cáo tháng 6"),
        ("Ba\u0301o  ca\u0301o\n", "Báo cáo"),
        ("do\x1b[31m\x07\x9b2J", "do [31m 2J"),
        ("x\r\nBcc: v@x", "x Bcc: v@x"),
        ("a\u2028b\u2029c\x85d", "a b c d"),
        ("báo cáo\u202efdp.exe", "báo cáofdp.exe"),
        ("\u2066a\u2069\u200b\u00ad\ufeffb\U000e0041", "ab"),
        ("Z" + "\u0301" * 900, "Ź" + "\u0301" * 3),
        ("a\ud800b", "ab"),
    ],
)
def test_a_line_is_one_line_and_all_of_it_is_seen(text: str, shown: str) -> None:
    assert visible.line(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("sotaichinh@thainguyen.example", "sotaichinh@thainguyen.example"),
        ("sotaichinh@thainguуen.example", "sotaichinh@thainguу(U+0443)en.example"),
        ("báo cáo tháng 6.docx", "báo cáo tháng 6.docx"),
        ("bаo cao.pdf", "bа(U+0430)o cao.pdf"),
        ("сосо.example", "с(U+0441)о(U+043E)с(U+0441)о(U+043E).example"),
        ("отчёт.pdf", "отчёт.pdf"),
        ("báo cáo\u202efdp.exe", "báo cáofdp.exe"),
    ],
)
def test_letters_that_pass_for_latin_ones_are_given_away_in_names(text: str, shown: str) -> None:
    assert visible.name(text) == shown


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\uff1d1", " =1"])
def test_no_cell_is_a_formula(text: str) -> None:
    assert visible.cell(text)[0] not in "=+-@\uff1d"


@given(st.text(st.characters(codec=None)))
def test_no_text_steers_anything(text: str) -> None:
    for shown in (visible.line(text), visible.name(text), visible.cell(text)):
        assert all(unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Zl", "Zp"} for char in shown)
        assert len(visible.line(text, 20)) <= 20


@given(st.text(st.characters(codec="utf-8")))
def test_what_is_shown_once_is_shown_so_again(text: str) -> None:
    assert visible.line(visible.line(text)) == visible.line(text)


@given(st.text(st.characters(max_codepoint=0x20FF) | st.sampled_from("\u0301\u0323\u202e\xad\t ẤờĐ")))
def test_plain_text_is_shown_alone_as_it_is_beside_a_sign_that_is_looked_at(text: str) -> None:
    beside = visible.line(f"{text} \U0001f600")
    assert visible.line(text) == beside.removesuffix("\U0001f600").rstrip()
