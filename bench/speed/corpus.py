"""Mails as units send them, made from a seed: the same seed, the same bytes.

Large ones bring a PDF, a Word document or a workbook of 20 KB to 2 MB, with pages of words and pictures that
do not pack. Every PDF has its text, for recognising scans would be a measurement of Tesseract. Small ones are
a letter of some lines, every second one with a tiny document.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from mailbot.core.rules import Role, Rules
from mailbot.rehearsal.drafts import Draft, sent
from mailbot.rehearsal.enclosures import File, enclosed
from speed.documents import document

_SEED = 9
_PERIODS = (*(f"tháng {n:02}" for n in range(1, 13)), *(f"quý {n}" for n in ("I", "II", "III", "IV")))
_TITLE = "Báo cáo tình hình thực hiện nhiệm vụ {period} năm {year}"
_BEGINNINGS = (
    "Trong kỳ, đơn vị đã tham mưu Ủy ban nhân dân tỉnh ban hành {} văn bản chỉ đạo, điều hành ngân sách",
    "Thu ngân sách trên địa bàn đạt {} tỷ đồng, tăng so với cùng kỳ năm trước",
    "Công tác cải cách hành chính tiếp tục được quan tâm; {}% hồ sơ được giải quyết đúng hạn",
    "Tiến độ giải ngân vốn đầu tư công còn chậm, mới đạt {}% kế hoạch do vướng mắc trong giải phóng mặt bằng",
    "Diện tích gieo trồng đạt {} ha; đàn gia súc, gia cầm phát triển ổn định, dịch bệnh được khống chế",
    "Ngành y tế đã khám, chữa bệnh cho {} lượt người; công tác tiêm chủng mở rộng được duy trì",
    "Toàn ngành giáo dục có {} học sinh được khen thưởng, cơ sở vật chất trường lớp được tăng cường",
)
_ENDINGS = (
    "đề nghị các sở, ban, ngành phối hợp rà soát, tổng hợp số liệu ({})",
    "trong đó {} trường hợp được giải quyết trước thời hạn quy định",
    "chủ yếu nhờ sự vào cuộc quyết liệt của {} xã, phường, thị trấn",
    "dự kiến hoàn thành {}% kế hoạch cả năm",
    "còn {} vụ việc đang được các cơ quan chức năng xem xét",
)
_KINDS, _SHARES = ("pdf", "docx", "xlsx"), (45, 35, 20)
_LINES = 120
# In bytes of the file; base64 adds a third, so mails have some 200 KB on average.
_LEAST, _MOST, _MEDIAN, _SPREAD = 20_000, 2_000_000, 95_000, 0.95
_LARGEST_GIANT = 50_000_000
_FIRST_YEAR, _YEARS = 2013, 13
_MINUTES_A_YEAR = 525_000


@dataclass(frozen=True, slots=True)
class Mailing:
    """A mail as the server keeps it (LF), and when it arrived there."""

    raw: bytes
    at: datetime


def large(rules: Rules, count: int, giants: int) -> Iterator[Mailing]:
    """So many large mails; the last `giants` of them have up to 50 MB."""
    drawn = random.Random(f"large {_SEED}")
    senders = _senders(rules)
    for number in range(count):
        left = count - number
        size = min(max(int(drawn.lognormvariate(0, _SPREAD) * _MEDIAN), _LEAST), _MOST)
        size = _LARGEST_GIANT // left if left <= giants else size
        kind = drawn.choices(_KINDS, _SHARES)[0]
        yield _mailing(drawn, senders, rules, number, _document(kind, size, drawn))


def small(rules: Rules, count: int) -> Iterator[Mailing]:
    """So many mails of about 4 KB."""
    drawn = random.Random(f"small {_SEED}")
    senders = _senders(rules)
    for number in range(count):
        yield _mailing(drawn, senders, rules, number, _tiny if number % 2 else None)


def todays(rules: Rules, count: int, at: datetime) -> Iterator[Mailing]:
    """So many reports of the month of `at`, of all units in turn, each a second before the last."""
    drawn = random.Random(f"today {_SEED}")
    senders = _senders(rules)
    for number in range(count):
        sender = senders[number % len(senders)]
        title = _TITLE.format(period=f"tháng {at.month:02}", year=at.year)
        yield _written(
            drawn, sender, rules.office.mailbox, number, title, at - timedelta(seconds=number), _tiny
        )


def _mailing(
    drawn: random.Random,
    senders: list[tuple[str, str]],
    rules: Rules,
    number: int,
    enclose: Callable[[str], File] | None,
) -> Mailing:
    sender = drawn.choice(senders)
    year = _FIRST_YEAR + drawn.randrange(_YEARS)
    title = _TITLE.format(period=drawn.choice(_PERIODS), year=year)
    at = datetime(year, 1, 1, 8, tzinfo=UTC) + timedelta(minutes=drawn.randrange(_MINUTES_A_YEAR))
    return _written(drawn, sender, rules.office.mailbox, number, title, at, enclose)


def _written(
    drawn: random.Random,
    sender: tuple[str, str],
    mailbox: str,
    number: int,
    title: str,
    at: datetime,
    enclose: Callable[[str], File] | None,
) -> Mailing:
    name, email = sender
    lines = "\n".join(_sentence(drawn) for _ in range(4 if enclose else 12))
    draft = Draft(
        sender=email,
        name=f"Văn thư {name}",
        to=mailbox,
        subject=title,
        text=f"Kính gửi Văn phòng UBND tỉnh,\n\n{title}, số {number}/BC.\n{lines}\n\nTrân trọng.\n",
        written_at=at - timedelta(minutes=1),
        files=(enclose(title),) if enclose else (),
    )
    return Mailing(sent(draft, at).replace(b"\r\n", b"\n"), at)


def _senders(rules: Rules) -> list[tuple[str, str]]:
    return [
        (unit.name, address.email)
        for unit in rules.units
        for address in unit.addresses
        if address.role is Role.OFFICIAL
    ]


def _sentence(drawn: random.Random) -> str:
    """Words that recur in all reports, with figures that do not: no two lines are alike."""
    ends = drawn.choice(_BEGINNINGS), drawn.choice(_ENDINGS)
    first, then = (end.format(drawn.randrange(10_000) / 10) for end in ends)
    return f"{first}; {then}."


def _document(kind: str, size: int, drawn: random.Random) -> Callable[[str], File]:
    return lambda title: document(kind, [title, *(_sentence(drawn) for _ in range(_LINES))], size, drawn)


def _tiny(title: str) -> File:
    return enclosed("bao cao.docx", (title,))
