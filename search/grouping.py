"""Chunks → documents: the best chunk of each. Pure."""

from collections.abc import Callable, Iterable

from search.types import Candidate


def best_per_document(ranked: Iterable[Candidate], document_of: Callable[[Candidate], int]) -> dict[int, Candidate]:
    """The first, and so the best, candidate of each document, in ranked order."""
    best: dict[int, Candidate] = {}
    for candidate in ranked:
        best.setdefault(document_of(candidate), candidate)
    return best
