"""One text path for documents and queries: `fold` makes spellings alike, `words` finds words.

The fold is the same for every language and never depends on a guess at one, so a word matches
itself wherever it stands. What depends on the language (stems, stop words) is in `languages.py`.
"""

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import regex

# Marks of the scripts whose readers leave them out at will. Marks of other scripts (the vowel
# signs of Devanagari, say) are letters to their readers and stay.
_MARKS = "\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u08d3-\u08ff"
_INVISIBLE = "\u00ad\u061c\u0640\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
_DROPPED = regex.compile(f"[{_MARKS}{_INVISIBLE}]+")

_VARIANTS = str.maketrans(
    {
        "\u0671": "ا",  # alef wasla
        "\u0649": "ی",  # Arabic alef maksura
        "\u064a": "ی",  # Arabic yeh
        "\u06cd": "ی",
        "\u06d0": "ی",
        "\u0643": "ک",  # Arabic kaf
        "\u06aa": "ک",
        "\u0647": "ہ",  # Arabic heh
        "\u0629": "ہ",  # teh marbuta, written ه as often as not
        "\u06be": "ہ",  # heh doachashmee
        "\u06c3": "ہ",
        "\u06d5": "ہ",
        "\u06c6": "و",
        "\u06c7": "و",
        "\u06c8": "و",
        "\u06cb": "و",
        "\u0131": "i",
        "\u0142": "l",
        "\u00f8": "o",
        "\u0111": "d",
    }
)
_LATIN_OR_ARABIC = regex.compile("[\u0000-\u024f\u0300-\u036f\u0600-\u06ff\u2000-\u206f\u20a0-\u20bf\ufb50-\ufeff]")
_FOREIGN_DIGIT = regex.compile(r"[\p{Nd}--[0-9]]", flags=regex.V1)

WORD = regex.compile(rf"[\p{{L}}\p{{N}}][\p{{L}}\p{{M}}\p{{N}}{_INVISIBLE}]*")

# Longer than any word of any language we know; a base64 blob or a line without spaces is cut
# here, so that one page cannot fill the dictionary with megabyte-long terms.
LONGEST_WORD = 64


def fold(text: str) -> str:
    """The text with spelling variants made alike; for comparing, never for showing.

    Compatibility forms, marks, tatweel, invisible and bidirectional controls, letter variants
    of the Arabic script, digit sets and case are folded.

    >>> fold("مُحَمَّد"), fold("أحمد"), fold("كتـــاب")
    ('محمد', 'احمد', 'کتاب')
    >>> fold("Erdoğan ١٢ ۱۲ 12")
    'erdogan 12 12 12'
    """
    if text.isascii():
        return text.lower()
    try:
        return text.translate(_FOLDED)
    except _Composing:
        return _folded(text)


class _Composing(Exception):
    """A character that may be folded otherwise beside another one, as those of Korean syllables are."""


def _folded(text: str) -> str:
    bare = unicodedata.normalize("NFC", unicodedata.normalize("NFKD", text).translate(_BARE))
    # Some characters (İ, ŉ) give new marks when their case is folded.
    return bare.casefold().translate(_ALIKE)


class CharacterTable(dict[int, str]):
    """What becomes of each character, asked once of each: to look for some with a pattern takes twice as long."""

    def __init__(self, rule: Callable[[str], str]) -> None:
        super().__init__()
        self._rule = rule

    def __missing__(self, code: int) -> str:
        found = self[code] = self._rule(chr(code))
        return found


def _bare(character: str) -> str:
    return _DROPPED.sub("", character)


def _alike(character: str) -> str:
    return _FOREIGN_DIGIT.sub(_ascii_digit, _bare(character).translate(_VARIANTS))


def _ascii_digit(found: "regex.Match[str]") -> str:
    # `regex` may know digits of a newer Unicode than Python does; they stay as they are.
    value = unicodedata.digit(found.group(), None)
    return found.group() if value is None else str(value)


def _folded_alone(character: str) -> str:
    """What becomes of a character whatever stands beside it. Raises _Composing where that counts.

    In these blocks it does not: a mark is dropped, and no letter makes one with the next.
    """
    if not _LATIN_OR_ARABIC.match(character) or (
        unicodedata.category(character).startswith("M") and not _DROPPED.match(character)
    ):
        raise _Composing
    return _folded(character)


_BARE = CharacterTable(_bare)
_ALIKE = CharacterTable(_alike)
_FOLDED = CharacterTable(_folded_alone)


@dataclass(frozen=True, slots=True)
class Word:
    """A word where it stands: `source[start:end]` spells it, `folded` compares it."""

    start: int
    end: int
    folded: str


@lru_cache(maxsize=1 << 17)
def fold_word(surface: str) -> str:
    """`fold` for one word, remembered, because words repeat."""
    return fold(surface[:LONGEST_WORD])


def fold_words(surfaces: Sequence[str]) -> list[str]:
    """`fold_word` for many words at once, as the lines of one text: no letter is folded with one of another line.

    >>> fold_words(["Erdoğan", "مُحَمَّد", "12"])
    ['erdogan', 'محمد', '12']
    """
    text = "\n".join(surface[:LONGEST_WORD] for surface in surfaces)
    return fold(text).split("\n") if surfaces else []


def surfaces(text: str) -> list[str]:
    """The words of a text as they are spelled, in order; quicker than `words` when places do not matter.

    >>> surfaces("مُحَمَّد won 3-1.")
    ['مُحَمَّد', 'won', '3', '1']
    """
    return [text] if text.isalnum() else WORD.findall(text)


def words(text: str) -> Iterator[Word]:
    """The words of a text with their places, in order. A combining mark never splits a word.

    >>> [(w.start, w.end, w.folded) for w in words("In Rome: حَفتر")]
    [(0, 2, 'in'), (3, 7, 'rome'), (9, 14, 'حفتر')]
    """
    for match in WORD.finditer(text):
        folded = fold_word(match.group())
        if folded:
            yield Word(match.start(), match.end(), folded)
