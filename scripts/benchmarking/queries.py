"""Queries to time: about the subjects of a generated corpus, or of the words of any other, and those of the samples.

They are distinct, a third in each language, the same each time, and whatever the size of the corpus.
"""

import json
import random
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np

from index.languages import LANGUAGES
from index.text import surfaces
from scripts.benchmarking.lexicon import SAMPLES, lexicons, name
from scripts.benchmarking.subjects import Subjects

_SEED = 5
_LEAST, _MOST = 2, 5  # words of a query
_WITH_NAME, _WITH_COMMON = 0.3, 0.4  # share of the queries that hold a name, and a common word


def sample_queries(count: int) -> list[str]:
    """So many queries of `samples/judgments`, a third in each language; the 180 begin again when more are asked for."""
    by_language: dict[str, list[str]] = {language: [] for language in LANGUAGES}
    for line in (SAMPLES / "judgments" / "queries.jsonl").read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        by_language[record["language"]].append(record["text"])
    texts = [text for group in zip(*by_language.values(), strict=True) for text in group]
    return [texts[number % len(texts)] for number in range(count)]


def generated_queries(count: int) -> list[str]:
    """Distinct queries about the subjects of the generated corpus, those of the samples strewn among them."""
    return _distinct(count, _about_subjects())


def corpus_queries(path: Path, count: int) -> list[str]:
    """Distinct queries of some words each of documents among the first of a corpus, and those of the samples."""
    return _distinct(count, _out_of(path, count))


def asked_before(queries: Sequence[str]) -> list[str]:
    """The same words in another order: no query that was asked before, but no new word either.

    >>> asked_before(["flood damage in Sindh"])
    ['Sindh flood damage in']
    """
    return [" ".join([*words[-1:], *words[:-1]]) for words in (query.split() for query in queries)]


def _distinct(count: int, made: Iterator[str]) -> list[str]:
    judged = iter(dict.fromkeys(sample_queries(count)))
    every = max(2, count // 180)
    mixed = (text for turn, text in enumerate(made) for text in (*([next(judged, "")] * (turn % every == 0)), text))
    return list(islice(_unseen(mixed), count))


def _unseen(texts: Iterator[str]) -> Iterator[str]:
    seen = {""}
    for text in texts:
        if text not in seen:
            seen.add(text)
            yield text


def _about_subjects() -> Iterator[str]:
    rng = np.random.default_rng(_SEED)
    subjects = Subjects.draw()
    for number in range(1 << 40):
        language = LANGUAGES[number % len(LANGUAGES)]
        lexicon = lexicons()[language]
        about = np.repeat(subjects.some(rng, 1), rng.integers(_LEAST, _MOST))
        words = list(subjects.words_of(rng, language, about))
        if rng.random() < _WITH_NAME:
            words.append(name(language, int(subjects.names_of(rng, about[:1])[0])))
        if rng.random() < _WITH_COMMON:
            words.insert(0, str(rng.choice(lexicon.common, p=lexicon.shares)))
        yield " ".join(dict.fromkeys(words))


def _out_of(path: Path, count: int) -> Iterator[str]:
    rng = random.Random(_SEED)
    with path.open(encoding="utf-8") as stream:
        for line in islice(stream, 3 * count):
            words = surfaces(json.loads(line)["text"])
            first = rng.randrange(max(1, len(words)))
            if found := words[first : first + rng.randint(_LEAST, _MOST)]:
                yield " ".join(found)
