"""Mails too large to be held: seen through a window, they are read as all others are."""

import base64
import io
import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.inbox import octets as of_octets
from mailbot.inbox import transfer
from mailbot.inbox.octets import MappedOctets
from mailbot.inbox.transfer import OpenBase64, from_base64

PIECES = st.lists(st.sampled_from([b"\n--x", b"\n--", b"--x", b"-", b"\n", b"A" * 7, b"="]), min_size=1).map(
    b"".join
)
ODD_BASE64 = st.builds(
    lambda content, width, odd, at: (
        (coded := base64.b64encode(content))
        and b"\r\n".join(coded[n : n + width] for n in range(0, len(coded), width))[:at] + odd + coded[at:]
    ),
    st.binary(max_size=400),
    st.integers(4, 90),
    st.sampled_from([b"", b"\n", b"!", b"=", b"==\n", b"A"]),
    st.integers(0, 500),
)


@pytest.fixture(scope="module")
def mapped(tmp_path_factory: pytest.TempPathFactory) -> Callable[[bytes], MappedOctets]:
    path = tmp_path_factory.mktemp("mails") / "mail"

    def of(octets: bytes) -> MappedOctets:
        # Another file each time: what is mapped must not become shorter.
        path.unlink(missing_ok=True)
        path.write_bytes(octets)
        with path.open("rb") as file:
            return MappedOctets(file.fileno())

    return of


@pytest.fixture(autouse=True, scope="module")
def in_small_steps() -> object:
    """Windows and slices of a few octets, so that everything lies across an edge of some."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(of_octets, "_WINDOW_BYTES", 5)
        patch.setattr(of_octets, "_LEAST_GIVEN_BACK", 2)
        patch.setattr(transfer, "SLICE_BYTES", 7)
        patch.setattr(transfer, "_MOST_SLICES", 2)
        yield


@given(
    octets=PIECES, sub=st.sampled_from([b"\n--x", b"-", b"AA"]), at=st.integers(0, 30), end=st.integers(0, 60)
)
def test_what_is_seen_through_a_window_is_what_is_there(
    mapped: Callable[[bytes], MappedOctets], octets: bytes, sub: bytes, at: int, end: int
) -> None:
    seen = mapped(octets)
    assert seen.find(sub, at, end) == octets.find(sub, at, end)
    assert seen.find(sub) == octets.find(sub)
    assert (seen[at:end], seen[at:], seen[-3:], len(seen)) == (
        octets[at:end],
        octets[at:],
        octets[-3:],
        len(octets),
    )
    pattern = re.compile(rb"\n--x(-)?")
    assert [m.group() for m in pattern.finditer(seen)] == [m.group() for m in pattern.finditer(octets)]


@given(coded=ODD_BASE64, reads=st.lists(st.tuples(st.integers(0, 500), st.integers(0, 60)), max_size=12))
def test_content_is_the_same_wherever_one_begins_to_read(coded: bytes, reads: list[tuple[int, int]]) -> None:
    content = b"".join(from_base64(coded, 0, len(coded)))
    file = OpenBase64(coded, 0, len(coded))
    assert (file.size, file.whole(), file.read()) == (len(content), content, content)
    for at, most in reads:
        assert file.part(at, most) == content[at : at + most]
        assert file.tell() == max(at, min(at + most, len(content)))
    assert file.seek(0, io.SEEK_END) == len(content)


@given(coded=ODD_BASE64, word=st.binary(min_size=1, max_size=9), at=st.integers(0, 400))
def test_a_word_is_found_across_the_edges_of_slices(coded: bytes, word: bytes, at: int) -> None:
    content = b"".join(from_base64(coded, 0, len(coded)))
    file = OpenBase64(coded, 0, len(coded))
    for sought in (word, content[at : at + len(word)] or word):
        found = content.find(sought, at // 2)
        assert file.find(sought, at // 2) == (found if at // 2 < len(content) else -1)


def test_a_place_before_the_beginning_is_refused_as_by_a_file() -> None:
    with pytest.raises(OSError, match="before the beginning"):
        OpenBase64(b"", 0, 0).seek(-1, io.SEEK_END)
