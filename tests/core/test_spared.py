"""What spares the judgement work changes nothing of what it finds."""

import unicodedata

from hypothesis import example, given
from hypothesis import strategies as st

from mailbot.core.language import old_fonts, page, text
from mailbot.core.language.said import said
from mailbot.core.seals import secrecy, spellings

# The word in the ways of writing that are understood, and what may stand around it.
_WAYS = (
    "MẬT", "Mật", "mat", "M Ậ T", "M.Ậ.T", "m-a-t", "M  Ậ  T", "TỐI MẬT", "maatj", "ma65t", "ma^.t", "mâ.t",
    "MËT", "mËt", "MAÄT", "maät", "МẬТ", "ｍậｔ", "m\u0323a\u0302t", "Mậ\u200bt", "Độ mật",
    "B¸o c¸o", "Baùo caùo", "báo cáo", "kÕt qu¶", "tháng 6", "(", ")", "*",
    "\n", " ", "_", "é", "ð", "Σ", "İ", "\u0323", "x" * 20,
)  # fmt: skip
_mixed = st.lists(st.one_of(st.sampled_from(_WAYS), st.text(max_size=4)), max_size=8).map(" ".join)


@given(_mixed)
@example("M\u1ea6\u0323T")
def test_a_line_that_bears_a_mark_is_never_passed_over(line: str) -> None:
    stamped = secrecy._is_stamped(line)
    titled = any(
        secrecy._is_mark(found) for read in spellings.readings(line) for found in secrecy._found(read)
    )
    assert spellings.may_bear(line) or not (stamped or titled)


@given(st.lists(_mixed.map(lambda words: words.replace("\n", " ")), max_size=5))
def test_the_lines_of_a_text_that_may_bear_a_mark_are_those_that_may_alone(lines: list[str]) -> None:
    assert list(spellings.bearing(lines)) == [line for line in lines if spellings.may_bear(line)]


@given(_mixed)
def test_a_text_in_an_old_font_is_never_passed_over(words: str) -> None:
    composed = unicodedata.normalize("NFC", words)
    if old_fonts._best(composed) != composed:
        assert old_fonts.may_be_old(composed) or old_fonts._UNICODE_ONLY.search(composed)
    pieces = old_fonts._NEW_WORD.split(composed)[::2]
    if any(old_fonts._best(piece) != piece for piece in pieces):
        assert old_fonts.may_be_old(composed)


@given(_mixed)
def test_marks_are_taken_away_syllable_by_syllable_as_from_the_whole(words: str) -> None:
    assert page.shadow(words) == words.translate(page._FOLDED)
    lower = words.lower()
    assert text.unaccent(words) == (lower if lower.isascii() else text._without_marks(lower))
    assert page.is_unmarked(words) == (words.isascii() or page.shadow(words) == words.lower())


@given(_mixed, st.sampled_from(["tháng 6", "báo cáo", "link:", "mật", "k"]))
def test_a_phrase_that_stands_there_is_found(words: str, phrase: str) -> None:
    for reading in said(words):
        sought = text.unaccent(phrase) if reading.plain else phrase
        at = reading.lower.find(sought)
        if at >= 0 and reading._is_whole(at, at + len(sought)):
            assert any(place.phrase == phrase for place in reading.places([phrase]))
