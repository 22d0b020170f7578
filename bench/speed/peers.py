"""What people would use instead, doing less: downloading a mailbox, and nothing else."""

import os
import pwd
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from imapclient import IMAPClient

from speed.mailboxes import PASSWORD

_HOST = "127.0.0.1"
_BATCH = 50
_PIECE = 1 << 18
_ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}


def mbsync(port: int, user: str, folder: Path, count: int) -> float:
    """Isync as it comes: into a Maildir, each mail forced to disk; mails a second."""
    folder.mkdir()
    config = folder / "mbsyncrc"
    config.write_text(
        f"IMAPStore far\nHost {_HOST}\nPort {port}\nUser {user}\nPass {PASSWORD}\nSSLType None\n"
        f"AuthMechs LOGIN\n\nMaildirStore near\nPath {folder}/\nInbox {folder}/inbox\n\n"
        "Channel bench\nFar :far:\nNear :near:\nPatterns INBOX\nCreate Near\nSync Pull\nSyncState *\n",
        "utf-8",
    )
    seconds = _timed(["mbsync", "-q", "-c", str(config), "bench"])
    _require(_files(folder / "inbox"), count, "mbsync")
    return count / seconds


def getmail(port: int, user: str, folder: Path, count: int) -> float:
    """getmail6 as it comes, into a Maildir; mails a second."""
    maildir = folder / "inbox"
    for name in ("cur", "new", "tmp"):
        (maildir / name).mkdir(parents=True)
    (folder / "getmailrc").write_text(
        f"[retriever]\ntype = SimpleIMAPRetriever\nserver = {_HOST}\nport = {port}\nusername = {user}\n"
        f"password = {PASSWORD}\n\n[destination]\ntype = Maildir\npath = {maildir}/\n\n"
        "[options]\nread_all = true\ndelete = false\nverbose = 0\n",
        "utf-8",
    )
    # It refuses to deliver as root.
    somebody = _anybody(folder)
    seconds = _timed(["getmail", "--getmaildir", str(folder), "--rcfile", "getmailrc"], somebody)
    _require(_files(maildir), count, "getmail")
    return count / seconds


def imapclient(port: int, user: str, _folder: Path, count: int) -> float:
    """IMAPClient as it comes, batches of 50, all thrown away; mails a second."""
    began = time.perf_counter()
    with IMAPClient(_HOST, port, ssl=False) as client:
        client.login(user, PASSWORD)
        client.select_folder("INBOX", readonly=True)
        uids = client.search("ALL")
        came = sum(
            len(client.fetch(uids[at : at + _BATCH], ["BODY.PEEK[]"])) for at in range(0, len(uids), _BATCH)
        )
    _require(came, count, "IMAPClient")
    return count / (time.perf_counter() - began)


def raw_socket(port: int, user: str, _folder: Path, count: int) -> float:
    """One FETCH for all over a bare socket, all thrown away: what the server can give; mails a second."""
    began = time.perf_counter()
    with socket.create_connection((_HOST, port)) as server:
        _until(server, b"* OK")
        for tag, command in ((b"a", f"LOGIN {user} {PASSWORD}"), (b"b", "EXAMINE INBOX")):
            server.sendall(tag + b" " + command.encode() + b"\r\n")
            _until(server, tag + b" OK")
        server.sendall(b"c UID FETCH 1:* (BODY.PEEK[])\r\n")
        _until(server, b"\r\nc OK")
    return count / (time.perf_counter() - began)


DOWNLOADS: dict[str, Callable[[int, str, Path, int], float]] = {
    "mbsync": mbsync,
    "getmail6": getmail,
    "IMAPClient": imapclient,
    "raw socket": raw_socket,
}


def smtp_source(port: int, letters: int, size: int, connections: int) -> float:
    """Postfix's own generator, connections kept open; letters a second."""
    command = [
        "smtp-source", "-d", "-s", str(connections), "-m", str(letters), "-l", str(size),
        "-f", "bench@bench.example", "-t", "unit@bench.example", f"inet:{_HOST}:{port}",
    ]  # fmt: skip
    return letters / _timed(command)


def _until(server: socket.socket, words: bytes) -> None:
    tail = b""
    while words not in tail:
        piece = server.recv(_PIECE)
        if not piece:
            raise ConnectionError(f"the server has gone before {words!r}")
        tail = (tail + piece)[-(len(piece) + len(words)) :] if len(piece) < _PIECE else piece
    # `words` cut by two full pieces would be missed; the end of an answer never comes with a full piece.


def _anybody(folder: Path) -> dict[str, Any]:
    """Give the folder to an ordinary account, if we are root; how a program is begun as that."""
    if os.geteuid() != 0:
        return {}
    owner = pwd.getpwnam("mail")
    for path in (folder, *folder.rglob("*")):
        os.chown(path, owner.pw_uid, owner.pw_gid)
    return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}


def _timed(command: list[str], somebody: dict[str, Any] | None = None) -> float:
    began = time.perf_counter()
    done = subprocess.run(
        command, check=False, capture_output=True, text=True, env=_ENVIRONMENT, **(somebody or {})
    )
    seconds = time.perf_counter() - began
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {done.stdout[-500:]}{done.stderr[-500:]}")
    return seconds


def _files(maildir: Path) -> int:
    return sum(1 for name in ("cur", "new") for _ in (maildir / name).iterdir())


def _require(came: int, count: int, who: str) -> None:
    if came != count:
        raise RuntimeError(f"{who} brought {came} mails of {count}")
