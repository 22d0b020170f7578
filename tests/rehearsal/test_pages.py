"""The pages lead to one another, and let nothing foreign act."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from mailbot.core.standing import Standing
from mailbot.papers.letter_body import inlined
from mailbot.rehearsal.stage import Stage

from .conftest import Rehearsed


def test_every_link_leads_to_a_page(june: Rehearsed) -> None:
    for page in june.stage.folder.rglob("*.html"):
        if {"office", "papers"} & set(page.parts):
            continue
        for target in re.findall(r'href="([^"#]+)', page.read_text(encoding="utf-8")):
            assert (page.parent / target).is_file(), f"{page}: {target}"


def test_every_cell_leads_to_its_duty(june: Rehearsed) -> None:
    index = june.stage.index.read_text(encoding="utf-8")
    cells = re.findall(r'class="cell" href="([^"#]+)#([^"]+)"', index)
    assert len(cells) == len(june.shown.duties)
    for page, name in cells:
        assert f'id="{name}"' in (june.stage.folder / page).read_text(encoding="utf-8")


def test_the_share_on_time_is_taken_over_what_was_concluded_as_in_every_paper(
    june: Rehearsed, tmp_path: Path
) -> None:
    standings = dict.fromkeys(Standing, 0) | {Standing.ON_TIME: 3, Standing.LATE: 1, Standing.NOT_JUDGED: 4}
    stage = Stage(tmp_path)
    stage.show(replace(june.shown, totals=replace(june.shown.totals, standings=standings)))
    assert "đúng hạn (75%)" in stage.index.read_text(encoding="utf-8")


def test_pages_fetch_nothing_and_run_nothing(june: Rehearsed) -> None:
    for page in june.stage.folder.rglob("*.html"):
        if not {"office", "papers"} & set(page.parts):
            assert not re.search(
                r"<script|https?://|<img|<iframe|\son\w+=", page.read_text(encoding="utf-8")
            ), page


def test_every_letter_and_every_mail_has_its_page(june: Rehearsed) -> None:
    folder = june.stage.folder
    assert len(list(folder.glob("letters/letter-*.html"))) == len(june.letters)
    assert len(list(folder.glob("mails/mail-*.html"))) == len(june.book.arrivals)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("<p>một<script>x()</script> hai</p>", "<p>một hai</p>"),
        ('<p onclick="x()" style="color:#333">một</p>', '<p style="color:#333">một</p>'),
        ('<p style="background:url(http://x/y)">một</p>', "<p>một</p>"),
        ('<a href="javascript:x()">một</a>', "một"),
        ("</div></div><b>một", "<b>một</b>"),
        ("<td>1 &lt; 2 &amp; 3</td>", "<td>1 &lt; 2 &amp; 3</td>"),
        ("<head><title>x</title></head><body><iframe src=x></iframe>một</body>", "một"),
        ('<td align="right" data-x="1">một<br>hai</td>', '<td align="right">một<br>hai</td>'),
    ],
)
def test_a_letter_in_a_page_keeps_its_words_and_looks_only(written: str, kept: str) -> None:
    assert inlined(written) == kept


def test_a_folder_with_anything_else_in_it_is_no_place_for_a_rehearsal(tmp_path: Path) -> None:
    assert Stage(tmp_path / "new").free
    assert Stage(tmp_path).free
    (tmp_path / "theirs.txt").write_text("x")
    assert not Stage(tmp_path).free


def test_a_former_rehearsal_gives_way_but_what_lies_beside_it_stays(tmp_path: Path) -> None:
    stage = Stage(tmp_path / "demo")
    stage.clear()
    stage.index.write_text("old")
    (stage.folder / "theirs.txt").write_text("x")
    assert stage.free
    stage.clear()
    assert not stage.index.exists()
    assert (stage.folder / "theirs.txt").exists()
