"""A mail that is likely to be about a task although it does not name it as our letters do.

"Báo cáo trụ sở dôi dư" answers the task to look into such offices, and "trả lời CV 2871" the document of that
number. Taken for an unknown report, the unit would say that it is none that it owes, and be chased for the
task. It is never taken for done by such words: they only turn another question into the one about the task.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from mailbot.core.language.said import own_words
from mailbot.core.language.text import fold
from mailbot.core.mail import Mail
from mailbot.core.reading.periods_of import PeriodReading
from mailbot.core.tasks.task_mail import OpenTask, even, quotes
from mailbot.core.verdict import (
    Evidence,
    Filing,
    Ignored,
    Question,
    Reason,
    Source,
    Unclear,
    Verdict,
    unit_of,
)

# A document named by its number alone: "CV 2871 của UBND tỉnh"; that of another issuer has its symbol.
_CITED = re.compile(
    r"\b(?:cv|cong van|tb|thong bao|vb|van ban|qd|quyet dinh|ct|chi thi|kh|ke hoach|cd|cong dien|kl|ket luan"
    r"|pc|phieu chuyen)(?: so)?[ :]*(\d{1,5})(?:/ubnd)?\b(?![/-])"
)
# What mails and tasks say of any matter.
_OF_ANY = re.compile(
    r"\b(?:bao cao|bc|ket qua|kq|tinh hinh|thuc hien|trien khai|ra soat|kiem tra|xu ly|giai quyet|hoan thanh"
    r"|ve|viec|theo|cua|va|cac|cho|tai|tren|dia ban|so|cv|cong van|ubnd|ub|tinh|xa|phuong|huyen|gui|kinh"
    r"|chuyen|vp|van phong|nhiem vu|cong tac|tien do|de nghi|trinh|du thao|ban hanh|tham muu|quyet dinh"
    r"|tra loi|chu tich|y kien|chi dao|re|fwd?|pdf|docx?|xlsx?|signed|ngay|thang|nam|da|duoc|em|a)\b"
)
_FEWEST, _SHARE = 3, 0.7
_LONGEST_LINE = 300
# A document says in its first sentence what it answers.
_HEAD = 1_500
_SAYS = "thư có thể về nhiệm vụ được giao"


def of_likely_task(
    verdict: Verdict, mail: Mail, reading: PeriodReading, tasks: Collection[OpenTask]
) -> Verdict:
    """The verdict, or the question about the tasks that a mail without a period may be about."""
    unclear = isinstance(verdict, Unclear) and verdict.question in {Question.PERIOD, Question.REPORT}
    aside = isinstance(verdict, Ignored) and verdict.reason is Reason.NOT_A_REPORT
    if reading.periods or not (unclear or aside):
        return verdict
    own = [task for task in tasks if unit_of(verdict) in task.units]
    if not own:
        return verdict
    lines = [fold(line) for line in _lines(mail, reading)]
    heads = [even(paper.attachment.text[:_HEAD]) for paper in reading.papers]
    likely = [
        task
        for task in own
        if _is_cited(task, lines)
        or any(quotes(head, task.symbol) for head in heads)
        or any(_is_alike(task, line) for line in lines)
    ]
    if not likely:
        return verdict
    codes = ", ".join(task.code for task in likely)
    evidence = (*verdict.findings.evidence, Evidence(Source.DUTIES, _SAYS, codes))
    led = (task.key for task in likely if task.units[0] == unit_of(verdict))
    return Unclear(
        question=Question.TASK,
        findings=replace(verdict.findings, evidence=evidence),
        candidates=tuple(Filing(key.report, key.period) for key in led),
    )


def _lines(mail: Mail, reading: PeriodReading) -> Iterator[str]:
    """What the sender's own words, files and documents may name a task in, each cut short."""
    subject = () if reading.inherited else (mail.subject,)
    names = (file.name.replace("_", " ") for file in mail.attachments)
    for line in (*subject, *names, *reading.headings, *own_words(mail.text).split("\n")):
        if line.strip():
            yield line[:_LONGEST_LINE]


def _is_cited(task: OpenTask, lines: Iterable[str]) -> bool:
    number = task.symbol.partition("/")[0].lstrip("0")
    return number.isdigit() and any(
        cited.lstrip("0") == number for line in lines for cited in _CITED.findall(line)
    )


def _is_alike(task: OpenTask, line: str) -> bool:
    """Whether nearly all that the line says, beyond what any does, are words of the task."""
    words = _telling(line)
    return len(words) >= _FEWEST and len(words & _telling(fold(task.matter))) >= _SHARE * len(words)


def _telling(folded: str) -> frozenset[str]:
    return frozenset(re.findall(r"[a-z]+", _OF_ANY.sub(" ", folded)))
