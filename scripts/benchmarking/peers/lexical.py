"""Times BM25 engines on the same rows of the same terms, one index a language, and checks that they score alike.

A query goes to each language whose terms hold any of its words; words that a language lacks are left out beforehand, to
the good of engines that would look for them in vain.
"""

import importlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index.languages import Analyzer
from scripts.benchmarking.peers.tokens import Tokens
from scripts.benchmarking.process import Tell, memory
from scripts.benchmarking.times import spread

WANTED = 100
"""Rows that a query wants of each language, as many as Hudhud's lexical leg puts forward."""

_COMPARED = 100  # queries
TOLERANCE = 1e-3
"""Most that a score may differ from another engine's, as a share of it: both add numbers of 32 bits."""

Scores = NDArray[np.float32]
_Query = Mapping[str, Sequence[str]]  # language → terms that it has


class LexicalPeer(Protocol):
    """An index of one language."""

    def top(self, terms: Sequence[str], wanted: int) -> Scores:
        """The scores of the best rows, highest first, at most so many."""
        ...


def lexical(tell: Tell, peer: str, tokens: str, index: str, queries: list[str], seconds: float, scores: str) -> None:
    """Tell what building and querying a peer costs; leave the scores of the first queries in a file.

    Queries are asked until so many seconds are over, at least one. Each peer is a module of this package
    with a function `build(tokens, index)` that makes a LexicalPeer. Memory is what the
    process has more than at its start.
    """
    before = memory()
    languages = Tokens.open_all(Path(tokens))
    asked = list(_known(languages, queries))
    build = importlib.import_module(f"scripts.benchmarking.peers.{peer}").build
    started = perf_counter()
    built: dict[str, LexicalPeer] = {each.language: build(each, Path(index)) for each in languages}
    tell(build_seconds=round(perf_counter() - started, 2))
    del languages
    _ask(built, asked[0])  # what is compiled or opened at first need
    times, found = _timed(built, asked, seconds)
    tell(times=spread(times), memory={part: round(memory()[part] - before[part], 1) for part in before})
    np.savez(scores, *found)


def _timed(built: Mapping[str, LexicalPeer], asked: Sequence[_Query], seconds: float) -> tuple[list[float], list[Any]]:
    """Milliseconds of each query, and the scores of the first ones, one array for all languages in order."""
    times: list[float] = []
    found: list[Scores] = []
    until = perf_counter() + seconds
    for query in asked:
        started = perf_counter()
        answer = _ask(built, query)
        times.append((perf_counter() - started) * 1000)
        if len(found) < _COMPARED:
            found.append(np.concatenate([_positive(answer[language]) for language in sorted(answer)]))
        if perf_counter() > until:
            break
    return times, found


def differences(mine: Path, others: Path) -> dict[str, Any]:
    """How two engines' scores differ: the largest share, and how many queries were compared and how many differ."""
    with np.load(mine) as one, np.load(others) as other:
        names = [name for name in one.files if name in other.files]
        found = [_difference(one[name], other[name]) for name in names]
    return {
        "compared": len(found),
        "differing": sum(each > TOLERANCE for each in found),
        "largest": float(f"{max(found):.3g}"),
    }


def _difference(one: Scores, other: Scores) -> float:
    if len(one) != len(other):
        return float("inf")
    return float(np.max(np.abs(one - other) / np.maximum(np.abs(one), 1e-9), initial=0.0))


def _ask(built: Mapping[str, LexicalPeer], query: _Query) -> dict[str, Scores]:
    return {language: built[language].top(terms, WANTED) for language, terms in query.items()}


def _positive(scores: Scores) -> Scores:
    return scores[scores > 0]


def _known(languages: Sequence[Tokens], queries: Sequence[str]) -> Iterator[_Query]:
    """The terms of each query by language; queries that no language has a word of are left out."""
    terms = {each.language: set(each.terms) for each in languages}
    analyzers = {language: Analyzer(language) for language in terms}
    for text in queries:
        found = {
            language: list(dict.fromkeys(term for term in analyzers[language].terms(text) if term in terms[language]))
            for language in terms
        }
        if any(found.values()):
            yield {language: kept for language, kept in found.items() if kept}
