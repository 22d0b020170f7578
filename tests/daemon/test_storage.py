"""The disk under the state folder: room to end what is begun, no network below it, and no rot unseen."""

import os
import time
from collections import namedtuple
from datetime import date, timedelta
from pathlib import Path

import pytest

from daemon.office import Office, a_report
from mailbot.config import load_config
from mailbot.daemon.house import opened
from mailbot.daemon.storage import Rot, networked, rotten, slowness
from mailbot.errors import Misconfigured, Unavailable
from mailbot.inbox.archive import Archive

YEAR = 2026
Usage = namedtuple("Usage", "total used free")  # noqa: PYI024 - as shutil's own


def test_while_the_disk_is_nearly_full_mails_wait_in_the_mailbox(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = Office(tmp_path / "office", go_live=f"{YEAR}-01-01")
    with opened(load_config(office.config)) as house:
        inbox = house.inbox()
        inbox.connect()
        waiting = office.folder / "inbox" / "new" / "1"
        waiting.write_bytes(a_report(f"Báo cáo quý I năm {YEAR}").as_bytes())
        monkeypatch.setattr("shutil.disk_usage", lambda _: Usage(100 << 30, 99 << 30, 200 << 20))
        with pytest.raises(Unavailable, match="200 MiB free"):
            house.intake().round(inbox)
        assert waiting.exists()
        assert not list(house.archive.names())
        monkeypatch.setattr("shutil.disk_usage", lambda _: Usage(100 << 30, 9 << 30, 91 << 30))
        assert house.intake().round(inbox) == [1]


def test_a_ledger_in_a_file_is_refused_on_a_network_file_system(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = load_config(Office(tmp_path / "office", go_live=f"{YEAR}-01-01").config)
    monkeypatch.setattr("mailbot.daemon.house.networked", lambda _: "nfs4")
    with pytest.raises(Misconfigured, match="network file system"), opened(config):
        pass


@pytest.mark.parametrize(
    ("kind", "found"),
    [
        *((kind, kind) for kind in ("nfs4", "cifs", "9p", "fuse.sshfs", "ceph", "fuse.glusterfs", "vboxsf")),
        *((kind, "") for kind in ("ext4", "xfs", "btrfs", "zfs", "overlay", "fuseblk")),
    ],
)
def test_the_file_system_is_told_by_the_nearest_mount(tmp_path: Path, kind: str, found: str) -> None:
    mounts = (
        f"/dev/sda1 / ext4 rw 0 0\nserver:/x {tmp_path} {kind} rw 0 0\nproc {tmp_path}/other proc rw 0 0\n"
    )
    assert networked(tmp_path, mounts) == found
    assert networked(tmp_path.parent, mounts) == ""


def test_each_mail_of_the_archive_is_read_again_within_thirty_nights(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "archive")
    names = {archive.keep(b"mail %d" % number) for number in range(40)}
    nights = [date(2026, 1, 1) + timedelta(days=days) for days in range(30)]
    assert [name for night in nights for name in rotten(archive, night)] == []
    for name in names:
        path = archive.path(name)
        path.chmod(0o600)
        path.write_bytes(b"rot")
    found = [name for night in nights for name in rotten(archive, night)]
    assert sorted(found) == sorted(names)


def test_a_mail_that_rotted_is_told_over_restarts_until_it_is_put_back(tmp_path: Path) -> None:
    archive, file = Archive(tmp_path / "archive"), tmp_path / "rotten"
    octets = [b"mail %d" % number for number in range(3)]
    names = [archive.keep(mail) for mail in octets]
    nights = [date(2026, 1, 1) + timedelta(days=days) for days in range(30)]
    for name in names[:2]:
        archive.path(name).chmod(0o600)
        archive.path(name).write_bytes(b"rot")
    rot = Rot(archive, file)
    said = [rot.look(night) for night in nights]
    assert said[-1].startswith("2 mails have changed")
    # The daemon begins anew, long before the night comes again in which it was found.
    rot = Rot(archive, file)
    assert rot.look_again() == said[-1]
    for name, mail in zip(names, octets, strict=True):
        archive.path(name).chmod(0o600)
        archive.path(name).write_bytes(mail)
    assert rot.look_again() == ""
    assert not file.exists()
    assert Rot(archive, file).look_again() == ""


def test_a_rotten_mail_that_is_sealed_is_told_no_more(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "archive")
    name = archive.keep(b"mail")
    archive.path(name).chmod(0o600)
    archive.path(name).write_bytes(b"rot")
    rot = Rot(archive, tmp_path / "rotten")
    (tmp_path / "rotten").write_text(name)
    rot = Rot(archive, tmp_path / "rotten")
    assert rot.look_again() != ""
    archive.discard(name)
    assert rot.look_again() == ""


def test_a_disk_that_takes_seconds_for_a_byte_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert slowness(tmp_path) == ""
    real = os.fsync

    def fsync(file: int) -> None:
        time.sleep(2.1)
        real(file)

    monkeypatch.setattr(os, "fsync", fsync)
    assert "a byte takes 2 s" in slowness(tmp_path)
    # Where nothing can be written, others tell.
    assert slowness(tmp_path / "nowhere") == ""
