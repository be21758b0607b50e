"""What the garbage collector looks through while an index is built."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_MANY = 100_000


@contextmanager
def old_objects_left_alone() -> Iterator[None]:
    """Only objects made from here on are looked through, each time that they have become many more.

    Modules and models stay as long as the process, and most of what a build makes as long as the build: to go over
    them time and again costs a rebuild time for nothing.
    """
    usual = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(_MANY)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()
