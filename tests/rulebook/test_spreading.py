"""How rules are spread over files, and in which order, changes no duty."""

import re
import shutil
import tempfile
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailbot.core.duty import Duty, duties
from mailbot.core.rules import Rules
from mailbot.errors import Misconfigured
from mailbot.resources import resource
from mailbot.rulebook import fingerprint, load_rules

PROFILE = resource("rules") / "gia-lai-2017-tasks"
_TABLES = re.compile(r"(?m)^(?=\[\[(?:unit|report|day_off|worked)\]\])")


def tables(name: str) -> tuple[str, list[str]]:
    head, *found = _TABLES.split((PROFILE / f"{name}.toml").read_text(encoding="utf-8"))
    return head, found


SHEETS = {name: tables(name) for name in ("units", "reports", "calendar")}


def all_duties(rules: Rules) -> list[Duty]:
    return sorted(duties(rules, date(2017, 1, 1), date(2019, 12, 31)), key=lambda duty: str(duty.key))


PLAIN = load_rules(PROFILE)
DUTIES = all_duties(PLAIN)
orders = st.fixed_dictionaries({name: st.permutations(found) for name, (_, found) in SHEETS.items()})
cuts = st.fixed_dictionaries({name: st.lists(st.integers(0, 40), max_size=3) for name in SHEETS})


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(orders, cuts)
def test_no_duty_is_lost_or_doubled_by_splitting_and_reordering_files(
    ordered: dict[str, list[str]], cut: dict[str, list[int]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        spread = Path(folder) / PROFILE.name
        shutil.copytree(PROFILE, spread)
        for name, (head, _) in SHEETS.items():
            found = ordered[name]
            ends = [0, *sorted(min(end, len(found)) for end in cut[name]), len(found)]
            pages = ["".join(found[start:end]) for start, end in pairwise(ends)]
            # The main file keeps its settings, and one table at least where it must have some.
            (spread / f"{name}.toml").write_text(head + pages[0], encoding="utf-8")
            for number, page in enumerate(pages[1:], 1):
                (spread / f"{name}-{number}.toml").write_text(page, encoding="utf-8")
        rules = load_rules(spread)
    assert all_duties(rules) == DUTIES
    assert set(rules.units) == set(PLAIN.units)
    assert set(rules.reports) == set(PLAIN.reports)
    assert rules.calendar == PLAIN.calendar


def test_loading_again_gives_the_same(tmp_path: Path) -> None:
    copy = shutil.copytree(PROFILE, tmp_path / PROFILE.name)
    again = load_rules(copy)
    assert all_duties(again) == DUTIES
    assert again.fingerprint == PLAIN.fingerprint == fingerprint(PROFILE)
    (copy / "units-them.toml").write_text("# chưa có gì\n", encoding="utf-8")
    assert load_rules(copy).fingerprint != PLAIN.fingerprint


def test_a_fault_in_a_further_file_is_named_there_with_its_line(tmp_path: Path) -> None:
    copy = shutil.copytree(PROFILE, tmp_path / "p")
    _, units = SHEETS["units"]
    (copy / "units-them.toml").write_text(f"# thêm\n\n{units[0]}", encoding="utf-8")
    with pytest.raises(Misconfigured) as caught:
        load_rules(copy)
    twice = next(fault for fault in caught.value.faults if fault.key == "unit.1.id")
    assert (twice.file, twice.line) == (copy / "units-them.toml", 4)
    assert "have the id van-phong-so" in twice.says


def test_settings_belong_to_the_main_file_alone(tmp_path: Path) -> None:
    copy = shutil.copytree(PROFILE, tmp_path / "p")
    (copy / "units-them.toml").write_text('[groups]\nkhac = "Khác"\n', encoding="utf-8")
    (copy / "notices-them.toml").write_text("", encoding="utf-8")
    with pytest.raises(Misconfigured) as caught:
        load_rules(copy)
    found = {(fault.file.name, fault.key or "") for fault in caught.value.faults}
    assert ("units-them.toml", "groups") in found
    assert ("notices-them.toml", "") in found
