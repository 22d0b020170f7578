"""The clerk's judgement: whose mail this is, which report, for which period.

The order of judgement is the order of the questions below, and every answer keeps its evidence. An
unclear mail is unclear, never a guess: a wrong "received" hurts more than a question.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from mailbot.core.calendar import local
from mailbot.core.certainty import ENOUGH, by_duties, certainty, of_another_year
from mailbot.core.changes.taught import taught_topic
from mailbot.core.duty import DutyKey
from mailbot.core.emergencies.incident import OTHER_EVENT
from mailbot.core.mail import INFECTED, Mail
from mailbot.core.members import is_document, is_written
from mailbot.core.narrower import foreign, narrower
from mailbot.core.parts import parts_seen
from mailbot.core.reading.fulfilment import filings_of, says_not_which
from mailbot.core.reading.periods_of import PeriodReading, periods_of
from mailbot.core.reading.titles import DocumentType
from mailbot.core.reading.titles_of import answers_urgent, forms_of, titles_of_today
from mailbot.core.reading.topic import other_topic
from mailbot.core.replies import thread
from mailbot.core.replies.circumstance import SAYS, Circumstance, Sign, circumstances, outweighs
from mailbot.core.replies.ordering import as_command
from mailbot.core.replies.plea import WANTS_MORE_TIME, excuse, for_comment, puts_off
from mailbot.core.rules import Rules, StaffRole, Unit
from mailbot.core.seals import secrecy
from mailbot.core.seals.sealing import is_brought_again
from mailbot.core.senders.ambiguity import Ambiguity, ambiguities
from mailbot.core.senders.machine_mail import of_machine
from mailbot.core.senders.neighbour import of_neighbour
from mailbot.core.senders.predecessor import of_predecessor
from mailbot.core.senders.unit_of_mail import UnitReading, unit_of_mail
from mailbot.core.tasks.likely_task import of_likely_task
from mailbot.core.tasks.task_answer import TaskAnswer
from mailbot.core.tasks.task_mail import OpenTask, Reading
from mailbot.core.verdict import (
    Evidence,
    Filed,
    Filing,
    Findings,
    Ignored,
    Question,
    Reason,
    Sealed,
    Source,
    Unclear,
    Verdict,
)

# An annex alone is no report, but asks to be asked about; a letter may be one that brings a report.
_PERHAPS_A_REPORT = frozenset({None, DocumentType.BC, DocumentType.PL, DocumentType.CV})
_HIDING = ("cannot be parsed", "over budget")
_SEVERAL = Evidence(
    Source.DUTIES, "đơn vị phải gửi nhiều loại báo cáo cho kỳ này, văn bản không nêu rõ loại nào"
)
_MARKED = "có dấu hiệu chứa tài liệu thuộc phạm vi bí mật nhà nước"
_BROUGHT_AGAIN = "trùng với thư mà cán bộ đã niêm phong"
_NAMES_TASK = "thư nêu nhiệm vụ được giao"
_ASKED = 0.3
_SET_ASIDE = 0.95
_TASK_NAMED = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known beside the mail itself.

    Attributes:
        twin: number of an earlier arrival with the same content, if there is one.
        open: duties that are announced and not met; empty where nobody knows.
        thread: duties that the letter of ours was about which the mail answers.
        tasks: what units were given to do, once.
        sealed: what is left of the mails that a person sealed: hashes and addresses.
    """

    twin: int | None = None
    open: Collection[DutyKey] = ()
    thread: Collection[DutyKey] = ()
    tasks: Collection[OpenTask] = ()
    sealed: Collection[Mail] = ()


