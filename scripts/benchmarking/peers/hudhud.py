"""Hudhud's own postings, asked for plain words as the peers are."""

from collections.abc import Sequence
from pathlib import Path

from index.groups import TermGroups
from index.lexical import LexicalIndex
from index.snapshot import Snapshot
from scripts.benchmarking.peers.lexical import Scores
from scripts.benchmarking.peers.tokens import Tokens


class _Postings:
    def __init__(self, lexical: LexicalIndex) -> None:
        self._lexical = lexical

    def top(self, terms: Sequence[str], wanted: int) -> Scores:
        numbers = [number for term in terms if (number := self._lexical.terms.find(term)) is not None]
        found = self._lexical.gather(TermGroups.of([[(number, 1.0)] for number in numbers])).leading(wanted)
        return found.total[found.best]


def build(tokens: Tokens, index: Path) -> _Postings:
    """The postings of the index itself: opened, for building them is part of building the index."""
    return _Postings(Snapshot.open(index).partitions[tokens.language].lexical)
