"""Alarms reach people by another way than the letters, also when the daemon is dead."""

import inspect
import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from servers.sink import SmtpSink

from daemon.office import Office
from mailbot.config import load_config
from mailbot.core.machine.alarm import Alarm, Condition
from mailbot.daemon import supervisor
from mailbot.daemon.alarm import sound, try_command, try_mail, words
from mailbot.daemon.health import examine
from mailbot.daemon.pulse import Pulse

NOW = datetime(2026, 11, 26, 1, 0, tzinfo=UTC)
DEAD = Condition(what="daemon", well=False, says="last sign of life yesterday", urgent=True)
UNREAD = Condition(what="mailbox", well=False, says="last read to its end yesterday")
ALIVE = Condition(what="daemon", well=True, says="well")


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path / "office")


def with_alarm(office: Office, lines: str) -> None:
    text = office.config.read_text(encoding="utf-8")
    office.config.write_text(f"{text}\n[alarm]\n{lines}", encoding="utf-8")
    (office.folder / "state").mkdir(exist_ok=True)


def listener(office: Office) -> Path:
    """A command that writes what it is told into a file, as an SMS gateway's client would."""
    heard = office.folder / "heard"
    with_alarm(office, f'command = ["sh", "-c", "cat >> {heard}"]\n')
    return heard


def test_a_command_is_told_once_and_again_when_it_is_over(office: Office) -> None:
    heard = listener(office)
    config = load_config(office.config)
    for minutes in (0, 5, 10):
        sound(config, [DEAD], NOW + timedelta(minutes=minutes))
    assert heard.read_text(encoding="utf-8").count("[mailbot] CẢNH BÁO: Chương trình mailbot không còn") == 1
    sound(config, [ALIVE], NOW + timedelta(minutes=15))
    sound(config, [ALIVE], NOW + timedelta(minutes=20))
    assert heard.read_text(encoding="utf-8").count("ĐÃ KHẮC PHỤC") == 1


def test_what_a_command_prints_in_strange_letters_does_not_make_it_tell_again(office: Office) -> None:
    heard = office.folder / "heard"
    # "Đã gửi" as a gateway's client prints it in windows-1258.
    with_alarm(office, f"""command = ["sh", "-c", 'cat >> {heard}; printf "\\320\\343 g\\375i"']\n""")
    config = load_config(office.config)
    for minutes in (0, 5, 10):
        sound(config, [DEAD], NOW + timedelta(minutes=minutes))
    assert heard.read_text(encoding="utf-8").count("CẢNH BÁO") == 1


def test_a_mail_goes_by_a_server_of_its_own(office: Office, smtp_sink: SmtpSink) -> None:
    with_alarm(
        office,
        f'host = "127.0.0.1"\nport = {smtp_sink.port}\nsender = "mailbot@server.example"\n'
        'mail_to = ["truc@khac.example", "it@khac.example"]\n',
    )
    sound(load_config(office.config), [DEAD], NOW)
    (mail,) = smtp_sink.accepted
    assert mail.message["Subject"].startswith("[mailbot] CẢNH BÁO: Chương trình mailbot")
    assert sorted(mail.recipients) == ["it@khac.example", "truc@khac.example"]
    assert mail.message["Auto-Submitted"] == "auto-generated"
    assert "08:00 ngày 26/11/2026" in mail.message.get_content()


def test_what_no_channel_took_is_told_at_the_next_look(office: Office) -> None:
    with_alarm(office, 'command = ["false"]\n')
    assert sound(load_config(office.config), [DEAD], NOW) == ()
    text = office.config.read_text(encoding="utf-8")
    office.config.write_text(text.replace('["false"]', '["true"]'), encoding="utf-8")
    assert [alarm.what for alarm in sound(load_config(office.config), [DEAD], NOW)] == ["daemon"]


@pytest.mark.parametrize(
    "mail",
    [
        # The protocol knows no such letters, and says so by an error of its own.
        'user = "trực"\npassword_file = "{secret}"\n',
        # Since the configuration was read, everybody may open the file.
        'user = "truc"\npassword_file = "{opened}"\n',
    ],
)
def test_what_one_channel_told_is_not_told_again_because_the_other_cannot(
    office: Office, smtp_sink: SmtpSink, mail: str
) -> None:
    secret, opened = office.folder / "secret", office.folder / "opened"
    for file in (secret, opened):
        file.write_text("mật khẩu\n", encoding="utf-8")
        file.chmod(0o600)
    heard = listener(office)
    with office.config.open("a", encoding="utf-8") as config:
        config.write(f'host = "127.0.0.1"\nport = {smtp_sink.port}\nsender = "mailbot@server.example"\n')
        config.write('mail_to = ["truc@khac.example"]\n' + mail.format(secret=secret, opened=opened))
    loaded = load_config(office.config)
    opened.chmod(0o644)
    for minutes in (0, 5, 10):
        sound(loaded, [DEAD], NOW + timedelta(minutes=minutes))
    assert heard.read_text(encoding="utf-8").count("CẢNH BÁO") == 1


