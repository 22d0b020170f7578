"""What reading the attachments of a mail may cost. Beyond it an attachment is over the limit."""

from dataclasses import dataclass

_MIB = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Limits of one child and of one mail; the defaults suit an office's mailbox.

    Attributes:
        cpu_seconds: of computing for one attachment; a document of 200 pages takes half a second.
        wall_seconds: from asking for an attachment to its text, recognition of scans not counted.
        parse_seconds: from asking for a mail to its header, words and names; ordinary ones take milliseconds.
        mail_seconds: for all attachments of one mail; the next mail is answered within a minute.
        memory_bytes: address space of the child, and of each program that it calls.
        raw_bytes: of a whole mail; the child holds it in memory beside an attachment and its text.
        attachment_bytes: of one attachment; mail servers here refuse mails above 50 MB.
        expanded_bytes: unpacked from one attachment, all archives within archives together.
        members: files within one attachment, all archives within archives together.
        depth: of archives within archives and mails within mails; people send one or two.
        text_chars: kept of one attachment; heading, abstract and the first pages are within 20,000.
        member_chars: kept of each file within an archive; of later ones less, so that none is cut off.
        mail_chars: kept of all attachments of one mail.
        ocr_pages: of a scan that are recognised; what identifies a report is on its first page.
        ocr_seconds: for recognising one attachment; a page takes two to four seconds.
        ocr_mail_seconds: for recognising all of one mail; later scans stay unrecognised, which is said.
        mails: read by one child before a fresh one takes over, for native libraries may leak. Two thousand
            ordinary ones make it grow by nothing; odd ones show earlier, by the memory that they leave taken.
    """

    cpu_seconds: int = 10
    wall_seconds: float = 20.0
    parse_seconds: float = 20.0
    mail_seconds: float = 50.0
    memory_bytes: int = 512 * _MIB
    raw_bytes: int = 160 * _MIB
    attachment_bytes: int = 64 * _MIB
    expanded_bytes: int = 64 * _MIB
    members: int = 200
    depth: int = 3
    text_chars: int = 20_000
    member_chars: int = 4_000
    mail_chars: int = 400_000
    ocr_pages: int = 2
    ocr_seconds: float = 20.0
    ocr_mail_seconds: float = 30.0
    mails: int = 2_000
