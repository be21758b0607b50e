"""What is typed so far → queries that it may become. Only words that stand in the documents are offered.

The last word is completed with words of the index, in any script; of these come first the ones
that stand in most chunks together with the words before. They are shown as the documents
spell them, not as the index folds them.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.chunking import embedded_text
from index.languages import Analyzer, detect_query, term
from index.snapshot import Partition, Snapshot
from index.text import WORD, fold, fold_word

_CONSIDERED = 60
"""Commonest terms with a prefix whose company is looked at."""

_READ = 3
"""Chunks read to see how documents spell a word."""

_TYPED = 3
"""How many times a word of the language that is typed in counts; Arabic and Urdu share most of their letters."""

_SHORTEST_STEM = 3
_ARTICLE = "ال"
_LONGEST = 200
"""Characters of a text that is still completed."""


@dataclass(frozen=True, slots=True)
class _Completion:
    """A term that the last word may become. `weight` counts the chunks in which it stands with the words before."""

    language: str
    number: int
    weight: int


class Suggester:
    """Completes queries with the words of one snapshot. Safe to use from several threads."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._analyzers = {language: Analyzer(language) for language in snapshot.partitions}

    def suggest(self, typed: str, limit: int) -> list[str]:
        """At most `limit` completions of what is typed, likeliest first; none while no word is begun."""
        *before, last = [*WORD.finditer(typed)] or [None]
        if last is None or last.end() != len(typed) or len(typed) > _LONGEST:
            return []
        prefix = fold(last.group())
        earlier = [fold_word(word.group()) for word in before]
        found: dict[str, str] = {}
        for completion in self._completions(prefix, earlier, detect_query(typed)):
            word = self.spelled(completion.language, completion.number, prefix)
            if word and fold(word) != prefix:
                found.setdefault(fold(word), typed[: last.start()] + word)
            if len(found) == limit:
                break
        return list(found.values())

    def _completions(self, prefix: str, earlier: list[str], asked: str) -> list[_Completion]:
        """Terms of all languages that may begin with a prefix, those in most chunks first."""
        found = [
            _Completion(language, number, rows * (_TYPED if language == asked else 1))
            for language, part in self._snapshot.partitions.items()
            for number, rows in _common(part, _begun(part, prefix), _together(part, earlier))
        ]
        return sorted(found, key=lambda item: (-item.weight, item.language, item.number))

    def spelled(self, language: str, number: int, prefix: str = "") -> str:
        """The commonest spelling of a term that begins with a prefix, in the first chunks that have it; or ""."""
        part = self._snapshot.partitions[language]
        analyzer = self._analyzers[language]
        wanted = part.lexical.terms[number]
        spellings = Counter(
            surface
            for text in self._texts(part, number)
            for match in WORD.finditer(text)
            if analyzer.term_of(surface := match.group()) == wanted and fold_word(surface).startswith(prefix)
        )
        return max(spellings, key=lambda surface: (spellings[surface], surface), default="")

    def _texts(self, part: Partition, number: int) -> Iterator[str]:
        """The first chunks that hold a term, with their titles."""
        rows = part.lexical.rows_with([number])[:_READ].tolist()
        documents = self._snapshot.store.get([int(part.chunks.documents[row]) for row in rows])
        for row in rows:
            document = documents[int(part.chunks.documents[row])]
            yield embedded_text(document, part.chunk(row, document).text)


def _begun(part: Partition, prefix: str) -> NDArray[np.int64]:
    """The terms whose words may begin with a prefix.

    A stem is shorter than its word: "electi" is the beginning of a word with the stem "elect",
    and no Arabic stem begins with the article.
    """
    terms = part.lexical.terms
    bare = prefix.removeprefix(_ARTICLE) if part.language == "ar" else prefix
    stems = [bare[:length] for length in range(_SHORTEST_STEM, len(bare))]
    found = [number for stem in stems if (number := terms.find(stem)) is not None]
    ranges = [terms.prefixed(start) for start in sorted({prefix, bare}) if start]
    return np.unique(np.concatenate([np.array(found, dtype=np.int64), *map(np.array, ranges)])).astype(np.int64)


def _together(part: Partition, earlier: list[str]) -> NDArray[np.int64] | None:
    """The chunks that hold every earlier word but stop words; None when there is no such word."""
    rows: NDArray[np.int64] | None = None
    for found in filter(None, (term(word, part.language) for word in earlier)):
        number = part.lexical.terms.find(found)
        holding = part.lexical.rows_with([] if number is None else [number])
        rows = holding if rows is None else np.intersect1d(rows, holding, assume_unique=True)
    return rows


def _common(part: Partition, numbers: NDArray[np.int64], together: NDArray[np.int64] | None) -> list[tuple[int, int]]:
    """The commonest of these terms, each with the number of chunks in which it stands (of some chunks, if given)."""
    frequencies = part.lexical.document_frequencies(numbers)
    chosen = np.argsort(-frequencies, kind="stable")[:_CONSIDERED]
    if together is None:
        return list(zip(numbers[chosen].tolist(), frequencies[chosen].tolist(), strict=True))
    counted = [
        (number, len(np.intersect1d(part.lexical.rows_with([number]), together, assume_unique=True)))
        for number in numbers[chosen].tolist()
    ]
    return [(number, rows) for number, rows in counted if rows]
