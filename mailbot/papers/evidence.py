"""The evidence pack for one verdict: everything that it rests on, in one file that settles a dispute.

Raw mails as they came, their clocks and which of them counts, the rules in force, the letters sent with what
the mail server answered, and every ruling. Of a sealed mail there is nothing but its number and time.
"""

import hashlib
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from mailbot.core.arrival import Arrival
from mailbot.core.book import Ruling
from mailbot.core.calendar import local
from mailbot.core.standings.figures import Line
from mailbot.core.verdict import Sealed, Verdict, kind
from mailbot.core.wording import vietnamese
from mailbot.papers.pages import page_environment
from mailbot.papers.words import MAIL_KINDS, SOURCES, STANDINGS

_NOTE = "tom-tat.html"
_PRINTED = "tom-tat.pdf"
_SUMS = "SHA256SUMS"
# How a letter stands, and what became of a try to send it.
STATES = {
    "waiting": "đang chờ gửi", "held": "đang giữ lại", "sent": "đã gửi", "given_up": "không gửi được",
    "withdrawn": "đã rút, không gửi", "dropped": "đã bỏ, không gửi", "accepted": "máy chủ đã nhận",
    "deferred": "máy chủ hẹn lại", "refused": "máy chủ từ chối", "lost": "không rõ máy chủ đã nhận hay chưa",
}  # fmt: skip
# A ZIP cannot be dated before 1980 (APPNOTE 4.4.6), and this one is dated by nothing: same facts, same bytes.
_DATED = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibit:
    """One mail that the verdict rests on, or that could have been thought to matter.

    Attributes:
        raw: its bytes as they came; None if they are not kept.
        counts: it is the copy that sets timeliness.
    """

    arrival: Arrival
    verdict: Verdict
    rulings: tuple[Ruling, ...]
    raw: bytes | None
    counts: bool

    @property
    def sealed(self) -> bool:
        """Whether nothing of it may be shown."""
        return isinstance(self.arrival.verdict, Sealed) or isinstance(self.verdict, Sealed)

    @property
    def file(self) -> str:
        """Its name in the pack."""
        return f"thu-den/BC-{self.arrival.number:06}.eml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """One try to post a letter, and what the mail server said."""

    began_at: datetime
    outcome: str
    reply: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SentLetter:
    """One letter about the duty, with its tries."""

    number: int
    kind: str
    subject: str
    recipients: tuple[str, ...]
    queued_at: datetime
    state: str
    raw: bytes
    tries: tuple[Try, ...]

    @property
    def file(self) -> str:
        """Its name in the pack."""
        return f"thu-di/thu-{self.number:06}.eml"


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What there is about one duty at `made_at`; `rules` are the files in force, in short `rule_words`."""

    office: str
    unit: str
    line: Line
    made_at: datetime
    profile: str
    fingerprint: str
    exhibits: Sequence[Exhibit]
    letters: Sequence[SentLetter]
    rules: Mapping[str, bytes]
    rule_words: Sequence[str] = ()


def pack(evidence: Evidence, templates: Path) -> bytes:
    """The pack as a ZIP, with the sums of its files; `sha256sum -c SHA256SUMS` checks it."""
    from mailbot.papers.pdf import pdf_of  # noqa: PLC0415 - reportlab takes long to load

    page = summary_page(evidence, templates)
    title = f"Hồ sơ chứng cứ: {evidence.unit}, {evidence.line.title}"
    printed = pdf_of([page], title=title, author=evidence.office, made_at=local(evidence.made_at))
    files = {_NOTE: page.encode(), _PRINTED: printed}
    for exhibit in evidence.exhibits:
        if exhibit.raw is not None and not exhibit.sealed:
            files[exhibit.file] = exhibit.raw
    files |= {letter.file: letter.raw for letter in evidence.letters}
    files |= {f"quy-tac/{name}": content for name, content in evidence.rules.items()}
    sums = "".join(
        f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in sorted(files.items())
    )
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in {**files, _SUMS: sums.encode()}.items():
            package.writestr(zipfile.ZipInfo(name, _DATED), content, zipfile.ZIP_DEFLATED)
    return kept.getvalue()


def summary_page(evidence: Evidence, templates: Path) -> str:
    """The summary as a page."""
    environment = page_environment(templates / "papers")
    environment.filters.update(foreign=vietnamese.foreign, kind=kind, exact=_exact, state=_state)
    return environment.get_template("evidence.html.j2").render(
        evidence=evidence,
        line=evidence.line,
        mail_kinds=MAIL_KINDS,
        sources=SOURCES,
        standing_words=STANDINGS,
    )


def _exact(at: datetime | None) -> str:
    """`14:03:07 ngày 25/6/2013`: a second can decide."""
    if at is None:
        return "không có"
    here = local(at)
    return f"{here:%H:%M:%S} ngày {vietnamese.short_day(here)}"


def _state(word: str) -> str:
    return STATES.get(word, word or "chưa rõ")
