"""The words of documents, from templates that the office may edit; a slip is found when they are loaded.

A template is text, one paragraph a line. It knows frozen values of the core and the filters of pages; words
of other people have passed through `vietnamese.foreign` before they come here.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import jinja2
import jinja2.meta

from mailbot.core.standings.figures import UnitFigures
from mailbot.core.wording import vietnamese
from mailbot.errors import Fault, Misconfigured
from mailbot.papers.pages import SLIPS, WRITTEN_IN, read_template
from mailbot.papers.words import FILTERS

Context = Mapping[str, Any]


class Wording:
    """The templates in one folder, such as `templates/papers`.

    Raises:
        Misconfigured: at construction, with every fault found in any of the templates.
    """

    def __init__(self, folder: Path, samples: Mapping[str, Sequence[Context]]) -> None:
        self._folder = folder
        self._environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(folder, encoding=WRITTEN_IN),
            undefined=jinja2.StrictUndefined,
            # Plain text: the document writer escapes what it is given.
            autoescape=False,  # noqa: S701 - as above
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._environment.filters.update(FILTERS)
        self._environment.filters.update(day=vietnamese.day, moment=vietnamese.moment, said=said)
        faults = [fault for name, tried in samples.items() for fault in self._faults(name, tried)]
        if faults:
            raise Misconfigured(faults)

    def text(self, name: str, context: Context) -> str:
        """The words of the document of that name."""
        return self._environment.get_template(f"{name}.txt.j2").render(context)

    def _faults(self, name: str, samples: Sequence[Context]) -> Iterator[Fault]:
        file = self._folder / f"{name}.txt.j2"
        try:
            tree = self._environment.parse(read_template(file), file.name, str(file))
        except OSError:
            yield Fault(file, "không có tệp mẫu này (the template is missing)")
            return
        except UnicodeDecodeError:
            yield Fault(file, "không phải văn bản UTF-8 (not UTF-8)")
            return
        except jinja2.TemplateSyntaxError as error:
            yield Fault(file, f"sai cú pháp (syntax): {error.message}", error.lineno)
            return
        known = {key for tried in samples for key in tried}
        try:
            unknown = jinja2.meta.find_undeclared_variables(tree) - known
        except jinja2.TemplateAssertionError as error:
            yield Fault(file, f"không có bộ lọc này (no such filter or test): {error.message}", error.lineno)
            return
        for variable in sorted(unknown):
            line = next(
                (found.lineno for found in tree.find_all(jinja2.nodes.Name) if found.name == variable), None
            )
            yield Fault(file, "không có biến này (no such variable)", line, variable)
        if not unknown:
            yield from self._tried(name, file, samples)

    def _tried(self, name: str, file: Path, samples: Sequence[Context]) -> Iterator[Fault]:
        for sample in samples:
            try:
                written = self.text(name, sample)
            except SLIPS as error:
                line = error.lineno if isinstance(error, jinja2.TemplateSyntaxError) else _line(error, file)
                yield Fault(file, f"không dùng được (fails): {error}", line)
                return
            if not written.strip():
                yield Fault(file, "tệp mẫu trống (an empty paper)")
                return


def said(unit: UnitFigures) -> str:
    """What a unit is named for: `chậm 02 báo cáo (05 ngày làm việc), quá hạn chưa gửi 01 báo cáo`."""
    counts = unit.counts
    late_days = sum(line.days_late for line in unit.lines if line.standing == "late")
    told = []
    if counts.late:
        told.append(f"chậm {vietnamese.number(counts.late)} báo cáo ({vietnamese.working_days(late_days)})")
    if counts.overdue:
        told.append(f"quá hạn chưa gửi {vietnamese.number(counts.overdue)} báo cáo")
    return f"{', '.join(told)}, trong tổng số {vietnamese.number(counts.owed)} báo cáo phải gửi"


def _line(error: BaseException, file: Path) -> int | None:
    """The template's line at which an error arose: jinja2 writes it into the traceback."""
    found, frame = None, error.__traceback__
    while isinstance(frame, TracebackType):
        if frame.tb_frame.f_code.co_filename == str(file):
            found = frame.tb_lineno
        frame = frame.tb_next
    return found
