"""Files that go with letters: a calendar that calendars read, and a draft that goes to no unit."""

import io
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import docx
import icalendar
import pytest
from post.notices import NOTICES, NOW, RULES, SECRET, SENDER

from mailbot.core.notice import EscalationMatter
from mailbot.core.posting import NoticeKind
from mailbot.daemon.enclosures import enclosures
from mailbot.papers.paper_words import load_wording
from mailbot.post.letter import Enclosure
from mailbot.post.render import Renderer

TEMPLATES = Path(__file__).parents[2] / "templates"
RENDERER = Renderer(TEMPLATES / "vi")


def letter(name: str) -> EmailMessage:
    notice = NOTICES[name]
    files = tuple(enclosures(notice, RULES, lambda: load_wording(TEMPLATES), NOW))
    written = RENDERER.render(
        notice, RULES, secret=SECRET, instance="mau-1", sender=SENDER, now=NOW, enclosures=files
    )
    assert all(len(line) <= 998 for line in written.raw.split(b"\r\n"))
    message = message_from_bytes(written.raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    assert not message.defects
    return message


def test_a_reminder_brings_its_deadlines_as_a_calendar() -> None:
    message = letter("reminder-several")
    assert message.get_content_type() == "multipart/mixed"
    (file,) = message.iter_attachments()
    assert (file.get_filename(), file.get_content_type()) == ("thoi-han.ics", "text/calendar")
    calendar = icalendar.Calendar.from_ical(file.get_content())
    events = list(calendar.walk("VEVENT"))
    assert len({str(event["UID"]) for event in events}) == len(events) == 2
    assert events[0]["DTSTAMP"].dt == NOW
    assert str(events[0]["DTSTART"].dt) == "2013-05-27"
    assert "tháng 5 năm 2013" in str(events[0]["SUMMARY"])
    text = message.get_body(("plain",))
    assert text is not None
    assert "Kính gửi: Sở Tài chính" in text.get_content()


def test_a_later_calendar_moves_the_event_of_an_earlier_one() -> None:
    notice = NOTICES["reminder"]
    early, late = (
        next(iter(enclosures(notice, RULES, None, at))).octets for at in (NOW, NOW + timedelta(days=1))
    )
    first, second = (next(iter(icalendar.Calendar.from_ical(o).walk("VEVENT"))) for o in (early, late))
    assert first["UID"] == second["UID"]
    assert second["DTSTAMP"].dt > first["DTSTAMP"].dt


def test_the_head_of_the_office_has_the_list_with_a_draft_to_sign() -> None:
    message = letter("escalation")
    (file,) = message.iter_attachments()
    assert file.get_filename() == "du-thao-van-ban.docx"
    document = docx.Document(io.BytesIO(file.get_content()))
    words = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "phê bình các đơn vị" in words
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert "UBND huyện Đại Từ" in cells
    body = message.get_body(("plain",))
    assert body is not None
    assert "phê bình" not in body.get_content()


def test_a_reprimand_says_of_all_only_what_is_true_of_each() -> None:
    notice = NOTICES["escalation"]
    assert isinstance(notice.matter, EscalationMatter)
    seldom = replace(notice, matter=replace(notice.matter, chased=(1, 3)))
    [file] = enclosures(seldom, RULES, lambda: load_wording(TEMPLATES), NOW)
    words = "\n".join(paragraph.text for paragraph in docx.Document(io.BytesIO(file.octets)).paragraphs)
    assert "đã được đôn đốc ít nhất 01 lần" in words


def test_the_evaluation_brings_the_letter_to_sign_and_its_table() -> None:
    word, sheet = letter("evaluation").iter_attachments()
    assert (word.get_filename(), sheet.get_filename()) == (
        "du-thao-thi-dua-2013-h1.docx",
        "du-thao-thi-dua-2013-h1.xlsx",
    )
    document = docx.Document(io.BytesIO(word.get_content()))
    assert "Kính gửi: Ban Thi đua - Khen thưởng tỉnh" in {line.text for line in document.paragraphs}
    assert sheet.get_content()[:2] == b"PK"


def test_the_years_deadlines_come_as_a_calendar() -> None:
    (file,) = letter("calendar").iter_attachments()
    assert file.get_filename() == "thoi-han-2013.ics"
    assert len(icalendar.Calendar.from_ical(file.get_content()).walk("VEVENT")) == 2


# These go to the leadership and the staff; everybody else gets calendars only.
_WITH_DRAFTS = {NoticeKind.ESCALATION, NoticeKind.MONTH, NoticeKind.EVALUATION}


@pytest.mark.parametrize("kind", [kind for kind in NoticeKind if kind not in _WITH_DRAFTS])
def test_no_letter_to_a_unit_brings_a_draft(kind: NoticeKind) -> None:
    for notice in NOTICES.values():
        if notice.kind is kind:
            files = enclosures(notice, RULES, lambda: load_wording(TEMPLATES), NOW)
            assert all(file.name.endswith(".ics") for file in files)


def test_a_letter_without_a_file_is_as_it_was() -> None:
    assert letter("late").get_content_type() == "multipart/alternative"


@pytest.mark.parametrize("name", ["../x.ics", "thời hạn.ics", 'a".ics', "a\r\nB: c.ics", ""])
def test_no_strange_name_enters_a_header(name: str) -> None:
    file = Enclosure(name=name, content_type="text/calendar", octets=b"")
    with pytest.raises(ValueError, match="enclosure"):
        RENDERER.render(
            NOTICES["late"],
            RULES,
            secret=SECRET,
            instance="mau-1",
            sender=SENDER,
            now=NOW,
            enclosures=(file,),
        )
