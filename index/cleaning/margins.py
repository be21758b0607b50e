"""The margins of a page: what stands above the first paragraph and below the last."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

import regex

from index.cleaning.lines import Line
from index.cleaning.phrases import HEAD, MARGIN, known
from index.cleaning.reasons import Reason
from index.dates import DateLine

# After one of these a page says no more of its article.
_END = frozenset({Reason.COMMENTS, Reason.COPYRIGHT, Reason.TAGS})
_SHARE_AFTER_THE_END = 0.2
_LONGEST_STANDFIRST = 1  # paragraphs
_MOST_WORDS_OF_A_BYLINE = 5
_MOST_WORDS_OF_A_REPEAT = 8
_REPEATS = 3
_CLOCK = regex.compile(r"[0-2]?\d[:.][0-5]\d(?:\s*[ap]m)?")
_BRACKETED = regex.compile(r".*[\[(][^\])]+[\])]\W*")


@dataclass(frozen=True, slots=True)
class Spine:
    """Where the running text of a page lies: positions of its first and last paragraph.

    `head` is where the head of the page ends: at the first paragraph, or below the names and the
    date that follow a standfirst.
    """

    first: int
    head: int
    last: int


def spine(lines: Sequence[Line], verdicts: Mapping[int, Reason], dates: Mapping[int, DateLine]) -> Spine | None:
    """The running text of a page, or None for a page without any paragraph.

    Sentences below the line that ends an article are no part of it when they are few.
    """
    places = [at for at, line in enumerate(lines) if line.is_paragraph and at not in verdicts and at not in dates]
    if not places:
        return None
    last = _last(lines, verdicts, places)
    return Spine(places[0], _head(places, dates, last), last)


def _last(lines: Sequence[Line], verdicts: Mapping[int, Reason], places: Sequence[int]) -> int:
    ends = sorted(at for at, reason in verdicts.items() if reason in _END)
    before = list(accumulate((lines[at].words for at in places), initial=0))
    for end in ends:
        above = bisect_left(places, end)
        if above and before[-1] - before[above] < _SHARE_AFTER_THE_END * before[above]:
            return places[above - 1]
    return places[-1]


def _head(places: Sequence[int], dates: Mapping[int, DateLine], last: int) -> int:
    for at, day in dates.items():
        if places[0] < at < last and (day.marked or len(dates) == 1):
            return at if sum(place < at for place in places) <= _LONGEST_STANDFIRST else places[0]
    return places[0]


def by_words(lines: Sequence[Line], verdicts: Mapping[int, Reason], found: Spine) -> dict[int, Reason]:
    """Lines of the margins that are litter only there."""
    reasons: dict[int, Reason] = {}
    for at, line in enumerate(lines):
        if line.text and at not in verdicts and not found.head <= at <= found.last:
            reason = known(line, HEAD if at < found.head else MARGIN)
            if reason:
                reasons[at] = reason
    return reasons


def head(lines: Sequence[Line], verdicts: Mapping[int, Reason], end: int, title: int) -> dict[int, Reason]:
    """What is left in the head of a page that has litter there: menus, names, captions. `title` is -1 for none."""
    clock = sum(1 for line in lines if _CLOCK.fullmatch(line.folded)) > 1
    reasons: dict[int, Reason] = {}
    for at in range(end):
        line = lines[at]
        if (
            not line.text
            or at in verdicts
            or at == title
            or line.is_paragraph
            or (clock and _CLOCK.fullmatch(line.folded))
        ):
            continue
        if at < title:
            reasons[at] = Reason.NAVIGATION
        elif line.words <= _MOST_WORDS_OF_A_BYLINE and not line.stops:
            reasons[at] = Reason.BYLINE if line.words else Reason.COUNTER
        elif _BRACKETED.fullmatch(line.folded):
            reasons[at] = Reason.CREDIT
    return reasons


def tail(lines: Sequence[Line], verdicts: Mapping[int, Reason], last: int) -> dict[int, Reason]:
    """What stands below the last paragraph once litter has begun there."""
    reasons: dict[int, Reason] = {}
    begun: Reason | None = None
    for at in range(last + 1, len(lines)):
        if at in verdicts:
            begun = verdicts[at]
        elif lines[at].text and begun:
            reasons[at] = Reason.HEADLINE if begun is Reason.READ_ALSO else Reason.NAVIGATION
    return reasons


def repeated_here(lines: Sequence[Line], verdicts: Mapping[int, Reason]) -> dict[int, Reason]:
    """Short lines that stand on one page three times."""
    counts = Counter(
        line.key
        for at, line in enumerate(lines)
        if at not in verdicts and not line.stops and 0 < line.words <= _MOST_WORDS_OF_A_REPEAT
    )
    return {
        at: Reason.REPEATED_HERE
        for at, line in enumerate(lines)
        if at not in verdicts and not line.stops and counts[line.key] >= _REPEATS
    }
