"""The question whether a machine wrote the mail, and what it says of our letters.

The order matters: a delivery report comes before everything, for its sender may look like a list's or
like ours; and a mail that only looks like a machine's is a person's.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mailbot.core.mail import OWN_FIELD, Attachment, Automation, Failure, Mail
from mailbot.inbox.envelope import message_ids
from mailbot.inbox.fields import Block
from mailbot.inbox.machines.bounce_text import Signs, failures_at, told_recipients
from mailbot.inbox.machines.other_detectors import failed_and_delayed
from mailbot.inbox.machines.replies import (
    challenges,
    echoes,
    says_so_itself,
    subject_of_machine,
    words_of_machine,
)
from mailbot.inbox.machines.report import ADDRESS, Report, joined, read_report
from mailbot.inbox.machines.returned import Returned, parted, returned_letter
from mailbot.inbox.octets import Octets
from mailbot.inbox.parts import DELIVERY_REPORTS, NESTED_MAILS, Part, content
from mailbot.inbox.words import header_text

_MOST_REPORT_BYTES = 256 << 10
_MOST_REGARDED = 20
_RECEIPT_PARTS = frozenset({"message/disposition-notification", "message/global-disposition-notification"})
# Such a sender is a mail server, whatever else it says of itself.
_SERVER = re.compile(
    r"(?:mailer[-_. ]?daemon|mail[-_. ]?(?:delivery|daemon|er)[-_. ]?\w*|mdaemon|maildelivery"
    r"|microsoftexchange[0-9a-f]+|mail[-_.]?system|smtp[-_.]?(?:daemon|server|gateway)?|delivery[-_.]?(?:status|notification|subsystem)s?)@",
    re.IGNORECASE,
)
# Persons and programs share these; the words of a delivery report make them a server's.
_SERVICE = re.compile(
    r"(?:postmaster\w*|[\w.-]*(?:mail|smtp|gateway|antivirus|virus|spam|imss|filter|ndr|bounce|daemon|delivery|exchange|mta"
    r"|returned|system|service|autoresponder|no-?reply|post_master|interscan|admin(?:istrator)?)[\w.-]*)\\?(?:@|$)",
    re.IGNORECASE,
)
_SERVICE_NAME = re.compile(
    r"mail delivery|mailer|mail system|postmaster|system administrator|delivery (?:sub)?system"
    r"|mail administrator|mail deliver|interscan|surfcontrol|hệ thống thư",
    re.IGNORECASE,
)
_NULL_PATH = re.compile(rb"\s*(?:<\s*>|<?mailer-daemon(?:@[^\s>]*)?>?)\s*", re.IGNORECASE)
_DOCUMENTS = frozenset(
    {
        "pdf",
        "doc",
        "docx",
        "docm",
        "xls",
        "xlsx",
        "xlsm",
        "xlsb",
        "ppt",
        "pptx",
        "odt",
        "ods",
        "rtf",
        "csv",
        "zip",
        "rar",
        "7z",
    }
)
_OFFICE_TYPES = (
    "application/pdf",
    "application/msword",
    "application/vnd.",
    "application/zip",
    "application/x-zip",
)
_PICTURES = frozenset({"jpg", "jpeg", "png", "gif", "bmp", "tif", "tiff"})
# A scanned page takes far more, an emblem in a signature far less.
_SMALLEST_SCAN = 100 << 10
_CALENDAR_ANSWER = re.compile(r"method\s*=\s*\"?(?:reply|counter|refresh)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Account:
    """What a machine's mail comes down to; `automation` is None for a person's mail."""

    automation: Automation | None = None
    failures: tuple[Failure, ...] = ()
    regards: tuple[str, ...] = ()


def judge(block: Block, tree: Part, octets: Octets, mail: Mail, own_addresses: frozenset[str]) -> Account:
    """What kind of machine wrote the mail, which recipients it names, and which letters it is about."""
    return _Case(block, tree, octets, mail, own_addresses).account()


@dataclass(frozen=True, slots=True)
class _Case:
    """One mail as far as it has been read, to be decided."""

    block: Block
    tree: Part
    octets: Octets
    mail: Mail
    own_addresses: frozenset[str]

    def account(self) -> Account:
        report = self._report()
        returned = returned_letter(self.tree, self.octets, self.mail.text)
        if report.failed or report.delayed:
            return self._reported(report, returned)
        if self._is_own():
            return Account(Automation.OWN, regards=self._regarded(returned))
        if not report.speaks and (kind := self._told(returned)) is not None:
            return Account(kind, self._failures(kind, returned), self._regarded(returned))
        if self._is_automatic(report):
            return Account(Automation.AUTO_REPLY, regards=self._regarded(returned))
        return Account()

    def _report(self) -> Report:
        """What the fields of a delivery report say; none if somebody only sends one on."""
        if self.tree.content_type != "multipart/report" and not (self._is_servers() or self._has_null_path()):
            return Report()
        read = (read_report(self._content(leaf)) for leaf in self._leaves(DELIVERY_REPORTS))
        return joined(read)

    def _reported(self, report: Report, returned: Returned) -> Account:
        regards = self._regarded(returned)
        if not self._is_servers() and challenges(self.mail.text):
            # Some keep a letter back in the form of a failure, until its sender has proved to be a person.
            return Account(Automation.AUTO_REPLY, regards=regards)
        if report.failed:
            return Account(Automation.BOUNCE, report.failed, regards)
        return Account(Automation.DELAYED, report.delayed, regards)

    def _told(self, returned: Returned) -> Automation | None:
        """Whether prose reports a failure: by a server's name, or by its very words."""
        signs = Signs(self.mail.subject, parted(self.mail.text)[0])
        named = bool(self.block.first("x-failed-recipients"))
        if signs.forwarded:
            return None
        if (self._is_servers() or named) and (signs.tells or returned.there):
            return Automation.BOUNCE if named else signs.kind
        if any(map(_may_be_a_report, self._files())):
            return None
        return signs.kind if self._speaks_like_a_server(signs, returned) else None

    def _speaks_like_a_server(self, signs: Signs, returned: Returned) -> bool:
        """Whether a mail with no server's name can be nothing but a server's."""
        receipt = self._receipt()
        if self._has_null_path() and (
            signs.subject or (signs.text and (signs.any_subject or signs.blunt or returned.there))
        ):
            return True
        # A clerk may sit at "admin@" and complain that mails come back; he greets, and quotes no letter.
        if (
            self._is_service()
            and (returned.there or signs.blunt or signs.alone or not signs.greets)
            and (returned.there or signs.text)
        ):
            return signs.any_subject or (signs.blunt and returned.there)
        if self.tree.content_type == "multipart/report" and signs.tells and not receipt:
            return True
        if "rejected" in receipt:
            return signs.text
        automatic = says_so_itself(self.block)
        if automatic and returned.there and signs.subject and signs.text:
            return True
        return (
            signs.blunt and signs.text and (signs.alone or (signs.subject and (automatic or returned.there)))
        )

    def _failures(self, kind: Automation, returned: Returned) -> tuple[Failure, ...]:
        """The recipients of a report in prose, by the surest that tells any."""
        words, _ = parted(self.mail.text)
        named = ADDRESS.findall(header_text(self.block.first("x-failed-recipients")).text)
        if not named:
            failed, delayed = failed_and_delayed(self.octets)
            named = list((delayed or failed) if kind is Automation.DELAYED else (failed or delayed))
        if named:
            return failures_at(dict.fromkeys(address.lower() for address in named), words)
        never = {address.email for address in (*self.mail.to, *self.mail.cc)} | self.own_addresses
        if self.mail.sender is not None:
            never.add(self.mail.sender.email)
        return told_recipients(words, returned.to, never)

    def _regarded(self, returned: Returned) -> tuple[str, ...]:
        originals = (
            found
            for leaf in self._leaves(_RECEIPT_PARTS | DELIVERY_REPORTS)
            for found in re.findall(rb"(?im)^original-message-id:\s*(<[^<>\s]{3,250}>)", self._content(leaf))
        )
        named = (field.value for field in self.block.fields if field.name.endswith("original-message-id"))
        ids = [*returned.ids, *(found for value in named for found in message_ids(value))]
        ids += (found.decode("utf-8", "replace") for found in originals)
        ids += [found for found in (self.mail.in_reply_to, *reversed(self.mail.references)) if found]
        return tuple(dict.fromkeys(ids))[:_MOST_REGARDED]

    def _is_own(self) -> bool:
        sender = self.mail.sender
        return bool(self.block.first(OWN_FIELD.lower())) or (
            sender is not None and sender.email in self.own_addresses
        )

    def _is_automatic(self, report: Report) -> bool:
        mail = self.mail
        if (
            report.speaks
            or self.tree.content_type == "multipart/report"
            or self._has_null_path()
            or self._is_servers()
        ):
            return True
        if says_so_itself(self.block) or any(map(self._answers_a_meeting, self.tree.leaves())):
            return True
        if any(map(_may_be_a_report, self._files())):
            return False
        if echoes(mail.text):
            return True
        answers = bool(mail.in_reply_to or mail.references)
        sender = mail.sender.email if mail.sender else ""
        return subject_of_machine(mail.subject) or words_of_machine(mail.text, sender, answers=answers)

    def _answers_a_meeting(self, leaf: Part) -> bool:
        declared = header_text(leaf.block.first("content-type")).text
        return leaf.content_type == "text/calendar" and _CALENDAR_ANSWER.search(declared) is not None

    def _receipt(self) -> str:
        """What a notification about reading (RFC 8098) and its subject say, lower case; "" if it is none."""
        parts = list(self._leaves(_RECEIPT_PARTS))
        told = b" ".join(map(self._content, parts)).decode("latin-1")
        return f"{told} {self.mail.subject}".lower() if parts else ""

    def _is_servers(self) -> bool:
        """Whether the sender is no mailbox that a person has."""
        return _SERVER.match(self._written_sender()) is not None

    def _is_service(self) -> bool:
        name = self.mail.sender.name if self.mail.sender else header_text(self.block.first("from")).text
        return _SERVICE.match(self._written_sender()) is not None or _SERVICE_NAME.search(name) is not None

    def _has_null_path(self) -> bool:
        return any(_NULL_PATH.fullmatch(value) for value in self.block.all("return-path"))

    def _written_sender(self) -> str:
        # "From: Mail Delivery Subsystem <MAILER-DAEMON>" has no domain, so it is no mailbox.
        if self.mail.sender is not None:
            return self.mail.sender.email
        written = header_text(self.block.first("from")).text
        found = ADDRESS.search(written)
        return found[0] if found else f"{written.rpartition('<')[2].rstrip('> ')}@"

    def _files(self) -> Iterator[Attachment]:
        machines = NESTED_MAILS | DELIVERY_REPORTS
        return (file for file in self.mail.attachments if file.content_type not in machines)

    def _leaves(self, kinds: frozenset[str]) -> Iterator[Part]:
        return (leaf for leaf in self.tree.leaves() if leaf.content_type in kinds)

    def _content(self, leaf: Part) -> bytes:
        return b"".join(content(self.octets, leaf, _MOST_REPORT_BYTES))


def _may_be_a_report(file: Attachment) -> bool:
    """Whether a file can be what a unit hands in; not the small pictures and cards of signatures."""
    suffix = file.name.lower().rpartition(".")[2]
    if file.content_type.startswith("image/") or suffix in _PICTURES:
        return file.size >= _SMALLEST_SCAN
    return suffix in _DOCUMENTS or file.content_type.startswith(_OFFICE_TYPES)