@pytest.mark.parametrize("slip", ["sate = 1\n", "[inbox\n", "go_live = 1.12.2026\n", "\xff = 1\n"])
def test_a_configuration_with_a_fault_is_told_by_what_of_it_is_sound(office: Office, slip: str) -> None:
    heard = listener(office)
    pulse = {"at": "2026-11-20T00:00:00+00:00", "troubles": {}}
    (office.folder / "state" / "health.json").write_text(json.dumps(pulse), encoding="utf-8")
    for minutes in (0, 15):
        sound(load_config(office.config), [DEAD, UNREAD], NOW + timedelta(minutes=minutes))
    whole = office.config.read_bytes()
    office.config.write_bytes(slip.encode("latin-1") + whole)
    for minutes in (20, 35, 40):
        office.run("health", "--alarm", "--now", (NOW + timedelta(minutes=minutes)).isoformat(), expect=2)
    told = heard.read_text(encoding="utf-8")
    assert told.count("CẢNH BÁO: Cấu hình của mailbot có lỗi") == 1
    assert "config.toml:1: " in told
    # What was told before is neither told again nor called over: nobody could look.
    assert told.count("CẢNH BÁO") == 3
    assert "hết" not in told.replace("chưa được đọc hết", "")
    office.config.write_bytes(whole)
    sound(load_config(office.config), [ALIVE, UNREAD], NOW + timedelta(minutes=45))
    assert "Đã hết: Cấu hình của mailbot" in heard.read_text(encoding="utf-8")


def test_a_pulse_that_is_damaged_or_may_not_be_read_is_told_and_ends_nothing(office: Office) -> None:
    pulse = office.folder / "state" / "health.json"
    pulse.parent.mkdir(exist_ok=True)
    pulse.parent.chmod(0o700)
    config = load_config(office.config)
    at = '"at": "2026-11-26T01:00:00Z"'
    for damaged in ("", "{}", "[]", '{"at": 5}', '{"at": "2026-13-01"}', f'{{{at}, "troubles": 1}}'):
        pulse.write_text(damaged, encoding="utf-8")
        (daemon,) = [one for one in examine(config, NOW) if one.what == "daemon"]
        assert not daemon.well
        assert "damaged" in daemon.says
    pulse.unlink()
    pulse.mkdir()
    (daemon,) = [one for one in examine(config, NOW) if one.what == "daemon"]
    assert (daemon.well, "cannot be read" in daemon.says) == (False, True)


def test_a_state_folder_that_cannot_be_reached_is_told_and_ends_nothing(office: Office) -> None:
    heard = listener(office)
    # As with a folder that a `chown -R root` closed to mailbot's user; but whoever runs this may be root.
    text = office.config.read_text(encoding="utf-8")
    state = re.sub(r"^state = .*\n", "", text, flags=re.MULTILINE)
    office.config.write_text(f'state = "{"x" * 300}"\n{state}', encoding="utf-8")
    config = load_config(office.config)
    found = examine(config, NOW)
    assert {one.what for one in found if not one.well} == {"daemon", "disk", "ledger"}
    assert {one.what for one in sound(config, found, NOW)} == {"daemon", "disk", "ledger"}
    assert "CẢNH BÁO" in heard.read_text(encoding="utf-8")


def test_a_command_that_cannot_be_run_is_known_before_it_is_needed(office: Office) -> None:
    assert try_command(load_config(office.config).alarm) is None
    gateway = office.folder / "gateway"
    with_alarm(office, f'command = ["{gateway}", "--sms"]\n')
    route = load_config(office.config).alarm
    found = []
    for mode in (None, 0o600, 0o700):
        if mode is not None:
            gateway.write_text("#!/bin/sh\n", encoding="utf-8")
            gateway.chmod(mode)
        found.append(try_command(route))
    assert [one and one.well for one in found] == [False, False, True]
    assert all(one and str(gateway) in one.says for one in found)


