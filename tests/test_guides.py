"""The two Vietnamese guides are true: their commands exist, the letters that they quote are ours.

The administrator's guide is also followed: `test_administrators_guide.py`.
"""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from mailbot.cli import cli
from mailbot.core.command import STAFF_WORDS, UNIT_WORDS
from mailbot.core.replies.reply import read_command
from mailbot.core.rules import StaffRole

ROOT = Path(__file__).parent.parent
ADMINISTRATOR = (ROOT / "docs" / "huong-dan-quan-tri.md").read_text(encoding="utf-8")
STAFF = (ROOT / "docs" / "huong-dan-can-bo.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
GOLDEN = ROOT / "tests" / "post" / "golden"
_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
guides = pytest.mark.parametrize("guide", [ADMINISTRATOR, STAFF], ids=["administrator", "staff"])


@pytest.mark.parametrize("guide", [ADMINISTRATOR, STAFF, README], ids=["administrator", "staff", "readme"])
def test_every_command_of_a_guide_exists_with_its_options(guide: str) -> None:
    found = list(_commands(guide))
    assert len(found) > 20
    for words in found:
        _exists(words)


def test_every_command_that_a_letter_names_exists_with_its_options() -> None:
    letters = "\n".join(path.read_text(encoding="utf-8") for path in GOLDEN.glob("*.txt"))
    found = {line.rstrip(".") for line in re.findall(r"mailbot ([a-z]+(?: [a-z0-9.-]+)*)", letters)}
    assert {"outbox release --batch 12 --kind late", "outbox list"} <= found
    for line in found:
        _exists(line.split())


@guides
def test_every_link_of_a_guide_leads_somewhere(guide: str) -> None:
    for path in re.findall(r"\]\((?!http|#)([^)#]+)", guide):
        assert (ROOT / "docs" / path).exists(), path


def test_every_line_that_the_staff_guide_quotes_stands_in_a_letter() -> None:
    letters = "\n".join(path.read_text(encoding="utf-8") for path in GOLDEN.glob("*.txt"))
    lines = {line.strip() for line in letters.replace("Tiêu đề: ", "").splitlines()}
    quoted = [line.strip() for line in re.findall(r"^ *>(.*)$", STAFF, re.MULTILINE) if line.strip()]
    assert len(quoted) > 20
    assert [line for line in quoted if line not in lines] == []


def test_the_staff_guide_tells_every_word_of_a_reply_and_each_is_understood() -> None:
    told = re.findall(r"^\| ([^|`]+?) \| [^|]+ \| [^|]+ \|$", STAFF, re.MULTILINE)
    for verb, word in UNIT_WORDS.items():
        (example,) = [line for line in told if line.startswith(word)]
        command = read_command("Re: [BC-000123] Xác nhận", example, "")
        assert command is not None, example
        assert command.verb is verb, example


def test_the_staff_guide_tells_every_command_of_a_digest_and_every_role() -> None:
    assert set(re.findall(r"`LENH ([A-Z-]+)", STAFF)) == set(STAFF_WORDS.values())
    assert {role for role in StaffRole if f"| `{role}` |" not in STAFF} == set()


def test_the_administrators_guide_explains_all_that_health_may_find_wrong() -> None:
    daemon = ROOT / "mailbot" / "daemon"
    code = "\n".join((daemon / f"{name}.py").read_text("utf-8") for name in ("health", "supervisor"))
    named = re.findall(r'(?:what=|trouble\(|_tell\(|_forever\()"([a-z ]+)"', code)
    assert {"hold", "clock", "intake"} <= set(named)
    told = {
        name
        for row in re.findall(r"^\| (`.*?) False \|", ADMINISTRATOR, re.MULTILINE)
        for name in row.split("`")
    }
    # Which machine works, and that nothing is to leave yet, is never a fault.
    assert set(named) - told == {"active machine", "shadow"}


def test_the_guides_configuration_knows_only_keys_of_the_example() -> None:
    example = (ROOT / "config.example.toml").read_text(encoding="utf-8")
    for language, text in _BLOCK.findall(ADMINISTRATOR):
        if language == "toml":
            for key in re.findall(r"^(\w+) =", text, re.MULTILINE):
                assert re.search(rf"^(?:# )?{key} =", example, re.MULTILINE), key


def _commands(guide: str) -> Iterator[list[str]]:
    """What stands behind `mailbot` in code, word by word; example values and redirections stay in."""
    fenced = [text for language, text in _BLOCK.findall(guide) if language in {"sh", "console"}]
    rest = _BLOCK.sub("", guide)
    shown = re.findall(r"`([^`\n]+)`|^    (\S[^#\n]*)", rest, re.MULTILINE)
    for line in [line for text in [*fenced, *map("".join, shown)] for line in text.splitlines()]:
        called = re.match(r"(?:/opt/mailbot/bin/)?mailbot (?=[a-z-])(.+)", line)
        if called:
            yield shlex.split(called[1])


def _exists(words: list[str]) -> None:
    command, rest = _resolve(words)
    known = {option for one in command.params for option in (*one.opts, *one.secondary_opts)}
    options = {word.partition("=")[0] for word in rest if re.fullmatch(r"--[a-z][\w-]*", word)}
    assert options <= known | {"--help"}, words


def _resolve(words: list[str]) -> tuple[click.Command, list[str]]:
    command: click.Command = cli
    rest = list(words)
    while isinstance(command, click.Group) and rest and not rest[0].startswith("-"):
        found = command.get_command(click.Context(command), rest[0])
        assert found is not None, words
        command, rest = found, rest[1:]
    return command, rest
