"""The title of a page: which line it is, and where else it stands."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import regex

from index import arabic, english, urdu
from index.cleaning.lines import Line, key
from index.cleaning.reasons import Reason
from index.text import fold

LONGEST_TITLE: Final = 250
_SHORTEST_CUT = 12  # characters of a title that "…" cut short
_MOST_WORDS_OF_A_SITE = 5
_STOP_WORDS = english.STOP_WORDS | arabic.STOP_WORDS | urdu.STOP_WORDS
_MARKDOWN = regex.compile(r"^#{1,6}\s+")
_SITE = regex.compile(r"\s+[|–—-]\s+|\s*[|»]\s*|\s+::\s+")
_ARTICLE = regex.compile("^(?:[وفبک]?ال|لل|[وفبکل](?=....))")
_STEM = 4
_BODY_LOOKED_AT = 8  # paragraphs whose words a title is expected to hold
_MOST_CANDIDATES = 100  # the nearest to the text
_FEWEST_TELLING_WORDS = 3  # one word that comes back proves little
_LINES_TO_THE_DATE = 2
_MOST_WORDS_OF_A_LABEL = 3  # "Posts: 23"
_CLOSE_ENOUGH = 0.8  # an earlier line wins over a later one that is better by less


def plain(text: str) -> str:
    """A heading without Markdown's signs.

    >>> plain("## Strike ends")
    'Strike ends'
    """
    return _MARKDOWN.sub("", text).strip("# ") if text.startswith("#") else text


@dataclass(frozen=True, slots=True)
class Heading:
    """A title, made ready to be compared with many lines."""

    folded: str
    key: tuple[str, ...]

    @classmethod
    def of(cls, title: str) -> "Heading":
        """From a title as written."""
        folded = fold(title)
        return cls(folded, key(folded))


def repeats(line: Line, heading: Heading) -> bool:
    r"""Whether a line says the title again: as it is, with the name of a site beside it, or cut short.

    >>> from index.cleaning.lines import split
    >>> lines = split("Storm closes harbour\nStorm closes harbour | Courier\nStorm closes har…\nStorm closes in")
    >>> [repeats(line, Heading.of("Storm closes harbour")) for line in lines]
    [True, True, True, False]
    """
    if not line.folded or not heading.folded:
        return False
    if line.key == heading.key:
        return bool(heading.key) or line.folded == heading.folded
    if line.folded.endswith(".."):  # which "…" is when folded
        cut = line.folded.rstrip(". ")
        return len(cut) >= _SHORTEST_CUT and heading.folded.startswith(cut)
    size = len(heading.key)
    if not 0 < size < len(line.key) or heading.key not in (line.key[:size], line.key[-size:]):
        return False
    return any(key(part) == heading.key for part in _without_site(line.folded))


def _without_site(folded: str) -> list[str]:
    """What may be the title in a line that may name its site before or after it."""
    parts: list[str] = []
    for separator in _SITE.finditer(folded):
        before, after = folded[: separator.start()], folded[separator.end() :]
        parts += [before] * (len(after.split()) <= _MOST_WORDS_OF_A_SITE)
        parts += [after] * (len(before.split()) <= _MOST_WORDS_OF_A_SITE)
    return parts


def without_site(title: str, lines: Sequence[Line], source: str) -> str:
    """A title without the name of its site, where the page itself gives the title alone or the source is named so.

    >>> without_site("Storm closes harbour | The Courier", [], "")
    'Storm closes harbour'
    >>> without_site("Storm closes harbour - a warning", [], "")
    'Storm closes harbour - a warning'
    """
    for separator in reversed(list(_SITE.finditer(title[:LONGEST_TITLE]))):
        before, after = title[: separator.start()], title[separator.end() :]
        if len(after.split()) > _MOST_WORDS_OF_A_SITE or len(before.split()) < 3:
            continue
        if "|" in separator.group() or fold(after) == fold(source) or _stands_alone(before, lines):
            return before
    return title


def _stands_alone(title: str, lines: Sequence[Line]) -> bool:
    alone = key(fold(title))
    return bool(alone) and any(line.key == alone for line in lines)


def find(
    lines: Sequence[Line], verdicts: Mapping[int, Reason], head: Collection[int], dates: Collection[int]
) -> int | None:
    """The position of the line that is the title, among those of the head that no rule explains.

    A line that stands on the page again, whose words come back in the text, that has the length
    of a headline or stands just above the date is likelier; of near equals the first is taken.
    """
    candidates = [at for at in sorted(head) if _possible(lines[at])][-_MOST_CANDIDATES:]
    if len(candidates) < 2:
        return candidates[0] if candidates else None
    said = stems("\n".join(line.text for line in _paragraphs(lines, verdicts)))
    scores = {at: _score(lines, at, said, dates) for at in candidates}
    best = max(scores.values())
    return next(at for at in candidates if scores[at] >= best - _CLOSE_ENOUGH)


def _possible(line: Line) -> bool:
    return line.words > 0 and len(line.text) <= LONGEST_TITLE and any(map(str.isalpha, line.text))


def _paragraphs(lines: Sequence[Line], verdicts: Mapping[int, Reason]) -> list[Line]:
    return [line for at, line in enumerate(lines) if line.is_paragraph and at not in verdicts][:_BODY_LOOKED_AT]


def _score(lines: Sequence[Line], at: int, said: set[str], dates: Collection[int]) -> float:
    line = lines[at]
    heading = Heading(line.folded, line.key)
    again = line.words > 1 and any(other is not line and repeats(other, heading) for other in lines)
    words = stems(line.text)
    overlap = len(words & said) / max(len(words), _FEWEST_TELLING_WORDS)
    headline = 1.0 if 4 <= line.words <= 25 else 0.0
    following = [place for place in range(at + 1, len(lines)) if lines[place].text][:_LINES_TO_THE_DATE]
    dated = 0.7 if any(place in dates for place in following) else 0.0
    caption = 1.0 if line.text.endswith((")", "]")) else 0.0
    label = 0.7 if ":" in line.key[:3] and line.words <= _MOST_WORDS_OF_A_LABEL else 0.0
    return 2.0 * again + 2.0 * overlap + headline + dated - caption - label


def stems(text: str) -> set[str]:
    """The beginnings of the words that carry meaning, without the Arabic article.

    >>> sorted(stems("The الميناء closed"))
    ['clos', 'مینا']
    """
    return {_ARTICLE.sub("", token)[:_STEM] for token in key(fold(text)) if len(token) > 3 and token not in _STOP_WORDS}
