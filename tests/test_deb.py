"""The Debian package: what it is made of, and, in `make test-deb`, its whole life in a bare Debian."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from servers.loop import PASSWORD, REPORT, UNITS, MailHome

from mailbot.core.calendar import ZONE

ROOT = Path(__file__).parent.parent
DEBIAN = ROOT / "systemd" / "debian"
# The package is built before, by `make deb`; a root to use instead of a fresh one saves a minute.
PACKAGE, GIVEN_ROOT = os.environ.get("MAILBOT_DEB"), os.environ.get("MAILBOT_DEB_ROOT")
FINANCE = UNITS[0]
MOST_EXPOSURE = 1.3


@pytest.mark.parametrize("script", ["build", "postinst", "prerm", "postrm"])
def test_the_scripts_of_the_package_are_sound_shell(script: str) -> None:
    subprocess.run(["sh", "-n", str(DEBIAN / script)], check=True)
    assert os.access(DEBIAN / script, os.X_OK)
    text = (DEBIAN / script).read_text("utf-8")
    # What the office would miss is never removed by a script.
    assert not re.search(r"^\s*(?:rm|deluser)\b.*(?:/var/lib|/etc/mailbot)", text, re.MULTILINE)


def test_the_package_holds_what_mailbot_imports_and_none_of_the_developers_tools() -> None:
    command = [sys.executable, str(DEBIAN / "runtime.py"), str(ROOT / "requirements.lock")]
    told = subprocess.run(command, capture_output=True, text=True, check=True)
    names = set(re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==", told.stdout, re.MULTILINE))
    assert {"imapclient", "sqlalchemy", "pydantic-core", "psycopg-binary"} <= {name.lower() for name in names}
    assert not {"pytest", "ruff", "mypy", "playwright", "hatchling"} & names
    assert told.stdout.count("--hash=sha256:") >= len(names)


class Root:
    """A bare Debian in a folder, and commands in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(self, *command: str, expect: int = 0) -> str:
        done = subprocess.run(
            ["chroot", str(self.folder), *command],
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", "HOME": "/root"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == expect, f"{command}: {done.stdout}\n{done.stderr}"
        return done.stdout + done.stderr

    def json(self, *command: str) -> Any:
        return json.loads(self.run("mailbot", *command, "--json").splitlines()[0])


@pytest.fixture(scope="module")
def root() -> Iterator[Root]:
    folder = Path(GIVEN_ROOT or tempfile.mkdtemp(prefix="mailbot-debian-"))
    if not (folder / "usr/bin/dpkg").exists():
        folder.chmod(0o755)
        apt = ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"]
        mirror = subprocess.run(apt, capture_output=True, text=True, check=True).stdout.split()[0]
        include = "--include=python3,adduser,ca-certificates,procps,systemd"
        subprocess.run(
            ["debootstrap", "--variant=minbase", include, "bookworm", str(folder), mirror], check=True
        )
    try:
        yield Root(folder)
    finally:
        if GIVEN_ROOT is None:
            shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def home() -> Iterator[MailHome]:
    with MailHome() as home:
        yield home


@pytest.mark.bare_root
@pytest.mark.timeout(900)
@pytest.mark.servers
def test_the_whole_life_of_the_package_in_a_bare_debian(root: Root, home: MailHome) -> None:
    assert PACKAGE is not None
    shutil.copy(PACKAGE, root.folder / "mailbot.deb")
    for former in ("etc/mailbot", "var/lib/mailbot"):
        shutil.rmtree(root.folder / former, ignore_errors=True)
    # Nothing is downloaded: what the package needs of Debian is there, all else is in it.
    said = root.run("dpkg", "-i", "/mailbot.deb")
    assert "mailbot init /etc/mailbot" in said
    assert root.run("mailbot", "--version").startswith("mailbot, version ")
    assert "0700 mailbot:mailbot" in root.run("stat", "-c", "%04a %U:%G", "/var/lib/mailbot")
    _analyse(root)

    config = _begin(root, home)
    _proves_every_connection(root)
    _a_unit_gets_its_receipt(root, home)

    arrivals = root.json("arrivals")["rows"]
    assert len(arrivals) >= 1
    template = root.folder / "etc/mailbot/templates/vi/receipt.txt.j2"
    edited = template.read_text("utf-8") + "\n{# sửa tại cơ quan #}\n"
    template.write_text(edited, "utf-8")
    (root.folder / "etc/mailbot/templates/vi/help.txt.j2").unlink()
    said = root.run("dpkg", "-i", "/mailbot.deb")
    assert re.search(r"added +vi/help\.txt\.j2", said)
    assert template.read_text("utf-8") == edited
    assert root.json("arrivals")["rows"] == arrivals
    assert all(row["well"] for row in root.json("check", "--offline")["rows"])

    root.run("dpkg", "-r", "mailbot")
    assert not (root.folder / "usr/bin/mailbot").exists()
    assert not (root.folder / "usr/lib/mailbot").exists()
    assert config.is_file()
    root.run("dpkg", "-i", "/mailbot.deb")
    assert root.json("arrivals")["rows"] == arrivals
    assert "rm -r /var/lib/mailbot" in root.run("dpkg", "-P", "mailbot")
    assert (root.folder / "var/lib/mailbot/ledger.db").is_file()
    assert config.is_file()


def _analyse(root: Root) -> None:
    """What systemd itself says of the units as they are installed."""
    names = ("mailbot.service", "mailbot-alarm.service", "mailbot-alarm.timer")
    units = [f"/usr/lib/systemd/system/{name}" for name in names]
    verify = ["systemd-analyze", f"--root={root.folder}", "verify", *units]
    said = subprocess.run(verify, capture_output=True, text=True, check=False).stderr
    assert not [line for line in said.splitlines() if "mailbot" in line], said
    service = str(root.folder / units[0][1:])
    exposure = ["systemd-analyze", "security", "--offline=true", "--no-pager", service]
    told = subprocess.run(exposure, capture_output=True, text=True, check=False).stdout
    found = re.search(r"Overall exposure level for \S+: ([\d.]+)", told)
    assert found is not None
    assert float(found[1]) <= MOST_EXPOSURE


def _begin(root: Root, home: MailHome) -> Path:
    """The administrator's first hour: certificate, password, `init`."""
    etc = root.folder / "etc/mailbot"
    # What the installer of a real machine writes.
    (root.folder / "etc/hosts").write_text("127.0.0.1 localhost\n", "utf-8")
    shutil.copy(home.ca_file, etc / "tinh.pem")
    (etc / "hop-thu.password").write_text(f"{PASSWORD}\n", "utf-8")
    for name in ("tinh.pem", "hop-thu.password"):
        root.run("chown", "root:mailbot", f"/etc/mailbot/{name}")
        root.run("chmod", "640", f"/etc/mailbot/{name}")
    doors = ["--imap", "localhost", "--imap-port", str(home.dovecot.imaps_port)]
    doors += ["--smtp", "localhost", "--smtp-port", str(home.postfix.submission_port)]
    doors += ["--user", REPORT, "--password-file", "hop-thu.password", "--ca-file", "tinh.pem"]
    # In the first weeks a letter waits for a person, the end of the shadow mode or not.
    today = str(datetime.now(ZONE).date())
    root.run("mailbot", "init", "/etc/mailbot", "--profile", "thai-nguyen-2013", "--go-live", today, *doors)
    config = root.folder / "etc/mailbot/config.toml"
    assert 'state = "/var/lib/mailbot"' in config.read_text("utf-8")
    assert "shadow = true" in config.read_text("utf-8")
    # The password is wrong for once: what is said must help.
    (etc / "hop-thu.password").write_text("sai\n", "utf-8")
    said = root.run("mailbot", "check", expect=1)
    assert "không chấp nhận tài khoản hoặc mật khẩu" in said
    (etc / "hop-thu.password").write_text(f"{PASSWORD}\n", "utf-8")
    return config


def _proves_every_connection(root: Root) -> None:
    rows = {row["what"]: row for row in root.json("check", "--mail")["rows"]}
    assert all(row["well"] for row in rows.values()), rows
    assert {"ledger", "inbox", "idle", "move", "post", "mail", "clock", "disk", "permissions"} <= rows.keys()
    assert "arrived after" in rows["mail"]["says"]
    # Root asked, and what was written is the service's all the same.
    assert root.run("stat", "-c", "%U", "/var/lib/mailbot/ledger.db").strip() == "mailbot"


def _a_unit_gets_its_receipt(root: Root, home: MailHome) -> None:
    service = subprocess.Popen(
        ["chroot", "--userspec=mailbot:mailbot", str(root.folder), "mailbot", "run"],
        env={
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
            "LANG": "C.UTF-8",
            "MAILBOT_CONFIG": "/etc/mailbot/config.toml",
        },
        stderr=subprocess.PIPE,
    )
    try:
        home.send(FINANCE, REPORT, _report())
        _until(lambda: root.json("arrivals", "--kind", "filed")["rows"], service)
        _until(lambda: [r for r in root.json("outbox")["rows"] if r["kind"] == "receipt"], service)
        # The shadow: it is written, it can be read, and it does not leave.
        assert home.inbox(FINANCE) == []
        (letter,) = [row["letter"] for row in root.json("outbox")["rows"] if row["kind"] == "receipt"]
        assert "Kính gửi: Sở Tài chính" in root.run("mailbot", "outbox", "show", str(letter))
        assert root.json("go-live")["shadow"]
        root.json("go-live", "--yes")
        root.json("outbox", "release", str(letter))
        (receipt,) = home.wait_for(FINANCE, within=90)
        assert "Xác nhận đã nhận" in str(receipt["Subject"])
        assert root.json("health")["well"]
    finally:
        service.send_signal(signal.SIGTERM)
        _, said = service.communicate(timeout=60)
    assert service.returncode == 0, said.decode()


def _report() -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Message-ID"] = FINANCE, REPORT, "<goi-deb-1@thainguyen.example>"
    today = datetime.now(ZONE)
    mail["Subject"] = f"Báo cáo tình hình thực hiện nhiệm vụ tháng {today.month} năm {today.year}"
    mail.set_content(f"Sở Tài chính gửi báo cáo tháng {today.month} năm {today.year} kèm theo.\n")
    words = rf"{{\rtf1\ansi BAO CAO thang {today.month} nam {today.year}}}"
    mail.add_attachment(words.encode(), "application", "rtf", filename="bao-cao.rtf")
    return mail


def _until(asked: Any, service: "subprocess.Popen[bytes]", within: float = 90.0) -> None:
    ends = time.monotonic() + within
    while not asked():
        assert service.poll() is None, service.communicate()[1]
        assert time.monotonic() < ends
        time.sleep(0.5)
