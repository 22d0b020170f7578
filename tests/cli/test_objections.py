"""An objection from the unit's reply to the office's ruling, through the real commands."""

import subprocess
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

from click.testing import CliRunner

from mailbot.cli import cli

from .test_contract import FINANCE, Shell

CLERK = "tonghop@vpubnd.thainguyen.example"
WORDS = "Báo cáo đã gửi ngày 24/6 nhưng đường truyền của đơn vị gặp sự cố."


def letter_of(shell: Shell, address: str, kind: str, ordinal: int = 0) -> EmailMessage:
    found = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in shell.letters(address)]
    kinds = [mail["X-Mailbot-Notice"] for mail in found]
    assert kinds.count(kind) == ordinal + 1, kinds
    letter = sorted((mail for mail in found if mail["X-Mailbot-Notice"] == kind), key=_sent_at)[ordinal]
    assert isinstance(letter, EmailMessage)
    return letter


def _sent_at(mail: EmailMessage) -> datetime:
    return parsedate_to_datetime(mail["Date"])


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def reply_to(shell: Shell, letter: EmailMessage, text: str) -> Path:
    mail = EmailMessage()
    mail["From"], mail["To"] = FINANCE, "baocao@thainguyen.example"
    mail["Subject"], mail["In-Reply-To"] = f"Re: {letter['Subject']}", letter["Message-ID"]
    mail["Message-ID"] = "<objection@stc.example>"
    mail.set_content(text)
    path = shell.folder / "reply.eml"
    path.write_bytes(mail.as_bytes())
    return path


def test_an_objection_is_put_beside_the_evidence_ruled_on_by_reply_and_answered(tmp_path: Path) -> None:
    shell = Shell(tmp_path / "office")
    init = ["init", str(shell.folder), "--go-live", "2026-06-01", "--profile", "thai-nguyen-2013"]
    assert CliRunner().invoke(cli, init).exit_code == 0
    late = shell.mail("Báo cáo tháng 6 năm 2026")
    shell.run("ingest", "--post", "--arrived-at", "2026-06-29T09:00", str(late))
    shell.run("tick", "--now", "2026-06-30T09:00")
    shell.run("tick", "--now", "2026-07-01T09:00")
    lines = letter_of(shell, FINANCE, "lines")
    assert "Chậm" in text_of(lines)

    objection = reply_to(shell, lines, WORDS)
    shell.run("ingest", "--post", "--arrived-at", "2026-07-02T09:00", str(objection))
    shell.run("tick", "--now", "2026-07-02T09:10")
    beside = letter_of(shell, CLERK, "objection")
    text = text_of(beside)
    assert "Báo cáo tháng 6 năm 2026" in text
    assert WORDS not in text, "no letter repeats a mail's words"
    [file] = beside.iter_attachments()
    assert file.get_content_type() == "application/pdf"
    printed = pdf_text(tmp_path, file.get_content())
    for said in (WORDS, "Hồ sơ chứng cứ", "Gửi chậm", "BC-000001", "Quy tắc áp dụng", "Nhắc trước hạn"):
        assert said in printed, said

    commands = [line.strip() for line in text.splitlines() if line.strip().startswith("LENH ")]
    [dismissal] = [command for command in commands if "BAC-GIAI-TRINH" in command]
    ruling = shell.mail(f"{dismissal} bản đến ngày 29/6", sender=CLERK, name="", number=30)
    shell.run("ingest", "--post", "--arrived-at", "2026-07-02T10:00", str(ruling))
    shell.run("tick", "--now", "2026-07-02T10:10")
    answer = text_of(letter_of(shell, FINANCE, "result", ordinal=1))
    assert "không được chấp nhận; lý do: bản đến ngày 29/6" in answer
    told = shell.json(
        "papers", "monthly", "--period", "2026-06", "--now", "2026-07-06T08:00", "--out", str(tmp_path)
    )
    assert "so-tai-chinh" in told["poor"]
    # A person at the server may think better of it, and must say which.
    for aside in ("--ignore", "--reject"):
        told = shell.run("settle", "2", aside, "--why", "x", "--now", "2026-07-06T09:00", expect=2)
        assert "it objects to a month's lines: --uphold or --dismiss" in " ".join(told.output.split())
    shell.run("settle", "2", "--uphold", "--why", "có xác nhận của nhà mạng", "--now", "2026-07-06T09:00")
    told = shell.run(
        "settle", "2", "--dismiss", "--why", "Báo cáo (MẬT)", "--now", "2026-07-06T09:00", expect=2
    )
    assert "mark of State secrecy" in told.output
    shell.run("settle", "1", "--uphold", "--why", "x", "--now", "2026-07-06T09:00", expect=2)
    told = shell.json(
        "papers", "monthly", "--period", "2026-06", "--now", "2026-07-06T10:00", "--out", str(tmp_path)
    )
    assert {"unit": "so-tai-chinh", "reserves": ["upheld"]} in told["not_rated"]


def pdf_text(folder: Path, pdf: bytes) -> str:

    file = folder / "in.pdf"
    file.write_bytes(pdf)
    told = subprocess.run(["pdftotext", str(file), "-"], check=True, capture_output=True, timeout=60)
    return " ".join(told.stdout.decode().split())
