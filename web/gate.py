"""How many searches run, how many wait, and who is told to come again.

A search that finds too many waiting is answered at once instead of making all of them late.
"""

from collections import deque
from collections.abc import Callable
from functools import wraps
from threading import Lock
from typing import ParamSpec, TypeVar

from flask import current_app

_P = ParamSpec("_P")
_R = TypeVar("_R")
_Turn = Lock
"""Held until the one who waits for it may go on."""


class Busy(Exception):
    """Too many searches wait, or one waited too long. `wait` is in seconds: when to come again."""

    def __init__(self, wait: int) -> None:
        super().__init__(f"the server is busy; come again in {wait} s")
        self.wait = wait


class Gate:
    """Lets `running` searches through at once and `waiting` wait, each at most `longest_wait` seconds.

    Whoever waits is let through in the order of coming: a place that gets free is handed to the first of them, so that
    nobody who comes later takes it. (A semaphore would let them, and some searches wait far longer than others.)
    """

    def __init__(self, running: int, waiting: int, longest_wait: float) -> None:
        self._free = running
        self._running = running
        self._most_waiting = waiting
        self._waiting: deque[_Turn] = deque()
        self._lock = Lock()
        self._longest_wait = longest_wait

    @property
    def inside(self) -> int:
        """Searches that run or wait."""
        with self._lock:
            return self._running - self._free + len(self._waiting)

    def __enter__(self) -> None:
        turn = self._come()
        if turn is None or turn.acquire(timeout=self._longest_wait):
            return
        with self._lock:
            if turn not in self._waiting:
                return  # it was handed over while time ran out
            self._waiting.remove(turn)
        raise Busy(wait=max(1, round(self._longest_wait)))

    def __exit__(self, *_: object) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._free += 1

    def _come(self) -> "_Turn | None":
        """Take a free place, or else the last of those to wait for; raises Busy where there is neither."""
        with self._lock:
            if self._free:
                self._free -= 1
                return None
            if len(self._waiting) >= self._most_waiting:
                raise Busy(wait=1)
            turn = Lock()
            turn.acquire()
            self._waiting.append(turn)
            return turn


def gated(view: Callable[_P, _R]) -> Callable[_P, _R]:
    """A view that searches, and so goes through the application's gate."""

    @wraps(view)
    def through(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        gate: Gate = current_app.extensions["hudhud_gate"]
        with gate:
            return view(*args, **kwargs)

    return through
