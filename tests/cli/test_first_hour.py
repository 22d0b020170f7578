"""An administrator's first hour, and later upgrades: `init`, `check`, `go-live`, `upgrade`."""

import json
import os
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from mailbot.cli import checking, cli
from mailbot.cli.advice import advice
from mailbot.cli.columns import laid_out, pad, shown_width
from mailbot.cli.manual import pages
from mailbot.cli.new_office import Door, write_office
from mailbot.config import ImapInbox, SmtpPost, load_config
from mailbot.daemon import health
from mailbot.errors import LedgerBroken, LoginRefused, Unavailable, Unwelcome
from mailbot.inbox.signatures import Resolver

FIRST = date(2026, 6, 1)
JUNE = "2026-06-22T09:00"


def run(*words: str, expect: int = 0, **more: Any) -> str:
    done = CliRunner().invoke(cli, list(words), **more)
    assert done.exit_code == expect, f"{done.output}\n{done.exception!r}"
    return done.stdout


def told(office: Path, *words: str) -> Any:
    return json.loads(run(*words, "--json", "--config", str(office / "config.toml")))


@pytest.fixture
def office(tmp_path: Path) -> Path:
    folder = tmp_path / "office"
    run("init", str(folder), "--profile", "thai-nguyen-2013", "--go-live", "2026-06-01")
    return folder


def test_options_name_the_servers_and_such_an_office_begins_in_the_shadow(tmp_path: Path) -> None:
    folder = tmp_path / "office"
    folder.mkdir()
    (folder / "mat-khau").write_text("bí mật\n", "utf-8")
    (folder / "mat-khau").chmod(0o640)
    servers = ("--imap", "imap.tinh.example", "--smtp", "smtp.tinh.example", "--smtp-port", "465")
    account = ("--smtp-tls", "tls", "--user", "baocao@tinh.example", "--password-file", "mat-khau")
    run("init", str(folder), *servers, *account, "--folder", "Báo cáo")
    config = load_config(folder / "config.toml")
    assert isinstance(config.inbox, ImapInbox)
    assert isinstance(config.post, SmtpPost)
    assert (config.inbox.host, config.inbox.folder, config.post.port) == ("imap.tinh.example", "Báo cáo", 465)
    assert config.approval.shadow


@pytest.mark.parametrize(
    "words", [("--user", "x"), ("--imap", "imap.x.example"), ("--imap", "imap.x.example", "--user", "x")]
)
def test_servers_that_are_half_named_are_refused_and_nothing_is_written(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    run("init", str(tmp_path / "office"), *words, expect=2)
    assert not (tmp_path / "office").exists()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--imap", "https://imap.x.example"), "inbox.host: must be a host name"),
        (("--imap", "imap.x.example", "--smtp", "x.example:587"), "post.host: must be a host name"),
        (("--imap", "imap.x.example", "--imap-port", "99999"), "inbox.port: must be"),
        (("--imap", "imap.x.example", "--imap-tls", "none"), "inbox.tls: none is only for"),
    ],
)
def test_servers_that_check_would_refuse_are_not_written(
    tmp_path: Path, words: tuple[str, ...], says: str
) -> None:
    account = ("--user", "baocao@x.example", "--password-file", "mat-khau")
    told = CliRunner().invoke(cli, ["init", str(tmp_path / "office"), *words, *account])
    assert (told.exit_code, says in told.output) == (2, True)
    assert not (tmp_path / "office").exists()


def test_a_first_day_that_check_would_refuse_is_not_written(tmp_path: Path) -> None:
    run("init", str(tmp_path / "office"), "--go-live", "0026-06-01", expect=2)
    assert not (tmp_path / "office").exists()


def test_a_word_with_quotes_is_written_as_toml_reads_it(tmp_path: Path) -> None:
    door = Door(host="x.example", user='a"b\\c', password_file="p")
    (tmp_path / "o").mkdir()
    config = write_office(tmp_path / "o", "gia-lai-2019", FIRST, inbox=door, secrets={"p": "x"})
    inbox = load_config(config).inbox
    assert isinstance(inbox, ImapInbox)
    assert inbox.user == 'a"b\\c'
    assert (tmp_path / "o" / "p").stat().st_mode & 0o777 == 0o600


