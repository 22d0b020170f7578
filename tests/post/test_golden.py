"""Letters as they are sent, compared with letters that a person has read.

After a wanted change: `MAILBOT_GOLDEN=write pytest tests/post/test_golden.py`, then read the diff.
"""

import os
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from post.notices import NOTICES, NOW, RULES, SECRET, SENDER

from mailbot.core.posting import NoticeKind
from mailbot.post.render import Renderer

GOLDEN = Path(__file__).parent / "golden"
TEMPLATES = Path(__file__).parents[2] / "templates" / "vi"


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    return Renderer(TEMPLATES)


@pytest.mark.parametrize("name", NOTICES)
def test_the_letter_reads_as_approved(renderer: Renderer, name: str) -> None:
    letter = renderer.render(NOTICES[name], RULES, secret=SECRET, instance="mau-1", sender=SENDER, now=NOW)
    message = message_from_bytes(letter.raw, policy=policy.default)
    text, html = (part.get_content().replace("\r\n", "\n") for part in message.iter_parts())
    for suffix, found in (("txt", f"Tiêu đề: {message['Subject']}\n\n{text}"), ("html", html)):
        file = GOLDEN / f"{name}.{suffix}"
        if os.environ.get("MAILBOT_GOLDEN") == "write":
            file.write_text(found, encoding="utf-8")
        assert found == file.read_text(encoding="utf-8")


def test_every_kind_has_a_letter_to_read() -> None:
    assert {notice.kind for notice in NOTICES.values()} == set(NoticeKind)


def test_no_letter_is_left_over() -> None:
    assert {file.stem for file in GOLDEN.iterdir()} == set(NOTICES)


@pytest.mark.parametrize("name", NOTICES)
def test_the_style_of_official_letters(renderer: Renderer, name: str) -> None:
    wording = renderer.word(NOTICES[name], RULES, NOW)
    everything = wording.subject + wording.text
    assert "!" not in everything
    for word in ("bạn", "tôi", "yêu cầu", "phê bình"):
        assert f" {word} " not in f" {everything.lower()} "
    assert "Thân thư không bao giờ" not in everything + wording.html
    assert all(line == line.rstrip() for line in wording.text.splitlines())
    assert "\n\n\n" not in wording.text


def test_the_example_in_a_query_is_of_the_day_on_which_it_is_written(renderer: Renderer) -> None:
    wording = renderer.word(NOTICES["query-nothing-likely"], RULES, NOW.replace(year=2026))
    for text in (wording.text, wording.html):
        assert "tháng 5 năm 2026" in text


@pytest.mark.parametrize("name", NOTICES)
def test_html_needs_nothing_from_elsewhere(renderer: Renderer, name: str) -> None:
    html = renderer.word(NOTICES[name], RULES, NOW).html
    assert '<html lang="vi">' in html
    for forbidden in ("<script", "<img", "<link", "<style", "http", "url("):
        assert forbidden not in html
    # A link opens a reply to our own mailbox, and nothing else.
    assert html.count("<a ") == html.count(f'<a href="mailto:{SENDER}?subject=')


@pytest.mark.parametrize("name", ["reminder-several", "late-several", "receipt", "query", "sealed"])
def test_a_letter_to_a_unit_names_no_other_unit(renderer: Renderer, name: str) -> None:
    wording = renderer.word(NOTICES[name], RULES, NOW)
    assert "Đại Từ" not in wording.subject + wording.text + wording.html
