"""A template of a page that was edited into nonsense is refused when it is loaded, with its line."""

import shutil
from pathlib import Path

import pytest

from mailbot.errors import Misconfigured
from mailbot.papers.page_check import check_pages
from mailbot.papers.portal import Portal
from mailbot.papers.samples import OFFICE
from mailbot.resources import resource


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    return Path(shutil.copytree(resource("templates"), tmp_path / "templates"))


def test_the_templates_that_we_ship_are_sound(templates: Path) -> None:
    check_pages(templates)


@pytest.mark.parametrize(
    "name",
    [
        "portal/layout.html.j2",
        "portal/index.html.j2",
        "portal/unit.html.j2",
        "portal/empty.html.j2",
        "papers/wall.html.j2",
        "papers/evidence.html.j2",
    ],
)
@pytest.mark.parametrize(
    ("nonsense", "says"),
    [
        ("{% if %}", "sai cú pháp"),
        ("{{ no_such_thing.at_all }}", "no_such_thing"),
        ("{{ 'x' | no_such_filter }}", "no_such_filter"),
        ("{{ 1 / 0 }}", "division"),
    ],
)
def test_nonsense_is_refused_with_its_file_and_line(
    templates: Path, name: str, nonsense: str, says: str
) -> None:
    file = templates / name
    lines = file.read_text(encoding="utf-8").splitlines()
    # In the middle of what is certainly shown: the first paragraph, heading or title.
    at = next(n for n, line in enumerate(lines) if any(mark in line for mark in ("<h1", "<main")))
    lines[at] += nonsense
    file.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(Misconfigured) as caught:
        check_pages(templates)
    [fault] = [fault for fault in caught.value.faults if fault.file == file]
    assert says in fault.says
    assert fault.line == at + 1


def test_a_frame_that_stands_in_itself_is_a_fault(templates: Path) -> None:
    frame = templates / "portal" / "layout.html.j2"
    frame.write_text('{% extends "layout.html.j2" %}{% block main %}{% endblock %}', encoding="utf-8")
    with pytest.raises(Misconfigured) as caught:
        check_pages(templates)
    assert [fault.file for fault in caught.value.faults] == [frame]


def test_a_missing_template_is_named(templates: Path) -> None:
    (templates / "portal" / "unit.html.j2").unlink()
    (templates / "papers" / "wall.html.j2").unlink()
    (templates / "portal" / "filter.js").write_bytes(b"\xff")
    with pytest.raises(Misconfigured) as caught:
        check_pages(templates)
    assert [fault.file.relative_to(templates).as_posix() for fault in caught.value.faults] == [
        "portal/filter.js",
        "papers/wall.html.j2",
    ]
    shutil.copy(resource("templates") / "portal" / "filter.js", templates / "portal")
    with pytest.raises(Misconfigured) as caught:
        check_pages(templates)
    assert caught.value.faults[0].file == templates / "portal" / "unit.html.j2"


@pytest.mark.parametrize("name", ["portal/unit.html.j2", "papers/evidence.html.j2"])
def test_a_template_in_an_old_code_page_is_named(templates: Path, name: str) -> None:
    file = templates / name
    file.write_bytes(file.read_bytes() + b"\n\xf0\xf4n v\xb8\n")
    with pytest.raises(Misconfigured) as caught:
        check_pages(templates)
    assert [fault.file for fault in caught.value.faults] == [file]
    assert "UTF-8" in caught.value.faults[0].says


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("papers/wall.html.j2", ""),
        ("papers/evidence.html.j2", "{# bỏ #}\n"),
        ("papers/objection.html.j2", "{% set a = 1 %}\n"),
        ("portal/layout.html.j2", "<html><body>{{ office.name }}</body></html>"),
        ("portal/index.html.j2", ""),
        ("portal/unit.html.j2", '{% extends "layout.html.j2" %}\n{% block main %}\n{% endblock %}\n'),
        ("portal/empty.html.j2", '{% extends "layout.html.j2" %}\n{% block mian %}a{% endblock %}\n'),
    ],
)
def test_a_page_that_would_be_empty_is_a_fault(templates: Path, name: str, written: str) -> None:
    (templates / name).write_text(written, encoding="utf-8")
    with pytest.raises(Misconfigured) as caught:
        check_pages(templates)
    assert [fault.file for fault in caught.value.faults] == [templates / name]


def test_the_mark_that_windows_editors_put_first_is_no_word_of_a_page(templates: Path) -> None:
    for file in (
        *templates.glob("portal/*"),
        *templates.glob("papers/*.html.j2"),
        *templates.glob("pages/*"),
    ):
        file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    check_pages(templates)
    assert all("\ufeff" not in text.decode() for text in Portal(templates).files(OFFICE, []).values())
