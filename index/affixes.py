"""Beginnings and endings of words, filed by the letter that tells whether one is worth a look."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence


def by_first(prefixes: Iterable[str]) -> Mapping[str, Sequence[str]]:
    """By their first letter the prefixes that begin with it, in order.

    >>> by_first(["un", "re", "u"])
    {'u': ('un', 'u'), 'r': ('re',)}
    """
    return _filed((prefix[0], prefix) for prefix in prefixes)


def by_last(suffixes: Iterable[str]) -> Mapping[str, Sequence[str]]:
    """By their last letter the suffixes that end with it, in order.

    >>> by_last(["ness", "ed", "s"])
    {'s': ('ness', 's'), 'd': ('ed',)}
    """
    return _filed((suffix[-1], suffix) for suffix in suffixes)


def _filed(affixes: Iterable[tuple[str, str]]) -> Mapping[str, Sequence[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for letter, affix in affixes:
        found[letter].append(affix)
    return {letter: tuple(some) for letter, some in found.items()}
