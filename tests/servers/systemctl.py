"""What `systemctl` and `journalctl` do on a throwaway machine, where systemd is not the first process.

It obeys the unit files that were installed: user, command, environment and readiness are theirs. Walls that
only systemd itself can build are left out; `tests/test_service.py` asks systemd about those.
"""

import os
import pwd
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

UNITS = Path("/etc/systemd/system")
RUN, JOURNAL = Path("/run"), Path("/var/log")
# systemd's own patience with a service that starts or stops.
SECONDS = 90.0


def keys(unit: str) -> dict[str, str]:
    """What a unit file says; of a key that stands there twice the last."""
    return dict(re.findall(r"^(\w+)=(.*)$", (UNITS / unit).read_text("utf-8"), re.MULTILINE))


def pid(name: str) -> int | None:
    """The process of a service that runs."""
    try:
        number = int((RUN / f"{name}.pid").read_text("ascii"))
        os.kill(number, 0)
    except (OSError, ValueError):
        return None
    return number


def start(name: str) -> None:
    """Start a service and wait until it says that it is ready."""
    if pid(name):
        return
    said = keys(f"{name}.service")
    for key, value in re.findall(r"(\w+)=(\S+)", said.get("Environment", "")):
        os.environ[key] = value
    ready_end, keeper_end = os.pipe()
    if os.fork() == 0:
        os.close(ready_end)
        keep(name, said, keeper_end)
        os._exit(0)
    os.close(keeper_end)
    if not os.read(ready_end, 1):
        sys.exit(f"{name} did not start; see journalctl -u {name}")


def keep(name: str, said: dict[str, str], ready: int) -> None:
    """Be what systemd is to a service: its parent, and the socket that it tells of itself."""
    os.setsid()
    told = RUN / f"{name}.notify"
    told.unlink(missing_ok=True)
    user = pwd.getpwnam(said["User"])
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear, (JOURNAL / f"{name}.log").open("ab") as log:
        ear.bind(str(told))
        told.chmod(0o666)
        ear.settimeout(SECONDS)
        service = subprocess.Popen(
            said["ExecStart"].split(),
            user=user.pw_uid,
            group=user.pw_gid,
            extra_groups=[],
            umask=int(said.get("UMask", "0022"), 8),
            cwd="/",
            env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "NOTIFY_SOCKET": str(told)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        (RUN / f"{name}.pid").write_text(str(service.pid), "ascii")
        for stream in (0, 1, 2):
            os.dup2(log.fileno(), stream)
        ear.settimeout(0.2)
        while service.poll() is None:
            try:
                if b"READY=1" in ear.recv(4096):
                    os.write(ready, b"1")
            except TimeoutError:
                continue
        (RUN / f"{name}.pid").unlink(missing_ok=True)


def stop(name: str) -> None:
    """End a service as systemd does: SIGTERM, patience, SIGKILL."""
    if (number := pid(name)) is None:
        return
    os.kill(number, signal.SIGTERM)
    ends = time.monotonic() + SECONDS
    while pid(name):
        if time.monotonic() > ends:
            os.kill(number, signal.SIGKILL)
        time.sleep(0.05)


def of_units(verb: str, names: list[str]) -> None:
    """Do `verb` to each service; a timer only has to be one."""
    for name in (name.removesuffix(".service") for name in names):
        if name.endswith(".timer"):
            assert (UNITS / name).is_file(), name
            continue
        if verb in {"stop", "restart"}:
            stop(name)
        if verb in {"start", "restart", "enable"}:
            start(name)
        if verb == "reload":
            os.kill(pid(name) or sys.exit(f"{name} is not running"), signal.SIGHUP)


def main(program: str, words: list[str]) -> None:
    """Obey one command line."""
    if program == "journalctl":
        name = words[words.index("-u") + 1]
        sys.stdout.write((JOURNAL / f"{name}.log").read_text("utf-8"))
        return
    verb, *names = [word for word in words if not word.startswith("--")]
    if verb == "daemon-reload":
        for unit in sorted(UNITS.glob("mailbot*")):
            subprocess.run(["systemd-analyze", "verify", "--man=no", str(unit)], check=True)
    elif verb in {"start", "stop", "restart", "reload", "enable"}:
        of_units(verb, names)
    else:
        sys.exit(f"systemctl {verb} is not known here")


main(Path(sys.argv[0]).name, sys.argv[1:])
