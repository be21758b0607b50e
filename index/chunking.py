"""Document → chunks: slices of its text on sentence borders. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, pairwise

import numpy as np
import regex
from numpy.typing import NDArray

from index.pieces import PieceNumbers, WordsOfPieces
from index.ragged import Lists, bounds
from index.text import WORD
from index.types import Chunk, Document

# A sentence ends with a mark of any of the three languages, closing quotes and brackets
# included, and at every line break: page text is broken into lines by its paragraphs.
_BORDER = regex.compile(r"(?:[.!?؟۔؛…]+[\"'”’»)\]]*(?=\s)|\n)\s*")


@dataclass(frozen=True, slots=True)
class Span:
    """A slice of a text with its pieces by number."""

    start: int
    end: int
    pieces: list[int]

    @classmethod
    def whole(cls, text: str, pieces: list[int]) -> "Span":
        """All of a text but the space around it."""
        return cls(len(text) - len(text.lstrip()), len(text.rstrip()), pieces)


class Chunker:
    """Cuts texts into chunks of at most `chunk_words` words, and numbers their pieces.

    Whole sentences are gathered until a chunk has `chunk_words` words. Each chunk but the first
    begins with the last sentences of the one before, up to `overlap_words` words, so that a
    thought that spans a border is whole in one of the two. A sentence longer than a chunk is cut
    between words.
    """

    def __init__(self, pieces: PieceNumbers, words: WordsOfPieces, chunk_words: int, overlap_words: int) -> None:
        self._pieces = pieces
        self._words = words
        self._chunk_words = chunk_words
        self._overlap_words = overlap_words

    def are_one(self, texts: Lists) -> NDArray[np.bool_]:
        """Which texts of these pieces are one chunk from end to end, so that their sentences need not be told apart."""
        counts = self._words.counts[texts.values]
        totals = np.diff(bounds(counts)[texts.starts])
        found = (totals > 0) & (totals <= self._chunk_words)
        firsts, lasts = texts.starts[:-1][found], texts.starts[1:][found] - 1
        found[found] = (counts[firsts] > 0) & (counts[lasts] > 0)
        return found

    def chunks(self, text: str, pieces: list[int]) -> list[Span]:
        """The chunks of a text that has these pieces, in order; none for a text without a word."""
        sentences = list(self._sentences(text, pieces))
        counts = [self._count(sentence.pieces) for sentence in sentences]
        spoken = [number for number, count in enumerate(counts) if count]
        found = _gathered([counts[number] for number in spoken], self._chunk_words, self._overlap_words)
        # Between two sentences may stand some that have no word, which belong to their chunk.
        return [_joined(sentences[spoken[first] : spoken[last] + 1]) for first, last in found]

    def _count(self, pieces: list[int]) -> int:
        return int(self._words.counts[pieces].sum())

    def _sentences(self, text: str, pieces: list[int]) -> Iterator[Span]:
        start = first = 0
        for end in chain((border.end() for border in _BORDER.finditer(text)), (len(text),)):
            sentence = text[start:end]
            # Every border has white space or the end behind it, so no piece reaches across.
            last = first + len(sentence.split())
            yield from self._cut(sentence, start, pieces[first:last])
            start, first = end, last

    def _cut(self, sentence: str, start: int, pieces: list[int]) -> Iterator[Span]:
        """One sentence without the space around it, in slices of at most `chunk_words` words."""
        start += len(sentence) - len(sentence.lstrip())
        sentence = sentence.strip()
        if self._count(pieces) <= self._chunk_words:
            yield Span(start, start + len(sentence), pieces)
            return
        begins = [word.start() for word in WORD.finditer(sentence)][:: self._chunk_words]
        # The first slice takes what stands before its first word, such as an opening quote.
        for begin, stop in pairwise([0, *begins[1:], len(sentence)]):
            part = sentence[begin:stop].rstrip()
            yield Span(start + begin, start + begin + len(part), self._pieces.of(part))


def chunk(document: Document, chunk_words: int, overlap_words: int) -> list[Chunk]:
    """The chunks of a document, in order; see `Chunker`."""
    pieces = PieceNumbers()
    chunker = Chunker(pieces, WordsOfPieces(pieces), chunk_words, overlap_words)
    found = chunker.chunks(document.text, pieces.of(document.text))
    return [Chunk(document.id, span.start, span.end, document.text[span.start : span.end]) for span in found]


def embedded_text(document: Document, text: str) -> str:
    """What is embedded and indexed for a chunk: the title goes with every part of its document."""
    return f"{document.title}\n{text}" if document.title else text


def _joined(sentences: list[Span]) -> Span:
    return Span(sentences[0].start, sentences[-1].end, list(chain.from_iterable(one.pieces for one in sentences)))


def _gathered(counts: list[int], chunk_words: int, overlap_words: int) -> Iterator[tuple[int, int]]:
    """The first and the last sentence of each chunk, of sentences with so many words each."""
    first = 0
    while first < len(counts):
        last = _fill(counts, first, chunk_words)
        yield first, last
        if last + 1 == len(counts):
            break
        first = _step_back(counts, first, last, chunk_words, overlap_words)


def _fill(counts: list[int], first: int, chunk_words: int) -> int:
    """The last sentence of a chunk that begins at `first`."""
    total = counts[first]
    last = first
    while last + 1 < len(counts) and total + counts[last + 1] <= chunk_words:
        last += 1
        total += counts[last]
    return last


def _step_back(counts: list[int], first: int, last: int, chunk_words: int, overlap_words: int) -> int:
    """Where the next chunk begins: up to `overlap_words` before the end, if the next sentence still fits."""
    start = last + 1
    room = min(overlap_words, chunk_words - counts[start])
    shared = 0
    while start - 1 > first and shared + counts[start - 1] <= room:
        start -= 1
        shared += counts[start]
    return start
