"""`make bench`: all parts, or those that are named."""

import argparse
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path

from mailbot import log
from speed.bench import Bench
from speed.figure import Figure
from speed.office import as_installed
from speed.results import Results
from speed.scale import SCALES

PARTS = ("ingest", "kills", "receipts", "idle", "planning", "sending", "starts", "years", "provinces")


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; all without any")
    reader.add_argument("--scale", choices=SCALES, default="full", help="short takes some minutes")
    reader.add_argument("--rounds", type=int, help="instead of the scale's own number")
    reader.add_argument("--out", type=Path, default=Path("bench/results/speed.json"))
    reader.add_argument("--folder", type=Path, help="where mails and ledgers are put meanwhile")
    asked = reader.parse_args()
    if unknown := set(asked.parts) - set(PARTS):
        reader.error(f"no such part: {', '.join(sorted(unknown))}")
    log.configure("error", "console")
    as_installed()
    scale = SCALES[asked.scale]
    results = Results(asked.out, asked.scale)
    failed: list[str] = []
    with (
        tempfile.TemporaryDirectory(prefix="mailbot-bench-", dir=asked.folder) as folder,
        Bench(replace(scale, rounds=asked.rounds or scale.rounds), Path(folder)) as bench,
    ):
        # Peers that refuse to be root have to get through.
        Path(folder).chmod(0o755)
        for part in asked.parts or PARTS:
            print(part, file=sys.stderr, flush=True)
            measure: Callable[[Bench], Iterator[Figure]] = import_module(f"speed.{part}").measure
            try:
                for figure in measure(bench):
                    results.add(figure)
            except Exception:  # noqa: BLE001 - as said below
                # The others took half an hour too; what is missing is seen by the exit status.
                traceback.print_exc()
                failed.append(part)
    print(results.table())
    if failed:
        sys.exit(f"not measured to the end: {', '.join(failed)}")


if __name__ == "__main__":
    main()
