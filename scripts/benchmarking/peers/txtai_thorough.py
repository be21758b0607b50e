"""txtai's hybrid search with as many of its lists looked at as it takes to find nearly all of the nearest.

How many that are its users choose (`faiss.nprobe`), by trying; by default it is a sixteenth of them.
"""

from bisect import bisect_left
from collections.abc import Sequence

from scripts.benchmarking.peers.txtai_index import Txtai

_LEAST = 0.98
"""About what Hudhud's dense leg finds of the ten nearest."""


class _Thorough(Txtai):
    def tune(self, queries: Sequence[str]) -> dict[str, int]:
        """Look at the fewest lists with which it finds .98 of the ten nearest of some queries."""
        lists = range(1, self.lists + 1)
        chosen = lists[bisect_left(lists, _LEAST, key=lambda count: self.probing(count).recall(queries))]
        self.probing(chosen)
        return {"nprobe": chosen, "lists": self.lists}


def open_peer(model: str) -> _Thorough:
    """An empty index with a model."""
    return _Thorough(model)
