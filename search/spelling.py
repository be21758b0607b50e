"""A query with a word that no document holds → the same query with a word of the index that is written nearly so.

Only a word that is in no language of the index is doubted, and only one of the query's own language that
sounds like it and shares most of its letters takes its place: "erthquake" becomes "earthquake".
Names that are merely absent stay as they are.
"""

from difflib import SequenceMatcher

from index.languages import partition, term
from index.snapshot import Snapshot
from index.text import fold, words
from search.query import Query
from search.suggest import Suggester

_SHORTEST = 4
_CANDIDATES = 4
_ALIKE = 0.8
"""Share of letters in common, from 0 to 1, from which a word may be a slip of the other."""


def corrected(query: Query, snapshot: Snapshot, suggester: Suggester) -> str:
    """The query with its doubtful words replaced, or "" when there is nothing to correct."""
    language = partition(query.language)
    # Words of Urdu or Arabic in Latin letters are not in any index as they are typed.
    if query.language.endswith("-Latn") or language not in snapshot.partitions:
        return ""
    pieces: list[str] = []
    position = 0
    for word in words(query.text):
        better = "" if _known(word.folded, snapshot) else _nearest(word.folded, language, snapshot, suggester)
        if better:
            pieces += [query.text[position : word.start], better]
            position = word.end
    return "".join([*pieces, query.text[position:]]) if pieces else ""


def _known(folded: str, snapshot: Snapshot) -> bool:
    """Whether some document holds a word, or it is too short or too special to be doubted."""
    if len(folded) < _SHORTEST or any(map(str.isdigit, folded)):
        return True
    for language, part in snapshot.partitions.items():
        found = term(folded, language)
        if not found or part.lexical.terms.find(found) is not None:
            return True
    return False


def _nearest(folded: str, language: str, snapshot: Snapshot, suggester: Suggester) -> str:
    """The word of a language that shares most letters with another, as documents spell it, or ""."""
    part = snapshot.partitions[language]
    spelled = [suggester.spelled(language, number) for number, _ in part.names.candidates([folded], _CANDIDATES)[0]]
    alike = [(SequenceMatcher(None, folded, fold(word)).ratio(), word) for word in spelled if word]
    best, word = max(alike, default=(0.0, ""))
    return word if best >= _ALIKE else ""
