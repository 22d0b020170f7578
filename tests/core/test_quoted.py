"""What stands below the head of an answered letter is quoted, however a program writes that head."""

import time
from dataclasses import replace
from pathlib import Path

import pytest
from builders import a_mail, at, some_rules

from mailbot.core.classify import classify
from mailbot.core.language.said import own_words
from mailbot.core.replies.reply import read_command
from mailbot.core.verdict import Filed, Question, Unclear, Verdict
from mailbot.inbox.text import Words, plain_text

RULES = some_rules()
OWN = "Đơn vị gửi báo cáo."
REMINDER = "Kính gửi: Sở Tài chính\nBáo cáo tháng 5 năm 2013 chưa đến. Xin gia hạn thì ghi lý do."
QUERY = (
    "Kính gửi: Sở Tài chính\nTrường hợp không có nội dung phải báo cáo, đề nghị trả lời thư này; "
    "dòng đầu tiên ghi: KHÔNG PHÁT SINH và kỳ báo cáo."
)
# Outlook, Zimbra, Roundcube, Gmail's program for telephones, and webmail of Vietnamese providers.
HEADS = {
    "outlook": "From: VP <vp@x.example>\nSent: Monday, June 24, 2013\nTo: a@b.example\nSubject: x",
    "outlook original": "-----Original Message-----\nFrom: VP\nSent: Monday",
    "outlook vi": "________________________________\nTừ: VP\nĐã gửi: Thứ Hai\nTới: a@b.example\nChủ đề: x",
    "zimbra": 'Từ: "VP" <vp@x.example>\nTới: "a" <a@b.example>\nĐã gửi: Thứ Hai\nChủ đề: x',
    "zimbra prefix": "----- Vào Ngày 24 Tháng 6, 2013, lúc 08:15, VP vp@x.example đã viết:",
    "unaccented": "Tu: VP <vp@x.example>\nDen: a@b.example\nDa gui: 24/6/2013\nChu de: x",
    "bold": "*Từ:* VP <vp@x.example>\n*Đã gửi:* Thứ Hai\n*Tới:* a@b.example\n*Chủ đề:* x",
    "bold en": "*From:* VP <vp@x.example>\n*Sent:* Monday\n*To:* a@b.example",
    "bold name": "*Từ*: VP\n*Ngày*: 24/6/2013",
    "paragraphs": "Từ: VP <vp@x.example>\n\nĐã gửi: Thứ Hai\n\nTới: a@b.example\n\nChủ đề: x",
    "broken name": "Từ: Văn phòng Ủy ban nhân dân tỉnh\n<vp@x.example>\nĐã gửi: Thứ Hai",
    "words below": "Từ:\nVP <vp@x.example>\nĐã gửi:\nThứ Hai",
    "sender": "Người gửi: VP <vp@x.example>\nThời gian: 24/6/2013\nNgười nhận: a@b.example\nTiêu đề: x",
    "sender and date": "Người gửi: VP\nNgày gửi: 24/6/2013\nTiêu đề: x",
    "copies": "Từ: VP\nCc: c@d.example\nTới: a@b.example",
    "message": "-------- Thông điệp gốc --------\nTiêu đề: x\nNgày: 24/6/2013\nTừ: VP",
    "mail": "-----Email gốc-----",
    "gmail": "Vào Th 2, 24 thg 6, 2013 vào lúc 08:15 VP <vp@x.example> đã\nviết:",
    "roundcube": "Ngày 2013-06-24 08:15, VP viết:",
    "thunderbird": "Vào 24/06/2013 8:15 SA, VP viết:",
}


def judged(subject: str, *names: str, text: str) -> Verdict:
    mail = a_mail(subject, *names, text=text)
    mail = mail if names else replace(mail, attachments=())
    return classify(mail, RULES, at("2013-06-24 09:00"))


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
def test_a_letter_quoted_without_marks_is_not_the_senders_word(head: str) -> None:
    text = f"{OWN}\n\n{head}\n\n{REMINDER}"
    assert own_words(text).strip() == OWN
    verdict = judged("Re: [Nhắc] Báo cáo tháng 6 năm 2013", "scan.pdf", text=text)
    assert isinstance(verdict, Filed)
    assert [str(filing.period) for filing in verdict.filings] == ["2013-06"]


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
def test_a_letter_of_ours_sent_back_without_a_word_orders_nothing(head: str) -> None:
    subject, text = "Re: [BC-000007] Đề nghị bổ sung thông tin: Báo cáo tháng 6", f"{head}\n\n{QUERY}"
    assert read_command(subject, text) is None
    assert isinstance(judged(subject, text=text), Unclear)


