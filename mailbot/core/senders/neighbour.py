"""A report of a neighbouring commune or district, in a mail from another one's box.

One person may send for several communes, and a box may be lent. The address proves who sends, not whose
the report is: where a committee's mail names another committee of the register, and not itself, a person is
asked, and neither is called late until then. A department may name places, for it reports on them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from mailbot.core.mail import Mail
from mailbot.core.reading.issuer import NamedUnit, is_committee, units_named
from mailbot.core.reading.titles_of import Paper, body_titles
from mailbot.core.rules import Rules, Unit
from mailbot.core.verdict import Evidence, Filed, Question, Source, Unclear

# "xa Vo Tranh" in the middle of a file's name still weighs as much; a village's or school's place does not.
_NAMED = 0.4


def of_neighbour(
    verdict: Filed | Unclear, unit: Unit, mail: Mail, papers: Sequence[Paper], rules: Rules, on: date
) -> Filed | Unclear:
    """The verdict on a mail of `unit`, or the question whose report it is that the mail names another for."""
    found = next(_others(unit, mail, papers, rules, on), None) if is_committee(unit) else None
    if found is None:
        return verdict
    source, other = found
    evidence = Evidence(source, f"tên trong thư khác nơi gửi: {other.says}", other.text)
    findings = replace(
        verdict.findings,
        may_be=tuple(dict.fromkeys((*verdict.findings.may_be, other.unit.id))),
        evidence=(*verdict.findings.evidence, evidence),
        runner_up=verdict.findings.runner_up or other.says,
    )
    if isinstance(verdict, Unclear):
        return replace(verdict, findings=findings)
    return Unclear(question=Question.UNIT, findings=findings, candidates=verdict.filings)


def _others(
    unit: Unit, mail: Mail, papers: Sequence[Paper], rules: Rules, on: date
) -> Iterator[tuple[Source, NamedUnit]]:
    """Each place that names another committee and not `unit`; the mail itself only where nothing names it."""
    named_itself = False
    for paper in papers:
        for source, words in _names_of(paper) if paper.hands_in else ():
            named = _named(words, rules, on)
            if any(n.unit == unit for n in named):
                named_itself = True
                break
            if other := next((n for n in named if is_committee(n.unit)), None):
                yield source, other
                break
    if not named_itself:
        yield from _of_mail(unit, mail, rules, on)


def _of_mail(unit: Unit, mail: Mail, rules: Rules, on: date) -> Iterator[tuple[Source, NamedUnit]]:
    lines = [(Source.SUBJECT, mail.subject), (Source.SENDER, mail.sender.name if mail.sender else "")]
    lines += [(Source.BODY, title.words) for title in body_titles(mail)]
    named = [(source, n) for source, words in lines for n in _named(words, rules, on)]
    if not any(n.unit == unit for _, n in named):
        yield from ((source, n) for source, n in named if is_committee(n.unit))


def _named(words: str, rules: Rules, on: date) -> list[NamedUnit]:
    return [named for named in units_named(words, rules, on) if named.weight >= _NAMED]


def _names_of(paper: Paper) -> Iterator[tuple[Source, str]]:
    """Where a document names whose it is, the surest first: its head, and the file's name."""
    if paper.heading is not None:
        yield Source.HEADING, paper.heading.issuer
    # "BC_T9_xa_Vo_Tranh.pdf": the edges of words are where people put them.
    yield Source.ATTACHMENT, paper.named.words.rpartition(".")[0].replace("_", " ")
