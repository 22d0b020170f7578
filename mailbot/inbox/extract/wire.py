"""How parent and child speak: a length of four octets, then one JSON object.

The child may have been taken over by what it read, so the parent believes no length and no type.
"""

import json
from typing import Any

LENGTH_BYTES = 4
# 20,000 characters of text take 80 kB at most; the rest is room for defects.
MOST_FRAME_BYTES = 512 << 10


def framed(value: dict[str, Any]) -> bytes:
    """The frame that carries `value`."""
    written = json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")
    return len(written).to_bytes(LENGTH_BYTES, "big") + written


def unframed(octets: bytes) -> dict[str, Any]:
    """The object in a frame whose length was taken off.

    Raises:
        ValueError: it is no JSON object.
    """
    try:
        value = json.loads(octets)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(value, dict):
        raise ValueError("not an object")  # noqa: TRY004 - one error for whatever is wrong with a frame
    return value