def classify(mail: Mail, rules: Rules, arrived_at: datetime, known: Known | None = None) -> Verdict:
    """Judge one mail by what stands in it, the rules, the moment that counts, and what else is known."""
    known = known or Known()
    on = local(arrived_at).date()
    where = secrecy.mark(mail)
    says = _MARKED if where else _BROUGHT_AGAIN
    if where is not None or is_brought_again(mail, known.sealed):
        # Nobody answers a machine: whose mail it sends back is for a person to find out.
        unit = None if mail.automation else unit_of_mail(mail, (), rules, on).unit
        return _sealed(Evidence(where or Source.ATTACHMENT, says), unit)
    if mail.automation is not None:
        return of_machine(mail, mail.automation, lambda mail: classify(mail, rules, arrived_at, known))
    mail = replace(mail, attachments=tuple(filter(is_document, mail.attachments)))
    reading = periods_of(mail, on, foreign(mail, rules, on))
    whose = unit_of_mail(mail, reading.counted, rules, on)
    titles = tuple(titles_of_today(reading.papers, on))
    signs = circumstances(mail.subject, mail.text, encloses=bool(mail.attachments), titles=titles)
    case = _Case(mail, rules, reading, whose, signs, known, on)
    if known.twin is not None:
        return Ignored(reason=Reason.DUPLICATE, findings=case.findings(), duplicate_of=known.twin)
    if found := next((defect for defect in mail.defects if defect.startswith(INFECTED)), ""):
        return of_predecessor(case.infected(found.removeprefix(INFECTED)), rules, on, known.open)
    if doubts := ambiguities(mail.defects):
        # What the staff sees may be another mail: neither filed nor obeyed before a person has looked.
        return of_predecessor(case.asked_about(doubts), rules, on, known.open)
    if mail.sender is not None and mail.sender.email in rules.office.emails(StaffRole.PORTAL):
        return case.asked_by_citizen()
    verdict = of_likely_task(case.verdict(), mail, reading, known.tasks)
    verdict = of_predecessor(verdict, rules, on, known.open, reading.title)
    return as_command(mail, rules, on, verdict)


