"""Pictures for pages, as SVG: lines, bars and heat that can be read in black and white.

Every picture says in words what it shows, prints its numbers, and tells its shades apart by lightness.
"""

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from mailbot.core.standing import Standing
from mailbot.core.standings.figures import PERCENT, Figures, Line, count
from mailbot.core.wording import vietnamese

_INK, _SOFT, _LINE, _BLUE = "#1a1a1a", "#4a5260", "#c9ced6", "#1d3557"
# Five shades of one hue, the light ones for a good share: their lightness falls evenly, so that they stay
# apart in print and for eyes that see no colours. The last two carry white figures.
_SHADES = (
    (95, "#eaf1f8", _INK),
    (80, "#c3d7ea", _INK),
    (60, "#8db3d4", _INK),
    (40, "#3f77ab", "#fff"),
    (0, "#163a63", "#fff"),
)
_DAYS = (
    ("đúng hạn", 0, 0),
    ("dưới 1", 0, 0),
    ("1", 1, 1),
    ("2", 2, 2),
    ("3–5", 3, 5),
    ("6–10", 6, 10),
    ("trên 10", 11, 10**6),
)


def trend(months: Sequence[Figures]) -> str:
    """The rate on time, month by month."""
    shown = [(figures.period.ordinal, figures.counts.rate) for figures in months]
    points = [(ordinal, rate) for ordinal, rate in shown if rate is not None]
    if not points:
        return ""
    left, top, width, height = 44, 24, 620, 170
    # The first figure stands clear of the scale.
    step = (width - 48) / 11
    at = {ordinal: left + 24 + (ordinal - 1) * step for ordinal in range(1, 13)}
    parts = [_grid(left, top, width, height)]
    parts += [
        f'<text x="{x:.0f}" y="{top + height + 20}" text-anchor="middle">T{ordinal}</text>'
        for ordinal, x in at.items()
    ]
    placed = [(at[ordinal], top + height * (1 - rate / PERCENT), rate) for ordinal, rate in points]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y, _ in placed)
    parts.append(f'<polyline points="{path}" fill="none" stroke="{_BLUE}" stroke-width="2.5"/>')
    for x, y, rate in placed:
        below = y < top + 16
        parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="#fff" stroke="{_BLUE}" stroke-width="2.5"/>'
            f'<text x="{x:.1f}" y="{y + (20 if below else -10):.1f}" text-anchor="middle" font-weight="600">'
            f"{vietnamese.decimal(rate)}</text>"
        )
    told = "; ".join(f"tháng {ordinal}: {vietnamese.decimal(rate)}%" for ordinal, rate in points)
    return _svg("Tỷ lệ báo cáo đúng hạn theo tháng (%)", told, 690, 230, parts)


def lateness(lines: Sequence[Line]) -> str:
    """How many reports came how many working days late."""
    counted = {name: 0 for name, _, _ in _DAYS} | {"chưa gửi": 0}
    for line in lines:
        name = _band(line)
        if name is not None:
            counted[name] += 1
    most = max(counted.values())
    if not most:
        return ""
    left, height, gap = 84, 22, 30
    parts = []
    for row, (name, number) in enumerate(counted.items()):
        y = 14 + row * gap
        length = 520 * number / most
        fill = "#c3d7ea" if name == "đúng hạn" else "#3f77ab" if name != "chưa gửi" else "#163a63"
        parts.append(
            f'<text x="{left - 8}" y="{y + 16}" text-anchor="end">{escape(name)}</text>'
            f'<rect x="{left}" y="{y}" width="{max(length, 1):.1f}" height="{height}" fill="{fill}"/>'
            f'<text x="{left + length + 6:.1f}" y="{y + 16}" font-weight="600">{number}</text>'
        )
    told = "; ".join(f"{name}: {count}" for name, count in counted.items())
    return _svg("Số báo cáo theo số ngày làm việc chậm", told, 690, 20 + gap * len(counted), parts)


def heat(months: Sequence[Figures], groups: Mapping[str, str]) -> str:
    """The share on time of each group of units in each month, as shades with their figures."""
    left, cell, height, top = 220, 39, 30, 26
    parts = [
        f'<text x="{left + (figures.period.ordinal - 0.5) * cell:.0f}" y="18" text-anchor="middle">'
        f"T{figures.period.ordinal}</text>"
        for figures in months
    ]
    told = []
    for row, (group, name) in enumerate(groups.items()):
        y = top + row * height
        parts.append(f'<text x="0" y="{y + 20}">{escape(_cut(name))}</text>')
        for figures in months:
            rate = count(line for unit in figures.units if unit.group == group for line in unit.lines).rate
            if rate is None:
                continue
            share = vietnamese.decimal(rate)
            fill, ink = next((fill, ink) for least, fill, ink in _SHADES if rate >= least)
            x = left + (figures.period.ordinal - 1) * cell
            parts.append(
                f'<rect x="{x}" y="{y}" width="{cell - 2}" height="{height - 2}" fill="{fill}"'
                f' stroke="{_LINE}"/><text x="{x + cell / 2 - 1:.0f}" y="{y + 19}" text-anchor="middle"'
                f' fill="{ink}">{share}</text>'
            )
            told.append(f"{name}, tháng {figures.period.ordinal}: {share}%")
    if not told:
        return ""
    width = left + 12 * cell
    return _svg(
        "Tỷ lệ đúng hạn theo khối đơn vị và tháng (%)",
        "; ".join(told),
        width,
        top + height * len(groups),
        parts,
    )


def _band(line: Line) -> str | None:
    match line.standing:
        case Standing.ON_TIME:
            return "đúng hạn"
        case Standing.LATE if not line.days_late:
            return "dưới 1"
        case Standing.LATE:
            return next(name for name, least, most in _DAYS[2:] if least <= line.days_late <= most)
        case Standing.OVERDUE:
            return "chưa gửi"
        case _:
            return None


def _grid(left: int, top: int, width: int, height: int) -> str:
    lines = []
    for share in (0, 25, 50, 75, 100):
        y = top + height * (1 - share / PERCENT)
        lines.append(
            f'<line x1="{left}" y1="{y:.1f}" x2="{left + width}" y2="{y:.1f}" stroke="{_LINE}"/>'
            f'<text x="{left - 8}" y="{y + 5:.1f}" text-anchor="end" fill="{_SOFT}">{share}</text>'
        )
    return "".join(lines)


def _cut(name: str) -> str:
    longest = 28
    return name if len(name) <= longest else name[: longest - 1] + "…"


def _svg(title: str, told: str, width: float, height: float, parts: Iterable[str]) -> str:
    """The picture: its title and what it tells are read out where it cannot be seen."""
    return (
        f'<svg class="picture" role="img" viewBox="0 0 {width:.0f} {height:.0f}" font-size="14"'
        f' fill="{_INK}"><title>{escape(title)}</title><desc>{escape(told)}</desc>{"".join(parts)}</svg>'
    )
