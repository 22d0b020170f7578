"""How pages are made from templates: one environment, one style, for the rehearsal and for the portal."""

from pathlib import Path

import jinja2

from mailbot.papers.words import FILTERS

STYLE = "style.css"


def page_environment(folder: Path) -> jinja2.Environment:
    """The templates of `folder`; whatever they are given is escaped."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        undefined=jinja2.StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters.update(FILTERS)
    return environment
