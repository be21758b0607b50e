"""What a reader is given: a stream of bytes, a name that ids begin with, a place for messages."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BufferedReader
from pathlib import Path
from typing import Protocol

from index.encodings import Undecodable, decode
from index.errors import EncodingUnknown, LimitExceeded, SourceError
from index.readers.limits import Limits
from index.types import RawDocument, Unchanged

OnError = Callable[[SourceError], None]
"""Told of each file or record that cannot be read; the reading goes on."""

Record = RawDocument | Unchanged

Recall = Callable[[bytes, str], bool]
"""Whether a record need not be read: asked with the digest of its bytes, and the id it gets if it brings none."""


def nothing_known(digest: bytes, name: str) -> bool:
    """The answer of one who has read nothing before."""
    return False


@dataclass(frozen=True, slots=True)
class Item:
    """A file, or a member of a container, about to be read.

    `name` is its path within the source, in which a container counts as a folder; `path` says
    the same on this machine. `local` is the file on disk whose bytes the stream gives, if there
    is one. `containers` counts those around it. `declared` is an encoding its sender named, `url`
    where it was found, and `suffix` what its name would end in, if that is known better than by its name.
    `progress` is to be called when much has been read and no document is there yet.
    A reader that can tell records apart before it understands them asks `recall` about each.
    """

    name: str
    path: Path
    stream: BufferedReader
    limits: Limits = field(default_factory=Limits)
    local: Path | None = None
    containers: int = 0
    declared: str = ""
    url: str = ""
    suffix: str = ""
    progress: Callable[[], None] = lambda: None
    recall: Recall = nothing_known

    def whole(self) -> bytes:
        """All its bytes. Raises LimitExceeded for more than one document may have."""
        data = self.stream.read(self.limits.record_bytes + 1)
        if len(data) > self.limits.record_bytes:
            raise LimitExceeded(
                f"{self.path}: more than {megabytes(self.limits.record_bytes)}, the bound for one document; "
                "split it, or write its records to a .jsonl file"
            )
        return data

    def text(self, data: bytes, declared: str = "") -> str:
        """Its bytes as text. Raises EncodingUnknown."""
        try:
            return decode(data, declared or self.declared)
        except Undecodable as problem:
            raise EncodingUnknown(
                f"{self.path}: not text at byte {problem.position}: {problem}; save it as UTF-8 and rebuild"
            ) from problem


class Reader(Protocol):
    """Reads one format: yields the documents of an item, and hands what it cannot read to `on_error`.

    What spoils the rest of the item too is raised, as a SourceError, OSError, EOFError or zlib.error.
    """

    def __call__(self, item: Item, on_error: OnError) -> Iterator[Record]:
        """The documents of an item."""
        ...


def megabytes(count: int) -> str:
    """A number of bytes to be read by people.

    >>> megabytes(33554432)
    '32 MiB'
    """
    return f"{count / (1 << 20):.4g} MiB"
