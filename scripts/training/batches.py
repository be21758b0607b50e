"""Batches of text pairs, as tokens: rows of the corpus, and views of paragraphs made on the fly."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from scripts.training.corpus import ROMAN_URDU, Corpus, Pairs
from scripts.training.pieces import Ragged
from scripts.training.settings import LANGUAGES, TrainingSettings
from scripts.training.translator import Translator

Rows = NDArray[np.int64]

FORMS = {"halves": 0.3, "span": 0.4, "whole": 0.3}
"""First half and second half; a few words and the text around them; a text and its own translation."""

VIEW_LANGUAGES = [*product((*LANGUAGES, ROMAN_URDU), LANGUAGES)]
"""Languages of the two sides; Roman Urdu asks, and is not asked for."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Row i of `left` and row i of `right` say the same; any other two rows should not."""

    left: Ragged
    right: Ragged


@dataclass(frozen=True, slots=True)
class View:
    """How two texts are made of one paragraph: the language it is written in, and which parts they are."""

    written: str
    form: str


class BatchMaker:
    """Draws the batches of each epoch; epoch e is the same whatever came before it."""

    def __init__(
        self,
        corpus: Corpus,
        translators: dict[tuple[str, str], Translator],
        tokens: Ragged,
        settings: TrainingSettings,
    ) -> None:
        self._pairs = corpus.pairs
        self._translators = translators
        self._tokens = tokens
        self._settings = settings
        chosen = {code: _chosen_paragraphs(texts, settings) for code, texts in paragraphs_of(corpus).items()}
        self._paragraphs = {code: texts for code, texts in chosen.items() if len(texts)}
        self._digits = np.array([name.isdigit() for name in corpus.pieces.names])

    def steps(self) -> int:
        """Batches per epoch."""
        return len(self._plan(np.random.default_rng(0)))

    def epoch(self, number: int) -> Iterator[Batch]:
        """All batches of epoch `number`, in random order."""
        random = np.random.default_rng([self._settings.seed, number])
        for source, rows in self._plan(random):
            cut = self._rows_of(source, rows) if isinstance(source, Pairs) else self._view(source, rows, random)
            yield Batch(cut[0].expand(self._tokens), cut[1].expand(self._tokens))

    def _plan(self, random: np.random.Generator) -> list[tuple[Pairs | View, Rows]]:
        size = self._settings.batch_size
        plan: list[tuple[Pairs | View, Rows]] = []
        for group in self._pairs:
            share = self._settings.words_share if group.kind == "words" else 1.0
            order = random.permutation(len(group.left))[: round(len(group.left) * share)]
            plan += [(group, order[i : i + size]) for i in range(0, max(size, len(order) - size // 4), size)]
        for written, paragraphs in self._paragraphs.items():
            for form, share in FORMS.items():
                for _ in range(round(self._settings.views_per_epoch * share / size)):
                    rows = random.choice(len(paragraphs), min(size, len(paragraphs)), replace=False)
                    plan.append((View(written, form), rows))
        random.shuffle(plan)
        return plan

    def _rows_of(self, group: Pairs, rows: Rows) -> tuple[Ragged, Ragged]:
        longest = self._settings.maximum_pieces
        return group.left.take(rows, longest), group.right.take(rows, longest)

    def _view(self, view: View, rows: Rows, random: np.random.Generator) -> tuple[Ragged, Ragged]:
        """Both sides of a view, its rows shared out among the pairs of languages."""
        directions = [d for d in VIEW_LANGUAGES if view.form != "whole" or d[0] != d[1]]
        weights = np.array([self._weight(view.written, *d) for d in directions])
        if self._settings.mixed_languages:
            counts = random.multinomial(len(rows), weights / weights.sum())
        else:
            counts = np.zeros(len(directions), np.int64)
            counts[random.choice(len(directions), p=weights / weights.sum())] = len(rows)
        left, right = [], []
        for (a, b), some in zip(directions, np.split(rows, np.cumsum(counts)[:-1]), strict=True):
            if len(some):
                first, second = self._parts(view, some, random)
                left.append(self._switch(first, view.written, a, random))
                right.append(self._switch(second, view.written, b, random))
        return Ragged.concatenate(left), Ragged.concatenate(right)

    def _weight(self, written: str, left: str, right: str) -> float:
        """How often a view is in these languages: text as it was written counts more than translated."""
        as_written = (left == written) + (right == written)
        return (0.3, 1.0, 1.0)[as_written] * (self._settings.roman_share if left == ROMAN_URDU else 1.0)

    def _parts(self, view: View, rows: Rows, random: np.random.Generator) -> tuple[Ragged, Ragged]:
        texts = self._paragraphs[view.written].take(rows, 2 * self._settings.maximum_pieces)
        starts, ends = texts.offsets[:-1], texts.offsets[1:]
        if view.form == "whole":
            return texts, texts
        if view.form == "halves":
            middle = starts + (ends - starts) // 2
            return texts.slices(starts, middle), texts.slices(middle, ends)
        length = np.minimum(random.integers(4, 13, len(rows)), ends - starts)
        begin = starts + (random.random(len(rows)) * (ends - starts - length)).astype(np.int64)
        return texts.slices(begin, begin + length), self._without(texts, begin, length, random)

    def _without(self, texts: Ragged, begin: Rows, length: Rows, random: np.random.Generator) -> Ragged:
        """The paragraphs, half of them without the span that asks for them."""
        wanted = np.ones(len(texts.values), np.bool_)
        gone = random.random(len(begin)) < 0.5
        places = Ragged(np.arange(len(wanted), dtype=np.int32), texts.offsets)
        wanted[places.slices(begin[gone], (begin + length)[gone]).values] = False
        return texts.keep(wanted)

    def _switch(self, texts: Ragged, written: str, to: str, random: np.random.Generator) -> Ragged:
        if written == to:
            return texts
        keep = self._digits | (random.random(len(self._digits)) < self._settings.keep_untranslated)
        return self._translators[written, to].translate(texts, random, keep)


def paragraphs_of(corpus: Corpus) -> dict[str, Ragged]:
    """Paragraphs by language; for a language without any, the long texts of its sentence pairs."""
    found = dict(corpus.paragraphs)
    for language in LANGUAGES:
        if language not in found:
            sides = [
                side
                for group in corpus.pairs
                for code, side in zip(group.languages, (group.left, group.right), strict=True)
                if group.kind == "sentences" and code == language
            ]
            if sides:
                found[language] = Ragged.concatenate(sides)
    return found


def _chosen_paragraphs(texts: Ragged, settings: TrainingSettings) -> Ragged:
    long_enough = np.flatnonzero(texts.lengths >= settings.paragraph_minimum)
    random = np.random.default_rng(settings.seed)
    chosen = random.permutation(long_enough)[: settings.paragraphs_per_language]
    return texts.take(np.sort(chosen))