# The quiet digest is one line, for the staff alone.
LETTERS = [path for path in sorted(Path("tests/post/golden").glob("*.html")) if "quiet" not in path.stem]


@pytest.mark.parametrize("letter", LETTERS, ids=lambda path: path.stem)
@pytest.mark.parametrize("program", ["a rule alone", "plain text"])
def test_a_letter_of_ours_below_nothing_but_a_rule_is_not_the_senders_word(
    letter: Path, program: str
) -> None:
    page = letter.read_text(encoding="utf-8")
    if program == "plain text":
        written = letter.with_suffix(".txt").read_text(encoding="utf-8").partition("\n\n")[2]
        text = f"{OWN}\n\n{written}\nNguyễn Văn A"
    else:
        body = page[page.index("<body") :].replace("</body>", "").replace("</html>", "")
        whole = f"<p>{OWN}</p><hr><div{body.removeprefix('<body')}</div><p>Nguyễn Văn A</p>"
        text = plain_text([Words(whole, html=True)])
    assert own_words(text).split() == [*OWN.split(), "Nguyễn", "Văn", "A"]


def test_no_period_that_our_letter_names_is_taken_for_that_of_the_answer() -> None:
    written = Path("tests/post/golden/query.txt").read_text(encoding="utf-8").partition("\n\n")[2]
    asked = "Re: [BC-000123] Đề nghị bổ sung thông tin báo cáo"
    assert isinstance(judged(asked, "scan.pdf", text=f"Gửi lại ạ.\n\n{written}"), Unclear)
    assert isinstance(judged(asked, "scan.pdf", text=f"Gửi lại báo cáo tháng 6.\n\n{written}"), Filed)


def test_what_our_letter_asks_to_be_written_is_no_answer_where_nothing_marks_it() -> None:
    assert isinstance(judged("Re: [BC-000007] Bổ sung thông tin: Báo cáo tháng 6", text=QUERY), Unclear)
    assert isinstance(judged("Báo cáo tháng 6", text="Đơn vị ghi nhận: không phát sinh."), Filed)


@pytest.mark.parametrize(
    "text",
    [
        "Kính gửi Văn phòng\nTừ ngày 01/6: 20 hồ sơ\nĐến ngày 15/6: 30 hồ sơ, báo cáo tháng 6.",
        "Người gửi báo cáo: Nguyễn Văn A, số điện thoại: 0912\nBáo cáo tháng 6.",
        "Ngày 24/6/2013 đơn vị viết báo cáo tháng 6:\nGửi kèm.",
        "Tài liệu gốc - bản chuyển tiếp: báo cáo tháng 6.",
    ],
)
def test_the_senders_own_lines_are_not_taken_for_the_head_of_a_letter(text: str) -> None:
    assert own_words(text) == text


def test_lines_made_to_look_like_heads_cost_no_more_than_others() -> None:
    texts = [
        " " * 6000,
        "Từ: a\n" + " " * 5990,
        "Từ:\n" * 1500,
        "\n \t" * 2000,
        ("vào " + "1:11 " * 40 + "\n") * 30,
    ]
    began = time.perf_counter()
    for text in texts:
        own_words(text)
    assert time.perf_counter() - began < 1


FIRE = "Cháy lớn tại chợ xã A, xảy ra lúc 5h sáng nay, 2 người chết."


@pytest.mark.parametrize("subject", ["FW: Gửi Văn phòng", "Chuyển tiếp: Gửi Văn phòng", "Gửi Văn phòng"])
@pytest.mark.parametrize(
    "head", [HEADS["outlook vi"], HEADS["bold"], "---------- Forwarded message ---------"]
)
def test_an_urgent_matter_that_is_forwarded_without_a_word_is_urgent(subject: str, head: str) -> None:
    verdict = judged(subject, text=f"{head}\n\n{FIRE}")
    assert isinstance(verdict, Unclear)
    assert verdict.question is Question.URGENT


@pytest.mark.parametrize("subject", ["Re: Gửi Văn phòng", "Fwd: [Nhắc] Gửi Văn phòng"])
def test_what_an_answer_only_quotes_is_not_urgent(subject: str) -> None:
    verdict = judged(subject, text=f"{HEADS['outlook vi']}\n\n{FIRE}")
    assert isinstance(verdict, Unclear)
    assert verdict.question is not Question.URGENT
