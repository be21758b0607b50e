"""How long each stage of a search took, and each leg within one, and an end to one that takes too long."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

from index.errors import SearchTimeout


class Stages:
    """A stopwatch with a limit in seconds, looked at between stages: none of them is cut short."""

    def __init__(self, limit: float) -> None:
        self._limit = limit
        self._started = self._last = perf_counter()
        self._ms: dict[str, float] = {}
        self._leg_seconds: dict[str, float] = {}

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

    @contextmanager
    def leg(self, name: str) -> Iterator[None]:
        """Count the time of a block to a leg; each language adds to it."""
        started = perf_counter()
        yield
        self._leg_seconds[name] = self._leg_seconds.get(name, 0.0) + perf_counter() - started

    @property
    def leg_ms(self) -> dict[str, float]:
        """Milliseconds of each leg so far, all languages together."""
        return {name: round(seconds * 1000, 3) for name, seconds in self._leg_seconds.items()}

    @property
    def ms(self) -> dict[str, float]:
        """Milliseconds of each stage so far, in order."""
        return dict(self._ms)

    @property
    def total_ms(self) -> float:
        """Milliseconds since the search began."""
        return round((perf_counter() - self._started) * 1000, 2)
