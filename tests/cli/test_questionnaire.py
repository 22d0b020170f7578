"""`mailbot init` at a terminal: a person answers, a real Dovecot and Postfix say whether that is right."""

import sys
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from servers.dovecot import Dovecot
from servers.loop import PASSWORD, REPORT, MailHome
from servers.terminal import Terminal

from mailbot.config import ImapInbox, SmtpPost, load_config

pytestmark = pytest.mark.servers
Answers = Iterable[tuple[str, str]]
# What comes before the questions about servers, answered by Enter: rules, day, kind of server.
FIRST = (("Bộ quy tắc ban đầu", ""), ("đến trước ngày", ""), ("loại nào", ""))


@pytest.fixture
def init(tmp_path: Path) -> Callable[[], AbstractContextManager[Terminal]]:
    def begin() -> Terminal:
        return Terminal([sys.executable, "-m", "mailbot", "init", str(tmp_path / "office")])

    return begin


def answer(person: Terminal, answers: Answers) -> None:
    for question, word in answers:
        person.hears(question)
        person.types(word)


def account(host: str = "localhost", password: str = PASSWORD) -> Answers:
    return (("Máy chủ đọc thư", host), ("Tên đăng nhập", REPORT), ("Mật khẩu", password))


def protected(port: int, tls: str = "tls") -> Answers:
    return (("Cổng IMAP", str(port)), ("Bảo vệ kết nối", tls))


def test_wrong_answers_are_explained_and_asked_again_and_right_ones_are_kept(
    init: Callable[[], AbstractContextManager[Terminal]], tmp_path: Path, mail_home: MailHome
) -> None:
    mail_home.dovecot.append(REPORT, "Báo cáo đến", b"Subject: x\r\n\r\n")
    imaps = mail_home.dovecot.imaps_port
    certificate = ("Tệp chứng thư gốc", str(mail_home.ca_file))
    with init() as person:
        answer(person, (*FIRST, ("Máy chủ đọc thư", "https://mail.tinh.example/")))
        person.hears("ghi tên máy chủ")
        answer(person, (*account(host="khong-co-may-nay.invalid"), *protected(imaps)))
        person.hears("Không tìm thấy tên máy chủ")
        # The right host, no certificate file by that name, the wrong password.
        answer(person, (("Sửa lại", ""), ("Máy chủ đọc thư", "localhost"), ("Tên đăng nhập", "")))
        answer(person, (("Mật khẩu (Enter", "sai"), *protected(imaps), ("Tệp chứng thư", "/khong/co.pem")))
        person.hears("Không có tệp /khong/co.pem")
        answer(person, (certificate,))
        person.hears("không chấp nhận tài khoản hoặc mật khẩu")
        answer(person, (("Sửa lại", ""), ("Máy chủ đọc thư", ""), ("Tên đăng nhập", "")))
        # Everything but the password is what Enter means now.
        answer(
            person, (("Mật khẩu (Enter", PASSWORD), ("Cổng IMAP", ""), ("Bảo vệ", ""), (certificate[0], ""))
        )
        person.hears("INBOX có 0 thư")
        person.hears("Báo cáo đến")
        answer(person, (("Thư mục thư đến", "Báo cáo đến"),))
        # A mistyped port for letters is told, and asked for again.
        answer(person, (("Máy chủ gửi thư", ""), ("Cổng SMTP", "1")))
        person.hears("Không kết nối được")
        submission = mail_home.postfix.submission_port
        answer(
            person, (("Sửa lại", ""), ("Máy chủ gửi thư", ""), ("Cổng SMTP", str(submission)), ("Bảo vệ", ""))
        )
        person.hears("Máy chủ gửi thư chấp nhận đăng nhập")
        assert person.ends() == 0
        # Nobody who looks over the shoulder reads it.
        assert PASSWORD not in person.said
    config = load_config(tmp_path / "office" / "config.toml")
    assert isinstance(config.inbox, ImapInbox)
    assert isinstance(config.post, SmtpPost)
    assert (config.inbox.folder, config.inbox.port, config.inbox.ca_file) == (
        "Báo cáo đến",
        imaps,
        mail_home.ca_file,
    )
    assert (config.post.host, config.post.port) == ("localhost", submission)
    assert config.approval.shadow
    secret = tmp_path / "office" / "hop-thu.password"
    assert (secret.read_text("utf-8"), secret.stat().st_mode & 0o777) == (f"{PASSWORD}\n", 0o600)


