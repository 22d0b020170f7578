"""Coverage-guided fuzzing of what reads strangers' octets: `make fuzz`, an hour by default.

Each target is a function that must never raise, whatever it is given. A finding is written to
`fuzz-findings/`; make it an entry of the corpus, or an exhibit of `tests/mails`, and mend the code.
"""

import argparse
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

TESTS = Path(__file__).parents[1]
FINDINGS = TESTS.parent / "fuzz-findings"
_MOST_OCTETS = 20_000
# What libFuzzer says at its end; of a finding its last words are shown, with the trace.
_INPUTS = re.compile(r"stat::number_of_executed_units:\s*(\d+)")
_TOLD = 6_000
# libFuzzer's own: somebody ended it, which is no finding, and no whole run either.
_ENDED = {72: "interrupted"}


def _text(octets: bytes) -> str:
    return octets.decode("utf-8", "surrogateescape")


def mail(octets: bytes) -> None:
    """A whole mail, as the cage reads it, and the taking apart of it for its attachments."""
    from mailbot.inbox.extract.nested_mail import walk
    from mailbot.inbox.extract.opening import CannotRead
    from mailbot.inbox.parse import parse_octets

    parse_octets(octets, sha256="0" * 64, size=len(octets))
    try:
        walk(octets)
    except CannotRead:
        pass


def header(octets: bytes) -> None:
    """The splitting of a header block: no octet is lost, and no field holds what splits lines."""
    from mailbot.inbox.fields import read_block

    block = read_block(octets, 0, len(octets))
    assert 0 <= block.body_at <= len(octets)
    for field in block.fields:
        assert not {b"\r", b"\n", b"\0"}.intersection(field.value)


def words(octets: bytes) -> None:
    """Encoded words and parameters."""
    from mailbot.inbox.words import file_names, header_text, parameters

    assert "\n" not in header_text(octets).text
    parameters(octets)
    file_names(octets)


def title(octets: bytes) -> None:
    """The grammar of periods and types, and the marks of secrecy."""
    from mailbot.core.reading.titles import read_title
    from mailbot.core.seals.secrecy import in_document, in_name, in_title

    text = _text(octets)[:2_000]
    read_title(text)
    in_title(text), in_name(text), in_document(text)


def report(octets: bytes) -> None:
    """Delivery reports (RFC 3464)."""
    from mailbot.inbox.machines.report import read_report

    read_report(octets)


def results(octets: bytes) -> None:
    """Authentication-Results (RFC 8601)."""
    from mailbot.core.senders.auth_results import read_results

    try:
        read_results(_text(octets))
    except ValueError:
        # What it is meant to say of what is no such field: no evidence.
        pass


TARGETS: dict[str, Callable[[bytes], None]] = {
    target.__name__: target for target in (mail, header, words, title, report, results)
}


def _seeds(folder: Path) -> None:
    sys.path.insert(0, str(TESTS))
    from hostile.corpus import ENTRIES

    for path in (TESTS / "mails").glob("*.eml"):
        (folder / path.name).write_bytes(path.read_bytes()[:_MOST_OCTETS])
    light = (entry for entry in ENTRIES if entry.id not in {"H59", "H60", "H61", "H68"})
    for entry in light:
        if len(raw := entry.raw()) <= _MOST_OCTETS:
            (folder / entry.id).write_bytes(raw)


def _fuzz(name: str, arguments: list[str]) -> None:
    import atheris

    with atheris.instrument_imports():
        TARGETS[name](b"")
    atheris.Setup([sys.argv[0], *arguments], TARGETS[name])
    atheris.Fuzz()


def main() -> None:
    """Fuzz every target for its share of the time; exit status 1 if one was broken."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seconds", type=int, default=3_600)
    asked.add_argument("--target", choices=TARGETS)
    given, rest = asked.parse_known_args()
    if given.target and rest:
        _fuzz(given.target, rest)
        return
    names = [given.target] if given.target else list(TARGETS)
    FINDINGS.mkdir(exist_ok=True)
    broken = []
    with tempfile.TemporaryDirectory() as folder:
        _seeds(Path(folder))
        for name in names:
            limits = [
                f"-max_total_time={given.seconds // len(names)}",
                f"-max_len={_MOST_OCTETS}",
                "-timeout=20",
                "-print_final_stats=1",
            ]
            limits += [f"-artifact_prefix={FINDINGS}/{name}-", "-rss_limit_mb=2048", "-verbosity=0"]
            done = subprocess.run(
                [sys.executable, __file__, "--target", name, *limits, folder],
                check=False,
                stderr=subprocess.PIPE,
                text=True,
                errors="replace",
            )
            inputs = _INPUTS.search(done.stderr)
            tried = f"{int(inputs[1]):,} inputs" if inputs else "no count"
            came = "nothing found" if not done.returncode else _ENDED.get(done.returncode, "broken")
            print(f"{name}: {tried}, {came}", flush=True)
            if done.returncode:
                print(done.stderr[-_TOLD:], file=sys.stderr)
            broken += [name] if done.returncode else []
    sys.exit(bool(broken))


if __name__ == "__main__":
    main()
