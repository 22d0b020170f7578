"""What `accuracy.py` measures on: titles, mails made of titles, the museum, and a rehearsed year."""

import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from core.test_titles_open import labels  # noqa: E402
from museum.build import Entry, entries, entry  # noqa: E402
from museum.judge import differences, judged, mail_of, rules, told  # noqa: E402

from mailbot import log  # noqa: E402
from mailbot.cli.new_office import write_office  # noqa: E402
from mailbot.config import Reading, load_config  # noqa: E402
from mailbot.core.calendar import ZONE  # noqa: E402
from mailbot.core.classify import classify  # noqa: E402
from mailbot.core.mail import Address, Attachment, Mail, Nature  # noqa: E402
from mailbot.core.period import Period  # noqa: E402
from mailbot.core.reading.titles import read_title  # noqa: E402
from mailbot.core.verdict import Filed, Ignored, Sealed, Source, Unclear, Verdict, kind  # noqa: E402
from mailbot.inbox.extract import Reader  # noqa: E402
from mailbot.ledger.store import Ledger  # noqa: E402
from mailbot.rehearsal.accidents import Accident  # noqa: E402
from mailbot.rehearsal.stage import rehearse  # noqa: E402
from mailbot.rehearsal.truth import Meant, Truth  # noqa: E402
from mailbot.rehearsal.year import whole_year  # noqa: E402

DATA = ROOT / "tests" / "data"
SENDER = Address("sotaichinh@thainguyen.example")
_UNSAID_YEAR = 2025
_READ_FROM = frozenset({Source.HEADING, Source.OPENING, Source.SUBJECT, Source.ATTACHMENT, Source.BODY})

# Nobody could know: a box at home, a file of another month than the subject, no period anywhere.
_TO_BE_ASKED = frozenset({Accident.PRIVATE, Accident.OTHER_MONTH, Accident.UNLABELLED})


