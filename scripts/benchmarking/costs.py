"""What each size costs, as plain numbers by name, and how they grow."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

Figures = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Cost:
    """A number of each size: what it is called, where it lies in the figures, and how many digits of it are told.

    `panel` names the plot it is drawn in, "" for none; `each` divides it by the number of chunks, after `factor`.
    """

    label: str
    place: tuple[str, ...]
    digits: int = 1
    panel: str = ""
    each: bool = False
    factor: float = 1.0

    def of(self, hudhud: Figures) -> float | None:
        """The number in the figures of one size, None if it was not measured."""
        found = number(hudhud, self.place)
        if found is None or not self.each:
            return found
        chunks = number(hudhud, ("build", "chunks"))
        return found * self.factor / chunks if chunks else None


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds of each size, of which the median, the 95th and the 99th of a hundred are told."""

    label: str
    place: tuple[str, ...]
    panel: str = ""

    def of(self, hudhud: Figures) -> list[float | None]:
        """The three of them."""
        return [number(hudhud, (*self.place, part)) for part in ("p50", "p95", "p99")]


_LATENCY, STAGES = "hybrid search with snippets, ms", "stages and legs of a hybrid search, p50, ms"

COSTS = (
    Cost("build, s", ("build", "seconds"), 1, "build, s"),
    Cost("chunks/s", ("build", "rate"), 0),
    Cost("peak memory of the build, MB", ("build", "peak_mb"), 0, "memory, MB"),
    Cost("of that not pages of files, MB", ("build", "peak_own_mb"), 0),
    Cost("bytes on disk a chunk", ("build", "bytes"), 0, "bytes a chunk", each=True),
    Cost("terms of all languages", ("build", "terms"), 0),
    Cost("resident after all queries, MB", ("search", "memory", "total"), 0, "memory, MB"),
    Cost("resident, bytes a chunk", ("search", "memory", "total"), 0, "bytes a chunk", each=True, factor=1 << 20),
    Cost("of that not pages of files, MB", ("search", "memory", "own"), 0),
    Cost("new process to first answer, s", ("start", "warm"), 2, "new process to first answer, s"),
    Cost("the same, nothing in the page cache, s", ("start", "cold"), 2, "new process to first answer, s"),
    Cost("hits shown a query", ("search", "hits"), 1),
    Cost("queries/s, one core", ("throughput", "one", "rate"), 0, "a second"),
    Cost("queries/s, two cores", ("throughput", "two", "rate"), 0, "a second"),
    Cost("recall@10 of the dense leg", ("recall", "recall"), 4, "recall@10"),
    Cost("HTTP, one worker, requests/s", ("http", "workers_1", "rate"), 0),
    Cost("HTTP, two workers, requests/s", ("http", "workers_2", "rate"), 0, "a second"),
    Cost("cores that its clients took", ("http", "workers_2", "client_cores"), 2),
)

TIMES = (
    Times("hybrid, words asked before", ("search", "asked", "whole"), _LATENCY),
    Times("hybrid, a word never asked before", ("search", "new", "whole"), _LATENCY),
    Times("translate", ("search", "asked", "translate"), STAGES),
    Times("translate, a word never asked before", ("search", "new", "translate"), STAGES),
    Times("rank", ("search", "asked", "rank"), STAGES),
    Times("of that the dense leg", ("legs", "legs", "dense"), STAGES),
    Times("of that the lexical leg", ("legs", "legs", "lexical"), STAGES),
    Times("present", ("search", "asked", "present"), STAGES),
    Times("dense alone, with snippets", ("search", "modes", "dense")),
    Times("lexical alone, with snippets", ("search", "modes", "lexical")),
    Times("HTTP, 16 clients, one worker", ("http", "workers_1", "times")),
    Times("HTTP, 16 clients, two workers", ("http", "workers_2", "times"), "16 clients over HTTP, ms"),
)


def exponent(sizes: Sequence[float], values: Sequence[float | None]) -> float | None:
    """The slope of a straight line through the logarithms, by least squares: 1 is in proportion, 0 is constant.

    >>> exponent([10, 100, 1000], [5, 50, 500])
    1.0
    """
    pairs = [(size, value) for size, value in zip(sizes, values, strict=True) if value]
    if len(pairs) < 2:
        return None
    slope, _ = np.polyfit(*np.log(np.array(pairs)).T, 1)
    return round(float(slope), 2)


def number(figures: Figures, place: Sequence[str]) -> float | None:
    """The number that lies in a place of nested figures, or None."""
    found: Any = figures
    for name in place:
        if not isinstance(found, Mapping) or name not in found:
            return None
        found = found[name]
    return None if found is None else float(found)
