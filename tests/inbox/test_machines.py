"""Machines' mails in the manner of those met in the wild, and people's mails that look like them.

The samples are written for these tests. How well the recognition does on other people's corpora is
measured by `bench/machines.py`.
"""

import hashlib
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailbot.core.mail import Automation, Mail
from mailbot.inbox.machines import judging
from mailbot.inbox.parse import parse

OUR_ID = "<k.abcdefghijklmnopqrstuvwx23@thainguyen.gov.vn>"
LETTER = f"""\
    Received: from mailbot (localhost) by mx.thainguyen.gov.vn; Mon, 24 Jun 2013 08:00:00 +0700
    From: baocao@thainguyen.gov.vn
    To: xa@dongy.gov.vn
    Subject: Nhac nop bao cao
    Message-ID: {OUR_ID}
    MIME-Version: 1.0

    Kinh gui don vi.
    """


def read(raw: str, folder: Path) -> Mail:
    octets = dedent(raw).replace("\n", "\r\n").encode()
    path = folder / "mail"
    path.write_bytes(octets)
    own = frozenset({"baocao@thainguyen.gov.vn"})
    return parse(path, sha256=hashlib.sha256(octets).hexdigest(), size=len(octets), own_addresses=own)


def mail(head: str, body: str) -> str:
    return (
        f"{dedent(head).strip()}\nTo: baocao@thainguyen.gov.vn\nDate: Tue, 25 Jun 2013 08:00:00 +0700\n"
        f"Content-Type: text/plain; charset=utf-8\n\n{dedent(body)}"
    )


