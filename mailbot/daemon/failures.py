"""What may be logged of an error that a mail, or a letter about it, caused: its kind and where it arose.

What such an error says of itself often quotes the mail, which may be secret.
"""

import traceback
from pathlib import Path

import structlog

log = structlog.get_logger()


def failed(event: str, error: BaseException, **told: object) -> None:
    """Log `event` with the kind of the error and the way to it, the innermost line first."""
    frames = traceback.extract_tb(error.__traceback__)
    steps = (f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames))
    log.error(event, **told, error=f"{type(error).__name__} at {' < '.join(steps)}")
