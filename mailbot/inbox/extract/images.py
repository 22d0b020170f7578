"""Photographs and scans that came as pictures: recognised where that is possible."""

import re
from typing import Literal

from mailbot.core.mail import Nature
from mailbot.inbox.extract import scans
from mailbot.inbox.extract.opening import CannotRead, Found, Opening

# Smaller pictures are logos and signatures, which every other mail has and which say nothing.
_FEWEST_PIXELS_A_SIDE = 400
# A page of A3 at 600 dots an inch has 70 million; unpacked larger ones would not fit into memory.
_MOST_PIXELS = 80_000_000
_PNG_SIZE_AT, _GIF_SIZE_AT, _BMP_SIZE_AT = 16, 6, 18
_BMP_WIDTH = 4
# JPEG's frame headers (ITU-T T.81, B.2.2), C4, C8 and CC being something else.
_JPEG_FRAME = re.compile(rb"\xff[\xc0-\xc3\xc5-\xc7\xc9-\xcb\xcd-\xcf]..\x08(..)(..)", re.DOTALL)
_JPEG_WITHIN = 256 << 10


def read(octets: bytes, opening: Opening) -> Found:
    """What the picture was recognised to say."""
    if opening.ocr is None:
        raise CannotRead(Nature.FOREIGN)
    width, height = _size(octets)
    if width * height > _MOST_PIXELS:
        raise CannotRead(Nature.OVER_LIMIT)
    if 0 < min(width, height) < _FEWEST_PIXELS_A_SIDE:
        raise CannotRead(Nature.FOREIGN)
    said = scans.recognise([octets], opening)
    return Found.of(said)


def _size(octets: bytes) -> tuple[int, int]:
    """Width and height in pixels as the header gives them; (0, 0) where it is not plain to see."""
    if octets.startswith(b"\x89PNG"):
        return _pair(octets, _PNG_SIZE_AT, 4, "big")
    if octets.startswith(b"GIF8"):
        return _pair(octets, _GIF_SIZE_AT, 2, "little")
    if octets.startswith(b"BM"):
        return _pair(octets, _BMP_SIZE_AT, _BMP_WIDTH, "little")
    if octets.startswith(b"\xff\xd8"):
        frames = _JPEG_FRAME.finditer(octets, 0, _JPEG_WITHIN)
        # Height comes first; the largest frame is the picture, smaller ones are its thumbnails.
        return max((_pair(frame[1] + frame[2], 0, 2, "big") for frame in frames), default=(0, 0))
    return 0, 0


def _pair(octets: bytes, at: int, width: int, order: Literal["big", "little"]) -> tuple[int, int]:
    first, second = octets[at : at + width], octets[at + width : at + 2 * width]
    # BMP writes a negative height where its rows stand from top to bottom.
    signed = order == "little" and width == _BMP_WIDTH
    return (
        abs(int.from_bytes(first, order, signed=signed)),
        abs(int.from_bytes(second, order, signed=signed)),
    )
