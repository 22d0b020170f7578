"""Notes on assignments, as `task`, `question` and `travel` take them."""

from dataclasses import replace
from typing import Any

import click

from mailbot.cli.options import Command, configured, moment, with_by
from mailbot.cli.printing import print_json
from mailbot.cli.progressing import line_of, of_line
from mailbot.core.seals import secrecy
from mailbot.core.tasks.assignment import ENDED, REOPENING, Channel, Note, PortalQuestion, Task, Travel, Word
from mailbot.core.tasks.progress import State
from mailbot.daemon.house import House, opened

_CHANNELS = click.Choice([str(channel) for channel in Channel])
_WORDS = click.Choice([str(word) for word in Word])
# Without a reason nobody would know later why these do not count.
_NEED_A_REASON = frozenset({*ENDED, Word.NOT_DONE, Word.REFUSED, Word.WRONG})


def with_note(command: Command) -> Command:
    """Give the command what a note consists of."""
    for option in (
        with_by("Who records it."),
        click.option("--channel", type=_CHANNELS, default="system", help="How it became known."),
        click.option("--proposal", default="", help="What the unit proposes or asks for."),
        click.option(
            "--why", "reason", default="", help="The reason; a unit whose answer does not do reads it."
        ),
        click.option(
            "--state",
            "word",
            type=_WORDS,
            metavar="STATE",
            help=f"What is so [by the command]: {', '.join(_WORDS.choices)}.",
        ),
    ):
        command = option(command)
    return command


def enter_note(
    number: int,
    kind: type[Task] | type[PortalQuestion] | type[Travel],
    usual: Word,
    given: dict[str, Any],
) -> None:
    """Record the note that was given on assignment `number`, and show how it stands then."""
    now = moment(given["now"])
    word = Word(given["word"] or usual)
    reason, proposal = given["reason"].strip(), given["proposal"].strip()
    if word in _NEED_A_REASON and not reason:
        raise click.UsageError("say why with --why")
    if any(map(secrecy.marked, (reason, proposal))):
        raise click.UsageError("it bears a mark of State secrecy, and nothing of it may be entered here")
    with opened(configured(given["config_path"])) as house:
        stands = line_of(house, number, kind, now)
        if given["word"] is None and word in REOPENING and stands.state is State.DONE:
            raise click.UsageError(
                f"{stands.assignment.code} is done; with this note it would have to be done again:"
                f" say --state {word} to mean that"
            )
        draft = Note(
            number=0,
            assignment=number,
            word=word,
            reason=reason,
            proposal=proposal,
            channel=Channel(given["channel"]),
            by=given["by"],
            noted_at=now,
        )
        record_note(house, draft)
        told = of_line(line_of(house, number, kind, now))
    if given["as_json"]:
        print_json(told)
    else:
        click.echo(f"{told['code']}: {told['state']}")


def record_note(house: House, draft: Note) -> None:
    """Record a note; with one that ends the assignment its duty is excused, until one takes that back."""
    book = house.ledger.book()
    duty = book.duties.get(book.assignments[draft.assignment - 1].key)
    notes = book.notes_on.get(draft.assignment, ())
    was_ended = bool(notes) and notes[-1].word in ENDED
    ended = draft.word in ENDED
    changed = None
    # What an official letter excused no note takes back.
    if duty is not None and duty.excused != ended and (ended or was_ended):
        changed = replace(duty, excused=ended, reason=draft.reason if ended else "")
    house.ledger.note(draft, changed, rules=house.rules.fingerprint)
