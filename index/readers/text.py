"""`.txt`, `.md`: the whole file is one document."""

from collections.abc import Iterator

from index.readers.item import Item, OnError
from index.types import RawDocument


def read(item: Item, on_error: OnError) -> Iterator[RawDocument]:
    """The one document in a file of text."""
    yield RawDocument(id=item.name, text=item.text(item.whole()), origin=str(item.path))
