"""The form that Decree 30/2020/NĐ-CP, Appendix I, gives to what the office signs."""

import io
from collections.abc import Sequence
from typing import Any

import docx
import pytest
from builders import some_rules
from docx.oxml.ns import qn

from mailbot.core.paper_rules import Letterhead
from mailbot.papers import emulation, monthly
from mailbot.papers.official import OfficialDocument
from mailbot.papers.paper_words import load_wording
from mailbot.papers.reprimand import of_the_chairman
from mailbot.papers.samples import FIGURES
from mailbot.resources import resource

RULES = some_rules()
REPORT = monthly.Report(office=RULES.office, rules=RULES.papers, figures=FIGURES, before=FIGURES)


@pytest.mark.parametrize(
    ("written", "names", "belongs"),
    [
        (
            monthly.document(REPORT, load_wording(resource("templates"))),
            ["Phụ lục I", "Phụ lục II", "Phụ lục III"],
            "(Kèm theo Báo cáo số        /BC-VPUBND ngày      tháng 7 năm 2013 của ",
        ),
        (
            emulation.letter(REPORT, load_wording(resource("templates"))),
            ["Phụ lục"],
            "(Kèm theo Công văn số        /VPUBND-TH ngày      tháng      năm 2013 của ",
        ),
    ],
)
def test_an_annex_says_which_document_it_belongs_to_and_counts_its_own_pages(
    written: bytes, names: Sequence[str], belongs: str
) -> None:
    """Part I, III.1: Roman numerals; "Phụ lục" in small letters, 14 points, bold; then what it comes with."""
    document: Any = docx.Document(io.BytesIO(written))
    heads = [n for n, line in enumerate(document.paragraphs) if line.text.startswith("Phụ lục")]
    assert [document.paragraphs[n].text for n in heads] == names
    for n in heads:
        name, about, comes_with = document.paragraphs[n : n + 3]
        assert (_size(name), name.runs[0].bold) == (14, True)
        assert about.text.isupper()
        assert comes_with.text == f"{belongs}{RULES.office.name})"
        assert comes_with.runs[0].italic
    starts = [section._sectPr.find(qn("w:pgNumType")) for section in document.sections]
    assert starts[0] is None
    assert [start.get(qn("w:start")) for start in starts[1:]] == ["1"] * len(names)
    assert all(section.different_first_page_header_footer for section in document.sections)


@pytest.mark.parametrize(
    ("superior", "lines"),
    [
        ("ỦY BAN NHÂN DÂN TỈNH THÁI NGUYÊN", "ỦY BAN NHÂN DÂN\nTỈNH THÁI NGUYÊN"),
        ("ỦY BAN NHÂN DÂN THÀNH PHỐ HUẾ", "ỦY BAN NHÂN DÂN\nTHÀNH PHỐ HUẾ"),
    ],
)
def test_what_the_committee_issues_bears_its_whole_name_and_nobody_above_it(
    superior: str, lines: str
) -> None:
    """Part I, II.2: the issuer is bold; only what stands above it is not."""
    head = of_the_chairman(Letterhead(superior=superior))
    paper = OfficialDocument(head, issued_by="UBND", made_at=FIGURES.as_of, title="x")
    paper.heading("UBND-TH", "phê bình", dated="ngày      tháng 7 năm 2013")
    issuer = docx.Document(io.BytesIO(paper.saved())).tables[0].cell(0, 0)
    said = [line for line in issuer.paragraphs if line.text]
    assert [line.text for line in said] == [lines]
    assert said[0].runs[0].bold


def test_each_of_several_addressees_has_its_own_line() -> None:
    """Part I, II.9.d: a dash before each, a semicolon behind it, behind the last a full stop."""
    paper = OfficialDocument(Letterhead(), issued_by="UBND", made_at=FIGURES.as_of, title="x")
    paper.addressees("Sở Một", "Sở Hai", "Sở Ba")
    paper.addressees("Ban Thi đua")
    said = [line.text for line in docx.Document(io.BytesIO(paper.saved())).paragraphs if line.text]
    assert said == ["Kính gửi:\t- Sở Một;", "\t- Sở Hai;", "\t- Sở Ba.", "Kính gửi: Ban Thi đua"]


def test_the_signature_is_not_torn_apart_and_stands_on_no_page_of_its_own() -> None:
    paper = OfficialDocument(Letterhead(), issued_by="UBND", made_at=FIGURES.as_of, title="x")
    paper.text("Một đoạn.\nĐoạn cuối./.")
    paper.signature()
    document: Any = docx.Document(io.BytesIO(paper.saved()))
    [row] = document.tables[-1].rows
    assert row._tr.trPr.find(qn("w:cantSplit")) is not None
    kept = [bool(line.paragraph_format.keep_with_next) for line in document.paragraphs]
    # The last paragraph, and the space between it and the block.
    assert kept == [False, True, True]


def _size(line: Any) -> float:
    return float(line.runs[0].font.size.pt)
