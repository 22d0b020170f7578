"""How parent and child speak: a length of four octets, then one JSON object.

The child may have been taken over by what it read, so the parent believes no length and no type. The mail
itself comes as an open file beside the question: the child can open no other.
"""

import json
import socket
from typing import Any

LENGTH_BYTES = 4
# What the child says instead of an answer; then comes the socket to the helper that recognises scans, once.
WANTS_RECOGNISER = {"wants": "recogniser"}
# A mail's own 200,000 letters take 600 kB, the names of 1,000 parts as much; the rest is room.
MOST_FRAME_BYTES = 4 << 20


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


def ask(to: socket.socket, question: dict[str, Any], file: int) -> None:
    """Send a question, and the open file that it is about."""
    frame = framed(question)
    sent = socket.send_fds(to, [frame], [file])
    to.sendall(frame[sent:])


def asked(of: socket.socket) -> tuple[dict[str, Any], int] | None:
    """The next question and its open file, which is the caller's to close; None where none will come.

    Raises:
        ValueError: a question that no parent of ours asks.
    """
    head, files, _, _ = socket.recv_fds(of, LENGTH_BYTES, 1)
    if not head:
        return None
    if len(head) < LENGTH_BYTES or len(files) != 1:
        raise ValueError("not a question")
    left = int.from_bytes(head, "big")
    written = bytearray()
    while len(written) < left:
        piece = of.recv(left - len(written))
        if not piece:
            return None
        written += piece
    return unframed(bytes(written)), files[0]


def bring(to: socket.socket, file: int | None) -> None:
    """Send the open file that the child wants; None says that there is none for it."""
    socket.send_fds(to, [b"."], [] if file is None else [file])


def brought(of: socket.socket) -> int | None:
    """The open file that the parent was asked for, which is the caller's to close."""
    of.sendall(framed(WANTS_RECOGNISER))
    _, files, _, _ = socket.recv_fds(of, 1, 1)
    return files[0] if files else None
