"""The project's own glossary as training pairs.

Five columns under a header: kind, English, Arabic, Urdu, Roman Urdu; the forms in a cell are separated by `|`
and the first is the headword. All forms in a row are translations of one sense.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

HEADER = "kind\tenglish\tarabic\turdu\troman_urdu"
COLUMNS = ("en", "ar", "ur", "romanur")
PAIRED = (("en", "ar"), ("en", "ur"), ("ar", "ur"), ("romanur", "ur"), ("romanur", "en"))


@dataclass(frozen=True, slots=True)
class Entry:
    """One sense: its kind, and its forms in each language."""

    kind: str
    forms: dict[str, tuple[str, ...]]

    def pairs(self, a: str, b: str) -> Iterator[tuple[str, str]]:
        """Every form of one language with the headword of the other: `(says, قال)`, `(say, يقول)`."""
        for (i, left), (j, right) in product(enumerate(self.forms[a]), enumerate(self.forms[b])):
            if i == 0 or j == 0:
                yield left, right


def read_glossary(path: Path) -> list[Entry]:
    """All entries of a glossary file, in order. Raises ValueError with the line at fault."""
    header, *lines = path.read_text(encoding="utf-8").splitlines()
    if header != HEADER:
        raise ValueError(f"{path}, line 1: {header!r}; expected {HEADER!r}")
    entries = []
    for number, line in enumerate(lines, 2):
        cells = line.split("\t")
        if len(cells) != 1 + len(COLUMNS):
            raise ValueError(f"{path}, line {number}: {len(cells)} columns; expected {1 + len(COLUMNS)}")
        forms = (tuple(form.strip() for form in cell.split("|") if form.strip()) for cell in cells[1:])
        entries.append(Entry(cells[0], dict(zip(COLUMNS, forms, strict=True))))
    return entries
