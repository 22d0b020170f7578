"""A secret mail leaves no word of itself: not in a month of letters, documents, answers and files.

Each mail bears a mark somewhere, and a canary everywhere: in subject, names, text, attachments. Whatever
mailbot wrote in the month after is searched for it, in every encoding in which a file could hold it.
"""

import asyncio
import base64
import io
import os
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result
from extract.papers import docx, paragraph, zipped

from mailbot.cli import cli
from mailbot.cli.new_office import write_office
from mailbot.config import Config, Reading, load_config
from mailbot.core.posting import NoticeKind, State
from mailbot.core.verdict import Filed, Sealed
from mailbot.daemon.delivery import delivery_round
from mailbot.daemon.house import House, opened
from mailbot.daemon.planning import plan_round

CANARY = "zxHoangYenqv"
UNIT = "congantinh@thainguyen.example"
FIRST = datetime(2014, 6, 20, 1, tzinfo=UTC)
LAST = FIRST + timedelta(days=31)
REPORT = docx(paragraph(f"BÁO CÁO tháng 6 năm 2014 {CANARY}"))
STAMPED = docx(paragraph("MẬT") + paragraph(f"BÁO CÁO {CANARY}"))


def a_mail(subject: str, text: str = "Kính gửi", **files: bytes) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = f"{CANARY} <{UNIT}>"
    mail["To"] = "baocao@thainguyen.example"
    mail["Subject"] = f"{subject} {CANARY}"
    mail["Message-ID"] = f"<{CANARY}.{abs(hash(subject))}@x.example>"
    mail["Thread-Topic"] = CANARY
    mail.set_content(f"{text}\n{CANARY}\n")
    for name, octets in files.items():
        file = f"{CANARY} {name.replace('_', '.')}"
        mail.add_attachment(octets, maintype="application", subtype="octet-stream", filename=file)
    return mail


def inner(subject: str, text: str) -> bytes:
    return a_mail(subject, text).as_bytes()


def secret_mails() -> Iterator[EmailMessage]:
    yield a_mail("(Mật) Báo cáo tháng 6 năm 2014", bc_docx=REPORT)
    yield a_mail("M Ậ T - Báo cáo tháng 5 năm 2014", bc_docx=REPORT)
    yield a_mail("Báo cáo quý II năm 2014", "TỐI MẬT", bc_docx=REPORT)
    yield a_mail("Báo cáo 6 tháng đầu năm 2014", bc_docx=STAMPED)
    yield a_mail("Báo cáo tháng 4 năm 2014", bc_zip=zipped({f"{CANARY}/bc.docx": STAMPED}))
    yield a_mail("Báo cáo tháng 3 năm 2014", bc_zip=zipped({f"{CANARY} TUYỆT MẬT.docx": REPORT}))
    yield a_mail("Báo cáo tháng 2 năm 2014", chuyen_eml=inner("(MẬT) báo cáo", CANARY))
    yield a_mail("Báo cáo tháng 1 năm 2014", MẬT_docx=REPORT)
    headed = a_mail("Báo cáo tuần")
    headed["Sensitivity"] = "Company-Confidential"
    yield headed
    returned = a_mail("Undelivered Mail Returned to Sender", chuyen_eml=inner("Độ mật: Mật", CANARY))
    returned.replace_header("From", "MAILER-DAEMON@mx.example")
    yield returned


def deliver(config: Config, number: int, mail: EmailMessage, at: datetime) -> None:
    path = config.inbox.path / "new" / str(number)
    path.write_bytes(mail.as_bytes())
    os.utime(path, (at.timestamp(), at.timestamp()))


class Hands:
    """The office's clock."""

    now = FIRST

    def __call__(self) -> datetime:
        return self.now


async def a_month(house: House, hands: Hands) -> None:
    inbox, post = house.inbox(), house.post()
    inbox.connect()
    while hands.now < LAST:
        house.intake().round(inbox)
        plan_round(house.ledger, house.desk, hands.now, house.config.go_live)
        await delivery_round(house.ledger, post, house.rules, house.delivery, hands)
        hands.now += timedelta(hours=12)


