"""The folder of an index: immutable generations and the name of the live one.

DIR/CURRENT              name of the live generation, replaced in one step
DIR/LOCK                 held by the one rebuild that runs
DIR/embeddings/          what a rebuild that was cut off had embedded, with a model that takes its time
DIR/generations/ID/      published, never changed again
DIR/generations/.ID/     being built, or deleted; left behind by a crash, cleared by the next rebuild

A machine that goes off loses whatever was not waited for with fsync: what is in a file, and, apart from
that, which names a folder holds. `tests/index/test_power.py` goes through every moment of a rebuild.
"""

import os
import secrets
import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from index.errors import IndexLocked, IndexNotFound, IndexUnwritable

_CURRENT = "CURRENT"
_THREADS = 8  # files deleted at once


class Generations:
    """The generations under one index folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._root = folder / "generations"

    def current(self) -> Path:
        """The folder of the live generation. Raises IndexNotFound."""
        try:
            line = (self.folder / _CURRENT).read_bytes().decode(errors="replace")
        except FileNotFoundError as problem:
            raise IndexNotFound(
                f"{self.folder} holds no index; make one with: hudhud rebuild-index SOURCE --index {self.folder}"
            ) from problem
        name = line.removesuffix("\n")
        path = self._root / name
        if name == line or not name or Path(name).name != name or not path.is_dir():
            raise IndexNotFound(f"{self.folder / _CURRENT} names {name!r}, which is not there; rebuild the index")
        return path

    def named(self, name: str) -> Path:
        """The folder of a published generation; it may have been deleted since it was named."""
        return self._root / name

    def published(self) -> list[Path]:
        """All published generations, oldest first."""
        if not self._root.is_dir():
            return []
        return sorted(path for path in self._root.iterdir() if path.is_dir() and not path.name.startswith("."))

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the index for a rebuild; the operating system frees it if the process dies.

        What was begun and not published is deleted at the end. Raises IndexLocked, and IndexUnwritable when
        anything inside cannot be written.
        """
        try:
            _make_folder(self._root)
            lock = FileLock(self.folder / "LOCK", timeout=0)
            lock.acquire()
            try:
                yield
            finally:
                self._clear()
                lock.release()
        except Timeout as problem:
            raise IndexLocked(f"another rebuild of {self.folder} is running; wait for it to end") from problem
        except OSError as problem:
            raise IndexUnwritable(
                f"{self.folder} cannot be written ({problem}); {self._state()}: "
                "free space on the disk or give access, then try again"
            ) from problem

    def _state(self) -> str:
        """What a rebuild that failed leaves; the folder may be one that cannot be looked into."""
        has_one = os.access(self.folder / _CURRENT, os.F_OK)
        return "the live generation is whole" if has_one else "nothing was published, and there is no index yet"

    def _clear(self) -> None:
        """Delete what is not published, as far as that can be done. Needs the lock."""
        for path in self._root.glob(".*"):
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)

    def start(self) -> Path:
        """A new empty folder to build in, after what dead rebuilds left is cleared. Needs the lock."""
        self._clear()
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
        path = self._root / f".{stamp}-{secrets.token_hex(3)}"
        path.mkdir()
        return path

    def publish(self, built: Path, keep: int) -> Path:
        """Make a built generation the live one, then delete all but `keep`. Needs the lock.

        Kept are the new one, the one that was live before, and the newest of the others.

        The order is what makes a crash harmless: files are on the disk before the folder has its
        name, the folder has its name before CURRENT says it, and only then is anything deleted.
        """
        before = self._live_name()
        for folder in [path for path in built.rglob("*") if path.is_dir()] + [built]:
            _sync_folder(folder)
        published = built.with_name(built.name.removeprefix("."))
        built.rename(published)
        _sync_folder(self._root)
        self.point_to(published)
        others = [path for path in self.published() if path != published]
        others.sort(key=lambda path: (path.name == before, path.name))
        self._delete(others[: max(0, len(others) + 1 - keep)])
        return published

    def _live_name(self) -> str:
        try:
            return self.current().name
        except IndexNotFound:
            return ""

    def _delete(self, generations: Sequence[Path]) -> None:
        """Delete published generations: first their names, so that none is ever seen that is half there."""
        doomed = [path.rename(path.with_name(f".{path.name}")) for path in generations]
        if doomed:
            _sync_folder(self._root)
        for path in doomed:
            _remove(path)

    def point_to(self, published: Path) -> None:
        """Make a published generation the live one, in one step."""
        temporary = self.folder / f"{_CURRENT}.new"
        with temporary.open("w", encoding="utf-8") as stream:
            stream.write(published.name + "\n")
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(self.folder / _CURRENT)
        _sync_folder(self.folder)


def _make_folder(folder: Path) -> None:
    """Make a folder and those above it, and wait until their names are on the disk."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    for path in reversed(missing):
        path.mkdir(exist_ok=True)
        _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove(folder: Path) -> None:
    """Delete a folder with its files, several at once: a disk takes its time to free a large one."""
    with ThreadPoolExecutor(_THREADS) as threads:
        list(threads.map(Path.unlink, [path for path in folder.rglob("*") if path.is_file()]))
    shutil.rmtree(folder)
