"""The files of a folder, in an order that does not change, each once."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from index.errors import SourceError
from index.readers.item import OnError

_Identity = tuple[int, int]


class Found(NamedTuple):
    """A file, by its path, its name within the folder that was walked ("" for one named itself), and its status."""

    place: str
    name: str
    status: os.stat_result


class Walk:
    """Walks folders and remembers where it has been: a link that leads back is not followed twice."""

    def __init__(self, on_error: OnError) -> None:
        self._on_error = on_error
        self._seen: set[_Identity] = set()

    def files(self, source: Path) -> Iterator[Found]:
        """The regular files under a folder, or a file itself, sorted by path; hidden ones only when named."""
        top = str(source)
        status = self._new(top, named=True)
        if status is None:
            return
        if stat.S_ISREG(status.st_mode):
            yield Found(top, "", status)
            return
        pending = self._entries(top, "")
        while pending:
            name, place = pending.pop()
            status = self._new(place)
            if status is None:
                continue
            if stat.S_ISREG(status.st_mode):
                yield Found(place, name, status)
            else:
                pending += self._entries(place, f"{name}/")

    def _entries(self, folder: str, within: str) -> list[tuple[str, str]]:
        """Names and paths of what a folder holds, last first. Strings, because there may be millions."""
        try:
            with os.scandir(folder) as entries:
                names = sorted((entry.name for entry in entries if not entry.name.startswith(".")), reverse=True)
        except OSError as problem:
            self._on_error(_unreadable(folder, problem))
            return []
        begin = os.path.join(folder, "")  # noqa: PTH118
        return [(within + name, begin + name) for name in names]

    def _new(self, place: str, named: bool = False) -> os.stat_result | None:
        """The status of a file or folder met for the first time; pipes and devices may never end and are left alone."""
        try:
            status = os.stat(place)  # noqa: PTH116
        except OSError as problem:
            if named or not Path(place).is_symlink():  # a link to what is gone is no document
                self._on_error(_unreadable(place, problem))
            return None
        if not (stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode)):
            if named:
                self._on_error(SourceError(f"{place}: neither a file nor a folder; give one of these"))
            return None
        identity = (status.st_dev, status.st_ino)
        if identity in self._seen:
            return None
        self._seen.add(identity)
        return status


def _unreadable(path: str, problem: OSError) -> SourceError:
    reason = problem.strerror or os.strerror(problem.errno or 0)
    return SourceError(f"{path}: cannot be read ({reason}); give access to it and rebuild")
