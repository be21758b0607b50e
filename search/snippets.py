"""A chunk → the few lines to show of it, with the words to highlight. No markup.

Marks cover whole words: a mark inside a word would break the joining of Arabic letters. They
cover what the lexical leg matched, so a query in one language highlights words of another.
"""

from collections.abc import Mapping, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

import regex

from index.languages import Analyzer
from index.text import WORD
from search.types import Snippet

_NEXT_SENTENCE = regex.compile(r"(?:[.!?؟۔؛…][\"'”’»)\]]*\s|\n)\s*")
_OTHER_SPACE = regex.compile(r"[^\S ]")
_PARTED = regex.compile(f"({WORD.pattern})")
"""Splits a text into what stands before the first word, the word, what stands before the next, and so on."""

_ELLIPSIS = "…"


class Match(NamedTuple):
    """A word of a text, `text[start:end]`, that gives one of the terms looked for."""

    start: int
    end: int
    term: str


def find_matches(text: str, analyzer: Analyzer, weights: Mapping[str, float]) -> list[Match]:
    """The words of a text whose terms are in `weights`, in order."""
    parts = _PARTED.split(text)
    terms = list(map(analyzer.term_of, parts[1::2]))
    found = [place for place, term in enumerate(terms) if term in weights]
    if not found:
        return []
    ends = list(accumulate(map(len, parts)))
    return [Match(ends[2 * place], ends[2 * place + 1], terms[place]) for place in found]


def window(text: str, matches: Sequence[Match], weights: Mapping[str, float], length: int) -> tuple[int, int]:
    """Start and end of the part of a text, of about `length` characters, that says most about the query.

    `weights` gives the worth of each term. The part begins at a sentence where it can; each
    distinct term counts once, so that a part with all the words of a query wins over one that
    repeats a single word.
    """
    start = _best_start(text, matches, weights, length)
    end = _word_end(text, start, start + length)
    return start, start + len(text[start:end].rstrip())


def snippet(text: str, matches: Sequence[Match], weights: Mapping[str, float], length: int) -> Snippet:
    """The part of a text that says most about the query, to show, with an ellipsis where something is left out."""
    start, end = window(text, matches, weights, length)
    marks = [(match.start - start, match.end - start) for match in matches if start <= match.start and match.end <= end]
    return _framed(text[start:end], marks, before=start > 0, after=end < len(text.rstrip()))


def sentence_end(text: str, position: int) -> int:
    """Where the sentence ends that a place in a text is in.

    >>> sentence_end("One two. Three.", 5), sentence_end("One two. Three.", 8)
    (8, 8)
    """
    following = _NEXT_SENTENCE.search(text, max(position - 1, 1))
    return len(text[: following.end()].rstrip()) if following else len(text.rstrip())


def _best_start(text: str, matches: Sequence[Match], weights: Mapping[str, float], length: int) -> int:
    if len(text) <= length:
        return 0
    starts = sorted({match.end() for match in _NEXT_SENTENCE.finditer(text)} | {0})
    # In a long sentence the match itself may be far from the start: begin a little before it.
    far = [match for match, start in _sentence_of(matches, starts) if match.end > start + length]
    starts += [_word_start(text, match.start - length // 4) for match in far]

    def worth(start: int) -> tuple[float, int]:
        inside = {match.term for match in matches if start <= match.start and match.end <= start + length}
        return sum(weights[found] for found in sorted(inside)), -start

    return max((start for start in starts if start < len(text)), key=worth, default=0)


def _sentence_of(matches: Sequence[Match], starts: Sequence[int]) -> list[tuple[Match, int]]:
    """Each match with the start of the sentence that it stands in."""
    spans = list(pairwise([*starts, 1 << 60]))
    return [(match, start) for match in matches for start, end in spans if start <= match.start < end]


def _word_start(text: str, position: int) -> int:
    """The first place at or after a position where a word begins."""
    if position <= 0:
        return 0
    while position < len(text) and not text[position - 1].isspace():
        position += 1
    return position


def _word_end(text: str, start: int, position: int) -> int:
    """The last place after `start` and at or before a position where a word has ended."""
    if position >= len(text):
        return len(text)
    end = position
    while end > start and not text[end].isspace():
        end -= 1
    # A text without spaces is cut where it must be.
    return end if end > start else position


def _framed(text: str, marks: list[tuple[int, int]], before: bool, after: bool) -> Snippet:
    """With an ellipsis where something is left out, and line breaks shown as spaces."""
    shift = len(_ELLIPSIS) + 1 if before else 0
    flat = _OTHER_SPACE.sub(" ", text)
    shown = (f"{_ELLIPSIS} " if before else "") + flat + (f" {_ELLIPSIS}" if after else "")
    return Snippet(shown, tuple((start + shift, end + shift) for start, end in marks))
