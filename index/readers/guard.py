"""Other people's parsers at work in a process of their own, which a hostile file may exhaust, hang or crash.

The process is bounded in memory and in the time to its next sign of life (see `limits`), serves one file
after the other, and is replaced when it dies. It is spoken to in lines of JSON; see `worker`.
"""

import atexit
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from threading import Timer
from typing import IO, Any

from index import errors
from index.errors import FileDamaged, LimitExceeded, RecordError, SourceError
from index.readers.item import Item, OnError
from index.readers.limits import Limits
from index.readers.spool import on_disk
from index.types import RawDocument

_START_SECONDS = 60.0  # to start Python and import a parser, also on a busy machine
_FILES = 1000  # that one process reads
_ROOT = Path(__file__).parents[2]
_idle: list["_Worker"] = []


def read(kind: str, item: Item, on_error: OnError) -> Iterator[RawDocument]:
    """The documents that the reader of a format finds. Raises what it raises, and LimitExceeded, FileDamaged."""
    with on_disk(item) as path:
        worker = _take(item.limits)
        try:
            worker.ask(kind, item, path)
            yield from worker.answers(item, on_error)
        except SourceError:
            worker.release()
            raise
        except BaseException:  # such as GeneratorExit, when nobody wants the other documents
            worker.stop()
            raise
        worker.release()


def _take(limits: Limits) -> "_Worker":
    while _idle:
        worker = _idle.pop()
        if worker.limits == limits and worker.alive():
            return worker
        worker.stop()
    return _Worker(limits)


@atexit.register
def stop_all() -> None:
    """End the processes that wait for a file."""
    while _idle:
        _idle.pop().stop()


class _Worker:
    """A process that reads files; `at_rest` when it has answered all that it was asked."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.at_rest = True
        self._served = 0
        path = os.pathsep.join(filter(None, (str(_ROOT), os.environ.get("PYTHONPATH", ""))))
        threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
        self._process = subprocess.Popen(
            # -P: nothing is imported from the folder one happens to be in, which may hold what is to be read.
            [sys.executable, "-P", "-m", "index.readers.worker", json.dumps(asdict(limits))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **threads, "PYTHONPATH": path, "ARROW_DEFAULT_MEMORY_POOL": "system"},
            start_new_session=True,  # an interrupt from the terminal is for us
        )

    def alive(self) -> bool:
        return self._process.poll() is None

    def release(self) -> None:
        """Wait for the next file, unless it is time for another process: parsers of others may leak."""
        self._served += 1
        if self.at_rest and self._served < _FILES:
            _idle.append(self)
        else:
            self.stop()

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream:
                with suppress(BrokenPipeError):  # what it was not told it need not know
                    stream.close()

    def ask(self, kind: str, item: Item, path: Path) -> None:
        """Have a file read."""
        self.at_rest = False
        fields = {"name": item.name, "path": str(item.path), "declared": item.declared, "url": item.url}
        request = {"format": kind, "local": str(path), **fields}
        stream = _open(self._process.stdin)
        with suppress(BrokenPipeError):  # its silence will be understood
            stream.write(json.dumps(request).encode() + b"\n")
            stream.flush()

    def answers(self, item: Item, on_error: OnError) -> Iterator[RawDocument]:
        """What it finds, until it is done."""
        seconds = _START_SECONDS
        while True:
            answer = self._answer(item, seconds)
            seconds = item.limits.patience_seconds
            if "document" in answer:
                yield RawDocument(**answer["document"])
            elif "problem" in answer:
                on_error(_error(answer["problem"]))
            elif "raised" in answer:
                self.at_rest = True
                raise _error(answer["raised"])
            elif "done" in answer:
                self.at_rest = True
                return
            else:
                item.progress()

    def _answer(self, item: Item, seconds: float) -> dict[str, Any]:
        clock = Timer(seconds, self._process.kill)
        clock.start()
        try:
            line = _open(self._process.stdout).readline()
        finally:
            clock.cancel()
        if line.endswith(b"\n"):
            answer: dict[str, Any] = json.loads(line)
            return answer
        raise _death(item, self._process.wait())


def _open(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None
    return stream


def _death(item: Item, status: int) -> SourceError:
    """Why a process ended: the system's clock or ours stopped it, or the parser fell over."""
    if -status in _OUT_OF_TIME:
        return LimitExceeded(
            f"{item.path}: takes more than {item.limits.step_seconds:g} seconds to read; check the file, or split it, "
            "and rebuild"
        )
    return FileDamaged(f"{item.path}: its reader broke down over it (status {status}); check the file and rebuild")


_OUT_OF_TIME = (9, 24)  # SIGKILL, SIGXCPU


def _error(told: dict[str, Any]) -> SourceError:
    """An error as it was in the other process."""
    if told["kind"] == "RecordError":
        path, line, problem, unit = told["arguments"]
        return RecordError(Path(path), line, problem, unit)
    kind = getattr(errors, told["kind"], SourceError)
    return kind(*told["arguments"]) if issubclass(kind, SourceError) else SourceError(*told["arguments"])
