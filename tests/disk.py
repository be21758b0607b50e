"""A disk that forgets: what is left of a folder when the machine goes off at any moment of what a program does to it.

Only what was waited for is certain: the content of a file as of the last `fsync` of it, and which names a folder
holds as of the last `fsync` of the folder. Of everything later, anything may be there or not, in any combination; a
file may also have been written in part, or have its new size and zeros in it.

While a `Recorder` records, each call that could matter to that (`fsync`, and whatever makes, renames, links or
removes a name) first puts down a `Moment`. `Moment.remains` then makes the folder that a machine would find.
"""

import os
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import RLock
from typing import Any

import pytest

_CALLS = ("fsync", "rename", "replace", "link", "unlink", "remove", "mkdir", "rmdir")

Number = int
"""The inode of a file or folder, which it keeps under all its names."""

Names = dict[str, Number]


@dataclass
class Contents:
    """Folders and files by their numbers."""

    folders: dict[Number, Names] = field(default_factory=dict)
    files: dict[Number, bytes] = field(default_factory=dict)


Choose = Callable[[Any, Any, int], Any]
"""Picks what of a change is on the disk: the old state or the new one; told how deep in the folder it is."""


def nothing_more(old: Any, new: Any, depth: int) -> Any:
    """The disk has what was waited for, and no more."""
    return old


def everything(old: Any, new: Any, depth: int) -> Any:
    """The disk was fast: all that was asked of it is there."""
    return new


def below(limit: int) -> Choose:
    """What lies deep was written first."""
    return lambda old, new, depth: new if depth > limit else old


def above(limit: int) -> Choose:
    """What lies deep was written last."""
    return lambda old, new, depth: old if depth > limit else new


def anything(seed: str) -> Choose:
    """Each change by itself may be on the disk or not, and a file half written."""
    draw = random.Random(seed)

    def choose(old: Any, new: Any, depth: int) -> Any:
        if not isinstance(new, bytes):
            return draw.choice([old, new])
        return draw.choice([old, new, new[: draw.randint(0, len(new))], bytes(len(new))])

    return choose


@dataclass(frozen=True)
class Moment:
    """What programs see just before a call, and what of it is certain to be on the disk."""

    call: str
    root: Number
    seen: Contents
    certain: Contents

    def remains(self, folder: Path, choose: Choose) -> Path:
        """Make a folder of what is left after the machine went off now."""
        self._make(self.root, folder, choose, {}, 0)
        return folder

    def _make(self, number: Number, folder: Path, choose: Choose, made: dict[Number, Path], depth: int) -> None:
        folder.mkdir()
        old, new = self.certain.folders.get(number, {}), self.seen.folders.get(number, {})
        for name in sorted({*old, *new}):
            was, now = old.get(name), new.get(name)
            entry = was if was == now else choose(was, now, depth)
            if entry is None:
                continue
            path = folder / name
            if entry in self.seen.folders or entry in self.certain.folders:
                self._make(entry, path, choose, made, depth + 1)
            elif entry in made:
                os.link(made[entry], path)
            else:
                made[entry] = path
                path.write_bytes(self._content(entry, choose, depth))

    def _content(self, number: Number, choose: Choose, depth: int) -> bytes:
        was, now = self.certain.files.get(number, b""), self.seen.files.get(number)
        if now is None or was == now:
            return was
        content: bytes = choose(was, now, depth)
        return content


class Recorder:
    """Records the moments of what is done to a folder, which is on the disk when recording begins.

    `forgets` may say of a path that a wait for it is left out, as if the program had none.
    """

    def __init__(self, folder: Path, forgets: Callable[[Path], bool] = lambda path: False) -> None:
        self._folder = folder
        self._forgets = forgets
        self._paths: dict[Number, Path] = {}
        self.waited: list[Path] = []
        self._lock = RLock()
        self._held: dict[Number, int] = {}
        self._read: dict[Number, tuple[int, int, bytes]] = {}
        self.moments: list[Moment] = []
        seen = self._look()
        self._certain = Contents(dict(seen.folders), dict(seen.files))

    @contextmanager
    def recording(self) -> Iterator[None]:
        """Record what is done until the end of the block; the last moment is the end itself."""
        with pytest.MonkeyPatch.context() as patch:
            for name in _CALLS:
                patch.setattr(os, name, self._recorded(name, getattr(os, name)))
            yield
            self._note("the end")
        for descriptor in self._held.values():
            os.close(descriptor)

    def _recorded(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def recorded(*arguments: Any, **named: Any) -> Any:
            with self._lock:
                self._note(f"{name} {arguments}")
                result = call(*arguments, **named)
                if name == "fsync":
                    self._keep(arguments[0])
                return result

        return recorded

    def _note(self, call: str) -> None:
        with self._lock:
            seen = self._look()
            certain = Contents(dict(self._certain.folders), dict(self._certain.files))
            self.moments.append(Moment(call, self._folder.stat().st_ino, seen, certain))

    def _keep(self, descriptor: int) -> None:
        """What an fsync makes certain."""
        number, seen = os.fstat(descriptor).st_ino, self._look()
        path = self._paths.get(number, Path())
        self.waited.append(path)
        if self._forgets(path):
            return
        if number in seen.folders:
            self._certain.folders[number] = seen.folders[number]
        elif number in seen.files:
            self._certain.files[number] = seen.files[number]

    def _look(self) -> Contents:
        """What programs see now."""
        seen = Contents()
        self._paths = {self._folder.stat().st_ino: self._folder}
        todo = [self._folder]
        for folder in todo:
            names: Names = {}
            with os.scandir(folder) as entries:
                for entry in entries:
                    names[entry.name] = entry.inode()
                    self._paths[entry.inode()] = Path(entry.path)
                    if entry.is_dir(follow_symlinks=False):
                        todo.append(Path(entry.path))
                    else:
                        seen.files[entry.inode()] = self._bytes(Path(entry.path))
                    self._hold(Path(entry.path), entry.inode())
            seen.folders[folder.stat().st_ino] = names
        return seen

    def _bytes(self, path: Path) -> bytes:
        """The content of a file, read again only when it has changed."""
        facts = path.stat()
        size, changed, content = self._read.get(facts.st_ino, (-1, -1, b""))
        if (size, changed) != (facts.st_size, facts.st_mtime_ns):
            content = path.read_bytes()
            self._read[facts.st_ino] = (facts.st_size, facts.st_mtime_ns, content)
        return content

    def _hold(self, path: Path, number: Number) -> None:
        """Keep a file or folder open, so that its number is not given to another one when it is removed."""
        if number not in self._held:
            self._held[number] = os.open(path, os.O_RDONLY)
