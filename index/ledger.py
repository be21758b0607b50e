"""What a generation remembers of its sources, so that the next rebuild reads only what is new or changed.

A file whose path, size and time of change are as they were is taken to be unchanged. Of another,
each record is known again by the digest of what it was read from.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.arrays import StringTable, open_array, save_arrays
from index.errors import IndexCorrupt
from index.types import RawDocument

DIGEST_BYTES = 16
_PROBLEMS = "problems.json"
_ARRAYS = ("sizes", "modified", "again", "records", "documents", "digests", "lines", "own_ids")


@dataclass(frozen=True, slots=True)
class Ledger:
    """The files of the sources, in the order of reading, with their records and the documents these gave.

    `places` and `names` are path and name of each file; `sizes` (bytes), `modified` (nanoseconds)
    and `again`, of shape (files,), are what was said of it, -1 for a size not to be trusted, and
    whether it is read again though it looks unchanged. The records of file f are
    `records[f]:records[f + 1]`, the documents of record r `documents[r]:documents[r + 1]`;
    `digests`, of shape (records, 16), and `lines` tell what a record was read from, and `own_ids`
    whether its id came with it. `problems` holds what is to be said of a file, by its number.
    """

    places: Sequence[str]
    names: Sequence[str]
    sizes: NDArray[np.int64]
    modified: NDArray[np.int64]
    again: NDArray[np.bool_]
    records: NDArray[np.int64]
    documents: NDArray[np.int64]
    digests: NDArray[np.uint8]
    lines: NDArray[np.int32]
    own_ids: NDArray[np.bool_]
    problems: Mapping[int, Sequence[str]]

    def __post_init__(self) -> None:
        files = {len(self.places), len(self.names), len(self.sizes), len(self.modified), len(self.records) - 1}
        records = {len(self.documents) - 1, len(self.digests), len(self.lines), len(self.own_ids), self.records[-1]}
        if len(files) != 1 or len(records) != 1:
            raise IndexCorrupt(f"the ledger disagrees: {files} files, {records} records; rebuild the index")

    @classmethod
    def empty(cls) -> "Ledger":
        """The ledger of one who has read nothing."""
        none = np.zeros(0, dtype=np.int64)
        flags, first = none.astype(np.bool_), np.zeros(1, dtype=np.int64)
        digests = np.zeros((0, DIGEST_BYTES), dtype=np.uint8)
        return cls([], [], none, none, flags, first, first, digests, none.astype(np.int32), flags, {})

    @classmethod
    def open(cls, folder: Path) -> "Ledger":
        """The ledger saved in a folder."""
        try:
            problems = json.loads((folder / _PROBLEMS).read_text(encoding="utf-8"))
        except (OSError, ValueError) as problem:
            raise IndexCorrupt(f"{folder / _PROBLEMS} cannot be read ({problem}); rebuild the index") from problem
        return cls(
            places=_strings(folder, "places"),
            names=_strings(folder, "names"),
            problems={int(number): found for number, found in problems.items()},
            **{name: open_array(folder, name) for name in _ARRAYS},
        )

    def save(self, folder: Path) -> None:
        """Write the ledger to a folder."""
        _save_strings(folder, "places", self.places)
        _save_strings(folder, "names", self.names)
        save_arrays(folder, {name: getattr(self, name) for name in _ARRAYS})
        (folder / _PROBLEMS).write_text(json.dumps(dict(self.problems), ensure_ascii=False), encoding="utf-8")

    def origin(self, document: int) -> str:
        """Path and line that a document was read from, for messages."""
        record = int(np.searchsorted(self.documents, document, side="right")) - 1
        file = int(np.searchsorted(self.records, record, side="right")) - 1
        line = int(self.lines[record])
        return f"{self.places[file]}, line {line}" if line else self.places[file]


def record_digest(raw: RawDocument) -> bytes:
    """The digest of a record: that of its bytes, where its reader gave one, or of all that was read from them."""
    if raw.digest:
        return bytes.fromhex(raw.digest)
    fields = (raw.id, raw.text, raw.title, raw.language, raw.url, raw.date, raw.source)
    told_apart = "".join(f"{len(field)}:{field}" for field in fields)
    return blake2b(told_apart.encode("utf-8", "surrogatepass"), digest_size=DIGEST_BYTES).digest()


def _save_strings(folder: Path, name: str, strings: Sequence[str]) -> None:
    """Strings in an order of their own; a path may be any bytes."""
    table = StringTable.of_sorted([string.encode("utf-8", "surrogateescape") for string in strings])
    table.save(folder, name)


def _strings(folder: Path, name: str) -> list[str]:
    blob = open_array(folder, f"{name}_blob").tobytes()
    offsets = open_array(folder, f"{name}_offsets").tolist()
    return [blob[start:end].decode("utf-8", "surrogateescape") for start, end in pairwise(offsets)]
