"""Conversations by mail on real servers: what a secretary and the staff would try, and the answers."""

import re
from datetime import date, timedelta
from email.message import EmailMessage
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from servers.loop import REPORT, UNITS, MailHome

from daemon.office import UNIT, Office, a_report, copy_rules

# Each round is a process of its own, and a busy machine takes seconds to start one.
pytestmark = [pytest.mark.servers, pytest.mark.timeout(600)]
CLERK = UNITS[2]
_NUMBERS = count(1)


@pytest.fixture
def office(tmp_path: Path, mail_home: MailHome) -> Office:
    today = date.today()  # noqa: DTZ011 - servers stamp what comes with this machine's clock
    found = Office(tmp_path / "office", go_live=str(today - timedelta(days=90)))
    found.join(mail_home)
    copy_rules(found, _with_clerk, "office.toml")
    return found


def _with_clerk(text: str) -> str:
    """The office's rules with one clerk, who reads the digest and is on duty."""
    text = text.replace("tonghop@vpubnd.thainguyen.example", CLERK)
    return text.replace('roles = ["digest"]', 'roles = ["digest", "duty"]').replace(
        'roles = ["duty"]', 'roles = ["approver"]'
    )


def a_reply(letter: EmailMessage, text: str, subject: str = "", sender: str = UNIT) -> EmailMessage:
    """An answer as mail programs write it: "Re:", threaded, with the letter quoted below."""
    mail = EmailMessage()
    mail["From"] = f"Văn thư <{sender}>"
    mail["To"] = REPORT
    mail["Subject"] = subject or f"Re: {letter['Subject']}"
    mail["In-Reply-To"] = letter["Message-ID"]
    mail["Message-ID"] = f"<{next(_NUMBERS)}.reply@{sender.partition('@')[2]}>"
    quoted = letter.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    mail.set_content(f"{text}\n\n" + "\n".join(f"> {line}" for line in quoted.splitlines()))
    return mail


def of_kind(kind: str) -> Any:
    return lambda mail: mail["X-Mailbot-Notice"] == kind


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return " ".join(str(body.get_content()).split())


def html_of(mail: EmailMessage) -> str:
    body = mail.get_body(("html",))
    assert body is not None
    return str(body.get_content())


def links_of(mail: EmailMessage) -> list[str]:
    """The commands that its links write into a subject."""
    return [unquote(found) for found in re.findall(rf"mailto:{REPORT}\?subject=([^\"]+)", html_of(mail))]


def say(home: MailHome, office: Office, mail: EmailMessage, now: str | None = None) -> None:
    """Send a mail and let mailbot do one round."""
    home.send(str(mail["From"]), REPORT, mail)
    home.wait_for(REPORT, 1)
    office.run("tick", *(("--now", now) if now else ()))
    home.settle()


def test_a_scan_without_words_is_asked_about_answered_by_number_and_receipted(
    mail_home: MailHome, office: Office
) -> None:
    office.run("tick")
    say(mail_home, office, a_report("Gửi Văn phòng báo cáo"))
    (query,) = mail_home.wait_for(UNIT, of_kind("query"))
    offered = re.findall(r"^(\d)\. (.+)$", query.get_body(("plain",)).get_content(), re.MULTILINE)  # type: ignore[union-attr]
    assert offered
    say(mail_home, office, a_reply(query, offered[0][0]))
    (receipt,) = mail_home.wait_for(UNIT, of_kind("receipt"))
    assert offered[0][1].strip() in text_of(receipt)
    assert "Theo thư trả lời của Quý cơ quan" in text_of(receipt)
    say(mail_home, office, a_reply(receipt, "Cảm ơn Văn phòng."))
    say(mail_home, office, a_reply(receipt, "SAI đơn vị, không phải của Sở"))
    answers = [mail["X-Mailbot-Notice"] for mail in mail_home.inbox(UNIT)]
    answers = [kind for kind in answers if kind not in {"reminder", "late"}]
    assert sorted(answers) == ["query", "query", "receipt"]
    kinds = [row["kind"] for row in office.json("arrivals")["rows"]]
    assert sorted(kinds) == ["command", "filed", "ignored", "unclear"]


def test_a_unit_asks_for_its_table_and_for_help(mail_home: MailHome, office: Office) -> None:
    office.run("tick")
    mail = a_report("TRANG THAI")
    mail.clear_content()
    mail.set_content("Kính gửi Văn phòng\n")
    say(mail_home, office, mail)
    (table,) = mail_home.wait_for(UNIT, of_kind("status"))
    assert "Tình trạng: " in text_of(table)
    say(mail_home, office, a_reply(table, "Vâng ạ"))
    (helps,) = mail_home.wait_for(UNIT, of_kind("help"))
    assert "chưa hiểu" in text_of(helps)
    say(mail_home, office, a_reply(helps, "Dạ vâng"))
    assert len([mail for mail in mail_home.inbox(UNIT) if of_kind("help")(mail)]) == 1


def test_the_staff_settle_a_mail_by_a_link_of_the_digest_and_a_second_click_is_harmless(
    mail_home: MailHome, office: Office
) -> None:
    office.run("tick")
    say(mail_home, office, a_report("Gửi Văn phòng báo cáo"))
    now = _next_working_morning(office)
    office.run("tick", "--now", f"{now}T08:00")
    digest = mail_home.wait_for(CLERK, lambda mail: "LENH%20GHI-NHAN%201" in html_of(mail))[-1]
    links = links_of(digest)
    assign = next(link for link in links if re.match(r"LENH GHI-NHAN 1 \S+/", link))
    aside = next(link for link in links if link.startswith("LENH BO-QUA 1 "))
    say(mail_home, office, a_reply(digest, "", assign, CLERK), f"{now}T08:10")
    (row,) = [row for row in office.json("arrivals")["rows"] if row["arrival"] == 1]
    assert row["kind"] == "filed"
    (result,) = mail_home.wait_for(CLERK, of_kind("result"))
    assert "Đã thực hiện" in result["Subject"]
    say(mail_home, office, a_reply(digest, "", aside, CLERK), f"{now}T08:20")
    later = [mail for mail in mail_home.inbox(CLERK) if of_kind("result")(mail)]
    assert ["Chưa thực hiện" in mail["Subject"] for mail in later] == [False, True]
    (row,) = [row for row in office.json("arrivals")["rows"] if row["arrival"] == 1]
    assert row["kind"] == "filed"
    shown = office.run("arrivals") + office.run("show", "2")
    assert assign.split(" MA ")[1].split()[0] not in shown


