"""How well mails are judged: `make accuracy`. Prints tables, keeps the figures, compares with the kept ones.

Ends with 1 where something is decided wrongly more often than in the kept result; a question too many is
printed and no failure, for a wrong "received" hurts more than a question.
"""

import argparse
import json
import shutil
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

from cases import (
    ROOT,
    Case,
    Outcome,
    judged,
    museum_mails,
    of_museum,
    of_titles,
    of_titles_as_mails,
    of_year,
    read_title,
    rows,
)
from documents import of_documents

RESULT = Path("bench/results/accuracy.json")
BUCKETS = (0.8, 0.9, 0.95, 0.98, 0.995, 1.01)
TABLES = ("titles_open", "titles_blind", "titles_made")
ROUNDS = 7
MOST_CONFUSIONS = 60


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--without-year", action="store_true", help="leave the rehearsed year out (a minute)")
    parser.add_argument("--without-documents", action="store_true", help="leave real files out (two minutes)")
    options = parser.parse_args()
    kept = _kept()
    mails = museum_mails()
    cases = [case for table in TABLES for case in (*of_titles(table), *of_titles_as_mails(table))]
    cases += of_museum(mails)
    if not options.without_documents:
        print("reading real documents ...", file=sys.stderr)
        cases += of_documents()
    if not options.without_year:
        print("rehearsing a year ...", file=sys.stderr)
        cases += of_year()
    result = {
        "sets": _by_kind(cases),
        "sources": _by_source(cases),
        "calibration": _calibration(cases),
        "speed": {
            "title, microseconds": _speed_of_titles(),
            "mail without extraction, milliseconds": _speed_of_mails(mails),
        },
        "confusions": [f"{c.of}: {c.name[:110]}: {c.says}" for c in cases if c.outcome is not Outcome.EXACT],
    }
    _print(result)
    (ROOT / RESULT).write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    sys.exit(1 if _compared(result, kept) else 0)


def _by_kind(cases: Iterable[Case]) -> dict[str, dict[str, dict[str, int]]]:
    """For each set and kind how many there are of each outcome, with `all` as the first kind."""
    counted: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for case in cases:
        for kind in ("all", case.kind):
            counted[case.of][kind][case.outcome] += 1
    return {of: {kind: _outcomes(c) for kind, c in kinds.items()} for of, kinds in counted.items()}


def _by_source(cases: Iterable[Case]) -> dict[str, dict[str, int]]:
    """The outcomes of mails by where their periods were read."""
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for case in cases:
        for source in case.sources:
            counted[source][case.outcome] += 1
    return {source: _outcomes(counter) for source, counter in sorted(counted.items())}


def _outcomes(counter: Counter[str]) -> dict[str, int]:
    return {"n": counter.total(), **{str(outcome): counter[outcome] for outcome in Outcome}}


def _calibration(cases: Iterable[Case]) -> dict[str, dict[str, float]]:
    """What was filed, by how sure it was said to be, and how often it was right."""
    found: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    for case in cases:
        if case.sure is not None:
            low = max(edge for edge in BUCKETS if edge <= max(case.sure, BUCKETS[0]))
            found[f"from {low}"].append((case.sure, case.outcome is Outcome.EXACT))
    return {
        bucket: {
            "n": len(filed),
            "said": round(sum(sure for sure, _ in filed) / len(filed), 4),
            "right": round(sum(right for _, right in filed) / len(filed), 4),
        }
        for bucket, filed in sorted(found.items())
    }


def _speed_of_titles() -> float:
    titles = [row.title for table in TABLES for row in rows(table)]
    return round(_seconds(lambda: [read_title(title) for title in titles]) / len(titles) * 1e6, 1)


def _speed_of_mails(mails: list[Any]) -> float:
    seconds = _seconds(lambda: [judged(label, mail) for _, label, mail in mails])
    return round(seconds / len(mails) * 1e3, 3)


def _seconds(work: Callable[[], object]) -> float:
    """The median of several rounds, after one that nobody times."""
    work()
    taken = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        work()
        taken.append(time.process_time() - begun)
    return median(taken)


