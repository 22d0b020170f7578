"""A token opens one deed, for one person, once the object is as it was, and for three days."""

from dataclasses import replace
from datetime import timedelta

from builders import at
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.senders.token import LIVES_FOR, Deed, Flaw, flaw, mint

NOW = at("2013-06-25 08:00")
SECRET = b"s" * 32
DEED = Deed(staff="th@vp.example", says="GHI-NHAN 131 bc-month/2013-06", version=4)


def test_a_token_opens_its_deed_until_it_expires() -> None:
    token = mint(SECRET, DEED, NOW)
    assert len(token) == 40
    assert flaw(SECRET, token, DEED, NOW) is None
    assert flaw(SECRET, token.upper(), DEED, NOW + LIVES_FOR - timedelta(minutes=1)) is None
    assert flaw(SECRET, token, DEED, NOW + LIVES_FOR) is Flaw.EXPIRED


def test_a_token_is_for_one_person_one_deed_and_one_version() -> None:
    token = mint(SECRET, DEED, NOW)
    assert flaw(SECRET, token, replace(DEED, staff="bm@vp.example"), NOW) is Flaw.FORGED
    assert flaw(SECRET, token, replace(DEED, says="KHONG-NHAN 131"), NOW) is Flaw.FORGED
    assert flaw(b"t" * 32, token, DEED, NOW) is Flaw.FORGED
    assert flaw(SECRET, token, replace(DEED, version=5), NOW) is Flaw.STALE


@given(st.text(max_size=60))
def test_no_other_text_is_a_token(text: str) -> None:
    assert flaw(SECRET, text, DEED, NOW) is Flaw.FORGED


@given(st.integers(0, 39), st.sampled_from("abcdefghijklmnopqrstuvwxyz234567"))
def test_no_changed_letter_goes_unnoticed(place: int, letter: str) -> None:
    token = mint(SECRET, DEED, NOW)
    changed = token[:place] + letter + token[place + 1 :]
    assert changed == token or flaw(SECRET, changed, DEED, NOW) is not None
