"""Reads a profile under `rules/` and hands the core its rules, or every fault in the files at once.

A profile is a folder of TOML files. `mailbot.rulebook.files` and `mailbot.rulebook.report_tables` say what
each table may hold; the checks find what only several tables together can get wrong. Nothing is repaired
or guessed.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from mailbot.core.rules import Rules
from mailbot.errors import Fault, Misconfigured
from mailbot.rulebook.build import build_rules
from mailbot.rulebook.papers import read_papers
from mailbot.rulebook.profile import Profile
from mailbot.rulebook.report_checks import check_due_dates
from mailbot.rulebook.sheets import NAMES, Sheet, strangers
from mailbot.toml_file import TomlFile


def load_rules(folder: Path) -> Rules:
    """The rules that the files of the profile `folder` state.

    Raises:
        Misconfigured: with every fault found in the files.
    """
    try:
        return _rules_of(folder)
    except OSError as error:
        # A folder that may not be entered, most often: a daemon that reloads must hear it as any other fault.
        says = f"cannot be read: {error.strerror or error}"
        raise Misconfigured([Fault(Path(error.filename or folder), says)]) from error


def _rules_of(folder: Path) -> Rules:
    if not folder.is_dir():
        raise Misconfigured([Fault(folder, "no such folder of rules")])
    sheets = {name: Sheet.read(folder, name) for name in NAMES}
    profile = Profile.read(sheets)
    papers_file, papers = read_papers(folder, profile.office if profile else None)
    faults = [*strangers(folder), *_faults(sheets), *papers_file.faults]
    if profile is not None and not faults:
        rules = replace(build_rules(profile, folder.resolve().name, fingerprint(folder)), papers=papers)
        # Only rules that are sound so far have due dates to try.
        check_due_dates(profile.reports, rules, profile.calendar.base)
        faults = _faults(sheets)
        if not faults:
            return rules
    raise Misconfigured(sorted(faults, key=lambda fault: (fault.file, fault.line or 0)))


def _faults(sheets: Mapping[str, Sheet]) -> list[Fault]:
    return [fault for sheet in sheets.values() for fault in sheet.faults]


def fingerprint(folder: Path) -> str:
    """SHA-256 over the names and bytes of the folder's TOML files, in hexadecimal."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.toml")):
        content = path.read_bytes()
        # The lengths keep two different profiles from running together into the same bytes.
        digest.update(f"{path.name} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


def office_of(folder: Path) -> str:
    """Whose rules a profile holds, in words, for somebody who chooses one; nothing else of it is read."""
    office = TomlFile.read(folder / "office.toml").data["office"]
    name, province = str(office["name"]), str(office["province"])
    return name if province in name else f"{name}, {province}"
