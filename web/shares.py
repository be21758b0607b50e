"""How many connections each worker process holds, in memory that all of them see.

All workers wait at one socket, and whichever looks first takes the next connection: of sixteen clients one of two
workers may get fifteen, and keeps them as long as they stay. A worker that knows what the others hold can stand back.
"""

from mmap import mmap
from struct import calcsize
from typing import Final

_COUNT: Final = "i"
_NOBODY = -1


class Shares:
    """A count for each worker, at the place that it is given before it is forked."""

    def __init__(self, places: int) -> None:
        self._counts = memoryview(mmap(-1, places * calcsize(_COUNT))).cast(_COUNT)
        for place in range(places):
            self._counts[place] = _NOBODY

    def enter(self) -> int:
        """A place for one more worker. Where there are more workers than were expected, they share the last."""
        counts = self._counts.tolist()
        place = counts.index(_NOBODY) if _NOBODY in counts else len(counts) - 1
        self._counts[place] = 0
        return place

    def leave(self, place: int) -> None:
        """The worker of a place is gone, and nobody need wait for it."""
        self._counts[place] = _NOBODY

    def tell(self, place: int, connections: int) -> None:
        """Say how many connections the worker of a place holds."""
        self._counts[place] = connections

    def is_ahead(self, place: int) -> bool:
        """Whether another worker holds fewer connections than that of a place."""
        counts = self._counts.tolist()
        return any(count < counts[place] for count in counts if count != _NOBODY)
