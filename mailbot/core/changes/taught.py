"""The rules with what people have confirmed: addresses from the day of their word on, phrases of titles.

What the files of the profile say goes before: an address that the register has by now is the register's.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from mailbot.core.calendar import local
from mailbot.core.changes.lesson import Lesson, Teaches, last_words
from mailbot.core.language.text import fold
from mailbot.core.reading.topic import find_phrase, words_of
from mailbot.core.rules import Report, Role, Rules, Span, Unit, UnitAddress
from mailbot.core.verdict import Evidence, Source
from mailbot.core.wording.vietnamese import short_day


def taught(rules: Rules, lessons: Sequence[Lesson]) -> Rules:
    """`rules` and what `lessons` add: one object for the same two, so that its results are remembered."""
    said = sorted(last_words(lessons).values(), key=lambda lesson: lesson.number)
    # Whoever confirms that an address is another unit's, or a phrase another report's, corrects the first.
    owners = {(each.proposal.teaches, each.proposal.words): each for each in said if each.confirmed}
    return _taught(rules, tuple(owners.values())) if owners else rules


@lru_cache(maxsize=16)
def _taught(rules: Rules, confirmed: tuple[Lesson, ...]) -> Rules:
    registered = {address.email for unit in rules.units for address in unit.addresses}
    used = tuple(lesson for lesson in confirmed if lesson.proposal.words not in registered)
    return replace(
        rules,
        units=tuple(_unit(unit, used) for unit in rules.units),
        reports=tuple(_report(report, used) for report in rules.reports),
        lessons=used,
    )


def _unit(unit: Unit, lessons: Sequence[Lesson]) -> Unit:
    more = tuple(
        UnitAddress(
            email=lesson.proposal.words,
            role=Role.PERSONAL,
            # As the register's own addresses: afterwards it is its successors'.
            valid=Span(start=local(lesson.decided_at).date(), end=unit.valid.end),
        )
        for lesson in lessons
        if lesson.proposal.teaches is Teaches.ADDRESS and lesson.proposal.of == unit.id
    )
    return replace(unit, addresses=(*unit.addresses, *more)) if more else unit


def _report(report: Report, lessons: Sequence[Lesson]) -> Report:
    more = tuple(
        lesson.proposal.words
        for lesson in lessons
        if lesson.proposal.teaches is Teaches.TOPIC and lesson.proposal.of == report.id
    )
    return replace(report, topics=(*report.topics, *more)) if more else report


def vouched(rules: Rules, unit: Unit, email: str) -> Evidence | None:
    """Who confirmed that the address is the unit's, as evidence; None if the register itself has it."""
    for lesson in rules.lessons:
        said = lesson.proposal
        if said.teaches is Teaches.ADDRESS and said.words == email.lower() and said.of == unit.id:
            return Evidence(Source.RULING, f"địa chỉ của {unit.name}, {_confirmed(lesson)}", email)
    return None


def taught_topic(rules: Rules, title: str) -> Evidence | None:
    """The confirmed phrase that stands in the title, as evidence; None if none does."""
    words = words_of(title) if rules.lessons else ()
    for lesson in rules.lessons:
        said = lesson.proposal
        if said.teaches is Teaches.TOPIC and find_phrase(words, words_of(said.words)) is not None:
            report = next((report.name for report in rules.reports if report.id == said.of), said.of)
            return Evidence(Source.RULING, f"cụm từ của {report}, {_confirmed(lesson)}", fold(said.words))
    return None


def _confirmed(lesson: Lesson) -> str:
    return f"do {lesson.by} xác nhận ngày {short_day(lesson.decided_at)}"
