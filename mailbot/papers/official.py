"""A Word file in the layout of official documents (Decree 30/2020/NĐ-CP, Appendix I).

mailbot leaves number, date and signature to people: it writes the places for them and never signs. Tables
are written as XML at once: python-docx takes a second for a hundred rows of cells touched one by one.
"""

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

import docx
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Mm, Pt

from mailbot.core.paper_rules import Letterhead

_FONT = "Times New Roman"
_MOTTO = "Độc lập - Tự do - Hạnh phúc"
_NATION = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
# XML 1.0 has no way to write these, not even as a reference.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# A4, with margins in the middle of what the Appendix allows.
_WIDTH, _HEIGHT, _TOP, _BOTTOM, _LEFT, _RIGHT = Mm(210), Mm(297), Mm(20), Mm(20), Mm(30), Mm(20)
_CENTRE, _JUSTIFY, _LEFT_SIDE = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.JUSTIFY, WD_ALIGN_PARAGRAPH.LEFT
_SIGNATURE_LINES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of an annex's table; `width` in millimetres, `right` aligns numbers."""

    head: str
    width: float
    right: bool = False


class OfficialDocument:
    """One document, written from top to bottom; `saved` gives its bytes.

    `issued_by` is who issues it, as annexes name it within a line: "Văn phòng UBND tỉnh Thái Nguyên".
    """

    def __init__(self, head: Letterhead, *, issued_by: str, made_at: datetime, title: str) -> None:
        self._document: Any = docx.Document()
        self._head = head
        self._issued_by = issued_by
        self._cited = ""
        properties = self._document.core_properties
        properties.title, properties.author, properties.comments = title, head.issuer, ""
        properties.language = "vi-VN"
        # The same figures give the same file: no clock of this machine goes into it.
        properties.created = properties.modified = made_at.replace(tzinfo=None)
        self._page(self._document.sections[0])
        self._styles()

    def heading(self, number_of: str, about: str, *, kind: str = "", dated: str) -> None:
        """The national heading, the places for number and date, and what the document is called.

        `kind` is a report's type name in capitals, with `about` below it; a letter has none, and says what
        it is about below its number.
        """
        self._cited = f"{kind.capitalize() or 'Công văn'} số        /{number_of} {dated}"
        # A little wider than the text, as is the custom: the Quốc hiệu stands on one line.
        table = self._columns(2, Mm(77), Mm(95))
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        issuer, nation, number, date = (cell for row in table.rows for cell in row.cells)
        first = issuer.paragraphs[0]
        if self._head.superior:
            self._line(first, _in_two_lines(self._head.superior), 12)
            first = issuer.add_paragraph()
        self._line(first, _in_two_lines(self._head.issuer), 13, bold=True)
        self._rule(issuer, Mm(24))
        self._line(nation.paragraphs[0], _NATION, 12, bold=True)
        self._line(nation.add_paragraph(), _MOTTO, 13, bold=True)
        self._rule(nation, Mm(15))
        self._line(number.paragraphs[0], f"Số:        /{number_of}", 13)
        self._line(date.paragraphs[0], f"{self._head.place}, {dated}", 13, italic=True)
        if not kind:
            self._line(number.add_paragraph(), f"V/v {about}", 12, before=6)
            self._line(self._document.add_paragraph(), "", 6)
            return
        self._line(self._document.add_paragraph(), kind, 14, bold=True, before=18)
        self._line(self._document.add_paragraph(), about, 14, bold=True)
        self._rule(self._document, Mm(60))

    def addressees(self, *names: str) -> None:
        """The line "Kính gửi"; of several, each stands on its own line (Appendix I, part I, II.9)."""
        if len(names) == 1:
            self._line(self._document.add_paragraph(), f"Kính gửi: {names[0]}", 14, before=10, after=10)
            return
        for ordinal, name in enumerate(names, 1):
            paragraph = self._document.add_paragraph()
            self._line(
                paragraph,
                f"{'Kính gửi:' if ordinal == 1 else ''}\t- {name}{'.' if ordinal == len(names) else ';'}",
                14,
                left=True,
                before=10 if ordinal == 1 else 0,
                after=10 if ordinal == len(names) else 0,
            )
            # The dashes stand below the colon, and so does what a long name goes on with.
            form = paragraph.paragraph_format
            form.left_indent, form.first_line_indent = Cm(5), Cm(-2.3)

    def text(self, written: str) -> None:
        """The body: `# ` begins a part, `## ` a heading in it, `- ` an item; any other line a paragraph."""
        for line in filter(None, (line.strip() for line in written.splitlines())):
            paragraph = self._document.add_paragraph()
            paragraph.alignment = _JUSTIFY
            form = paragraph.paragraph_format
            form.first_line_indent, form.space_after = Cm(1.27), Pt(6)
            marks, said = _split(line)
            bold = marks in {"#", "##"}
            form.keep_with_next = bold
            self._run(paragraph, f"- {said}" if marks == "-" else said, 14, bold=bold)

    def signature(self) -> None:
        """The places for receivers and signature; nobody's name.

        They stand on one page, and the last paragraph of the text with them: nobody signs an empty sheet.
        """
        self._line(self._document.add_paragraph(), "", 6)
        for paragraph in self._document.paragraphs[-2:]:
            paragraph.paragraph_format.keep_with_next = True
        row = self._columns(1, Mm(80), Mm(80)).rows[0]
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001 - python-docx cannot say it
        receivers, signer = row.cells
        self._line(receivers.paragraphs[0], "Nơi nhận:", 12, bold=True, italic=True, left=True)
        for line in self._head.receivers:
            self._line(receivers.add_paragraph(), f"- {line}", 11, left=True)
        self._line(signer.paragraphs[0], self._head.signer, 14, bold=True)
        for _ in range(_SIGNATURE_LINES):
            self._line(signer.add_paragraph(), "", 14)

    def annex(self, name: str, about: str) -> None:
        """A new landscape page with an annex's heading, and which document it belongs to."""
        section = self._document.add_section(WD_SECTION.NEW_PAGE)
        section.orientation = WD_ORIENT.LANDSCAPE
        self._page(section, landscape=True)
        self._line(self._document.add_paragraph(), name, 14, bold=True)
        self._line(self._document.add_paragraph(), about, 13, bold=True)
        belongs = f"(Kèm theo {self._cited} của {self._issued_by})"
        self._line(self._document.add_paragraph(), belongs, 13, italic=True, after=8)

    def subheading(self, says: str) -> None:
        """A line above a table."""
        self._line(self._document.add_paragraph(), says, 12, bold=True, left=True, before=8, after=4)

    def table(self, columns: Sequence[Column], rows: Iterable[Sequence[str]]) -> None:
        """A table with lines; its head is repeated on every page, and no row is cut in two."""
        body = self._document.element.body
        body.insert(len(body) - 1, parse_xml(_table_xml(columns, rows)))
        self._line(self._document.add_paragraph(), "", 6)

    def remark(self, says: str) -> None:
        """A small line, such as the checksum."""
        self._line(self._document.add_paragraph(), says, 10, italic=True, left=True, before=4)

    def amended(self, amendments: Sequence[str]) -> None:
        """Where the figures are not those that were approved."""
        if amendments:
            self.subheading("Thay đổi sau khi chốt số liệu")
        for says in amendments:
            self.remark(says)

    def saved(self) -> bytes:
        """The file."""
        kept = io.BytesIO()
        self._document.save(kept)
        return kept.getvalue()

    def _columns(self, rows: int, *widths: Mm) -> Any:
        """A table without lines; Word goes by the cells' widths, LibreOffice by the columns'."""
        table = self._document.add_table(rows=rows, cols=len(widths))
        table.autofit = False
        for column, width in zip(table.columns, widths, strict=True):
            column.width = width
            for cell in column.cells:
                cell.width = width
        return table

    def _page(self, section: Any, *, landscape: bool = False) -> None:
        width, height = (_HEIGHT, _WIDTH) if landscape else (_WIDTH, _HEIGHT)
        section.page_width, section.page_height = width, height
        section.top_margin, section.bottom_margin = _TOP, _BOTTOM
        section.left_margin, section.right_margin = (_BOTTOM, _RIGHT) if landscape else (_LEFT, _RIGHT)
        section.header_distance = Mm(10)
        # The page number stands top centre, from the second page on; each annex counts its own.
        section.different_first_page_header_footer = True
        if not landscape:
            self._number(section.header.paragraphs[0])
        elif section._sectPr.find(qn("w:pgNumType")) is None:  # noqa: SLF001 - python-docx numbers no pages
            # A new section is a copy of the one before it; behind the margins, for the order is fixed.
            counted = parse_xml(f'<w:pgNumType {nsdecls("w")} w:start="1"/>')
            section._sectPr.find(qn("w:pgMar")).addnext(counted)  # noqa: SLF001 - as above

    def _number(self, paragraph: Any) -> None:
        paragraph.alignment = _CENTRE
        for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
            run = self._run(paragraph, "", 13)
            field = OxmlElement("w:fldChar" if kind else "w:instrText")
            if kind:
                field.set(qn("w:fldCharType"), kind)
            else:
                field.text = text
            run._r.append(field)  # noqa: SLF001 - python-docx has no fields

    def _styles(self) -> None:
        style = self._document.styles["Normal"]
        style.font.name, style.font.size = _FONT, Pt(14)
        style.element.rPr.rFonts.set(qn("w:eastAsia"), _FONT)
        form = style.paragraph_format
        form.space_before, form.space_after, form.line_spacing = Pt(0), Pt(0), 1.15

    def _line(
        self,
        paragraph: Any,
        says: str,
        size: int,
        *,
        bold: bool = False,
        italic: bool = False,
        left: bool = False,
        before: int = 0,
        after: int = 0,
    ) -> None:
        paragraph.alignment = _LEFT_SIDE if left else _CENTRE
        form = paragraph.paragraph_format
        form.space_before, form.space_after, form.line_spacing = Pt(before), Pt(after), 1.0
        self._run(paragraph, says, size, bold=bold, italic=italic)

    def _rule(self, place: Any, indent: Mm) -> None:
        """A line below the words above it, as much shorter as `indent` on both sides says."""
        paragraph = place.add_paragraph()
        # First of all: in a paragraph's properties the order is fixed, and borders stand before indents.
        border = '<w:bottom w:val="single" w:sz="6" w:space="1" w:color="000000"/>'
        paragraph._p.get_or_add_pPr().append(  # noqa: SLF001 - python-docx has no borders
            parse_xml(f"<w:pBdr {nsdecls('w')}>{border}</w:pBdr>")
        )
        form = paragraph.paragraph_format
        form.left_indent = form.right_indent = indent
        form.line_spacing, form.space_after = Pt(3), Pt(6)
        self._run(paragraph, "", 2)

    def _run(self, paragraph: Any, says: str, size: int, *, bold: bool = False, italic: bool = False) -> Any:
        run = paragraph.add_run(_sound(says))
        run.font.size, run.bold, run.italic = Pt(size), bold or None, italic or None
        return run


