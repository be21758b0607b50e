"""The text of each chunk of an index, as it was embedded."""

from collections.abc import Iterator

from index.chunking import embedded_text
from index.snapshot import Partition
from index.store import DocumentStore

_BLOCK = 4_096


def texts_of(part: Partition, store: DocumentStore) -> Iterator[list[str]]:
    """The chunks of one language in order of their rows, in blocks."""
    for first in range(0, len(part), _BLOCK):
        rows = range(first, min(first + _BLOCK, len(part)))
        numbers = [int(number) for number in part.chunks.documents[rows.start : rows.stop]]
        documents = store.get(numbers)
        pairs = zip(rows, numbers, strict=True)
        yield [embedded_text(documents[number], part.chunk(row, documents[number]).text) for row, number in pairs]
