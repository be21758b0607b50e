"""News in any quantity, made up by rules that real collections follow, the same each time.

A document has a subject: a third of its words are the subject's, some are its names. The rest are the common words
of the language, as often as in real text, and rare words drawn by a power law, so that the dictionary grows with the
corpus (Heaps' law) and words are as unevenly common as in real text (Zipf's law). Sources are of all sizes, days
spread over years, and one document in a hundred nearly repeats another. The sample articles come first, so that the
queries of `samples/judgments` have answers.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain, islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.languages import LANGUAGES
from scripts.benchmarking.lexicon import SAMPLES, Lexicon, lexicons, name
from scripts.benchmarking.subjects import Subjects, zipf

TITLE = 6  # words of a document that are its title
_BLOCK = 1_000  # documents of one language that are drawn at once
_SEED = 7
_COMMON, _SUBJECT, _NAME, _RARE = range(4)
_KINDS = (0.52, 0.36, 0.06, 0.06)  # share of the words of each kind
_ASTRAY = 0.15  # share of the subject's words and names that belong to a second subject
_RARE_KNOWN, _RARE_TAIL = 2_000.0, 1.7  # rare words drawn again and again, and how steeply the others become rarer
_SENTENCE = 14  # words, on average
_ENDS = {"en": ".", "ar": ".", "ur": "۔"}
_REPEATS = 0.01
_CHANGED = 3  # words that a near-duplicate has otherwise
_LATELY = 100  # documents of its language before it, of which it repeats one
_SOURCES = 60
_FIRST_DAY, _DAYS = date(2012, 1, 1), 4_700


@dataclass(frozen=True, slots=True)
class _Drawn:
    """Documents of one language: `words` of shape (documents, words), and where sentences end, likewise."""

    words: NDArray[np.object_]
    ends: NDArray[np.bool_]
    sources: NDArray[np.int64]
    days: NDArray[np.int64]


def generate(path: Path, chunks: int, words: int) -> None:
    """Write `chunks` documents of `words` words as JSON lines; a larger corpus begins with the smaller one."""
    with path.open("w", encoding="utf-8") as stream:
        for record in islice(records(words), chunks):
            stream.write(json.dumps(record, ensure_ascii=False) + "\n")


def records(words: int) -> Iterator[dict[str, Any]]:
    """The sample articles, then documents without end, a third in each language, of so many words with their titles."""
    yield from map(json.loads, (SAMPLES / "news.jsonl").read_text(encoding="utf-8").splitlines())
    subjects = Subjects.draw()
    number = 0
    for block in range(1 << 40):
        drawn = [_draw(subjects, lexicons()[language], block, words) for language in LANGUAGES]
        for record in chain.from_iterable(zip(*map(_written, LANGUAGES, drawn), strict=True)):
            yield {"id": f"news-{number}", **record}
            number += 1


def _draw(subjects: Subjects, lexicon: Lexicon, block: int, words: int) -> _Drawn:
    rng = np.random.default_rng((_SEED, LANGUAGES.index(lexicon.language), block))
    shape = (_BLOCK, words)
    kinds = rng.choice(len(_KINDS), size=shape, p=_KINDS)
    of_document = np.repeat(subjects.some(rng, _BLOCK)[:, np.newaxis], words, axis=1)
    second = np.repeat(subjects.some(rng, _BLOCK)[:, np.newaxis], words, axis=1)
    about = np.where(rng.random(shape) < _ASTRAY, second, of_document)
    found = np.empty(shape, dtype=object)
    found[kinds == _COMMON] = _common(rng, lexicon, int((kinds == _COMMON).sum()))
    found[kinds == _SUBJECT] = subjects.words_of(rng, lexicon.language, about[kinds == _SUBJECT])
    found[kinds == _NAME] = [name(lexicon.language, int(n)) for n in subjects.names_of(rng, about[kinds == _NAME])]
    found[kinds == _RARE] = _rare(rng, lexicon, int((kinds == _RARE).sum()))
    ends = rng.random(shape) < 1 / _SENTENCE
    ends[:, :TITLE], ends[:, -1] = False, True
    _repeat(rng, found, ends)
    days = _DAYS - (_DAYS * rng.random(_BLOCK) ** 2).astype(np.int64)  # archives grow: the later, the more
    return _Drawn(found, ends, rng.choice(_SOURCES, size=_BLOCK, p=zipf(_SOURCES, 1.0)), days)


def _common(rng: np.random.Generator, lexicon: Lexicon, count: int) -> NDArray[np.object_]:
    places = np.searchsorted(np.cumsum(lexicon.shares), rng.random(count))
    found: NDArray[np.object_] = lexicon.common[places.clip(max=len(lexicon.common) - 1)]
    return found


def _rare(rng: np.random.Generator, lexicon: Lexicon, count: int) -> list[str]:
    numbers = rng.pareto(_RARE_TAIL - 1, size=count) * _RARE_KNOWN
    return [lexicon.rare(number) for number in numbers.clip(max=1e12).astype(np.int64).tolist()]


def _repeat(rng: np.random.Generator, words: NDArray[np.object_], ends: NDArray[np.bool_]) -> None:
    """Make some documents near-duplicates of one a little before them."""
    for place in np.flatnonzero(rng.random(len(words)) < _REPEATS):
        if place:
            other = int(rng.integers(max(0, place - _LATELY), place))
            changed = rng.choice(words.shape[1], size=_CHANGED, replace=False)
            own = words[place, changed]
            words[place], ends[place] = words[other], ends[other]
            words[place, changed] = own


def _written(language: str, drawn: _Drawn) -> Iterator[dict[str, Any]]:
    """Documents as records, without their ids."""
    words = drawn.words
    words[drawn.ends] = [word + _ENDS[language] for word in words[drawn.ends]]
    begins = np.roll(drawn.ends, 1, axis=1)
    begins[:, (0, TITLE)] = True
    words[begins] = [word[0].upper() + word[1:] for word in words[begins]]
    for row, source, day in zip(words.tolist(), drawn.sources.tolist(), drawn.days.tolist(), strict=True):
        yield {
            "title": " ".join(row[:TITLE]),
            "text": " ".join(row[TITLE:]),
            "language": language,
            "date": (_FIRST_DAY + timedelta(days=day)).isoformat(),
            "source": f"{language}-{source}.example",
        }
