"""The results as a table: `python -m speed.table` puts it into README."""

import json
import sys
from pathlib import Path
from typing import Any

RESULTS = Path("bench/results/speed.json")
README = Path("README.md")
_BEGIN, _END = "<!-- bench -->", "<!-- /bench -->"


def table(told: dict[str, Any], before: dict[str, Any] | None = None) -> str:
    """What was measured, where and when; with a column for what an earlier run on the like machine found."""
    earlier = {figure["name"]: figure for figure in (before or {}).get("figures", [])}
    comparable = before is not None and _shape(before) == _shape(told)
    lines = [
        _where(told),
        "",
        "| figure | measured | beside | goal | |",
        "| --- | --- | --- | --- | --- |",
    ]
    for figure in told["figures"]:
        was = earlier.get(figure["name"]) if comparable else None
        change = f" (was {_number(was['value'])})" if was else ""
        goals = figure["goals"]
        lines.append(
            f"| {figure['name']} | {_number(figure['value'])} {figure['unit']}{change} | {_beside(figure)} "
            f"| {'; '.join(map(_goal, goals))} | {_verdict(goals)} |"
        )
    return "\n".join(lines)


def main() -> None:
    """Put the table of the kept results into README, between its two marks."""
    readme = README.read_text("utf-8")
    head, _, rest = readme.partition(_BEGIN)
    _, found, tail = rest.partition(_END)
    if not found:
        sys.exit(f"{README} has no {_BEGIN} … {_END}")
    told = json.loads(RESULTS.read_text("utf-8"))
    README.write_text(f"{head}{_BEGIN}\n{table(told)}\n{_END}{tail}", "utf-8")


def _where(told: dict[str, Any]) -> str:
    machine = told["machine"]
    return (
        f"Measured on {told['date']} ({told['scale']} form, commit {told['commit']}): {machine['cores']} "
        f"cores, {machine['processor']}, {machine['memory_gib']} GiB, {machine['system']}, "
        f"Python {machine['python']}."
    )


def _shape(told: dict[str, Any]) -> list[Any]:
    machine = told.get("machine", {})
    return [
        told.get("scale"),
        *(machine.get(name) for name in ("cores", "processor", "memory_gib", "python")),
    ]


def _beside(figure: dict[str, Any]) -> str:
    peers = (f"{_number(peer['ratio'])} × {name}" for name, peer in figure["peers"].items())
    return ", ".join((*peers, *([figure["note"]] if figure["note"] else [])))


def _goal(goal: dict[str, Any]) -> str:
    least, most = goal.get("at_least"), goal.get("at_most")
    bound = f"≥ {_number(least)}" if least is not None else f"≤ {_number(most)}"
    return f"{bound} × {goal['peer']}" if goal.get("peer") else bound


def _verdict(goals: list[dict[str, Any]]) -> str:
    if not goals:
        return ""
    return "met" if all(goal["met"] for goal in goals) else "**missed**"


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


if __name__ == "__main__":
    main()
