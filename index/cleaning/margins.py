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
from index.cleaning.titles import stems
from index.dates import DateLine
from index.text import fold

# After one of these a page says no more of its article.
_END = frozenset({Reason.COMMENTS, Reason.COPYRIGHT, Reason.TAGS})
# These stand between the paragraphs of an article as often as below them.
_AMIDST = frozenset({Reason.ADVERTISEMENT, Reason.READ_ALSO, Reason.CREDIT, Reason.PLAYER, Reason.SUBSCRIPTION})
_SHARE_AFTER_THE_END = 0.2
_FAMILIAR = 0.2  # of a paragraph's words, said above too
_PARAGRAPHS_COMPARED = 30
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
_LISTED = regex.compile(r"[\d:]|^[•*–—-]")
_OWN = frozenset({Reason.TITLE, Reason.REPEATED_TITLE, Reason.DATE})
_LITTER_OF_A_PAGE = 2  # lines above its text
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
    """The last paragraph, but for a few sentences below the end of the article."""
    words = list(accumulate((lines[at].words for at in places), initial=0))
    for end in sorted(at for at, reason in verdicts.items() if reason in _END):
        above = bisect_left(places, end)
        if above and words[-1] - words[above] < _SHARE_AFTER_THE_END * words[above]:
            return places[above - 1]
    return places[_strangers(lines, verdicts, places, words) - 1]


def _strangers(
    lines: Sequence[Line], verdicts: Mapping[int, Reason], places: Sequence[int], words: Sequence[int]
) -> int:
    """How many paragraphs there are above the last ones that litter sets apart and that speak of nothing said above."""
    end = len(places)
    while end > _FEWEST_PARAGRAPHS and words[-1] - words[end - 1] < _SHARE_AFTER_THE_END * words[end - 1]:
        if _is_apart(lines, verdicts, range(places[end - 2] + 1, places[end - 1])):
            above = stems("\n".join(lines[at].text for at in places[max(0, end - 1 - _PARAGRAPHS_COMPARED) : end - 1]))
            below = [stems(lines[at].text) for at in places[end - 1 :]]
            if any(len(said & above) >= _FAMILIAR * len(said) for said in below):
                return len(places)
            return end - 1
        end -= 1
    return len(places)


def _is_apart(lines: Sequence[Line], verdicts: Mapping[int, Reason], between: range) -> bool:
    """Whether litter lies between two paragraphs that does not also stand in the midst of articles."""
    certain = any(at in verdicts and verdicts[at] not in _AMIDST for at in between)
    return certain or sum(1 for at in between if lines[at].text and not lines[at].stops) >= _SHORT_LINES


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


def tail(lines: Sequence[Line], verdicts: Mapping[int, Reason], found: Spine) -> dict[int, Reason]:
    """What stands below the last paragraph once litter has begun there, and the short lines that lead to it.

    On a page with litter above its text, a short line that begins no list is litter too.
    """
    below = [at for at in range(found.last + 1, len(lines)) if lines[at].text]
    begun = next((number for number, at in enumerate(below) if at in verdicts), len(below))
    if _is_scraped(verdicts, found):
        begun = min([begun, *(n for n in range(begun) if _leads_nowhere(lines, below, n))])
    if begun == len(below):
        return {}
    reasons: dict[int, Reason] = {}
    for at in reversed(below[:begun]):
        if lines[at].stops or not _MENU_LINE.fullmatch(lines[at].folded):
            break
        reasons[at] = Reason.NAVIGATION
    why = Reason.NAVIGATION
    for at in below[begun:]:
        why = verdicts.get(at, why)
        if at not in verdicts:
            reasons[at] = Reason.HEADLINE if why is Reason.READ_ALSO else Reason.NAVIGATION
    return reasons


def _is_scraped(verdicts: Mapping[int, Reason], found: Spine) -> bool:
    return sum(1 for at, why in verdicts.items() if at < found.head and why not in _OWN) >= _LITTER_OF_A_PAGE


def _leads_nowhere(lines: Sequence[Line], below: Sequence[int], number: int) -> bool:
    """Whether a line is neither a sentence nor part of a list, nor the heading of one."""
    line = lines[below[number]]
    if line.stops or not _MENU_LINE.fullmatch(line.folded):
        return False
    following = [lines[at] for at in below[number + 1 : number + 3]]
    return not following or not all(_LISTED.search(other.folded) for other in following)


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
