"""How a word sounds, as far as its letters tell: what lets a name be found across scripts.

A word is cut into spoken units (`sh`, `kh`, `تش`, single letters). Each unit may be read in a few
ways (ج is j, or g in Cairo), and the readings of all scripts are sounds of one inventory. `key`
keeps the classes of the consonants, coarse enough to be shared by the spellings of a name;
`similarity` compares all sounds. Which letter meets which, and how often a vowel is left out, was
counted in aligned pairs of names (English–Arabic and English–Urdu).
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

# Unit → its readings; each space costs `_LESS_LIKELY` for those after it. Sounds: S sh, C ch, J j,
# Z zh, x kh, G gh, T th, D dh, H the Arabic ح, Q X V the Arabic ط ص ض, ' hamza and ع.
# ^ stands before a unit that begins a word, $ after one that ends it, + before a breath after a
# consonant; ċ and ġ are c and g before e, i and y. The Latin units come first.
_READINGS = {
    "tsch": "C", "sch": "S s", "tch": "C", "tsh": "C", "dzh": "J", "sh": "S", "ch": "CS kx", "ck": "k", "cz": "C z",
    "sz": "s zS", "kh": "x k", "gh": "Gg", "th": "T t d", "dh": "dD z", "ph": "f", "zh": "ZJ", "dj": "J", "tz": "z s",
    "dz": "z J", "ee": "i", "oo": "u", "ou": "uo", "aa": "a'", "a": "a", "b": "b", "c": "k C J", "ċ": "sC J k",
    "d": "d", "e": "e", "f": "f", "g": "gG", "ġ": "gJG", "h": "hH", "i": "i", "j": "J yZ x", "k": "kq", "l": "l",
    "m": "m", "n": "n", "o": "o", "p": "p", "q": "qk C", "r": "r", "s": "s z", "t": "t", "u": "u", "v": "v",
    "w": "w v", "y": "yi", "z": "z s", "æ": "ea", "œ": "o", "þ": "T", "ð": "D", "ə": "ae", "ʿ": "'", "ʾ": "'",
    "+h": "h", "+ہ": "h", "e$": "e", "h$": "h", "^a": "a'", "^e": "e'", "^i": "i'", "^o": "o'", "^u": "u'",
    "تش": "C", "دج": "J", "ا": "a", "ب": "bp", "پ": "p", "ت": "t", "ٹ": "t", "ث": "T s", "ج": "Jg Z", "چ": "C",
    "ح": "H", "خ": "x", "د": "d", "ڈ": "d", "ذ": "Dz", "ر": "r", "ڑ": "r", "ز": "z", "ژ": "Z", "س": "s", "ش": "S C",
    "ص": "X s", "ض": "V dz", "ط": "Q t", "ظ": "V zD", "ع": "'", "ء": "'", "غ": "Gg", "ف": "fv", "ق": "q kg", "ک": "k g",
    "گ": "g", "ل": "l", "م": "m", "ن": "n", "ں": "n", "ہ": "h", "و": "wou v", "ی": "yie", "ے": "e",
    "ہ$": "ah", "ی$": "yie a", "^ا": "a'eiou", "^ع": "' aeiou", "^و": "wv",
}  # fmt: skip
UNITS = tuple(_READINGS)
LONG_UNITS = sorted((unit for unit in UNITS if len(unit) > 1 and unit.isalpha()), key=len, reverse=True)
_UNIT = re.compile(f"{'|'.join(LONG_UNITS)}|.")
_SOFT_C, _SOFT_G = re.compile("c(?=[eiy])"), re.compile("g(?=[eiy])")  # no unit of several letters holds either
BREATHS = ("h", "ہ")
BREATHED = frozenset("bcdfgjklmnprstz" + "بپتٹجچدڈڑکگل")
_VOWELS = "aeiou"

_LESS_LIKELY = 0.05
_OTHER_VOWEL = 0.15  # one vowel for another: mohamed, muhammad
_VOWEL_LENGTH = 0.3
# How far two sounds lie apart, where that is neither 0 nor 1.
_NEAR = {
    0.05: "gG kq Hh ZJ SC tT dD zD Qt Xs Vd",
    0.15: "fv wv wu wo yi ye zZ Cj CJ sz 'a 'e 'i 'o 'u pb td TD gk Gk gq Gq xk xH xh gJ sT sS",
    0.4: "pf bf bv bw td JS zJ ZS kC Gx yJ lr nm",
}
_APART = {frozenset(pair): cost for cost, pairs in _NEAR.items() for pair in pairs.split()}
_SAME_CLASS = 0.4
# Two Latin spellings differ by choice, not because a script has no letter: that costs this at least.
_LEAST_LATIN = 0.2
# What a unit costs that meets nothing; 1 where not said.
_DROPPED = {
    "a": 0.1, "e": 0.05, "i": 0.15, "o": 0.15, "u": 0.12, "ee": 0.3, "oo": 0.3, "ou": 0.3, "aa": 0.3, "y": 0.3,
    "w": 0.5, "h": 0.3, "gh": 0.6, "+h": 0.1, "+ہ": 0.1, "e$": 0.03, "h$": 0.05,
    "^a": 0.3, "^e": 0.3, "^i": 0.3, "^o": 0.3, "^u": 0.3, "ʿ": 0.05, "ʾ": 0.05,
    "ا": 0.2, "و": 0.3, "ی": 0.25, "ی$": 0.25, "ے": 0.15, "ع": 0.15, "ء": 0.05, "ہ": 0.35, "ہ$": 0.05,
    "^ا": 0.1, "^ع": 0.3, "æ": 0.3, "œ": 0.3, "ə": 0.1,
}  # fmt: skip
_CLASSES = {"P": "pbfv", "K": "gGkqJx", "T": "tdTDQV", "S": "szSZCX", "M": "m", "N": "n", "L": "l", "R": "r"}
_CLASS = {sound: name for name, sounds in _CLASSES.items() for sound in sounds}
_FIRST_CLASS = _CLASS | {"w": "P", "h": "H", "H": "H"}
CLASSES = "".join(_CLASSES) + "H"

# Longer than the longest name; what has more units is no name.
LONGEST_NAME = 24
# Fewer classes than this say too little for anything but an exact key.
SHORTEST_KEY = 3


def _readings(unit: str) -> list[tuple[str, float]]:
    """The sounds a unit may stand for, with what each costs.

    >>> _readings("th")
    [('T', 0.0), ('t', 0.05), ('d', 0.1)]
    """
    groups = _READINGS[unit].split(" ")
    return [(sound, _LESS_LIKELY * place) for place, group in enumerate(groups) for sound in group]


def _between(sound: str, other: str) -> float:
    """Between two sounds: 0 for the same, 1 for strangers."""
    if sound == other:
        return 0.0
    near = _APART.get(frozenset((sound, other)))
    if near is not None:
        return near
    if sound in _VOWELS and other in _VOWELS:
        return _OTHER_VOWEL
    same_class = _CLASS.get(sound, sound) == _CLASS.get(other, other)
    return _SAME_CLASS if same_class else 1.0


def _length(unit: str) -> float:
    """What a unit adds to the length of a word: 1 for a consonant, little for what may be left out."""
    dropped = _DROPPED.get(unit, 1.0)
    return 0.05 if dropped < 0.1 else _VOWEL_LENGTH if dropped < 0.5 else dropped


# The tables as arrays. Unit 0 is nothing: it fills the rows of a matrix and costs nothing.
_NUMBER = {unit: number for number, unit in enumerate(_READINGS, start=1)}
_FIRST_ARABIC = _NUMBER["تش"]  # all before are Latin
_DROPS = np.array([0.0] + [_DROPPED.get(unit, 1.0) for unit in _READINGS], dtype=np.float32)
_LATIN_DROPS = np.where(_DROPS > 0, np.maximum(_DROPS, np.float32(_LEAST_LATIN)), _DROPS)
_BOTH_DROPS = np.concatenate([_DROPS, _LATIN_DROPS])
_LENGTHS = np.array([0.0] + [_length(unit) for unit in _READINGS], dtype=np.float32)


@lru_cache(maxsize=1)
def _distances() -> NDArray[np.float32]:
    """The distance between any two units, shape (units + 1, units + 1); computed at first use.

    It is that of their nearest readings, with what these cost.
    """
    sounds = sorted({sound for unit in _READINGS for sound, _ in _readings(unit)})
    readings = [dict(_readings(unit)[::-1]) for unit in _READINGS]  # of a sound that is read twice the likelier
    costs = np.array([[of_unit.get(sound, np.inf) for sound in sounds] for of_unit in readings])
    between = np.array([[_between(one, other) for other in sounds] for one in sounds])
    to_sounds = np.min(costs[:, :, np.newaxis] + between, axis=1)
    table = np.full((len(_READINGS) + 1, len(_READINGS) + 1), 2.0, dtype=np.float32)
    table[1:, 1:] = np.min(to_sounds[:, np.newaxis] + costs, axis=2)
    np.fill_diagonal(table[1:, 1:], 0.0)
    latin = table[1:_FIRST_ARABIC, 1:_FIRST_ARABIC]
    np.maximum(latin, _LEAST_LATIN, out=latin, where=~np.eye(len(latin), dtype=np.bool_))
    return table


def alphabet() -> int:
    """A checksum of the units and their order; stored unit numbers mean something only under the same one."""
    return crc32("|".join(_READINGS).encode())


def units(word: str) -> tuple[str, ...]:
    """The spoken units of a folded word; none if a digit or a letter of a third script is in it.

    Doubled letters count once, and x is ks. A word of more than `LONGEST_NAME` units has none.

    >>> units("haftar"), units("حفتر"), units("تشاد")
    (('h', 'a', 'f', 't', 'a', 'r'), ('ح', 'ف', 'ت', 'ر'), ('تش', 'ا', 'د'))
    >>> units("anne"), units("cecil"), units("b52"), units("")
    (('^a', 'n', 'e$'), ('ċ', 'e', 'ċ', 'i', 'l'), (), ())
    """
    found: list[str] = []
    for unit in _UNIT.findall(softened(word)):
        breathed = f"+{unit}" if unit in BREATHS and found and found[-1] in BREATHED else unit
        if breathed not in _READINGS:
            return ()
        if not found or breathed != found[-1]:
            found.append(breathed)
    if len(found) > 1 and f"{found[-1]}$" in _READINGS:
        found[-1] += "$"
    if found and f"^{found[0]}" in _READINGS:
        found[0] = f"^{found[0]}"
    return tuple(found) if len(found) <= LONGEST_NAME else ()


def softened(text: str) -> str:
    """A text whose letters are sounds: x is ks, and a c or g before e, i and y another letter.

    >>> softened("cecil"), softened("max")
    ('ċeċil', 'maks')
    """
    return _SOFT_G.sub("ġ", _SOFT_C.sub("ċ", text.replace("x", "ks")))


def numbers_of(found: Sequence[str]) -> list[int]:
    """The numbers of some units."""
    return [_NUMBER[unit] for unit in found]


@lru_cache(maxsize=1 << 14)
def numbered(word: str) -> NDArray[np.uint8]:
    """The numbers of a word's units, for `similarities`."""
    return np.array(numbers_of(units(word)), dtype=np.uint8)