def test_a_command_that_is_there_only_from_one_folder_is_told(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway = office.folder / "gateway"
    gateway.write_text("#!/bin/sh\n", encoding="utf-8")
    gateway.chmod(0o700)
    monkeypatch.chdir(office.folder)
    with_alarm(office, 'command = ["./gateway"]\n')
    found = try_command(load_config(office.config).alarm)
    assert found
    assert (found.well, "from / on" in found.says) == (False, True)


def test_an_alarm_server_that_is_not_there_is_known_before_it_is_needed(
    office: Office, smtp_sink: SmtpSink
) -> None:
    assert try_mail(load_config(office.config).alarm) is None
    lines = 'host = "127.0.0.1"\nport = {}\nsender = "may@x.example"\nmail_to = ["truc@y.example"]\n'
    with_alarm(office, lines.format(smtp_sink.port))
    route = load_config(office.config).alarm
    there, away = try_mail(route), try_mail(replace(route, port=1))
    assert there
    assert there.well
    assert away
    assert (away.well, "refused" in away.says) == (False, True)
    assert not smtp_sink.accepted


def test_a_mailbox_that_is_looked_at_rarely_is_not_told_to_be_unread_between_two_looks(
    office: Office,
) -> None:
    told = office.config.read_text(encoding="utf-8")
    office.run("tick", "--now", NOW.isoformat())
    for seconds, well in ((60, False), (1500, True)):
        rare = told.replace("[inbox]", f"[inbox]\npoll_seconds = {seconds}")
        office.config.write_text(rare, encoding="utf-8")
        found = examine(load_config(office.config), NOW + timedelta(minutes=26))
        assert [one.well for one in found if one.what == "mailbox"] == [well]


def test_without_a_channel_the_file_tells(office: Office) -> None:
    (office.folder / "state").mkdir(exist_ok=True)
    sound(load_config(office.config), [DEAD], NOW)
    told = json.loads((office.folder / "state" / "alarms.json").read_text(encoding="utf-8"))
    assert told["well"] is False
    assert told["faults"]["daemon"]["says"] == DEAD.says
    assert told["faults"]["daemon"]["told_at"]


def test_a_file_that_cannot_be_understood_is_begun_anew(office: Office) -> None:
    heard = listener(office)
    (office.folder / "state" / "alarms.json").write_text('{"faults": {"daemon": 3}}', encoding="utf-8")
    sound(load_config(office.config), [DEAD], NOW)
    assert heard.exists()


def test_a_timer_hears_of_a_daemon_that_died(office: Office) -> None:
    heard = listener(office)
    pulse = {"pid": 1, "at": "2026-11-20T00:00:00+00:00", "loops": {}, "troubles": {}}
    (office.folder / "state" / "health.json").write_text(json.dumps(pulse), encoding="utf-8")
    office.run("health", "--alarm", expect=1)
    assert "không còn hoạt động" in heard.read_text(encoding="utf-8")


def test_a_daemon_that_died_while_the_clock_ran_ahead_is_found_dead_when_it_is_right(office: Office) -> None:
    state = office.folder / "state"
    state.mkdir(exist_ok=True)
    Pulse(state / "health.json", lambda: NOW + timedelta(days=3)).beat("intake")
    (daemon,) = [c for c in examine(load_config(office.config), NOW) if c.what == "daemon"]
    assert not daemon.well
    assert daemon.urgent


def test_a_broken_ledger_and_a_missing_folder_are_found_and_not_raised(office: Office) -> None:
    config = load_config(office.config)
    assert {c.what for c in examine(config, NOW) if not c.well} >= {"disk"}
    (office.folder / "state").mkdir(exist_ok=True)
    (office.folder / "state" / "ledger.db").write_bytes(b"no ledger at all" * 100)
    (broken,) = [c for c in examine(config, NOW) if c.what == "ledger"]
    assert broken.urgent


def test_whatever_the_daemon_calls_a_trouble_has_words_of_its_own() -> None:
    source = inspect.getsource(supervisor)
    troubles = set(re.findall(r'(?:pulse\.trouble|_tell|_forever)\("(\w+)"', source))
    assert {"clock", "oauth", "reload", "rules", "intake", "planning", "delivery", "junk"} <= troubles
    for what in troubles:
        assert "Sự cố" not in words((Alarm(what=what, says="", since=NOW),), NOW), what


def test_the_words_name_every_fault_in_vietnamese() -> None:
    due = (
        Alarm(what="disk", says="12 MiB free", since=NOW),
        Alarm(what="mailbox", says="", since=NOW, over=True),
    )
    assert words(due, NOW) == (
        "[mailbot] CẢNH BÁO: Đĩa sắp hết chỗ hoặc không ghi được\n\n"
        "- Đĩa sắp hết chỗ hoặc không ghi được, từ 08:00 ngày 26/11/2026.\n  Chi tiết: 12 MiB free\n"
        "- Đã hết: Hộp thư chưa được đọc hết (bắt đầu từ 08:00 ngày 26/11/2026).\n\n"
        "Thời điểm kiểm tra: 08:00 ngày 26/11/2026. Xem thêm: mailbot health\n"
    )