def test_a_password_may_be_vietnamese_and_a_wrong_one_is_told_as_such(
    init: Callable[[], AbstractContextManager[Terminal]], tmp_path: Path, dovecot_with: Callable[..., Dovecot]
) -> None:
    password = "Mật khẩu rất Đúng"
    server = dovecot_with(users={REPORT: password})
    with init() as person:
        answer(person, (*FIRST, *account(password="Mật khẩu sai"), *protected(server.imap_port, "starttls")))
        person.hears("Chứng thư của máy chủ không được tin")
        again = (("Sửa lại", ""), ("Máy chủ đọc thư", ""), ("Tên", ""))
        answer(person, (*again, ("Mật khẩu (Enter", ""), ("Cổng", ""), ("Bảo vệ", "")))
        answer(person, (("Tệp chứng thư", str(server.ca_file)),))
        person.hears("không chấp nhận tài khoản hoặc mật khẩu")
        answer(person, (*again, ("Mật khẩu (Enter", password), ("Cổng", ""), ("Bảo vệ", ""), ("Tệp", "")))
        person.hears("Đăng nhập được")
        # There is no server for letters; a person may go on all the same.
        answer(
            person, (("Thư mục thư đến", ""), ("Máy chủ gửi thư", ""), ("Cổng SMTP", "1"), ("Sửa lại", "n"))
        )
        assert person.ends() == 0
    config = load_config(tmp_path / "office" / "config.toml")
    assert isinstance(config.inbox, ImapInbox)
    assert (config.inbox.user, config.inbox.tls) == (REPORT, "starttls")


def test_a_server_without_tls_is_not_used_and_the_next_step_is_said(
    init: Callable[[], AbstractContextManager[Terminal]], tmp_path: Path, dovecot_with: Callable[..., Dovecot]
) -> None:
    bare = dovecot_with(extra="ssl = no")
    for tls in ("tls", "starttls"):
        with init() as person:
            answer(person, (*FIRST, *account(), *protected(bare.imap_port, tls)))
            person.hears("Máy chủ không nói TLS theo cách đã khai")
            person.hears("Sửa lại")
            assert person.gives_up() == 1
    assert PASSWORD.encode() not in b"".join(file.read_bytes() for file in bare.home.glob("*.log*"))
    assert not (tmp_path / "office").exists()


@pytest.mark.parametrize("question", ["Bộ quy tắc", "Mật khẩu", "Cổng IMAP"])
def test_whoever_gives_up_in_the_middle_leaves_nothing_and_may_begin_again(
    init: Callable[[], AbstractContextManager[Terminal]], tmp_path: Path, question: str
) -> None:
    with init() as person:
        for asked, word in (*FIRST, *account(), *protected(1)):
            person.hears(asked)
            if asked.startswith(question):
                break
            person.types(word)
        assert person.gives_up() == 1
        assert "Traceback" not in person.said
    assert list(tmp_path.iterdir()) == []


def test_an_office_that_is_there_is_left_alone_before_anything_is_asked(
    init: Callable[[], AbstractContextManager[Terminal]], tmp_path: Path
) -> None:
    rehearsal = (
        ("Bộ quy tắc", "5"),
        ("đến trước ngày", "2026-13-45"),
        ("đến trước ngày", "2013-06-01"),
        ("loại nào", "0"),
    )
    with init() as person:
        answer(person, rehearsal)
        assert person.ends() == 0
        assert "Văn phòng UBND tỉnh Bến Tre" in person.said
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with init() as person:
        assert person.ends() == 1
        assert "is there already; nothing was written" in " ".join(person.said.split())
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
