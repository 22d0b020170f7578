"""Sounding alarms: a command, a mail by another server, and a file for monitoring.

None of it goes through ledger, outbox or the office's own mail server, for those may be what is broken; the
mail is sent by the standard library and not by the code that sends letters.
"""

import contextlib
import fcntl
import json
import shutil
import smtplib
import ssl
import subprocess
from collections.abc import Iterable, Iterator
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from pathlib import Path
from typing import Any

import structlog

from mailbot.config import AlarmRoute, Config, Salvage, Tls
from mailbot.core.calendar import local
from mailbot.core.machine.alarm import Alarm, Condition, Fault, alarms
from mailbot.disk import put
from mailbot.errors import MailbotError

log = structlog.get_logger()

# An alarm must not hang on the very network that it reports.
_SECONDS = 30.0
# Minutes: daemon and timer look every five, and what nobody can remember is told by one look of an hour.
_ONCE_AN_HOUR = 5
_WORDS = {
    "configuration": "Cấu hình của mailbot có lỗi, không chạy lại được và không kiểm tra được phần còn lại",
    "daemon": "Chương trình mailbot không còn hoạt động",
    "mailbox": "Hộp thư chưa được đọc hết",
    "letters": "Thư đi bị ứ đọng",
    "ledger": "Sổ dữ liệu không dùng được",
    "disk": "Đĩa sắp hết chỗ hoặc không ghi được",
    "slow disk": "Đĩa ghi rất chậm",
    "archive": "Kho thư gốc có thư bị hỏng hoặc không đọc được",
    "hold": "Toàn bộ thư đi đang bị tạm dừng",
    "mails": "Có thư bị lấy khỏi hộp thư trước khi hệ thống đọc được",
    "shrank": "Thư rời khỏi hộp thư mà không do hệ thống chuyển đi",
    "filing": "Không chuyển được thư đã ghi sổ ra khỏi hộp thư đến",
    "quota": "Hộp thư sắp đầy hoặc đã đầy",
    "digest": "Thư tổng hợp ngày không đến được cán bộ nào",
    "copies": "Bản sao của thư đi không về hộp thư",
    "backlog": "Hộp thư còn nhiều thư chưa đọc đến",
    "other mailbot": "Một hệ thống mailbot khác đang gửi thư bằng tên của hộp thư này",
    "junk": "Không đọc được thư mục thư rác của hộp thư",
    "intake": "Không nhận được thư từ máy chủ",
    "planning": "Không lập được thư đi",
    "delivery": "Không gửi được thư qua máy chủ",
    "reload": "Quy tắc hoặc mẫu thư mới có lỗi, đang dùng bản cũ",
    "rules": "Quy tắc mới làm thay đổi nhiệm vụ đã đến hạn, chờ người quyết định",
    "clock": "Đồng hồ của máy không tin được, mọi thư đi đang chờ",
    "server clock": "Đồng hồ của máy chủ thư và của máy này lệch nhau",
    "oauth": "Không gia hạn được quyền đăng nhập hộp thư",
}


# Whatever it is that keeps a channel from taking an alarm.
_FAILURES = (
    OSError,
    smtplib.SMTPException,
    subprocess.SubprocessError,
    MailbotError,  # its password file cannot be read any more
    ValueError,  # a login or a name that the protocol has no letters for
)


def try_command(route: AlarmRoute) -> Condition | None:
    """Whether the command could be run by whoever asks; None where there is none. It is not run."""
    if not route.command:
        return None
    name = route.command[0]
    # The service and its timer begin in another folder than whoever tries it by hand.
    wanders = "/" in name and not name.startswith("/")
    found = None if wanders else shutil.which(name)
    says = f"{found} is told" if found else f"{name} is not there, or may not be run"
    if wanders:
        says = f"{name} is not there, or may not be run, from other folders: name it from / on"
    return Condition(what="alarm command", well=found is not None, says=says)


def try_mail(route: AlarmRoute) -> Condition | None:
    """Whether the alarms' own mail server lets us in; None where nobody is to get mail. Nothing is sent."""
    if not route.mail_to:
        return None
    server = f"{route.host}:{route.port}"
    try:
        with _logged_in(route):
            pass
    except _FAILURES as error:
        return Condition(what="alarm mail", well=False, says=f"{server}: {error}")
    return Condition(what="alarm mail", well=True, says=f"{server} takes mail for {', '.join(route.mail_to)}")


def sound_misconfigured(salvage: Salvage, conditions: list[Condition], now: datetime) -> tuple[Alarm, ...]:
    """Tell people what is due where config.toml has faults; what could not be looked at is taken to last."""
    seen = {condition.what for condition in conditions}
    before = _remembered(salvage.state / "alarms.json")
    says = "not looked at, for the configuration has faults"
    lasting = [Condition(what=what, well=False, says=says) for what in before if what not in seen]
    return sound(salvage, [*conditions, *lasting], now)


def sound(config: Config | Salvage, conditions: list[Condition], now: datetime) -> tuple[Alarm, ...]:
    """Tell people what is due; return what was told.

    What could not be told by any channel is told at the next look. With no channel configured, the file
    `alarms.json` in the state folder is the only one. Where nothing can be remembered there, for the disk is
    full or read-only, all that is wrong is told once an hour.
    """
    file = config.state / "alarms.json"
    with _alone(config.state / "alarms.lock") as alone:
        before = _remembered(file)
        if not (alone and _remember(file, conditions, before, now)):
            return _without_memory(config.alarm, conditions, now)
        due, lasting = alarms(conditions, before, now)
        if due and not _told(config.alarm, due, now):
            log.error("alarm could not be told", what=[alarm.what for alarm in due])
            lasting = {what: before.get(what, Fault(since=fault.since)) for what, fault in lasting.items()}
            _remember(file, conditions, before | lasting, now)
            return ()
        _remember(file, conditions, lasting, now)
        return due


