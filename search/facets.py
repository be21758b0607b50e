"""Filters and counts over documents, from three arrays that fit in memory whatever the corpus."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.store import DocumentStore
from search.types import SearchRequest


class DocumentFacts:
    """Language, date and source of every document, by number, as codes into sorted lists of values."""

    def __init__(self, store: DocumentStore) -> None:
        facts = list(store.facts())
        self._languages, self._language_codes = _coded([language for _, language, _, _ in facts])
        self._dates, self._date_codes = _coded([date for _, _, date, _ in facts])
        self._sources, self._source_codes = _coded([source for _, _, _, source in facts])
        self._years, year_of_date = _coded([date[:4] for date in self._dates])
        self._year_codes = year_of_date[self._date_codes]

    def allowed(self, request: SearchRequest) -> NDArray[np.bool_] | None:
        """Which documents pass the filters on source and date, shape (documents,); None when all do."""
        if not (request.sources or request.date_from or request.date_to):
            return None
        passing = np.ones(len(self._language_codes), dtype=bool)
        if request.sources:
            passing &= np.array([source in request.sources for source in self._sources], dtype=bool)[self._source_codes]
        if request.date_from or request.date_to:
            first = request.date_from.isoformat() if request.date_from else "0"
            last = request.date_to.isoformat() if request.date_to else "9999-99-99"
            passing &= np.array([first <= date <= last for date in self._dates], dtype=bool)[self._date_codes]
        return passing

    @property
    def days(self) -> NDArray[np.intp]:
        """Numbers that put documents in the order of their dates, shape (documents,); 0 where there is none."""
        return self._date_codes + (1 if self._dates and self._dates[0] else 0)

    def months(self) -> dict[str, dict[str, int]]:
        """How many documents each month (`2024-05`) has in each language; "" stands for those without a date."""
        months, month_of_date = _coded([date[:7] for date in self._dates])
        pairs = month_of_date[self._date_codes] * len(self._languages) + self._language_codes
        found: dict[str, dict[str, int]] = {}
        for pair, count in zip(*np.unique(pairs, return_counts=True), strict=True):
            month, language = divmod(int(pair), len(self._languages))
            found.setdefault(months[month], {})[self._languages[language]] = int(count)
        return found

    def counts(self, documents: NDArray[np.int64]) -> dict[str, dict[str, int]]:
        """How many of these documents each language, source and year has, commonest first."""
        return {
            "language": _counted(self._languages, self._language_codes[documents]),
            "source": _counted(self._sources, self._source_codes[documents]),
            "year": _counted(self._years, self._year_codes[documents]),
        }


def _coded(values: Sequence[str]) -> tuple[list[str], NDArray[np.intp]]:
    """The distinct values, sorted, and each value's place among them."""
    distinct = sorted(set(values))
    place = {value: number for number, value in enumerate(distinct)}
    return distinct, np.array([place[value] for value in values], dtype=np.intp)


def _counted(values: Sequence[str], codes: NDArray[np.intp]) -> dict[str, int]:
    """Counts without the empty value, highest first and equal ones by name."""
    counts = np.bincount(codes, minlength=len(values))
    found = [(values[code], int(counts[code])) for code in np.flatnonzero(counts).tolist() if values[code]]
    return dict(sorted(found, key=lambda item: (-item[1], item[0])))
