"""What a run of the benchmark measures, and with how much patience."""

from dataclasses import dataclass
from pathlib import Path

MEASURES = ("build", "search", "legs", "throughput", "start", "recall", "http")


@dataclass(frozen=True, slots=True)
class Plan:
    """Sizes in chunks, words of a chunk, queries, which of `MEASURES`, peers by name, and seconds for each process.

    `corpus` is a file of JSON lines to take the documents from, its first ones for a small size; None makes them up.
    `work` is where corpora and what peers make lie; `index` where the index of each size is kept, None for nowhere.
    """

    sizes: tuple[int, ...]
    words: int
    queries: int
    measures: tuple[str, ...]
    peers: tuple[str, ...]
    limit: float
    corpus: Path | None
    work: Path
    index: Path | None
