"""The terms of every chunk of an index, so that all lexical peers score the same rows of the same words."""

import json
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from index.languages import Analyzer
from index.snapshot import Snapshot
from scripts.benchmarking.process import Tell
from scripts.benchmarking.texts import texts_of


@dataclass(frozen=True, slots=True)
class Tokens:
    """One language's chunks: row r holds the terms `flat[ends[r - 1]:ends[r]]`, by their place in `terms`."""

    language: str
    terms: list[str]
    flat: NDArray[np.int32]
    ends: NDArray[np.int64]

    @classmethod
    def open_all(cls, folder: Path) -> "list[Tokens]":
        """Those of every language in a folder."""
        return [
            cls(
                place.name,
                json.loads((place / "terms.json").read_text(encoding="utf-8")),
                np.load(place / "flat.npy"),
                np.load(place / "ends.npy"),
            )
            for place in sorted(folder.iterdir())
        ]

    def rows(self) -> Iterator[list[int]]:
        """The terms of each row as numbers, in order."""
        start = 0
        for end in self.ends.tolist():
            yield self.flat[start:end].tolist()
            start = end

    def words(self) -> Iterator[list[str]]:
        """The terms of each row, in order."""
        for row in self.rows():
            yield [self.terms[number] for number in row]


def write(tell: Tell, index: str, folder: str) -> None:
    """Write the tokens of an index; tell the seconds of analysing alone, reading the texts not counted."""
    snapshot = Snapshot.open(Path(index))
    seconds = 0.0
    for language, part in snapshot.partitions.items():
        analyzer = Analyzer(language)
        numbers: dict[str, int] = {}
        flat, ends = array("i"), array("q")
        for texts in texts_of(part, snapshot.store):
            started = perf_counter()
            for text in texts:
                flat.extend([numbers.setdefault(term, len(numbers)) for term in analyzer.terms(text)])
                ends.append(len(flat))
            seconds += perf_counter() - started
        _save(Path(folder) / language, numbers, flat, ends)
    tell(analysis=round(seconds, 2))


def _save(place: Path, numbers: dict[str, int], flat: "array[int]", ends: "array[int]") -> None:
    place.mkdir(parents=True)
    (place / "terms.json").write_text(json.dumps(list(numbers)), encoding="utf-8")
    np.save(place / "flat.npy", np.frombuffer(flat, dtype=np.int32))
    np.save(place / "ends.npy", np.frombuffer(ends, dtype=np.int64))
