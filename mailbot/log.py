"""One canonical line for each unit of work, on standard error; no bodies, no subjects.

`arrival=` and `letter=` stand on every line that concerns one, so that a search tells its life.
"""

import logging
import sys

import structlog

from mailbot.core.language import visible


def configure(level: str, form: str) -> None:
    """Send log lines to standard error, as `form` "json" or "console", from `level` upwards."""
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    # Locals in a traceback may hold passwords and texts of mails.
    tracebacks = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *([structlog.processors.ExceptionRenderer(tracebacks)] if form == "json" else []),
            _on_one_line,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def _on_one_line(
    _logger: object, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """What strangers wrote steers no terminal and begins no line of its own; tracebacks keep their lines."""
    return {key: visible.line(value) if _is_foreign(key, value) else value for key, value in event.items()}


def _is_foreign(key: str, value: object) -> bool:
    return isinstance(value, str) and key not in {"exception", "stack"}
