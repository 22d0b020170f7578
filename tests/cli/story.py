"""An office to which everything has happened that a command tells of, for tests of what commands show."""

import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import xlsxwriter
from builders import at
from click.testing import CliRunner

from mailbot.cli import cli
from mailbot.config import load_config
from mailbot.errors import Misconfigured
from mailbot.ledger import Ledger

UNIT = "sotaichinh@thainguyen.example"
WHY = ("--why", "mở tệp xem")
TASK = ("--no", "81/UBND", "--date", "2013-06-10", "--signer", "Chủ tịch", "--content")
_EARLY, _NOON, _LATE = "2013-06-20T09:00", "2013-06-20T12:00", "2013-07-08T08:00"
_TASKS = (
    "Tên văn bản", "Số, ký hiệu", "Trích yếu", "Ngày ban hành", "Người ký", "Nội dung nhiệm vụ",
    "Đơn vị chủ trì",
)  # fmt: skip
_PAPERS = ("Ngày đến", "Số đến", "Tác giả", "Số, ký hiệu", "Tên loại và trích yếu nội dung")


class Story:
    """The office, and commands called in it for a terminal of 80 columns that has no colours."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.office = folder / "o"
        self.config = self.office / "config.toml"
        self._begin(self.office)
        self._mails()
        self._people()
        self.call(["backup", str(folder / "sao")])
        for name in ("trong1", "trong2", "khoiphuc"):
            self._begin(folder / name)
        self.call(["restore", str(folder / "sao"), "--config", str(folder / _FILES["restored"])])
        for name in ("fresh", "fresh2"):
            mail = (self.office / "1.eml").read_bytes().replace(b"<1@", f"<{name}@".encode())
            (folder / _FILES[name]).write_bytes(mail)

    def call(self, words: Sequence[str], statuses: frozenset[int] = frozenset({0})) -> str:
        """Call a command; return what it prints."""
        elsewhere = words[0] == "init" or "--config" in words
        where = [] if elsewhere else ["--config", str(self.config)]
        done = CliRunner().invoke(cli, [*words, *where], env={"COLUMNS": "80", "TERM": "dumb"})
        assert not isinstance(done.exception, Misconfigured), done.exception.faults
        assert done.exit_code in statuses, f"{words}: {done.output}\n{done.exception!r}"
        return done.stdout

    def filled(self, words: tuple[str, ...]) -> list[str]:
        """The words with names of this office in the place of `{…}`."""
        incident = ""
        if "{incident}" in words:
            incident = json.loads(self.call(["incident", "list", "--json"]))["rows"][0]["incident"]
        names = {name: str(self.folder / file) for name, file in _FILES.items()}
        return [word.format(incident=incident, **names) for word in words]

    def _begin(self, office: Path) -> None:
        self.call(["init", str(office), "--profile", "thai-nguyen-2013", "--go-live", "2013-06-01"])

    def _mails(self) -> None:
        """Of one unit a mail that is filed and one that is unclear; strangers' mails that are ruled on."""
        mails = [
            (UNIT, "Báo cáo tháng 6 năm 2013"),
            (UNIT, "Gửi Văn phòng"),
            (UNIT, "Báo cáo quý II năm 2013"),
        ]
        settled = []
        for sender, unit in (("thu.ky@mail.example", "so-xay-dung"), ("van.thu@mail.example", "so-noi-vu")):
            for period, name in (("2013-06", "tháng 6"), ("2013-Q2", "quý II")):
                mails.append((sender, f"Báo cáo {name} năm 2013"))
                settled.append([str(len(mails)), "--unit", unit, "--period", period])
        paths = [self._mail(number, *mail) for number, mail in enumerate(mails, 1)]
        self.call(["ingest", "--post", "--arrived-at", _EARLY, *paths])
        for words in settled:
            self.call(["settle", *words, *WHY, "--now", _NOON])
        self.call(["tick", "--now", _NOON])

    def _mail(self, number: int, sender: str, subject: str) -> str:
        text = "Content-Type: text/plain; charset=utf-8\n\nGửi báo cáo kèm theo.\n"
        rtf = "Content-Type: application/rtf; name=bc.rtf\nContent-Disposition: attachment\n\n{\\rtf1 x}\n"
        mail = f"From: {sender}\nTo: baocao@thainguyen.example\nSubject: {subject}\n"
        mail += f"Message-ID: <{number}@x.example>\nMIME-Version: 1.0\n"
        mail += f"Content-Type: multipart/mixed; boundary=b\n\n--b\n{text}\n--b\n{rtf}\n--b--\n"
        path = self.office / f"{number}.eml"
        path.write_text(mail, "utf-8")
        return str(path)

    def _people(self) -> None:
        """What people entered: task, question, journey, letter, urgent matter, stamp; and an outage."""
        now = ("--now", _NOON)
        self.call(["task", "add", *TASK, "Rà soát", "--lead", "so-tai-chinh", *now])
        question = ("--text", "Hồ sơ đất đai quá hạn", "--to", "so-tai-chinh", "--due", "2013-07-01")
        self.call(["question", "pass", *question, *now])
        journey = (
            "--who",
            "Giám đốc",
            "--to",
            "Lào",
            "--abroad",
            "--from",
            "2013-07-29",
            "--until",
            "2013-08-02",
        )
        self.call(["travel", "add", "--unit", "so-xay-dung", *journey, *now])
        document = ("--no", "2400/UBND-TH", "--date", "2013-06-18", "--issuer", "UBND tỉnh")
        moved = ("--report", "bc-quy", "--unit", "so-y-te", "--period", "2013-Q2", "--move-to", "2013-06-28")
        self.call(["letter", "add", *document, *moved, *now, "--yes"])
        urgent = ("--about", "Mưa lũ tại xã Tân Thành", "--by-when", "2013-06-21T09:00")
        # Of two, for each is closed once.
        for unit in ("so-xay-dung", "so-noi-vu"):
            self.call(["incident", "demand", unit, *urgent, *now])
        self.call(
            ["stamp", "so-y-te", "bc-thang", "2013-06", "--at", "2013-06-20T10:00", "--no", "811", *now]
        )
        for name, symbol in (("tasks", "90/UBND"), ("tasks2", "91/UBND")):
            row = ("Công văn", symbol, "V/v dự án", "10/06/2013", "Nguyễn A", "Rà soát dự án", "Sở Y tế")
            _sheet(self.folder / _FILES[name], _TASKS, row)
        paper = ("24/06/2013 16:30", "815", "Sở Xây dựng", "45/BC-SXD", "Báo cáo tháng 6 năm 2013")
        _sheet(self.folder / _FILES["papers"], _PAPERS, paper)
        began, ended = at("2013-06-26 08:00"), at("2013-06-27 08:00")
        with Ledger.open(load_config(self.config).ledger_url) as ledger:
            for moment, gap in ((began - timedelta(hours=9), 0), (began, 9), (ended, 0)):
                ledger.note_scan("x", started_at=moment, ended_at=moment, gap=timedelta(hours=gap))
        self.call(["tick", "--now", _LATE])


# What `{…}` in a command's words stands for, below the story's folder.
_FILES = {
    "mail": "o/1.eml",
    "out": "out",
    "tasks": "nhiem-vu.xlsx",
    "tasks2": "nhiem-vu-2.xlsx",
    "papers": "so-van-ban-den.xlsx",
    "backup": "sao",
    "fresh": "moi.eml",
    "fresh2": "moi-2.eml",
    "restored": "khoiphuc/config.toml",
    "empty1": "trong1/config.toml",
    "empty2": "trong2/config.toml",
}


def _sheet(path: Path, *rows: tuple[str, ...]) -> None:
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet()
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
