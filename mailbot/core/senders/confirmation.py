"""A unit's word that a report nothing proves is its own (xác nhận): a code that only its own box has read.

Where the office's servers prove senders, a report from a registered address without proof waits. The letter
that says so goes to that very address, with a code. Whoever writes it back has read the box, which is more
than somebody who only borrowed the address in From can do. The code is bound to the mail, to what counts of
it and to the address, and opens nothing else; it is typed on a line of its own, for machines quote letters.
"""

import base64
import hashlib
import hmac
import re
from datetime import timedelta

# A letter of Friday is read on Monday; a week later a person has long decided.
LIVES_FOR = timedelta(days=7)
# 40 bits, guessed at most a few times for each mail: one in two hundred thousand million.
MOST_WRONG = 5
_PURPOSE = b"mailbot confirmation code 1"
_OCTETS = 5
_HALF = 4
CODE = re.compile(r"[a-z2-7]{4}[ -]?[a-z2-7]{4}")


def code(secret: bytes, arrival: int, version: int, address: str) -> str:
    """The code for the arrival of that number and version, as sent to `address`: `K7QM-2XPA`."""
    key = hmac.digest(secret, _PURPOSE, hashlib.sha256)
    told = f"{arrival}\0{version}\0{address.lower()}".encode()
    letters = base64.b32encode(hmac.digest(key, told, hashlib.sha256)[:_OCTETS]).decode()
    return f"{letters[:_HALF]}-{letters[_HALF:]}"


def opens(typed: str, right: str) -> bool:
    """Whether what was typed is the code, whatever its case and hyphen."""
    return hmac.compare_digest(_bare(typed), _bare(right))


def _bare(typed: str) -> bytes:
    return "".join(filter(str.isalnum, typed.lower())).encode()