def test_in_the_shadow_letters_are_written_and_none_leaves_before_a_person_says_so(office: Path) -> None:
    with (office / "config.toml").open("a", encoding="utf-8") as config:
        config.write("\n[approval]\nshadow = true\n")
    first = told(office, "tick", "--now", JUNE)
    assert first["posted"] > 0
    assert first["sent"] == 0
    assert not (office / "letters").exists()
    asked = ("health", "--json", "--now", "2026-06-22T12:00", "--config", str(office / "config.toml"))
    # Nobody has read the mailbox for hours, and that is told.
    rows = {row["what"]: row for row in json.loads(run(*asked, expect=1))["rows"]}
    assert "go-live" in rows["shadow"]["says"]
    # They wait for hours, and nothing is wrong with that.
    assert rows["letters"]["well"]
    shown = told(office, "go-live", "--now", JUNE)
    assert (shown["shadow"], shown["live_since"], len(shown["rows"])) == (True, None, first["posted"])
    assert told(office, "tick", "--now", JUNE)["sent"] == 0
    done = told(office, "go-live", "--yes", "--by", "an", "--now", JUNE)
    assert (done["shadow"], done["live_since"]) == (False, "2026-06-22T09:00:00+07:00")
    assert told(office, "tick", "--now", JUNE)["sent"] == first["posted"]
    assert "no shadow mode to end" in run("go-live", "--config", str(office / "config.toml"))


def test_an_office_may_begin_with_what_comes_after_the_shadow(office: Path) -> None:
    with (office / "config.toml").open("a", encoding="utf-8") as config:
        config.write("\n[approval]\nshadow = true\n")
    told(office, "tick", "--now", JUNE)
    assert told(office, "go-live", "--yes", "--drop", "--now", JUNE)["dropped"]
    assert told(office, "tick", "--now", JUNE)["sent"] == 0
    assert {row["state"] for row in told(office, "outbox")["rows"]} == {"dropped"}


def test_an_upgrade_adds_what_is_new_follows_where_nobody_edited_and_keeps_what_somebody_did(
    office: Path,
) -> None:
    vi = office / "templates" / "vi"
    given = office / "templates" / ".given.sha256"
    (vi / "help.txt.j2").unlink()
    edited = (vi / "late.txt.j2").read_text("utf-8") + "{# của Văn phòng #}\n"
    (vi / "late.txt.j2").write_text(edited, "utf-8")
    # An older version had given the office other texts of these two; one of them was edited since.
    (vi / "query.txt.j2").write_text("cũ\n", "utf-8")
    older = "79f7a8b0eb5fa2d4ee1ca45e8c7ee7a9ce08eb6c4ae8a84f3e3a0a2c9d5ba9cc"
    lines = given.read_text("utf-8").splitlines()
    was = sha256("cũ\n".encode()).hexdigest()
    names = {"vi/query.txt.j2": was, "vi/late.txt.j2": older}
    given.write_text("".join(f"{names.get(line[66:], line[:64])}  {line[66:]}\n" for line in lines), "utf-8")
    dry = told(office, "upgrade", "--dry-run")["rows"]
    assert not (vi / "help.txt.j2").exists()
    fates = {row["file"]: row["fate"] for row in told(office, "upgrade")["rows"]}
    assert fates == {row["file"]: row["fate"] for row in dry}
    assert fates == {
        "vi/help.txt.j2": "added",
        "vi/late.txt.j2": "kept",
        "vi/query.txt.j2": "replaced",
    }
    assert "của Văn phòng" in json.dumps(dry, ensure_ascii=False)
    assert (vi / "late.txt.j2").read_text("utf-8") == edited
    assert (vi / "query.txt.j2").read_text("utf-8") != "cũ\n"
    assert told(office, "upgrade")["rows"] == []
    assert told(office, "check", "--offline")["rows"][0]["well"]


def test_an_office_of_before_upgrades_gets_what_is_missing_and_loses_no_edit(office: Path) -> None:
    (office / "templates" / ".given.sha256").unlink()
    for name in ("help.txt.j2", "month.html.j2"):
        (office / "templates" / "vi" / name).unlink()
    config = str(office / "config.toml")
    assert CliRunner().invoke(cli, ["check", "--offline", "--config", config]).exception is not None
    assert {row["fate"] for row in told(office, "upgrade")["rows"]} == {"added"}
    run("check", "--offline", "--config", config)


