"""What the documents say exists, and what exists is documented."""

import re
from pathlib import Path

import pytest

from mailbot.cli import _COMMANDS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
CHANGELOG = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
FAULTS = (ROOT / "docs" / "faults.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "text",
    [README, ARCHITECTURE, CHANGELOG, CONTRIBUTING],
    ids=["readme", "architecture", "changelog", "contributing"],
)
def test_every_link_and_path_leads_somewhere(text: str) -> None:
    linked = re.findall(r"\]\((?!http|#)([^)#]+)", text)
    named = re.findall(r"`((?:tests|core|daemon|inbox|rules|templates|systemd)/[\w./-]+)`", text)
    for path in [*linked, *named]:
        assert (ROOT / path).exists() or (ROOT / "mailbot" / path).exists(), path


def test_the_readme_shows_a_picture_that_is_no_burden() -> None:
    (shown,) = re.findall(r"!\[[^\]]+\]\(([^)]+\.png)\)", README)
    picture = (ROOT / shown).read_bytes()
    assert picture.startswith(b"\x89PNG")
    assert len(picture) < 150_000


def test_the_changelog_names_every_command() -> None:
    assert [command for command in _COMMANDS if not re.search(rf"\b{command}\b", CHANGELOG)] == []


def test_what_is_not_released_yet_is_told_on_a_few_pages() -> None:
    """Whoever meets mailbot reads what it does, and no diary of how it came to do it."""
    unreleased = CHANGELOG.partition("## Unreleased")[2].partition("\n## ")[0]
    assert len(unreleased.splitlines()) <= 300
    assert max(map(len, CHANGELOG.splitlines())) <= 120


def test_the_readme_calls_only_commands_that_exist() -> None:
    shown = "\n".join(re.findall(r"`[^`]+`|^    .*$", README, re.MULTILINE))
    called = set(re.findall(r"mailbot ([a-z]+(?:-[a-z]+)*)\b", shown))
    assert called - set(_COMMANDS) == set()


def test_every_target_that_is_documented_stands_in_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = re.findall(r"(?:`|^    )make ([a-z-]+)", README + CONTRIBUTING, re.MULTILINE)
    assert {"demo", "test", "core", "deb", "test-deb"} <= set(named)
    for target in set(named):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_the_lock_file_names_no_index_and_every_dependency_by_hash() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert not re.search(r"https?:|index-url|find-links", lock)
    pins = re.findall(r"^[A-Za-z0-9_.\[\]-]+==.+?\\$", lock, re.MULTILINE)
    assert len(pins) > 30
    # A requirement without a hash would be a line of its own that does not go on.
    assert not re.search(r"^[A-Za-z0-9].*[^\\]$", lock, re.MULTILINE)


def test_every_fault_names_a_test_that_exists_or_says_why_there_is_none() -> None:
    rows = [line.strip("|").split("|") for line in FAULTS.splitlines() if re.match(r"\| \d+\.\d+ \|", line)]
    assert len(rows) > 100
    for number, what, does, tested in rows:
        named = re.findall(r"`([\w/]+\.py)::(test_\w+)`", tested)
        for file, test in named:
            text = (ROOT / "tests" / file).read_text(encoding="utf-8")
            assert re.search(rf"^def {test}\(", text, re.MULTILINE), f"{number}: {file}::{test}"
        assert named or re.search(r"\bnot\b|As |No test", does + tested, re.IGNORECASE), f"{number}: {what}"


def test_the_faults_are_numbered_without_gaps() -> None:
    numbers = re.findall(r"^\| (\d+)\.(\d+) \|", FAULTS, re.MULTILINE)
    for part in dict.fromkeys(part for part, _ in numbers):
        found = [int(number) for of, number in numbers if of == part]
        assert found == list(range(1, len(found) + 1)), part
