"""What the steps of notices.toml can get wrong together; faults go to their file."""

from collections.abc import Sequence

from mailbot.core.rules import StepKind
from mailbot.rulebook.files import LateTable, StepTable
from mailbot.rulebook.sheets import Sheet
from mailbot.toml_file import Entry


def check_steps(steps: Sequence[Entry[StepTable]], late: LateTable | None, reports: Sheet) -> None:
    """Note steps on the same day, late notices after the last window, and reports that are not there."""
    known = {
        table.get("id")
        for page in reports.pages
        if isinstance(tables := page.data.get("report", []), list)
        for table in tables
        if isinstance(table, dict)
    }
    # A report with steps of its own has no others; None stands for all the rest.
    seen: set[tuple[str | None, StepKind, int]] = set()
    for entry in steps:
        step = entry.value
        for number, report in enumerate(step.reports):
            if reports.readable and report not in known:
                entry.fault(("reports", number), f"unknown report {report}")
        for owner in step.reports or (None,):
            if (owner, step.kind, step.working_days) in seen:
                says = f"two {step.kind} steps have the same distance, {step.working_days}"
                entry.fault(("working_days",), says)
            seen.add((owner, step.kind, step.working_days))
        if step.kind is StepKind.LATE and late is not None and step.working_days >= late.closes_after:
            says = f"the late notices close {late.closes_after} working days after the due date"
            entry.fault(("working_days",), says)