def _without_memory(route: AlarmRoute, conditions: Iterable[Condition], now: datetime) -> tuple[Alarm, ...]:
    if now.minute >= _ONCE_AN_HOUR:
        return ()
    due = tuple(Alarm(what=one.what, says=one.says, since=now) for one in conditions if not one.well)
    return due if due and _told(route, due, now) else ()


def _told(route: AlarmRoute, due: tuple[Alarm, ...], now: datetime) -> bool:
    """Whether at least one channel took the alarm; all are tried."""
    text = words(due, now)
    channels = [channel for channel, wanted in ((_run, route.command), (_mail, route.mail_to)) if wanted]
    if not channels:
        return True
    took = []
    for channel in channels:
        try:
            channel(route, text, now)
        except _FAILURES as error:
            # Whatever it is: the other channel's word counts, and is remembered.
            log.warning("alarm channel failed", channel=channel.__name__.strip("_"), reason=str(error))
        else:
            took.append(channel)
    return bool(took)


def words(due: tuple[Alarm, ...], now: datetime) -> str:
    """The alarms as people read them: a first line that says it all, then each one."""
    begun, over = [a for a in due if not a.over], [a for a in due if a.over]
    head = "; ".join(_called(alarm) for alarm in begun) or "Các sự cố đã được khắc phục"
    lines = [f"[mailbot] {'CẢNH BÁO' if begun else 'ĐÃ KHẮC PHỤC'}: {head}", ""]
    for alarm in begun:
        lines += [f"- {_called(alarm)}, từ {_when(alarm.since)}.", f"  Chi tiết: {alarm.says}"]
    lines += [f"- Đã hết: {_called(alarm)} (bắt đầu từ {_when(alarm.since)})." for alarm in over]
    lines += ["", f"Thời điểm kiểm tra: {_when(now)}. Xem thêm: mailbot health"]
    return "\n".join(lines) + "\n"


def _called(alarm: Alarm) -> str:
    return _WORDS.get(alarm.what, f"Sự cố: {alarm.what}")


def _when(instant: datetime) -> str:
    return local(instant).strftime("%H:%M ngày %d/%m/%Y")


def _run(route: AlarmRoute, text: str, now: datetime) -> None:
    del now
    # The administrator named it, in a file that only he writes. Its status tells all: what it prints may be
    # in any letters, and what it leaves running would be waited for.
    subprocess.run(  # noqa: S603
        route.command,
        input=text.encode(),
        check=True,
        timeout=_SECONDS,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _mail(route: AlarmRoute, text: str, now: datetime) -> None:
    assert route.sender is not None
    mail = EmailMessage()
    subject, _, body = text.partition("\n")
    mail["From"], mail["To"], mail["Subject"] = route.sender, ", ".join(route.mail_to), subject
    mail["Date"], mail["Message-ID"] = format_datetime(local(now)), make_msgid(domain="mailbot.invalid")
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(body.strip() + "\n", cte="base64")
    with _logged_in(route) as server:
        server.send_message(mail)


@contextlib.contextmanager
def _logged_in(route: AlarmRoute) -> Iterator[smtplib.SMTP]:
    trusted = ssl.create_default_context(cafile=str(route.ca_file) if route.ca_file else None)
    with _connected(route, trusted) as server:
        if route.user is not None and route.password_file is not None:
            server.login(route.user, route.password_file.read())
        yield server


@contextlib.contextmanager
def _connected(route: AlarmRoute, trusted: ssl.SSLContext) -> Iterator[smtplib.SMTP]:
    if route.tls is Tls.TLS:
        with smtplib.SMTP_SSL(route.host, route.port, timeout=_SECONDS, context=trusted) as server:
            yield server
        return
    with smtplib.SMTP(route.host, route.port, timeout=_SECONDS) as server:
        if route.tls is Tls.STARTTLS:
            server.starttls(context=trusted)
        yield server


@contextlib.contextmanager
def _alone(lock: Path) -> Iterator[bool]:
    """Let nobody else look meanwhile; whether that could be had."""
    # The daemon and the timer may look at the same moment, and people want to hear it once.
    with contextlib.ExitStack() as stack:
        try:
            file = stack.enter_context(lock.open("a"))
            fcntl.flock(file, fcntl.LOCK_EX)
        except OSError:
            alone = False
        else:
            alone = True
        yield alone


def _remembered(file: Path) -> dict[str, Fault]:
    try:
        told: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))["faults"]
        return {
            what: Fault(
                since=_instant(fault["since"]),
                told_at=_instant(fault["told_at"]) if fault["told_at"] else None,
            )
            for what, fault in told.items()
        }
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return {}


def _instant(written: str) -> datetime:
    return datetime.fromisoformat(written)


def _remember(file: Path, conditions: list[Condition], faults: dict[str, Fault], now: datetime) -> bool:
    """Whether that could be written."""
    told = {
        "at": now.isoformat(),
        "well": all(condition.well for condition in conditions),
        "faults": {
            what: {
                "since": fault.since.isoformat(),
                "told_at": fault.told_at.isoformat() if fault.told_at else None,
                "says": next((c.says for c in conditions if c.what == what), ""),
            }
            for what, fault in faults.items()
        },
    }
    try:
        put(file, json.dumps(told, ensure_ascii=False))
    except OSError:
        return False
    return True
