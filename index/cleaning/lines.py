"""A page as lines, each with what the rules ask of it."""

from dataclasses import dataclass
from functools import lru_cache

import regex

from index.text import fold

LONGEST_LITTER = 250
"""Characters; a longer line is a paragraph, and no rule looks at it."""

_FEWEST_WORDS = 6  # "Photo by Reuters." ends as a sentence does and is none
_FEWEST_WORDS_WITHOUT_STOP = 18
_CONTROL = regex.compile(r"[^\P{Cc}\n\t]+")  # keeps line breaks and tabs
_BREAK = regex.compile("\r\n|[\r\u2028\x0b\x0c]")
_TOKEN = regex.compile(r"\p{N}+(?:[.,:/%-]\p{N}+)*|\p{L}[\p{L}\p{M}]*|[:|/：©]")
_COLONS = ":|/："
# Urdu closes a quotation with the sign that opens one in English.
_CLOSING = r"""["'`\p{Pe}\p{Pi}\p{Pf}\s]*$"""
_STOP = regex.compile(rf"[.!?؟۔](?<!\.\.){_CLOSING}")
_QUESTION = regex.compile(rf"[?؟]{_CLOSING}")
_LONGEST_END = 12  # characters: a stop and what may close behind it


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a page. `key` is its folded words, with `#` for a number and `:` for a colon, bar or slash.

    A line too long to be litter has no `folded` and no `key`: nothing asks for them.
    """

    number: int
    """Counted from 1 in the text it came from."""
    text: str
    folded: str
    key: tuple[str, ...]
    words: int
    stops: bool
    """Whether it ends as a sentence does."""
    asks: bool
    """Whether it ends as a question does."""

    @property
    def is_paragraph(self) -> bool:
        """Whether it reads as running text rather than as a heading, a button or a caption."""
        if self.words >= _FEWEST_WORDS_WITHOUT_STOP:
            return True
        return self.stops and not self.asks and self.words >= _FEWEST_WORDS


def is_one_paragraph(text: str) -> bool:
    """Whether a text is one line that no rule looks at, without a character to take out."""
    return len(text) > LONGEST_LITTER and text.isprintable() and len(text.strip()) > LONGEST_LITTER


def split(text: str) -> list[Line]:
    r"""The lines of a text, blank ones too, without control characters and outer spaces.

    >>> [(line.text, line.key) for line in split("Share (12)\n\nEnd.")]
    [('Share (12)', ('share', '#')), ('', ()), ('End.', ('end',))]
    """
    if not text.isprintable():  # which line breaks are not, nor control characters, nor what joins Urdu letters
        text = _CONTROL.sub(" ", _BREAK.sub("\n", text.replace("\u2029", "\n\n")))
    return [line(number, found) for number, found in enumerate(text.split("\n"), start=1)]


def line(number: int, text: str) -> Line:
    """One line with what the rules ask of it."""
    text = text.strip()
    if len(text) > LONGEST_LITTER:
        return Line(number, text, "", (), len(text.split()), stops(text), False)
    folded = fold_line(text)
    tokens = key(folded)
    words = len(tokens) - tokens.count("#") - tokens.count(":") - tokens.count("©")
    return Line(number, text, folded, tokens, words, stops(folded), _QUESTION.search(folded) is not None)


@lru_cache(maxsize=1 << 12)
def fold_line(text: str) -> str:
    """`fold`, remembered: a line is judged by itself, and what is left of a page is looked through for furniture."""
    return fold(text)


def stops(folded: str) -> bool:
    """Whether a line ends as a sentence does.

    >>> stops("it ended."), stops('"it ended."'), stops("it ended..."), stops("an end")
    (True, True, False, False)
    """
    return _STOP.search(folded, max(0, len(folded) - _LONGEST_END)) is not None


def key(folded: str) -> tuple[str, ...]:
    """The folded words of a line, with `#` for each number and `:` for each colon, bar or slash.

    >>> key(fold("Photo: AP / 2,014 Shares"))
    ('photo', ':', 'ap', ':', '#', 'shares')
    """
    return tuple(token if token[0].isalpha() else ":" if token in _COLONS else "#" for token in _TOKEN.findall(folded))


def one_line(text: str) -> str:
    r"""A title as one line, without control characters.

    >>> one_line(" Two\n lines ")
    'Two lines'
    """
    return " ".join(_CONTROL.sub(" ", text).split())
