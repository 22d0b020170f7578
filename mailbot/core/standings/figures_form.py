"""Figures as JSON and back, and their checksum: what is frozen, printed and compared is one value.

The names in the form are a contract with every ledger ever written, so they stay when a field is renamed;
a field that older forms lack is read with the value that it had then.
"""

import hashlib
import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, TypeAlias

from mailbot.core.period import Period
from mailbot.core.rules import ReportId, UnitId
from mailbot.core.standing import Doubt, Standing
from mailbot.core.standings.figures import (
    Figures,
    Line,
    ObjectionFigures,
    Rating,
    Reserve,
    TaskFigures,
    UnitFigures,
    UrgentFigures,
)

Form: TypeAlias = dict[str, Any]


def figures_form(figures: Figures) -> Form:
    """The figures as a JSON object; instants in UTC, so that the same figures are the same text."""
    return {
        "period": str(figures.period),
        "as_of": _instant(figures.as_of),
        "rules": figures.rules,
        "groups": dict(figures.groups),
        "urgent": asdict(figures.urgent),
        "tasks": asdict(figures.tasks) if figures.tasks else None,
        "questions": asdict(figures.questions) if figures.questions else None,
        "units": [
            {
                "id": unit.id,
                "name": unit.name,
                "group": unit.group,
                "rating": unit.rating,
                "reserves": list(unit.reserves),
                "urgent": asdict(unit.urgent),
                "lines": [_line_form(line) for line in unit.lines],
                # Left out where there are none, as in forms older than the counting of objections.
                **({"objections": asdict(unit.objections)} if unit.objections != ObjectionFigures() else {}),
            }
            for unit in figures.units
        ],
    }


def figures_of(form: Form) -> Figures:
    """The figures of a form made by `figures_form`."""
    return Figures(
        period=Period.parse(form["period"]),
        as_of=datetime.fromisoformat(form["as_of"]),
        rules=form["rules"],
        groups=form["groups"],
        urgent=UrgentFigures(**form["urgent"]),
        tasks=TaskFigures(**form["tasks"]) if form["tasks"] else None,
        questions=TaskFigures(**form["questions"]) if form["questions"] else None,
        units=tuple(
            UnitFigures(
                id=UnitId(unit["id"]),
                name=unit["name"],
                group=unit["group"],
                rating=Rating(unit["rating"]),
                reserves=tuple(_reserve_of(word) for word in unit["reserves"]),
                urgent=UrgentFigures(**unit.get("urgent", {})),
                objections=ObjectionFigures(**unit.get("objections", {})),
                lines=tuple(_line_of(UnitId(unit["id"]), line) for line in unit["lines"]),
            )
            for unit in form["units"]
        ),
    )


def checksum(figures: Figures) -> str:
    """SHA-256 over the figures, in hexadecimal: the same line on every paper that shows them."""
    written = json.dumps(figures_form(figures), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()


def content_mark(figures: Figures) -> str:
    """Twelve hexadecimal digits over how every duty stands: the same while nothing but time has passed."""
    stood = [(line.key, line.standing, _instant(line.arrived_at or line.due_at)) for line in figures.lines]
    rated = [(unit.id, unit.rating) for unit in figures.units]
    return hashlib.sha256(json.dumps([stood, rated]).encode()).hexdigest()[:12]


def _line_form(line: Line) -> Form:
    return {
        "report": line.report,
        "period": str(line.period),
        "title": line.title,
        "opens_at": _instant(line.opens_at),
        "due_at": _instant(line.due_at),
        "standing": line.standing,
        "basis": line.basis,
        "derivation": line.derivation,
        "arrived_at": _instant(line.arrived_at) if line.arrived_at else None,
        "clock": line.clock,
        "arrival": line.arrival,
        "sha256": line.sha256,
        "register_no": line.register_no,
        "symbol": line.symbol,
        "by_mail": line.by_mail,
        "on_paper": line.on_paper,
        "days_late": line.days_late,
        "versions": line.versions,
        "doubt": line.doubt,
        "remark": line.remark,
    }


def _line_of(unit: UnitId, form: Form) -> Line:
    return Line(
        unit=unit,
        report=ReportId(form["report"]),
        period=Period.parse(form["period"]),
        title=form["title"],
        opens_at=datetime.fromisoformat(form["opens_at"]),
        due_at=datetime.fromisoformat(form["due_at"]),
        standing=Standing(form["standing"]),
        basis=form["basis"],
        derivation=form["derivation"],
        arrived_at=datetime.fromisoformat(form["arrived_at"]) if form["arrived_at"] else None,
        clock=form["clock"],
        arrival=form["arrival"],
        sha256=form["sha256"],
        register_no=form["register_no"],
        symbol=form["symbol"],
        by_mail=form["by_mail"],
        on_paper=form["on_paper"],
        days_late=form["days_late"],
        versions=form["versions"],
        doubt=Doubt(form["doubt"]) if form["doubt"] else None,
        remark=form["remark"],
    )


def _reserve_of(word: str) -> Doubt | Reserve:
    return Reserve(word) if word in set(Reserve) else Doubt(word)


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
