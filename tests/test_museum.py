"""The museum of mails as offices receive them: each has beside it what an experienced clerk would do."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from museum.build import MUSEUM, Entry, entries, entry, raw_mail, rewritten
from museum.judge import differences, judged, mail_of, told

from mailbot.cli.judging import explain
from mailbot.inbox.extract import Reader

ENTRIES = entries()
EXPLAINED = sorted((MUSEUM / "explained").glob("*.txt"))
REWRITTEN = [(path, form) for path in ENTRIES for form in entry(path).get("same_in", ())]


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader(ocr=False) as reader:
        yield reader


def wrongs(label: Entry, mail_as: Entry, reader: Reader, folder: Path) -> list[str]:
    """Where the verdict on a mail differs from its label."""
    mail = mail_of(mail_as, reader, folder)
    return list(differences(label["expect"], told(judged(label, mail), mail)))


@pytest.mark.parametrize("path", ENTRIES, ids=lambda path: path.stem)
def test_a_mail_is_judged_as_a_clerk_would(path: Path, reader: Reader, tmp_path: Path) -> None:
    label = entry(path)
    wrong = wrongs(label, label, reader, tmp_path)
    if "known_gap" in label:
        assert wrong, f"no longer a gap: take known_gap out of {path.name}"
    else:
        assert not wrong, label["expect"]["why"]


@pytest.mark.parametrize(
    ("path", "form"), REWRITTEN, ids=[f"{path.stem}-in-{form}" for path, form in REWRITTEN]
)
def test_the_same_mail_in_another_form_has_the_same_verdict(
    path: Path, form: str, reader: Reader, tmp_path: Path
) -> None:
    label = entry(path)
    wrong = wrongs(label, rewritten(label, form), reader, tmp_path)
    if form in label.get("gap_in", ()):
        assert wrong, f"no longer a gap: take {form} out of gap_in in {path.name}"
    else:
        assert not wrong, label["expect"]["why"]


@pytest.mark.parametrize("told", EXPLAINED, ids=lambda path: path.stem)
def test_the_reason_reads_like_a_clerks(told: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    label = entry(told.parents[1] / f"{told.stem}.toml")
    (tmp_path / "mail.eml").write_bytes(raw_mail(label))
    monkeypatch.chdir(tmp_path)
    arguments = ["mail.eml", "--arrived-at", label["arrived_at"].isoformat()]
    result = CliRunner().invoke(explain, arguments)
    assert result.output == told.read_text("utf-8")


def test_the_museum_is_large_labelled_and_has_few_gaps() -> None:
    labels = [entry(path) for path in ENTRIES]
    assert len(labels) >= 160
    assert all(label["expect"]["why"] and label["expect"]["kind"] for label in labels)
    assert sum("known_gap" in label for label in labels) < 0.05 * len(labels)
    assert sum(len(label.get("gap_in", ())) for label in labels) < 0.05 * len(REWRITTEN)
