"""How pages are made from templates: one environment, one style, for the rehearsal and for the portal."""

from pathlib import Path

import jinja2

from mailbot.papers.words import FILTERS

STYLE = "style.css"
# Windows editors begin a file with a byte order mark; it is no word of the page.
WRITTEN_IN = "utf-8-sig"
# What a template or the filters in it can raise over a value that they were not meant for.
SLIPS = (
    jinja2.TemplateError,
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)


def read_template(file: Path) -> str:
    """The text of a template, style or script that the office may have edited."""
    return file.read_text(encoding=WRITTEN_IN)


def page_environment(folder: Path) -> jinja2.Environment:
    """The templates of `folder`; whatever they are given is escaped."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder, encoding=WRITTEN_IN),
        undefined=jinja2.StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters.update(FILTERS)
    return environment
