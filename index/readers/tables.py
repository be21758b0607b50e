"""Rows of any table → raw documents, by the names of its columns."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.errors import ColumnsUnknown, RecordError
from index.readers.item import OnError, megabytes
from index.readers.limits import Limits
from index.readers.records import BadRecord, columns, document
from index.types import RawDocument


def wanted(path: Path | str, names: Sequence[str]) -> list[str]:
    """The columns that a document is made of. Raises ColumnsUnknown when none holds the text."""
    known = columns(names)
    if not known["text"]:
        found = ", ".join(names[:40]) or "none"
        raise ColumnsUnknown(
            f'{path}: no column for the text; expected one named "text", "body" or "content", found {found}; '
            "rename the one that holds the text"
        )
    return [name for name in names if any(name in group for group in known.values())]


@dataclass(frozen=True, slots=True)
class Table:
    """Where rows come from: what ids begin with, the place for messages, and what is counted, lines or rows."""

    name: str
    place: Path | str
    unit: str
    limits: Limits


def rows(numbered: Iterable[tuple[int, Mapping[str, Any]]], table: Table, on_error: OnError) -> Iterator[RawDocument]:
    """The documents in numbered rows; a bad row is reported."""
    for number, row in numbered:
        try:
            found = document(row, f"{table.name}#{number}", f"{table.place}, {table.unit} {number}")
            if len(found.text) > table.limits.record_bytes:
                raise BadRecord(
                    f"longer than {megabytes(table.limits.record_bytes)}, the bound for one document; split it"
                )
        except BadRecord as problem:
            on_error(RecordError(table.place, number, str(problem), table.unit))
        else:
            yield found
