"""Work for other processes, so that a build uses all cores.

They are started anew, not forked: a fork of a process with threads may hold a lock that nobody gives back. Each is
asked through its standard input and answers on its standard output (`process.py`), so that it ends with the input when
its parent dies, however that happens.
"""

import os
import pickle
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Barrier
from typing import IO, Any, Generic, TypeVar

from index.errors import ProcessLost

Resident = TypeVar("Resident")
Argument = TypeVar("Argument")
Answer = TypeVar("Answer")

_AHEAD = 4  # arguments under way for each process: enough that none waits, few enough to be held
_STARTED = 10.0  # seconds after which the start of one waits for that of another no longer
_ROOT = Path(__file__).parents[1]


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Processes(Generic[Resident]):
    """So many processes at most, each with a resident of its own, started at first need, until the end of the block.

    `seconds` is how long they worked, all together, by stage.
    `make` gives the resident of a process out of its number, which counts from 1. It is called there, so it has to be
    something that can be pickled, as has all that is asked and answered.
    """

    def __init__(self, count: int, make: Callable[[int], Resident]) -> None:
        self._make = make
        self.count = count
        self._mine = threading.local()
        self._lock = threading.Lock()
        self._started: list[_Process] = []
        self.seconds: dict[str, float] = {}
        self._threads = ThreadPoolExecutor(count, "process")

    def __len__(self) -> int:
        """How many were started."""
        return len(self._started)

    def __enter__(self) -> "Processes[Resident]":
        return self

    def __exit__(self, *of: object) -> None:
        for process in self._started:
            process.kill()
        self._threads.shutdown(cancel_futures=True)
        for process in self._started:
            process.kill()  # one may have been about to start
            process.close()

    def _process(self) -> "_Process":
        """Each thread has a process of its own, so that what that is asked comes in the order of asking."""
        if not hasattr(self._mine, "process"):
            with self._lock:
                self._mine.process = _Process(self._make, len(self._started) + 1)
                self._started.append(self._mine.process)
        process: _Process = self._mine.process
        return process

    def start(self) -> None:
        """Start all processes beside what else is done; whoever needs one that cannot be started is told then."""
        together = Barrier(self.count, timeout=_STARTED)  # so that each thread starts one
        for _ in range(self.count):
            self._threads.submit(self._start, together)

    def _start(self, together: Barrier) -> None:
        try:
            self._process()
            together.wait()
        except ProcessLost:
            together.abort()

    def submit(
        self, stage: str, function: Callable[[Resident, Argument], Answer], argument: Argument
    ) -> Future[Answer]:
        """Have a function called with a resident and this argument.

        The future raises what the function raises, if that is an OSError, MemoryError or HudhudError, or ProcessLost.
        """
        return self._threads.submit(self._ask, stage, function, argument)

    def map(
        self, stage: str, function: Callable[[Resident, Argument], Answer], arguments: Iterable[Argument]
    ) -> Iterator[Answer]:
        """What a function gives for each argument, in order; a few arguments are taken ahead. Raises as `submit`."""
        under_way: deque[Future[Answer]] = deque()
        for argument in arguments:
            under_way.append(self.submit(stage, function, argument))
            while under_way and (len(under_way) > _AHEAD * self.count or under_way[0].done()):
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()

    def _ask(self, stage: str, function: Callable[[Resident, Argument], Answer], argument: Argument) -> Answer:
        seconds, answer = self._process().ask(function, argument)
        with self._lock:
            self.seconds[stage] = self.seconds.get(stage, 0.0) + seconds
        found: Answer = answer
        return found


class _Process:
    def __init__(self, make: Callable[[int], Any], number: int) -> None:
        path = os.pathsep.join(filter(None, (str(_ROOT), os.environ.get("PYTHONPATH", ""))))
        threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
        try:
            self._popen = subprocess.Popen(
                # -P: nothing is imported from the folder one happens to be in.
                [sys.executable, "-P", "-m", "index.process", str(os.getpid())],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env={**os.environ, **threads, "PYTHONPATH": path},
                start_new_session=True,  # an interrupt from the terminal is for us
            )
        except OSError as problem:
            raise ProcessLost(
                f"a process beside the rebuild cannot be started ({problem}); the index is as it was: "
                "end other programs, and try again"
            ) from problem
        self._send((make, number))

    def ask(self, function: Callable[..., Any], argument: object) -> tuple[float, Any]:
        """How long a function takes and what it gives; raises what it raises, or ProcessLost."""
        self._send((function, argument))
        try:
            problem, seconds, answer = pickle.load(_open(self._popen.stdout))
        except (EOFError, pickle.UnpicklingError, OSError, ValueError) as broken:
            raise _lost(self._popen.wait()) from broken
        if problem is not None:
            raise problem
        return seconds, answer

    def _send(self, message: object) -> None:
        stream = _open(self._popen.stdin)
        with suppress(BrokenPipeError):  # its silence will be understood
            pickle.dump(message, stream, pickle.HIGHEST_PROTOCOL)
            stream.flush()

    def kill(self) -> None:
        self._popen.kill()

    def close(self) -> None:
        """After it was killed, and nobody waits for an answer any more."""
        self._popen.wait()
        for stream in (self._popen.stdin, self._popen.stdout):
            with suppress(OSError):  # what it was not told it need not know
                _open(stream).close()


def _open(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None
    return stream


def _lost(status: int) -> ProcessLost:
    return ProcessLost(
        f"a process that the rebuild had started ended early (status {status}), as one does that the system has no "
        "memory left for; the index is as it was: free memory, or index fewer documents, and try again"
    )
