"""Slips of the pen in the office's templates: all are found when mailbot starts, none later."""

import shutil
from pathlib import Path

import pytest

from mailbot.core.posting import NoticeKind
from mailbot.errors import Misconfigured
from mailbot.post.render import Renderer

TEMPLATES = Path(__file__).parents[2] / "templates" / "vi"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(TEMPLATES, tmp_path / "vi"))


def faults(folder: Path) -> list[tuple[str, int | None, str]]:
    with pytest.raises(Misconfigured) as caught:
        Renderer(folder)
    return [(fault.file.name, fault.line, fault.key) for fault in caught.value.faults]


def put(folder: Path, name: str, line: int, text: str) -> None:
    file = folder / name
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    lines.insert(line - 1, text + "\n")
    file.write_text("".join(lines), encoding="utf-8")


def test_the_templates_that_we_ship_are_sound(folder: Path) -> None:
    Renderer(folder)


def test_the_mark_that_windows_editors_put_first_is_no_word_of_a_letter(folder: Path) -> None:
    for file in folder.glob("*.j2"):
        file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    Renderer(folder)


def test_every_fault_is_told_at_once(folder: Path) -> None:
    put(folder, "receipt.txt.j2", 20, "{{ don_vi }} {{ unit }}")
    put(folder, "query.html.j2", 5, "{{ han | ngay }}")
    put(folder, "late.txt.j2", 3, "{% if unit %}")
    put(folder, "reminder.txt.j2", 9, "{{ office.ten }}")
    (folder / "sealed.txt.j2").unlink()
    (folder / "alert.txt.j2").write_bytes("Tiêu đề: ".encode("cp1258", "replace"))
    (folder / "digest.html.j2").write_text('{% extends "layout.html.j2" %}\n', encoding="utf-8")
    found = faults(folder)
    assert ("receipt.txt.j2", 20, "don_vi") in found
    assert ("query.html.j2", 5, "han") in found
    assert ("query.html.j2", 5, "ngay") in found
    assert any(name == "late.txt.j2" and line for name, line, _ in found)
    assert ("reminder.txt.j2", 9, "") in found
    assert ("sealed.txt.j2", None, "") in found
    assert ("alert.txt.j2", None, "") in found
    assert ("digest.html.j2", None, "body") in found
    assert len(found) == 8


def test_a_fault_in_the_branch_not_taken_is_found(folder: Path) -> None:
    put(folder, "digest.txt.j2", 3, "{% if received > 10 ** 6 %}{{ tong }}{{ day | gio }}{% endif %}")
    assert faults(folder) == [("digest.txt.j2", 3, "gio"), ("digest.txt.j2", 3, "tong")]


@pytest.mark.parametrize("line", ["{{ now | due | due }}", "{{ reports[7].title }}", "{{ 1 / 0 }}"])
def test_what_fails_only_in_use_is_found(folder: Path, line: str) -> None:
    put(folder, "late.html.j2", 6, line)
    assert faults(folder) == [("late.html.j2", 6, "")] * len(faults(folder))


def test_a_missing_subject_line_is_found(folder: Path) -> None:
    (folder / "sealed.txt.j2").write_text("Kính gửi: {{ unit }}\n", encoding="utf-8")
    assert faults(folder) == [("sealed.txt.j2", 1, "")]


def test_a_subject_that_is_not_the_first_line_is_found(folder: Path) -> None:
    put(folder, "sealed.txt.j2", 1, "Kính gửi:")
    assert faults(folder) == [("sealed.txt.j2", 1, "")]


def test_a_fault_in_the_shared_layout_is_found_where_it_is(folder: Path) -> None:
    put(folder, "layout.html.j2", 4, "{{ office.ten }}")
    assert set(faults(folder)) == {("layout.html.j2", 4, "")}


def test_a_missing_layout_is_told_once_by_name(folder: Path) -> None:
    (folder / "layout.html.j2").unlink()
    assert ("layout.html.j2", None, "") in faults(folder)


def test_no_folder(tmp_path: Path) -> None:
    assert len(faults(tmp_path / "none")) == 2 + 2 * len(NoticeKind)


@pytest.mark.parametrize(
    ("name", "written", "says"),
    [
        ("late.txt.j2", "Tiêu đề: Đôn đốc\n\n", "an empty letter"),
        ("late.txt.j2", "Tiêu đề:\nKính gửi\n", "an empty letter"),
        (
            "late.html.j2",
            '{% extends "layout.html.j2" %}\n{% block body %}\n\n{% endblock %}\n',
            "an empty letter",
        ),
        ("layout.html.j2", "", "missing block"),
        ("layout.html.j2", "<html><body>{{ office.name }}</body></html>", "missing block"),
    ],
)
def test_a_letter_that_would_be_empty_is_a_fault(folder: Path, name: str, written: str, says: str) -> None:
    (folder / name).write_text(written, encoding="utf-8")
    with pytest.raises(Misconfigured) as caught:
        Renderer(folder)
    assert [(fault.file.name, says in fault.says) for fault in caught.value.faults] == [(name, True)]
