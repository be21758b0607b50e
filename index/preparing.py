"""Records → what an index keeps of them, as arrays: cleaned documents, their chunks, pieces and sketches.

Pure but for the numbers that pieces get, which count up from batch to batch. It can therefore be done in several
processes, each with numbers of its own; `cuts.Cuts` makes one numbering of all.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import chain
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from index.chunking import Chunker, Span, embedded_text
from index.chunks import HASH_BYTES
from index.cleaning.articles import articles
from index.cuts import Cut, NewRows
from index.furniture import Lines
from index.languages import PARTITIONS, partition
from index.pieces import PieceNumbers, WordsOfPieces
from index.processes import Processes
from index.ragged import Lists, lengths_of
from index.settings import IndexSettings
from index.sketches import Sketcher
from index.store import Columns, columns_of, id_digest
from index.types import Document, RawDocument

Text = TypeVar("Text", RawDocument, Document)
Answer = TypeVar("Answer")

_ALONE = 1 << 21
"""Characters that are prepared in this process, before it is worth the time to start others."""

_STARTED = _ALONE // 2
"""Characters that are left to be prepared here when others are started."""

_PIECES_KEPT = 1 << 18
"""Pieces from which on a new numbering is begun, so that memory does not grow with the corpus."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What became of some records.

    `counts`, of shape (records,), is how many documents each gave; `problems` are what is to be said of one, with
    its place among the records. By document: `columns` for the store, `ids` as digests one after the other,
    `languages`, of shape (documents,), by their places in PARTITIONS, and its `lines`.
    """

    counts: NDArray[np.int64]
    problems: list[tuple[int, str]]
    columns: list[Columns]
    ids: bytes
    languages: NDArray[np.int8]
    lines: Lines
    cut: Cut


class Preparer:
    """Prepares one batch after the other; `number` tells its numbering of pieces from those of others."""

    def __init__(self, settings: IndexSettings, number: int = 0) -> None:
        self._settings = settings
        self._number = number
        self.forget()

    def forget(self) -> None:
        """Begin the numbering of pieces anew."""
        self._told = 0
        self._pieces = PieceNumbers()
        words = WordsOfPieces(self._pieces)
        self._chunker = Chunker(self._pieces, words, self._settings.chunk_words, self._settings.overlap_words)
        self._sketcher = Sketcher(words)

    def records(self, records: Sequence[RawDocument]) -> Prepared:
        """Clean some records and cut the documents they give."""
        found = [[article.document for article in articles(raw)] for raw in records]
        whole = [[document for document in some if any(map(str.isalnum, document.text))] for some in found]
        problems = [
            (place, f"{raw.origin}: no text is left after cleaning")
            for place, raw in enumerate(records)
            for _ in range(len(found[place]) - len(whole[place]))
        ]
        documents = list(chain.from_iterable(whole))
        languages = [PARTITIONS.index(partition(document.language)) for document in documents]
        return Prepared(
            lengths_of(whole),
            problems,
            list(map(columns_of, documents)),
            b"".join(id_digest(document.id) for document in documents),
            np.array(languages, dtype=np.int8),
            Lines.of(documents),
            self.cut(documents),
        )

    def cut(self, documents: Sequence[Document]) -> Cut:
        """The rows of some documents."""
        if len(self._pieces.spelled) > _PIECES_KEPT:
            self.forget()
        titles = Lists.of([self._pieces.of(document.title) for document in documents])
        pieces = [self._pieces.of(document.text) for document in documents]
        texts = Lists.of(pieces)
        sketches = self._sketcher.sketches([document.text for document in documents], texts)
        rows = self._rows(documents, pieces, texts, titles)
        first, self._told = self._told, len(self._pieces.spelled)
        return Cut(rows, sketches, self._number, first, self._pieces.spelled[first:])

    def _rows(self, documents: Sequence[Document], pieces: Sequence[list[int]], texts: Lists, titles: Lists) -> NewRows:
        """The rows of documents with these pieces; each row has those of the title before its own."""
        chunks: list[list[Span]] = []
        parts: list[list[int]] = []  # of texts that are more than one chunk
        own: list[int] = []  # which list of pieces is a row's own: those of texts come first, then parts
        for number, (document, is_one) in enumerate(zip(documents, self._chunker.are_one(texts).tolist(), strict=True)):
            if is_one:
                chunks.append([Span.whole(document.text, pieces[number])])
                own.append(number)
            else:
                found = self._chunker.chunks(document.text, pieces[number])
                own += range(len(texts) + len(parts), len(texts) + len(parts) + len(found))
                parts += [span.pieces for span in found]
                chunks.append(found)
        counts = lengths_of(chunks)
        lists = Lists.all([texts, Lists.of(parts), titles])
        of_titles = len(texts) + len(parts) + np.repeat(np.arange(len(titles)), counts)
        both = lists.take(np.column_stack([of_titles, np.array(own, dtype=np.int64)]).ravel())
        places = [(span.start, span.end) for spans in chunks for span in spans]
        starts, ends = np.array(places, dtype=np.int32).reshape(-1, 2).T.copy()
        return NewRows(counts, starts, ends, _hashes(documents, chunks), Lists(both.values, both.starts[::2]))


def _hashes(documents: Sequence[Document], chunks: Sequence[Sequence[Span]]) -> NDArray[np.uint8]:
    """What tells what is embedded for each row, shape (rows, HASH_BYTES)."""
    texts = (
        embedded_text(document, document.text[span.start : span.end])
        for document, spans in zip(documents, chunks, strict=True)
        for span in spans
    )
    digests = b"".join(blake2b(text.encode(), digest_size=HASH_BYTES).digest() for text in texts)
    return np.frombuffer(digests, dtype=np.uint8).reshape(-1, HASH_BYTES)


class Preparers:
    """Prepares batches in order: in this process as long as there are few, then in others beside it."""

    def __init__(self, settings: IndexSettings, processes: Processes[Preparer]) -> None:
        self._processes = processes
        self._preparer = Preparer(settings)
        self._left_alone = _ALONE

    def records(self, batches: Iterable[list[RawDocument]]) -> Iterator[Prepared]:
        """What becomes of batches of records, in order."""
        return self._map(Preparer.records, batches)

    def cuts(self, batches: Iterable[list[Document]]) -> Iterator[Cut]:
        """The rows of batches of documents, in order."""
        return self._map(Preparer.cut, batches)

    def _map(
        self, function: Callable[[Preparer, list[Text]], Answer], batches: Iterable[list[Text]]
    ) -> Iterator[Answer]:
        left = iter(batches)
        while self._left_alone > 0 or self._processes.count < 2:
            batch = next(left, None)
            if batch is None:
                return
            yield function(self._preparer, batch)
            before, self._left_alone = self._left_alone, self._left_alone - sum(map(_length, batch))
            if before > _STARTED >= self._left_alone and self._processes.count > 1:
                self._processes.start()  # which takes as long as what is still done alone
        yield from self._processes.map("prepare", function, left)


def _length(document: RawDocument | Document) -> int:
    return len(document.text)