@pytest.mark.parametrize(
    ("what", "error", "says"),
    [
        ("inbox", LoginRefused("x refused the login"), "mật khẩu"),
        (
            "inbox",
            Unavailable("x:993: connecting: [SSL: CERTIFICATE_VERIFY_FAILED] self"),
            "`ca_file`",
        ),
        ("inbox", Unavailable("[SSL: CERTIFICATE_VERIFY_FAILED] certificate has expired"), "hết hạn"),
        ("post", Unavailable("x:587: [SSL: WRONG_VERSION_NUMBER] wrong version number"), "starttls"),
        ("inbox", Unavailable("x:993: connecting: Name or service not known"), "getent hosts"),
        ("post", Unavailable("x:587: ConnectionRefusedError: Connection refused"), "tường lửa"),
        ("inbox", Unavailable("x:993: opening the folder: Mailbox doesn't exist: A"), "`folder`"),
        ("post", Unwelcome("554 go away"), "từ chối"),
        ("ledger", LedgerBroken("the ledger is of a newer mailbot (schema 9)"), "mới hơn"),
        ("ledger", LedgerBroken("another mailbot (process 1) works with it"), "systemctl stop"),
        ("ledger", LedgerBroken("disk image is malformed, file is encrypted"), "mailbot verify"),
        ("inbox", Unavailable("[X509: NO_CERTIFICATE_OR_CRL_FOUND] no certificate or crl found"), "openssl"),
        ("permissions", Unavailable("everybody may open /x; chmod 700 takes that away"), "`chmod 700`"),
        ("permissions", Unavailable("/x: Permission denied for an"), "chown"),
        ("alarm", Unavailable("/x/sms is not there, or may not be run"), "`command` của [alarm]"),
        ("inbox", Unavailable("the Maildir /x cannot be read: No such file or directory"), "findmnt"),
        ("junk", Unavailable("x:993: opening the folder: no folder is called J"), "`junk` ở [inbox]"),
        ("disk", Unavailable("the state folder cannot be written: its file system is read-only"), "dmesg"),
        (
            "ledger",
            Unavailable("permission denied for table meta; its tables want their owner, or GRANT"),
            "OWNER TO",
        ),
        ("inbox", Unavailable("something that nobody has seen before"), "hướng dẫn"),
    ],
)
def test_each_failure_is_explained_with_the_next_step(what: str, error: Exception, says: str) -> None:
    told_ = advice(what, error)
    assert says in told_
    assert "{" not in told_


def test_check_tells_of_an_alarm_that_would_reach_nobody(office: Path) -> None:
    with (office / "config.toml").open("a", encoding="utf-8") as config:
        config.write('\n[alarm]\ncommand = ["/no/such/gateway"]\n')
    asked = ("check", "--offline", "--json", "--config", str(office / "config.toml"))
    (row,) = [row for row in json.loads(run(*asked, expect=1))["rows"] if not row["well"]]
    assert (row["what"], "/no/such/gateway is not there" in row["says"]) == ("alarm command", True)


def test_check_asks_those_who_are_asked_about_mails(office: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Resolver, "trouble", lambda *_: "nobody answered")
    with (office / "config.toml").open("a", encoding="utf-8") as config:
        config.write('\n[reading]\nclamd = "/no/clamd.ctl"\n[authentication]\nresolver = "127.0.0.1"\n')
    asked = ("check", "--json", "--config", str(office / "config.toml"))
    wrong = {row["what"]: row for row in json.loads(run(*asked, expect=1))["rows"] if not row["well"]}
    assert {what: row["says"] for what, row in wrong.items()} == {
        "clamd": "/no/clamd.ctl: No such file or directory",
        "resolver": "127.0.0.1: nobody answered",
    }
    assert all(row["next"] for row in wrong.values())


def test_check_says_which_of_its_permissions_the_state_folder_lacks(office: Path) -> None:
    (office / "state").mkdir(mode=0o755)
    (office / "state").chmod(0o755)
    asked = ("check", "--offline", "--json", "--config", str(office / "config.toml"))
    (row,) = [row for row in json.loads(run(*asked, expect=1))["rows"] if not row["well"]]
    assert "everybody may open" in row["says"]
    assert "Permission denied" not in row["says"]
    assert "chmod 700" in row["next"]


