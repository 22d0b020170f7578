"""Filing recorded mails away on the server: MOVE, or COPY with proof and a deletion by UID.

A plain EXPUNGE is never sent: it would delete for good what staff have only marked.
"""

import imaplib
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from mailbot.core.mail import OWN_FIELD
from mailbot.inbox.imap_fetch import UIDS_PER_COMMAND, field_of

# Whoever sets up an office tries the way of a mail some times.
_MOST_CHECKS = 50
_COPYUID = re.compile(rb"\d+ ([0-9:,]+) ([0-9:,]+)\s*")


def why_not(client: Any) -> str:
    """Why mails cannot be filed away on this server; "" if they can."""
    if client.has_capability("MOVE") or client.has_capability("UIDPLUS"):
        return ""
    return "the server offers neither MOVE nor UIDPLUS, so mails stay where they are"


def full_name(client: Any, name: str) -> str:
    """The folder's name under the prefix that some servers demand, such as INBOX. (RFC 2342)."""
    prefix = ""
    if client.has_capability("NAMESPACE") and (personal := client.namespace().personal):
        prefix = personal[0][0]
    # That one folder is called so everywhere.
    return name if name.startswith(prefix) or name.upper() == "INBOX" else prefix + name


def folder_on_server(client: Any, name: str) -> str:
    """The folder's full name; it is made when missing."""
    full = full_name(client, name)
    if not client.folder_exists(full):
        client.create_folder(full)
        # Webmail shows only subscribed folders; a server that knows none need not stop us.
        with suppress(imaplib.IMAP4.error):
            client.subscribe_folder(full)
    return full


def filed_by_others(client: Any, name: str, opened: str) -> int:
    """How many mails the folder holds, but for those that mailbot sent to itself; 0 where there is none.

    What `mailbot check --mail` sends is filed and never recorded. `opened` is selected again afterwards.
    """
    full = full_name(client, name)
    if not client.folder_exists(full):
        return 0
    count = int(client.folder_status(full, ["MESSAGES"])[b"MESSAGES"])
    if not 0 < count <= _MOST_CHECKS:
        return count
    client.select_folder(full, readonly=True)
    # By the field itself, for servers differ in what they find by SEARCH HEADER.
    marks = field_of(client, client.search(["ALL"]), OWN_FIELD)
    client.select_folder(opened)
    return sum(":" not in mark for mark in marks.values())


def move(client: Any, uids: Sequence[int], folder: str, copied: set[int]) -> frozenset[int]:
    """Move these mails of the selected folder.

    Args:
        client: a session with the inbox selected for writing.
        uids: what to move; those that are gone already count as moved.
        folder: an existing folder's full name.
        copied: mails that were copied before and not yet deleted; they are not copied again. Kept
            by the caller as long as the UIDs keep their meaning.

    Returns:
        Those of `uids` that are no longer in the inbox.
    """
    for some in _some(uids):
        if client.has_capability("MOVE"):
            client.move(some, folder)
        else:
            _copy(client, [uid for uid in some if uid not in copied], folder, copied)
            proven = [uid for uid in some if uid in copied]
            if proven:
                client.add_flags(proven, [rb"\Deleted"], silent=True)
                client.uid_expunge(proven)
    left: set[int] = set()
    for some in _some(uids):
        left.update(client.search(["UID", ",".join(map(str, some))]))
    copied.difference_update(set(uids) - left)
    return frozenset(uids) - left


def _copy(client: Any, uids: Sequence[int], folder: str, copied: set[int]) -> None:
    """Copy, and note the mails of which the server says that it has their copies (RFC 4315, 3)."""
    if not uids:
        return
    # imaplib puts the response code aside and never takes an old one away.
    aside = client._imap  # noqa: SLF001
    aside.response("COPYUID")
    client.copy(list(uids), folder)
    written = aside.response("COPYUID")[1][-1]
    proof = _COPYUID.fullmatch(written) if isinstance(written, bytes) else None
    if proof:
        sources, targets = list(_numbers(proof[1])), list(_numbers(proof[2]))
        if len(sources) == len(targets):
            copied.update(set(sources) & set(uids))


def _numbers(written: bytes) -> Iterator[int]:
    """The numbers of a UID set such as 3,5:7."""
    for run in written.split(b","):
        first, _, last = run.partition(b":")
        low, high = sorted((int(first), int(last or first)))
        yield from range(low, min(high, low + UIDS_PER_COMMAND) + 1)


def _some(uids: Sequence[int]) -> Iterator[list[int]]:
    for at in range(0, len(uids), UIDS_PER_COMMAND):
        yield list(uids[at : at + UIDS_PER_COMMAND])
