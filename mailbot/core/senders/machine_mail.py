"""What a machine sends is set aside; but what a copier or a list sends may be a report: none may be lost."""

from collections.abc import Callable
from dataclasses import replace

from mailbot.core.mail import Automation, Mail
from mailbot.core.members import is_written
from mailbot.core.verdict import (
    Evidence,
    Filed,
    Findings,
    Ignored,
    Question,
    Reason,
    Source,
    Unclear,
    Verdict,
    unit_of,
)

_MACHINES = {
    Automation.BOUNCE: (Reason.BOUNCE, "thư báo không gửi được của máy chủ"),
    Automation.DELAYED: (Reason.DELAYED, "thư báo gửi chậm của máy chủ"),
    Automation.AUTO_REPLY: (Reason.AUTO_REPLY, "thư trả lời tự động, không do người viết"),
    Automation.OWN: (Reason.OWN, "thư do chính hệ thống gửi"),
}


def of_machine(mail: Mail, automation: Automation, read: Callable[[Mail], Verdict]) -> Verdict:
    """The verdict on a machine's mail; `read` judges it as if a person had sent it.

    An answering machine may well send a picture with its signature, which is no report unless all says so.
    """
    reason, says = _MACHINES[automation]
    evidence = Evidence(Source.HEADERS, says)
    if automation is Automation.AUTO_REPLY and mail.attachments:
        sent = read(replace(mail, automation=None))
        unclear = isinstance(sent, Unclear) and any(map(is_written, mail.attachments))
        if (unclear or isinstance(sent, Filed)) and (unit := unit_of(sent)):
            told = (*sent.findings.evidence, evidence)
            findings = replace(sent.findings, unit=None, may_be=(unit,), evidence=told)
            return Unclear(question=Question.MACHINE, findings=findings)
    return Ignored(reason=reason, findings=Findings(confidence=1.0, evidence=(evidence,)))