class Outcome(StrEnum):
    EXACT = "exact"
    UNCLEAR = "unclear"  # asked where a clerk knows: a cost, and no harm
    WRONG = "wrong"  # decided, and not as a clerk would: the harm


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One thing judged: `says` is what was wrong; `sure` how sure a filing was, where it is one."""

    of: str
    kind: str
    name: str
    outcome: Outcome
    says: str = ""
    sure: float | None = None
    sources: tuple[str, ...] = ()


class Row(NamedTuple):
    """A labelled title."""

    title: str
    kind: str
    value: str
    document_type: str

    @property
    def family(self) -> str:
        return "several periods" if "+" in self.kind else self.kind

    @property
    def periods(self) -> frozenset[Period] | None:
        """The periods that the label names, None where it leaves a number out; years unsaid are one year."""
        if self.value == "-":
            return frozenset()
        if "??" in self.value.replace("????", ""):
            return None
        return frozenset(Period.parse(v.replace("????", str(_UNSAID_YEAR))) for v in self.value.split("+"))


def rows(table: str) -> list[Row]:
    lines = (DATA / f"{table}.tsv").read_text("utf-8").splitlines()
    return [Row(*line.split("\t")) for line in lines if line and not line.startswith("#")]


def of_titles(table: str) -> Iterator[Case]:
    """Titles alone: the periods, and the type of document."""
    for row in rows(table):
        reading = read_title(row.title)
        read = labels(reading)
        definite = any(mention.ordinal is not None for mention in reading.periods)
        wrong = Outcome.WRONG if definite else Outcome.UNCLEAR
        outcome = Outcome.EXACT if read == (row.kind, row.value) else wrong
        says = f"{read[1]} instead of {row.value}"
        yield Case(of=table, kind=row.family, name=row.title, outcome=outcome, says=says)
        named = reading.document_type or ""
        outcome = Outcome.EXACT if named == row.document_type else Outcome.WRONG if named else Outcome.UNCLEAR
        says = f"{named} instead of {row.document_type}"
        kept = row.document_type if row.document_type in {"BC", "PL"} else "fulfils nothing"
        yield Case(of=f"{table}, type", kind=kept, name=row.title, outcome=outcome, says=says)


def of_titles_as_mails(table: str) -> Iterator[Case]:
    """The same titles as the only thing that a mail says, each in one place."""
    for row in rows(table):
        if row.periods is None or not row.document_type:
            continue
        arrived_at = arrival(row.periods)
        for place, mail in _mails(row):
            yield of_mail(place, row, classify(mail, rules(), arrived_at))


def arrival(periods: Iterable[Period]) -> datetime:
    last = max((period.last_on for period in periods), default=date(_UNSAID_YEAR, 6, 24))
    return datetime.combine(last, time(10), ZONE)


def _mails(row: Row) -> Iterator[tuple[str, Mail]]:
    is_file = "." in row.title[-6:]
    scan = _file("scan0001.pdf")
    yield "title as subject", _mail(row.title, scan)
    yield "title as name", _mail("", _file(row.title if is_file else f"{row.title}.pdf"))
    if row.document_type == "BC" and not is_file and " " in row.title:
        matter = row.title.removeprefix("Báo cáo ")
        head = "SỞ TÀI CHÍNH\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n"
        text = f"{head}Số: 45/BC-STC\nThái Nguyên, ngày     tháng     năm\n\nBÁO CÁO\n{matter}\n\nKính gửi:"
        yield "title as heading", _mail("Gửi văn phòng", _file("vb.docx", text))
        if "báo cáo" in row.title.lower():
            yield "title in body", _mail("", scan, text=f"Kính gửi Văn phòng.\nĐơn vị gửi {row.title}.\n")


def _file(name: str, text: str = "") -> Attachment:
    nature = Nature.READ if text else Nature.EMPTY
    return Attachment(
        name=name, content_type="application/pdf", size=90_000, sha256="c" * 64, text=text, nature=nature
    )


def _mail(subject: str, file: Attachment, text: str = "") -> Mail:
    return Mail(
        sha256="a" * 64,
        identity="b" * 64,
        size=99_000,
        sender=SENDER,
        subject=subject,
        text=text,
        attachments=(file,),
    )


def of_mail(place: str, row: Row, verdict: Verdict) -> Case:
    read = frozenset(verdict.findings.periods)
    filed = frozenset(f.period for f in verdict.filings) if isinstance(verdict, Filed) else frozenset()
    meant = (row.periods or frozenset()) if row.document_type in {"BC", "PL"} else frozenset()
    wrong = not filed <= meant or (filed and read != row.periods)
    reports = row.document_type in {"BC", "PL"}
    if reports and row.periods and isinstance(verdict, Ignored):
        wrong = True
    exact = read == row.periods if reports and row.periods else not filed
    outcome = Outcome.WRONG if wrong else Outcome.EXACT if exact else Outcome.UNCLEAR
    return Case(
        of=place,
        kind=row.family if reports else "fulfils nothing",
        name=row.title,
        outcome=outcome,
        says=f"{kind(verdict)} {_listed(read)} instead of {row.value} {row.document_type}",
        sure=verdict.findings.confidence if filed else None,
        sources=_sources(verdict),
    )


def _listed(periods: Iterable[Period]) -> str:
    return "+".join(sorted(map(str, periods))) or "-"


def _sources(verdict: Verdict) -> tuple[str, ...]:
    """Where the periods were read."""
    found = {str(e.source) for e in verdict.findings.evidence if e.says.startswith("kỳ báo cáo")}
    return tuple(sorted(found & _READ_FROM))


def museum_mails() -> list[tuple[str, Entry, Mail]]:
    with Reader(ocr=False) as reader, tempfile.TemporaryDirectory() as folder:
        labelled = ((path.stem, entry(path)) for path in entries())
        return [(name, label, mail_of(label, reader, Path(folder))) for name, label in labelled]


def of_museum(mails: Iterable[tuple[str, Entry, Mail]]) -> Iterator[Case]:
    for name, label, mail in mails:
        verdict = judged(label, mail)
        wrong = list(differences(label["expect"], told(verdict, mail)))
        asked = isinstance(verdict, Unclear)
        wanted = label["expect"]["kind"]
        yield Case(
            of="museum",
            kind=wanted if isinstance(wanted, str) else "either",
            name=name,
            outcome=Outcome.EXACT if not wrong else Outcome.UNCLEAR if asked else Outcome.WRONG,
            says="; ".join(wrong),
            sure=verdict.findings.confidence if isinstance(verdict, Filed) else None,
            sources=_sources(verdict),
        )


def of_year() -> Iterator[Case]:
    """The mails of a rehearsed year, whose truth only the simulated province knows."""
    log.configure("error", "console")
    with tempfile.TemporaryDirectory() as folder:
        config = load_config(write_office(Path(folder) / "office", "thai-nguyen-2013", date(2014, 1, 1)))
        config = replace(config, reading=Reading(ocr=False))
        year, _ = rehearse(config, whole_year(2014, 1), lambda _: None)
        ledger = Ledger.open(config.ledger_url)
        arrivals = ledger.book().arrivals
        ledger.close()
    for arrival in arrivals:
        yield _of_arrival(year.room.truths[arrival.mail.sha256], arrival.mail, arrival.verdict)


def _of_arrival(truth: Truth, mail: Mail, verdict: Verdict) -> Case:
    filed = frozenset(verdict.filings) if isinstance(verdict, Filed) else frozenset()
    meant = frozenset(truth.filings) if truth.meant is Meant.REPORT else frozenset()
    twin = kind(verdict) == "duplicate" and truth.twin
    if truth.meant is Meant.REPORT:
        exact = twin or filed == meant
    elif truth.meant is Meant.SECRET:
        exact = isinstance(verdict, Sealed)
    else:
        exact = not filed
    asked = isinstance(verdict, Unclear) and truth.meant is not Meant.SECRET
    exact = exact or (asked and truth.label in _TO_BE_ASKED)
    read, due = (_listed(filing.period for filing in filings) for filings in (filed, meant))
    return Case(
        of="year",
        kind=str(truth.meant),
        name=f"{truth.label}: {mail.subject}",
        outcome=Outcome.EXACT if exact else Outcome.UNCLEAR if asked else Outcome.WRONG,
        says=f"{kind(verdict)} {read} instead of {due}",
        sure=verdict.findings.confidence if filed else None,
        sources=_sources(verdict),
    )