def key(word: str) -> str:
    """The classes of a folded word's consonants, from `CLASSES`; "" for what has none or is no word.

    P stands for p b f v, K for g j k q kh gh, T for t d th dh, S for s z sh ch zh, and M N L R for
    themselves. Vowels, w, y and h are left out, but where they begin a word w and و are a P
    (Wagner, فاغنر, ویگنر), h and ح an H.
    One class after itself counts once.

    >>> key("putin"), key("بوتین"), key("پوٹن")
    ('PTN', 'PTN', 'PTN')
    >>> key("shoigu"), key("شویغو"), key("wagner"), key("فاجنر"), key("ویگنر")
    ('SK', 'SK', 'PKNR', 'PKNR', 'PKNR')
    >>> key("alexei"), key("2024"), key("")
    ('LKS', '', '')
    """
    return key_of(units(word))


def key_of(found: Sequence[str]) -> str:
    """The `key` of a word with these units."""
    classes = ""
    for place, unit in enumerate(found):
        sound = _READINGS[unit][0]
        found = (_FIRST_CLASS if place == 0 else _CLASS).get(sound, "")
        if not classes.endswith(found):
            classes += found
    return classes


def similarity(word: str, other: str) -> float:
    """How alike two folded words of any scripts sound, 0 to 1; 0 where one has no units. Symmetric.

    The weighted edit distance between their units (Wagner and Fischer, "The string-to-string
    correction problem", 1974), over the length of the longer, taken from 1:

        similarity(a, b) = max(0, 1 - distance(a, b) / max(length(a), length(b)))

    A consonant costs 1 where it meets nothing or a stranger, at most 0.4 where it meets one of its
    class or kin (l, r), and nothing where both may be read alike; a vowel costs 0.03 to 0.3 where it
    meets nothing and at most 0.15 where it meets another. A consonant is 1 long, a vowel 0.3.
    Between two Latin words every difference costs 0.2 or more.

    >>> similarity("putin", "بوتین"), similarity("zolvenko", "زولفینکو"), similarity("putin", "")
    (1.0, 1.0, 0.0)

    haftar is 3.9 long (its h, which some scripts do not write, counts as a vowel) and حفتر 4; two a at 0.1
    meet nothing: 1 - 0.2 / 4. Of ہفتار the ا meets the second a:
    >>> round(similarity("haftar", "حفتر"), 3), round(similarity("haftar", "ہفتار"), 3)
    (0.95, 0.974)
    >>> round(similarity("حفتر", "ہفتار"), 3), round(similarity("putin", "biden"), 3)
    (0.937, 0.722)
    """
    only = np.zeros(1, dtype=np.int64)
    return float(similarities([numbered(word)], only, numbered(other)[:, np.newaxis])[0])