QUOTED = dedent(LETTER)
REPORTS = {
    "full box, told in Vietnamese alone": (
        "From: Postmaster <postmaster@vnpt.example>\nReturn-Path: <>\nSubject: Hộp thư người nhận đã đầy",
        """\
Hộp thư của người nhận xa@dongy.gov.vn đã vượt quá dung lượng cho phép.
Thư của bạn không được chuyển đến người nhận.
""",
        Automation.BOUNCE,
        "",
    ),
    "qmail": (
        "From: MAILER-DAEMON@mx.dongy.gov.vn\nSubject: failure notice",
        f"""\
Hi. This is the qmail-send program at mx.dongy.gov.vn.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<xa@dongy.gov.vn>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

{QUOTED}""",
        Automation.BOUNCE,
        "5.1.1",
    ),
    "exim": (
        (
            "From: Mail Delivery System <Mailer-Daemon@mx.dongy.vn>\nX-Failed-Recipients: xa@dongy.gov.vn\n"
            "Auto-Submitted: auto-replied\nSubject: Mail delivery failed: returning message to sender"
        ),
        f"""\
This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  xa@dongy.gov.vn
    SMTP error from remote mail server after RCPT TO:<xa@dongy.gov.vn>:
    550 5.7.1 relaying denied

------ This is a copy of the message, including all the headers. ------

{QUOTED}""",
        Automation.BOUNCE,
        "5.7.1",
    ),
    "exim waits": (
        (
            "From: Mail Delivery System <Mailer-Daemon@mx.dongy.gov.vn>\n"
            "Subject: Warning: message 1UrTi-0007jE-00 delayed 24 hours"
        ),
        """\
This message was created automatically by mail delivery software.
A message that you sent has not yet been delivered to one or more of its
recipients after more than 24 hours on the queue on mx.dongy.gov.vn.

The address to which the message has not yet been delivered is:

  xa@dongy.gov.vn

No action is required on your part. Delivery attempts will continue for
some time, and a copy of this message will be returned if it fails.
""",
        Automation.DELAYED,
        "",
    ),
    "Exchange of old": (
        "From: System Administrator <postmaster@dongy.gov.vn>\nSubject: Undeliverable: Nhac nop bao cao",
        """\
Your message

  To:      xa@dongy.gov.vn
  Subject: Nhac nop bao cao
  Sent:    Mon, 24 Jun 2013 08:00:00 +0700

did not reach the following recipient(s):

xa@dongy.gov.vn on Mon, 24 Jun 2013 08:00:02 +0700
    The recipient name is not recognized
""",
        Automation.BOUNCE,
        "",
    ),
    "Gmail": (
        (
            "Return-Path: <>\nFrom: Mail Delivery Subsystem <mailer-daemon@googlemail.com>\n"
            "Subject: Delivery Status Notification (Failure)"
        ),
        """\
** Không tìm thấy địa chỉ **

Thư của bạn không gửi được đến xa@dongy.gov.vn do không tìm thấy địa chỉ này hoặc địa chỉ không thể nhận thư.

Phản hồi từ máy chủ từ xa:
550 5.1.1 <xa@dongy.gov.vn>: Recipient address rejected
""",
        Automation.BOUNCE,
        "5.1.1",
    ),
    "Yahoo": (
        "From: MAILER-DAEMON@yahoo.com\nSubject: Failure Notice",
        f"""\
Sorry, we were unable to deliver your message to the following address.

<xa@dongy.gov.vn>:
552: 5.2.2 mailbox over quota

--- Below this line is a copy of the message.

{QUOTED}""",
        Automation.BOUNCE,
        "5.2.2",
    ),
    "an antivirus gateway": (
        "From: E500_SMTP_Mail_Service@dongy.gov.vn\nSubject: Returned Mail - Error During Delivery",
        f"""\
------ Failed Recipients ------

<xa@dongy.gov.vn>: Requested action not taken: mailbox unavailable. [SMTP Error Code 550]
-------- Returned Mail --------

{QUOTED}""",
        Automation.BOUNCE,
        "",
    ),
    "a Chinese provider": (
        (
            f"From: Postmaster@mx.example\nX-CM-Original-Message-ID: {OUR_ID}\n"
            "Subject: =?utf-8?b?57O757uf6YCA5L+h?="
        ),
        """\
抱歉，您的邮件被退回来了。
      收件人：xa@dongy.gov.vn
      退信原因：SMTP error, RCPT TO said 550 No such user here
""",
        Automation.BOUNCE,
        "5.0.0",
    ),
    "a Vietnamese server": (
        "Return-Path: <>\nFrom: Hệ thống thư điện tử <postmaster@dongy.gov.vn>\nSubject: Thư không gửi được",
        f"""\
Kính gửi quý vị,

Hệ thống không thể gửi thư đến người nhận sau đây:

xa@dongy.gov.vn
Lý do: hộp thư đã đầy (552 5.2.2)

----- Thư gốc -----
{QUOTED}""",
        Automation.BOUNCE,
        "5.2.2",
    ),
    "a Vietnamese server that waits": (
        "Return-Path: <>\nFrom: postmaster@dongy.gov.vn\nSubject: Thư của quý vị bị chậm chuyển",
        """\
Thư gửi đến xa@dongy.gov.vn chưa chuyển được.
Hệ thống sẽ tiếp tục thử gửi lại trong 3 ngày. Quý vị không cần gửi lại thư này.
""",
        Automation.DELAYED,
        "",
    ),
}


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_in_prose_names_who_failed_and_why(name: str, tmp_path: Path) -> None:
    head, body, kind, status = REPORTS[name]
    found = read(mail(head, body), tmp_path)
    assert found.automation is kind
    assert found.failed_recipients == ("xa@dongy.gov.vn",)
    assert found.failures[0].status == status
    if body.endswith(QUOTED):
        assert OUR_ID in found.regards


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_in_prose_is_read_without_the_library_too(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judging, "failed_and_delayed", lambda _: ((), ()))
    head, body, kind, _ = REPORTS[name]
    found = read(mail(head, body), tmp_path)
    assert (found.automation, found.failed_recipients) == (kind, ("xa@dongy.gov.vn",))


def status_report(*blocks: str, head: str = "", returned: str = LETTER, kind: str = "report") -> str:
    fields = "\n\n".join(dedent(block).strip() for block in blocks)
    return (
        f"From: MAILER-DAEMON@mx.thainguyen.gov.vn\n{head}To: baocao@thainguyen.gov.vn\nSubject: Returned\n"
        f'Content-Type: multipart/{kind}; report-type=delivery-status; boundary="b"\nMIME-Version: 1.0\n\n'
        "--b\n\nSee below.\n\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\n"
        f"{fields}\n\n--b\nContent-Type: message/rfc822\n\n{dedent(returned)}\n--b--\n"
    )


