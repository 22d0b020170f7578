"""Prints the part of the lock file that mailbot needs to run, without the developers' tools.

    python systemd/debian/runtime.py requirements.lock

It follows what the installed distributions say that they require, beginning with mailbot itself.
"""

import re
import sys
from importlib.metadata import requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

_PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==")


def needed() -> set[str]:
    """The names of all distributions that mailbot imports, directly or by others, on this machine."""
    found: set[str] = set()
    open_ = [("mailbot", frozenset[str]())]
    seen = set()
    while open_:
        name, extras = open_.pop()
        for line in requires(name) or ():
            requirement = Requirement(line)
            marker = requirement.marker
            if marker is None or any(marker.evaluate({"extra": extra}) for extra in ("", *extras)):
                other = (canonicalize_name(requirement.name), frozenset(requirement.extras))
                found.add(other[0])
                if other not in seen:
                    seen.add(other)
                    open_.append(other)
    return found


def pins(lock: str) -> dict[str, str]:
    """The lock's entries by name, each with its hashes."""
    entries = re.split(r"(?m)^(?=[A-Za-z0-9])", lock)
    return {canonicalize_name(pin[1]): entry for entry in entries if (pin := _PIN.match(entry))}


def main() -> None:
    """Print the entries; fail if one is missing."""
    locked, wanted = pins(Path(sys.argv[1]).read_text(encoding="utf-8")), needed()
    if missing := wanted - locked.keys():
        sys.exit(f"not in the lock file: {', '.join(sorted(missing))}")
    sys.stdout.writelines(locked[name] for name in sorted(wanted))


if __name__ == "__main__":
    main()
