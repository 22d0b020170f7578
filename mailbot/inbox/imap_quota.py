"""How full a folder's mailbox is: GETQUOTAROOT (RFC 9208, 4.1.3), where the server knows it."""

import imaplib
from typing import Any

from imapclient import imap_utf7

from mailbot.core.machine.quota import Quota


def quotas(client: Any, folder: str) -> tuple[Quota, ...]:
    """The limits that mails in `folder` count towards; none where the server tells of none that we know.

    The library's errors pass through if they concern the connection.
    """
    if not client.has_capability("QUOTA"):
        return ()
    name = imap_utf7.encode(folder).replace(b"\\", b"\\\\").replace(b'"', b'\\"')
    try:
        _, told = client.get_quota_root(b'"%s"' % name)
    except (imaplib.IMAP4.abort, OSError):
        raise
    except Exception:  # noqa: BLE001 - not to know it must not stop the reading, whatever the library trips over
        return ()
    return tuple(
        Quota(one.resource.upper(), one.usage, one.limit)
        for one in told
        if one.resource.upper() in {"STORAGE", "MESSAGE"} and isinstance(one.limit, int) and one.limit > 0
    )