def test_each_recipient_of_a_report_has_a_status_and_what_was_said(tmp_path: Path) -> None:
    found = read(
        status_report(
            """
            Final-Recipient: rfc822; xa@dongy.gov.vn
            Action: failed
            Status: 5.1.1
            Diagnostic-Code: smtp; 550 5.1.1 <xa@dongy.gov.vn>: User unknown
            """,
            """
            Final-Recipient: rfc822; box-7@store.vn
            Original-Recipient: rfc822;xa@dongta.gov.vn
            Action: failed
            Status: 4.4.7
            """,
            "Final-Recipient: rfc822; ok@dongta.gov.vn\nAction: relayed\nStatus: 2.0.0",
        ),
        tmp_path,
    )
    assert found.automation is Automation.BOUNCE
    assert [(f.recipient, f.status, f.diagnostic) for f in found.failures] == [
        ("xa@dongy.gov.vn", "5.1.1", "550 5.1.1 <xa@dongy.gov.vn>: User unknown"),
        ("xa@dongta.gov.vn", "4.4.7", ""),
    ]
    assert found.regards[0] == OUR_ID


@pytest.mark.parametrize(
    ("action", "kind"),
    [
        ("failed", Automation.BOUNCE),
        ("Failed (bad destination)", Automation.BOUNCE),
        ("failure", Automation.BOUNCE),
        ("error", Automation.BOUNCE),
        ("delayed", Automation.DELAYED),
        ("delivered", Automation.AUTO_REPLY),
        ("relayed", Automation.AUTO_REPLY),
    ],
)
def test_what_was_done_is_read_however_servers_write_it(
    action: str, kind: Automation, tmp_path: Path
) -> None:
    found = read(status_report(f"Final-Recipient: rfc822; xa@dongy.gov.vn\nAction: {action}"), tmp_path)
    assert found.automation is kind


