"""The texts and the glossary written for this project are whole, and each stands in the letters of its language."""

from collections import Counter
from pathlib import Path

import regex

from scripts.train_model import GLOSSARY, TEXTS
from scripts.training.glossary import read_glossary
from scripts.training.texts import Told, read_passages, read_sentences

FOREIGN = {
    "en": regex.compile(r"\p{Script=Arabic}"),
    "ar": regex.compile("[یکہھےںٹڈڑگپچژ۔]"),
    "ur": regex.compile("[يكىة]"),
}
"""Letters that a text of the language does not hold: Urdu's in Arabic, Arabic's forms of yeh and kaf in Urdu."""


def all_texts(folder: Path) -> list[Told]:
    """Sentences, passages and questions."""
    passages = list(read_passages(folder))
    questions = [question for passage in passages for question in passage.questions]
    return [*read_sentences(folder), *(passage.text for passage in passages), *questions]


def test_texts_are_whole() -> None:
    """Every row has a text in each language, and every passage has questions."""
    assert len(list(read_sentences(TEXTS))) > 1000
    assert len(list(read_passages(TEXTS))) > 100
    assert all(len(passage.questions) >= 2 for passage in read_passages(TEXTS))


def test_texts_stand_in_their_own_letters() -> None:
    """No Urdu letter in an Arabic text, no Arabic form in an Urdu one, neither in English."""
    wrong = [text[code] for text in all_texts(TEXTS) for code, foreign in FOREIGN.items() if foreign.search(text[code])]
    assert wrong == []


def test_no_text_is_written_twice() -> None:
    """A repeated sentence would weigh twice and teach nothing."""
    counted = Counter((code, text[code]) for text in all_texts(TEXTS) for code in FOREIGN)
    assert [text for text, count in counted.items() if count > 1] == []


def test_glossary_stands_in_its_own_letters() -> None:
    """The same of the glossary's forms; each entry has one in every language, and none twice."""
    for entry in read_glossary(GLOSSARY):
        for code, forms in entry.forms.items():
            assert forms, entry
            assert len(set(forms)) == len(forms), entry
            assert code not in FOREIGN or not any(map(FOREIGN[code].search, forms)), entry


def test_glossary_is_grouped_by_kind() -> None:
    """Entries of a kind stand together, so that a reader finds them."""
    kinds = [entry.kind for entry in read_glossary(GLOSSARY)]
    assert kinds == sorted(kinds)
    assert len(kinds) > 6_700
