"""`.parquet`: a table on disk by columns, one document a row, read a few rows at a time."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from index.readers.foreign import extra, foreign
from index.readers.item import Item, OnError
from index.readers.spool import on_disk
from index.readers.tables import Table, rows, wanted
from index.types import RawDocument

_ROWS = 64  # at a time: articles are long


def read(item: Item, on_error: OnError) -> Iterator[RawDocument]:
    """The documents in the rows of an item. Raises ColumnsUnknown, FileDamaged, ReaderMissing."""
    with on_disk(item) as path:
        yield from rows(_rows(item, path), Table(item.name, item.path, "row", item.limits), on_error)


def _rows(item: Item, path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    with extra(item.path, "parquet"):
        from pyarrow import parquet
    number = 0
    with (
        foreign(item.path, "a Parquet file"),
        parquet.ParquetFile(path, memory_map=False, pre_buffer=False) as table,
    ):
        names = wanted(item.path, table.schema_arrow.names)
        for batch in table.iter_batches(batch_size=_ROWS, columns=names, use_threads=False):
            for row in batch.to_pylist():
                number += 1
                yield number, row
