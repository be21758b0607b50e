"""The files of a folder, in an order that does not change, each once."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from index.errors import SourceError
from index.readers.item import OnError

_Identity = tuple[int, int]


class Walk:
    """Walks folders and remembers where it has been: a link that leads back is not followed twice."""

    def __init__(self, on_error: OnError) -> None:
        self._on_error = on_error
        self._seen: set[_Identity] = set()

    def files(self, source: Path) -> Iterator[Path]:
        """The regular files under a folder, or a file itself, sorted by path; hidden ones only when named."""
        found = self._new(source, named=True)
        if found is None:
            return
        if stat.S_ISREG(found):
            yield source
            return
        pending = [source]
        while pending:
            path = pending.pop()
            if path is not source:
                mode = self._new(path)
                if mode is None:
                    continue
                if stat.S_ISREG(mode):
                    yield path
                    continue
            pending += reversed(self._entries(path))

    def _entries(self, folder: Path) -> list[Path]:
        try:
            return sorted(path for path in folder.iterdir() if not path.name.startswith("."))
        except OSError as problem:
            self._on_error(_unreadable(folder, problem))
            return []

    def _new(self, path: Path, named: bool = False) -> int | None:
        """The mode of a file or folder met for the first time; pipes and devices may never end and are left alone."""
        try:
            status = path.stat()
        except OSError as problem:
            if named or not path.is_symlink():  # a link to what is gone is no document
                self._on_error(_unreadable(path, problem))
            return None
        identity = (status.st_dev, status.st_ino)
        if not (stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode)):
            if named:
                self._on_error(SourceError(f"{path}: neither a file nor a folder; give one of these"))
            return None
        if identity in self._seen:
            return None
        self._seen.add(identity)
        return status.st_mode


def _unreadable(path: Path, problem: OSError) -> SourceError:
    reason = problem.strerror or os.strerror(problem.errno or 0)
    return SourceError(f"{path}: cannot be read ({reason}); give access to it and rebuild")
