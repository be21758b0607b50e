"""The pages of an answer, by number."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from search.types import SearchRequest
from web.addresses import search_address

_AROUND = 2


@dataclass(frozen=True, slots=True)
class PageLink:
    """A page of results; a number of 0 stands for pages that are left out."""

    number: int
    address: str
    current: bool


@dataclass(frozen=True, slots=True)
class Pager:
    """Links to the pages; `previous` and `next` are "" where there is none."""

    links: Sequence[PageLink]
    previous: str
    next: str


def pager(wanted: SearchRequest, total: int, deepest: int) -> Pager:
    """The pages of an answer of `total` documents; none begins where `deepest` would be passed."""
    reachable = min(total, deepest - deepest % wanted.limit)
    last = max(1, -(-reachable // wanted.limit))
    current = wanted.offset // wanted.limit + 1
    numbers = shown_numbers(current, last)
    return Pager(
        links=[PageLink(number, _address(wanted, number) if number else "", number == current) for number in numbers],
        previous=_address(wanted, current - 1) if 1 < current <= last + 1 else "",
        next=_address(wanted, current + 1) if current < last else "",
    )


def shown_numbers(current: int, last: int) -> list[int]:
    """The first page, the last, and those around the current one; 0 where some are left out.

    >>> shown_numbers(6, 20), shown_numbers(1, 3), shown_numbers(1, 1)
    ([1, 0, 4, 5, 6, 7, 8, 0, 20], [1, 2, 3], [])
    """
    if last == 1:
        return []
    wanted = sorted({1, last, *range(max(1, current - _AROUND), min(last, current + _AROUND) + 1)})
    numbers: list[int] = []
    for number in wanted:
        gap = number - numbers[-1] if numbers else 1
        # A gap of one page is that page.
        numbers += [number - 1, number] if gap == 2 else [0, number] if gap > 2 else [number]
    return numbers


def _address(wanted: SearchRequest, number: int) -> str:
    return search_address(replace(wanted, offset=(number - 1) * wanted.limit))
