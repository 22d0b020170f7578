"""Names, subjects and texts that a program of the sender coded twice are read as they were meant."""

from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.mail import Mail
from mailbot.core.seals.secrecy import mark
from mailbot.inbox.miscoded import unescaped, unmangled
from mailbot.inbox.parse import parse_octets
from mailbot.inbox.words import parameters

NAME = "Báo cáo tháng 8 năm 2014 về việc rà soát.docx"
SECRET = "Báo cáo TỐI MẬT tháng 8.docx"
VIETNAMESE = st.text("aáàảãạăắâấđeéêếệiíịoóôốơớợuúưứựyýỳ ÁĂÂĐÊÔƠƯ BCTM0123456789.-", max_size=40)


def mangled(text: str, shown: str) -> str:
    """`text` as its UTF-8 looks in another charset; what has no letter there stays a control character."""
    octets = text.encode()
    return "".join(bytes([o]).decode(shown, "ignore") or chr(o) for o in octets)


def a_mail(*, subject: str = "Gửi báo cáo", body: str = "Kính gửi", disposition: str = "attachment") -> Mail:
    raw = (
        f"From: a@stc.example\r\nSubject: {subject}\r\nContent-Type: multipart/mixed; boundary=B\r\n\r\n"
        f"--B\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{body}\r\n"
        f"--B\r\nContent-Type: application/octet-stream\r\nContent-Disposition: {disposition}"
        "\r\n\r\nx\r\n--B--\r\n"
    ).encode()
    return parse_octets(raw, sha256="", size=len(raw))


@pytest.mark.parametrize("shown", ["latin-1", "cp1252"])
def test_utf8_that_was_taken_for_latin_is_read_in_subject_text_and_name(shown: str) -> None:
    said = mangled(NAME, shown)
    mail = a_mail(subject=said, body=said, disposition=f'attachment; filename="{said}"')
    assert (mail.subject, mail.text, mail.attachments[0].name) == (NAME, NAME, NAME)


@pytest.mark.parametrize(
    "written",
    [
        f'filename="{quote(NAME)}"',
        f"filename={quote_plus(NAME)}",
        f"filename=UTF-8''{quote(NAME)}",
        f"filename*0*=utf-8''{quote(NAME)[:10]}; filename*1*={quote(NAME)[10:]}",
    ],
)
def test_a_name_written_as_in_a_web_address_is_read(written: str) -> None:
    assert a_mail(disposition=f"attachment; {written}").attachments[0].name == NAME


def test_a_percent_sign_in_a_section_that_is_not_escaped_stays() -> None:
    named = parameters(b'attachment; filename*0="50%41 "; filename*1*=xong.doc')[1]["filename"]
    assert named == "50%41 xong.doc"


@pytest.mark.parametrize(
    "mail",
    [
        a_mail(subject=mangled(SECRET, "cp1252")),
        a_mail(disposition=f'attachment; filename="{mangled(SECRET, "cp1252")}"'),
        a_mail(disposition=f'attachment; filename="{quote(SECRET)}"'),
        a_mail(body=mangled("TỐI MẬT\r\nBáo cáo tháng 8", "latin-1")),
    ],
    ids=["subject", "name", "escaped name", "text"],
)
def test_a_mark_of_secrecy_coded_twice_seals(mail: Mail) -> None:
    assert mark(mail) is not None


@pytest.mark.parametrize(
    "name",
    [
        "Báo cáo 100%.docx",
        "giảm 20%25 so với cùng kỳ.docx",
        "bao-cao-%ZZ.docx",
        "%E1%BB.docx",
        "XÃ ĐỒNG HỶ",
        "CÁC XÃ",
        "B¸o c¸o th¸ng 8",
        "Ã ¡",
    ],
)
def test_what_was_not_coded_twice_stays(name: str) -> None:
    assert unescaped(name) == name
    assert unmangled(name) == name


@given(VIETNAMESE)
def test_any_vietnamese_stays_and_comes_back(text: str) -> None:
    assert unmangled(text) == text
    assert unescaped(quote(text)) == text or "%" not in quote(text)
