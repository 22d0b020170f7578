"""Words that a program of the sender coded twice, made readable: "BÃ¡o cÃ¡o" and "B%C3%A1o%20c%C3%A1o".

Changed only where all of a text is sound UTF-8 under the second coding, which no other text is by chance.
"""

import re
from urllib.parse import unquote_to_bytes

# The octet that a letter stands for where UTF-8 was taken for Latin-1 or Windows-1252, as both are shown.
_OCTETS = {chr(octet): octet for octet in range(0x100)} | {
    shown: octet for octet in range(0x80, 0xA0) if (shown := bytes([octet]).decode("cp1252", "ignore"))
}
# How the letters of Vietnamese begin then: à to ý, ă đ ĩ ũ ơ ư, and all those with two marks.
_FIRST_OF_A_LETTER = re.compile("[ÃÄÅÆ][^\x00-\x7f]|á[º»]")
_ESCAPED = re.compile("(?:[^% ]|%[0-9A-Fa-f]{2})+")
# The charset that an extended parameter begins with (RFC 2231, 4), in one that was written as a plain one.
_CHARSET = re.compile("(?i)utf-8'[^']{0,20}'")


def unmangled(text: str) -> str:
    """`text`, with the letters that were meant where UTF-8 was taken for Latin-1 and coded once more."""
    if _FIRST_OF_A_LETTER.search(text) is None:
        return text
    try:
        return bytes(map(_OCTETS.__getitem__, text)).decode()
    except (KeyError, UnicodeDecodeError):
        return text


def unescaped(name: str) -> str:
    """The name of a file, with the letters that were meant where it was written as in a web address."""
    if "%" not in name:
        return name
    escaped = _CHARSET.sub("", name, count=1)
    if _ESCAPED.fullmatch(escaped) is None:
        return name
    try:
        # A form of a web page writes spaces as plus signs.
        return unquote_to_bytes(escaped.replace("+", " ")).decode()
    except UnicodeDecodeError:
        return name
