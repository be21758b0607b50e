"""The folder of an index: immutable generations and the name of the live one.

DIR/CURRENT              name of the live generation, replaced in one step
DIR/LOCK                 held by the one rebuild that runs
DIR/generations/ID/      published, never changed again
DIR/generations/.ID/     being built; left behind by a crash, cleared by the next rebuild
"""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from index.errors import HudhudError, IndexNotFound

_CURRENT = "CURRENT"


class Generations:
    """The generations under one index folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._root = folder / "generations"

    def current(self) -> Path:
        """The folder of the live generation. Raises IndexNotFound."""
        try:
            name = (self.folder / _CURRENT).read_text(encoding="utf-8").strip()
        except FileNotFoundError as problem:
            raise IndexNotFound(
                f"{self.folder} holds no index; make one with: hudhud rebuild-index SOURCE --index {self.folder}"
            ) from problem
        path = self._root / name
        if not name or Path(name).name != name or not path.is_dir():
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
        """Hold the index for a rebuild; the operating system frees it if the process dies."""
        self._root.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.folder / "LOCK", timeout=0)
        try:
            lock.acquire()
        except Timeout as problem:
            raise HudhudError(f"another rebuild of {self.folder} is running; wait for it to end") from problem
        try:
            yield
        finally:
            lock.release()

    def start(self) -> Path:
        """A new empty folder to build in, after what dead rebuilds left is cleared. Needs the lock."""
        for path in self._root.glob(".*"):
            if path.is_dir():
                shutil.rmtree(path)
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
        path = self._root / f".{stamp}-{secrets.token_hex(3)}"
        path.mkdir()
        return path

    def publish(self, built: Path, keep: int) -> Path:
        """Make a built generation the live one, then delete all but the newest `keep`. Needs the lock.

        The order is what makes a crash harmless: files are on the disk before the folder has its
        name, the folder has its name before CURRENT says it, and only then is anything deleted.
        """
        for folder in [path for path in built.rglob("*") if path.is_dir()] + [built]:
            _sync_folder(folder)
        published = built.with_name(built.name.removeprefix("."))
        built.rename(published)
        _sync_folder(self._root)
        self.point_to(published)
        for old in self.published()[:-keep]:
            if old != published:
                shutil.rmtree(old)
        return published

    def point_to(self, published: Path) -> None:
        """Make a published generation the live one, in one step."""
        temporary = self.folder / f"{_CURRENT}.new"
        with temporary.open("w", encoding="utf-8") as stream:
            stream.write(published.name + "\n")
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(self.folder / _CURRENT)
        _sync_folder(self.folder)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
