"""The glossary that ships with Hudhud: words and phrases in English, Arabic, Urdu and Urdu in Latin letters.

It is read at first need, as bytes: decoding all of its Arabic and Urdu takes longer than the rest of reading it.
"""

from functools import lru_cache
from pathlib import Path

from index.text import fold

GLOSSARY = Path(__file__).with_name("glossary.tsv")
COLUMNS = ("kind", "en", "ar", "ur", "ur-Latn")


@lru_cache(maxsize=1)
def rows() -> tuple[bytes, ...]:
    """The rows under the heading, as they lie in the file."""
    return tuple(GLOSSARY.read_bytes().splitlines()[1:])


def cells(language: str) -> list[str]:
    """One language's cell of each row, folded; the forms in it are separated by `|`."""
    place = COLUMNS.index(language)
    column = b"\n".join(row.split(b"\t", place + 1)[place] for row in rows())
    return fold(column.decode()).split("\n")
