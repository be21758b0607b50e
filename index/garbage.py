"""What the garbage collector looks through while an index is built."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def old_objects_left_alone() -> Iterator[None]:
    """Only objects made from here on are looked through, again and again as they become many.

    Modules and models stay as long as the process; to go over them each time costs a rebuild time for nothing.
    """
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
