"""`verify`: whether ledger and archive hold what they promise."""

import sys

import click

from mailbot.cli.bar import bar
from mailbot.cli.options import configured, moment, with_config, with_json
from mailbot.cli.printing import print_json, say, visible
from mailbot.daemon.audit import audit
from mailbot.daemon.house import opened
from mailbot.daemon.progress import unseen


@click.command()
@click.option("--quick", is_flag=True, help="Do not read the archived mails, only see that they are there.")
@with_json
@with_config
def verify(quick: bool, as_json: bool, config_path: str | None) -> None:
    """Check all that must hold of ledger and archive; exit status 1 if something does not.

    It changes nothing and may run beside the daemon. The last line is the head of the chain of facts: note it
    somewhere else, and you can prove later that nothing before it was changed.
    """
    with opened(configured(config_path)) as house:
        progress = unseen if quick else bar("Reading the archived mails")
        findings = list(audit(house, moment(None), bytes_too=not quick, progress=progress))
        head = house.ledger.head
    well = all(finding.well for finding in findings)
    if as_json:
        rows = [{"what": f.what, "well": f.well, "faults": list(f.faults)} for f in findings]
        print_json({"well": well, "head": head, "rows": rows})
    else:
        for finding in findings:
            say(f"{'well ' if finding.well else 'FAULT'}  {finding.what}")
            for fault in finding.faults:
                say(f"         {visible(fault)}")
        say(f"head   {head or 'no facts yet'}")
    sys.exit(0 if well else 1)
