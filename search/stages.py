"""How long each stage of a search took, and an end to one that takes too long."""

from time import perf_counter

from index.errors import SearchTimeout


class Stages:
    """A stopwatch with a limit in seconds, looked at between stages: none of them is cut short."""

    def __init__(self, limit: float) -> None:
        self._limit = limit
        self._started = self._last = perf_counter()
        self._ms: dict[str, float] = {}

    def lap(self, stage: str) -> None:
        """End a stage. Raises SearchTimeout when the search has lasted longer than it may."""
        now = perf_counter()
        self._ms[stage] = round((now - self._last) * 1000, 3)
        self._last = now
        if now - self._started > self._limit:
            raise SearchTimeout(
                f"the search took longer than {self._limit:g} s and was given up after {stage}; "
                "ask again later, or for fewer words"
            )

    @property
    def ms(self) -> dict[str, float]:
        """Milliseconds of each stage so far, in order."""
        return dict(self._ms)

    @property
    def total_ms(self) -> float:
        """Milliseconds since the search began."""
        return round((perf_counter() - self._started) * 1000, 2)
