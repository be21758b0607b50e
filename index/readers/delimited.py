"""`.csv`, `.tsv`: a table whose first line names the columns, one document a row."""

import csv
from collections.abc import Iterator

from index.errors import RecordError
from index.readers.item import Item, OnError
from index.readers.lines import numbered_lines
from index.readers.tables import Table, rows, wanted
from index.types import RawDocument

_DELIMITERS = ",;\t|"


def read(item: Item, on_error: OnError) -> Iterator[RawDocument]:
    """The documents in the rows of an item. Raises ColumnsUnknown; a bad row is reported."""
    # A field of a table is an article here; the default, 128 KiB for the whole process, is too short for some.
    csv.field_size_limit(max(csv.field_size_limit(), item.limits.record_bytes))
    # A carriage return alone ends a line too, in tables from old spreadsheets.
    lines = (part + "\n" for _, line in numbered_lines(item, on_error) for part in line.split("\r"))
    header = next(lines, "")
    if not header.strip():
        return
    delimiter = _delimiter(header)
    try:
        names = [name.strip() for name in next(csv.reader([header], delimiter=delimiter))]
    except csv.Error as problem:
        raise RecordError(item.path, 1, f"{problem}; expected the names of columns") from problem
    wanted(item.path, names)
    yield from rows(
        _rows(item, lines, names, delimiter, on_error), Table(item.name, item.path, "line", item.limits), on_error
    )


def _delimiter(header: str) -> str:
    """What stands between the names of columns; names themselves hardly hold any of these."""
    return max(_DELIMITERS, key=header.count)


def _rows(
    item: Item, lines: Iterator[str], names: list[str], delimiter: str, on_error: OnError
) -> Iterator[tuple[int, dict[str, str]]]:
    table = csv.reader(lines, delimiter=delimiter)
    while True:
        number = table.line_num + 2  # the header is line 1
        try:
            cells = next(table)
        except StopIteration:
            return
        except csv.Error as problem:
            on_error(RecordError(item.path, number, f"{problem}; expected cells with closed quotes"))
            continue
        if len(cells) > len(names) and any(cell.strip() for cell in cells[len(names) :]):
            on_error(RecordError(item.path, number, f"{len(cells)} cells for {len(names)} columns; quote the cells"))
        elif any(cells):
            yield number, dict(zip(names, cells, strict=False))