ANSWERS = {
    "a header": ("From: xa@dongy.gov.vn\nAuto-Submitted: auto-replied\nSubject: Re: Nhac", "Cam on."),
    "an odd case": ("From: xa@dongy.gov.vn\nAUTO-SUBMITTED: Auto-Generated (rejected)\nSubject: x", "x"),
    "an old header": ("From: xa@dongy.gov.vn\nX-Autoreply: yes\nSubject: Re: Nhac", "Cam on."),
    "precedence": ("From: xa@dongy.gov.vn\nPrecedence: auto_reply\nSubject: Re: Nhac", "Cam on."),
    "a list": ("From: xa@dongy.gov.vn\nList-Id: <toan-huyen.dongy.gov.vn>\nSubject: Nhac", "Cam on."),
    "no path back": ("Return-Path: <>\nFrom: xa@dongy.gov.vn\nSubject: Re: Nhac nop", "Toi di vang."),
    "a Vietnamese subject": ("From: xa@dongy.gov.vn\nSubject: Tra loi tu dong: Nhac nop", "Cam on."),
    "Outlook": ("From: xa@dongy.gov.vn\nSubject: Automatic reply: Nhac nop", "Cam on."),
    "Notes": ("From: xa@dongy.gov.vn\nSubject: AUTO: Anh Nam is out of the office (returning 01/7)", "x"),
    "no sign but its words": (
        "From: xa@dongy.gov.vn\nIn-Reply-To: <a@b>\nSubject: Re: Nhac nop bao cao thang 6",
        """\
Hiện tôi đang nghỉ phép đến hết ngày 30/6/2013.
Trường hợp khẩn cấp xin liên hệ đồng chí Nam, số máy 0912345678.

Vào 08:00 25/6/2013, baocao@thainguyen.gov.vn đã viết:
> Kính gửi đơn vị, đề nghị gửi báo cáo tháng 6.
""",
    ),
    "English words": (
        "From: xa@dongy.gov.vn\nSubject: Re: Nhac nop",
        "I am out of the office until July 1st. In urgent matters please contact an@dongy.gov.vn.",
    ),
    "a help desk": (
        "From: hotro@dongy.gov.vn\nIn-Reply-To: <a@b>\nSubject: [#4711] Nhac nop",
        "Your request has been received. Ticket number: 4711. This is an automated message.",
    ),
    "a Vietnamese help desk": (
        "From: hotro@dongy.gov.vn\nIn-Reply-To: <a@b>\nSubject: Re: Nhac nop",
        "Yêu cầu của quý vị đã được tiếp nhận. Đây là thư tự động, vui lòng không trả lời thư này.",
    ),
    "a challenge": (
        "From: xa@dongy.gov.vn\nSubject: Re: Nhac nop",
        "Protected by a filter. Please click on the following link to ensure delivery: http://x.example/1",
    ),
    "a Vietnamese challenge": (
        "From: xa@dongy.gov.vn\nSubject: Xác nhận người gửi",
        "Vui lòng nhấn vào liên kết dưới đây để xác nhận người gửi thư: http://x.vn/1",
    ),
    "an echo of our own letter": (
        "From: xa@dongy.gov.vn\nSubject: Re: Nhac nop",
        "Kính gửi: UBND xã\n\nĐề nghị gửi báo cáo.\n\n(Thư được gửi tự động từ hệ thống tiếp nhận báo cáo)\n",
    ),
    "monitoring": ("From: nagios@dongy.gov.vn\nSubject: ** PROBLEM: mx is DOWN **", "Host mx is DOWN"),
    "a meeting answered": ("From: xa@dongy.gov.vn\nSubject: Accepted: Hop giao ban", "Dong y."),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answering_machine_is_known(name: str, tmp_path: Path) -> None:
    assert read(mail(*ANSWERS[name]), tmp_path).automation is Automation.AUTO_REPLY


@pytest.mark.parametrize(
    "head",
    ["From: x@nghia.vn\nX-Mailbot-Instance: another", "From: baocao@thainguyen.gov.vn"],
)
def test_a_letter_of_ours_or_of_another_mailbot_is_known(head: str, tmp_path: Path) -> None:
    assert read(mail(f"{head}\nSubject: Nhac", "x"), tmp_path).automation is Automation.OWN


PEOPLE = {
    "Outlook asks that nobody answers by machine": (
        "From: xa@dongy.gov.vn\nX-Auto-Response-Suppress: DR, OOF, AutoReply\nSubject: Bao cao thang 6",
        "Gui bao cao.",
    ),
    "a footer brings a way to unsubscribe": (
        "From: xa@dongy.gov.vn\nList-Unsubscribe: <mailto:x@y.vn>\nSubject: Bao cao thang 6",
        "Gui bao cao.",
    ),
    "a reply to an answering machine": (
        "From: xa@dongy.gov.vn\nSubject: Re: Trả lời tự động: Báo cáo tháng 6",
        "Kính gửi Văn phòng, đơn vị gửi lại báo cáo tháng 6.",
    ),
    "a delivery report sent on": (
        "From: xa@dongy.gov.vn\nSubject: Fwd: Undelivered Mail Returned to Sender",
        f"Thư của đơn vị bị trả lại như dưới đây, đề nghị Văn phòng kiểm tra.\n\n{QUOTED}",
    ),
    "a complaint that mails come back": (
        "From: xa@dongy.gov.vn\nSubject: Không gửi được báo cáo",
        "Kính gửi Văn phòng, đơn vị không gửi được báo cáo tháng 6 do hộp thư đã đầy.",
    ),
    "the same complaint from an address like a server's": (
        "From: admin@dongy.gov.vn\nSubject: Không gửi được báo cáo",
        "Kính gửi Văn phòng, đơn vị không gửi được thư đến hộp thư báo cáo do hộp thư đã đầy.",
    ),
    "an absence with a request": (
        "From: xa@dongy.gov.vn\nIn-Reply-To: <a@b>\nSubject: Re: Nhắc nộp báo cáo",
        "Tôi đang đi công tác đến hết tuần, xin gia hạn báo cáo đến thứ Hai. Cần gì xin gọi số 0912345678.",
    ),
    "an absence is the topic": (
        "From: xa@dongy.gov.vn\nSubject: Báo cáo tình hình cán bộ vắng mặt tháng 6",
        "Kính gửi báo cáo.",
    ),
    "a person at the postmaster's desk": (
        "From: postmaster@dongy.gov.vn\nSubject: Lịch bảo trì máy chủ thư",
        "Thông báo: máy chủ bảo trì tối thứ Bảy.",
    ),
    "it says that it was not submitted by a machine": (
        "From: xa@dongy.gov.vn\nAuto-Submitted: no\nSubject: Bao cao thang 6",
        "Gui bao cao.",
    ),
    "thanks for a letter": (
        "From: xa@dongy.gov.vn\nIn-Reply-To: <a@b>\nSubject: Re: Đã nhận báo cáo",
        "Cảm ơn Văn phòng. Đơn vị đã nhận được thư.",
    ),
    "an answer below our letter, without a mark": (
        "From: xa@dongy.gov.vn\nSubject: Re: Nhac nop",
        "Kính gửi: UBND xã\n\n(Thư được gửi tự động từ hệ thống tiếp nhận báo cáo)\n\nSẽ gửi hôm nay.\n",
    ),
    "a wish for a receipt": (
        "From: xa@dongy.gov.vn\nDisposition-Notification-To: xa@dongy.gov.vn\nSubject: Bao cao thang 6",
        "Gui bao cao.",
    ),
}


@pytest.mark.parametrize("name", PEOPLE)
def test_no_person_is_taken_for_a_machine(name: str, tmp_path: Path) -> None:
    assert read(mail(*PEOPLE[name]), tmp_path).automation is None


def test_a_report_that_a_robot_sends_is_not_set_aside(tmp_path: Path) -> None:
    raw = (
        "From: no-reply@vanban.dongy.gov.vn\nTo: baocao@thainguyen.gov.vn\nSubject: Bao cao thang 6\n"
        'Content-Type: multipart/mixed; boundary="b"\nMIME-Version: 1.0\n\n--b\n\n'
        "Your message was automatically generated, do not reply to this e-mail.\n\n--b\n"
        'Content-Type: application/pdf; name="bao-cao.pdf"\nContent-Disposition: attachment\n\n%PDF\n--b--\n'
    )
    assert read(raw, tmp_path).automation is None


def test_a_report_that_a_person_sends_on_as_files_is_a_persons_mail(tmp_path: Path) -> None:
    raw = status_report("Final-Recipient: rfc822; a@b.vn\nAction: failed\nStatus: 5.1.1", kind="mixed")
    sent_on = raw.replace("From: MAILER-DAEMON@mx.thainguyen.gov.vn", "From: xa@dongy.gov.vn")
    assert read(raw, tmp_path).automation is Automation.BOUNCE
    assert read(sent_on, tmp_path).automation is None


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.sampled_from([mail(*sample[:2]) for sample in REPORTS.values()] + [status_report("Action: failed")]),
    st.lists(st.tuples(st.integers(0, 2_000), st.binary(max_size=3)), max_size=12),
)
def test_whatever_becomes_of_a_report_it_is_read(
    tmp_path: Path, raw: str, damage: list[tuple[int, bytes]]
) -> None:
    octets = raw.encode()
    for at, piece in damage:
        octets = octets[:at] + piece + octets[at + 1 :]
    path = tmp_path / "mail"
    path.write_bytes(octets)
    found = parse(path, sha256=hashlib.sha256(octets).hexdigest(), size=len(octets))
    assert all("@" in address for address in found.failed_recipients)
    assert not any("cannot be read" in defect and "Error" in defect for defect in found.defects)


