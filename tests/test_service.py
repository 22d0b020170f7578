"""The service file: how exposed systemd itself finds it, and that mailbot's own walls stand within it."""

import re
import subprocess
from pathlib import Path

UNIT = Path(__file__).parent.parent / "systemd" / "mailbot.service"
MOST_EXPOSURE = 1.3


def test_systemd_finds_the_service_hardly_exposed() -> None:
    told = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--no-pager", str(UNIT)],
        capture_output=True,
        text=True,
        check=False,
    )
    found = re.search(r"Overall exposure level for \S+: ([\d.]+)", told.stdout)
    assert found is not None, told.stderr
    assert float(found[1]) <= MOST_EXPOSURE, told.stdout


def test_the_service_leaves_to_the_child_what_it_shuts_itself_in_with() -> None:
    text = UNIT.read_text("utf-8")
    for call in ("landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self"):
        assert re.search(rf"^SystemCallFilter=[^~\n]*\b{call}\b", text, re.MULTILINE)
    assert "PR_SET_NO_NEW_PRIVS" not in text
    assert re.search(r"^LimitCORE=0$", text, re.MULTILINE)


def test_passwords_are_files_of_the_services_group_and_never_arguments() -> None:
    text = UNIT.read_text("utf-8")
    assert re.findall(r"^(?:User|Group)=(.+)$", text, re.MULTILINE) == ["mailbot", "mailbot"]
    assert not re.search(r"password", re.search(r"^ExecStart=.*$", text, re.MULTILINE)[0])  # type: ignore[index]
    assert "EnvironmentFile" not in text


def test_the_alarm_runs_as_the_service_does() -> None:
    wanted = re.compile(
        r"^(?:LoadCredential|User|Group|StateDirectory|ConditionPathExists)=.+$", re.MULTILINE
    )
    alarm = UNIT.with_name("mailbot-alarm.service").read_text("utf-8")
    assert sorted(wanted.findall(alarm)) == sorted(wanted.findall(UNIT.read_text("utf-8")))


def test_the_user_of_an_installation_from_source_is_the_services() -> None:
    assert re.search(r"^u mailbot ", UNIT.with_name("mailbot.sysusers").read_text("utf-8"), re.MULTILINE)
