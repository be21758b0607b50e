"""`.zip` and `.tar`: the members are items, whose ids are below that of the archive."""

import io
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import IO

from index.encodings import Undecodable, decode
from index.errors import FileDamaged, FileProtected, LimitExceeded, SourceError
from index.readers.item import Item, OnError, megabytes
from index.readers.spool import on_disk

SUFFIXES = (".zip", ".tar", ".tgz", ".tbz2", ".txz")
_END_OF_ZIP = b"PK\x05\x06"
_END_OF_ZIP64 = b"PK\x06\x06"
_BUFFER = 1 << 16
_ENCRYPTED, _UTF8 = 0x1, 0x800  # bits of a zip member's flags


def members(item: Item, kind: str, on_error: OnError) -> Iterator[Item]:
    """The files in an archive of a kind, each to be read before the next is asked for; a bad one is reported.

    Raises FileDamaged, LimitExceeded.
    """
    if item.containers >= item.limits.nesting:
        raise LimitExceeded(f"{item.path}: packed more than {item.limits.nesting} times over; unpack it and rebuild")
    yield from (_zip_members if kind == ".zip" else _tar_members)(item, on_error)


def packing(head: bytes) -> str:
    """The kind of archive that begins so, `.zip` or `.tar`, or ""."""
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return ".zip"
    return ".tar" if head[257:262] == b"ustar" else ""


def _zip_members(item: Item, on_error: OnError) -> Iterator[Item]:
    with on_disk(item) as path:
        check_directory(item, path)
        budget = _Budget(item, path.stat().st_size)
        try:
            with zipfile.ZipFile(path) as archive:
                _check_members(item, len(archive.infolist()))
                for info in archive.infolist():
                    if not info.filename:  # which zipfile itself stumbles over
                        on_error(FileDamaged(f"{item.path}: holds a member without a name; fetch it again and rebuild"))
                        continue
                    if info.is_dir() or _hidden(info.filename):
                        continue
                    try:
                        with _open(archive, info, item) as stream:
                            yield budget.member(zip_name(info), stream)
                    except SourceError as problem:
                        on_error(problem)
                    if budget.spent:
                        return
        except (zipfile.BadZipFile, ValueError, struct.error, EOFError, NotImplementedError) as problem:
            raise FileDamaged(f"{item.path}: a damaged zip file ({problem}); fetch it again and rebuild") from problem


def _tar_members(item: Item, on_error: OnError) -> Iterator[Item]:
    budget = _Budget(item)
    try:
        with tarfile.open(fileobj=item.stream, mode="r|", errorlevel=1) as archive:
            for number, info in enumerate(archive, start=1):
                _check_members(item, number)
                stream = None if _hidden(info.name) or not info.isreg() else archive.extractfile(info)
                if stream is not None:
                    yield budget.member(info.name, stream)
                if budget.spent:
                    return
                archive.members = []  # type: ignore[attr-defined] # it would keep them all
    except (tarfile.TarError, ValueError, OverflowError, EOFError) as problem:
        raise FileDamaged(f"{item.path}: a damaged tar file ({problem}); fetch it again and rebuild") from problem


class _Budget:
    """How much the members of one archive may unpack to, all together: bombs share bytes between them."""

    def __init__(self, item: Item, packed: int = 0) -> None:
        self._item, self._packed, self._given = item, packed, 0
        self.spent = False

    def member(self, name: str, stream: IO[bytes]) -> Item:
        """A member of the archive as an item of its own."""
        inner = "/".join(part for part in PurePosixPath(name).parts if part not in ("/", "..", "."))
        path = self._item.path / inner
        return replace(
            self._item,
            name=f"{self._item.name}/{inner}",
            path=path,
            stream=io.BufferedReader(_Spending(stream, self, path), _BUFFER),
            local=None,
            containers=self._item.containers + 1,
        )

    def spend(self, count: int) -> None:
        """Take note of unpacked bytes. Raises LimitExceeded."""
        self._given += count
        limits = self._item.limits
        if self._given > limits.unpacked_bytes:
            self.spent = True
            raise LimitExceeded(f"{self._item.path}: unpacks to more than {megabytes(limits.unpacked_bytes)}; split it")
        if self._packed and self._given > max(limits.ratio_from, limits.ratio * self._packed):
            self.spent = True
            raise LimitExceeded(
                f"{self._item.path}: unpacks to more than {limits.ratio} times its size, as a zip bomb does; "
                "unpack it yourself if you trust it"
            )


class _Spending(io.RawIOBase):
    """The bytes of a member, paid for from the budget of its archive."""

    def __init__(self, stream: IO[bytes], budget: _Budget, path: Path) -> None:
        self._stream, self._budget, self._path = stream, budget, path

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            data = self._stream.read(len(buffer))
        except (zipfile.BadZipFile, tarfile.TarError, EOFError, zlib.error, ValueError, NotImplementedError) as problem:
            raise FileDamaged(f"{self._path}: damaged ({problem}); fetch the archive again and rebuild") from problem
        self._budget.spend(len(data))
        buffer[: len(data)] = data
        return len(data)


def _open(archive: zipfile.ZipFile, info: zipfile.ZipInfo, item: Item) -> IO[bytes]:
    if info.flag_bits & _ENCRYPTED:
        raise FileProtected(f"{item.path / info.filename}: protected by a password; unpack it yourself and rebuild")
    try:
        return archive.open(info)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, OSError, EOFError) as problem:
        path = item.path / info.filename
        raise FileDamaged(f"{path}: cannot be unpacked ({problem}); fetch the archive again and rebuild") from problem


def zip_name(info: zipfile.ZipInfo) -> str:
    """The name of a member; where nothing says that it is UTF-8, its encoding is found out as that of a text is."""
    if info.flag_bits & _UTF8 or info.filename.isascii():
        return info.filename
    try:
        return decode(info.filename.encode("cp437"))
    except (Undecodable, UnicodeEncodeError):
        return info.filename


def check_directory(item: Item, path: Path) -> None:
    """Raise LimitExceeded for a zip file whose list of members is too large to be held, before it is read."""
    with path.open("rb") as stream:
        size = stream.seek(0, io.SEEK_END)
        stream.seek(max(0, size - (1 << 16) - 22 - 76))
        tail = stream.read()
    claimed = 0
    end = tail.rfind(_END_OF_ZIP)
    if end >= 0 and len(tail) >= end + 20:
        claimed = struct.unpack_from("<L", tail, end + 12)[0]
    end = tail.rfind(_END_OF_ZIP64)
    if end >= 0 and len(tail) >= end + 56:
        claimed = min(size, max(claimed if claimed != 0xFFFFFFFF else 0, struct.unpack_from("<Q", tail, end + 40)[0]))
    if min(claimed, size) > item.limits.directory_bytes:
        raise LimitExceeded(f"{item.path}: a zip file with too many members to list; unpack it yourself and rebuild")


def _check_members(item: Item, count: int) -> None:
    if count > item.limits.members:
        raise LimitExceeded(f"{item.path}: more than {item.limits.members} members; unpack it yourself and rebuild")


def _hidden(name: str) -> bool:
    """Whether a member is hidden, or is what macOS adds."""
    return any(part.startswith(".") or part == "__MACOSX" for part in PurePosixPath(name).parts if part != "..")
