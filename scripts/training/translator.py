"""A word-by-word translator made from the training pairs: what code-switching draws on."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from scripts.training.alignment import Alignment, align
from scripts.training.corpus import ROMAN_URDU, SENTENCES, Corpus, Pairs
from scripts.training.pieces import Ragged
from scripts.training.settings import LANGUAGES, TrainingSettings

Candidates = dict[int, dict[tuple[int, ...], float]]
"""Piece → translations (one to three pieces) → weight."""

Table = dict[tuple[str, str], Candidates]
"""Direction, such as `("en", "ar")` → candidates."""

DIRECTIONS = (*permutations(LANGUAGES, 2), ("ur", ROMAN_URDU), ("en", ROMAN_URDU), ("ar", ROMAN_URDU))
PIVOTS = (
    ("ar", "en", "ur"),
    ("ur", "en", "ar"),
    ("en", "ur", ROMAN_URDU),
    ("ar", "ur", ROMAN_URDU),
)

ARTICLES = ("ال", "the", "a", "an", "to")
PREFIXES = {"ar": ("و", "ف", "ب", "ل", "ک", "س"), "en": (), "ur": ()}
SUFFIXES = {
    "ar": ("ہا", "ہم", "ہ", "ات", "ون", "ین", "ان", "نا", "وا", "ت", "ی", "یہ"),
    "ur": ("وں", "یں", "یاں", "ات", "ے", "ی", "ا"),
    "en": ("s", "es", "ed", "d", "ing", "ly", "al"),
}
STEM_MINIMUM = 3


@dataclass(frozen=True, slots=True)
class Translator:
    """For each piece its candidate translations, ready to be drawn by the thousand.

    Piece p has candidates `first[p] .. first[p + 1]`; `cumulative` rises by their probability from p to
    p + 1, so that one search finds a weighted choice. `targets[c]` are the pieces of candidate c.
    """

    first: NDArray[np.int64]
    cumulative: NDArray[np.float64]
    targets: Ragged

    @classmethod
    def of(cls, candidates: Mapping[int, Mapping[tuple[int, ...], float]], pieces: int) -> "Translator":
        """Lay out `candidates` for pieces numbered below `pieces`; weights need not add up to one."""
        first = np.zeros(pieces + 1, np.int64)
        for piece, options in candidates.items():
            first[piece + 1] = len(options)
        np.cumsum(first, out=first)
        cumulative: list[NDArray[np.float64]] = []
        targets: list[tuple[int, ...]] = []
        for piece in sorted(candidates):
            ranked = sorted(candidates[piece].items(), key=lambda item: (-item[1], item[0]))
            weights = np.array([weight for _, weight in ranked])
            cumulative.append(piece + np.cumsum(weights) / weights.sum())
            targets += [target for target, _ in ranked]
        return cls(first, np.concatenate(cumulative) if cumulative else np.zeros(0), Ragged.of(targets))

    def translate(self, texts: Ragged, random: np.random.Generator, keep: NDArray[np.bool_]) -> Ragged:
        """Each piece replaced by a drawn translation; one without any stays where `keep[piece]`, or at random goes."""
        known = self.first[texts.values + 1] > self.first[texts.values]
        drawn = np.searchsorted(self.cumulative, texts.values + random.random(len(texts.values)) * 0.999999)
        choice = np.where(known, np.minimum(drawn, len(self.targets) - 1), -1)
        lengths = np.where(known, self.targets.lengths[choice], keep[texts.values].astype(np.int64))
        offsets = np.concatenate([[0], np.cumsum(lengths)])
        values = np.empty(offsets[-1], np.int32)
        replaced = self.targets.take(choice[known])
        values[np.repeat(known, lengths)] = replaced.values
        values[np.repeat(~known, lengths)] = texts.values[~known & (lengths > 0)]
        return Ragged(values, offsets[texts.offsets])


def dictionary(pairs: Iterable[Pairs], names: list[str], glossary_weight: float) -> Table:
    """Translations of single pieces, by direction, counted over all short pairs; articles are left out."""
    articles = {number for number, name in enumerate(names) if name in ARTICLES}
    table: Table = defaultdict(lambda: defaultdict(lambda: defaultdict(float)))
    for group in pairs:
        if group.kind not in ("words", "glossary"):
            continue
        a, b = group.languages
        weight = glossary_weight if group.kind == "glossary" else 1.0
        for row in range(len(group.left)):
            left = tuple(p for p in group.left[row].tolist() if p not in articles)
            right = tuple(p for p in group.right[row].tolist() if p not in articles)
            if len(left) == 1 and 1 <= len(right) <= 3:
                table[a, b][left[0]][right] += weight / len(right)
            if len(right) == 1 and 1 <= len(left) <= 3:
                table[b, a][right[0]][left] += weight / len(left)
    return table


def add_aligned(candidates: Candidates, aligned: Alignment, trust: float = 2.0, enough: float = 10.0) -> None:
    """Add what sentence pairs show: the more often a piece was seen in them, the more they count.

    A translation scores P(target | source) × √P(source | target); the best four of a piece add up to one.
    """
    score = aligned.forward * np.sqrt(aligned.backward)
    order = np.lexsort((aligned.target, -score, aligned.source))
    sources = aligned.source[order]
    place = np.arange(len(order)) - np.searchsorted(sources, sources)
    best = order[(place < 4) & (score[order] > 0.02)]
    seen = np.bincount(aligned.source, aligned.count)
    total = np.bincount(aligned.source[best], score[best], minlength=len(seen))
    share = score / total.clip(1e-9)[aligned.source] * trust * np.minimum(1, seen / enough)[aligned.source]
    for k in best.tolist():
        options = candidates.setdefault(int(aligned.source[k]), {})
        target = (int(aligned.target[k]),)
        options[target] = options.get(target, 0.0) + float(share[k])


def reversed_alignment(aligned: Alignment) -> Alignment:
    """The same, seen from the other language."""
    return Alignment(aligned.target, aligned.source, aligned.backward, aligned.forward, aligned.count)


def short_enough(groups: list[Pairs], longest: int = 32, meetings: int = 8_000_000) -> tuple[Ragged, Ragged]:
    """The sentence pairs that alignment can afford: short ones, shortest first, up to a number of meetings."""
    left = Ragged.concatenate([group.left for group in groups])
    right = Ragged.concatenate([group.right for group in groups])
    sizes = left.lengths * right.lengths
    rows = np.flatnonzero((left.lengths <= longest) & (right.lengths <= longest))
    rows = rows[np.argsort(sizes[rows], kind="stable")]
    rows = rows[np.cumsum(sizes[rows]) <= meetings]
    return left.take(rows), right.take(rows)


def add_pivots(table: Table, a: str, middle: str, b: str, weight: float) -> None:
    """Translations from `a` to `b` through single words of `middle`, below those that a source states."""
    for piece, between in table[a, middle].items():
        options = table[a, b].setdefault(piece, {})
        for step, share in between.items():
            for target, onward in table[middle, b].get(step[0], {}).items() if len(step) == 1 else ():
                options[target] = options.get(target, 0.0) + weight * share * onward
        if not options:
            del table[a, b][piece]


def add_inflected(candidates: Candidates, language: str, names: list[str]) -> None:
    """Let a form without an entry borrow that of its stem: `وقال` that of `قال`, `games` that of `game`."""
    number = {name: i for i, name in enumerate(names)}
    known = {name: i for name, i in number.items() if i in candidates}
    for name, i in number.items():
        if i in candidates:
            continue
        for stem in stems(name, language):
            if stem in known:
                candidates[i] = candidates[known[stem]]
                break


def stems(word: str, language: str) -> list[str]:
    """Shorter forms to look up, likeliest first: `stems("games", "en")` → `["game", "gam"]`."""
    found = [word[len(p) :] for p in PREFIXES[language] if word.startswith(p)]
    for form in [word, *found]:
        found += [form[: -len(s)] for s in SUFFIXES[language] if form.endswith(s)]
    if language == "en" and word.endswith("ies"):
        found.insert(0, word[:-3] + "y")
    if language == "en" and word.endswith("ing"):
        found.append(word[:-3] + "e")
    return [stem for stem in found if len(stem) >= STEM_MINIMUM]


def prefer_common(candidates: Candidates, counts: NDArray[np.float64]) -> None:
    """Turn counts into probabilities that favour translations which are common in their language."""
    for piece, options in candidates.items():
        weighed = {t: w**1.5 * (1 + min(counts[p] for p in t)) ** 0.5 for t, w in options.items()}
        total = sum(weighed.values())
        candidates[piece] = {t: w / total for t, w in weighed.items()}


def keep_best(candidates: Candidates, most: int = 4) -> None:
    """Drop all but the `most` likeliest translations of each piece."""
    for piece, options in candidates.items():
        candidates[piece] = dict(sorted(options.items(), key=lambda item: (-item[1], item[0]))[:most])


def build_translators(
    corpus: Corpus, counts: Mapping[str, NDArray[np.float64]], settings: TrainingSettings
) -> dict[tuple[str, str], Translator]:
    """A translator for every direction of DIRECTIONS; `counts[language][piece]` is a piece's frequency there."""
    names = corpus.pieces.names
    table = dictionary(corpus.pairs, names, settings.glossary_weight)
    plain: Table = {direction: dict(table.get(direction, {})) for direction in DIRECTIONS}
    for (_, b), candidates in plain.items():
        prefer_common(candidates, counts[b])
    for a, b in sorted({group.languages for group in corpus.pairs} & plain.keys()):
        groups = [g for g in corpus.pairs if g.kind in SENTENCES and g.languages == (a, b)]
        if groups:
            aligned = align(*short_enough(groups), len(names))
            add_aligned(plain[a, b], aligned)
            add_aligned(plain[b, a], reversed_alignment(aligned))
    for a, middle, b in PIVOTS:
        add_pivots(plain, a, middle, b, settings.pivot_weight)
    for (a, _), candidates in plain.items():
        keep_best(candidates)
        add_inflected(candidates, a, names)
    return {direction: Translator.of(candidates, len(names)) for direction, candidates in plain.items()}
