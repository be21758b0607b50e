"""Bytes that have to be at hand in any order: a file on disk, or a copy of a stream in a temporary one."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import LimitExceeded
from index.readers.item import Item, megabytes

_BLOCK = 1 << 20


@contextmanager
def on_disk(item: Item) -> Iterator[Path]:
    """A file with the bytes of an item, gone afterwards if it is a copy. Raises LimitExceeded."""
    if item.local:
        _check(item, item.local.stat().st_size)
        yield item.local
        return
    with tempfile.NamedTemporaryFile(prefix="hudhud-", suffix=item.path.suffix) as copy:
        size = 0
        while block := item.stream.read(_BLOCK):
            size += len(block)
            _check(item, size)
            copy.write(block)
        copy.flush()
        yield Path(copy.name)


def _check(item: Item, size: int) -> None:
    if size > item.limits.file_bytes:
        raise LimitExceeded(
            f"{item.path}: more than {megabytes(item.limits.file_bytes)}, the bound for a file that cannot be read "
            "piece by piece; split it and rebuild"
        )
