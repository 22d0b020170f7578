"""Forged proofs of the sender, as entries of the corpus: none reaches a level that it should not."""

import hashlib
from pathlib import Path

import pytest
from hostile.senders import EVERY, Forged, judged
from hostile.table import DOORS, PAGE, TESTS, door_rows, level_row

from mailbot.core.mail import Level, Proof
from mailbot.inbox.parse import parse_octets


def proof_of(entry: Forged, _: Path | None = None) -> Proof:
    raw = entry.raw()
    return judged(entry, parse_octets(raw, sha256=hashlib.sha256(raw).hexdigest(), size=len(raw)))


@pytest.mark.parametrize("entry", EVERY, ids=lambda entry: entry.id)
def test_a_forged_proof_reaches_no_level_that_it_should_not(entry: Forged) -> None:
    proof = proof_of(entry)
    assert proof.level in entry.levels, proof
    assert proof.alarming or not entry.alarming
    assert level_row(entry, proof) in PAGE.read_text("utf-8"), "make corpus"


def test_what_is_honest_beside_it_is_believed() -> None:
    honest = [entry for entry in EVERY if entry.levels == (Level.DOMAIN,)]
    assert {entry.id for entry in honest} >= {"H20c", "H24", "H30x"}


def test_what_other_tests_bring_about_is_on_the_page_and_exists() -> None:
    page = PAGE.read_text("utf-8")
    assert all(line in page for line in door_rows()), "make corpus"
    for *_, test in DOORS:
        file, _, name = test.partition("::")
        assert f"def {name}(" in (TESTS / file).read_text("utf-8") if name else (TESTS / file).is_file()
