"""`explain` and `ingest`: mails judged, without and with recording them."""

import hashlib
import sys
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click

from mailbot.cli.described import of_arrival, of_mail, of_verdict
from mailbot.cli.options import Instant, config_file, configured, with_config, with_json
from mailbot.cli.printing import iso, print_json, print_rows, say
from mailbot.cli.reasons import reasons
from mailbot.clock import system_clock
from mailbot.core.calendar import local
from mailbot.core.classify import Known, classify
from mailbot.core.duty import DutyKey, opened_duties
from mailbot.core.mail import Clocks, Mail, arrival_time
from mailbot.core.rules import Rules
from mailbot.core.senders.doubtful import weighed
from mailbot.daemon.witness import Witness
from mailbot.inbox.archive import Archive
from mailbot.inbox.extract import Reader
from mailbot.inbox.files import Unreadable, read_paths
from mailbot.resources import resource
from mailbot.rulebook import load_rules

DEFAULT_PROFILE = "thai-nguyen-2013"
# A report that is older is seldom the one that is meant.
_OWED_SINCE = timedelta(days=60)


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--arrived-at", type=Instant(), help="Judge as if it had arrived then.")
@with_json
@with_config
def explain(
    files: tuple[str, ...], arrived_at: datetime | None, as_json: bool, config_path: str | None
) -> None:
    """Judge mails without recording them, and say why.

    FILE is a mail, an mbox, a Maildir, a folder of .eml files, or - for standard input. Without a
    configuration the rules that come with mailbot are used.
    """
    path = config_file(config_path)
    rules, witness = load_rules(resource("rules") / DEFAULT_PROFILE), Witness()
    if config_path or path.is_file():
        config = configured(config_path)
        rules = load_rules(config.rules)
        witness = Witness.of(config.authentication, config.inbox.boundary)
    failed = False
    for label, found in _mails(files, rules):
        if found is None:
            failed = True
            continue
        told = _explained(label, *found, rules, arrived_at, witness)
        if as_json:
            print_json(told)
        else:
            for line in reasons(told, rules):
                say(line)
    sys.exit(1 if failed else 0)


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--post", is_flag=True, help="Answer these mails; without it no letter follows from them.")
@click.option("--arrived-at", type=Instant(), help="The arrival time of all of them.")
@with_json
@with_config
def ingest(
    paths: tuple[str, ...], post: bool, arrived_at: datetime | None, as_json: bool, config_path: str | None
) -> None:
    """Take mails in through the real intake: .eml files, mbox files, Maildirs, or - for standard input."""
    from mailbot.daemon.house import opened  # noqa: PLC0415 - the ledger's libraries take half a second
    from mailbot.daemon.terms import Terms  # noqa: PLC0415

    config = configured(config_path)
    terms = Terms(muted=not post, given_at=arrived_at)
    numbers: list[int] = []
    read, failed = 0, False
    with opened(config) as house:
        intake = house.intake(terms)
        for label, raw in read_paths([*paths], house.archive, sys.stdin.buffer):
            if isinstance(raw, Unreadable):
                failed = True
                click.echo(f"mailbot: {label}: {raw.says}", err=True)
            else:
                read += 1
                numbers += intake.take_in([raw])
        book = house.ledger.book()
        # One that is taken in once more was kept until it was known.
        intake.discard_sealed()
        rows = [of_arrival(book.by_number[number], book) for number in numbers]
    print_rows(rows, as_json=as_json, columns=("arrival", "kind", "unit", "periods", "arrived_at", "subject"))
    if not rows and not failed:
        why = f"all {read} are on record already" if read else f"there is no mail in {', '.join(paths)}"
        click.echo(f"mailbot: nothing was taken in: {why}", err=True)
    sys.exit(1 if failed else 0)


def _mails(files: tuple[str, ...], rules: Rules) -> Iterator[tuple[str, tuple[Mail, Path] | None]]:
    """Each mail with the file that holds its bytes, or None where it cannot be read."""
    own = frozenset({rules.office.mailbox})
    with tempfile.TemporaryDirectory(prefix="mailbot-") as folder, Reader() as reader:
        archive = Archive(Path(folder) / "archive")

        def read(path: Path, sha256: str, size: int) -> tuple[Mail, Path]:
            return reader.whole(path, sha256=sha256, size=size, own_addresses=own), path

        for name in files:
            path = Path(name)
            if path.is_file() and not _is_mbox(path):
                with path.open("rb") as file:
                    sha256 = hashlib.file_digest(file, "sha256").hexdigest()
                yield name, read(path.absolute(), sha256, path.stat().st_size)
                continue
            for label, raw in read_paths([name], archive, sys.stdin.buffer):
                if isinstance(raw, Unreadable):
                    click.echo(f"mailbot: {label}: {raw.says}", err=True)
                    yield label, None
                else:
                    yield label, read(archive.path(raw.sha256), raw.sha256, raw.size)


def _is_mbox(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(5) == b"From "


def _explained(
    label: str, mail: Mail, raw: Path, rules: Rules, given_at: datetime | None, witness: Witness
) -> dict[str, Any]:
    clocks = Clocks(seen_at=system_clock(), given_at=given_at, received=mail.received, dated_at=mail.dated_at)
    arrived_at, clock = arrival_time(clocks, witness.trust.boundary)
    mail = witness.proved(mail, raw, rules, local(arrived_at).date())
    judged = classify(mail, rules, arrived_at, Known(open=_owed(rules, arrived_at)))
    verdict = weighed(judged, mail, pausing=witness.pausing)
    return {
        "file": label,
        **of_verdict(verdict),
        "arrived_at": iso(arrived_at),
        "clock": str(clock),
        **of_mail(mail, verdict),
    }


def _owed(rules: Rules, now: datetime) -> frozenset[DutyKey]:
    """What the rules ask for around `now`; without a ledger nobody knows what was handed in."""
    return frozenset(duty.key for duty in opened_duties(rules, now, now - _OWED_SINCE))
