"""Mails that no person writes: delivery reports and answering machines."""

from datetime import datetime

from mailbot.rehearsal.drafts import Draft
from mailbot.rehearsal.post_room import Copy
from mailbot.rehearsal.truth import Meant, Truth

_HOST = "mx.thainguyen.example"


def bounce(copy: Copy, mailbox: str, now: datetime, *, full: bool) -> Draft:
    """The server's report that the box does not exist, or that it is full and will be tried again."""
    action, status = ("delayed", "4.2.2") if full else ("failed", "5.1.1")
    says = "mailbox is full; delivery is still being retried" if full else "no such user here"
    boundary = f"=_report{int(now.timestamp())}"
    head = copy.path.read_bytes().partition(b"\r\n\r\n")[0]
    delivery = (
        f"Reporting-MTA: dns; {_HOST}\r\n\r\nFinal-Recipient: rfc822; {copy.box}\r\n"
        f"Action: {action}\r\nStatus: {status}\r\nDiagnostic-Code: smtp; {status} {says}\r\n"
    )
    parts = (
        ("text/plain; charset=utf-8", f"This is the mail system at {_HOST}.\r\n\r\n<{copy.box}>: {says}\r\n"),
        ("message/delivery-status", delivery),
        ("text/rfc822-headers", head.decode("ascii", "replace") + "\r\n"),
    )
    body = "".join(f"--{boundary}\r\nContent-Type: {kind}\r\n\r\n{text}\r\n" for kind, text in parts)
    content_type = (
        f'Content-Type: multipart/report; report-type=delivery-status;\r\n boundary="{boundary}"\r\n'
    )
    subject = "Delayed Mail (still being retried)" if full else "Undelivered Mail Returned to Sender"
    return Draft(
        sender=f"MAILER-DAEMON@{_HOST}",
        name="Mail Delivery System",
        to=mailbox,
        subject=subject,
        text=f"{copy.box}: {says}",
        written_at=now,
        extra=(("Auto-Submitted", "auto-replied"),),
        whole=(content_type, f"{body}--{boundary}--\r\n".encode()),
    )


def away(copy: Copy, mailbox: str, now: datetime, *, honest: bool) -> Draft:
    """An answering machine's reply; the dishonest kind has no header that says what it is."""
    text = (
        "Kính chào Quý cơ quan,\n\nTôi đang nghỉ phép, sẽ trả lời thư sau khi trở lại làm việc.\n\n"
        "Trân trọng.\n"
    )
    return Draft(
        sender=copy.box,
        name="",
        to=mailbox,
        subject="Trả lời tự động: nghỉ phép" if honest else "Tự động trả lời: Tôi đang nghỉ phép",
        text=text,
        written_at=now,
        answers=str(copy.head["Message-ID"]),
        extra=(("Auto-Submitted", "auto-replied"),) if honest else (),
    )


def machine_truth(draft: Draft, label: str, now: datetime) -> Truth:
    """What such a mail is: nothing that anybody handed in."""
    return Truth(
        meant=Meant.MACHINE,
        label=label,
        subject=draft.subject,
        text=draft.text,
        arrived_at=now,
        message_id=draft.message_id,
    )
