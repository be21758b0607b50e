"""Two texts made of one: parts of a paragraph, each put word by word into a language drawn by lot."""

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from scripts.training.corpus import ROMAN_URDU
from scripts.training.pieces import Ragged
from scripts.training.settings import LANGUAGES, TrainingSettings
from scripts.training.translator import Translator

Rows = NDArray[np.int64]
Sides = tuple[Ragged, Ragged]

FORMS = {"halves": 0.3, "span": 0.4, "whole": 0.3}
"""First half and second half; a few words and the text around them; a text and its own translation."""

DIRECTIONS = [*product((*LANGUAGES, ROMAN_URDU), LANGUAGES)]
"""Languages of the two sides; Roman Urdu asks, and is not asked for."""


@dataclass(frozen=True, slots=True)
class View:
    """How two texts are made of one paragraph: the language it is written in, and which parts they are."""

    written: str
    form: str


class ViewMaker:
    """Makes the two sides of views; every random choice comes from the generator that is handed in."""

    def __init__(
        self, translators: dict[tuple[str, str], Translator], names: list[str], settings: TrainingSettings
    ) -> None:
        self._translators = translators
        self._digits = np.array([name.isdigit() for name in names])
        self._settings = settings

    def sides(self, view: View, texts: Ragged, random: np.random.Generator) -> Sides:
        """Both sides of a view of each of `texts`."""
        return self.spread(view.written, *self._parts(view.form, texts, random), random, view.form != "whole")

    def spread(
        self, written: str, first: Ragged, second: Ragged, random: np.random.Generator, same_language: bool = True
    ) -> Sides:
        """The two texts of each row in languages drawn by lot, so that language tells nothing apart."""
        directions = [d for d in DIRECTIONS if same_language or d[0] != d[1]]
        weights = np.array([self._weight(written, *d) for d in directions])
        counts = random.multinomial(len(first), weights / weights.sum())
        left, right = [], []
        for (a, b), some in zip(directions, np.split(np.arange(len(first)), np.cumsum(counts)[:-1]), strict=True):
            left.append(self._switch(first.take(some), written, a, random))
            right.append(self._switch(second.take(some), written, b, random))
        return Ragged.concatenate(left), Ragged.concatenate(right)

    def in_third(self, languages: tuple[str, str], left: Ragged, right: Ragged, random: np.random.Generator) -> Sides:
        """Pairs of two languages as pairs with the third: each side is translated for a third of the rows.

        The last third of the rows lets a text meet its own translation.
        """
        a, b = languages
        (third,) = set(LANGUAGES) - {a, b}
        first, second, last = np.array_split(np.arange(len(left)), 3)
        one, other = (a, left), (b, right)
        if random.random() < 0.5:
            one, other = other, one
        pairs = [(one, other, first), (other, one, second), (one, one, last)]
        return (
            Ragged.concatenate([self._switch(text.take(rows), code, third, random) for (code, text), _, rows in pairs]),
            Ragged.concatenate([text.take(rows) for _, (_, text), rows in pairs]),
        )

    def _weight(self, written: str, left: str, right: str) -> float:
        """How often a view is in these languages: text as it was written counts more than translated."""
        as_written = (left == written) + (right == written)
        return (0.3, 1.0, self._settings.same_language)[as_written] * (
            self._settings.roman_share if left == ROMAN_URDU else 1.0
        )

    def _parts(self, form: str, texts: Ragged, random: np.random.Generator) -> Sides:
        starts, ends = texts.offsets[:-1], texts.offsets[1:]
        if form == "whole":
            return texts, texts
        if form == "halves":
            middle = starts + (ends - starts) // 2
            return texts.slices(starts, middle), texts.slices(middle, ends)
        length = np.minimum(random.integers(4, 13, len(texts)), ends - starts)
        begin = starts + (random.random(len(texts)) * (ends - starts - length)).astype(np.int64)
        return texts.slices(begin, begin + length), self._without(texts, begin, length, random)

    def _without(self, texts: Ragged, begin: Rows, length: Rows, random: np.random.Generator) -> Ragged:
        """The paragraphs, half of them without the span that asks for them."""
        wanted = np.ones(len(texts.values), np.bool_)
        gone = random.random(len(begin)) < 0.5
        places = Ragged(np.arange(len(wanted), dtype=np.int32), texts.offsets)
        wanted[places.slices(begin[gone], (begin + length)[gone]).values] = False
        return texts.keep(wanted)

    def _switch(self, texts: Ragged, written: str, to: str, random: np.random.Generator) -> Ragged:
        if written == to or not len(texts):
            return texts
        keep = self._digits | (random.random(len(self._digits)) < self._settings.keep_untranslated)
        return self._translators[written, to].translate(texts, random, keep)
