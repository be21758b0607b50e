"""Filters and counts over documents, from three arrays that fit in memory whatever the corpus."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.store import DocumentStore
from search.types import SearchRequest

_NO_DATE = ""


class DocumentFacts:
    """Language, date and source of every document, by number."""

    def __init__(self, store: DocumentStore) -> None:
        facts = list(store.facts())
        self._languages = np.array([language for _, language, _, _ in facts], dtype=object)
        self._dates = np.array([date or _NO_DATE for _, _, date, _ in facts], dtype="U10")
        self._sources = np.array([source for _, _, _, source in facts], dtype=object)

    def allowed(self, request: SearchRequest) -> NDArray[np.bool_] | None:
        """Which documents pass the filters on source and date, shape (documents,); None when all do."""
        if not (request.sources or request.date_from or request.date_to):
            return None
        passing = np.ones(len(self._languages), dtype=bool)
        if request.sources:
            passing &= np.isin(self._sources, np.array(request.sources, dtype=object))
        if request.date_from or request.date_to:
            passing &= self._dates != _NO_DATE
        if request.date_from:
            passing &= self._dates >= request.date_from.isoformat()
        if request.date_to:
            passing &= self._dates <= request.date_to.isoformat()
        return passing

    def counts(self, documents: NDArray[np.int64]) -> dict[str, dict[str, int]]:
        """How many of these documents each language, source and year has, commonest first."""
        return {
            "language": _counted(self._languages[documents].tolist()),
            "source": _counted(self._sources[documents].tolist()),
            "year": _counted([day[:4] for day in self._dates[documents].tolist()]),
        }


def _counted(values: Sequence[str]) -> dict[str, int]:
    """Counts without the empty value, highest first and equal ones by name."""
    counts = Counter(value for value in values if value)
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