def said_by_commands(config: Path, out: Path, numbers: list[int]) -> Iterator[tuple[str, Result]]:
    """What every command that only tells, and every document, says of that month."""
    now = ["--now", (LAST - timedelta(days=1)).isoformat()]
    runs: list[list[str]] = [["arrivals"], ["units"], ["duties"], ["plan", *now], ["status", *now]]
    runs += [["backup", str(out / "backup")], ["verify"], ["watch"], ["proposals"], ["task", "list"]]
    runs += [["outbox", "list"], ["health", *now], *(["show", str(number)] for number in numbers)]
    documents: Any = cli.get_command(click.Context(cli), "papers")
    for name, command in documents.commands.items():
        takes = {parameter.name for parameter in command.params}
        runs.append(["papers", name, *(["--out", str(out / name)] if "out" in takes else []), *now])
    for words in runs:
        for more in ([], ["--json"]):
            yield " ".join(words), CliRunner().invoke(cli, ["--config", str(config), *words, *more])


def holds(octets: bytes) -> bool:
    """Whether the canary is in there, as it is or encoded."""
    small = octets.lower()
    spread = CANARY.lower().encode("utf-16-le")
    coded = (base64.b64encode(bytes(shift) + CANARY.encode())[4 * (shift > 0) : -4] for shift in range(3))
    return CANARY.lower().encode() in small or spread in small or any(code in octets for code in coded)


def unfolded(path: Path) -> Iterator[bytes]:
    octets = path.read_bytes()
    yield octets
    if octets.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(octets)) as package:
            yield from (package.read(name) for name in package.namelist())
    for part in message_from_bytes(octets).walk():
        payload = part.get_payload(decode=True)
        yield payload if isinstance(payload, bytes) else b""


@pytest.mark.timeout(300)
def test_after_a_month_no_word_of_a_secret_mail_is_anywhere(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file = write_office(tmp_path / "office", "thai-nguyen-2013", FIRST.date())
    config = replace(load_config(file), reading=Reading(ocr=False))
    secrets = list(secret_mails())
    hands = Hands()
    with opened(config, hands) as house:
        for number, mail in enumerate(secrets, start=1):
            deliver(config, number, mail, FIRST)
        asyncio.run(a_month(house, hands))
        book = house.ledger.book()
        assert [type(arrival.verdict) for arrival in book.arrivals] == [Sealed] * len(secrets)
        letters = house.ledger.letters()
    kinds = [row.letter.kind for row in letters if row.posting.state is State.SENT]
    # To the unit once for each but the machine's; to the responsible officer, of every one.
    assert kinds.count(NoticeKind.SEALED) == len(secrets) - 1
    assert kinds.count(NoticeKind.ALERT) == len(secrets)
    assert NoticeKind.DIGEST in kinds
    assert len(list((config.inbox.path / "new").iterdir())) == len(secrets), "left for a person to touch"
    # Wrongly sealed, or declassified: a person accepts it, and it counts by its time.
    accept = ["settle", "1", "--period", "2014-06", "--by", "vt", "--why", "đã giải mật"]
    accepted = CliRunner().invoke(cli, ["--config", str(file), *accept])
    assert accepted.exit_code == 0, accepted.output
    told = list(said_by_commands(file, tmp_path / "out", list(range(1, len(secrets) + 1))))
    for words, result in told:
        assert not holds(result.output.encode()), words
        assert result.exception is None or isinstance(result.exception, SystemExit), (words, result.exception)
    out, err = capfd.readouterr()
    assert not holds((out + err + accepted.output).encode())
    assert list((tmp_path / "out").rglob("*.docx")), "the documents were written"
    mailbox = config.inbox.path
    for path in tmp_path.rglob("*"):
        if path.is_file() and mailbox not in path.parents:
            assert not any(map(holds, unfolded(path))), path
    with opened(config, hands) as house:
        verdict = house.ledger.book().verdict(house.ledger.book().by_number[1])
        assert isinstance(verdict, Filed)
        assert not list((config.archive).glob("*/*/*")), "no bytes of any of them"


def test_the_search_itself_finds_a_canary(tmp_path: Path) -> None:
    for octets in (CANARY.encode(), b"x" + base64.b64encode(b"y" + CANARY.encode() + b"zz"), STAMPED):
        path = tmp_path / "file"
        path.write_bytes(octets)
        assert any(map(holds, unfolded(path)))
    assert not holds(b"nothing of the kind")
