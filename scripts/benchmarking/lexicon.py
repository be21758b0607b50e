"""The words that generated news is made of, in three languages: common ones, those of a field, names and rare words.

Common words are those of `samples/` and of the project's own training texts, as often as they stand there. A field is
what one event of the samples or one of the project's passages tells of, in each language; concepts are rows of the
glossary. Names are spelled in both scripts from the same syllables; rare words are blended from two others, one for
each number, without end.
"""

import json
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from index.glossary import COLUMNS, GLOSSARY
from index.languages import LANGUAGES, detect
from index.text import surfaces

_ROOT = Path(__file__).parents[2]
SAMPLES = _ROOT / "samples"
TEXTS = _ROOT / "scripts" / "training" / "texts"

_CONSONANTS = {
    "en": "b d f h j k l m n q r s t w z sh".split(),
    "ar": "ب د ف ه ج ك ل م ن ق ر س ت و ز ش".split(),
    "ur": "ب د ف ہ ج ک ل م ن ق ر س ت و ز ش".split(),
}
_VOWELS = {"en": "a i u".split(), "ar": "ا ي و".split(), "ur": "ا ی و".split()}
_COMMONNESS = 1.25  # above 1, so that words of no particular meaning are most of the common ones, as in a sentence
_CONTENT = 300  # so many of the commonest words tell nothing of a field
_LEAST = 12  # words of a field
_MULTIPLIER = 0x9E3779B97F4A7C15  # 2**64 divided by the golden ratio: neighbouring numbers land far apart
_MASK = (1 << 64) - 1


class Lexicon:
    """One language's words: `common` are distinct, with `shares` of a text that add up to 1."""

    def __init__(self, language: str) -> None:
        counts = Counter(word for text in _texts(language) for word in surfaces(text))
        self.language = language
        self.common = np.array(sorted(counts), dtype=object)
        shares = np.array([counts[word] for word in self.common], dtype=np.float64) ** _COMMONNESS
        self.shares = shares / shares.sum()

    def commonest(self) -> set[str]:
        """The words that tell least."""
        return {self.common[place].lower() for place in np.argsort(-self.shares, kind="stable")[:_CONTENT]}

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


@lru_cache(maxsize=1)
def fields() -> tuple[dict[str, list[str]], ...]:
    """What the project's own texts tell of, with the distinct words of each in every language: language → words."""
    told: list[dict[str, str]] = []
    for path in sorted(TEXTS.glob("*.jsonl")):
        for record in _json_lines(path):
            texts = [record["passage"], *record["questions"]]
            told.append({language: " ".join(text[language] for text in texts) for language in LANGUAGES})
    events: dict[str, dict[str, str]] = {}
    for record in _json_lines(SAMPLES / "news.jsonl"):
        event = events.setdefault(record["_id"].split("-")[0], dict.fromkeys(LANGUAGES, ""))
        event[detect(record["text"])] += " " + record["text"]
    found = [
        {language: _content(language, each[language]) for language in LANGUAGES} for each in (*told, *events.values())
    ]
    return tuple(field for field in found if min(map(len, field.values())) >= _LEAST)


def _content(language: str, text: str) -> list[str]:
    """The distinct words of a text that are not among the commonest of all."""
    plain = lexicons()[language].commonest()
    return [word for word in dict.fromkeys(surfaces(text)) if word.lower() not in plain]


def _scatter(number: int) -> int:
    code = (number * _MULTIPLIER) & _MASK
    return (code ^ code >> 31) * _MULTIPLIER >> 17 & _MASK


def _texts(language: str) -> Iterator[str]:
    """The texts of one language that are part of the project."""
    for record in _json_lines(SAMPLES / "news.jsonl"):
        if detect(record["text"]) == language:
            yield record["text"]
    for path in sorted(TEXTS.glob("*.jsonl")):
        for record in _json_lines(path):
            yield record["passage"][language]
            yield from (question[language] for question in record["questions"])
    for path in sorted(TEXTS.glob("*.tsv")):
        heading, *lines = path.read_text(encoding="utf-8").splitlines()
        place = heading.split("\t").index(language)
        yield from (line.split("\t")[place] for line in lines)


def _json_lines(path: Path) -> Iterator[dict[str, Any]]:
    yield from map(json.loads, path.read_text(encoding="utf-8").splitlines())
