"""Each profile as an office meets it: made, checked, and put to work on a given clock."""

import json
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from mailbot import cli as commands
from mailbot.errors import MailbotError, Misconfigured
from mailbot.resources import resource

PROFILES = sorted(path.name for path in resource("rules").iterdir() if path.is_dir())
Office = Callable[..., "Province"]


class Province:
    """An office with one of the profiles."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(self, *arguments: str, expect: int = 0) -> Result:
        result = CliRunner().invoke(commands.cli, [*arguments, "--config", str(self.folder / "config.toml")])
        status = 2 if isinstance(result.exception, Misconfigured) else result.exit_code
        assert status == expect, f"{result.output}\n{result.exception!r}"
        assert isinstance(result.exception, SystemExit | MailbotError | type(None)), result.exception
        return result

    def json(self, *arguments: str) -> Any:
        return json.loads(self.run(*arguments, "--json").stdout)

    def mail(self, sender: str, subject: str, at: str, number: int) -> None:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = sender, "baocao@x.example", subject
        mail["Message-ID"] = f"<{number}@x.example>"
        mail.set_content("Kính gửi Văn phòng,\nĐơn vị gửi báo cáo kèm theo.\n")
        content = f"%PDF-1.4 {number}".encode()
        mail.add_attachment(content, maintype="application", subtype="pdf", filename="bao cao.pdf")
        path = self.folder / f"{number}.eml"
        path.write_bytes(mail.as_bytes())
        self.run("ingest", "--post", str(path), "--arrived-at", at)

    def text(self, unit: str, kind: str) -> str:
        """The newest letter of that kind to the unit."""
        letters = [r for r in self.json("outbox")["rows"] if r["unit"] == unit and r["kind"] == kind]
        text: str = self.json("outbox", "show", str(max(row["letter"] for row in letters)))["text"]
        return text


@pytest.fixture
def office(tmp_path: Path) -> Office:
    def make(profile: str | None, go_live: str) -> Province:
        folder = tmp_path / "office"
        named = ["--profile", profile] if profile else []
        result = CliRunner().invoke(commands.cli, ["init", str(folder), *named, "--go-live", go_live])
        assert result.exit_code == 0, result.output
        return Province(folder)

    return make


@pytest.mark.parametrize("profile", PROFILES)
def test_every_profile_can_be_taken_and_is_found_well(office: Office, profile: str) -> None:
    province = office(profile, "2013-06-11")
    rows = province.json("check", "--offline")["rows"]
    assert all(row["well"] for row in rows)
    assert province.json("units")["rows"]
    for unit in province.json("units")["rows"]:
        assert all(email.endswith(".example") for email in unit["emails"])


def test_init_takes_the_rules_in_force_today(office: Office) -> None:
    province = office(None, "2026-06-01")
    assert (province.folder / "rules" / "thai-nguyen-2026" / "units-cap-xa.toml").is_file()
    # A commune reports straight to the province, on figures up to the 14th.
    province.mail("xadaitu@thainguyen.example", "Báo cáo tháng 6 năm 2026", "2026-06-24T09:00", 1)
    province.run("tick", "--now", "2026-06-24T09:01")
    (row,) = province.json(
        "status", "--unit", "xa-dai-tu", "--period", "2026-06", "--now", "2026-06-24T10:00"
    )["rows"]
    assert row["standing"] == "on_time"
    assert "UBND xã Đại Từ" in province.text("xa-dai-tu", "receipt")
    june = province.json("duties", "--from", "2026-06-25", "--to", "2026-06-25")["rows"]
    assert len(june) == 107
    assert {(duty["data_from"], duty["data_to"]) for duty in june} == {("2026-05-15", "2026-06-14")}


def test_mail_from_a_box_of_before_the_merger_is_its_one_successors_and_of_several_a_persons(
    office: Office,
) -> None:
    province = office(None, "2026-06-01")
    for number, (sender, subject) in enumerate(
        [
            ("sokehoachdautu@thainguyen.example", "Báo cáo tháng 6 năm 2026"),
            ("huyendaitu@thainguyen.example", "Báo cáo tháng 6 năm 2026"),
        ],
        1,
    ):
        province.mail(sender, subject, "2026-06-24T09:00", number)
    finance, district = province.json("arrivals")["rows"]
    assert (finance["unit"] or "so-tai-chinh") == "so-tai-chinh"
    assert district["kind"] == "unclear"
    assert district["unit"] is None
    # Nothing was asked of units that are no more, and nobody is called late for them.
    standings = province.json("status", "--now", "2026-06-30T09:00")["rows"]
    assert not any(row["unit"].startswith("huyen-") for row in standings)


def test_a_report_whose_date_nobody_has_announced_is_received_and_judged_once_a_letter_says_when(
    office: Office,
) -> None:
    province = office("ben-tre-2007", "2008-01-01")
    assert province.json("duties", "--from", "2008-01-01", "--to", "2008-12-31")["rows"] == []
    province.mail("sotaichinh@bentre.example", "Báo cáo quý I năm 2008", "2008-03-18T09:00", 1)
    province.run("tick", "--now", "2008-03-18T09:01")
    receipt = province.text("so-tai-chinh", "receipt")
    assert "Báo cáo được ghi nhận: Báo cáo tình hình thực hiện nhiệm vụ quý I năm 2008" in receipt
    assert "Tình trạng: Đã nhận; thời hạn của kỳ này chưa có văn bản thông báo" in receipt
    assert "Thời hạn gửi" not in receipt
    assert province.json("status", "--now", "2008-03-18T10:00")["rows"] == []

    letter = ("--no", "900/UBND-TH", "--date", "2008-03-10", "--issuer", "UBND tỉnh")
    asked = ("--report", "bc-quy", "--period", "2008-Q1", "--announce", "2008-03-17")
    province.run("letter", "add", *letter, *asked, "--past", "--yes", "--now", "2008-03-19T08:00")
    province.run("tick", "--now", "2008-03-19T08:05")
    rows = province.json("status", "--period", "2008-Q1", "--now", "2008-03-19T10:00")["rows"]
    standing = {row["unit"]: row["standing"] for row in rows}
    assert len(rows) == 28
    assert standing["so-tai-chinh"] == "late"
    assert set(standing.values()) == {"late", "overdue"}
    # The letter stands whatever is edited later: the rules have no date to set against it.
    assert province.json("rules", "diff", "--now", "2008-03-19T10:00")["rows"] == []
