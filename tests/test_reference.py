"""The references are what `make reference` writes now, and tell every key with its meaning, and no other."""

import re
from pathlib import Path

from reference import rules

from mailbot.rulebook.files import Dated, Table

RULEBOOK = Path(__file__).parent.parent / "mailbot" / "rulebook"


def test_the_reference_of_the_rules_is_what_the_code_says_now() -> None:
    assert rules.PAGE.read_text(encoding="utf-8") == rules.page(), "call `make reference`"


def test_every_table_that_the_rulebook_reads_is_in_the_reference() -> None:
    known = [Table]
    for table in known:
        known += table.__subclasses__()
    assert set(known) - {Table, Dated} == set(rules.tables())


def test_every_heading_that_a_file_of_rules_may_have_is_in_the_reference() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in RULEBOOK.glob("*.py"))
    read = {
        name for call in re.findall(r"\.only\((\".*?)\)\n", code) for name in re.findall(r'"(\w+)"', call)
    }
    told = {heading.strip("[]") for sheet in rules.SHEETS.values() for heading in sheet}
    assert told == read


def test_no_meaning_is_told_of_a_key_that_no_file_of_rules_has() -> None:
    shapes = {
        one.__name__: one for table in rules.tables() for one in table.__mro__ if issubclass(one, Table)
    }
    for name, told in rules.MEANINGS.items():
        if name != "groups":
            assert set(told) - {"_"} <= set(shapes[name].model_fields), name