def test_an_urgent_report_is_with_the_officer_on_duty_before_anybody_has_read_it(
    mail_home: MailHome, office: Office
) -> None:
    say(mail_home, office, a_report("Báo cáo nhanh tình hình mưa lũ, sạt lở đất"))
    (alert,) = mail_home.wait_for(CLERK, of_kind("urgent"))
    assert "Sở Tài chính" in alert["Subject"]
    (receipt,) = mail_home.wait_for(UNIT, of_kind("incident"))
    assert "đã chuyển cán bộ trực" in text_of(receipt)
    (matter,) = office.json("incident", "list")["rows"]
    assert (matter["unit"], matter["unseen"]) == ("so-tai-chinh", 1)
    say(mail_home, office, a_reply(alert, "", links_of(alert)[0], CLERK))
    assert office.json("incident", "list")["rows"] == []


def _next_working_morning(office: Office) -> str:
    """A day after today on which the office works, by the duties' own calendar."""
    today = date.today()  # noqa: DTZ011 - as above
    for days in range(1, 30):
        day = today + timedelta(days=days)
        planned = office.json("plan", "--now", f"{day}T08:00")["rows"]
        if any(row["kind"] == "digest" for row in planned):
            return str(day)
    raise AssertionError("no working day in a month")


def _time_asked_for(home: MailHome, office: Office) -> tuple[EmailMessage, EmailMessage, str]:
    """A unit asks for more time: its mail, the digest that shows it to the clerk, and the day of that."""
    office.run("tick")
    mail = a_report("XIN GIA HẠN")
    mail.clear_content()
    mail.set_content("Kính gửi Văn phòng\n")
    say(home, office, mail)
    (query,) = home.wait_for(UNIT, of_kind("query"))
    assert "đang chờ xem xét" in query["Subject"]
    now = _next_working_morning(office)
    office.run("tick", "--now", f"{now}T08:00")
    digest = home.wait_for(CLERK, lambda mail: "LENH%20GIA-HAN%201" in html_of(mail))[-1]
    return mail, digest, now


def test_a_unit_is_granted_more_time_by_one_link_and_hears_of_it_in_its_own_thread(
    mail_home: MailHome, office: Office
) -> None:
    mail, digest, now = _time_asked_for(mail_home, office)
    grant = next(link for link in links_of(digest) if re.match(r"LENH GIA-HAN 1 \S+/", link))
    report, period, day = grant.split()[3].split("/")
    say(mail_home, office, a_reply(digest, "", grant, CLERK), f"{now}T08:10")
    (told,) = mail_home.wait_for(UNIT, of_kind("change"))
    assert told["Subject"].startswith("[BC-000001] Đồng ý gia hạn gửi ")
    assert told["In-Reply-To"] == mail["Message-ID"]
    (row,) = [
        row
        for row in office.json("status", "--unit", "so-tai-chinh", "--now", f"{now}T08:20")["rows"]
        if (row["report"], row["period"].lower()) == (report, period)
    ]
    assert row["due_at"].startswith(day)
    assert row["standing"] == "open"
    assert "ý kiến" in row["derivation"]
    (letter,) = office.json("letter", "list")["rows"]
    assert (letter["effect"], letter["by"]) == ("move", CLERK)
    assert "được gia hạn đến" in office.run("show", "1")
    say(mail_home, office, a_reply(digest, "", grant, CLERK), f"{now}T08:30")
    assert len(office.json("letter", "list")["rows"]) == 1
    assert office.run("verify")


@pytest.mark.parametrize(
    ("verb", "kind", "subject", "standing"),
    [
        ("KHONG-GIA-HAN 1", "receipt", "[BC-000001] Trả lời đề nghị gia hạn", "open"),
        ("MIEN-GUI huyen-pho-yen", "change", "Miễn gửi", "excused"),
    ],
)
def test_a_unit_is_refused_more_time_or_excused_with_the_reason_that_the_clerk_gives(
    mail_home: MailHome, office: Office, verb: str, kind: str, subject: str, standing: str
) -> None:
    _, digest, now = _time_asked_for(mail_home, office)
    command = next(link for link in links_of(digest) if link.startswith(f"LENH {verb}"))
    assert command.endswith("LY DO:")
    unit, box = ("so-tai-chinh", UNIT) if kind == "receipt" else ("huyen-pho-yen", "phoyen@phoyen.example")
    # Python's own mails lose a space where a long subject is folded.
    reason = "phục vụ phiên họp"
    say(mail_home, office, a_reply(digest, "", f"{command} {reason}", CLERK), f"{now}T08:10")
    (told,) = mail_home.wait_for(box, of_kind(kind))
    assert subject in told["Subject"]
    assert reason in text_of(told)
    (result,) = mail_home.wait_for(CLERK, of_kind("result"))
    assert "Đã thực hiện" in result["Subject"]
    rows = office.json("status", "--unit", unit, "--now", f"{now}T08:20")["rows"]
    assert standing in {row["standing"] for row in rows}
    assert office.run("verify")
