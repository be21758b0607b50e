"""The nouns of a search: what is asked, and what is answered."""

import datetime
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from index.types import Chunk, Document

MODES = ("hybrid", "dense", "lexical")
SORTS = ("relevance", "date")


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A query with its filters and the page wanted. Empty tuples filter nothing; dates are inclusive.

    Sorted by date, the documents good enough to show come newest first, those without a date last.
    `collapse` shows one document for each cluster of near-duplicates; `explain` tells which terms led to each hit.
    """

    query: str
    limit: int = 10
    offset: int = 0
    languages: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    date_from: datetime.date | None = None
    date_to: datetime.date | None = None
    mode: str = "hybrid"
    sort: str = "relevance"
    explain: bool = False
    collapse: bool = True


WAYS = ("word", "neighbour", "glossary", "sound", "spelling", "joined", "phrase")
"""How a term came to stand for a word of the query: it is that word; it is near it in meaning; the glossary says so;
it sounds alike; Latin letters spell it; it is two words in one, or one in two; a phrase of several words means it."""


class WeightedTerm(NamedTuple):
    """A term of one language's postings, by number and as written, with its weight and the way it came, of `WAYS`."""

    number: int
    term: str
    weight: float
    by: str = WAYS[0]


@dataclass(frozen=True, slots=True)
class WeightedTerms:
    """What stands for a word, as four columns; each term by its number, ascending.

    A server remembers some hundred thousand of them. In columns they take less memory, and the garbage
    collector, which would look through that many objects again and again, does not look at them at all.
    """

    numbers: tuple[int, ...] = ()
    terms: tuple[str, ...] = ()
    weights: tuple[float, ...] = ()
    ways: tuple[str, ...] = ()

    @classmethod
    def of(cls, terms: Iterable[WeightedTerm]) -> "WeightedTerms":
        """The columns of some terms.

        >>> list(WeightedTerms.of([WeightedTerm(7, "flood", 1.0), WeightedTerm(2, "deluge", 0.8, "glossary")]))[0].term
        'deluge'
        """
        return cls(*zip(*sorted(terms), strict=True))

    def __len__(self) -> int:
        return len(self.numbers)

    def __iter__(self) -> Iterator[WeightedTerm]:
        return map(WeightedTerm, self.numbers, self.terms, self.weights, self.ways)


@dataclass(frozen=True, slots=True)
class WeightedPhrase:
    """Terms of one language's postings that stand for a word together, with their weight and the way they came."""

    numbers: tuple[int, ...]
    terms: tuple[str, ...]
    weight: float
    by: str


@dataclass(frozen=True, slots=True)
class QueryWord:
    """A word of the query, and the terms and phrases that stand for it in one language."""

    word: str
    terms: WeightedTerms
    phrases: tuple[WeightedPhrase, ...] = ()


@dataclass(frozen=True, slots=True)
class Snippet:
    """Text with the ranges to highlight, in code points; no markup."""

    text: str
    marks: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class TermShare:
    """What one term, or a phrase of a few, added to a lexical score, and the query word it stands for.

    `surface` is the first word of the document that gave the term, as it is spelled there; `by` is the way it came,
    of `WAYS`.
    """

    term: str
    surface: str
    origin: str
    weight: float
    score: float
    by: str = WAYS[0]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a hit is where it is: raw score and rank of each leg, and, when asked for, the terms of the lexical one."""

    dense_score: float
    dense_rank: int | None
    lexical_score: float
    lexical_rank: int | None
    terms: tuple[TermShare, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """One document of the answer, by its best chunk.

    `duplicates` are the ids of the documents it stands for: those of its cluster that pass the
    filters, in the order of their numbers; empty when the request does not collapse clusters.
    """

    rank: int
    score: float
    document: Document
    chunk: Chunk
    snippet: Snippet
    explain: Explanation
    duplicates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """A document to read, with what a query marks in it: ranges of code points of its title and its text.

    `passage` is the part of the text that answers best, whole sentences of what a hit's snippet
    shows; None without a query, or when the document does not answer it.
    """

    document: Document
    title_marks: tuple[tuple[int, int], ...] = ()
    text_marks: tuple[tuple[int, int], ...] = ()
    passage: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The answer: one page of hits, and totals over all candidates, of near-duplicates only those shown.

    `facets` maps "language", "source" and "year" to values with their numbers of documents, `stages`
    the stages of the search to the milliseconds they took, and `legs` the legs of its ranking, over all languages.
    """

    query: str
    query_language: str
    took_ms: float
    total: int
    generation: str
    hits: tuple[Hit, ...]
    facets: Mapping[str, Mapping[str, int]]
    stages: Mapping[str, float]
    legs: Mapping[str, float]