def _split(line: str) -> tuple[str, str]:
    mark, _, rest = line.partition(" ")
    return (mark, rest.strip()) if mark in {"#", "##", "-"} else ("", line)


def _in_two_lines(name: str) -> str:
    """As it is customarily set: ỦY BAN NHÂN DÂN / TỈNH THÁI NGUYÊN."""
    return name.replace(" TỈNH ", "\nTỈNH ").replace(" THÀNH PHỐ ", "\nTHÀNH PHỐ ")


def _sound(says: str) -> str:
    return _NOT_XML.sub("", says)


def _table_xml(columns: Sequence[Column], rows: Iterable[Sequence[str]]) -> str:
    """The table; every word in it is escaped here and nowhere else."""
    borders = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    twips = [round(column.width * 56.7) for column in columns]
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in twips)
    heads = "".join(
        _cell_xml(column.head, width, "center", bold=True)
        for column, width in zip(columns, twips, strict=True)
    )
    body = "".join(
        "<w:tr><w:trPr><w:cantSplit/></w:trPr>"
        + "".join(
            _cell_xml(says, width, "right" if column.right else "left", bold=False)
            for says, column, width in zip(row, columns, twips, strict=True)
        )
        + "</w:tr>"
        for row in rows
    )
    return (
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{sum(twips)}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{borders}</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar>'
        f'<w:left w:w="60" w:type="dxa"/><w:right w:w="60" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid><w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{heads}</w:tr>"
        f"{body}</w:tbl>"
    )


def _cell_xml(says: str, width: int, side: str, *, bold: bool) -> str:
    weight = "<w:b/>" if bold else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>'
        f'<w:p><w:pPr><w:spacing w:before="20" w:after="20" w:line="240" w:lineRule="auto"/>'
        f'<w:jc w:val="{side}"/></w:pPr><w:r><w:rPr>{weight}<w:sz w:val="20"/></w:rPr>'
        f'<w:t xml:space="preserve">{escape(_sound(says))}</w:t></w:r></w:p></w:tc>'
    )
