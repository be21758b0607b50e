"""A note that every worker process reads and may change: what one of them does, the others can tell."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryFile
from threading import Lock
from typing import Any
from weakref import finalize


class Board:
    """A JSON object in a file without a name. It is shared by the processes that are forked after it was made."""

    def __init__(self, first: dict[str, Any]) -> None:
        with TemporaryFile() as file:
            self._file = os.dup(file.fileno())
        finalize(self, os.close, self._file)
        self._lock = Lock()  # of threads; the system's lock is one of processes
        self._write(first)

    def read(self) -> dict[str, Any]:
        """What is noted."""
        with self._held():
            return self._read()

    @contextmanager
    def changing(self) -> Iterator[dict[str, Any]]:
        """What is noted, to be changed; no one else reads or changes it meanwhile."""
        with self._held():
            note = self._read()
            yield note
            self._write(note)

    @contextmanager
    def _held(self) -> Iterator[None]:
        with self._lock:
            fcntl.lockf(self._file, fcntl.LOCK_EX)  # ends with its process, however that ends
            try:
                yield
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN)

    def _read(self) -> dict[str, Any]:
        noted: dict[str, Any] = json.loads(os.pread(self._file, os.fstat(self._file).st_size, 0))
        return noted

    def _write(self, note: dict[str, Any]) -> None:
        content = json.dumps(note).encode()
        os.pwrite(self._file, content, 0)
        os.ftruncate(self._file, len(content))
