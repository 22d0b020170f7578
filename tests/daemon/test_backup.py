"""A drill: the machine is lost between a backup and a day's work, and a new one takes over on hold."""

import asyncio
import errno
import json
import os
import shutil
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config as Alembic
from servers.postgresql import Postgresql
from sqlalchemy import create_engine

from mailbot.cli.new_office import write_office
from mailbot.config import Config, load_config
from mailbot.core.calendar import ZONE
from mailbot.core.verdict import Filed
from mailbot.daemon.audit import audit
from mailbot.daemon.backup import back_up, reconcile, restore
from mailbot.daemon.delivery import delivery_round
from mailbot.daemon.health import examine
from mailbot.daemon.house import House, opened
from mailbot.daemon.lock import is_held
from mailbot.daemon.planning import plan_round
from mailbot.daemon.sealing import seal
from mailbot.errors import LedgerBroken, Unavailable
from mailbot.inbox.archive import Archive
from mailbot.ledger import Ledger, saving

NOW = datetime(2014, 6, 23, 3, tzinfo=UTC)
LATER = NOW + timedelta(hours=3)
MAIL = (
    b"From: %s@thainguyen.example\r\nTo: baocao@thainguyen.example\r\nMessage-ID: <%s@x.example>\r\n"
    b"Subject: %s\r\nContent-Type: application/pdf; name=bc.pdf\r\n\r\n%%PDF-1.4 %s\r\n"
)


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return load_config(write_office(tmp_path / "office", "thai-nguyen-2013", NOW.date()))


def in_postgresql(config: Config, server: Postgresql, database: str) -> Config:
    """The same office with its ledger in that database."""
    file = config.state.parent / f"{database}.toml"
    said = (file.parent / "config.toml").read_text("utf-8")
    where = f'host = "127.0.0.1"\nport = {server.port}\ndatabase = "{database}"\ntls = false\n'
    file.write_text(f'{said}\n[ledger]\nkind = "postgresql"\n{where}', "utf-8")
    return load_config(file)


def deliver(config: Config, unit: str, when: datetime = NOW) -> None:
    path = config.inbox.path / "new" / unit  # type: ignore[union-attr]
    path.parent.mkdir(parents=True, exist_ok=True)
    subject = "Báo cáo tháng 6 năm 2014".encode()
    path.write_bytes(MAIL % (unit.encode(), unit.encode(), subject, unit.encode()))
    os.utime(path, (when.timestamp(), when.timestamp()))


def work(house: House, now: datetime) -> int:
    """What the daemon does in one round."""
    inbox = house.inbox()
    inbox.connect()
    house.intake().round(inbox)
    inbox.close()
    plan_round(house.ledger, house.desk, now, house.config.go_live)

    async def post() -> int:
        door = house.post()
        try:
            return await delivery_round(house.ledger, door, house.rules, house.delivery, lambda: now)
        finally:
            await door.close()

    return asyncio.run(post())


def boxes(config: Config) -> list[str]:
    return sorted(path.name for path in config.post.path.glob("*/new/*"))  # type: ignore[union-attr]


def test_after_the_loss_of_a_machine_nothing_is_lost_and_nothing_is_sent_again_unseen(
    config: Config, tmp_path: Path
) -> None:
    with opened(config, lambda: NOW, alone=True) as house:
        deliver(config, "sotaichinh")
        work(house, NOW)
        made = back_up(config, tmp_path / "backup", NOW)
        assert (made.arrivals, made.mails) == (1, 1)
        deliver(config, "sonoivu", LATER)
        assert work(house, LATER) > 0
    sent = boxes(config)
    shutil.rmtree(config.state)

    found = restore(config, tmp_path / "backup", LATER)
    assert found == made
    with opened(config, lambda: LATER, alone=True) as house:
        assert "restored" in (house.ledger.held_because or "")
        deliver(config, "soxaydung", LATER)
        assert work(house, LATER) == 0
        told = reconcile(house, LATER)
        arrivals = house.ledger.book().arrivals
        by_sender = {arrival.mail.sender.email: arrival for arrival in arrivals if arrival.mail.sender}
        recovered = by_sender["sonoivu@thainguyen.example"]
        assert told.recovered == (recovered.number,)
        assert (recovered.muted, recovered.arrived_at) == (True, LATER)
        assert len(arrivals) == 3
        # Only what nobody has answered yet would leave as a receipt.
        receipts = [
            row.letter.answers
            for number in told.waiting
            if (row := house.ledger.letter(number)) is not None and row.letter.kind == "receipt"
        ]
        assert receipts == [by_sender["soxaydung@thainguyen.example"].number]
        assert boxes(config) == sent
        assert [finding for finding in audit(house, LATER) if not finding.well] == []
        house.ledger.release(LATER)
        assert work(house, LATER) > 0


