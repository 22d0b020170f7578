"""What the collector of reference cycles need not look at again and again.

A full collection walks over every object there is, and no thread of the program moves meanwhile: with the
book of ten years that is half a second, in the midst of a talk with a server. Facts never change and form no
cycles.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


def keep() -> None:
    """Take all that there is now as lasting to the end of the process; it is not looked at any more."""
    gc.freeze()


@contextmanager
def lasting() -> Iterator[None]:
    """What is read within lasts; the collector rests meanwhile, for it would walk over it while it grows."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
        keep()
    finally:
        if was:
            gc.enable()
