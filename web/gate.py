"""How many searches run, how many wait, and who is told to come again.

A search that finds too many waiting is answered at once instead of making all of them late.
"""

from collections.abc import Callable
from functools import wraps
from threading import BoundedSemaphore, Lock
from typing import ParamSpec, TypeVar

from flask import current_app

_P = ParamSpec("_P")
_R = TypeVar("_R")


class Busy(Exception):
    """Too many searches wait, or one waited too long. `wait` is in seconds: when to come again."""

    def __init__(self, wait: int) -> None:
        super().__init__(f"the server is busy; come again in {wait} s")
        self.wait = wait


class Gate:
    """Lets `running` searches through at once and `waiting` wait, each at most `longest_wait` seconds."""

    def __init__(self, running: int, waiting: int, longest_wait: float) -> None:
        self._slots = BoundedSemaphore(running)
        self._room = running + waiting
        self._inside = 0
        self._lock = Lock()
        self._longest_wait = longest_wait

    @property
    def inside(self) -> int:
        """Searches that run or wait."""
        return self._inside

    def __enter__(self) -> None:
        with self._lock:
            if self._inside >= self._room:
                raise Busy(wait=1)
            self._inside += 1
        if not self._slots.acquire(timeout=self._longest_wait):
            self._leave()
            raise Busy(wait=max(1, round(self._longest_wait)))

    def __exit__(self, *_: object) -> None:
        self._slots.release()
        self._leave()

    def _leave(self) -> None:
        with self._lock:
            self._inside -= 1


def gated(view: Callable[_P, _R]) -> Callable[_P, _R]:
    """A view that searches, and so goes through the application's gate."""

    @wraps(view)
    def through(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        gate: Gate = current_app.extensions["hudhud_gate"]
        with gate:
            return view(*args, **kwargs)

    return through
