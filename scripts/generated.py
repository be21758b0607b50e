"""Made-up news in any quantity, with the word statistics and the lengths of the sample articles.

Each document has a subject (the words of two articles), words of the language at large, and rare
words of its own, so that the dictionary grows with the corpus as in real text.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.languages import LANGUAGES, detect
from index.text import surfaces

SAMPLES = Path(__file__).parent.parent / "samples"
_ON_SUBJECT = 0.5
_RARE = 0.04  # share of words that are new or nearly so, as in a growing news archive
_SENTENCE = 17
_PARAGRAPH = 3
_TITLE = 8
_ENDS = {"en": ".", "ar": ".", "ur": "۔"}


class GeneratedNews:
    """Documents by number, a third in each language; the same number and edition give the same document."""

    def __init__(self) -> None:
        self._articles: dict[str, list[list[str]]] = {language: [] for language in LANGUAGES}
        for line in (SAMPLES / "news.jsonl").read_text(encoding="utf-8").splitlines():
            text = json.loads(line)["text"]
            self._articles[detect(text)].append(surfaces(text))
        self._words = {
            language: np.array([word for article in articles for word in article], dtype=object)
            for language, articles in self._articles.items()
        }

    def record(self, number: int, edition: int = 0) -> dict[str, Any]:
        """One document as a line of JSON holds it."""
        rng = np.random.default_rng((number, edition))
        language = LANGUAGES[number % len(LANGUAGES)]
        articles = self._articles[language]
        length = len(articles[rng.integers(len(articles))])
        words = self._text(rng, language, length + _TITLE)
        return {
            "id": f"news-{number}",
            "title": " ".join(words[:_TITLE]),
            "text": "\n\n".join(_paragraphs(words[_TITLE:], _ENDS[language])),
            "language": language,
            "date": f"2024-{number % 12 + 1:02}-{number % 28 + 1:02}",
            "source": f"Paper {number % 40}",
        }

    def _text(self, rng: np.random.Generator, language: str, length: int) -> list[str]:
        everything, articles = self._words[language], self._articles[language]
        subject = np.array(articles[rng.integers(len(articles))] + articles[rng.integers(len(articles))], dtype=object)
        words = _some(rng, everything, length)
        on_subject = rng.random(length) < _ON_SUBJECT
        words[on_subject] = _some(rng, subject, int(on_subject.sum()))
        for place in np.flatnonzero(rng.random(length) < _RARE):
            # A word of its own: the head of one and the tail of another.
            word, other = words[place], everything[rng.integers(len(everything))]
            words[place] = word[: len(word) // 2 + 1] + other[len(other) // 2 :]
        return list(words)


def _some(rng: np.random.Generator, words: NDArray[np.object_], count: int) -> NDArray[np.object_]:
    return words[rng.integers(len(words), size=count)]


def _paragraphs(words: list[str], end: str) -> Iterator[str]:
    sentences = [" ".join(words[first : first + _SENTENCE]) + end for first in range(0, len(words), _SENTENCE)]
    for first in range(0, len(sentences), _PARAGRAPH):
        yield " ".join(sentences[first : first + _PARAGRAPH])
