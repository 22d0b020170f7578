"""All that is known of one mail, or one letter, as lines for people; `told` is what `--json` prints of it."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from mailbot.cli.printing import short, visible
from mailbot.cli.reasons import KINDS, reasons
from mailbot.core.rules import Rules

_CLOCKS = {
    "given_at": "cán bộ ghi",
    "server_at": "máy chủ thư nhận",
    "seen_at": "mailbot đọc",
    "dated_at": "người gửi ghi (chỉ để xem)",
}


def of_a_mail(told: Mapping[str, Any], rules: Rules | None) -> Iterator[str]:
    """How an arrival counts and on what grounds, what it consists of, what people ruled, what answered it."""
    yield from reasons({**told, "file": f"Thư đến số {told['arrival']}"}, rules)
    if told["files"]:
        yield "  Tệp:"
    for file in told["files"]:
        yield f"  - {visible(file['name'])} ({file['size']} byte, SHA-256 {file['sha256'][:12]}…)"
    yield "  Các mốc giờ:"
    for name, says in _CLOCKS.items():
        if told["clocks"][name]:
            yield f"  - {says}: {_at(told['clocks'][name])}"
    if told["muted"]:
        yield "  Không trả lời thư này (nhận không kèm --post, hoặc trước go_live)"
    if told["ruled"]:
        yield f"  Lúc đến được xem là: {KINDS.get(told['judged_as']['kind'], told['judged_as']['kind'])}"
    for ruling in told["rulings"]:
        yield f"  Quyết định: {_at(ruling['ruled_at'])}, {visible(ruling['by'])}: {visible(ruling['why'])}"
    for letter in told["letters"]:
        why = f": {visible(letter['held_why'])}" if letter["held_why"] else ""
        yield f"  Thư đi số {letter['letter']}: {letter['kind']}, {letter['state']}{why}"
    yield f"  SHA-256: {told['sha256']}"


def of_a_letter(told: Mapping[str, Any]) -> Iterator[str]:
    """A letter's envelope, its life with a line for each thing that happened to it, and its text."""
    for name in ("letter", "kind", "state", "unit", "recipients", "keys", "subject", "message_id"):
        value = told[name]
        said = ", ".join(value) if isinstance(value, list) else value
        yield f"{name}: {'-' if said is None else visible(str(said))}"
    yield ""
    yield from _life(told)
    yield ""
    yield from told["text"].splitlines()


def _life(told: Mapping[str, Any]) -> Iterator[str]:
    yield f"{_at(told['queued_at'])} written, batch {told['batch']}"
    if told["held_why"]:
        yield f"waits for a person: {visible(told['held_why'])}"
    for attempt in told["attempts"]:
        named = f" as {attempt['queue_id']}" if attempt["queue_id"] else ""
        outcome = attempt["outcome"] or "not over yet"
        yield f"{_at(attempt['began_at'])} tried: {outcome}{named}: {visible(attempt['reply'])}"
        for one in attempt["recipients"]:
            yield f"    {one['recipient']}: {one['fate']} at {one['stage']}: {visible(one['reply'])}"
    for echo in told["echoes"]:
        mail = f", arrival {echo['arrival']}" if echo["arrival"] else ""
        yield f"{_at(echo['at'])} {echo['action']} {echo['recipient'] or ''} {echo['status'] or ''}{mail}"
    if told["settled_at"]:
        yield f"{_at(told['settled_at'])} {told['state']}"


def _at(instant: str) -> str:
    return short(datetime.fromisoformat(instant))
