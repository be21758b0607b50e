"""Rows of any table → raw documents, by the names of its columns."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from index.errors import ColumnsUnknown, RecordError
from index.readers.item import OnError
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


def rows(
    numbered: Iterable[tuple[int, Mapping[str, Any]]], name: str, path: Path | str, unit: str, on_error: OnError
) -> Iterator[RawDocument]:
    """The documents in numbered rows; `unit` is what is counted, a line or a row."""
    for number, row in numbered:
        try:
            yield document(row, f"{name}#{number}", f"{path}, {unit} {number}")
        except BadRecord as problem:
            on_error(RecordError(path, number, str(problem), unit))
