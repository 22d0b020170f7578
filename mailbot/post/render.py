"""From a notice to a finished letter, by the office's own templates.

All templates are read, compiled and tried with samples when the renderer is made, so that a slip of
the pen is found by `mailbot check` and not by the first unit that is late. After that `render` reads
nothing, and the same input gives the same bytes.
"""

from collections.abc import Iterator, MutableMapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any

import jinja2
import jinja2.defaults
from jinja2 import nodes

from mailbot.core.calendar import local
from mailbot.core.notice import Notice
from mailbot.core.posting import Letter, NoticeKind
from mailbot.core.rules import Rules, Unit
from mailbot.core.wording.addressed import addressed
from mailbot.core.wording.vietnamese import foreign, named
from mailbot.errors import Fault, Misconfigured
from mailbot.post import words
from mailbot.post.contents import contents
from mailbot.post.context import Context
from mailbot.post.letter import Enclosure, Paper, is_address, letter_bytes, token
from mailbot.post.samples import SAMPLES

_SUBJECT = "Tiêu đề:"
# Windows editors begin a file with a byte order mark; it is no word of the letter.
_WRITTEN_IN = "utf-8-sig"
_LAYOUT = "layout.html.j2"
_SHARED = (_LAYOUT, "parts.html.j2")
_BODY = "body"
# What a template or the filters in it can raise over a value that they were not meant for.
_SLIPS = (
    jinja2.TemplateError,
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)
# What jinja2 itself puts before a template: its own names, and the functions it knows.
_GIVEN = frozenset(
    {"loop", "caller", "super", "self", "varargs", "kwargs", *jinja2.defaults.DEFAULT_NAMESPACE}
)


@dataclass(frozen=True, slots=True)
class Wording:
    """A letter's words: its subject, and its text in both forms."""

    subject: str
    text: str
    html: str


