"""Sources → the documents of a generation: what is unchanged is taken over, the rest is read and cleaned."""

from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from index.cleaning import articles
from index.cleaning.repetition import line_keys
from index.errors import SourceError
from index.furniture import Lines
from index.languages import PARTITIONS, partition
from index.ledger import DIGEST_BYTES, Ledger, record_digest
from index.ragged import bounds, spans
from index.readers import Source, SourceFile, list_files, read_file
from index.readers.records import storable
from index.recall import Recall, trusted_size
from index.store import ID_BYTES, DocumentStore, SegmentWriter, id_digest
from index.types import Document, RawDocument, Unchanged

_REPORTED = 256  # records between two signs of progress


@dataclass(frozen=True, slots=True)
class Gathered:
    """The documents of a generation in order, by where they come from, as arrays of shape (documents,).

    `old` is a document's number in the previous generation, -1 for one read anew; `fresh` its row
    in the new segment, -1 for one taken over; `languages` its place in PARTITIONS; `ids`, of shape
    (documents, 16), the digest of its id; `lines` its short lines. `files_read` counts the files that were opened.
    """

    ledger: Ledger
    old: NDArray[np.int64]
    fresh: NDArray[np.int64]
    languages: NDArray[np.int8]
    ids: NDArray[np.uint8]
    lines: Lines
    skipped: list[str]
    files_read: int

    def __len__(self) -> int:
        return len(self.old)


class Gatherer:
    """Goes through the sources once. `writer` takes the documents that are new, `recall` knows those of `old`."""

    def __init__(self, writer: SegmentWriter, recall: Recall, old: DocumentStore) -> None:
        self._writer = writer
        self._recall = recall
        self._old_ids = old.ids
        self._old_languages = old.partitions
        self._old_lines = old.furniture.lines
        self._listing: list[str] = []  # what is wrong with folders
        self._current: list[str] = self._listing
        # By file.
        self._files: list[SourceFile] = []
        self._problems: dict[int, list[str]] = {}
        self._records = array("q", [0])
        self._files_read = 0
        # By record: its number in the old ledger, or -1 - its number among those read anew.
        self._origins = array("q")
        self._lines = array("i")
        # By record read anew.
        self._digests = bytearray()
        self._own_ids = array("b")
        self._counts = array("q")
        # By document read anew.
        self._ids = bytearray()
        self._languages = array("b")
        self._line_counts, self._line_keys, self._articles = array("q"), array("Q"), array("Q")

    def read(self, sources: Sequence[Source]) -> Iterator[int]:
        """Go through the sources; yields the number of records so far, after each file and now and then within one."""
        for file in list_files(sources, self._report):
            number = len(self._files)
            self._files.append(file)
            old = self._recall.file(file)
            if old is None:
                yield from self._read(file, number)
            else:
                self._take_over(old, number)
            self._records.append(len(self._origins))

    def _report(self, problem: SourceError) -> None:
        self._current.append(storable(str(problem)))

    def _take_over(self, old: int, number: int) -> None:
        """All records of a file that is unchanged."""
        ledger = self._recall.ledger
        first, last = self._recall.bounds[old], self._recall.bounds[old + 1]
        self._origins.extend(range(first, last))
        self._lines.extend(self._recall.lines[first:last])
        if old in ledger.problems:
            self._problems[number] = list(ledger.problems[old])

    def _read(self, file: SourceFile, number: int) -> Iterator[int]:
        """The records of a file that is new or changed."""
        self._files_read += 1
        self._current = []
        for record in read_file(file, self._report, recall=self._recall):
            if isinstance(record, Unchanged):
                self._known(self._recall.number, record.line)
            else:
                digest = record_digest(record)
                known = self._recall.record(digest)
                if known is None:
                    self._add(record, digest)
                else:
                    self._known(known, _line(record.origin))
            if len(self._origins) % _REPORTED == 0:
                yield len(self._origins)
        if self._current:
            self._problems[number] = self._current
        self._current = self._listing

    def _known(self, number: int, line: int) -> None:
        self._origins.append(number)
        self._lines.append(line)

    def _add(self, raw: RawDocument, digest: bytes) -> None:
        """A record that is new."""
        found = [article.document for article in articles(raw)]
        documents = [document for document in found if any(map(str.isalnum, document.text))]
        self._current += [f"{raw.origin}: no text is left after cleaning"] * (len(found) - len(documents))
        if not documents:
            return
        self._known(-1 - len(self._counts), _line(raw.origin))
        self._digests += digest
        self._own_ids.append(not raw.digest or raw.id != self._recall.asked)
        self._counts.append(len(documents))
        for document in documents:
            self._add_document(document)

    def _add_document(self, document: Document) -> None:
        self._writer.add(document)
        self._ids += id_digest(document.id)
        self._languages.append(PARTITIONS.index(partition(document.language)))
        found = line_keys(document)
        self._line_counts.append(len(found.lines))
        self._line_keys.extend(found.lines.tolist())
        self._articles.append(found.article)

    def gathered(self, identity: Callable[[int, int], str]) -> Gathered:
        """What was found, each id once: the first document of an id is the one that stays.

        `identity` tells the id of a document by its old number, or, where that is -1, its row in the new segment.
        """
        old = self._recall.ledger
        origins = np.array(self._origins, dtype=np.int64)
        taken, fresh = origins >= 0, -1 - origins[origins < 0]
        counts = np.empty(len(origins), dtype=np.int64)
        counts[taken] = np.diff(old.documents)[origins[taken]]
        new_counts = np.array(self._counts, dtype=np.int64)
        counts[~taken] = new_counts[fresh]
        starts = np.empty(len(origins), dtype=np.int64)
        starts[taken] = old.documents[origins[taken]]
        starts[~taken] = len(self._old_ids) + bounds(new_counts)[fresh]
        # Old documents come first, then those read anew: one number for each of both.
        documents = spans(starts, counts)
        new_ids = np.frombuffer(bytes(self._ids), dtype=np.uint8).reshape(-1, ID_BYTES)
        ids = np.concatenate([self._old_ids, new_ids])[documents]
        languages = np.concatenate([self._old_languages, np.array(self._languages, dtype=np.int8)])[documents]
        first = first_of_each(ids)
        gathered = Gathered(
            self._ledger(origins, counts),
            np.where(documents < len(self._old_ids), documents, -1),
            np.where(documents < len(self._old_ids), -1, documents - len(self._old_ids)),
            languages,
            ids,
            self._old_lines.joined(Lines.of(self._line_counts, self._line_keys, self._articles), documents),
            [*self._listing, *(problem for number in sorted(self._problems) for problem in self._problems[number])],
            self._files_read,
        )
        return gathered if np.all(first == np.arange(len(first))) else _each_id_once(gathered, first, identity)

    def _ledger(self, origins: NDArray[np.int64], counts: NDArray[np.int64]) -> Ledger:
        old = self._recall.ledger
        taken, fresh = origins >= 0, -1 - origins[origins < 0]
        digests = np.empty((len(origins), DIGEST_BYTES), dtype=np.uint8)
        digests[taken] = old.digests[origins[taken]]
        digests[~taken] = np.frombuffer(bytes(self._digests), dtype=np.uint8).reshape(-1, DIGEST_BYTES)[fresh]
        own_ids = np.empty(len(origins), dtype=np.bool_)
        own_ids[taken] = old.own_ids[origins[taken]]
        own_ids[~taken] = np.array(self._own_ids, dtype=np.bool_)[fresh]
        started = self._recall.started
        return Ledger(
            [file.place for file in self._files],
            [file.name for file in self._files],
            np.array([trusted_size(file, started) for file in self._files], dtype=np.int64),
            np.array([file.modified for file in self._files], dtype=np.int64),
            np.zeros(len(self._files), dtype=np.bool_),
            np.array(self._records, dtype=np.int64),
            bounds(counts),
            digests,
            np.array(self._lines, dtype=np.int32),
            own_ids,
            dict(self._problems),
        )