def test_a_second_backup_adds_what_is_new(config: Config, tmp_path: Path) -> None:
    with opened(config, lambda: NOW, alone=True) as house:
        for unit in ("sotaichinh", "sonoivu"):
            deliver(config, unit)
            work(house, NOW)
            made = back_up(config, tmp_path / "backup", NOW)
    assert (made.arrivals, made.mails) == (2, 2)
    with sqlite3.connect(tmp_path / "backup" / "ledger") as copy:
        assert copy.execute("SELECT count(*) FROM arrival").fetchone() == (2,)
    copy.close()
    assert (tmp_path / "backup" / "ledger").stat().st_mode & 0o077 == 0


def test_what_the_office_took_out_of_its_rules_does_not_stay_in_the_backup(
    config: Config, tmp_path: Path
) -> None:
    copy = tmp_path / "backup"
    former, foreign = config.rules / "units-former.toml", copy / "rules" / "somebodys.txt"
    foreign.parent.mkdir(parents=True)
    foreign.touch()
    former.write_text("# Một danh bạ cũ\n", encoding="utf-8")
    with opened(config, lambda: NOW, alone=True):
        back_up(config, copy, NOW)
        # The first backup into a folder leaves alone what it finds there.
        assert foreign.exists()
        assert (copy / "rules" / former.name).exists()
        former.unlink()
        back_up(config, copy, NOW)
    kept, now = ({path.name for path in folder.iterdir()} for folder in (copy / "rules", config.rules))
    assert kept == now
    assert {path.name for path in copy.iterdir()} == {
        "archive",
        "backup.json",
        "ledger",
        "rules",
        "templates",
    }


def test_a_backup_that_the_disk_cut_short_leaves_the_one_before_it(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int, _: str) -> None:
        os.write(descriptor, b'{"made_at"')
        os.close(descriptor)
        raise OSError(errno.ENOSPC, "No space left on device")

    with opened(config, lambda: NOW, alone=True) as house:
        deliver(config, "sotaichinh")
        work(house, NOW)
        made = back_up(config, tmp_path / "backup", NOW)
        monkeypatch.setattr(os, "fdopen", full)
        with pytest.raises(Unavailable, match="No space left"):
            back_up(config, tmp_path / "backup", LATER)
    monkeypatch.undo()
    shutil.rmtree(config.state)
    assert restore(config, tmp_path / "backup", LATER) == made


def test_a_link_to_nowhere_among_the_templates_keeps_no_backup_from_being_made(
    config: Config, tmp_path: Path
) -> None:
    # Emacs notes by such a link that a file is open.
    (config.templates / ".#late.txt.j2").symlink_to("an@may-chu.1234")
    with opened(config, lambda: NOW, alone=True):
        for when in (NOW, LATER):
            back_up(config, tmp_path / "backup", when)
    assert (tmp_path / "backup" / "templates" / "vi" / "late.txt.j2").exists()


