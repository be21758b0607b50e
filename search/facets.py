"""Filters and counts over documents, from arrays that are mapped, not read."""

import datetime
from collections import Counter
from collections.abc import Iterable
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from index.arrays import StringTable
from index.facts import Facts
from search.types import SearchRequest

_count = itemgetter(1)
_EPOCH = datetime.date(1970, 1, 1).toordinal()


class DocumentFacts:
    """Language, day and source of every document, by number."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._languages, self._sources = _Names(facts.languages), _Names(facts.sources)

    def allowed(self, request: SearchRequest) -> NDArray[np.bool_] | None:
        """Which documents pass the filters on source and date, shape (documents,); None when all do.

        A document without a date passes no filter on dates.
        """
        if not (request.sources or request.date_from or request.date_to):
            return None
        passing = np.ones(len(self._facts), dtype=bool)
        if request.sources:
            found = {self._facts.sources.find(source) for source in request.sources}
            wanted = np.array([code for code in found if code is not None], dtype=np.int32)
            passing &= np.isin(self._facts.source_codes, wanted)
        if request.date_from or request.date_to:
            passing &= self.days >= (request.date_from.toordinal() if request.date_from else 1)
        if request.date_to:
            passing &= self.days <= request.date_to.toordinal()
        return passing

    @property
    def days(self) -> NDArray[np.int32]:
        """Numbers that put documents in the order of their dates, shape (documents,); 0 where there is none."""
        return self._facts.days

    def months(self) -> dict[str, dict[str, int]]:
        """How many documents each month (`2024-05`) has in each language; "" stands for those without a date."""
        days, day_of_document = np.unique(self.days, return_inverse=True)
        names = [datetime.date.fromordinal(day).isoformat()[:7] if day else "" for day in days.tolist()]
        pairs = day_of_document * len(self._facts.languages) + self._facts.language_codes
        found: dict[str, dict[str, int]] = {}
        for pair, count in zip(*np.unique(pairs, return_counts=True), strict=True):
            day, code = divmod(int(pair), len(self._facts.languages))
            of_month, language = found.setdefault(names[day], {}), self._facts.languages[code]
            of_month[language] = of_month.get(language, 0) + int(count)
        return found

    def counts(self, documents: NDArray[np.int64]) -> dict[str, dict[str, int]]:
        """How many of these documents each language, source and year has, commonest first."""
        facts, days = self._facts, self.days[documents]
        # Days before the epoch are negative, and numpy counts years from it too.
        years = (days[days > 0] - _EPOCH).astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
        return {
            "language": _counted(self._languages, facts.language_codes[documents]),
            "source": _counted(self._sources, facts.source_codes[documents]),
            "year": _commonest((f"{year:04d}", count) for year, count in Counter(years.tolist()).items()),
        }


class _Names(dict[int, str]):
    """The entries of a table by number, read at first need."""

    def __init__(self, table: StringTable) -> None:
        super().__init__()
        self._table = table

    def __missing__(self, number: int) -> str:
        name = self[number] = self._table[number]
        return name


def _counted(names: _Names, codes: NDArray[np.int32]) -> dict[str, int]:
    """Counts by name. Of a few hundred numbers, `Counter` is done before numpy has begun."""
    return _commonest((names[number], count) for number, count in Counter(codes.tolist()).items())


def _commonest(counted: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Counts without the empty value, highest first and equal ones by name."""
    by_name = sorted(item for item in counted if item[0])
    return dict(sorted(by_name, key=_count, reverse=True))  # in which equal ones stay in order
