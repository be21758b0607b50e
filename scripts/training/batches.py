"""Batches of text pairs, as tokens: rows of the corpus, questions and answers, and views of paragraphs."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np

from scripts.training.corpus import SENTENCES, Answers, Corpus, Pairs
from scripts.training.pieces import Ragged
from scripts.training.settings import LANGUAGES, TrainingSettings
from scripts.training.translator import Translator
from scripts.training.views import FORMS, Rows, View, ViewMaker


@dataclass(frozen=True, slots=True)
class Batch:
    """Row i of `left` and row i of `right` say the same; any other two should not, but those of one topic may."""

    left: Ragged
    right: Ragged
    topics: Rows | None = None


@dataclass(frozen=True, slots=True)
class Third:
    """Pairs of two languages, of which one side is put into the third."""

    pairs: Pairs


Source = Pairs | Third | Answers | View
"""What a batch is drawn from."""


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
        self._answers = corpus.answers
        self._views = ViewMaker(translators, corpus.pieces.names, settings)
        self._tokens = tokens
        self._settings = settings
        chosen = {code: _chosen_paragraphs(texts, settings) for code, texts in paragraphs_of(corpus).items()}
        self._paragraphs = {code: texts for code, texts in chosen.items() if len(texts)}

    def sample(self, texts: int) -> list[Ragged]:
        """Some paragraphs of each language, as tokens."""
        return [
            found.take(np.arange(len(found))[:: max(1, len(found) // texts)]).expand(self._tokens)
            for found in self._paragraphs.values()
        ]

    def steps(self) -> int:
        """Batches per epoch."""
        return len(self._plan(np.random.default_rng(0)))

    def epoch(self, number: int) -> Iterator[Batch]:
        """All batches of epoch `number`, in random order."""
        random = np.random.default_rng([self._settings.seed, number])
        for source, rows in self._plan(random):
            topics = None
            if isinstance(source, View):
                texts = self._paragraphs[source.written].take(rows, 2 * self._settings.maximum_pieces)
                left, right = self._views.sides(source, texts, random)
            elif isinstance(source, Third):
                left, right = self._views.in_third(source.pairs.languages, *self._rows_of(source.pairs, rows), random)
            elif isinstance(source, Answers):
                left, right = self._asked(source, rows, random)
                topics = source.passage_of[rows]
            else:
                left, right = self._rows_of(source, rows)
                if source.kind == "titles":
                    left, right = self._views.spread(source.languages[0], left, right, random)
            yield Batch(left.expand(self._tokens), right.expand(self._tokens), topics)

    def _plan(self, random: np.random.Generator) -> list[tuple[Source, Rows]]:
        size = self._settings.batch_size
        plan: list[tuple[Source, Rows]] = []
        for group in self._pairs:
            plan += [(group, rows) for rows in self._rounds(len(group.left), self._times(group.kind), random)]
            if group.kind in ("everyday", "own"):
                for rows in self._rounds(len(group.left), self._settings.third_rounds, random):
                    plan.append((Third(group), rows))
        asked = len(self._answers.passage_of)
        plan += [(self._answers, rows) for rows in self._rounds(asked, self._settings.answer_rounds, random)]
        for written, texts in self._paragraphs.items():
            for form, share in FORMS.items():
                for _ in range(round(self._settings.views_per_epoch * share / size)):
                    plan.append((View(written, form), random.choice(len(texts), min(size, len(texts)), replace=False)))
        random.shuffle(plan)  # type: ignore[arg-type]
        return plan

    def _times(self, kind: str) -> float:
        """How often an epoch goes over the rows of a kind."""
        return {
            "words": self._settings.words_share,
            "everyday": self._settings.everyday_rounds,
            "own": self._settings.own_rounds,
            "passages": self._settings.own_rounds,
            "titles": self._settings.titles_rounds,
        }.get(kind, 1.0)

    def _rounds(self, rows: int, times: float, random: np.random.Generator) -> Iterator[Rows]:
        """All `rows` that often, in batches that hold no row twice; a last batch under a quarter is left out."""
        size = self._settings.batch_size
        while rows and times > 0:
            order = random.permutation(rows)[: round(rows * min(times, 1.0))]
            for i in range(0, max(size, len(order) - size // 4), size):
                yield order[i : i + size]
            times -= 1

    def _rows_of(self, group: Pairs, rows: Rows) -> tuple[Ragged, Ragged]:
        longest = self._settings.maximum_pieces
        return group.left.take(rows, longest), group.right.take(rows, longest)

    def _asked(self, answers: Answers, rows: Rows, random: np.random.Generator) -> tuple[Ragged, Ragged]:
        """Each question, and the passage that answers it, in a pair of languages drawn by lot."""
        directions = [*product(LANGUAGES, LANGUAGES)]
        left, right = [], []
        for (a, b), some in zip(directions, np.array_split(rows, len(directions)), strict=True):
            left.append(answers.questions[a].take(some))
            right.append(answers.passages[b].take(answers.passage_of[some], 2 * self._settings.maximum_pieces))
        return Ragged.concatenate(left), Ragged.concatenate(right)


def paragraphs_of(corpus: Corpus) -> dict[str, Ragged]:
    """Paragraphs by language; for a language with few, also the long texts of its sentence pairs."""
    found = dict(corpus.paragraphs)
    for language in LANGUAGES:
        if len(found.get(language, ())) < FEW:
            sides = [
                side
                for group in corpus.pairs
                for code, side in zip(group.languages, (group.left, group.right), strict=True)
                if group.kind in SENTENCES and code == language
            ]
            found[language] = Ragged.concatenate([*sides, found.get(language, Ragged.of([]))])
    return found


FEW = 10_000
"""Paragraphs; fewer are not enough for batches of views."""


def _chosen_paragraphs(texts: Ragged, settings: TrainingSettings) -> Ragged:
    long_enough = np.flatnonzero(texts.lengths >= settings.paragraph_minimum)
    random = np.random.default_rng(settings.seed)
    chosen = random.permutation(long_enough)[: settings.paragraphs_per_language]
    return texts.take(np.sort(chosen))
