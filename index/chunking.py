"""Document → chunks: slices of its text on sentence borders. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import regex

from index.text import WORD, surfaces
from index.types import Chunk, Document

# A sentence ends with a mark of any of the three languages, closing quotes and brackets
# included, and at every line break: page text is broken into lines by its paragraphs.
_BORDER = regex.compile(r"(?:[.!?؟۔؛…]+[\"'”’»)\]]*(?=\s)|\n)\s*")


@dataclass(frozen=True, slots=True)
class _Span:
    start: int
    end: int
    words: int


def chunk(document: Document, chunk_words: int, overlap_words: int) -> list[Chunk]:
    """The chunks of a document, in order; none for a text without a word.

    Whole sentences are gathered until a chunk has `chunk_words` words. Each chunk but the first
    begins with the last sentences of the one before, up to `overlap_words` words, so that a
    thought that spans a border is whole in one of the two. A sentence longer than a chunk is cut
    between words.
    """
    spans = [span for span in _sentences(document.text, chunk_words) if span.words]
    chunks: list[Chunk] = []
    first = 0
    while first < len(spans):
        last = _fill(spans, first, chunk_words)
        start, end = spans[first].start, spans[last].end
        chunks.append(Chunk(document.id, start, end, document.text[start:end]))
        if last + 1 == len(spans):
            break
        first = _step_back(spans, first, last, chunk_words, overlap_words)
    return chunks


def embedded_text(document: Document, text: str) -> str:
    """What is embedded and indexed for a chunk: the title goes with every part of its document."""
    return f"{document.title}\n{text}" if document.title else text


def _fill(spans: list[_Span], first: int, chunk_words: int) -> int:
    """The last span of a chunk that begins at `first`."""
    total = spans[first].words
    last = first
    while last + 1 < len(spans) and total + spans[last + 1].words <= chunk_words:
        last += 1
        total += spans[last].words
    return last


def _step_back(spans: list[_Span], first: int, last: int, chunk_words: int, overlap_words: int) -> int:
    """Where the next chunk begins: up to `overlap_words` before the end, if the next sentence still fits."""
    start = last + 1
    room = min(overlap_words, chunk_words - spans[start].words)
    shared = 0
    while start - 1 > first and shared + spans[start - 1].words <= room:
        start -= 1
        shared += spans[start].words
    return start


def _sentences(text: str, chunk_words: int) -> Iterator[_Span]:
    start = 0
    for border in _BORDER.finditer(text):
        yield from _cut(text, start, border.end(), chunk_words)
        start = border.end()
    yield from _cut(text, start, len(text), chunk_words)


def _cut(text: str, start: int, end: int, chunk_words: int) -> Iterator[_Span]:
    """One sentence without the space around it, in pieces of at most `chunk_words` words."""
    sentence = text[start:end]
    start += len(sentence) - len(sentence.lstrip())
    sentence = sentence.strip()
    count = len(surfaces(sentence))
    if count <= chunk_words:
        yield _Span(start, start + len(sentence), count)
        return
    begins = [word.start() for word in WORD.finditer(sentence)][::chunk_words]
    # The first piece takes what stands before its first word, such as an opening quote.
    for begin, stop in pairwise([0, *begins[1:], len(sentence)]):
        piece = sentence[begin:stop].rstrip()
        yield _Span(start + begin, start + begin + len(piece), len(surfaces(piece)))
