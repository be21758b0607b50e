"""The margins of a page: what stands above the first paragraph and below the last."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import regex

from index.cleaning.lines import Line
from index.cleaning.phrases import HEAD, MARGIN, known
from index.cleaning.reasons import Reason

# After one of these a page says no more of its article.
_END = frozenset({Reason.COMMENTS, Reason.COPYRIGHT, Reason.TAGS})
_SHARE_AFTER_THE_END = 0.2
_MOST_WORDS_OF_A_BYLINE = 5
_MOST_WORDS_OF_A_REPEAT = 8
_REPEATS = 3
_CLOCK = regex.compile(r"[0-2]?\d[:.][0-5]\d(?:\s*[ap]m)?")
_BRACKETED = regex.compile(r".*[\[(][^\])]+[\])]\W*")


@dataclass(frozen=True, slots=True)
class Spine:
    """Where the running text of a page begins and ends: positions of its first and last paragraph."""

    first: int
    last: int


def spine(lines: Sequence[Line], verdicts: Mapping[int, Reason]) -> Spine | None:
    """From the first paragraph to the last, or None for a page without any.

    Sentences below the line that ends an article are no part of it when they are few.
    """
    places = [at for at, line in enumerate(lines) if line.is_paragraph and at not in verdicts]
    if not places:
        return None
    words = {at: lines[at].words for at in places}
    total = sum(words.values())
    for end in sorted(at for at, reason in verdicts.items() if reason in _END):
        after = sum(words[at] for at in places if at > end)
        before = [at for at in places if at < end]
        if before and after < _SHARE_AFTER_THE_END * (total - after):
            return Spine(places[0], before[-1])
    return Spine(places[0], places[-1])


def by_words(lines: Sequence[Line], verdicts: Mapping[int, Reason], found: Spine) -> dict[int, Reason]:
    """Lines of the margins that are litter only there."""
    reasons: dict[int, Reason] = {}
    for at, line in enumerate(lines):
        if line.text and at not in verdicts and not found.first <= at <= found.last:
            reason = known(line, HEAD if at < found.first else MARGIN)
            if reason:
                reasons[at] = reason
    return reasons


def head(lines: Sequence[Line], verdicts: Mapping[int, Reason], first: int, title: int | None) -> dict[int, Reason]:
    """What is left above the first paragraph of a page that has litter there: menus, names, captions."""
    clock = sum(1 for line in lines if _CLOCK.fullmatch(line.folded)) > 1
    reasons: dict[int, Reason] = {}
    for at in range(first):
        line = lines[at]
        if not line.text or at in verdicts or at == title or (clock and _CLOCK.fullmatch(line.folded)):
            continue
        if title is not None and at < title:
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
