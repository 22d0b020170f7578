"""The real path of a mail, from its bytes to a verdict, and what its label says of it."""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from museum.build import raw_mail

from mailbot.core.calendar import ZONE
from mailbot.core.classify import Known, classify
from mailbot.core.duty import DutyKey, opened_duties
from mailbot.core.mail import Mail
from mailbot.core.rules import Rules
from mailbot.core.verdict import Filed, Ignored, Unclear, Verdict, kind, unit_of
from mailbot.inbox.extract import Reader
from mailbot.resources import resource
from mailbot.rulebook import load_rules

_OWED_SINCE = timedelta(days=100)


@cache
def rules() -> Rules:
    return load_rules(resource("rules") / "thai-nguyen-2013")


def mail_of(entry: Mapping[str, Any], reader: Reader, folder: Path) -> Mail:
    """The mail of an entry, written to `folder`, parsed, and its attachments read."""
    raw = raw_mail(entry)
    sha256 = hashlib.sha256(raw).hexdigest()
    path = folder / sha256
    path.write_bytes(raw)
    own = frozenset({rules().office.mailbox})
    return reader.whole(path, sha256=sha256, size=len(raw), own_addresses=own)


def judged(entry: Mapping[str, Any], mail: Mail) -> Verdict:
    owed = _owed(entry["arrived_at"].date())
    return classify(mail, rules(), entry["arrived_at"], Known(twin=entry.get("twin"), open=owed))


@cache
def _owed(on: date) -> frozenset[DutyKey]:
    """What is announced and not long past, as if nothing had been handed in."""
    now = datetime.combine(on, time(12), ZONE)
    return frozenset(duty.key for duty in opened_duties(rules(), now, now - _OWED_SINCE))


def told(verdict: Verdict, mail: Mail) -> dict[str, Any]:
    """What was decided, in the words of a label."""
    findings = verdict.findings
    filed = verdict.filings if isinstance(verdict, Filed) else ()
    return {
        "kind": kind(verdict),
        "unit": unit_of(verdict) or "",
        "filings": sorted(f"{filing.report} {filing.period}" for filing in filed),
        "periods": sorted(map(str, findings.periods)),
        "document_type": findings.document_type,
        "question": str(verdict.question) if isinstance(verdict, Unclear) else "",
        "reason": str(verdict.reason) if isinstance(verdict, Ignored) else "",
        "failed_recipients": list(mail.failed_recipients),
    }


def differences(expect: Mapping[str, Any], got: Mapping[str, Any]) -> Iterator[str]:
    """Where a verdict differs from its label. A list of words means that a clerk may do either."""
    for name, wanted in expect.items():
        if name == "why" or (name == "question" and got["kind"] != "unclear"):
            continue
        if name == "filings" and got["kind"] != "filed" and "filed" not in _either(expect["kind"])[:1]:
            continue
        if name in {"filings", "periods", "failed_recipients"}:
            right = sorted(wanted) == sorted(got[name])
        else:
            right = got[name] in _either(wanted)
        if not right:
            yield f"{name}: {got[name]!r} instead of {wanted!r}"


def _either(wanted: Any) -> list[Any]:
    return wanted if isinstance(wanted, list) else [wanted]
