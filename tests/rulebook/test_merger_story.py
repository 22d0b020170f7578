"""A merger in mid-quarter, through the command line, round by round on a given clock.

Planning and Finance of the profile of 2013 become one department on 1 August 2013. The quarter's report was
announced to both in July and is due on 20 September; August's is due on the 26th.
"""

import json
import re
from collections import Counter
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from mailbot import cli as commands

PLANNING, FINANCE, MERGED = "so-ke-hoach-va-dau-tu", "so-tai-chinh", "so-tai-chinh-va-ke-hoach"
MERGED_UNIT = f"""
[[unit]]
id = "{MERGED}"
name = "Sở Tài chính và Kế hoạch"
group = "so-ban-nganh"
head = "Giám đốc Sở Tài chính và Kế hoạch"
symbols = ["STCKH"]
valid_from = 2013-08-01
domains = ["stckh.thainguyen.example"]
addresses = [
    {{ email = "sotaichinhkehoach@thainguyen.example", role = "official" }},
]
"""


class Story:
    """One office, and the days that pass in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rules = folder / "rules" / "thai-nguyen-2013"
        self.sent = 0

    def run(self, *arguments: str) -> str:
        result = CliRunner().invoke(commands.cli, [*arguments, "--config", str(self.folder / "config.toml")])
        assert result.exit_code == 0, f"{result.output}\n{result.exception!r}"
        return result.stdout

    def json(self, *arguments: str) -> Any:
        return json.loads(self.run(*arguments, "--json"))

    def days(self, *days: str) -> None:
        """One round on the morning of each of these days."""
        for day in days:
            self.run("tick", "--now", f"{day}T09:00")

    def mail(self, sender: str, subject: str, at: str) -> dict[str, Any]:
        self.sent += 1
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = sender, "baocao@thainguyen.example", subject
        mail["Message-ID"] = f"<{self.sent}@x.example>"
        mail.set_content("Kính gửi Văn phòng UBND tỉnh,\nĐơn vị gửi báo cáo kèm theo.\n")
        content = f"%PDF-1.4 {self.sent}".encode()
        mail.add_attachment(content, maintype="application", subtype="pdf", filename="bao cao.pdf")
        path = self.folder / f"{self.sent}.eml"
        path.write_bytes(mail.as_bytes())
        self.run("ingest", "--post", str(path), "--arrived-at", at)
        last: dict[str, Any] = self.json("arrivals")["rows"][-1]
        return last

    def merge(self) -> None:
        """End both departments on 31 July, and let the new one begin on 1 August."""
        path = self.rules / "units.toml"
        text = path.read_text(encoding="utf-8")
        for unit in (PLANNING, FINANCE):
            ended = f'id = "{unit}"\nvalid_to = 2013-07-31\nsuccessors = ["{MERGED}"]\n'
            text, count = re.subn(rf'id = "{unit}"\n', ended, text)
            assert count == 1
        path.write_text(text, encoding="utf-8")
        (self.rules / "units-2013-08.toml").write_text(MERGED_UNIT, encoding="utf-8")

    def standings(self, now: str) -> dict[str, str]:
        concerned = {PLANNING, FINANCE, MERGED}
        rows = self.json("status", "--now", now)["rows"]
        return {f"{r['unit']} {r['period']}": r["standing"] for r in rows if r["unit"] in concerned}

    def letters(self, unit: str, kind: str) -> list[str]:
        rows = self.json("outbox")["rows"]
        return sorted(key for r in rows if r["unit"] == unit and r["kind"] == kind for key in r["keys"])


@pytest.fixture
def story(tmp_path: Path) -> Story:
    folder = tmp_path / "office"
    arguments = ["init", str(folder), "--profile", "thai-nguyen-2013", "--go-live", "2013-07-01"]
    assert CliRunner().invoke(commands.cli, arguments).exit_code == 0
    return Story(folder)


@pytest.mark.timeout(600)
def test_a_merger_in_mid_quarter(story: Story) -> None:
    story.days("2013-07-02", "2013-07-24")
    # Finance is in time for July; Planning is not.
    story.mail("sotaichinh@thainguyen.example", "Báo cáo tháng 7 năm 2013", "2013-07-24T15:00")
    story.days("2013-07-29")
    assert story.standings("2013-07-29T10:00") == {
        f"{FINANCE} 2013-07": "on_time",
        f"{PLANNING} 2013-07": "overdue",
        f"{FINANCE} 2013-Q3": "open",
        f"{PLANNING} 2013-Q3": "open",
        f"{FINANCE} 2013": "open",
        f"{PLANNING} 2013": "open",
    }
    before = story.json("status", "--now", "2013-07-29T10:00", "--period", "2013-07")["rows"]

    # The register is edited two days ahead. Nothing of the past is touched, so nobody need apply anything.
    story.merge()
    shown = story.json("rules", "diff", "--now", "2013-07-30T08:00")["rows"]
    assert {(row["change"], row["unit"], row["period"]) for row in shown} == {
        ("released", PLANNING, "2013-Q3"),
        ("released", FINANCE, "2013-Q3"),
        ("released", PLANNING, "2013"),
        ("released", FINANCE, "2013"),
        ("new", MERGED, "2013-Q3"),
        ("new", MERGED, "2013"),
    }
    assert not any(row["past"] for row in shown)
    story.days("2013-07-30", "2013-08-01", "2013-08-16")

    # A mail from Planning's old box in August is its successor's.
    came = story.mail("sokehoachdautu@thainguyen.example", "Báo cáo tháng 8 năm 2013", "2013-08-23T10:00")
    if came["kind"] != "filed":
        story.run(
            "settle", str(came["arrival"]), "--unit", MERGED, "--period", "2013-08", "--why", "hộp thư cũ",
            "--by", "an", "--now", "2013-08-23T11:00",
        )  # fmt: skip
    story.days("2013-08-27", "2013-09-13", "2013-09-19", "2013-09-23", "2013-09-27")

    assert story.standings("2013-09-27T10:00") == {
        # History stays with the old units.
        f"{FINANCE} 2013-07": "on_time",
        f"{PLANNING} 2013-07": "overdue",
        # What was open passed on: nobody is called late for what no longer exists, and nobody owes it twice.
        f"{FINANCE} 2013-Q3": "excused",
        f"{PLANNING} 2013-Q3": "excused",
        f"{FINANCE} 2013": "excused",
        f"{PLANNING} 2013": "excused",
        f"{MERGED} 2013-08": "on_time",
        f"{MERGED} 2013-09": "overdue",
        f"{MERGED} 2013-Q3": "overdue",
        f"{MERGED} 2013": "open",
    }
    # July reads as it did in July.
    assert story.json("status", "--now", "2013-09-27T10:00", "--period", "2013-07")["rows"] == before
    # Not one letter about the quarter went to the two that ended; the new department got each step once.
    for unit in (PLANNING, FINANCE):
        assert not [key for kind in ("reminder", "late") for key in story.letters(unit, kind) if "Q3" in key]
    quarter = [k for kind in ("reminder", "late") for k in story.letters(MERGED, kind) if "Q3" in k]
    assert quarter
    assert set(Counter(quarter).values()) == {1}
    # September's rate is taken over the units of September: 28 of the province's, and nothing beyond 100 %.
    rows = story.json("status", "--now", "2013-09-27T10:00", "--period", "2013-09")["rows"]
    owed = [row for row in rows if row["standing"] != "excused"]
    assert len(owed) == len({row["unit"] for row in owed}) == 28
    # Restarted again and again, nothing is added.
    for _ in range(2):
        told = story.json("tick", "--now", "2013-09-27T09:30")
        assert (told["announced"], told["posted"], told["withheld"]) == (0, 0, 0)
