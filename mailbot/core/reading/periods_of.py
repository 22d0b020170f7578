"""Which periods a mail reports on, put together from all its titles.

Trust goes from the head of a document over the subject and the file's name to the body. Sources that
contradict each other are a conflict for a person to settle, unless a third agrees with the more trusted
one; sources that add to each other are one mail with several reports.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from mailbot.core.mail import Mail, Nature
from mailbot.core.period import Cadence, Period
from mailbot.core.reading.titles import DocumentType, PeriodMention, resolve
from mailbot.core.reading.titles_of import Paper, Title, body_titles, papers_of, subject_of
from mailbot.core.verdict import Evidence, Source

_ABOUT_A_YEAR = timedelta(days=360)
_LONGEST_WORDS = 400
_PRINTED = (Source.HEADING, Source.OPENING)
_Key = tuple[Cadence | None, int | None]


@dataclass(frozen=True, slots=True)
class Found:
    """A period that was read, and where."""

    period: Period
    source: Source
    text: str
    inferred: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodReading:
    """What the titles in a mail say together.

    Attributes:
        found: the periods that the mail reports on, the most trusted source of each.
        papers: all that are enclosed; `counted` are those among them that were asked for periods.
        voices: every source that names a period, whether it counts or not.
        conflict: what a less trusted source says against that, as words for a person; "" if nothing.
        asks: the mail asks for a report, or is about reporting, without being one.
        adhoc: it is an urgent report on an event, which has no period.
        title: all words that were read, for recognising what the report is about.
        inherited: the subject is that of the mail that is answered or forwarded, not the sender's own.
        part: what makes it the report of a part of a period only ("kỳ 1"; a year named with its November),
            with where that stands.
    """

    found: tuple[Found, ...]
    voices: tuple[tuple[Period, Source], ...]
    papers: tuple[Paper, ...]
    counted: tuple[Paper, ...]
    document_type: DocumentType | None
    conflict: str
    asks: bool
    adhoc: bool
    evidence: tuple[Evidence, ...]
    title: str
    inherited: bool = False
    part: Evidence | None = None

    @property
    def periods(self) -> tuple[Period, ...]:
        """The periods alone."""
        return tuple(found.period for found in self.found)

    @property
    def own_periods(self) -> tuple[Period, ...]:
        """Those that the mail itself names, and not only the subject of one before it."""
        return tuple(f.period for f in self.found if not (self.inherited and f.source is Source.SUBJECT))

    @property
    def headings(self) -> tuple[str, ...]:
        """The titles that stand at the heads of its documents."""
        return tuple(paper.heading.title for paper in self.papers if paper.heading is not None)

    @property
    def brings_report(self) -> bool:
        """Whether one of its documents is a report by its name or its head."""
        return any(paper.document_type is DocumentType.BC for paper in self.papers)

    def agreeing(self, period: Period) -> frozenset[Source]:
        """The sources that name the period."""
        return frozenset(source for named, source in self.voices if named == period)

    @property
    def runner_up(self) -> str:
        """The next best reading, in words; "" if there is none."""
        if self.conflict:
            return self.conflict
        for found in self.found:
            if found.inferred:
                before = Period.containing(found.period.cadence, found.period.first_on - _ABOUT_A_YEAR)
                return f"{before.label}, nếu báo cáo gửi muộn"
        return ""


def periods_of(
    mail: Mail, arrived_on: date, other: Callable[[Paper], object] = lambda _: False
) -> PeriodReading:
    """Read the periods that `mail` reports on; a year that it does not give follows from `arrived_on`.

    `other` tells that a document is the report of another regime or body: beside one of ours it says nothing.
    """
    subject, enclosed, body = subject_of(mail), papers_of(mail), body_titles(mail)
    # Beside one that stands alone there is none to leave it out for.
    several = enclosed if len(enclosed) > 1 else ()
    ours = tuple(paper for paper in several if not (paper.hands_in and other(paper)))
    papers = ours if any(paper.reports for paper in ours) else enclosed
    titles = [subject, *(title for paper in papers for title in paper.titles), *body]
    dating = _Dating(titles, arrived_on)
    found, conflict = _weighed(dating, subject, papers, body)
    document_type, type_evidence = _document_type(subject, papers, body)
    return PeriodReading(
        found=tuple(found),
        voices=tuple((p, title.source) for title in titles for p in dating.periods([title])),
        papers=enclosed,
        counted=papers,
        document_type=document_type,
        conflict=conflict,
        asks=subject.reading.asks
        and not subject.inherited
        and not any(paper.document_type for paper in papers),
        adhoc=not found and any(title.reading.adhoc for title in titles),
        evidence=(*_evidence(found), *type_evidence, *_left_out(enclosed, papers)),
        title=" . ".join(title.words[:_LONGEST_WORDS] for title in titles),
        inherited=subject.inherited,
        part=_part_of_month(subject, papers) or _not_at_its_end(dating, subject, papers),
    )


class _Dating:
    """Gives mentions their years: their own, that of another title, or the one that the arrival implies."""

    def __init__(self, titles: Iterable[Title], arrived_on: date) -> None:
        self._arrived_on = arrived_on
        years: dict[_Key, set[int]] = {}
        for mention in (mention for title in titles for mention in title.reading.periods):
            if mention.year is not None:
                years.setdefault((mention.cadence, mention.ordinal), set()).add(mention.year)
        # A year that the titles do not agree on helps none of those that leave it out.
        self._years = {key: found.pop() for key, found in years.items() if len(found) == 1}

    def periods(self, titles: Iterable[Title]) -> dict[Period, Found]:
        """The periods of these titles; the first one that names a period is its source."""
        found: dict[Period, Found] = {}
        for title in titles:
            for mention in title.reading.periods:
                period, inferred = self._resolved(mention)
                if period is not None:
                    found.setdefault(period, Found(period, title.source, mention.text, inferred))
        return found

    def _resolved(self, mention: PeriodMention) -> tuple[Period | None, bool]:
        year = mention.year or self._years.get((mention.cadence, mention.ordinal))
        return resolve(replace(mention, year=year), self._arrived_on), year is None


def _weighed(
    dating: _Dating, subject: Title, papers: Collection[Paper], body: Collection[Title]
) -> tuple[list[Found], str]:
    """The periods to believe, and what speaks against them."""
    said, told = dating.periods([subject]), dating.periods(body)
    handed: dict[Period, Found] = {}
    for paper in papers:
        own, conflict = _of_paper(dating, paper, () if subject.inherited else said)
        if conflict:
            return list(own.values()), conflict
        if paper.hands_in:
            handed |= {period: found for period, found in own.items() if period not in handed}
    told_otherwise = handed or (told if subject.inherited else {})
    if not _agree(said, told_otherwise):
        if not _gives_way(subject, said, told_otherwise, papers, told):
            return list(said.values()), _against("tệp đính kèm" if handed else "thân thư", told_otherwise)
        said = {}
    if objection := _objection(said, handed, dating.periods(_reporting(body)), doubled=not subject.inherited):
        return list((handed or said).values()), objection
    if handed and (_all_read(papers) or said.keys() <= handed.keys()):
        return list(handed.values()), ""
    annexes = dating.periods(title for paper in papers for title in paper.titles)
    return list(({**handed, **said} or annexes or told).values()), ""


def _gives_way(
    subject: Title,
    said: Collection[Period],
    otherwise: Mapping[Period, Found],
    papers: Iterable[Paper],
    told: Collection[Period],
) -> bool:
    """Whether the subject was left as it was for an earlier report, and what else is said is to be believed.

    That of an answered mail is such; of another it takes the document and a third voice to say so. A subject
    that names the later period may mean that an old file was attached: that is for a person.
    """
    printed = all(found.source in _PRINTED for found in otherwise.values())
    earlier = max(said, key=_end).last_on < max(otherwise, key=_end).last_on
    if subject.inherited:
        return printed or earlier
    names = [paper.named.reading.periods for paper in papers if paper.hands_in]
    seconded = otherwise.keys() <= set(told) or (all(names) and bool(names))
    return printed and seconded and earlier


def _objection(
    said: Collection[Period], handed: Mapping[Period, Found], told: Collection[Period], *, doubled: bool
) -> str:
    """What the covering words say against a document that nobody could read; "" if nothing."""
    believed = handed or said
    printed = any(found.source in _PRINTED for found in handed.values())
    if printed or (doubled and said and handed) or len(told) != 1 or _agree(told, believed):
        return ""
    alike = {period.cadence for period in believed} == {period.cadence for period in told}
    return _against("thân thư", told) if alike else ""


def _reporting(body: Iterable[Title]) -> Iterator[Title]:
    """The lines that hand in a report, and do not ask for one or answer a letter."""
    return (title for title in body if title.reading.document_type is DocumentType.BC)


def _end(period: Period) -> date:
    return period.last_on


def _of_paper(dating: _Dating, paper: Paper, said: Collection[Period]) -> tuple[dict[Period, Found], str]:
    """The periods of one file by its most trusted title that names any; and its name, if that objects."""
    levels = [found for title in paper.titles if (found := dating.periods([title]))]
    by_sheet, meant = dating.periods(paper.sheets), {*said, *(levels[0] if levels else ())}
    if by_sheet and meant and not any(sheet.lies_in(period) for sheet in by_sheet for period in meant):
        return {}, _against("các trang của bảng tính", by_sheet)
    if not levels:
        return {}, ""
    best, named = levels[0], dating.periods([paper.named])
    # The subject as a third voice settles a quarrel between a document and its name.
    if not _agree(best, named) and not (said and _agree(best, said)):
        return best, _against("tên tệp", named)
    if not (said or named) and _is_left_over(levels):
        return best, _against("câu mở đầu", levels[1])
    return best, ""


def _is_left_over(levels: Sequence[Mapping[Period, Found]]) -> bool:
    """Whether a title was left as for an earlier report: the sentence below names only later periods."""
    printed = [level for level in levels if all(found.source in _PRINTED for found in level.values())]
    if len(printed) < 2:  # noqa: PLR2004
        return False
    title, opening = printed
    kinds = [{period.cadence for period in level} for level in (title, opening)]
    return kinds[0] == kinds[1] and max(map(_end, title)) < min(map(_end, opening))


def _agree(one: Collection[Period], other: Collection[Period]) -> bool:
    return not one or not other or set(one) <= set(other) or set(other) <= set(one)


def _all_read(papers: Iterable[Paper]) -> bool:
    """Whether every file that may be a report was opened and says itself what it is."""
    return all(
        paper.attachment.nature is Nature.READ and paper.heading is not None
        for paper in papers
        if paper.hands_in
    )


def _against(what: str, periods: Iterable[Period]) -> str:
    return f"{what} ghi " + ", ".join(period.label for period in periods)


def _evidence(found: Iterable[Found]) -> Iterator[Evidence]:
    for each in found:
        says = f"kỳ báo cáo {each.period.label}"
        yield Evidence(
            each.source, says + (", năm suy từ thời điểm nhận" if each.inferred else ""), each.text
        )


def _left_out(enclosed: Iterable[Paper], papers: Collection[Paper]) -> Iterator[Evidence]:
    says = "tệp của chế độ báo cáo khác hoặc cơ quan khác, không tính vào báo cáo này"
    return (Evidence(Source.ATTACHMENT, says, paper.named.words) for paper in enclosed if paper not in papers)


def _part_of_month(subject: Title, papers: Iterable[Paper]) -> Evidence | None:
    """What says that only a part of a month is reported: the subject and each file, by its surest title.

    Where every file says so itself, in print, a subject that names the month ("BC T11") only shortens it.
    """
    handing_in = [tuple(paper.titles) for paper in papers if paper.hands_in]
    telling = [title for titles in handing_in if (title := _telling(titles))]
    printed = len(telling) == len(handing_in) and all(title.source in _PRINTED for title in telling)
    if not subject.inherited and not (printed and telling) and (own := _telling((subject,))):
        telling.insert(0, own)
    if not telling or not all(title.reading.part for title in telling):
        return None
    says = "chỉ báo cáo một phần của tháng, không phải báo cáo tháng"
    return Evidence(telling[0].source, says, telling[0].reading.part)


def _not_at_its_end(dating: _Dating, subject: Title, papers: Iterable[Paper]) -> Evidence | None:
    """A title that names a period with an earlier part of it: "tháng 11 và năm 2026" is of no whole year.

    The whole is reported with its last part ("tháng 12, quý IV và năm 2026"); before that it is an estimate.
    """
    telling = [title for paper in papers if paper.hands_in and (title := _telling(paper.titles))]
    for title in telling or ([] if subject.inherited else [subject]):
        named = dating.periods([title])
        for whole, found in named.items():
            ends = {part.last_on for part in named if part != whole and part.lies_in(whole)}
            if ends and whole.last_on not in ends:
                says = f"nêu {whole.label} cùng với một kỳ chưa phải kỳ cuối của {whole.label}"
                return Evidence(title.source, says, found.text)
    return None


def _telling(titles: Iterable[Title]) -> Title | None:
    """The first of them that names a period or a part of one."""
    return next((title for title in titles if title.reading.periods or title.reading.part), None)


def _document_type(
    subject: Title, papers: Iterable[Paper], body: Iterable[Title]
) -> tuple[DocumentType | None, tuple[Evidence, ...]]:
    """A report among the files decides; else the subject, the files, the body, in that order.

    The subject of an answered mail comes last, and says nothing of what is attached unless it names a report:
    nor does that of our own letter say what its answer is ("[Thông báo] Điều chỉnh thời hạn gửi").
    """
    papers = tuple(papers)
    files = [title for paper in papers for title in paper.titles if title.reading.document_type]
    reports = [next(paper.titles) for paper in papers if paper.document_type is DocumentType.BC]
    own, inherited = ([], [subject]) if subject.inherited else ([subject], [])
    if (papers or subject.ours) and subject.reading.document_type is not DocumentType.BC:
        inherited = []
    for title in [*reports, *own, *files, *body, *inherited]:
        kind = DocumentType.BC if title in reports else title.reading.document_type
        if kind is not None:
            return kind, (Evidence(title.source, f"loại văn bản {kind}", title.words[:_LONGEST_WORDS]),)
    return None, ()