def similarities(
    words: Sequence[NDArray[np.uint8]], of: NDArray[np.int64], others: NDArray[np.uint8]
) -> NDArray[np.float32]:
    """`similarity` of words with others, shape (n,), from unit numbers.

    Pair p is of `words[of[p]]` and the column `others[:, p]`, which is filled up with 0.
    """
    if not others.size:
        return np.zeros(len(of), dtype=np.float32)
    lengths = np.array([len(word) for word in words], dtype=np.int64)[of]
    # The longest words first: so each unit of the words meets one block of pairs.
    order = np.argsort(-lengths, kind="stable")
    found = np.zeros(len(order), dtype=np.float32)
    units = np.zeros((max(map(len, words)), len(words)), dtype=np.int64)
    for place, word in enumerate(words):
        units[: len(word), place] = word
    if len(units):
        found[order] = _aligned(units[:, of[order]], np.sort(-lengths), others[:, order])
    return found


def _aligned(
    units: NDArray[np.int64], minus_lengths: NDArray[np.int64], others: NDArray[np.uint8]
) -> NDArray[np.float32]:
    """The similarity of the words in the columns of `units` with those in the columns of `others`."""
    latin = (others[0] < _FIRST_ARABIC) & (units[0] < _FIRST_ARABIC)
    costs = np.where(latin, len(_DROPS), 0)  # of the two tables of drops, one after the other
    # Row by row of the edit table; a cell's left neighbour is reached by a running minimum, since
    # coming from column i to j costs the same sum of drops for every row.
    sums = np.zeros((len(others) + 1, others.shape[1]), dtype=np.float32)
    np.cumsum(_BOTH_DROPS.take(others + costs), axis=0, out=sums[1:])
    row = sums.copy()
    distances = _distances()
    apart = distances.ravel()
    for place, unit in enumerate(units):
        active = int(np.searchsorted(minus_lengths, -place))  # pairs whose word is longer
        old, done = row[:, :active], sums[:, :active]
        above = old + _BOTH_DROPS.take(unit[:active] + costs[:active])
        met = apart.take(others[:, :active] + unit[:active] * len(distances))
        np.minimum(above[1:], old[:-1] + met, out=above[1:])
        above -= done
        for left, cell in pairwise(above):  # quicker than minimum.accumulate, which goes column by column
            np.minimum(cell, left, out=cell)
        np.add(above, done, out=old)
    length = np.maximum(_LENGTHS.take(units).sum(axis=0), _LENGTHS.take(others).sum(axis=0))
    found: NDArray[np.float32] = np.maximum(0.0, 1.0 - row[-1] / np.maximum(length, np.float32(1e-9)))
    # A word without units has nothing in common with any.
    return np.where((others[0] > 0) & (units[0] > 0), found, np.float32(0.0))


def joined(words: Sequence[str]) -> list[tuple[int, int, str]]:
    """Neighbouring words of a query written as one: (first, past the last, the two together).

    A name is two words in one language and one in another. Only what sounds like a name of
    three consonants or more is worth a look.

    >>> joined(["بن", "غازی", "2020"])
    [(0, 2, 'بنغازی')]
    """
    pairs = [(place, place + 2, words[place] + words[place + 1]) for place in range(len(words) - 1)]
    return [found for found in pairs if len(key(found[2])) >= SHORTEST_KEY]