class _Trees(jinja2.FileSystemLoader):
    """Loads templates from their folder; one that was parsed to be looked at is not parsed again."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, encoding=_WRITTEN_IN)
        self._folder = folder
        self._parsed: dict[str, nodes.Template] = {}

    def keep(self, name: str, tree: nodes.Template) -> None:
        """Use `tree` when `name` is loaded, once: whatever is compiled is changed by that."""
        self._parsed[name] = tree

    def load(
        self,
        environment: jinja2.Environment,
        name: str,
        globals: MutableMapping[str, Any] | None = None,  # noqa: A002 - as jinja2 calls it
    ) -> jinja2.Template:
        """The compiled template, as `FileSystemLoader.load`."""
        tree = self._parsed.pop(name, None)
        if tree is None:
            return super().load(environment, name, globals)
        code = environment.compile(tree, name, str(self._folder / name))
        return environment.template_class.from_code(environment, code, globals or {})


class Renderer:
    """Words notices by the templates in one folder, such as `templates/vi`.

    Raises:
        Misconfigured: at construction, with every fault found in any of the templates.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        # No byte code cache: it is keyed by time stamps, and a stale one would outlive an edit.
        self._loader = _Trees(folder)
        self._environment = jinja2.Environment(
            loader=self._loader,
            undefined=jinja2.StrictUndefined,
            # Letters have no constants to fold; to look for some takes a seventh of the loading.
            optimized=False,
            # With the full suffix: by default jinja2 knows "html" only, and would escape nothing.
            autoescape=jinja2.select_autoescape(enabled_extensions=("html.j2",)),
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._environment.filters.update(words.FILTERS)
        faults = list(dict.fromkeys(self._faults()))
        if faults:
            raise Misconfigured(faults)
        self._templates = {
            name: self._environment.get_template(name) for kind in NoticeKind for name in _names(kind)
        }

    def render(
        self,
        notice: Notice,
        rules: Rules,
        *,
        secret: bytes,
        instance: str,
        sender: str,
        now: datetime,
        enclosures: Sequence[Enclosure] = (),
    ) -> Letter:
        """The finished letter for `notice`, dated `now`, from the address `sender`.

        Raises:
            ValueError: if it would go to an address that the rules do not know at `now`, or to nobody.
        """
        recipients = _recipients(notice, rules, now)
        wording = self.word(notice, rules, now, secret)
        paper = Paper(
            kind=notice.kind,
            sender=sender,
            office=named(rules.office.name),
            reply_to=rules.office.mailbox,
            to=notice.to,
            copies=tuple(email for email in notice.copies if email not in notice.to),
            addressee=_addressee(notice.unit, now),
            dated_at=now,
            token=token(secret, notice.keys),
            answers=notice.answers.mail if notice.answers else None,
            instance=instance,
        )
        return Letter(
            kind=notice.kind,
            keys=notice.keys,
            unit=notice.unit.id if notice.unit else None,
            message_id=paper.message_id,
            recipients=recipients,
            subject=wording.subject,
            raw=letter_bytes(paper, wording.subject, wording.text, wording.html, enclosures),
            expires_at=notice.expires_at,
            answers=notice.answers.number if notice.answers else None,
        )

    def word(self, notice: Notice, rules: Rules, now: datetime, secret: bytes = b"") -> Wording:
        """The words of the letter, before they become bytes; without the secret its commands open nothing."""
        if notice.unit is not None:
            notice = replace(notice, unit=addressed(rules, notice.unit, local(now).date()))
        return self._word(notice.kind, contents(notice, rules, now, secret))

    def _word(self, kind: NoticeKind, context: Context) -> Wording:
        known = _variables(context)
        text_name, html_name = _names(kind)
        first, _, text = self._templates[text_name].render(known).lstrip().partition("\n")
        html = self._templates[html_name].render(known)
        subject = foreign(first.removeprefix(_SUBJECT), longest=250)
        return Wording(subject=subject, text=text.strip() + "\n", html=html)

    def _faults(self) -> Iterator[Fault]:
        for name in _SHARED:
            yield from self._written_wrong(name, None)
        for kind in NoticeKind:
            for name in _names(kind):
                found = list(self._written_wrong(name, kind))
                yield from found or self._fails_when_tried(name, kind)

    def _written_wrong(self, name: str, kind: NoticeKind | None) -> Iterator[Fault]:
        """What is wrong with the template as it stands, without using it."""
        file = self.folder / name
        try:
            source = file.read_text(encoding=_WRITTEN_IN)
            tree = self._environment.parse(source, name, str(file))
        except FileNotFoundError:
            yield Fault(file, "không có tệp mẫu này (the template is missing)")
        except (OSError, UnicodeDecodeError) as error:
            yield Fault(file, f"không đọc được tệp mẫu (cannot be read as UTF-8): {error}")
        except jinja2.TemplateSyntaxError as error:
            yield Fault(file, f"sai cú pháp (syntax): {error.message}", error.lineno)
        else:
            # To walk over a tree takes longer than to look at all that is in it.
            found = tuple(tree.find_all(nodes.Node))
            yield from self._unknown_filters(file, found)
            if kind is not None:
                yield from _unknown_variables(file, found, kind)
            if kind is not None or name == _LAYOUT:
                yield from _missing_places(file, found, source)
            self._loader.keep(name, tree)

    def _unknown_filters(self, file: Path, found: Sequence[nodes.Node]) -> Iterator[Fault]:
        for used in found:
            if not isinstance(used, nodes.Filter | nodes.Test):
                continue
            known = self._environment.filters if isinstance(used, nodes.Filter) else self._environment.tests
            if used.name not in known:
                yield Fault(file, "không có bộ lọc này (no such filter or test)", used.lineno, used.name)

    def _fails_when_tried(self, name: str, kind: NoticeKind) -> Iterator[Fault]:
        """What goes wrong when the template words the samples of its kind; one fault for each."""
        file = self.folder / name
        for sample in SAMPLES[kind]:
            try:
                written = self._environment.get_template(name).render(_variables(sample))
            except _SLIPS as error:
                at, line = _place(error, self.folder) or (file, None)
                yield Fault(at, f"không dùng được (fails): {error}", line)
                continue
            if not name.endswith(".txt.j2"):
                continue
            first, _, text = written.lstrip().partition("\n")
            if not first.startswith(_SUBJECT):
                yield Fault(file, f"dòng đầu tiên phải là “{_SUBJECT} …” (subject line)", 1)
            elif not (first.removeprefix(_SUBJECT).strip() and text.strip()):
                yield Fault(file, "thư không có tiêu đề hoặc không có nội dung (an empty letter)")


def _names(kind: NoticeKind) -> tuple[str, str]:
    return f"{kind}.txt.j2", f"{kind}.html.j2"


def _variables(context: Context) -> dict[str, object]:
    return {field.name: getattr(context, field.name) for field in fields(context)}


def _unknown_variables(file: Path, found: Sequence[nodes.Node], kind: NoticeKind) -> Iterator[Fault]:
    known = {field.name for field in fields(SAMPLES[kind][0])} | set(_own_names(found)) | _GIVEN
    for used in found:
        if isinstance(used, nodes.Name) and used.ctx == "load" and used.name not in known:
            yield Fault(file, "không có biến này (no such variable)", used.lineno, used.name)


def _own_names(found: Sequence[nodes.Node]) -> Iterator[str]:
    """Names that the template itself brings in: what it sets, imports, loops over and defines."""
    for node in found:
        match node:
            case nodes.Name() if node.ctx != "load":
                yield node.name
            case nodes.Import():
                yield node.target
            case nodes.FromImport():
                yield from (name if isinstance(name, str) else name[1] for name in node.names)
            case nodes.Macro():
                yield node.name


def _missing_places(file: Path, found: Sequence[nodes.Node], source: str) -> Iterator[Fault]:
    if file.name.endswith(".html.j2"):
        bodies = [node for node in found if isinstance(node, nodes.Block) and node.name == _BODY]
        if not bodies:
            yield Fault(file, f"thiếu khối “{_BODY}” (missing block)", key=_BODY)
        elif file.name != _LAYOUT and not any(map(_writes, bodies)):
            yield Fault(file, f"khối “{_BODY}” trống (an empty letter)", bodies[0].lineno, _BODY)
    elif _SUBJECT not in source:
        yield Fault(file, f"thiếu dòng “{_SUBJECT} …” (missing subject line)", 1)


def _writes(block: nodes.Block) -> bool:
    """Whether anything but space stands in the block."""
    pieces = [
        piece
        for output in block.body
        for piece in (output.nodes if isinstance(output, nodes.Output) else [output])
    ]
    return any(not isinstance(piece, nodes.TemplateData) or piece.data.strip() for piece in pieces)


def _place(error: BaseException, folder: Path) -> tuple[Path, int | None] | None:
    """Where in a template an error arose: jinja2 writes the templates' lines into the traceback."""
    if isinstance(error, jinja2.TemplateSyntaxError):
        return Path(error.filename or folder / (error.name or "")), error.lineno
    found: tuple[Path, int | None] | None = None
    frame: TracebackType | None = error.__traceback__
    while frame is not None:
        file = Path(frame.tb_frame.f_code.co_filename)
        if file.parent == folder:
            found = file, frame.tb_lineno
        frame = frame.tb_next
    return found


def _recipients(notice: Notice, rules: Rules, now: datetime) -> tuple[str, ...]:
    """The envelope: every address once, each of them registered on the day that the letter is written."""
    on = local(now).date()
    found = tuple(dict.fromkeys(email.lower() for email in (*notice.to, *notice.copies)))
    for email in found:
        if not is_address(email) or not rules.registered(email, on):
            raise ValueError(f"letter {notice.keys[0]}: {email!r} is not registered on {on}")
    if not notice.to:
        raise ValueError(f"letter {notice.keys[0]} has no recipient")
    return found


def _addressee(unit: Unit | None, now: datetime) -> str:
    """The name beside the addresses; a unit that has ended has none of its own, they are its successors'."""
    on = local(now).date()
    return "" if unit is None or unit.valid.is_over(on) else named(unit.called(on).name)
