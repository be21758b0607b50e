"""Few words get the tokens that the whole tokenizer gives them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from index import subwords as subwords_module
from index.encoder import BUNDLED_FOLDER
from index.subwords import Subwords
from scripts.training.tokenizer import train_tokenizer

DEFINITION = (BUNDLED_FOLDER / "tokenizer.json").read_text(encoding="utf-8")
WORDS = "Haftar's والحكومة2024وقال ﷺ ٢٠٢٤ کے‌لیے مُحَمَّدٌ İstanbul ΣΑΣ कुछ 漢字漢 📰 x́ بالانتخابات unknowable ⴰⵣⵓⵍ ß½".split()


@pytest.fixture(scope="module")
def bundled() -> tuple[Subwords, Tokenizer]:
    return Subwords(DEFINITION), Tokenizer.from_str(DEFINITION)


def tokens(tokenizer: Tokenizer, word: str) -> list[int]:
    found: list[int] = tokenizer.encode(word, add_special_tokens=False).ids
    return found


def lists(subwords: Subwords, words: list[str]) -> list[list[int]]:
    found = subwords.of(words)
    return [found.values[start:end].tolist() for start, end in zip(found.starts, found.starts[1:], strict=False)]


def test_every_kind_of_word(bundled: tuple[Subwords, Tokenizer]) -> None:
    """Together and each alone; also words in no piece, of the one before them, and none at all."""
    subwords, whole = bundled
    assert lists(subwords, WORDS) == [tokens(whole, word) for word in WORDS]
    assert [lists(subwords, [word])[0] for word in WORDS] == [tokens(whole, word) for word in WORDS]
    assert lists(subwords, []) == []


LETTERS = st.sampled_from("abceinorst یںوالمتنبکہpqz字ç٣\u064b")


@given(st.lists(st.text(LETTERS, min_size=1, max_size=30).map(lambda word: word.replace(" ", "")), max_size=6))
def test_any_words(bundled: tuple[Subwords, Tokenizer], words: list[str]) -> None:
    subwords, whole = bundled
    assert lists(subwords, words) == [tokens(whole, word) for word in words]


def test_the_whole_tokenizer_is_read_for_many_words_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    monkeypatch.setattr(subwords_module, "FEW", 20)
    subwords, bare = Subwords(DEFINITION), subwords_module._bare
    monkeypatch.setattr(subwords_module, "_bare", lambda definition: read.append(definition) or bare(definition))
    few = [lists(subwords, [word])[0] for word in WORDS]
    assert read == []
    assert lists(subwords, WORDS) == few
    assert read == [DEFINITION]


def test_other_kinds_of_models_are_read_whole() -> None:
    definition = json.loads(DEFINITION)
    definition["model"] = {"type": "WordLevel", "vocab": {"[UNK]": 0, "putin": 1}, "unk_token": "[UNK]"}
    definition["added_tokens"] = []
    subwords = Subwords(json.dumps(definition))
    assert subwords.size == 2
    assert lists(subwords, ["Putin", "haftar"]) == [[1], [0]]


def test_a_small_tokenizer() -> None:
    """In which the lowest of all scores, by which unknown letters are weighed, is another."""
    small = train_tokenizer({"en": dict.fromkeys("haftar putin moscow".split(), 3.0)}, 300, 1.0)
    subwords = Subwords(small.to_str())
    words = ["putin", "haftarputin", "ghaftarq", "字putin", "moscowx"]
    assert lists(subwords, words) == [tokens(small, word) for word in words]