def test_check_takes_a_file_system_that_is_read_only_for_no_lack_of_permission(
    office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (office / "state").mkdir(mode=0o700)
    monkeypatch.setattr(health, "is_read_only", lambda _: True)
    monkeypatch.setattr(checking, "is_read_only", lambda _: True)
    may = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: path != office / "state" and may(path, mode))
    asked = ("check", "--offline", "--json", "--config", str(office / "config.toml"))
    wrong = [row for row in json.loads(run(*asked, expect=1))["rows"] if not row["well"]]
    assert [row["what"] for row in wrong] == ["permissions", "disk"]
    assert all("read-only" in row["says"] and "dmesg" in row["next"] for row in wrong)


def test_check_explains_a_server_that_is_not_there(tmp_path: Path) -> None:
    door = Door(host="127.0.0.1", port=1, tls="none", user="a", password_file="p")
    (tmp_path / "o").mkdir()
    config = write_office(tmp_path / "o", "gia-lai-2019", FIRST, inbox=door, post=door, secrets={"p": "x"})
    said = run("check", "--config", str(config), expect=1, env={"COLUMNS": "80"})
    assert "Không kết nối được. Xem lại `host`, `port` ở [inbox]" in " ".join(said.split())
    assert "ở [post]" in " ".join(said.split())
    assert max(shown_width(line) for line in said.splitlines()) <= 80


def test_columns_stand_under_each_other_whatever_the_writing() -> None:
    composed, decomposed = "Sở Tài chính", "So\u031b\u0309 Ta\u0300i chi\u0301nh"
    assert shown_width(composed) == shown_width(decomposed) == 12
    assert shown_width("日本") == 4
    widths, lines = laid_out([["a", "b"], [decomposed, "x"], ["日本", "y"]], 80)
    assert widths == [12, 1]
    assert [shown_width(pad(cells[0], widths[0])) for _, cells in lines] == [12, 12, 12]


@pytest.mark.parametrize("room", [20, 40, 80, 200])
def test_a_table_fits_its_room_and_loses_no_word_of_the_columns_that_stay(room: int) -> None:
    words = "Báo cáo tình hình thực hiện nhiệm vụ tháng 6 năm 2026 của Sở Tài chính"
    table = [["number", "subject", "to"], ["1", words, "mot-dia-chi-rat-dai@thainguyen.example"]]
    widths, lines = laid_out(table, room)
    assert sum(widths) + 2 * (len(widths) - 1) <= room
    if len(widths) > 1:
        assert " ".join(cells[1] for row, cells in lines if row == 1).split() == words.split()


def test_every_command_has_a_manual_page_that_names_its_options() -> None:
    found = dict(pages())
    assert {"mailbot.1", "mailbot-outbox.1", "mailbot-go-live.1"} <= found.keys()
    assert r"\-\-batch" in found["mailbot-outbox.1"]
    for text in found.values():
        assert text.startswith(".TH ")
        assert text.count("\n.SH NAME\n") == 1
        requests = {line.split(" ")[0] for line in text.splitlines() if line.startswith(".")}
        assert requests <= {".TH", ".SH", ".SS", ".TP", ".PP", "."}


def test_a_key_pressed_completes_commands_and_options() -> None:
    def completed(line: str) -> set[str]:
        words = {"_MAILBOT_COMPLETE": "bash_complete", "COMP_WORDS": line, "COMP_CWORD": str(line.count(" "))}
        done = CliRunner().invoke(cli, [], prog_name="mailbot", env=words)
        return {row.partition(",")[2] for row in done.stdout.splitlines()}

    assert completed("mailbot out") == {"outbox"}
    assert "release" in completed("mailbot outbox re")
    assert "--period" in completed("mailbot status --p")


@pytest.mark.parametrize(("first_look", "warned"), [("2026-06-02T09:00", False), ("2026-06-30T09:00", True)])
def test_check_tells_of_what_was_due_before_the_mailbox_was_ever_read(
    office: Path, first_look: str, *, warned: bool
) -> None:
    told(office, "tick", "--now", first_look)
    told(office, "tick", "--now", "2026-06-30T10:00")
    (ledger,) = [row for row in told(office, "check")["rows"] if row["what"] == "ledger"]
    assert ("were due before the mailbox was first read" in ledger["says"]) is warned
