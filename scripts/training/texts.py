"""The project's own texts: sentences, paragraphs and questions written in English, Arabic and Urdu side by side.

    sentences-*.tsv     a header `en ar ur`, then one sentence a line in the three languages
    passages-*.jsonl    {"passage": {"en", "ar", "ur"}, "questions": [{"en", "ar", "ur"}, …]} on each line

They are the only data in which a question meets the paragraph that answers it, and the only English paragraphs.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.training.settings import LANGUAGES

HEADER = "\t".join(LANGUAGES)

Told = dict[str, str]
"""One text in each language."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph and the questions that it answers, each in every language."""

    text: Told
    questions: tuple[Told, ...]


def read_sentences(folder: Path) -> Iterator[Told]:
    """The rows of every `sentences-*.tsv`. Raises ValueError with the file and line at fault."""
    for path in sorted(folder.glob("sentences-*.tsv")):
        header, *lines = path.read_text(encoding="utf-8").splitlines()
        if header != HEADER:
            raise ValueError(f"{path}, line 1: {header!r}; expected {HEADER!r}")
        for number, line in enumerate(lines, 2):
            cells = [cell.strip() for cell in line.split("\t")]
            if len(cells) != len(LANGUAGES) or not all(cells):
                raise ValueError(f"{path}, line {number}: {line!r}; expected a text in each of {HEADER!r}")
            yield dict(zip(LANGUAGES, cells, strict=True))


def read_passages(folder: Path) -> Iterator[Passage]:
    """The rows of every `passages-*.jsonl`. Raises ValueError with the file and line at fault."""
    for path in sorted(folder.glob("passages-*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            try:
                record = json.loads(line)
                yield Passage(_told(record["passage"]), tuple(map(_told, record["questions"])))
            except (ValueError, KeyError, TypeError) as problem:
                raise ValueError(
                    f"{path}, line {number}: {problem!r}; expected a passage and its questions, each with "
                    f"{', '.join(LANGUAGES)}"
                ) from problem


def _told(record: Any) -> Told:
    return {code: str(record[code]) for code in LANGUAGES}
