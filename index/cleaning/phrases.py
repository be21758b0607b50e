"""Lines that pages are known to add to their articles, as lists that an editor can read: `phrases/*.txt`.

Each list has sections named by a reason; a line with `;` is a comment. A phrase is compared with
the whole line, by its folded words only, so that case, marks, spelling variants and punctuation do
not matter.

    share on *        `*` stands for any number of words, `*2` for up to two
    # comments        `#` stands for a number
    photo : *         `:` stands for a colon, a bar or a slash
    ! follow us on *  litter even where it ends as a sentence does; without `!` such a line is kept
    ~ help            only in the margins of a page, above its first paragraph or below its last
    ^ by *5           only above the first paragraph
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

import regex

from index.cleaning.lines import Line, key
from index.cleaning.reasons import Reason
from index.text import fold

_LISTS = ("english", "arabic", "urdu")
_WIDEST = 60  # words that `*` stands for: more than a short line has
_LONGEST_SENTENCE = 40  # a longer line that ends as a sentence does is text whatever it begins with
_LONGEST_BYLINE = 5
_OPENING_QUOTE = regex.compile(r"""^["'“”‘’«„]""")
# Somebody's words, reported: "Follow us, said the guide."
_SPEECH = frozenset(
    map(
        fold,
        """said say says saying told asked added replied
        قال قالت وقال وقالت يقول تقول أضاف أضافت وأضاف أكد وأكد أوضح وأوضح
        کہا کہنا بتایا کہتے کہتی کہتا پوچھا""".split(),
    )
)

_COUNTED = frozenset({Reason.SHARE, Reason.COMMENTS, Reason.READ_ALSO, Reason.FOLLOW})

MARGIN = "margin"
"""Above the first paragraph or below the last."""
HEAD = "head"
"""Above the first paragraph."""
BODY = "body"


@dataclass(frozen=True, slots=True)
class _Phrase:
    reason: Reason
    parts: tuple[str, ...]
    even_sentences: bool
    where: str


@dataclass(slots=True)
class _Lists:
    """All phrases: whole ones by their words, the others by the first word that a line must hold."""

    whole: dict[tuple[str, ...], tuple[Reason, str]] = field(default_factory=dict)
    first: dict[str, list[_Phrase]] = field(default_factory=lambda: defaultdict(list))
    inner: dict[str, list[_Phrase]] = field(default_factory=lambda: defaultdict(list))


def known(line: Line, where: str) -> Reason | None:
    r"""Why a line is litter by its words, or None; `where` is HEAD, MARGIN or BODY.

    >>> from index.cleaning.lines import split
    >>> [known(line, BODY) for line in split("Share on Facebook\nShare prices fell.")]
    [<Reason.SHARE: 'share button'>, None]
    """
    tokens = _bare(line.key)
    if not tokens:
        return None
    lists = _lists()
    exact = lists.whole.get(tokens)
    if exact and _applies(exact[1], where) and not (exact[1] and line.stops):
        return exact[0]
    counted = lists.whole.get(tuple(token for token in tokens if token != "#")) if "#" in tokens else None
    if counted and counted[0] in _COUNTED and not counted[1]:
        return counted[0]  # "Comments (12)", "14 shares"
    spaced = " " + " ".join(tokens)
    for phrase in _likely(lists, tokens):
        if _applies(phrase.where, where) and _allowed(phrase, line) and _pattern(phrase.parts).fullmatch(spaced):
            return phrase.reason
    return None


def _applies(wanted: str, where: str) -> bool:
    return not wanted or wanted == where or (wanted == MARGIN and where == HEAD)


def _allowed(phrase: _Phrase, line: Line) -> bool:
    if not line.stops or (phrase.where == HEAD and line.words <= _LONGEST_BYLINE):
        return True  # "By Dalia S." is no sentence
    if not phrase.even_sentences or line.words > _LONGEST_SENTENCE:
        return False
    return not _OPENING_QUOTE.match(line.text) and _SPEECH.isdisjoint(line.key)


def _likely(lists: _Lists, tokens: tuple[str, ...]) -> Iterable[_Phrase]:
    yield from lists.first.get(tokens[0], ())
    for token in dict.fromkeys(tokens):
        if token in lists.inner:
            yield from lists.inner[token]


def _bare(tokens: tuple[str, ...]) -> tuple[str, ...]:
    """Without colons at the ends."""
    start, end = 0, len(tokens)
    while start < end and tokens[start] == ":":
        start += 1
    while end > start and tokens[end - 1] == ":":
        end -= 1
    return tokens[start:end]


@cache
def _lists() -> _Lists:
    lists = _Lists()
    for name in _LISTS:
        reason: Reason | None = None
        text = (files("index.cleaning") / "phrases" / f"{name}.txt").read_text(encoding="utf-8")
        for written in filter(None, map(str.strip, text.splitlines())):
            if written.startswith("["):
                reason = Reason(written.strip("[]"))
            elif reason is not None and not written.startswith(";"):
                _add(lists, reason, written)
    return lists


def _add(lists: _Lists, reason: Reason, written: str) -> None:
    flag = written[0] if written[:2] in ("! ", "~ ", "^ ") else ""
    where = {"~": MARGIN, "^": HEAD}.get(flag, "")
    parts = [_part(part) for part in written.removeprefix(flag).split()]
    if not any(part.startswith("*") for part in parts):
        lists.whole.setdefault(_bare(tuple(token for part in parts for token in part.split())), (reason, where))
        return
    literals = [part for part in parts if not part.startswith("*")]
    phrase = _Phrase(reason, tuple(parts), flag == "!", where)
    if not parts[0].startswith("*"):
        lists.first[literals[0].split()[0]].append(phrase)
    else:
        # A number or a colon stands in many lines; the longest word is the rarest as a rule.
        lists.inner[max((word for part in literals for word in part.split()), key=len)].append(phrase)


def _part(written: str) -> str:
    """One part of a phrase, folded; a number sign, colon or wildcard stays."""
    if written[0] in "*#:©":
        return written
    words = " ".join(key(fold(written)))
    if not words:
        raise ValueError(f"{written!r} holds no word that a line could hold; take it out of the phrase")
    return words


@cache
def _pattern(parts: tuple[str, ...]) -> "regex.Pattern[str]":
    """For the words of a line, each with a space before it; made at first need, which most phrases never see."""
    return regex.compile(
        "".join(
            rf"(?: \S+){{0,{int(part[1:] or _WIDEST)}}}"
            if part.startswith("*")
            else " " + regex.escape(part, literal_spaces=True)
            for part in parts
        )
    )