def test_two_backups_into_one_folder_do_not_take_each_others_half_written_ledger(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save, met = saving.save, []

    def meanwhile(address: str, target: Path) -> None:
        save(address, target)
        if not met:
            met.append(target)
            # The nightly one, while a person makes one by hand.
            with pytest.raises(Unavailable, match="another backup is being written"):
                back_up(config, target.parent, LATER)

    monkeypatch.setattr(saving, "save", meanwhile)
    with opened(config, lambda: NOW, alone=True) as house:
        deliver(config, "sotaichinh")
        work(house, NOW)
        made = back_up(config, tmp_path / "backup", NOW)
    assert met
    assert back_up(config, tmp_path / "backup", LATER).head == made.head


@pytest.mark.parametrize("fault", ["changed", "lost", "unreadable"])
def test_a_mail_that_the_disk_has_lost_is_told_by_the_backup_and_keeps_no_other_out(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    copy, units = tmp_path / "backup", ("sotaichinh", "sonoivu", "soxaydung")
    with opened(config, lambda: NOW, alone=True) as house:
        for unit in units:
            deliver(config, unit)
        work(house, NOW)
        sha256 = house.ledger.book().arrivals[0].mail.sha256
        file = house.archive.path(sha256)
        sound = file.read_bytes()
        file.unlink()
        if fault != "lost":
            file.write_bytes(sound[:-3] + b"rot")
        if fault == "unreadable":
            pieces = Archive.intact

            def broken(archive: Archive, name: str) -> bool:
                if name == sha256:
                    raise Unavailable("the archive cannot read it: the disk reported an input/output error")
                return pieces(archive, name)

            monkeypatch.setattr(Archive, "intact", broken)
        with pytest.raises(LedgerBroken, match=f"1 mails that are lost or changed here.*{sha256}"):
            back_up(config, copy, NOW)
        monkeypatch.undo()
        held = [name for name, _ in Archive(copy / "archive").names()]
        assert sorted([*held, sha256]) == sorted(a.mail.sha256 for a in house.ledger.book().arrivals)
        # Put back from elsewhere, it is in the next one; from then on the backup is what heals the archive.
        file.unlink(missing_ok=True)
        file.write_bytes(sound)
        assert back_up(config, copy, LATER).mails == len(units)
        file.write_bytes(b"rot")
        assert back_up(config, copy, LATER).arrivals == len(units)


def test_a_lost_archive_is_told_before_anybody_asks_for_a_mail(config: Config) -> None:
    def unwell() -> list[str]:
        return [one.says for one in examine(config, NOW) if one.what == "archive" and not one.well]

    with opened(config, lambda: NOW, alone=True) as house:
        for unit in ("sotaichinh", "sonoivu"):
            deliver(config, unit)
        work(house, NOW)
        assert not unwell()
        # Another disk, that was not mounted after the machine started again.
        config.archive.rename(config.state / "elsewhere")
        assert "of the last 2 mails 2 are not in" in unwell()[0]
        (config.state / "elsewhere").rename(config.archive)
        assert not unwell()
        # The bytes of a sealed mail are gone, and should be.
        seal(house, house.ledger.book().arrivals[0], by="an", now=NOW)
        assert not unwell()


def test_a_mail_that_is_damaged_in_the_backup_is_told_when_it_is_put_back(
    config: Config, tmp_path: Path
) -> None:
    with opened(config, lambda: NOW, alone=True) as house:
        for unit in ("sotaichinh", "sonoivu"):
            deliver(config, unit)
        work(house, NOW)
        back_up(config, tmp_path / "backup", NOW)
        sha256 = house.ledger.book().arrivals[0].mail.sha256
    copy = Archive(tmp_path / "backup" / "archive").path(sha256)
    copy.chmod(0o600)
    copy.write_bytes(b"rot")
    shutil.rmtree(config.state)
    with pytest.raises(LedgerBroken, match=f"restored and on hold, but for 1 mails.*{sha256}"):
        restore(config, tmp_path / "backup", LATER)
    with opened(config, lambda: LATER, alone=True) as house:
        assert house.ledger.held_because
        told = [fault for finding in audit(house, LATER) for fault in finding.faults]
        assert told == ["arrival 1: its bytes are nowhere"]


def test_a_ledger_that_was_lost_or_put_back_takes_no_place_of_a_backup_that_knows_more(
    config: Config, tmp_path: Path
) -> None:
    with opened(config, lambda: NOW, alone=True) as house:
        deliver(config, "sotaichinh")
        work(house, NOW)
        back_up(config, tmp_path / "older", NOW)
        deliver(config, "sonoivu")
        work(house, NOW)
        kept = back_up(config, tmp_path / "backup", NOW)
    for file in config.state.glob("ledger.db*"):
        file.unlink()
    # The night after, the daemon has made a new one.
    with opened(config, lambda: LATER, alone=True):
        pass
    with pytest.raises(LedgerBroken, match="knows what this ledger does not"):
        back_up(config, tmp_path / "backup", LATER)
    restored = restore(config, tmp_path / "older", LATER)
    assert restored.instance == kept.instance
    with pytest.raises(LedgerBroken, match="knows what this ledger does not"):
        back_up(config, tmp_path / "backup", LATER)
    assert back_up(config, tmp_path / "older", LATER).arrivals == 1
    shutil.rmtree(config.state)
    assert restore(config, tmp_path / "backup", LATER) == kept
    assert back_up(config, tmp_path / "backup", LATER).arrivals == 2


@pytest.mark.servers
@pytest.mark.parametrize("shared", [False, True])
def test_a_restore_that_is_killed_before_it_holds_is_held_at_the_next_start(
    config: Config,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    postgresql: Postgresql,
    shared: bool,
) -> None:
    with postgresql.database() as lost, postgresql.database() as fresh:
        before, after = (
            in_postgresql(config, postgresql, name) if shared else config for name in (lost, fresh)
        )
        with opened(before, lambda: NOW, alone=True) as house:
            deliver(before, "sotaichinh")
            work(house, NOW)
            back_up(before, tmp_path / "backup", NOW)
        # The folder itself is where it was: by its place the ledger is known again.
        for path in config.state.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
        with monkeypatch.context() as patch:
            patch.setattr(Ledger, "hold", killed)
            with pytest.raises(KeyboardInterrupt):
                restore(after, tmp_path / "backup", LATER)
        with opened(after, lambda: LATER, alone=True) as house:
            assert house.ledger.counts()["arrivals"] == 1
            house.recognition.recognise(LATER)
            assert house.ledger.held_because


def killed(*_: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("place", ["state", "state/kept", "rules", "templates/kept", ".", "link"])
def test_a_backup_is_not_written_into_what_it_is_a_copy_of(config: Config, place: str) -> None:
    home = config.state.parent
    (home / "link").symlink_to(config.state)
    with opened(config, lambda: NOW, alone=True):
        pass
    before = sorted(home.rglob("*"))
    with pytest.raises(Unavailable, match="no place for a backup"):
        back_up(config, home / place, NOW)
    assert sorted(home.rglob("*")) == before


def test_a_backup_is_not_put_over_a_ledger_nor_taken_from_a_folder_that_holds_none(
    config: Config, tmp_path: Path
) -> None:
    with opened(config, lambda: NOW, alone=True) as house:
        deliver(config, "sotaichinh")
        work(house, NOW)
        back_up(config, tmp_path / "backup", NOW)
    with pytest.raises(LedgerBroken, match="no ledger yet"):
        restore(config, tmp_path / "backup", NOW)
    with pytest.raises(LedgerBroken, match="no backup"):
        restore(config, tmp_path / "elsewhere", NOW)
    shutil.rmtree(config.state)
    (tmp_path / "backup" / "ledger").write_bytes(b"SQLite format 3\0" + b"x" * 5000)
    with pytest.raises(LedgerBroken, match=r"damaged|no ledger"):
        restore(config, tmp_path / "backup", NOW)


@pytest.mark.parametrize(
    ("says", "wrong"),
    [
        ({"made_at": "gestern"}, "made_at"),
        ({"made_at": "2026-06-10T08:00:00"}, "made_at"),
        ({"made_at": 20260610}, "made_at"),
        ({"version": None}, "version"),
        ({"instance": ["x"]}, "instance"),
        ({"head": 5}, "head"),
        ({"arrivals": "3"}, "arrivals"),
        ({"letters": True}, "letters"),
        ({"mails": -1}, "mails"),
        ([], "made_at, version, instance, arrivals, letters, mails"),
        ("", "made_at"),
    ],
)
def test_a_damaged_word_on_a_backup_is_told_and_no_backup_takes_its_place(
    config: Config, tmp_path: Path, says: object, wrong: str
) -> None:
    with opened(config, lambda: NOW, alone=True) as house:
        deliver(config, "sotaichinh")
        work(house, NOW)
        back_up(config, tmp_path / "backup", NOW)
    manifest = tmp_path / "backup" / "backup.json"
    whole = json.loads(manifest.read_text(encoding="utf-8"))
    manifest.write_text(json.dumps({**whole, **says} if isinstance(says, dict) else says), encoding="utf-8")
    for deed in (back_up, restore):
        with pytest.raises(LedgerBroken, match=rf"backup.json is damaged \(wrong or missing: {wrong}"):
            deed(config, tmp_path / "backup", NOW)


def test_a_backup_without_its_ledgers_content_or_its_mails_is_not_told_to_be_restored(
    config: Config, tmp_path: Path
) -> None:
    with opened(config, lambda: NOW, alone=True) as house:
        deliver(config, "sotaichinh")
        work(house, NOW)
        back_up(config, tmp_path / "backup", NOW)
    shutil.copytree(tmp_path / "backup", tmp_path / "other")
    shutil.rmtree(config.state)
    # A copy that the disk cut off at its beginning: to SQLite it is a database without anything.
    (tmp_path / "other" / "ledger").write_bytes(b"")
    with pytest.raises(LedgerBroken, match=r"is not the ledger that backup.json tells of"):
        restore(config, tmp_path / "other", NOW)
    shutil.rmtree(config.state)
    shutil.rmtree(tmp_path / "backup" / "archive")
    with pytest.raises(LedgerBroken, match=r"on hold, but 1 of 1 mails are not in"):
        restore(config, tmp_path / "backup", NOW)
    with Ledger.open(config.ledger_url) as ledger:
        made_at = NOW.astimezone(ZONE)
        assert f"restored from the backup of {made_at:%d/%m/%Y %H:%M};" in str(ledger.held_because)


def test_half_a_word_on_a_backup_is_told(config: Config, tmp_path: Path) -> None:
    back_up(config, tmp_path / "backup", NOW)
    manifest = tmp_path / "backup" / "backup.json"
    for half in (manifest.read_bytes()[:40], b"", b"\xff\xfe", b"\0" * 200):
        manifest.write_bytes(half)
        with pytest.raises(LedgerBroken, match=r"backup.json is damaged"):
            restore(config, tmp_path / "backup", NOW)


def test_a_new_machine_that_was_looked_at_takes_the_backup_and_one_at_work_does_not(
    config: Config, tmp_path: Path
) -> None:
    with opened(config, lambda: NOW, alone=True) as house:
        deliver(config, "sotaichinh")
        work(house, NOW)
        back_up(config, tmp_path / "backup", NOW)
    shutil.rmtree(config.state)
    # `mailbot check`, which the guide asks for first, makes an empty ledger.
    with opened(config, lambda: LATER):
        pass
    with opened(config, lambda: LATER, alone=True), pytest.raises(LedgerBroken, match="another mailbot"):
        restore(config, tmp_path / "backup", LATER)
    assert restore(config, tmp_path / "backup", LATER).arrivals == 1
    with Ledger.open(config.ledger_url) as ledger:
        assert (ledger.counts()["arrivals"], ledger.held_because is not None) == (1, True)


def test_a_lock_that_somebody_removed_lets_no_second_mailbot_in(config: Config) -> None:
    with opened(config, lambda: NOW, alone=True):
        assert is_held(config.lock_file)
        config.lock_file.unlink()
        for _ in range(2):
            with pytest.raises(LedgerBroken, match="another mailbot"), opened(config, alone=True):
                pass
            assert is_held(config.lock_file)
    assert not is_held(config.lock_file)
    with opened(config, lambda: NOW, alone=True):
        pass


def test_a_ledger_that_was_copied_starts_on_hold(config: Config) -> None:
    with opened(config, lambda: NOW, alone=True) as house:
        assert house.ledger.held_because is None
    with opened(config, lambda: NOW, alone=True) as house:
        assert house.ledger.held_because is None
    config.state.rename(config.state.with_name("original"))
    shutil.copytree(config.state.with_name("original"), config.state)
    with opened(config, lambda: NOW, alone=True) as house:
        assert "copied" in (house.ledger.held_because or "")
        house.ledger.release(NOW)
    with opened(config, lambda: NOW, alone=True) as house:
        assert house.ledger.held_because is None


def test_reconciling_is_refused_while_letters_may_leave(config: Config) -> None:
    with opened(config, lambda: NOW, alone=True) as house, pytest.raises(LedgerBroken, match="on hold"):
        reconcile(house, NOW)


@pytest.mark.servers
def test_a_database_that_check_has_made_ready_takes_the_backup_and_one_that_holds_a_ledger_does_not(
    config: Config, tmp_path: Path, postgresql: Postgresql
) -> None:
    with postgresql.database() as lost, postgresql.database() as fresh:
        before, after = (in_postgresql(config, postgresql, name) for name in (lost, fresh))
        with opened(before, lambda: NOW, alone=True) as house:
            deliver(before, "sotaichinh")
            work(house, NOW)
            back_up(before, tmp_path / "backup", NOW)
        shutil.rmtree(config.state)
        with opened(after, lambda: LATER):
            pass
        assert restore(after, tmp_path / "backup", LATER).arrivals == 1
        for _ in range(2):
            with Ledger.open(after.ledger_url) as ledger:
                assert (ledger.counts()["arrivals"], ledger.held_because is not None) == (1, True)
            with pytest.raises(LedgerBroken, match="no ledger yet"):
                restore(after, tmp_path / "backup", LATER)


@pytest.mark.servers
def test_a_backup_of_an_older_schema_that_others_may_read_is_put_where_check_has_made_a_newer_one(
    tmp_path: Path, postgresql: Postgresql
) -> None:
    with postgresql.database() as lost, postgresql.database() as fresh:
        engine = create_engine(postgresql.url(lost))
        with engine.begin() as connection:
            steps = Alembic(attributes={"connection": connection})
            steps.set_main_option("script_location", "mailbot.ledger:migrations")
            steps.set_main_option("path_separator", "os")
            command.upgrade(steps, "0010")
            connection.exec_driver_sql(f"CREATE ROLE watcher_of_{lost}")
            connection.exec_driver_sql(f"GRANT SELECT ON arrival TO watcher_of_{lost}")
        saving.save(postgresql.url(lost), tmp_path / "dump")
        # On the other server there is no such person.
        with engine.begin() as connection:
            connection.exec_driver_sql(f"DROP OWNED BY watcher_of_{lost}")
            connection.exec_driver_sql(f"DROP ROLE watcher_of_{lost}")
        engine.dispose()
        with Ledger.open(postgresql.url(fresh)):
            pass
        (tmp_path / "none").write_bytes(b"SQLite format 3")
        with pytest.raises(Unavailable, match="pg_restore"):
            saving.load(postgresql.url(fresh), tmp_path / "none")
        # What failed has left nothing that stands in the way.
        with Ledger.open(postgresql.url(fresh)):
            pass
        saving.load(postgresql.url(fresh), tmp_path / "dump")
        with Ledger.open(postgresql.url(fresh)) as ledger:
            ledger.hold("brought up to date", NOW)


@pytest.mark.servers
def test_a_ledger_in_postgresql_is_saved_and_put_back(
    postgresql_url: str, tmp_path: Path, postgresql: object
) -> None:
    with Ledger.open(postgresql_url) as ledger:
        ledger.hold("before", NOW)
        instance = ledger.instance
    saving.save(postgresql_url, tmp_path / "dump")
    with postgresql.database() as name:  # type: ignore[attr-defined]
        address = postgresql.url(name)  # type: ignore[attr-defined]
        saving.load(address, tmp_path / "dump")
        with Ledger.open(address) as ledger:
            assert (ledger.instance, ledger.held_because) == (instance, "before")


def test_a_ledger_that_was_lost_begins_on_hold_and_is_made_anew_from_the_mails(config: Config) -> None:
    with opened(config, lambda: NOW, alone=True) as house:
        deliver(config, "sotaichinh")
        work(house, NOW)
        (before,) = house.ledger.book().arrivals
    sent = boxes(config)
    assert sent
    for file in config.state.glob("ledger.db*"):
        file.unlink()
    # Somebody looks first, and so makes a ledger.
    with opened(config, lambda: LATER):
        pass
    with opened(config, lambda: LATER, alone=True) as house:
        assert "holds mails of an older one" in (house.ledger.held_because or "")
        with pytest.raises(Unavailable, match="has recorded no mail, and another one has filed 1 away"):
            work(house, LATER)
        assert reconcile(house, LATER).recovered == (1,)
        (after,) = house.ledger.book().arrivals
        assert (after.mail.sha256, after.arrived_at) == (before.mail.sha256, before.arrived_at)
        assert isinstance(before.verdict, Filed)
        assert isinstance(after.verdict, Filed)
        assert (after.verdict.unit, after.verdict.filings) == (before.verdict.unit, before.verdict.filings)
        assert work(house, LATER) == 0
        assert [finding for finding in audit(house, LATER) if not finding.well] == []
    assert boxes(config) == sent
    # From now on it is a ledger like any other.
    with opened(config, lambda: LATER, alone=True) as house:
        house.ledger.release(LATER)
    with opened(config, lambda: LATER, alone=True) as house:
        assert house.ledger.held_because is None


def test_a_first_start_that_died_between_archive_and_ledger_is_no_lost_ledger(config: Config) -> None:
    with opened(config, lambda: NOW, alone=True) as house:
        house.archive.keep(b"came, and was not recorded")
    with opened(config, lambda: NOW, alone=True) as house:
        assert house.ledger.held_because is None
