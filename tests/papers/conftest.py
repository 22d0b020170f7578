"""What the papers' tests share: figures with strange names, and the program that people open papers with."""

import io
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from mailbot.core.standings.figures import Figures, UnitFigures
from mailbot.papers.samples import FIGURES

EVIL = '=HYPERLINK("http://x/","Sở") <b onload=x>&amp;</b>'


def evil_figures() -> Figures:
    """The sample figures with a unit whose name would like to be a formula and a tag."""
    first, *others = FIGURES.units
    renamed = UnitFigures(
        id=first.id,
        name=EVIL,
        group=first.group,
        lines=tuple(replace(line, symbol="=1+1") for line in first.lines),
        rating=first.rating,
    )
    return replace(FIGURES, units=(renamed, *others))


def as_pdf_text(folder: Path, *files: Path) -> dict[str, str]:
    """What LibreOffice shows of the files, as text; a missing program is a failure and never a skip."""
    for program in ("soffice", "pdftotext"):
        assert shutil.which(program), f"{program} is missing; tests/servers/install.sh installs it"
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = [
        "soffice",
        profile,
        "--headless",
        "--convert-to",
        "pdf",
        "--outdir",
        str(folder),
        *map(str, files),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=110)
    found = {}
    for file in files:
        pdf = folder / f"{file.stem}.pdf"
        text = subprocess.run(
            ["pdftotext", "-layout", str(pdf), "-"], check=True, capture_output=True, timeout=60
        )
        found[file.name] = text.stdout.decode()
    return found


def cells(content: bytes) -> list[object]:
    """Every cell of every sheet of a workbook, row by row."""
    sheets = CalamineWorkbook.from_filelike(io.BytesIO(content))
    rows = (row for name in sheets.sheet_names for row in sheets.get_sheet_by_name(name).to_python())
    return [cell for row in rows for cell in row]


@pytest.fixture
def evil() -> Figures:
    return evil_figures()