def first_of_each(ids: NDArray[np.uint8]) -> NDArray[np.int64]:
    """For each document the first that has the same id, shape (documents,)."""
    heads = np.ascontiguousarray(ids[:, :8]).view(np.uint64).ravel()
    numbers = np.arange(len(ids))
    if len(np.unique(heads)) == len(heads):
        return numbers
    _, first, of_document = np.unique(ids, axis=0, return_index=True, return_inverse=True)
    return first[of_document.ravel()]


def _each_id_once(gathered: Gathered, first: NDArray[np.int64], identity: Callable[[int, int], str]) -> Gathered:
    """The documents without those whose id an earlier one has; their files will be read again the next time."""
    ledger = gathered.ledger
    kept = first == np.arange(len(first))
    record_of = np.repeat(np.arange(len(ledger.digests)), np.diff(ledger.documents))
    file_of = np.repeat(np.arange(len(ledger.places)), np.diff(ledger.records))
    repeated = np.flatnonzero(~kept)
    again = ledger.again.copy()
    again[file_of[record_of[repeated]]] = True
    said = [
        _repeated(identity(int(gathered.old[number]), int(gathered.fresh[number])), ledger, number, int(first[number]))
        for number in repeated.tolist()
    ]
    counts = np.bincount(record_of[kept], minlength=len(ledger.digests))
    return Gathered(
        replace(ledger, again=again, documents=bounds(counts)),
        gathered.old[kept],
        gathered.fresh[kept],
        gathered.languages[kept],
        gathered.ids[kept],
        gathered.lines.joined(Lines.of([], [], []), np.flatnonzero(kept)),
        [*gathered.skipped, *said],
        gathered.files_read,
    )


def _repeated(identity: str, ledger: Ledger, number: int, first: int) -> str:
    return storable(
        f"{ledger.origin(number)}: the id {identity!r} was already read from {ledger.origin(first)}; "
        "give each document an id of its own"
    )


def _line(origin: str) -> int:
    """The line that an origin names, or 0.

    >>> _line("news.jsonl, line 12"), _line("page.txt")
    (12, 0)
    """
    number = origin.rpartition(", line ")[2]
    return int(number) if number.isdecimal() and number != origin else 0