@dataclass(frozen=True, slots=True)
class _Case:
    """One mail as far as it has been read, to be decided."""

    mail: Mail
    rules: Rules
    reading: PeriodReading
    whose: UnitReading
    signs: tuple[Sign, ...]
    known: Known
    on: date

    def verdict(self) -> Verdict:
        """The first question that is not answered, or what the mail hands in."""
        unit = self.whose.unit
        if unit is None or self.whose.doubt or self._sign(Circumstance.ON_BEHALF):
            # The police or another commune may have written what a unit passes on: it is urgent all the same.
            alerts = unit is not None and self._is_urgent() and not self._is_request()
            return self._ask(Question.URGENT if alerts else Question.UNIT)
        if self._says_nothing_readable():
            return self._ask(Question.UNREADABLE)
        answer = TaskAnswer(self.mail, self.rules, self.reading, unit)
        if tasks := answer.tasks(self.known.tasks, self.known.thread, self.on):
            return self._of_task(answer, tasks)
        if self._is_request() or self._is_urgent():
            return self._ask(Question.REQUEST if self._is_request() else Question.URGENT)
        if self.reading.document_type not in _PERHAPS_A_REPORT:
            return Ignored(reason=Reason.NOT_A_REPORT, findings=self.findings(_SET_ASIDE))
        if topic := self._other_topic():
            return self._ask(
                Question.REPORT, Evidence(Source.SUBJECT, "báo cáo thuộc chế độ báo cáo khác", topic)
            )
        if self.reading.part:
            return self._ask(Question.PERIOD, self.reading.part)
        if self.reading.conflict or not self.reading.periods:
            return self._ask(Question.REPORT if self._is_letter() else Question.PERIOD)
        filed = self._filed_if_sure(unit)
        return of_neighbour(filed, unit, self.mail, self.reading.papers, self.rules, self.on)

    def asked_by_citizen(self) -> Unclear:
        """The question which unit is to answer what the portal forwards."""
        return replace(self._ask(Question.CITIZEN), candidates=())

    def infected(self, virus: str) -> Unclear:
        """The question what to do with a mail in which the virus scanner found something."""
        return self._ask(
            Question.UNREADABLE, Evidence(Source.ATTACHMENT, "phần mềm chống vi-rút phát hiện mã độc", virus)
        )

    def asked_about(self, doubts: Iterable[Ambiguity]) -> Unclear:
        """The question whether the mail says what was read."""
        says = (f"thư có thể đọc theo hai cách: {doubt.says}" for doubt in doubts)
        return self._ask(Question.UNREADABLE, *(Evidence(Source.HEADERS, words) for words in says))

    def _of_task(self, answer: TaskAnswer, tasks: tuple[OpenTask, ...]) -> Verdict:
        unit = self.whose.unit
        # Who only supports another unit's task cannot end it: it is offered to nobody as his report.
        led = (task.key for task in tasks if unit is not None and task.units[0] == unit.id)
        candidates = tuple(Filing(key.report, key.period) for key in led)
        if self._sign(Circumstance.EXTENSION) or self._is_request():
            return replace(self._ask(Question.REQUEST), candidates=candidates)
        # Units answer the last thread with their next report: that decides nothing against a title.
        if brought := answer.brought(tasks):
            return replace(self._ask(Question.TASK), candidates=(*brought, *candidates))
        told, news = answer.told(tasks)
        if told is Reading.UNCLEAR:
            return replace(self._ask(Question.TASK), candidates=candidates)
        sure = self.findings(
            _TASK_NAMED, Evidence(Source.DUTIES, _NAMES_TASK, ", ".join(task.code for task in tasks))
        )
        if told is Reading.NEWS:
            return Ignored(reason=Reason.NEWS, news=news, findings=sure)
        return Filed(unit=tasks[0].key.unit, filings=candidates, findings=sure)

    def findings(self, confidence: float = _ASKED, *more: Evidence) -> Findings:
        """What was read, whatever follows from it."""
        reading, whose = self.reading, self.whose
        signs = (Evidence(sign.source, SAYS[sign.circumstance], sign.text) for sign in self.signs)
        says = f"tên trong văn bản khác nơi gửi: {whose.doubt}"
        doubt = (Evidence(Source.HEADING, says),) if whose.doubt else ()
        return Findings(
            unit=whose.unit.id if whose.unit else None,
            may_be=whose.may_be,
            periods=reading.periods,
            document_type=reading.document_type or "",
            confidence=confidence,
            evidence=(
                *whose.evidence,
                *doubt,
                *reading.evidence,
                *filter(None, (taught_topic(self.rules, reading.title), self._thread())),
                *self._excuses(),
                *signs,
                *more,
            ),
            runner_up=reading.runner_up or whose.runner_up or whose.doubt,
        )

    def _excuses(self) -> Iterator[Evidence]:
        """What says that the mail explains why a report is late or will be, or only wants comments on it."""
        heads = ((Source.SUBJECT, self.mail.subject), *((Source.HEADING, h) for h in self.reading.headings))
        for source, words in heads:
            if told := excuse(words):
                yield Evidence(source, "văn bản giải trình việc báo cáo chậm", told)
            if told := for_comment(words):
                yield Evidence(source, "dự thảo báo cáo gửi lấy ý kiến", told)
        for title in (title for paper in self.reading.papers if paper.hands_in for title in paper.titles):
            if told := puts_off(title.words):
                yield Evidence(title.source, WANTS_MORE_TIME, told)

    def _other_topic(self) -> str:
        # What every document says it is about goes before a subject or body that names work in general.
        about = [other_topic(self.rules, paper.words) for paper in self.reading.papers if paper.hands_in]
        return about[0] if about and all(about) else other_topic(self.rules, self.reading.title)

    def _filed_if_sure(self, unit: Unit) -> Filed | Unclear:
        filings = self._filings(unit)
        # That nothing urgent happened is not that there is nothing to report.
        nil = self._sign(Circumstance.NIL) is not None and self._sign(Circumstance.URGENT) is None
        is_report = self.reading.document_type is DocumentType.BC and not self.reading.asks
        # "Không phát sinh" needs no document to be a report that there is nothing to report.
        if not filings or not (is_report or nil):
            return self._ask(Question.REPORT)
        if not self.mail.attachments and not nil:
            return self._ask(Question.LINK if self._sign(Circumstance.LINK) else Question.NO_FILE)
        papers = [paper for paper in self.reading.papers if paper.hands_in] or self.reading.papers
        if papers and all(paper.closed or paper.unfilled for paper in papers):
            return self._ask(Question.LOCKED, *forms_of(papers))
        if says_not_which(self.rules, unit, self.reading.periods, self.reading.title):
            return self._ask(Question.REPORT, _SEVERAL)
        if less := narrower(self.rules, unit, filings, self.mail, self.reading.papers, self.on):
            return self._ask(Question.REPORT, less)
        keys = [DutyKey(unit.id, filing.report, filing.period) for filing in filings]
        if slips := self._slips(keys):
            return self._ask_which_year(slips)
        factor, owed = by_duties(keys, self.known.open)
        sure = certainty(self.rules, self.reading, filings, self.on, exact=self.whose.exact, nil=nil) * factor
        if sure < ENOUGH:
            return replace(self._ask(Question.PERIOD, *owed), findings=self.findings(round(sure, 3), *owed))
        seen = tuple(replace(f, parts=parts_seen(self.rules.report(f.report), self.mail)) for f in filings)
        return Filed(unit=unit.id, filings=seen, findings=self.findings(round(sure, 3), *owed))

    def _slips(self, keys: Iterable[DutyKey]) -> list[DutyKey]:
        """The duties that were meant, should the year as written be a slip of the pen."""
        stated = {found.period for found in self.reading.found if not found.inferred}
        others = (of_another_year(key, self.known.open, self.on) for key in keys if key.period in stated)
        return [other for other in others if other is not None]

    def _ask_which_year(self, slips: Iterable[DutyKey]) -> Unclear:
        meant = tuple(Filing(key.report, key.period) for key in slips)
        labels = ", ".join(filing.period.label for filing in meant)
        asked = self._ask(Question.PERIOD, Evidence(Source.DUTIES, f"đơn vị đang phải gửi báo cáo {labels}"))
        findings = replace(asked.findings, runner_up=f"{labels}, nếu ghi nhầm năm")
        return replace(asked, findings=findings, candidates=tuple(dict.fromkeys((*meant, *asked.candidates))))

    def _ask(self, question: Question, *more: Evidence) -> Unclear:
        findings = self.findings(_ASKED, *more)
        return Unclear(question=question, findings=findings, candidates=self._candidates())

    def _thread(self) -> Evidence | None:
        unit = self.whose.unit
        own = [key for key in self.known.thread if unit is not None and key.unit == unit.id]
        return thread.hint(own, self.rules)

    def _candidates(self) -> tuple[Filing, ...]:
        """The likely answers: what the periods read would hand in, or else what the unit owes."""
        # In a conflict only the sender knows which of them is meant: none may be offered alone.
        said = [period for period, _ in self.reading.voices] if self.reading.conflict else []
        begun = [period for period in (*self.reading.periods, *said) if period.has_begun(self.on)]
        unit = self.whose.unit
        if filings := filings_of(self.rules, unit, begun, self.reading.title):
            return filings
        owed = [key for key in self.known.open if unit is not None and key.unit == unit.id]
        owed.sort(key=lambda key: (key.period.last_on, key.report))
        return thread.likely_first((Filing(key.report, key.period) for key in owed), self.known.thread)

    def _filings(self, unit: Unit | None) -> tuple[Filing, ...]:
        """The reports that the rules ask for, of this unit if it is known, for the periods read."""
        return filings_of(self.rules, unit, self.reading.periods, self.reading.title)

    def _sign(self, circumstance: Circumstance) -> Sign | None:
        return next((sign for sign in self.signs if sign.circumstance is circumstance), None)

    def _says_nothing_readable(self) -> bool:
        # A broken boundary or a wrong charset need not hide what the mail says; these do.
        hidden = any(defect.startswith(_HIDING) for defect in self.mail.defects)
        return hidden and not (self.reading.periods and self.mail.attachments)

    def _is_urgent(self) -> bool:
        signs = [sign for sign in self.signs if sign.circumstance is Circumstance.URGENT]
        named = [sign for sign in signs if sign.category != OTHER_EVENT]
        urgent = next(iter(named or signs), None)
        asks_others = self._is_letter() and not answers_urgent(self.mail.subject)
        if asks_others and not named:
            # "2030/SYT-NVY Báo cáo nhanh ...": a letter that asks others for a quick report.
            return False
        if any(sign.source is Source.HEADING for sign in named):
            # Beside the month's own report it is told apart (`beside`), and the month is filed.
            return not any(paper.reports and not paper.adhoc for paper in self.reading.papers)
        if self.reading.adhoc or urgent is None or not self.reading.periods:
            return self.reading.adhoc or urgent is not None
        # The month is that of the letter at hand, whose subject was left as it was; no report comes with it.
        told = urgent.source is Source.BODY and urgent.category != OTHER_EVENT
        alone = {source for _, source in self.reading.voices} == {Source.SUBJECT}
        return told and alone and not any(map(is_written, self.mail.attachments))

    def _is_letter(self) -> bool:
        # Whether every document is a letter (công văn), and there is one.
        return {paper.document_type for paper in self.reading.papers} == {DocumentType.CV}

    def _is_request(self) -> bool:
        if self._sign(Circumstance.RECALL) or any(self._excuses()) or self._brings_another():
            return True
        wish = self._sign(Circumstance.EXTENSION) or self._sign(Circumstance.QUESTION)
        # Who reports a fire and asks what to do is not left until the morning.
        first = self._is_urgent() and outweighs(self._sign(Circumstance.URGENT), self.mail.subject)
        return wish is not None and not first and not self.reading.brings_report

    def _brings_another(self) -> bool:
        # "Xin lùi thời hạn báo cáo tháng 11 (gửi kèm báo cáo tháng 10)": what is put off is not handed in.
        plea = self._sign(Circumstance.EXTENSION)
        put_off = [self.reading.agreeing(period) == {Source.SUBJECT} for period in self.reading.periods]
        return plea is not None and plea.source is Source.SUBJECT and any(put_off) and not all(put_off)


def _sealed(seal: Evidence, unit: Unit | None) -> Sealed:
    findings = Findings(unit=unit.id if unit else None, confidence=1.0, evidence=(seal,))
    return Sealed(unit=unit.id if unit else None, findings=findings)
