"""What narrows a search, as links: each leads to the same search with one thing more or less."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from index.languages import PARTITIONS, partition
from search.types import SearchRequest
from web.addresses import search_address

_MOST_SOURCES = 8
_MOST_LISTED = 40  # sources in all: a page that names a thousand is of use to nobody


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that a search may be narrowed to, or is.

    `count` is None where the answer does not tell, because it was narrowed to something else.
    `address` leads to the search with the choice turned over.
    """

    value: str
    count: int | None
    chosen: bool
    address: str


@dataclass(frozen=True, slots=True)
class Filters:
    """Everything that a search can be narrowed by. `all_languages` leads to the search in every language."""

    languages: Sequence[Choice]
    all_languages: str
    sources: Sequence[Choice]
    more_sources: Sequence[Choice]
    years: Sequence[Choice]
    any_year: str


@dataclass(frozen=True, slots=True)
class Active:
    """A filter that is on: what kind, its values, and the search without it."""

    kind: str
    values: Sequence[str]
    address: str


def filters(wanted: SearchRequest, facets: Mapping[str, Mapping[str, int]], languages: Iterable[str]) -> Filters:
    """The filters of an answer; `languages` are those that the index holds."""
    sources = _sources(wanted, facets["source"])
    first = replace(wanted, offset=0)
    return Filters(
        languages=_languages(wanted, facets["language"], languages),
        all_languages=search_address(replace(first, languages=())),
        sources=sources[:_MOST_SOURCES],
        more_sources=sources[_MOST_SOURCES:],
        years=_years(wanted, facets["year"]),
        any_year=search_address(replace(first, date_from=None, date_to=None)),
    )


def active(wanted: SearchRequest) -> list[Active]:
    """The filters that are on, each with the way out of it."""
    first = replace(wanted, offset=0)
    dates = tuple(day.isoformat() if day else "" for day in (wanted.date_from, wanted.date_to))
    found = [
        Active("language", wanted.languages, search_address(replace(first, languages=()))),
        Active("source", wanted.sources, search_address(replace(first, sources=()))),
        Active("date", dates if any(dates) else (), search_address(replace(first, date_from=None, date_to=None))),
    ]
    return [item for item in found if item.values]


def chosen_year(wanted: SearchRequest) -> str:
    """The year that the dates of a search make up, or ""."""
    first, last = wanted.date_from, wanted.date_to
    if first is None or last is None or first.year != last.year:
        return ""
    whole = (first.month, first.day, last.month, last.day) == (1, 1, 12, 31)
    return f"{first.year:04}" if whole else ""


def _languages(wanted: SearchRequest, counts: Mapping[str, int], held: Iterable[str]) -> list[Choice]:
    """Every language of the index, in one order whatever is found."""
    by_partition = _by_partition(counts)
    chosen = {language.lower() for language in wanted.languages}
    choices: list[Choice] = []
    for language in (language for language in PARTITIONS if language in set(held)):
        on = language in chosen
        others = tuple(sorted(chosen - {language} if on else chosen | {language}))
        known = not chosen or on
        choices.append(
            Choice(
                language,
                by_partition.get(language, 0) if known else None,
                on,
                search_address(replace(wanted, offset=0, languages=others)),
            )
        )
    return choices


def _sources(wanted: SearchRequest, counts: Mapping[str, int]) -> list[Choice]:
    """The commonest sources found, those chosen first; a chosen one stays even when nothing is found in it."""
    chosen = list(wanted.sources)
    names = [*chosen, *(name for name in counts if name not in chosen)][: max(_MOST_LISTED, len(chosen))]
    return [
        Choice(name, counts.get(name, 0), name in chosen, search_address(replace(wanted, offset=0, sources=others)))
        for name in names
        for others in [tuple(other for other in chosen if other != name) if name in chosen else (*chosen, name)]
    ]


def _years(wanted: SearchRequest, counts: Mapping[str, int]) -> list[Choice]:
    """The years found, the latest first."""
    on = chosen_year(wanted)
    return [
        Choice(year, counts[year], year == on, search_address(_within(wanted, "" if year == on else year)))
        for year in sorted(counts, reverse=True)
    ]


def _within(wanted: SearchRequest, year: str) -> SearchRequest:
    """The search narrowed to a year, or to none."""
    first, last = (datetime.date(int(year), 1, 1), datetime.date(int(year), 12, 31)) if year else (None, None)
    return replace(wanted, offset=0, date_from=first, date_to=last)


def _by_partition(counts: Mapping[str, int]) -> dict[str, int]:
    """Numbers of documents by partition, from those by language tag."""
    found: dict[str, int] = {}
    for tag, count in counts.items():
        found[partition(tag)] = found.get(partition(tag), 0) + count
    return found
