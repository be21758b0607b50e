"""Reads the training folder: rows of files, capped, deduplicated and held apart from every evaluation text."""

import gzip
import hashlib
import json
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scripts.training.glossary import PAIRED, read_glossary
from scripts.training.pieces import Pieces, Ragged
from scripts.training.settings import LANGUAGES, TrainingSettings
from scripts.training.texts import Passage, Told, read_passages, read_sentences

ROMAN_URDU = "romanur"

EVERYDAY = ("tatoeba",)
"""Files of short everyday sentences, also those of four words."""

SENTENCES = ("everyday", "own", "sentences")
"""Kinds of pairs that show which word translates which."""


@dataclass(frozen=True, slots=True)
class Source:
    """One file of the training folder: `open/parallel/tatoeba.en-ar.tsv.gz`."""

    path: Path
    licence: str
    kind: str
    name: str
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Texts that say the same (`left[i]`, `right[i]`), of one kind and one pair of languages."""

    kind: str
    languages: tuple[str, str]
    left: Ragged
    right: Ragged


@dataclass(frozen=True, slots=True)
class Answers:
    """Questions and the paragraphs that answer them: `questions[code][i]` is about `passages[code][passage_of[i]]`."""

    questions: dict[str, Ragged]
    passages: dict[str, Ragged]
    passage_of: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Corpus:
    """All training text, as pieces."""

    pieces: Pieces
    pairs: list[Pairs]
    paragraphs: dict[str, Ragged]
    answers: Answers

    def counted(self) -> dict[str, int]:
        """Rows by kind and languages, for the record that is kept beside the weights."""
        rows = {f"{group.kind} {'-'.join(group.languages)}": len(group.left) for group in self.pairs}
        rows |= {f"paragraphs {code}": len(texts) for code, texts in self.paragraphs.items()}
        return rows | {"questions": len(self.answers.passage_of)}


def find_sources(data: Path, licences: Iterable[str]) -> list[Source]:
    """The files under `data/<licence>/<kind>/`, in a fixed order."""
    found = []
    for licence in licences:
        for path in sorted((data / licence).glob("*/*.gz")):
            name, languages = path.name.split(".")[:2]
            found.append(Source(path, licence, path.parent.name, name, tuple(languages.split("-"))))
    if not found:
        raise FileNotFoundError(f"{data} holds no training files; expected <licence>/<kind>/*.gz below it")
    return found


def read_rows(source: Source) -> Iterator[tuple[str, ...]]:
    """The columns of each line; lines that lack one are passed over."""
    columns = 1 if source.kind == "mono" else 2
    with gzip.open(source.path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = tuple(line.rstrip("\n").split("\t"))
            if len(row) >= columns and all(row[:columns]):
                yield row[:columns]


def capped(rows: list[tuple[str, ...]], cap: int | None, seed: str) -> list[tuple[str, ...]]:
    """At most `cap` rows, chosen by `seed`, in their first order."""
    if cap is None or len(rows) <= cap:
        return rows
    chosen = random.Random(seed).sample(range(len(rows)), cap)
    return [rows[i] for i in sorted(chosen)]


def key_of(pieces: Iterable[int]) -> bytes:
    """Sixteen bytes that two texts share when they are the same but for case, marks, digits and punctuation."""
    return hashlib.blake2b(np.asarray(list(pieces), np.int32).tobytes(), digest_size=16).digest()


def held_out_keys(evaluation: Path, pieces: Pieces) -> set[bytes]:
    """Keys of every text under the evaluation folder, queries and passages alike."""
    keys = set()
    for path in sorted(evaluation.glob("**/*.jsonl")):
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                record = json.loads(line)
                keys |= {key_of(pieces.of(record.get(part, ""))) for part in ("title", "text")}
    keys.discard(key_of([]))
    return keys


class CorpusBuilder:
    """Takes rows as they are read; leaves out empty ones, repeated ones and those with an evaluation text."""

    def __init__(self, evaluation: Path) -> None:
        self.pieces = Pieces()
        self._held_out = held_out_keys(evaluation, self.pieces)
        self._seen: set[bytes] = set()
        self._pairs: dict[tuple[str, tuple[str, str]], list[tuple[list[int], list[int]]]] = {}
        self._paragraphs: dict[str, list[list[int]]] = {}
        self._passages: list[list[list[int]]] = []
        self._questions: list[tuple[int, list[list[int]]]] = []

    def add_pair(self, kind: str, languages: tuple[str, str], left: str, right: str) -> None:
        """Two texts that say the same."""
        row = self._accepted(languages, left, right)
        if row is not None:
            self._pairs.setdefault((kind, languages), []).append((row[0], row[1]))

    def add_paragraph(self, language: str, text: str) -> None:
        """A text by itself."""
        row = self._accepted((language,), text)
        if row is not None:
            self._paragraphs.setdefault(language, []).append(row[0])

    def add_told(self, kind: str, told: Told) -> list[list[int]] | None:
        """One text in every language, as a pair of each two; its pieces, or None where it is left out."""
        row = self._accepted(LANGUAGES, *(told[code] for code in LANGUAGES))
        for (a, left), (b, right) in combinations(zip(LANGUAGES, row or (), strict=False), 2):
            self._pairs.setdefault((kind, (a, b)), []).append((left, right))
        return row

    def add_passage(self, passage: Passage) -> None:
        """A paragraph in every language, and those of its questions that may be used."""
        row = self.add_told("passages", passage.text)
        if row is None:
            return
        for code, text in zip(LANGUAGES, row, strict=True):
            self._paragraphs.setdefault(code, []).append(text)
        for question in passage.questions:
            asked = self.add_told("own", question)
            if asked is not None:
                self._questions.append((len(self._passages), asked))
        self._passages.append(row)

    def corpus(self) -> Corpus:
        """Everything accepted so far, in a fixed order."""
        pairs = [
            Pairs(kind, languages, Ragged.of(a for a, _ in rows), Ragged.of(b for _, b in rows))
            for (kind, languages), rows in sorted(self._pairs.items())
        ]
        answers = Answers(
            {code: Ragged.of(row[i] for _, row in self._questions) for i, code in enumerate(LANGUAGES)},
            {code: Ragged.of(row[i] for row in self._passages) for i, code in enumerate(LANGUAGES)},
            np.array([passage for passage, _ in self._questions], np.int64),
        )
        return Corpus(self.pieces, pairs, {k: Ragged.of(v) for k, v in sorted(self._paragraphs.items())}, answers)

    def _accepted(self, languages: tuple[str, ...], *texts: str) -> list[list[int]] | None:
        cut = [self.pieces.of(text) for text in texts]
        keys = [key_of(text) for text in cut]
        row = "-".join(languages).encode() + b"".join(keys)
        if not all(cut) or row in self._seen or any(key in self._held_out for key in keys):
            return None
        self._seen.add(row)
        return cut


def read_corpus(
    data: Path, glossary: Path | None, texts: Path | None, evaluation: Path, settings: TrainingSettings
) -> Corpus:
    """All sources, the glossary and our own texts as pieces, without repeated pairs and any evaluation text."""
    builder = CorpusBuilder(evaluation)
    for told in read_sentences(texts) if texts else ():
        builder.add_told("own", told)
    for passage in read_passages(texts) if texts else ():
        builder.add_passage(passage)
    for entry in read_glossary(glossary) if glossary else ():
        for a, b in PAIRED:
            for left, right in entry.pairs(a, b):
                builder.add_pair("glossary", (a, b), left, right)
    for source in find_sources(data, settings.licences):
        if source.name in settings.left_out:
            continue
        rows = capped(list(read_rows(source)), settings.row_caps.get(source.name), source.name)
        for row in rows:
            if source.kind == "mono":
                builder.add_paragraph(source.languages[0], row[0])
            else:
                builder.add_pair(kind_of(source, row), (source.languages[0], source.languages[-1]), row[0], row[1])
    return builder.corpus()


def kind_of(source: Source, row: tuple[str, ...]) -> str:
    """`words`, `everyday`, `sentences` or `titles`: batches hold one kind, so that its length gives nothing away."""
    if source.kind == "titles":
        return "titles"
    if source.name in EVERYDAY:
        return "everyday"
    return "words" if max(len(text.split()) for text in row) <= 4 else "sentences"
