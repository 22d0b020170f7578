"""A secret mail leaves no word of itself: not in a month of letters, documents, answers, logs and files.

Each mail bears a mark somewhere, and a canary everywhere: in subject, names, text, attachments. Others bear
no mark, and a person seals them when they have been spread already. Whatever mailbot wrote in the month is
searched for the canary, in every encoding in which a file could hold it, after every command was called.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
import structlog
from canary import CANARY, REPORT, STAMPED, a_mail, deliver, holds, secret_mails, telling_files, tells
from click.testing import CliRunner
from every_command import REFUSED, Visit, ask_all
from extract.papers import docx, paragraph

from mailbot import log
from mailbot.cli import cli
from mailbot.cli.new_office import write_office
from mailbot.config import load_config
from mailbot.core.book import Book
from mailbot.core.posting import NoticeKind, State
from mailbot.core.seals.sealing import BY_HAND, is_sealed
from mailbot.core.verdict import Filed, Sealed
from mailbot.daemon import sitting
from mailbot.daemon.audit import audit
from mailbot.daemon.delivery import delivery_round
from mailbot.daemon.house import House, opened
from mailbot.daemon.planning import plan_round
from mailbot.errors import MailbotError
from mailbot.ledger.letters import LetterRow

FIRST = datetime(2014, 6, 20, 1, tzinfo=UTC)
LAST = FIRST + timedelta(days=31)
SECRETS = list(secret_mails())
QUARTER = docx(paragraph(f"BÁO CÁO quý II năm 2014 {CANARY}"))


class Hands:
    """The office's clock."""

    now = FIRST

    def __call__(self) -> datetime:
        return self.now


async def live_until(end: datetime, house: House, hands: Hands) -> None:
    """Two rounds a day."""
    inbox, post = house.inbox(), house.post()
    inbox.connect()
    while hands.now < end:
        house.intake().round(inbox)
        plan_round(house.ledger, house.desk, hands.now, house.config.go_live)
        await delivery_round(house.ledger, post, house.rules, house.delivery, hands)
        hands.now += timedelta(hours=12)


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    yield
    structlog.reset_defaults()


def an_office(folder: Path) -> Path:
    file = write_office(folder, "thai-nguyen-2013", FIRST.date().replace(day=1))
    file.write_text(file.read_text("utf-8") + "\n[reading]\nocr = false\n", "utf-8")
    return file


def posted(house: House, since: datetime) -> list[LetterRow]:
    return [
        row for row in house.ledger.letters() if row.posting.state is State.SENT and row.settled_at >= since
    ]


def an_objection(house: House, hands: Hands) -> EmailMessage:
    """The unit's answer to the lines of June: secret, as a person will find, and without a mark."""
    lines = next(row.letter for row in house.ledger.letters() if row.letter.kind is NoticeKind.LINES)
    mail = a_mail("", f"Đơn vị có ý kiến: đã gửi đúng hạn theo kế hoạch {CANARY}.")
    # Not by a subject is its letter found, and not by what the letter says beside the PDF.
    mail.replace_header("Subject", "")
    mail["In-Reply-To"] = lines.message_id
    mail.replace_header("From", f"{CANARY} <{lines.recipients[0]}>")
    deliver(house.config, "objection", mail, hands.now)
    return mail


def seal(file: Path, hands: Hands, number: int) -> str:
    words = ["seal", str(number), "--yes", "--by", "can bo", "--now", hands.now.isoformat()]
    told = CliRunner().invoke(cli, ["--config", str(file), *words])
    assert told.exit_code == 0, told.output
    return told.output


