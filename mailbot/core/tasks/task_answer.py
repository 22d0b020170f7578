"""The questions about tasks, put to one mail: which it is about, what else it brings, what it says of them.

`mailbot.core.tasks.task_mail` tells what names a task, and what words say of it. Here it is decided which
lines are asked: a subject may be that of our letter, and a report that cites a task's document is not about
it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from mailbot.core.duty import DutyKey
from mailbot.core.mail import Mail
from mailbot.core.reading.fulfilment import filings_of
from mailbot.core.reading.periods_of import PeriodReading
from mailbot.core.rules import Rules, Unit
from mailbot.core.tasks.assignment import News
from mailbot.core.tasks.task_mail import Lines, OpenTask, Reading, carried_on, each_by_itself, named, read
from mailbot.core.verdict import Filing


@dataclass(frozen=True, slots=True)
class TaskAnswer:
    """A mail of `unit`, as far as it may answer what the unit was given to do."""

    mail: Mail
    rules: Rules
    reading: PeriodReading
    unit: Unit

    def tasks(
        self, given: Collection[OpenTask], thread: Collection[DutyKey], on: date
    ) -> tuple[OpenTask, ...]:
        """The tasks that the mail is about; a document number that a periodic report cites is not meant."""
        if not given:
            return ()
        tasks = tuple(carried_on(given, self.rules, on))
        periodic = bool(filings_of(self.rules, self.unit, self.reading.periods, self.reading.title))
        found = Lines(self.unit.id, self._lines(), periodic=periodic)
        return named(found, tasks, thread) or named(Lines(self.unit.id, self._beside()), tasks, ())

    def brought(self, tasks: tuple[OpenTask, ...]) -> tuple[Filing, ...]:
        """The periodic reports that the mail names, where only the letter that it answers names a task."""
        own = Lines(self.unit.id, self._lines(own=True), periodic=True, coded=True)
        if not self.mail.attachments or named(own, tasks, ()):
            return ()
        return filings_of(self.rules, self.unit, self.reading.own_periods, self.reading.title)

    def told(self, tasks: tuple[OpenTask, ...]) -> tuple[Reading, News]:
        """How far the mail says that the tasks have come: of several, only that all are done."""
        # Our letters ask for "kết quả thực hiện": in "Re: ..." that is said of a report that comes with it.
        said = Lines(self.unit.id, self._lines(own=not self.reading.brings_report))
        readings = [read(task, said, self.mail.text) for task in tasks]
        told, news = readings[0]
        if len(tasks) > 1 and not (
            {each for each, _ in readings} == {Reading.DONE}
            and len({task.key.unit for task in tasks}) == 1
            and each_by_itself(self._lines(), tasks)
        ):
            told = Reading.UNCLEAR
        return told, news

    def _beside(self) -> tuple[str, ...]:
        """The heads of the reports that are enclosed beside one of a period and name none themselves."""
        papers = [paper for paper in self.reading.papers if paper.heading is not None]
        some = any(paper.reports for paper in papers)
        return tuple(paper.heading.title for paper in papers if some and paper.heading and not paper.reports)

    def _lines(self, *, own: bool = False) -> tuple[str, ...]:
        named = (*(f.name for f in self.mail.attachments), *self.reading.headings)
        return named if own and self.reading.inherited else (self.mail.subject, *named)
