"""English: Snowball's stemmer and the words too common to search for."""

from collections.abc import Iterator

import Stemmer

_stemmer = Stemmer.Stemmer("english", 0)  # to stem a word takes less time than to look for it among those remembered

STOP_WORDS = frozenset(
    """a about above after again against all also am an and any are as at be because been before being below
    between both but by can cannot could did do does doing done down during each either else ever every few for
    from further get got had has have having he her here hers herself him himself his how however i if in into
    is it its itself just like may me might more most much must my myself neither no nor not now of off on once
    only onto or other ought our ours ourselves out over own per same shall she should since so some such than
    that the their theirs them themselves then there these they this those though through thus to too under
    until up upon us very via was we were what when where whether which while who whom whose why will with
    within without would yet you your yours yourself s t don ll re ve said says say""".split()
)


def is_stop(word: str) -> bool:
    """Whether a folded word is too common to search for."""
    return word in STOP_WORDS


def steps(word: str) -> Iterator[tuple[str, str]]:
    """What Snowball makes of a folded word, if it changes it, as (rule, result)."""
    if (found := stem(word)) != word:
        yield "Snowball", found


def stem(word: str) -> str:
    """The stem of a folded English word.

    >>> stem("elections"), stem("meeting"), stem("met")
    ('elect', 'meet', 'met')
    """
    return str(_stemmer.stemWord(word))
