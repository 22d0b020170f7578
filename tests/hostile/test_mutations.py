"""Damaged copies of every mail of the museum and the corpus: nothing raises, nothing steers a line.

The short form; `MAILBOT_MUTATIONS=20000` makes it long. What fails prints its seed.
"""

import os
import random
import time
import unicodedata
from pathlib import Path

import pytest
from hostile.corpus import ENTRIES
from hostile.fuzz import TARGETS

from mailbot.core.seals.secrecy import mark
from mailbot.inbox.parse import parse_octets

MUTATIONS = int(os.environ.get("MAILBOT_MUTATIONS", "1500"))
SEED = int(os.environ.get("MAILBOT_SEED", "1"))
SHARES = 6
MOST_OCTETS = 40_000
HEAVY = {"H59", "H60", "H61", "H62", "H63d", "H68", "H52", "H53", "H92"}
# What parsers stumble over, put in at random places.
SPICE = (
    b"\r", b"\n", b"\r\n\r\n", b"\x00", b"=?utf-8?B?", b"?=", b"--", b"\xff", b"\xc3", b'"', b"(", b"<", b";",
    b"=", b"*0*=",
    b"Content-Type: multipart/mixed; boundary=b\r\n", b"\xe2\x80\xae", b"\xcc\x81", b"From: a@b\r\n",
)  # fmt: skip


def seeds() -> list[bytes]:
    museum = sorted((Path(__file__).parents[1] / "mails").glob("*.eml"))
    raws = [path.read_bytes() for path in museum]
    raws += [entry.raw() for entry in ENTRIES if entry.id not in HEAVY]
    return [raw for raw in raws if len(raw) <= MOST_OCTETS]


def mutated(raw: bytes, dice: random.Random) -> bytes:
    octets = bytearray(raw)
    for _ in range(dice.randint(1, 6)):
        at = dice.randrange(len(octets) + 1)
        match dice.randrange(6):
            case 0:
                octets[at:at] = dice.choice(SPICE)
            case 1:
                del octets[at : at + dice.randint(1, 40)]
            case 2:
                octets[at : at + 1] = bytes([dice.randrange(256)])
            case 3:
                end = at + dice.randint(1, 200)
                octets[at:at] = octets[at:end] * dice.randint(1, 5)
            case 4:
                other = dice.randrange(len(octets) + 1)
                octets[at:at] = octets[other : other + dice.randint(1, 300)]
            case _:
                del octets[at:]
    return bytes(octets)


@pytest.mark.parametrize("share", range(SHARES))
def test_damaged_mails_are_read_without_an_error(share: int) -> None:
    raws = seeds()
    for number in range(share, MUTATIONS, SHARES):
        seed = f"{SEED}/{number}"
        dice = random.Random(seed)
        raw = mutated(dice.choice(raws), dice)
        began = time.process_time()
        TARGETS["mail"](raw)
        mail = parse_octets(raw, sha256="0" * 64, size=len(raw))
        mark(mail)
        # The cage's own limit; a mail of 40 KB takes a thousandth of it.
        assert time.process_time() - began < 10, seed
        defects = [
            defect for defect in mail.defects if defect.startswith("a part of the mail cannot be read")
        ]
        assert not defects, (seed, defects)
        for text in (mail.subject, *(attachment.name for attachment in mail.attachments)):
            assert all(unicodedata.category(char)[0] != "C" for char in text), seed


@pytest.mark.parametrize("target", [name for name in TARGETS if name != "mail"])
def test_damaged_pieces_break_nothing(target: str) -> None:
    raws = seeds()
    for number in range(MUTATIONS // 10):
        dice = random.Random(f"{SEED}/{target}/{number}")
        TARGETS[target](mutated(dice.choice(raws)[:4_000], dice))
