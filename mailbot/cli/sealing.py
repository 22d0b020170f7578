"""`seal`: a mail that is secret and bore no mark loses every word here."""

from collections.abc import Iterator, Sequence
from datetime import datetime

import click

from mailbot.cli.options import Number, configured, moment, with_by, with_config, with_json, with_now
from mailbot.cli.printing import iso, print_json, say
from mailbot.core.rules import StaffRole
from mailbot.core.seals.sealing import is_sealed
from mailbot.core.verdict import Commanded, unit_of
from mailbot.daemon.house import opened
from mailbot.daemon.sealing import papers_with
from mailbot.daemon.sealing import seal as seal_mail
from mailbot.errors import Unavailable
from mailbot.ledger.store import Blanked

_LEFT = (
    "Left for people: the mail itself in the mailbox and its folders; letters that had left and repeated its"
    " words; backups made before now (`mailbot backup DIR` into the same folder takes its bytes out)."
)
_NOBODY = "Nobody of the staff has the role `security`: tell the responsible officer yourself."


@click.command()
@click.argument("number", type=Number())
@with_by("Who seals it.")
@click.option("--yes", is_flag=True, help="Do it; without this, only what would be done is shown.")
@with_now
@with_json
@with_config
def seal(
    number: int, by: str, yes: bool, now: datetime | None, as_json: bool, config_path: str | None
) -> None:
    """Seal arrival NUMBER: a person saw that it is secret, and it bore no mark.

    Its bytes and every word of it that mailbot keeps are removed, for good. What it counts for stays: who
    sent which report, and when. `mailbot settle` corrects that afterwards. The responsible officer and the
    unit get the letters that they get of a mail with a mark.
    """
    with opened(configured(config_path), words=False) as house:
        book = house.ledger.book()
        arrival = book.by_number.get(number)
        if arrival is None:
            raise click.UsageError(f"there is no arrival {number}")
        verdict = book.verdict(arrival)
        if isinstance(arrival.verdict, Commanded):
            raise click.UsageError(f"arrival {number} is a command by reply, and no document")
        told = {"arrival": number, "unit": unit_of(verdict), "arrived_at": iso(arrival.arrived_at)}
        instant = moment(now)
        if is_sealed(arrival) or not yes:
            state = "is sealed already" if is_sealed(arrival) else "would be sealed, for good: --yes does it"
            _say({**told, "sealed": is_sealed(arrival)}, f"arrival {number} {state}", as_json=as_json)
            return
        try:
            done = seal_mail(house, arrival, by=by, now=instant)
        except ValueError as error:
            raise Unavailable(str(error)) from error
        officers = house.rules.office.emails(StaffRole.SECURITY)
        papers = list(papers_with(arrival, (arrival.verdict, verdict), instant))
    form = {
        "facts": done.facts,
        "told": list(done.told),
        "papers": papers,
        "alike": list(done.alike),
        "officers": list(officers),
    }
    _say({**told, "sealed": True, **form}, "\n".join(_lines(done, papers, officers)), as_json=as_json)


def _say(form: dict[str, object], text: str, *, as_json: bool) -> None:
    if as_json:
        print_json(form)
    else:
        for line in text.splitlines():
            say(line)


def _lines(done: Blanked, papers: Sequence[str], officers: Sequence[str]) -> Iterator[str]:
    counted = ", ".join(f"{name} {len(numbers)}" for name, numbers in sorted(done.facts.items()))
    yield f"arrival {done.arrival} is sealed; facts that lost its words: {counted}"
    yield _LEFT
    yield "Papers that may repeat its words, wherever they were written:"
    yield from (f"  {name}" for name in papers)
    if done.told:
        yield f"Letters that repeated its words had gone to: {', '.join(done.told)}"
    if done.alike:
        numbers = ", ".join(map(str, done.alike))
        yield f"These say some of the same, and keep it; is one of them secret, too? {numbers}"
    yield f"The alarm goes to: {', '.join(officers)}" if officers else _NOBODY
