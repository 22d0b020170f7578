"""`upgrade`: an office made by an older mailbot gets the templates that this one needs."""

import click

from mailbot.cli.office_files import Fate, bring_up_to_date, differences
from mailbot.cli.options import config_file, with_config, with_json
from mailbot.cli.printing import print_json
from mailbot.config import load_config

_SAYS = {
    Fate.ADDED: "new in this version",
    Fate.REPLACED: "nobody had edited it",
    Fate.KEPT: "edited here, and changed in this version: it stays as it is",
}


@click.command()
@click.option("--dry-run", is_flag=True, help="Only show what would be done.")
@with_json
@with_config
def upgrade(dry_run: bool, as_json: bool, config_path: str | None) -> None:
    """Bring an office's templates up to this version; edited ones stay as they are.

    Files that are new are added, files that nobody edited follow this version, and of an edited one the
    difference is shown once, for a person to take over what he wants. The ledger brings itself up to date as
    soon as it is opened.
    """
    folder = load_config(config_file(config_path)).templates
    found = list(differences(folder))
    if not dry_run:
        bring_up_to_date(folder, found)
    if as_json:
        rows = [{"file": f.name, "fate": str(f.fate), "difference": list(f.lines)} for f in found]
        print_json({"dry_run": dry_run, "rows": rows})
        return
    for one in found:
        click.echo(f"{one.fate:<9} {one.name}  ({_SAYS[one.fate]})")
        for line in one.lines:
            click.echo(f"    {line}")
    if not found:
        click.echo(f"the templates in {folder} are those of this version, or the office's own")
