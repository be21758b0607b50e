"""Sources → the documents of a generation: what is unchanged is taken over, the rest is read and prepared."""

from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from index.cuts import Cuts
from index.errors import SourceError
from index.furniture import Lines
from index.ledger import DIGEST_BYTES, Ledger, record_digest
from index.preparing import Prepared, Preparers
from index.ragged import bounds, spans
from index.readers import Source, SourceFile, list_files, read_file
from index.readers.records import storable
from index.recall import Recall, trusted_size
from index.store import ID_BYTES, DocumentStore, SegmentWriter
from index.types import RawDocument, Unchanged

_BATCH = 128  # records prepared together
_BATCH_LENGTH = 1 << 20  # characters from which on fewer are
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


@dataclass(frozen=True, slots=True, order=True)
class _Problem:
    """What is to be said of a file.

    `record` is the number, among records that are new, of the one that was read next, or of the one that was `cleaned`.
    """

    file: int
    record: int
    cleaned: bool
    said: str = field(compare=False)


class Gatherer:
    """Goes through the sources once.

    `recall` knows the documents of `old`; those that are new are made by `preparers`, and go to `writer` and `cuts`.
    """

    def __init__(
        self, writer: SegmentWriter, cuts: Cuts, preparers: Preparers, recall: Recall, old: DocumentStore
    ) -> None:
        self._writer = writer
        self._cuts = cuts
        self._preparers = preparers
        self._recall = recall
        self._old_ids = old.ids
        self._old_languages = old.partitions
        self._old_lines = old.furniture.lines
        self._listing: list[str] = []  # what is wrong with folders
        self._problems: list[_Problem] = []
        # By file.
        self._files: list[SourceFile] = []
        self._taken_over: dict[int, Sequence[str]] = {}  # what there was to say of files that are unchanged
        self._records = array("q", [0])
        self._first_fresh = array("q")
        self._files_read = 0
        # By record: its number in the old ledger, or -1 - its number among those read anew.
        self._origins = array("q")
        self._lines = array("i")
        # By record read anew.
        self._fresh = 0
        self._digests = bytearray()
        self._own_ids = array("b")
        self._counts: list[NDArray[np.int64]] = []
        # By document read anew.
        self._ids = bytearray()
        self._languages: list[NDArray[np.int8]] = []
        self._line_keys: list[Lines] = []

    def read(self, sources: Sequence[Source], progress: Callable[[int], None]) -> None:
        """Go through the sources; tells `progress` the number of records so far, now and then."""
        done = 0
        for prepared in self._preparers.records(self._batches(sources, progress)):
            self._collect(prepared, done)
            done += len(prepared.counts)

    def _batches(self, sources: Sequence[Source], progress: Callable[[int], None]) -> Iterator[list[RawDocument]]:
        """The records that are new, some at a time."""
        batch: list[RawDocument] = []
        size = 0
        for raw in self._new(sources, progress):
            batch.append(raw)
            size += len(raw.text)
            if len(batch) == _BATCH or size > _BATCH_LENGTH:
                yield batch
                batch, size = [], 0
        if batch:
            yield batch

    def _new(self, sources: Sequence[Source], progress: Callable[[int], None]) -> Iterator[RawDocument]:
        """The records that are new; of all others it is noted which they were."""
        for file in list_files(sources, self._say_of_folder):
            self._files.append(file)
            self._first_fresh.append(self._fresh)
            old = self._recall.file(file)
            if old is None:
                yield from self._read(file, progress)
            else:
                self._take_over(old)
            self._records.append(len(self._origins))
            progress(len(self._origins))

    def _say_of_folder(self, problem: SourceError) -> None:
        self._listing.append(storable(str(problem)))

    def _say_of_file(self, problem: SourceError) -> None:
        self._problems.append(_Problem(len(self._files) - 1, self._fresh, False, storable(str(problem))))

    def _take_over(self, old: int) -> None:
        """All records of a file that is unchanged."""
        ledger = self._recall.ledger
        first, last = self._recall.bounds[old], self._recall.bounds[old + 1]
        self._origins.extend(range(first, last))
        self._lines.extend(self._recall.lines[first:last])
        if old in ledger.problems:
            self._taken_over[len(self._files) - 1] = ledger.problems[old]

    def _read(self, file: SourceFile, progress: Callable[[int], None]) -> Iterator[RawDocument]:
        """The records of a file that is new or changed."""
        self._files_read += 1
        for record in read_file(file, self._say_of_file, recall=self._recall):
            if isinstance(record, Unchanged):
                self._known(self._recall.number, record.line)
            else:
                digest = record_digest(record)
                known = self._recall.record(digest)
                if known is None:
                    self._note(record, digest)
                    yield record
                else:
                    self._known(known, _line(record.origin))
            if len(self._origins) % _REPORTED == 0:
                progress(len(self._origins))

    def _known(self, number: int, line: int) -> None:
        self._origins.append(number)
        self._lines.append(line)

    def _note(self, raw: RawDocument, digest: bytes) -> None:
        """A record that is new; what becomes of it is told later."""
        self._known(-1 - self._fresh, _line(raw.origin))
        self._fresh += 1
        self._digests += digest
        self._own_ids.append(not raw.digest or raw.id != self._recall.asked)

    def _collect(self, prepared: Prepared, first: int) -> None:
        """What became of some records, the first of them with this number among those that are new."""
        self._writer.add(prepared.columns)
        self._cuts.add(prepared.cut)
        self._counts.append(prepared.counts)
        self._ids += prepared.ids
        self._languages.append(prepared.languages)
        self._line_keys.append(prepared.lines)
        for place, problem in prepared.problems:
            file = bisect_right(self._first_fresh, first + place) - 1
            self._problems.append(_Problem(file, first + place, True, problem))

    def gathered(self, identity: Callable[[int, int], str]) -> Gathered:
        """What was found, each id once: the first document of an id is the one that stays.

        `identity` tells the id of a document by its old number, or, where that is -1, its row in the new segment.
        """
        old = self._recall.ledger
        new_counts = np.concatenate([np.zeros(0, dtype=np.int64), *self._counts])
        gave = self._gave(new_counts)
        origins = np.array(self._origins, dtype=np.int64)[gave]
        taken, fresh = origins >= 0, -1 - origins[origins < 0]
        counts = np.empty(len(origins), dtype=np.int64)
        counts[taken] = np.diff(old.documents)[origins[taken]]
        counts[~taken] = new_counts[fresh]
        starts = np.empty(len(origins), dtype=np.int64)
        starts[taken] = old.documents[origins[taken]]
        starts[~taken] = len(self._old_ids) + bounds(new_counts)[fresh]
        # Old documents come first, then those read anew: one number for each of both.
        documents = spans(starts, counts)
        new_ids = np.frombuffer(bytes(self._ids), dtype=np.uint8).reshape(-1, ID_BYTES)
        ids = np.concatenate([self._old_ids, new_ids])[documents]
        languages = np.concatenate([self._old_languages, *self._languages])[documents]
        first = first_of_each(ids)
        gathered = Gathered(
            self._ledger(origins, counts, gave),
            np.where(documents < len(self._old_ids), documents, -1),
            np.where(documents < len(self._old_ids), -1, documents - len(self._old_ids)),
            languages,
            ids,
            self._old_lines.joined(Lines.all(self._line_keys), documents),
            [*self._listing, *chain.from_iterable(self._problems_by_file().values())],
            self._files_read,
        )
        return gathered if np.all(first == np.arange(len(first))) else _each_id_once(gathered, first, identity)

    def _gave(self, new_counts: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which records gave documents, shape (records,)."""
        origins = np.array(self._origins, dtype=np.int64)
        gave = np.ones(len(origins), dtype=np.bool_)
        gave[origins < 0] = new_counts[-1 - origins[origins < 0]] > 0
        return gave

    def _problems_by_file(self) -> dict[int, list[str]]:
        """What there is to say of each file, in the order in which it came up."""
        found = {file: list(said) for file, said in self._taken_over.items()}
        for problem in sorted(self._problems):  # stable: what was said of one record stays in order
            found.setdefault(problem.file, []).append(problem.said)
        return dict(sorted(found.items()))

    def _ledger(self, origins: NDArray[np.int64], counts: NDArray[np.int64], gave: NDArray[np.bool_]) -> Ledger:
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
            bounds(gave)[np.array(self._records, dtype=np.int64)],
            bounds(counts),
            digests,
            np.array(self._lines, dtype=np.int32)[gave],
            own_ids,
            self._problems_by_file(),
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
        gathered.lines.joined(Lines.of([]), np.flatnonzero(kept)),
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