@pytest.mark.parametrize("line", ["-" * 200_000, "Your message " * 20_000, "a@b.vn " * 30_000, "<" * 200_000])
@pytest.mark.timeout(60)
def test_a_long_report_costs_no_more_than_a_long_mail(line: str, tmp_path: Path) -> None:
    head = "Return-Path: <>\nFrom: MAILER-DAEMON@x.vn\nSubject: failure notice"
    found = read(mail(head, f"{line}\n{line}"), tmp_path)
    assert found.automation is Automation.BOUNCE
    assert len(found.failures) <= 100


def test_a_servers_report_on_a_letter_in_utf_8_is_no_file_of_the_mail(tmp_path: Path) -> None:
    returned = mail("From: xa@dongy.gov.vn\nSubject: Chuyển tiếp thư trả về", "").replace(
        "text/plain; charset=utf-8\n\n",
        'multipart/mixed; boundary="b"\nMIME-Version: 1.0\n\n--b\n\nGửi văn phòng xem giúp.\n\n'
        "--b\nContent-Type: message/{kind}\n\nReporting-MTA: dns; mx\n\n"
        "Final-Recipient: utf-8; xa@dongy.gov.vn\nAction: failed\nStatus: 5.1.1\n\n--b--\n",
    )
    for kind in ("delivery-status", "global-delivery-status"):
        assert read(returned.replace("{kind}", kind), tmp_path).attachments == ()
