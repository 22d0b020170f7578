"""Which periods a mail reports on, put together from its subject, its attachments' names and its body.

Trust goes in that order. Sources that contradict each other are a conflict for a person to settle;
sources that add to each other are one mail with several reports.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from mailbot.core.mail import Mail
from mailbot.core.period import Cadence, Period
from mailbot.core.text import fold
from mailbot.core.titles import DocumentType, PeriodMention, TitleReading, read_title, resolve
from mailbot.core.verdict import Evidence, Source

# A covering letter says what it brings in its first lines; farther down stand signatures and history.
_BODY_LINES = 15
_LONGEST_LINE = 400
_QUOTE_STARTS = ("from:", "tu:", "-----", "_____")
_QUOTE_ENDS = ("da viet:", "wrote:")
# How sure a reading is by where it was found; a year that had to be inferred costs a little.
_SURE = {Source.SUBJECT: 0.98, Source.ATTACHMENT: 0.94, Source.BODY: 0.85}
_INFERRED_YEAR = 0.95
_ABOUT_A_YEAR = timedelta(days=360)


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodReading:
    """What the titles in a mail say together.

    Attributes:
        conflict: the sources contradict each other.
        asks: the mail asks for a report, or is about reporting, without being one.
        title: the words that were read, for recognising what the report is about.
    """

    periods: tuple[Period, ...]
    document_type: DocumentType | None
    conflict: bool
    asks: bool
    confidence: float
    evidence: tuple[Evidence, ...]
    runner_up: str
    title: str


@dataclass(frozen=True, slots=True)
class _Title:
    source: Source
    words: str
    reading: TitleReading

    @property
    def hands_in(self) -> bool:
        return self.reading.document_type in {DocumentType.BC, None}


def periods_of(mail: Mail, arrived_on: date) -> PeriodReading:
    """Read the periods that `mail` reports on; a year that it does not give follows from `arrived_on`."""
    titles = list(_titles(mail))
    years = _years(titles)
    subject = [title for title in titles if title.source is Source.SUBJECT]
    files = [title for title in titles if title.source is Source.ATTACHMENT]
    named = _resolved([title for title in files if title.hands_in], years, arrived_on)
    annexed = _resolved(files, years, arrived_on)
    said = _resolved(subject, years, arrived_on)
    told = _resolved([t for t in titles if t.source is Source.BODY], years, arrived_on)
    conflict = bool(said and named) and not (said.keys() <= named.keys() or named.keys() <= said.keys())
    if conflict:
        chosen, source = said, Source.SUBJECT
    else:
        chosen = {**said, **named} or annexed or told
        source = Source.SUBJECT if said else Source.ATTACHMENT if annexed else Source.BODY
    evidence = list(_period_evidence(chosen))
    inferred = any(mention.year is None and _key(mention) not in years for mention, _ in chosen.values())
    if inferred:
        evidence.append(Evidence(source, "năm không ghi, suy từ thời điểm nhận"))
    document_type, type_evidence = _document_type(subject, files, titles)
    return PeriodReading(
        periods=tuple(chosen),
        document_type=document_type,
        conflict=conflict,
        asks=any(title.reading.asks for title in subject) and not any(t.reading.document_type for t in files),
        confidence=_SURE[source] * (_INFERRED_YEAR if inferred else 1.0),
        evidence=(*evidence, *type_evidence),
        runner_up=_runner_up(chosen, named if conflict else {}, inferred=inferred),
        title=" ".join(title.words for title in titles),
    )


_Resolved = dict[Period, tuple[PeriodMention, Source]]


def _titles(mail: Mail) -> Iterator[_Title]:
    if mail.subject:
        yield _Title(Source.SUBJECT, mail.subject, read_title(mail.subject))
    for attachment in mail.attachments:
        yield _Title(Source.ATTACHMENT, attachment.name, read_title(attachment.name))
    for line in _own_lines(mail.text):
        if " bao cao " in f" {fold(line)} ":
            yield _Title(Source.BODY, line, read_title(line))


def _own_lines(text: str) -> Iterator[str]:
    """The first lines that the sender wrote, without what is quoted below them."""
    count = 0
    for line in text.splitlines():
        folded = fold(line[:_LONGEST_LINE])
        if folded.startswith(_QUOTE_STARTS) or folded.endswith(_QUOTE_ENDS) or count == _BODY_LINES:
            return
        if folded and not folded.startswith(">"):
            count += 1
            yield line[:_LONGEST_LINE]


def _key(mention: PeriodMention) -> tuple[Cadence | None, int | None]:
    return mention.cadence, mention.ordinal


def _years(titles: Iterable[_Title]) -> dict[tuple[Cadence | None, int | None], int]:
    """The year of each period that some title dates, where all that date it agree."""
    found: dict[tuple[Cadence | None, int | None], set[int]] = {}
    for title in titles:
        for mention in title.reading.periods:
            if mention.year is not None:
                found.setdefault(_key(mention), set()).add(mention.year)
    return {key: years.pop() for key, years in found.items() if len(years) == 1}


def _resolved(
    titles: Iterable[_Title], years: dict[tuple[Cadence | None, int | None], int], arrived_on: date
) -> _Resolved:
    found: _Resolved = {}
    for title in titles:
        for mention in title.reading.periods:
            year = mention.year if mention.year is not None else years.get(_key(mention))
            if (period := resolve(replace(mention, year=year), arrived_on)) is not None:
                found.setdefault(period, (mention, title.source))
    return found


def _period_evidence(chosen: _Resolved) -> Iterator[Evidence]:
    for period, (mention, source) in chosen.items():
        yield Evidence(source, f"kỳ báo cáo {period.label}", mention.text)


def _document_type(
    subject: list[_Title], files: list[_Title], titles: list[_Title]
) -> tuple[DocumentType | None, tuple[Evidence, ...]]:
    """A report among the files decides; else the subject, the files, the body, in that order."""
    reports = [title for title in files if title.reading.document_type is DocumentType.BC]
    for title in [*reports, *subject, *files, *titles]:
        found = title.reading.document_type
        if found is not None:
            return found, (Evidence(title.source, f"loại văn bản {found}", title.words[:_LONGEST_LINE]),)
    return None, ()


def _runner_up(chosen: _Resolved, other: _Resolved, *, inferred: bool) -> str:
    if other:
        return "tên tệp ghi " + ", ".join(period.label for period in other)
    if inferred and chosen:
        period = next(iter(chosen))
        before = Period.containing(period.cadence, period.first_on - _ABOUT_A_YEAR)
        return f"{before.label}, nếu báo cáo gửi muộn"
    return ""
