"""Whoever follows docs/how-to-add.md to the letter, in a copy of the checkout, gets what it promises."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
GUIDE = (ROOT / "docs" / "how-to-add.md").read_text(encoding="utf-8")
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# The last place that the text before a block names: a new file, the end of one, or one line of one.
_PLACE = re.compile(
    r"New file `([^`\n]+)`|the end of\s+`([^`\n]+)`|[Ii]n `([^`\n]+)`, instead of `([^`\n]+)`"
)
_COPIED = ("mailbot", "rules", "templates", "systemd", "config.example.toml", "pyproject.toml")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what is edited, and a `mailbot` that runs it."""
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    for name in _COPIED:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copyfile
        copy(ROOT / name, checkout / name)
    shutil.copytree(ROOT / "tests" / "reference", checkout / "tests" / "reference")
    called = checkout / "bin" / "mailbot"
    called.parent.mkdir()
    called.write_text(f'#!/bin/sh\nexec {sys.executable} -m mailbot "$@"\n', encoding="utf-8")
    called.chmod(0o755)
    return checkout


# One test, for workers would otherwise follow it once each; it starts mailbot a dozen times.
@pytest.mark.timeout(400)
def test_whoever_follows_the_recipes_has_a_report_a_mail_source_and_a_letter_more(checkout: Path) -> None:
    chapters = re.split(r"^## ", GUIDE, flags=re.MULTILINE)[1:]
    report, source, letter = (_follow(chapter, checkout) for chapter in chapters)
    # The report is owed, and a mail about it hands in no other.
    assert re.search(r"^10/7/2026 +thứ Sáu +quý II năm 2026 .* pccc-quy$", report, re.MULTILINE)
    assert re.findall(r"^  Nộp: .*\((.*)\)$", report, re.MULTILINE) == ["pccc-quy 2026-Q2"]
    # The source is read, and its mail filed away.
    assert re.search(r"^1 .*03/07/2026 09:00 +filed +phuong-tich-luong +2026-Q2", source, re.MULTILINE)
    assert source.endswith("\npccc.eml\n")
    # The letter is planned for the unit that begins, and the office can look its variables up.
    assert re.search(r"^welcome +phuong-moi +phuongmoi@thainguyen.example", letter, re.MULTILINE)
    _run(f"{sys.executable} tests/reference/write.py", checkout, checkout)
    told = (checkout / "templates" / "TRA-CUU.md").read_text(encoding="utf-8")
    assert "### Thư `welcome`\n" in told
    assert "| `since` | ngày | ngày đầu tiên gửi báo cáo |" in told


def _follow(chapter: str, checkout: Path) -> str:
    """Do what the chapter says, block by block; what its commands showed."""
    told, folder, said = "", checkout, 0
    for block in _BLOCK.finditer(chapter):
        language, text = block.groups()
        if language == "sh":
            ran = _run(text, folder, checkout)
            told, folder = told + ran[0], ran[1]
        else:
            _write(chapter[said : block.start()], text, checkout)
        said = block.end()
    return told


def _run(script: str, folder: Path, checkout: Path) -> tuple[str, Path]:
    """Run the commands; what they showed, and where they ended, as in one terminal."""
    path = f"{checkout / 'bin'}:{os.environ['PATH']}"
    ran = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", f"{script}\npwd > {checkout / 'ended-in'}\n"],
        cwd=folder,
        env={"PATH": path, "PYTHONPATH": str(checkout), "HOME": str(checkout), "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, script + ran.stdout + ran.stderr
    return ran.stdout, Path((checkout / "ended-in").read_text(encoding="utf-8").strip())


def _write(before: str, text: str, checkout: Path) -> None:
    """Put the text where the words before it say."""
    new, longer, edited, line = list(_PLACE.finditer(before))[-1].groups()
    file = checkout / (new or longer or edited)
    if edited:
        found = file.read_text(encoding="utf-8").split(f"{line}\n")
        assert len(found) == 2, f"{edited} has no single line {line!r}"
        file.write_text(text.join(found), encoding="utf-8")
    elif new:
        assert not file.exists(), new
        file.write_text(text, encoding="utf-8")
    else:
        with file.open("a", encoding="utf-8") as end:
            end.write(f"\n{text}")


def test_every_link_of_the_recipes_leads_somewhere() -> None:
    for path in re.findall(r"\]\((?!http|#)([^)#]+)", GUIDE):
        assert (ROOT / "docs" / path).exists(), path
