"""Provinces as large as wanted, as rule files that an office could have written."""

from pathlib import Path

_GROUP = "so-ban-nganh"


def write_units(rules: Path, count: int) -> None:
    """Replace the register of a profile by one of so many units, each with three addresses."""
    units = "\n".join(map(_unit, range(1, count + 1)))
    (rules / "units.toml").write_text(
        f'[groups]\n{_GROUP} = "Các sở, ban, ngành"\nhuyen = "Các huyện"\n\n{units}', "utf-8"
    )


def write_reports(rules: Path, count: int) -> None:
    """Replace the reports of a profile by so many monthly ones that every unit owes by the 25th."""
    head = '[terms]\nday_off_basis = "quy định của Bộ luật Dân sự"\n\n'
    reports = "\n".join(map(_report, range(1, count + 1)))
    (rules / "reports.toml").write_text(f"{head}{reports}", "utf-8")


def address(number: int) -> str:
    """The official address of the unit of that number, from 1."""
    return f"vanthu@donvi{number:03}.bench.example"


def _unit(number: int) -> str:
    domain = f"donvi{number:03}.bench.example"
    return (
        f'[[unit]]\nid = "don-vi-{number:03}"\nname = "Sở số {number:03}"\ngroup = "{_GROUP}"\n'
        f'head = "Giám đốc Sở số {number:03}"\nsymbols = ["S{number:03}"]\ndomains = ["{domain}"]\n'
        f'addresses = [\n    {{ email = "{address(number)}", role = "official" }},\n'
        f'    {{ email = "giamdoc@{domain}", role = "head" }},\n]\n'
    )


def _report(number: int) -> str:
    return (
        f'[[report]]\nid = "bc-{number:02}"\nname = "Báo cáo chuyên đề số {number:02}"\ncadence = "month"\n'
        f'due = {{ day = 25, day_off = "next_working_day" }}\nbasis = "Quyết định số {number}/QĐ-UBND"\n'
        f'owed_by = ["{_GROUP}"]\nvalid_from = 2013-01-01\ntopics = ["chuyên đề số {number:02}"]\n'
    )
