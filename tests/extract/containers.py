"""Containers that no program here writes: compound files (OLE 2) and RAR archives, as far as tests need."""

import struct
import zlib
from collections.abc import Mapping

_SECTOR, _SMALL, _CUTOFF = 512, 64, 4_096
_NONE, _END, _TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_STORAGE, _STREAM, _ROOT = 1, 2, 5


def compound(streams: Mapping[str, bytes]) -> bytes:
    """A compound file of these streams, all of them small; "folder/name" makes storages."""
    assert all(len(content) < _CUTOFF for content in streams.values())
    steps = [name.split("/")[:-1] for name in streams]
    folders = sorted({"/".join(path[:end]) for path in steps for end in range(1, len(path) + 1)})
    names = ["", *folders, *streams]
    starts, small_table, small = {"": 0}, list[int](), b""
    for name, content in streams.items():
        starts[name] = len(small_table)
        small_table += _chain(len(small_table), -(-len(content) // _SMALL))
        small += content.ljust(-(-len(content) // _SMALL) * _SMALL, b"\x00")
    sizes = {name: len(content) for name, content in streams.items()} | {"": len(small)}
    entries = b"".join(_entry(number, names, folders, starts, sizes) for number in range(len(names)))
    # The table of sectors comes first, then the directory, the table of small sectors, and those.
    rest = [
        _padded(entries),
        _padded(struct.pack(f"<{len(small_table)}I", *small_table), 0xFF),
        _padded(small),
    ]
    table, firsts = [_TABLE], []
    for part in rest:
        firsts.append(len(table))
        table += _chain(len(table), len(part) // _SECTOR)
    directory_at, small_table_at, small_at = firsts
    rest[0] = rest[0][:116] + struct.pack("<I", small_at) + rest[0][120:]
    table += [_NONE] * (_SECTOR // 4 - len(table))
    assert len(table) == _SECTOR // 4, "one sector of the table is enough for tests"
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack(
        "<9I", 0, 1, directory_at, 0, _CUTOFF, small_table_at, len(rest[1]) // _SECTOR, _END, 0
    )
    header += struct.pack("<109I", 0, *[_NONE] * 108)
    return header + struct.pack(f"<{len(table)}I", *table) + b"".join(rest)


def old_document(body: str, headers: str) -> bytes:
    """A document of Word 97: its text in one piece, the headers behind the body."""
    written = (body + headers).encode("utf-16-le")
    block = bytearray(0x200)
    block[:4] = struct.pack("<HH", 0xA5EC, 0xC1)
    block[0x4C:0x6C] = struct.pack("<8I", len(body), 0, len(headers), *[0] * 5)
    table = b"\x02" + struct.pack("<I2IHIH", 16, 0, len(body + headers), 0, len(block), 0)
    block[0x1A2:0x1AA] = struct.pack("<2I", 0, len(table))
    return compound({"WordDocument": bytes(block) + written, "0Table": table})


def _padded(content: bytes, filling: int = 0) -> bytes:
    return content.ljust(-(-len(content) // _SECTOR) * _SECTOR, bytes([filling]))


def _chain(first: int, length: int) -> list[int]:
    return [*range(first + 1, first + length), _END] if length else []


def _entry(
    number: int, names: list[str], folders: list[str], starts: Mapping[str, int], sizes: Mapping[str, int]
) -> bytes:
    name = names[number]
    above, _, last = name.rpartition("/")
    # Siblings hang from one another to the right.
    beside = [n for n in range(number + 1, len(names)) if number and names[n].rpartition("/")[0] == above]
    below = [n for n in range(1, len(names)) if names[n].rpartition("/")[0] == name]
    written = (last or "Root Entry").encode("utf-16-le") + b"\x00\x00"
    kind = _STORAGE if name in folders else _STREAM if number else _ROOT
    first_below = below[0] if below and kind != _STREAM else _NONE
    links = (_NONE, beside[0] if beside else _NONE, first_below)
    entry = written.ljust(64, b"\x00") + struct.pack("<HBB3I", len(written), kind, 1, *links) + bytes(36)
    return entry + struct.pack("<IQ", starts.get(name, 0), sizes.get(name, 0))


def rar(files: Mapping[str, bytes]) -> bytes:
    """A RAR 5 archive that stores its files as they are."""
    written = b"Rar!\x1a\x07\x01\x00" + _block(b"\x01\x00\x00")
    for name, content in files.items():
        encoded = name.encode()
        header = b"\x02\x02" + _number(len(content)) + b"\x04" + _number(len(content)) + _number(0o100644)
        header += struct.pack("<I", zlib.crc32(content)) + b"\x00\x01" + _number(len(encoded)) + encoded
        written += _block(header) + content
    return written + _block(b"\x05\x00\x00")


def _block(header: bytes) -> bytes:
    sized = _number(len(header)) + header
    return struct.pack("<I", zlib.crc32(sized)) + sized


def _number(value: int) -> bytes:
    """Seven bits an octet, the lowest first."""
    octets = bytearray()
    while value > 0x7F:
        octets.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*octets, value])
