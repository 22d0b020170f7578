"""The way to the mail server cut after a number of bytes, in either direction.

Whatever the number, a letter is never called refused, never taken twice before the dot, and called sent only
if the server has it. `make torture` cuts after every byte.
"""

import asyncio
import os
from collections.abc import Iterator

import pytest
from figures import keep
from post.notices import SENDER
from post.test_smtp import LETTER, settings
from servers.process import until
from servers.sink import SmtpSink
from servers.wire import Wire

from mailbot.core.posting import Accepted, Deferred, Lost, Outcome
from mailbot.errors import LoginRefused, Unavailable
from mailbot.post.smtp import SmtpPost

# So many places are cut in each direction; 0 means every byte.
CUTS = int(os.environ.get("MAILBOT_CUTS", "40"))
# More than is said in either direction.
_ALL = 1_000_000


@pytest.fixture
def sink() -> Iterator[SmtpSink]:
    with SmtpSink() as server:
        yield server


async def sent(sink: SmtpSink, wire: Wire) -> tuple[Outcome | None, bool]:
    """What became of the letter, None if there was no session; and whether the dot was about to leave."""
    noted = []

    async def go() -> bool:
        noted.append(True)
        return True

    post = SmtpPost(settings(sink, port=wire.port))
    try:
        return await post.send(LETTER, go), bool(noted)
    except LoginRefused:
        raise
    except Unavailable:
        return None, bool(noted)
    finally:
        await post.close()


def after(sink: SmtpSink, toward: str, cut: int) -> tuple[Outcome | None, bool, int]:
    """The outcome with the wire cut after `cut` bytes, and how many bytes went that way in all."""
    with Wire(sink.port) as wire:
        wire.allow(cut, toward)
        outcome, noted = asyncio.run(sent(sink, wire))
        wire.close()
        # What the server has read by now it may still be taking.
        assert until(lambda: not sink.busy(), 20)
        return outcome, noted, wire.carried[toward]


@pytest.mark.timeout(1200 if CUTS == 0 else 120)
@pytest.mark.parametrize("toward", ["client", "server"])
def test_a_wire_cut_anywhere_loses_no_letter_and_repeats_none_before_the_dot(
    sink: SmtpSink, toward: str
) -> None:
    outcome, _, length = after(sink, toward, _ALL)
    assert isinstance(outcome, Accepted)
    assert sink.count() == 1
    kinds = set()
    cuts = range(0, length, max(1, length // CUTS) if CUTS else 1)
    for cut in cuts:
        before = sink.count()
        outcome, noted, _ = after(sink, toward, cut)
        taken = sink.count() - before
        kinds.add(type(outcome))
        where = f"after {cut} of {length} bytes toward the {toward}: {outcome}"
        assert outcome is None or isinstance(outcome, Accepted | Deferred | Lost), where
        # What the server has is known to be there, or its fate is unknown and that was noted before.
        assert taken == 0 or (noted and isinstance(outcome, Accepted | Lost)), where
        assert not isinstance(outcome, Accepted) or taken == 1, where
        assert not isinstance(outcome, Lost) or noted, where
    assert {type(None), Deferred} <= kinds
    assert all(mail.raw == LETTER.raw and mail.sender == SENDER for mail in sink.accepted)
    keep(f"SMTP cuts toward the {toward}", cuts=len(cuts), bytes=length, twice_before_the_dot=0, lost=0)
