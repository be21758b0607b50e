"""What text analysis makes of a text, told step by step: `hudhud analyze "TEXT"`."""

from collections.abc import Iterator

from index.languages import LANGUAGES, steps, term
from index.phonetics import key
from index.text import words
from search.query import understand
from search.romanised import SPELLINGS

_LONGEST = 100_000


def analysis(text: str) -> Iterator[str]:
    """The lines to print: a table of the words, then the rules behind its terms, then spellings of Latin letters.

    >>> list(analysis("وبمصر"))[-1]
    'وبمصر (ar): conjunction و → بمصر; clitic ب → مصر'
    """
    query = understand(text, _LONGEST)
    found = [(text[word.start : word.end], word.folded) for word in words(text)]
    yield f"language: {query.language}"
    yield "\t".join(["word", "folded", "sound", *LANGUAGES])
    for surface, folded in found:
        terms = [term(folded, language) or "(stop word)" for language in LANGUAGES]
        yield "\t".join([surface, folded, key(folded), *terms])
    notes = [*_rules(found), *_spellings(query.words, query.language)]
    yield from ["", *notes] if notes else []


def _rules(found: list[tuple[str, str]]) -> Iterator[str]:
    for surface, folded in dict.fromkeys(found):
        for language in LANGUAGES:
            taken = steps(folded, language)
            if taken:
                yield f"{surface} ({language}): " + "; ".join(f"{rule} → {left}" for rule, left in taken)


def _spellings(found: tuple[str, ...], language: str) -> Iterator[str]:
    """Candidates in Arabic script for each word of a query in Latin letters; an index keeps those it holds."""
    if spell := SPELLINGS.get(language):
        for word in dict.fromkeys(found):
            if candidates := spell(word):
                yield f"{word} ({language}): may spell " + ", ".join(candidates)
