"""The head of letters: who is told what by the headers, and what nobody can smuggle in."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from post.notices import (
    BUSY,
    CAME,
    FINANCE,
    NOTICES,
    NOW,
    OFFICE,
    RULES,
    SECRET,
    SECRET_CAME,
    SENDER,
    arrival,
    digest,
    mail,
    notice,
)

from mailbot.core.letters.digest_matter import DigestLine
from mailbot.core.mail import Address, Attachment
from mailbot.core.notice import Notice, QueryMatter
from mailbot.core.posting import Letter, NoticeKind
from mailbot.core.rules import Role, Rules, Span, UnitAddress
from mailbot.core.verdict import Findings, Question, Unclear
from mailbot.post.render import Renderer

RENDERER = Renderer(Path(__file__).parents[2] / "templates" / "vi")
HEADERS = [
    "Date",
    "From",
    "To",
    "Subject",
    "Message-ID",
    "In-Reply-To",
    "References",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "X-Mailbot-Instance",
    "X-Mailbot-Notice",
    "Content-Language",
    "MIME-Version",
    "Content-Type",
]
# Texts as strangers write them: anything at all, with line ends and look-alike headers well mixed in.
ANYTHING = st.lists(
    st.one_of(
        st.text(), st.sampled_from(["\r\n", "\r", "\n", "\x85", "\u2028", "Bcc: x@x.vn", "\r\n\r\n<b>"])
    )
).map("".join)


def render(found: Notice, rules: Rules = RULES, sender: str = SENDER, now: datetime = NOW) -> Letter:
    return RENDERER.render(found, rules, secret=SECRET, instance="mau-1", sender=sender, now=now)


def read(letter: Letter) -> EmailMessage:
    return message_from_bytes(letter.raw, policy=policy.default)


LONG = (
    "Ban Quản lý dự án đầu tư xây dựng các công trình dân dụng, công nghiệp, nông nghiệp và phát triển"
    " nông thôn trực thuộc Ủy ban nhân dân tỉnh"
)


@pytest.mark.parametrize("name", NOTICES)
def test_the_name_of_a_unit_is_told_whole_however_long_it_is(name: str) -> None:
    short = FINANCE.name
    usual = RENDERER.word(NOTICES[name], RULES, NOW)
    try:
        # The unit stands deep within what the letters are about.
        object.__setattr__(FINANCE, "name", LONG)
        long = RENDERER.word(NOTICES[name], RULES, NOW)
    finally:
        object.__setattr__(FINANCE, "name", short)
    assert LONG[:100] not in long.text.replace(LONG, "")
    assert LONG[:100] not in long.html.replace(LONG, "")
    assert (f"Kính gửi: {short}\n" in usual.text) == (f"Kính gửi: {LONG}\n" in long.text)


def asked(subject: str = "", file: str = "", sender: str = "") -> Notice:
    attachment = Attachment(name=file, content_type="x/y", size=1, sha256="0" * 64)
    came = arrival(
        Unclear(question=Question.PERIOD, findings=Findings()),
        mail=mail(
            subject=subject,
            attachments=(attachment,),
            sender=Address("sotaichinh@thainguyen.example", sender),
        ),
    )
    return notice(
        NoticeKind.QUERY,
        QueryMatter(arrival=came, question=Question.PERIOD, candidates=()),
        answers=came,
    )


def test_the_head_of_a_receipt() -> None:
    letter = render(NOTICES["receipt"])
    message = read(letter)
    assert message.keys() == HEADERS
    assert message["Date"] == "Tue, 25 Jun 2013 08:20:05 +0700"
    assert message["From"].addresses[0].display_name == OFFICE.name
    assert message["From"].addresses[0].addr_spec == SENDER
    assert message["To"].addresses[0].display_name == FINANCE.name
    assert message["To"].addresses[0].addr_spec == "sotaichinh@thainguyen.example"
    assert message["Subject"] == letter.subject
    assert letter.subject.startswith("[BC-000123] ")
    assert message["Message-ID"] == letter.message_id
    assert message["In-Reply-To"] == "<20130625.1@stc.example>"
    assert message["References"].split() == ["<20130624.9@stc.example>", "<20130625.1@stc.example>"]
    assert message["Auto-Submitted"] == "auto-replied"
    assert message["X-Auto-Response-Suppress"] == "All"
    assert message["X-Mailbot-Instance"] == "mau-1"
    assert message["X-Mailbot-Notice"] == "receipt"
    assert message["Content-Language"] == "vi"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert letter.recipients == ("sotaichinh@thainguyen.example",)
    assert letter.answers == CAME.number


@pytest.mark.parametrize("name", NOTICES)
def test_any_relay_can_carry_it(name: str) -> None:
    letter = render(NOTICES[name])
    assert letter.raw.isascii()
    assert b"\r\n" not in letter.raw.replace(b"\r\n", b"")
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", letter.raw)
    assert max(map(len, letter.raw.split(b"\r\n"))) <= 78
    message = read(letter)
    assert not message.defects
    assert not any(part.defects for part in message.iter_parts())


@pytest.mark.parametrize("name", NOTICES)
def test_only_answers_are_called_replies(name: str) -> None:
    message = read(render(NOTICES[name]))
    answers = name.split("-", maxsplit=1)[0] in {
        "receipt",
        "query",
        "sealed",
        "status",
        "help",
        "result",
        "incident",
    }
    assert message["Auto-Submitted"] == ("auto-replied" if answers else "auto-generated")
    assert not any(header.lower().startswith("list-") for header in message.keys())  # noqa: SIM118 - no mapping


@pytest.mark.parametrize("name", NOTICES)
def test_the_same_notice_gives_the_same_bytes(name: str) -> None:
    assert render(NOTICES[name]).raw == render(NOTICES[name]).raw


def test_message_id_follows_from_the_keys_in_any_order() -> None:
    several = replace(NOTICES["receipt"], keys=("b/2", "a/1"))
    turned = replace(several, keys=("a/1", "b/2"))
    assert render(several).message_id == render(turned).message_id
    assert render(several).message_id != render(NOTICES["receipt"]).message_id
    assert re.fullmatch(r"<k\.[a-z2-7]{26}@thainguyen\.example>", render(several).message_id)


def test_a_letter_from_another_address_is_answered_to_the_mailbox() -> None:
    message = read(render(NOTICES["receipt"], sender="robot@thainguyen.example"))
    assert message["From"].addresses[0].addr_spec == "robot@thainguyen.example"
    assert message["Reply-To"] == SENDER


@pytest.mark.parametrize(
    "strange", ["", "<a b@c>", "không", "<x@y>\r\nBcc: z@z.vn", "<>", f"<{'x' * 999}@y>"]
)
def test_a_strange_message_id_is_not_repeated(strange: str) -> None:
    came = replace(CAME, mail=mail(message_id=strange))
    message = read(render(replace(NOTICES["receipt"], answers=came)))
    assert "In-Reply-To" not in message
    assert "References" not in message
    assert "Bcc" not in message


def test_a_message_id_without_brackets_gets_them() -> None:
    came = replace(CAME, mail=mail(message_id="1@stc.example", references=()))
    message = read(render(replace(NOTICES["receipt"], answers=came)))
    assert message["In-Reply-To"] == message["References"] == "<1@stc.example>"


def test_copies_are_shown_and_sent() -> None:
    letter = render(NOTICES["late-several"])
    assert read(letter)["Cc"] == "giamdoc.stc@thainguyen.example"
    assert letter.recipients == ("sotaichinh@thainguyen.example", "giamdoc.stc@thainguyen.example")


def test_everybody_gets_one_letter_under_a_lower_case_address() -> None:
    found = replace(NOTICES["late"], to=("SoTaiChinh@thainguyen.example",), copies=NOTICES["late"].to)
    assert render(found).recipients == NOTICES["late"].to


@pytest.mark.parametrize(
    "stranger",
    ["someone@else.example", "", "sotaichinh@thainguyen.example\r\nBcc: x@x.vn", "không@thainguyen.example"],
)
def test_mailbot_never_writes_to_a_stranger(stranger: str) -> None:
    with pytest.raises(ValueError, match="registered"):
        render(replace(NOTICES["late"], to=(stranger,)))
    with pytest.raises(ValueError, match="registered"):
        render(replace(NOTICES["late"], copies=(stranger,)))


def test_an_address_that_has_lapsed_is_a_stranger() -> None:
    yesterday = NOW.date() - timedelta(days=1)
    lapsed = replace(
        FINANCE,
        addresses=(UnitAddress(email=NOTICES["late"].to[0], role=Role.OFFICIAL, valid=Span(end=yesterday)),),
    )
    rules = replace(RULES, units=(lapsed,))
    with pytest.raises(ValueError, match="registered"):
        render(NOTICES["late"], rules)
    # 17:30 in UTC is the next day in the office.
    assert render(NOTICES["late"], rules, now=datetime(2013, 6, 24, 16, 59, tzinfo=UTC))
    with pytest.raises(ValueError, match="registered"):
        render(NOTICES["late"], rules, now=datetime(2013, 6, 24, 17, 0, tzinfo=UTC))


def test_a_letter_to_nobody_is_a_bug() -> None:
    with pytest.raises(ValueError, match="no recipient"):
        render(replace(NOTICES["late"], to=()))


@given(subject=ANYTHING, file=ANYTHING, name=ANYTHING)
def test_nothing_in_a_mail_reaches_our_headers_or_markup(subject: str, file: str, name: str) -> None:
    plain = read(render(asked()))
    letter = render(asked(subject, file, name))
    message = read(letter)
    assert message.keys() == plain.keys()
    assert [message[header] for header in message.keys()] == [plain[header] for header in plain.keys()]  # noqa: SIM118
    text, html = (part.get_content() for part in message.iter_parts())
    assert "<b>" not in html
    assert not re.search(r"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text + html)


@given(name=ANYTHING)
def test_nothing_in_a_name_of_the_register_reaches_our_headers(name: str) -> None:
    unit = replace(FINANCE, name=name, head=name)
    rules = replace(RULES, units=(unit,), office=replace(OFFICE, name=name))
    for kind in ("receipt", "late"):
        message = read(render(replace(NOTICES[kind], unit=unit), rules))
        assert set(message.keys()) <= set(HEADERS)
        assert len(message["To"].addresses) == len(message["From"].addresses) == 1
        assert message["To"].addresses[0].addr_spec == NOTICES[kind].to[0]


def test_a_sealed_mail_is_told_of_and_not_quoted() -> None:
    sealed_by_hand = replace(CAME, number=7, mail=mail(subject="Chữ không được nhắc"))
    line = DigestLine(arrival=sealed_by_hand, unit=FINANCE, verdict=SECRET_CAME.verdict)
    quiet = replace(BUSY, overdue=(), not_judged=(), proposals=(), replies=(), held_lines=(), week=None)
    matter = replace(quiet, waiting=(line,))
    wording = RENDERER.word(digest(matter), RULES, NOW)
    assert "settle 7" in wording.text
    for shown in (wording.text, wording.html):
        assert "Chữ không được nhắc" not in shown
        assert "Sở Tài chính" not in shown