@pytest.mark.timeout(600)
def test_after_a_month_no_word_of_a_secret_mail_is_anywhere(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    log.configure("debug", "json")
    file = an_office(tmp_path / "office")
    config, hands = load_config(file), Hands()
    mailbox, letters = config.inbox.path, file.parent / "letters"
    secret, by_hand = len(SECRETS), (len(SECRETS) + 1, len(SECRETS) + 2)
    with opened(config, hands) as house:
        for number, mail in enumerate(SECRETS, start=1):
            deliver(config, f"{number:02}", mail, FIRST)
        asyncio.run(live_until(FIRST + timedelta(days=1), house, hands))
        assert [type(arrival.verdict) for arrival in house.ledger.book().arrivals] == [Sealed] * secret
        assert not list(config.archive.glob("*/*/*")), "no bytes of any of them"
        before = what_a_person_finds_secret(house, file, hands)
        spread = frozenset(path for path in letters.rglob("*") if path.is_file())
        for number in by_hand:
            assert not holds(seal(file, hands, number).encode())
        # A daemon that was at work all the while keeps no word in its memory either.
        assert not holds(repr(house.ledger.book()).encode())
        asyncio.run(live_until(datetime(2014, 7, 4, tzinfo=UTC), house, hands))
        assert not telling_files(letters, but=spread)
        an_objection(house, hands)
        asyncio.run(live_until(hands.now + timedelta(days=1), house, hands))
        disputed = next(row for row in house.ledger.letters() if row.letter.kind is NoticeKind.OBJECTION)
        assert tells(disputed.letter.raw), "the objection's own words, in a PDF"
        spread = frozenset(path for path in letters.rglob("*") if path.is_file())
        seal(file, hands, secret + 3)
        asyncio.run(live_until(LAST, house, hands))
        of_marks_and_of_persons(house, before)
        assert not [finding for finding in audit(house, hands.now) if finding.faults]
    secret_file = tmp_path / "mails" / "mat.eml"
    secret_file.parent.mkdir()
    secret_file.write_bytes(SECRETS[0].as_bytes().replace(b"congantinh@", b"congantinh2@"))
    visit = Visit(
        config=file,
        out=tmp_path / "out",
        now=(LAST - timedelta(days=1)).isoformat(),
        numbers=(1, 2, *by_hand),
        secret=secret_file,
    )
    visit.out.mkdir()
    ask_all(visit)
    out, err = capfd.readouterr()
    assert not holds((out + err).encode()), "on the terminal or in the log"
    for words, result in visit.told.items():
        assert not holds(f"{result.output}{result.exception}".encode()), words
        assert isinstance(result.exception, SystemExit | MailbotError | None), (words, result.exception)
        assert result.exit_code == 0 or words.startswith(tuple(REFUSED)), (words, result.output)
    written = {path.suffix for path in visit.out.rglob("*")}
    assert {".docx", ".xlsx", ".html", ".txt", ".zip", ".ics"} <= written
    # In the mailbox the mails lie for a person; what had left before the seal is in its readers' hands.
    telling = telling_files(tmp_path, but=spread | {mailbox, secret_file.parent})
    assert not telling, telling
    assert len(list(mailbox.rglob("*"))) > secret
    with opened(config, hands) as house:
        assert not list(config.archive.glob("*/*/*")), "no bytes of any of them"
        # Wrongly sealed, or declassified: a person accepts it, and it counts by its time.
        accepted = house.ledger.book().verdict(house.ledger.book().by_number[1])
        assert isinstance(accepted, Filed)


def what_a_person_finds_secret(house: House, file: Path, hands: Hands) -> Book:
    """Two mails without a mark, which were told of in letters, and spoken of by people."""
    deliver(house.config, "91", a_mail("Báo cáo tháng 6 năm 2014", bc_docx=REPORT), hands.now)
    deliver(house.config, "92", a_mail("Báo cáo quý II năm 2014", qh_docx=QUARTER), hands.now)
    asyncio.run(live_until(hands.now + timedelta(days=3), house, hands))
    book = house.ledger.book()
    first, second = book.arrivals[-2:]
    assert isinstance(first.verdict, Filed)
    assert isinstance(second.verdict, Filed)
    assert any(tells(row.letter.raw) for row in house.ledger.letters())
    for words in (
        ["settle", str(second.number), "--period", "2014-Q2", "--by", "vt", "--why", f"xem {CANARY} qh.docx"],
        [
            "incident",
            "demand",
            "cong-an-tinh",
            "--about",
            f"{CANARY} bc.docx",
            "--by-when",
            "2014-07-20 17:00",
        ],
        ["seal", str(first.number)],
    ):
        done = CliRunner().invoke(cli, ["--config", str(file), *words, "--now", hands.now.isoformat()])
        assert done.exit_code == 0, done.output
    assert telling_files(house.config.state, but=frozenset())
    return book


def of_marks_and_of_persons(house: House, before: Book) -> None:
    """Whoever must be told was told once of each, and what had been filed counts as it did."""
    book = house.ledger.book()
    told = Counter(row.letter.kind for row in posted(house, FIRST))
    sealed = [arrival for arrival in book.arrivals if is_sealed(arrival)]
    assert [arrival.number for arrival in sealed] == list(range(1, len(SECRETS) + 4))
    assert sum(BY_HAND in arrival.mail.defects for arrival in sealed) == 3
    # To the unit once for each but the machine's; to the responsible officer, of every one.
    assert told[NoticeKind.SEALED] == len(sealed) - 1
    assert told[NoticeKind.ALERT] == len(sealed)
    assert {NoticeKind.DIGEST, NoticeKind.LINES, NoticeKind.MONTH, NoticeKind.OBJECTION} <= set(told)
    for was in before.arrivals[-2:]:
        verdict, then = book.verdict(book.by_number[was.number]), before.verdict(was)
        assert isinstance(verdict, Filed)
        assert isinstance(then, Filed)
        assert (verdict.unit, verdict.filings) == (then.unit, then.filings)


def test_a_mail_that_breaks_the_judging_leaves_no_word_in_the_log(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(mail: object, *_: object) -> None:
        raise ValueError(repr(mail))

    config, hands = load_config(an_office(tmp_path / "office")), Hands()
    deliver(config, "1", a_mail("Báo cáo tháng 6 năm 2014", bc_docx=REPORT), FIRST)
    for form in ("json", "console"):
        log.configure("debug", form)
        with opened(config, hands) as house:
            monkeypatch.setattr(sitting, "classify", broken)
            asyncio.run(live_until(hands.now + timedelta(hours=12), house, hands))
    said = "".join(capfd.readouterr())
    assert "ValueError at test_canary.py:" in said
    assert not holds(said.encode())


def test_the_search_itself_finds_a_canary(tmp_path: Path) -> None:
    letter = a_mail("x", bc_docx=STAMPED)
    for octets in (CANARY.encode(), b"\0" + CANARY.encode("utf-16-le"), STAMPED, letter.as_bytes()):
        assert tells(octets)
    (tmp_path / f"{CANARY}.txt").touch()
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "c").write_bytes(STAMPED)
    assert len(telling_files(tmp_path, but=frozenset())) == 2
    assert not telling_files(tmp_path, but=frozenset({tmp_path / "b", tmp_path / f"{CANARY}.txt"}))
    assert not tells(b"nothing of the kind")
