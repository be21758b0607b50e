"""The margins of a page: what stands above the first paragraph and below the last."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

import regex

from index.cleaning.lines import Line, key
from index.cleaning.phrases import HEAD, MARGIN, known
from index.cleaning.reasons import Reason
from index.dates import DateLine
from index.text import fold

# After one of these a page says no more of its article.
_END = frozenset({Reason.COMMENTS, Reason.COPYRIGHT, Reason.TAGS})
_SHARE_AFTER_THE_END = 0.2
_LONGEST_STANDFIRST = 1  # paragraphs
_FEWEST_PARAGRAPHS = 2  # that a page has more of when its first is none of its article
_MOST_WORDS_ABOVE = 40
_SHORT_LINES = 3
_FEWEST_LINES_OF_A_LIST = 4
_MOST_WORDS_OF_A_BYLINE = 5
_MOST_WORDS_OF_A_REPEAT = 8
_REPEATS = 3
_CLOCK = regex.compile(r"[0-2]?\d[:.][0-5]\d(?:\s*[ap]m)?")
# Scores, fixtures and addresses of a list that ends an article have numbers or colons in them.
_MENU_LINE = regex.compile(r"[^\d:;*•–—-][^\d:;]*:?")
_CAPTION_LABELS = frozenset(
    key(fold(label))
    for label in (
        "image caption, media caption, photo caption, caption, التعليق على الصورة, تعليق الصورة, شرح الصورة, "
        "تصویر کا کیپشن, ویڈیو کیپشن"
    ).split(", ")
)
_BEFORE_A_NAME = frozenset(map(fold, "by written posted كتب كتبت بقلم بواسطة تحریر مصنف".split()))
_WORDS_OF_A_NAME = (2, 3, 4)
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
    return Spine(places[0], _head(lines, verdicts, dates, places, last), last)


def _last(lines: Sequence[Line], verdicts: Mapping[int, Reason], places: Sequence[int]) -> int:
    ends = sorted(at for at, reason in verdicts.items() if reason in _END)
    before = list(accumulate((lines[at].words for at in places), initial=0))
    for end in ends:
        above = bisect_left(places, end)
        if above and before[-1] - before[above] < _SHARE_AFTER_THE_END * before[above]:
            return places[above - 1]
    return places[-1]


def _head(
    lines: Sequence[Line],
    verdicts: Mapping[int, Reason],
    dates: Mapping[int, DateLine],
    places: Sequence[int],
    last: int,
) -> int:
    """The head ends at a paragraph that no date follows closely, nor a run of short lines with litter among them."""
    end = places[0]
    for date, day in dates.items():
        if places[0] < date < last and (day.marked or len(dates) == 1):
            if sum(place < date for place in places) <= _LONGEST_STANDFIRST:
                end = date
            break
    if len(places) > 1:
        bylines = [at for at in range(places[0], places[1]) if known(lines[at], HEAD) is Reason.BYLINE]
        end = max([end, *(at + 1 for at in bylines if at not in verdicts)])
    if len(places) > _FEWEST_PARAGRAPHS and lines[places[0]].words <= _MOST_WORDS_ABOVE:
        between = range(places[0] + 1, places[1])
        short = [at for at in between if lines[at].text and not lines[at].stops]
        if len(short) >= _SHORT_LINES and any(at in verdicts or at in dates for at in short):
            end = max(end, places[1])
    return end


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
    for at in range(_list_before(lines, verdicts, end, title)):
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
        elif line.is_paragraph:
            continue
        elif line.words <= _MOST_WORDS_OF_A_BYLINE and not line.stops:
            reasons[at] = Reason.BYLINE if line.words else Reason.COUNTER
        elif _BRACKETED.fullmatch(line.folded):
            reasons[at] = Reason.CREDIT
    return reasons


def _list_before(lines: Sequence[Line], verdicts: Mapping[int, Reason], end: int, title: int) -> int:
    """Where a list or a verse begins that leads to the first paragraph: many short lines without litter among them."""
    begin = end
    short = 0
    while begin - 1 > title and begin - 1 not in verdicts and not lines[begin - 1].is_paragraph:
        begin -= 1
        short += bool(lines[begin].text)
    return begin if short >= _FEWEST_LINES_OF_A_LIST else end


def tail(lines: Sequence[Line], verdicts: Mapping[int, Reason], last: int) -> dict[int, Reason]:
    """What stands below the last paragraph once litter has begun there, and the short lines that lead to it."""
    below = [at for at in range(last + 1, len(lines)) if lines[at].text]
    begun = next((number for number, at in enumerate(below) if at in verdicts), None)
    if begun is None:
        return {}
    reasons: dict[int, Reason] = {}
    for at in reversed(below[:begun]):
        if lines[at].stops or not _MENU_LINE.fullmatch(lines[at].folded):
            break
        reasons[at] = Reason.NAVIGATION
    why = verdicts[below[begun]]
    for at in below[begun:]:
        if at in verdicts:
            why = verdicts[at]
        else:
            reasons[at] = Reason.HEADLINE if why is Reason.READ_ALSO else Reason.NAVIGATION
    return reasons


def authors(lines: Sequence[Line], verdicts: Mapping[int, Reason], found: Spine) -> dict[int, Reason]:
    """What is said below the text of whoever the head names as its author."""
    names = {tuple(token for token in lines[at].key if token not in _BEFORE_A_NAME) for at in _bylines(verdicts, found)}
    names = {name for name in names if len(name) in _WORDS_OF_A_NAME and "#" not in name and ":" not in name}
    if not names:
        return {}
    below = [at for at in range(found.last, len(lines)) if lines[at].key and at not in verdicts]
    return {
        at: Reason.BYLINE
        for at in below
        if any(lines[at].key[: len(name)] == name for name in names) and lines[at].words <= _MOST_WORDS_ABOVE
    }


def _bylines(verdicts: Mapping[int, Reason], found: Spine) -> list[int]:
    return [at for at, why in verdicts.items() if why is Reason.BYLINE and at < found.head]


def captions(lines: Sequence[Line], verdicts: Mapping[int, Reason]) -> dict[int, Reason]:
    """The line below a label that only says that a caption follows."""
    reasons: dict[int, Reason] = {}
    for at, why in verdicts.items():
        if why is Reason.CREDIT and lines[at].key in _CAPTION_LABELS:
            below = next((place for place in range(at + 1, len(lines)) if lines[place].text), None)
            if below is not None and below not in verdicts and not lines[below].is_paragraph:
                reasons[below] = Reason.CREDIT
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