def _print(result: dict[str, Any]) -> None:
    print(f"{'':26}{'':20}{'n':>6}{'exact':>9}{'unclear':>9}{'wrong':>9}")
    for of, kinds in result["sets"].items():
        for kind, counts in kinds.items():
            print(f"{of if kind == 'all' else '':26}{kind:20}{_line(counts)}")
    print("\nwhat is asked of it, on real titles")
    for what, share, asked in _targets(result["sets"]):
        print(f"{'':2}{what:60}{100 * share:8.1f}%   asked: {asked}")
    print("\nby where the period was read")
    for source, counts in result["sources"].items():
        print(f"{'':26}{source:20}{_line(counts)}")
    print("\nhow sure, and how often right (what was filed)")
    for bucket, filed in result["calibration"].items():
        print(f"{'':26}{bucket:20}{filed['n']:6}   said {filed['said']:.3f}   right {filed['right']:.3f}")
    print("\nconfusions")
    for confusion in result["confusions"][:MOST_CONFUSIONS]:
        print(f"  {confusion}")
    if len(result["confusions"]) > MOST_CONFUSIONS:
        print(f"  and {len(result['confusions']) - MOST_CONFUSIONS} more in {RESULT}")
    print()
    for what, figure in result["speed"].items():
        print(f"one {what}: {figure}")


def _targets(sets: dict[str, Any]) -> Iterator[tuple[str, float, str]]:
    for table in ("titles_open", "titles_blind"):
        titles = {kind: counts for kind, counts in sets[table].items() if kind not in {"all", "none"}}
        carrying = sum(counts["n"] for counts in titles.values())
        for outcome, asked in ((Outcome.EXACT, "at least 97 %"), (Outcome.WRONG, "at most 0.5 %")):
            share = sum(counts[outcome] for counts in titles.values()) / carrying
            yield f"{table}, titles that carry a period: {outcome}", share, asked
        nothing = sets[f"{table}, type"]["fulfils nothing"]
        known = nothing[Outcome.EXACT] / nothing["n"]
        yield f"{table}, documents that fulfil nothing, known as such", known, "at least 97 %"
    for place in (place for place in ("title as heading", "document alone") if place in sets):
        alone = sets[place]["all"]
        yield f"{place}: exact", alone[Outcome.EXACT] / alone["n"], "at least 95 %"


def _line(counts: dict[str, int]) -> str:
    shares = (f"{100 * counts[outcome] / counts['n']:8.1f}%" for outcome in Outcome)
    return f"{counts['n']:6}" + "".join(shares)


def _kept() -> dict[str, Any]:
    """The result that was committed last; else the one of the last run."""
    path, written = ROOT / RESULT, ""
    if shutil.which("git"):
        shown = subprocess.run(
            ["git", "show", f"HEAD:{RESULT}"], cwd=ROOT, capture_output=True, check=False, text=True
        )
        written = shown.stdout if shown.returncode == 0 else ""
    if not written:
        written = path.read_text("utf-8") if path.is_file() else "{}"
    kept: dict[str, Any] = json.loads(written)
    return kept


def _compared(result: dict[str, Any], kept: dict[str, Any]) -> bool:
    """Print what became better or worse; tell whether more is wrong than was, in any set that is the same."""
    worse = False
    print(f"\nagainst the kept {RESULT}" if kept else "\nnothing kept to compare with")
    for of in [of for of in result["sets"] if of in kept.get("sets", {})]:
        now, then = result["sets"][of]["all"], kept["sets"][of]["all"]
        if now["n"] != then["n"]:
            print(f"  {of}: another set than before, {then['n']} then and {now['n']} now; not compared")
            continue
        for outcome in (Outcome.EXACT, Outcome.WRONG):
            moved = now[outcome] / now["n"] - then[outcome] / then["n"]
            if not moved:
                continue
            good = (moved > 0) == (outcome is Outcome.EXACT)
            worse = worse or (outcome is Outcome.WRONG and not good)
            print(f"  {'better' if good else 'WORSE '}  {of}: {outcome} {100 * moved:+.2f} points")
    return worse


if __name__ == "__main__":
    main()
