"""The data as training needs it, kept in the work folder: reading, counting and aligning it takes minutes."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from scripts.training.corpus import Answers, Corpus, Pairs, read_corpus
from scripts.training.pieces import Pieces, Ragged
from scripts.training.settings import LANGUAGES, TrainingSettings
from scripts.training.tokenizer import train_tokenizer
from scripts.training.translator import Translator, build_translators

Arrays = Mapping[str, NDArray[Any]]
Counts = dict[str, NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class Inputs:
    """Where the data lies: the training folder, our glossary and texts, and the sets that must stay out of it."""

    data: Path
    glossary: Path | None
    texts: Path | None
    evaluation: Path

    def files(self) -> Iterator[Path]:
        """Every file that is read, in a fixed order, and the code that reads it."""
        for place in (self.data, self.glossary, self.texts, self.evaluation, Path(__file__).parent):
            if place is not None:
                yield from [place] if place.is_file() else sorted(p for p in place.glob("**/*") if p.is_file())


@dataclass(frozen=True, slots=True)
class Prepared:
    """The corpus in pieces, the tokenizer, and the word-by-word translators."""

    corpus: Corpus
    tokenizer: Tokenizer
    translators: dict[tuple[str, str], Translator]

    @classmethod
    def of(cls, inputs: Inputs, settings: TrainingSettings) -> "Prepared":
        """Read all data and learn tokenizer and translators from it."""
        corpus = read_corpus(inputs.data, inputs.glossary, inputs.texts, inputs.evaluation, settings)
        counts = piece_counts(corpus)
        named = {
            language: {corpus.pieces.names[i]: float(found[i]) for i in np.flatnonzero(found)}
            for language, found in counts.items()
        }
        tokenizer = train_tokenizer(named, settings.vocabulary_size, settings.count_exponent)
        return cls(corpus, tokenizer, build_translators(corpus, counts, settings))

    def token_table(self) -> Ragged:
        """The tokens of each piece."""
        cut = self.tokenizer.model.tokenize
        return Ragged.of([token.id for token in cut(name)] for name in self.corpus.pieces.names)

    def save(self, path: Path) -> None:
        """Written beside its place first, so that a file of that name is whole."""
        part = path.with_suffix(".part.npz")
        np.savez(part, **dict(_arrays_of(self)))
        part.replace(path)

    @classmethod
    def load(cls, path: Path) -> "Prepared":
        """What `save` wrote."""
        with np.load(path, allow_pickle=False) as stored:
            return _from_arrays(stored)


def prepare(inputs: Inputs, settings: TrainingSettings, work: Path) -> tuple[Prepared, str]:
    """The prepared data, from the work folder where an earlier run left it, and a key that names data and settings."""
    key = key_of_run(inputs, settings)
    path = work / f"prepared-{key}.npz"
    if not path.exists():
        Prepared.of(inputs, settings).save(path)
    return Prepared.load(path), key


def key_of_run(inputs: Inputs, settings: TrainingSettings) -> str:
    """Twelve letters that change with any file, setting or line of code, so that no run takes up another's work."""
    digest = hashlib.sha256(json.dumps(asdict(settings), sort_keys=True).encode())
    for path in inputs.files():
        if path.suffix != ".pyc":
            digest.update(path.name.encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:12]


def piece_counts(corpus: Corpus) -> Counts:
    """How often each piece occurs in the texts of each language."""
    texts = [(code, side) for g in corpus.pairs for code, side in zip(g.languages, (g.left, g.right), strict=True)]
    counts: Counts = {}
    for language, text in texts + list(corpus.paragraphs.items()):
        found = np.bincount(text.values, minlength=len(corpus.pieces.names)).astype(np.float64)
        counts[language] = counts.get(language, 0) + found
    return counts


def _arrays_of(prepared: Prepared) -> Iterator[tuple[str, NDArray[Any]]]:
    corpus = prepared.corpus
    yield "names", _bytes("\n".join(corpus.pieces.names))
    yield "tokenizer", _bytes(prepared.tokenizer.to_str())
    for group in corpus.pairs:
        name = f"pairs {group.kind} {' '.join(group.languages)}"
        yield from _ragged_of(f"{name} left", group.left)
        yield from _ragged_of(f"{name} right", group.right)
    for language, texts in corpus.paragraphs.items():
        yield from _ragged_of(f"paragraphs {language}", texts)
    for language in LANGUAGES:
        yield from _ragged_of(f"questions {language}", corpus.answers.questions[language])
        yield from _ragged_of(f"passages {language}", corpus.answers.passages[language])
    yield "passage_of", corpus.answers.passage_of
    for (a, b), translator in prepared.translators.items():
        yield f"translator {a} {b} first", translator.first
        yield f"translator {a} {b} cumulative", translator.cumulative
        yield from _ragged_of(f"translator {a} {b} targets", translator.targets)


def _from_arrays(stored: Arrays) -> Prepared:
    answers = Answers(
        {code: _ragged_from(stored, f"questions {code}") for code in LANGUAGES},
        {code: _ragged_from(stored, f"passages {code}") for code in LANGUAGES},
        stored["passage_of"],
    )
    pairs = [
        Pairs(kind, (a, b), *(_ragged_from(stored, f"pairs {kind} {a} {b} {side}") for side in ("left", "right")))
        for kind, a, b in _names_under(stored, "pairs", 3)
    ]
    paragraphs = {code: _ragged_from(stored, f"paragraphs {code}") for (code,) in _names_under(stored, "paragraphs", 1)}
    translators = {
        (a, b): Translator(
            stored[f"translator {a} {b} first"],
            stored[f"translator {a} {b} cumulative"],
            _ragged_from(stored, f"translator {a} {b} targets"),
        )
        for a, b in _names_under(stored, "translator", 2)
    }
    pieces = Pieces(_text(stored["names"]).split("\n"))
    return Prepared(
        Corpus(pieces, pairs, paragraphs, answers), Tokenizer.from_str(_text(stored["tokenizer"])), translators
    )


def _names_under(stored: Iterable[str], first: str, words: int) -> list[tuple[str, ...]]:
    """The words after `first` in the arrays' names, each combination once, in the order stored."""
    split = [name.split(" ") for name in stored]
    return list(dict.fromkeys(tuple(name[1 : 1 + words]) for name in split if name[0] == first))


def _ragged_of(name: str, lists: Ragged) -> Iterator[tuple[str, NDArray[Any]]]:
    yield f"{name} values", lists.values
    yield f"{name} offsets", lists.offsets


def _ragged_from(stored: Arrays, name: str) -> Ragged:
    return Ragged(stored[f"{name} values"], stored[f"{name} offsets"])


def _bytes(text: str) -> NDArray[np.uint8]:
    return np.frombuffer(text.encode("utf-8"), np.uint8)


def _text(stored: NDArray[np.uint8]) -> str:
    return stored.tobytes().decode("utf-8")
