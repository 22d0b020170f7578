"""The references are what `make reference` writes now, and tell every key with its meaning, and no other."""

import re
from pathlib import Path
from typing import Any

import jinja2
import pytest
from jinja2.defaults import DEFAULT_NAMESPACE
from reference import rules, templates

from mailbot.core.posting import NoticeKind
from mailbot.rulebook.files import Dated, Table

RULEBOOK = Path(__file__).parent.parent / "mailbot" / "rulebook"


@pytest.mark.parametrize("reference", [rules, templates], ids=["rules", "templates"])
def test_a_reference_is_what_the_code_says_now(reference: Any) -> None:
    assert reference.PAGE.read_text(encoding="utf-8") == reference.page(), "call `make reference`"


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


def test_every_kind_of_letter_is_in_the_reference() -> None:
    told = re.findall(r"^### Thư (.+)$", templates.page(), re.MULTILINE)
    assert {kind for line in told for kind in re.findall(r"`(\w+)`", line)} == set(NoticeKind)


def test_every_template_of_a_paper_or_public_page_is_in_the_reference() -> None:
    files = [*templates.TEMPLATES.glob("papers/*.j2"), *templates.TEMPLATES.glob("portal/*.j2")]
    # What others are laid into has no variables of its own.
    there = {file.name.split(".")[0] for file in files} - {"layout"}
    assert {name.rpartition("/")[2] for name in templates.known()} == there


def test_every_variable_of_the_pages_of_a_rehearsed_year_is_in_the_reference() -> None:
    there = set()
    for file in templates.TEMPLATES.glob("pages/*.j2"):
        tree = jinja2.Environment(autoescape=True).parse(file.read_text(encoding="utf-8"))
        own = {used.name for used in tree.find_all(jinja2.nodes.Name) if used.ctx != "load"}
        own |= {used.target for used in tree.find_all(jinja2.nodes.Import)}
        own |= {macro.name for macro in tree.find_all(jinja2.nodes.Macro)}
        there |= {used.name for used in tree.find_all(jinja2.nodes.Name)} - own - set(DEFAULT_NAMESPACE)
    assert there - {"loop", "caller"} == set(templates.PAGES)


def test_what_no_template_has_is_told_no_meaning() -> None:
    shapes = [*templates.contexts(), *templates.letter_shapes(), *templates.page_shapes()]
    known = {templates.label(shape): set(templates.attributes(shape)) for shape in shapes}
    known |= {name: set(variables) for name, variables in templates.known().items()}
    known["pages"] = set(templates.PAGES)
    known["bo-loc"] = {name for filters in templates.filters().values() for name in filters}
    known["ham"] = templates.functions()
    known["chung"] = {
        name
        for where, names in known.items()
        for name in names
        if name not in templates.MEANINGS.get(where, {})
    }
    for where, told in templates.MEANINGS.items():
        assert set(told) - {"_"} <= known[where], where


def test_two_values_of_one_name_are_told_apart() -> None:
    shapes = [*templates.contexts(), *templates.letter_shapes(), *templates.page_shapes()]
    labels = [templates.label(shape) for shape in shapes]
    assert sorted(set(labels)) == sorted(labels)


def test_every_link_within_the_reference_leads_to_a_heading() -> None:
    page = templates.page()
    headings = {name.lower().replace(".", "") for name in re.findall(r"^### ([\w.]+)$", page, re.MULTILINE)}
    assert set(re.findall(r"\]\(#([^)]+)\)", page)) <= headings
