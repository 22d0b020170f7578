"""The templates of pages, tried before anybody publishes by them: a slip is found when they are loaded."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import TracebackType

import jinja2
from jinja2 import nodes

from mailbot.core.arrival import Arrival
from mailbot.core.book import Ruling
from mailbot.core.calendar import Calendar
from mailbot.core.deadlines import Deadline
from mailbot.core.mail import Address, ArrivalClock, Attachment, Clocks, Hop, Mail
from mailbot.core.standing import Standing
from mailbot.core.standings.closing import Closing, Position
from mailbot.core.standings.figures import Figures
from mailbot.core.standings.figures_form import checksum, figures_form
from mailbot.core.verdict import Evidence, Filed, Filing, Findings, Sealed, Source
from mailbot.errors import Fault, Misconfigured
from mailbot.papers.evidence import Evidence as Pack
from mailbot.papers.evidence import Exhibit, SentLetter, Try, summary_page
from mailbot.papers.objection import Dispute, objection_page
from mailbot.papers.pages import SLIPS, read_template
from mailbot.papers.portal import Portal
from mailbot.papers.samples import FIGURES, OFFICE
from mailbot.papers.wall import wall_chart

_YEAR = 2013
_LINE = FIGURES.lines[0]
_DEADLINE = Deadline(
    report=_LINE.report,
    period=_LINE.period,
    title=_LINE.title,
    due_at=_LINE.due_at,
    basis="điểm 1 Chỉ thị mẫu",
    derivation="ngày 25",
    units=(_LINE.unit,),
)
_DEADLINES = (_DEADLINE, replace(_DEADLINE, moved=True, reason="theo Công văn mẫu"))
_CAME = Arrival(
    number=1,
    mail=Mail(
        sha256="0" * 64,
        identity="0" * 64,
        size=1000,
        sender=Address("mau@mau.example"),
        subject="Báo cáo",
        attachments=(Attachment(name="a.pdf", content_type="application/pdf", size=900, sha256="0" * 64),),
    ),
    verdict=Filed(
        unit=_LINE.unit,
        filings=(Filing(_LINE.report, _LINE.period),),
        findings=Findings(unit=_LINE.unit, evidence=(Evidence(Source.SUBJECT, "mẫu", "Báo cáo"),)),
    ),
    arrived_at=_LINE.due_at,
    clock=ArrivalClock.SERVER,
    clocks=Clocks(
        seen_at=_LINE.due_at,
        server_at=_LINE.due_at,
        given_at=_LINE.due_at,
        received=(Hop(by="mx.mau.example", at=_LINE.due_at),),
    ),
    recorded_at=_LINE.due_at,
    rules="0" * 64,
)
_RULING = Ruling(
    number=1, arrival=1, verdict=_CAME.verdict, by="mẫu", why="đã mở tệp tin", ruled_at=_LINE.due_at
)
_EXHIBIT = Exhibit(arrival=_CAME, verdict=_CAME.verdict, rulings=(_RULING,), raw=b"", counts=True)
_SEALED = Sealed(unit=_LINE.unit, findings=Findings(unit=_LINE.unit))
_FULL = Pack(
    office=OFFICE.name,
    unit="Sở Mẫu",
    line=replace(
        FIGURES.lines[1],
        standing=Standing.LATE,
        arrived_at=_LINE.due_at,
        arrival=1,
        symbol="1/BC",
        remark="mẫu",
    ),
    made_at=_LINE.due_at,
    profile="mau",
    fingerprint="0" * 64,
    exhibits=(_EXHIBIT, replace(_EXHIBIT, raw=None, counts=False), replace(_EXHIBIT, verdict=_SEALED)),
    letters=(
        SentLetter(
            number=1,
            kind="late",
            subject="Đôn đốc",
            recipients=("mau@mau.example",),
            queued_at=_LINE.due_at,
            state="sent",
            raw=b"",
            tries=(Try(began_at=_LINE.due_at, outcome="accepted", reply="250 2.0.0 ok"),),
        ),
    ),
    rules={},
    rule_words=("Báo cáo mẫu.",),
)
_EVIDENCE = (_FULL, replace(_FULL, line=FIGURES.lines[2], exhibits=(), letters=()))

_DISPUTE = Dispute(
    office=OFFICE.name,
    unit="Sở Mẫu",
    period="tháng 6 năm 2013",
    number=1,
    arrived_at=_LINE.due_at,
    subject="Giải trình",
    words="Đơn vị đã gửi đúng hạn.",
    evidence=(),
    made_at=_LINE.due_at,
)
# Pages that stand alone, and pages in the frame of the portal: what these say stands in the block "main".
_ALONE = ("papers/wall.html.j2", "papers/evidence.html.j2", "papers/objection.html.j2")
_FRAME, _MAIN = "portal/layout.html.j2", "main"
_FRAMED = ("portal/index.html.j2", "portal/unit.html.j2", "portal/empty.html.j2")
_DISPUTES = (_DISPUTE, replace(_DISPUTE, words=""))


def check_pages(templates: Path) -> None:
    """Write every kind of page once, from samples.

    Raises:
        Misconfigured: with the first fault of each kind, by file and line.
    """
    tries: dict[str, Callable[[], object]] = {
        "portal": lambda: _portal(templates),
        "wall": lambda: wall_chart(templates, OFFICE, Calendar(), _YEAR, _DEADLINES),
        "objection": lambda: [objection_page(each, templates) for each in _DISPUTES],
        "evidence": lambda: [summary_page(evidence, templates) for evidence in _EVIDENCE],
    }
    faults = [fault for tried in tries.values() for fault in _faults(templates, tried)]
    faults += [fault for name in (*_ALONE, _FRAME, *_FRAMED) for fault in _emptied(templates, name)]
    if faults:
        raise Misconfigured(list(dict.fromkeys(faults)))


def _faults(templates: Path, tried: Callable[[], object]) -> Iterator[Fault]:
    try:
        tried()
    except jinja2.TemplateNotFound as error:
        yield Fault(_within(templates, str(error.name)), "không có tệp mẫu này (the template is missing)")
    except OSError as error:
        yield Fault(Path(error.filename or templates), "không đọc được tệp mẫu (cannot be read)")
    except UnicodeDecodeError:
        yield from _undecodable(templates)
    except jinja2.TemplateSyntaxError as error:
        file = Path(error.filename or templates / str(error.name))
        yield Fault(file, f"sai cú pháp (syntax): {error.message}", error.lineno)
    except SLIPS as error:
        file, line = _place(error, templates)
        yield Fault(file, f"không dùng được (fails): {error}", line)


def _within(templates: Path, name: str) -> Path:
    """The file that pages call by its bare name: each folder of pages is a world of its own."""
    known = (*_ALONE, _FRAME, *_FRAMED)
    return templates / next((each for each in known if Path(each).name == name), name)


def _undecodable(templates: Path) -> list[Fault]:
    """The files that are in another code page: the error itself does not say which one it was."""
    found = []
    for file in sorted(
        file for folder in ("pages", "papers", "portal") for file in templates.glob(f"{folder}/*")
    ):
        try:
            read_template(file)
        except OSError:
            continue
        except UnicodeDecodeError:
            found.append(Fault(file, "không phải văn bản UTF-8 (not UTF-8)"))
    return found or [Fault(templates, "có tệp mẫu không phải văn bản UTF-8 (not UTF-8)")]


def _emptied(templates: Path, name: str) -> Iterator[Fault]:
    """Whether an edit left a page that would say nothing; what cannot be read is told by trying it."""
    file = templates / name
    try:
        tree = jinja2.Environment().parse(read_template(file))  # noqa: S701 - nothing is written by it
    except (OSError, RecursionError, UnicodeDecodeError, jinja2.TemplateSyntaxError):
        return
    if name in _ALONE:
        if not _says(tree.body):
            yield Fault(file, "tệp mẫu trống (an empty page)")
        return
    main = next((block for block in tree.find_all(nodes.Block) if block.name == _MAIN), None)
    if main is None:
        yield Fault(file, f"thiếu khối “{_MAIN}” (missing block)", key=_MAIN)
    elif name != _FRAME and not _says(main.body):
        yield Fault(file, f"khối “{_MAIN}” trống (an empty page)", main.lineno, _MAIN)


def _says(body: list[nodes.Node]) -> bool:
    pieces = [piece for node in body for piece in (node.nodes if isinstance(node, nodes.Output) else [node])]
    return any(
        bool(piece.data.strip())
        if isinstance(piece, nodes.TemplateData)
        else not isinstance(piece, nodes.Assign)
        for piece in pieces
    )


def _portal(templates: Path) -> None:
    """Pages of a month that was amended, and of none."""
    portal = Portal(templates)
    first = FIGURES.units[0]
    late = replace(first.lines[0], standing=Standing.LATE, days_late=1, arrived_at=_LINE.due_at)
    changed = replace(first, lines=(late,))
    later = replace(FIGURES, units=(changed, *FIGURES.units[1:]), as_of=FIGURES.as_of + timedelta(days=9))
    portal.files(OFFICE, [_closing(FIGURES, 1), _closing(later, 2)])
    portal.files(OFFICE, [])


def _closing(figures: Figures, number: int) -> Closing:
    return Closing(
        number=number,
        period=figures.period,
        form=figures_form(figures),
        checksum=checksum(figures),
        rules=figures.rules,
        position=Position(arrivals=0, rulings=0, stamps=0, duties=0, scanned_at=None),
        closed_at=figures.as_of,
        by="mẫu",
        why="đính chính mẫu",
    )


def _place(error: BaseException, templates: Path) -> tuple[Path, int | None]:
    """The template and its line at which an error arose: jinja2 writes them into the traceback."""
    found: tuple[Path, int | None] = (templates, None)
    frame: TracebackType | None = error.__traceback__
    while frame is not None:
        file = Path(frame.tb_frame.f_code.co_filename)
        if templates in file.parents:
            found = file, frame.tb_lineno
        frame = frame.tb_next
    return found
