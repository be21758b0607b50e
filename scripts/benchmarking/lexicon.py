"""The words that generated news is made of, in three languages: common ones, concepts, names and rare words.

Common words are those of `samples/` and of the project's own training sentences, as often as they stand there.
Concepts are rows of the glossary, so that a subject has words in each language. Names are spelled in both scripts
from the same syllables; rare words are blended from two others, one for each number, without end.
"""

import json
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.glossary import COLUMNS, GLOSSARY
from index.languages import LANGUAGES, detect
from index.text import surfaces

_ROOT = Path(__file__).parents[2]
SAMPLES = _ROOT / "samples"
_TEXTS = _ROOT / "scripts" / "training" / "texts"

_CONSONANTS = {
    "en": "b d f h j k l m n q r s t w z sh".split(),
    "ar": "ب د ف ه ج ك ل م ن ق ر س ت و ز ش".split(),
    "ur": "ب د ف ہ ج ک ل م ن ق ر س ت و ز ش".split(),
}
_VOWELS = {"en": "a i u".split(), "ar": "ا ي و".split(), "ur": "ا ی و".split()}
_MULTIPLIER = 0x9E3779B97F4A7C15  # 2**64 divided by the golden ratio: neighbouring numbers land far apart
_MASK = (1 << 64) - 1


class Lexicon:
    """One language's words.

    `common` are distinct words with `shares` of a text that add up to 1. `forms[starts[c]:starts[c + 1]]`
    are the spellings of concept c, which is the same concept in each language.
    """

    def __init__(self, language: str) -> None:
        counts = Counter(word for text in _texts(language) for word in surfaces(text))
        self.language = language
        self.common = np.array(sorted(counts), dtype=object)
        total = sum(counts.values())
        self.shares = np.array([counts[word] / total for word in self.common])
        forms = [concept[language] for concept in concepts()]
        self.forms = np.array([form for of_concept in forms for form in of_concept], dtype=object)
        self.starts = np.concatenate([[0], np.cumsum([len(of_concept) for of_concept in forms])])

    def spell(self, concepts: NDArray[np.int64], chance: NDArray[np.float64]) -> NDArray[np.object_]:
        """A form of each concept by a chance within 0..1, the first form likeliest."""
        counts = self.starts[concepts + 1] - self.starts[concepts]
        chosen: NDArray[np.object_] = self.forms[self.starts[concepts] + (chance**2 * counts).astype(np.int64)]
        return chosen

    def rare(self, number: int) -> str:
        """The rare word of a number: the head of one common word and the tail of another."""
        return _blend(self.language, _scatter(number))

    def _blended(self, code: int) -> str:
        head = self.common[code % len(self.common)]
        tail = self.common[code // len(self.common) % len(self.common)]
        return str(head[: len(head) // 2 + 1] + tail[len(tail) // 2 :])


@lru_cache(maxsize=1)
def lexicons() -> dict[str, Lexicon]:
    """The words of each language."""
    return {language: Lexicon(language) for language in LANGUAGES}


@lru_cache(maxsize=1 << 19)
def _blend(language: str, code: int) -> str:
    return lexicons()[language]._blended(code)


@lru_cache(maxsize=1 << 19)
def name(language: str, number: int) -> str:
    """The name of a number as a language writes it: two or three syllables and a last consonant.

    >>> name("en", 5), name("ar", 5), name("ur", 5)
    ('Dizir', 'ديزير', 'دیزیر')
    """
    code = _scatter(number + 1)
    consonants, vowels = _CONSONANTS[language], _VOWELS[language]
    letters: list[str] = []
    for _ in range(2 + code % 2):
        code, consonant = divmod(code // 2, len(consonants))
        code, vowel = divmod(code, len(vowels))
        letters += [consonants[consonant], vowels[vowel]]
    letters.append(consonants[code % len(consonants)])
    return "".join(letters).capitalize()


@lru_cache(maxsize=1)
def concepts() -> tuple[dict[str, list[str]], ...]:
    """The glossary's rows that every language has a single word for: language → words."""
    lines = GLOSSARY.read_text(encoding="utf-8").splitlines()[1:]
    rows = [dict(zip(COLUMNS, line.split("\t"), strict=True)) for line in lines]
    found = [
        {language: [form for form in row[language].split("|") if form and " " not in form] for language in LANGUAGES}
        for row in rows
    ]
    return tuple(concept for concept in found if all(concept.values()))


def _scatter(number: int) -> int:
    code = (number * _MULTIPLIER) & _MASK
    return (code ^ code >> 31) * _MULTIPLIER >> 17 & _MASK


def _texts(language: str) -> Iterator[str]:
    """The texts of one language that are part of the project."""
    for record in _json_lines(SAMPLES / "news.jsonl"):
        if detect(record["text"]) == language:
            yield record["text"]
    for path in sorted(_TEXTS.glob("*.jsonl")):
        for record in _json_lines(path):
            yield record["passage"][language]
            yield from (question[language] for question in record["questions"])
    for path in sorted(_TEXTS.glob("*.tsv")):
        heading, *lines = path.read_text(encoding="utf-8").splitlines()
        place = heading.split("\t").index(language)
        yield from (line.split("\t")[place] for line in lines)


def _json_lines(path: Path) -> Iterator[dict[str, Any]]:
    yield from map(json.loads, path.read_text(encoding="utf-8").splitlines())
