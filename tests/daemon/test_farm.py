"""A farm of robots against mailbot for a day, and a flood of spam: who gets letters, and how many.

Everything is real but the hour and the wires: mails are parsed in the cage, judged, recorded, planned,
worded, and delivered into Maildirs; only the clock is stepped.
"""

import asyncio
import email
import os
import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from email import policy
from email.message import EmailMessage, Message
from pathlib import Path

import pytest

from daemon.office import Office
from mailbot.config import load_config
from mailbot.core.calendar import ZONE
from mailbot.daemon.delivery import delivery_round
from mailbot.daemon.house import House, opened
from mailbot.daemon.intake import Intake
from mailbot.daemon.planning import plan_round

MAILBOX = "ubndtinh@thainguyen.example"
BEGIN = datetime(2013, 6, 18, 7, 0, tzinfo=ZONE)
STEP = timedelta(minutes=30)
# In `make torture` ten thousand.
SPAM = int(os.environ.get("MAILBOT_SPAM", "300"))

Robot = Callable[[Message, str], EmailMessage | bytes | None]


def answer(letter: Message, box: str, subject: str, text: str, **head: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = box, MAILBOX, subject
    mail["In-Reply-To"] = str(letter["Message-ID"])
    mail["Message-ID"] = f"<{random.getrandbits(64):x}@{box.partition('@')[2]}>"
    for name, value in head.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail


def body(letter: Message) -> str:
    part = next(part for part in letter.walk() if part.get_content_type() == "text/plain")
    return bytes(part.get_payload(decode=True)).decode()  # type: ignore[arg-type]


def vacation(letter: Message, box: str) -> EmailMessage:
    return answer(letter, box, "Vắng mặt", "Tôi đi vắng.", Auto_Submitted="auto-replied")


def bare_vacation(letter: Message, box: str) -> EmailMessage:
    away = "Hiện tôi đang nghỉ phép đến hết ngày 30/6. Việc gấp xin liên hệ đồng chí Nam, số 0912345678."
    return answer(
        letter, box, f"Re: {email.header.make_header(email.header.decode_header(letter['Subject']))}", away
    )


def bounce(letter: Message, box: str) -> bytes:
    said = f"<{box}>:\nSorry, no mailbox here by that name. (#5.1.1)\n"
    return (
        f"From: MAILER-DAEMON@mx.example\nTo: {MAILBOX}\nSubject: failure notice\n\n"
        "Hi. This is the qmail-send program at mx.example.\nI'm afraid I wasn't able to deliver your message "
        f"to the following addresses.\n\n{said}\n--- Below this line is a copy of the message.\n\n{letter}"
    ).encode("utf-8", "replace")


def mailing_list(letter: Message, box: str) -> bytes:
    copied = email.message_from_bytes(letter.as_bytes(), policy=policy.default)
    del copied["X-Mailbot-Instance"], copied["Auto-Submitted"], copied["From"], copied["To"]
    copied["From"], copied["To"] = box, MAILBOX
    copied["List-Id"] = f"<tat-ca.{box.partition('@')[2]}>"
    return copied.as_bytes()


def forwarder(letter: Message, box: str) -> bytes:
    return b"Resent-From: " + box.encode() + b"\n" + letter.as_bytes()


def help_desk(letter: Message, box: str) -> EmailMessage:
    text = "Yêu cầu của quý vị đã được tiếp nhận. Mã số: 4711. Đây là thư tự động, xin không trả lời thư này."
    return answer(letter, box, f"[#4711] {letter['Subject']}", text)


def echo(letter: Message, box: str) -> EmailMessage:
    return answer(letter, box, f"Re: {letter['Subject']}", body(letter))


ROBOTS: dict[str, Robot] = {
    "vacation": vacation,
    "bare-vacation": bare_vacation,
    "bounce": bounce,
    "list": mailing_list,
    "forwarder": forwarder,
    "help-desk": help_desk,
    "echo": echo,
}


def units(boxes: dict[str, str]) -> str:
    listed = "".join(
        f'[[unit]]\nid = "{name}"\nname = "Đơn vị {name}"\ngroup = "so-ban-nganh"\nhead = "Giám đốc"\n'
        f'addresses = [{{ email = "{box}", role = "official" }}]\n\n'
        for name, box in boxes.items()
    )
    return f'[groups]\nso-ban-nganh = "Các sở"\nhuyen = "Các huyện"\n\n{listed}'


class Machine:
    """One mailbot stepped by hand: its folder, its clock, and what it has in its hands."""

    def __init__(self, office: Office, stack: ExitStack) -> None:
        self.office = office
        self.now = BEGIN
        self.seen: set[Path] = set()
        self.count = 0
        self.house: House = stack.enter_context(opened(load_config(office.config), lambda: self.now))
        self.intake: Intake = self.house.intake()
        self.inbox = self.house.inbox()
        self.inbox.connect()
        stack.callback(self.inbox.close)

    def bring(self, mail: EmailMessage | bytes) -> None:
        self.count += 1
        path = self.office.folder / "inbox" / "new" / f"{self.count:06}.robot.x"
        path.write_bytes(mail if isinstance(mail, bytes) else mail.as_bytes())
        os.utime(path, (self.now.timestamp(), self.now.timestamp()))

    async def turn(self, now: datetime) -> None:
        self.now = now
        house = self.house
        self.intake.round(self.inbox)
        plan_round(house.ledger, house.desk, now, house.config.go_live)
        post = house.post()
        try:
            await delivery_round(house.ledger, post, house.rules, house.delivery, house.clock)
        finally:
            await post.close()

    def letters(self) -> Iterator[tuple[str, Message]]:
        """The letters that nobody has opened yet, each with its box."""
        for path in sorted((self.office.folder / "letters").rglob("*")):
            if path.is_file() and path not in self.seen:
                self.seen.add(path)
                box = path.relative_to(self.office.folder / "letters").parts[0]
                yield box, email.message_from_bytes(path.read_bytes(), policy=policy.default)


def machine(folder: Path, boxes: dict[str, str], stack: ExitStack, mailbox: str = MAILBOX) -> Machine:
    folder.mkdir()
    office = Office(folder, go_live="2013-06-01")
    (office.rules / "units.toml").write_text(units(boxes), encoding="utf-8")
    rules = office.rules / "office.toml"
    told = rules.read_text(encoding="utf-8")
    rules.write_text(told.replace(_mailbox(told), mailbox), encoding="utf-8")
    return Machine(office, stack)


def _mailbox(told: str) -> str:
    line = next(line for line in told.splitlines() if line.startswith("mailbox"))
    return line.partition('"')[2].partition('"')[0]


@pytest.mark.timeout(300)
def test_eight_robots_get_one_letter_each_in_a_day(tmp_path: Path) -> None:
    boxes = {name: f"{name}@may.example" for name in ROBOTS}
    other = "baocao@tinhban.example"
    with ExitStack() as stack:
        first = machine(tmp_path / "a", {**boxes, "another": other}, stack)
        second = machine(tmp_path / "b", {"we": MAILBOX}, stack, mailbox=other)
        got: Counter[str] = Counter()

        async def day() -> None:
            now = BEGIN
            while now < BEGIN + timedelta(hours=24):
                for one in (first, second):
                    await one.turn(now)
                for box, letter in [*first.letters()]:
                    got[box] += 1
                    if box == other:
                        second.bring(letter.as_bytes())
                    elif (react := ROBOTS.get(box.partition("@")[0])) and (reply := react(letter, box)):
                        first.bring(reply)
                for box, letter in [*second.letters()]:
                    if box == MAILBOX:
                        first.bring(letter.as_bytes())
                now += STEP

        asyncio.run(day())
        kinds = Counter(str(arrival.mail.automation) for arrival in first.house.ledger.book().arrivals)
    robots = {box: count for box, count in got.items() if box in {*boxes.values(), other}}
    assert robots == dict.fromkeys([*boxes.values(), other], 1)
    assert kinds["None"] == 0, "a robot was taken for a person"
    assert sum(kinds.values()) == 8


WORDS = (
    "Báo cáo",
    "tháng 6",
    "năm 2013",
    "khuyến mãi",
    "kính gửi",
    "khẩn",
    "invoice",
    "Re:",
    "gấp",
    "xem tệp",
)


def spam(drawn: random.Random) -> bytes:
    """A mail with a forged sender: a stranger's, a look-alike of a unit's, or one that odd headers hide."""
    subject = " ".join(drawn.choices(WORDS, k=4))
    sender = drawn.choice(
        (
            f"a{drawn.getrandbits(40):x}@la.example",
            f"echo{drawn.getrandbits(20):x}@may.example",
            "echo@may.example.evil.example",
            '"echo@may.example" <x@evil.example>',
            "echo@may.example, x@evil.example",
            f"<x{drawn.getrandbits(20):x}@evil.example>echo@may.example",
        )
    )
    extra = drawn.choice(
        (
            "Reply-To: nan-nhan@ngoai.example\n",
            "Return-Path: <nan-nhan@ngoai.example>\n",
            "Disposition-Notification-To: nan-nhan@ngoai.example\n",
            "From: echo@may.example\n",
            "Sender: echo@may.example\n",
            "Authentication-Results: mx; dmarc=pass header.from=may.example\n",
        )
    )
    return (
        f"{extra}From: {sender}\nTo: {MAILBOX}\nSubject: {subject}\n"
        f"Message-ID: <{drawn.getrandbits(64):x}@x>\nDate: Tue, 18 Jun 2013 07:00:00 +0700\n\n"
        f"{' '.join(drawn.choices(WORDS, k=9))}\n"
    ).encode()


@pytest.mark.timeout(3600)
def test_a_flood_of_forged_senders_lets_no_letter_leave(tmp_path: Path) -> None:
    drawn = random.Random(20130618)
    with ExitStack() as stack:
        one = machine(tmp_path / "a", {"echo": "echo@may.example"}, stack)
        # Before the day's first letters are due: whatever leaves now, the flood has caused.
        for _ in range(SPAM):
            one.bring(spam(drawn))
        asyncio.run(one.turn(datetime(2013, 6, 3, 22, 0, tzinfo=ZONE)))
        asyncio.run(one.turn(datetime(2013, 6, 3, 22, 5, tzinfo=ZONE)))
        assert len(one.house.ledger.book().arrivals) == SPAM
        assert [box for box, _ in one.letters()] == []
