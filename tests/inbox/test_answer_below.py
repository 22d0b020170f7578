"""In a page of HTML, an answer below the letter that it quotes is told from the quotation."""

import pytest

from mailbot.core.command import Verb
from mailbot.core.replies.reply import read_command
from mailbot.inbox.text import Words, plain_text

SUBJECT = "Re: [BC-000007] Xác nhận báo cáo"
WROTE = "Vào Th 3, 25 thg 6, 2013 vào lúc 08:15 Văn phòng &lt;vp@x.example&gt; đã viết:<br>"
LETTER = "<p>Kính gửi: Sở Tài chính</p><p>Văn phòng đã nhận báo cáo.</p><blockquote><p>xưa</p></blockquote>"


@pytest.mark.parametrize(
    "opening",
    [
        '<blockquote class="gmail_quote" style="margin:0">',
        '<BLOCKQUOTE type="cite">',
        '<blockquote style="border-left:2px solid #1010FF;padding-left:5px">',
    ],
)
def test_a_command_below_a_quoted_letter_is_read(opening: str) -> None:
    page = f"<html><body><div>{WROTE}</div>{opening}{LETTER}</blockquote><div>SAI tháng 5</div></body></html>"
    text = plain_text([Words(page, html=True)])
    assert "> Văn phòng đã nhận báo cáo." in text.splitlines()
    assert "> xưa" in text.splitlines()
    command = read_command(SUBJECT, text)
    assert command is not None
    assert (command.verb, command.argument, command.about) == (Verb.WRONG, "tháng 5", 7)


@pytest.mark.parametrize(
    "page",
    [
        # An answer above its quotation is read as ever, and what somebody has only indented is his own.
        f'<div>ĐÚNG</div><div>{WROTE}</div><blockquote type="cite">{LETTER}</blockquote>',
        "<p>Kính gửi</p><blockquote style='margin:0 0 0 40px;border:none'><p>ĐÚNG</p></blockquote><p>x</p>",
    ],
)
def test_nothing_else_is_taken_for_a_quotation(page: str) -> None:
    text = plain_text([Words(page, html=True)])
    assert ">" not in text.replace("vp@x.example>", "")
    command = read_command(SUBJECT, text)
    assert command is not None
    assert command.verb is Verb.RIGHT


def test_quotations_without_end_cost_no_more_than_a_long_page() -> None:
    page = '<blockquote type="cite">' * 40_000 + "x"
    assert plain_text([Words(page, html=True)]) == "x"
    assert plain_text([Words('<blockquote type="cite">x</blockquote>' * 10_000 + "y", html=True)])
