"""Many words at once have the tokens that the library gives each."""

import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers
from tokenizers.models import BPE, Unigram

from index import tokens as tokens_module
from index.encoder import BUNDLED_FOLDER
from index.runs import ARABIC_PROCLITICS
from index.subwords import Subwords
from index.tokens import WordTokens
from scripts.training.tokenizer import normaliser, pre_tokeniser

ALPHABET = (
    "aeioußÉxyzابتثجچحخدڈرسشعفکگلمنوہیےكيةأالوبفک٣۵०7²½Ⅳﷺﬁİǅςe"
    "\u0301\u0327\u0650\u064b\u0903\u302e\u200d\u0640-'_.कि你好가\U0001f1e6"
)
WORDS = st.lists(
    st.text(ALPHABET, max_size=9) | st.text(st.characters(exclude_characters="\n"), max_size=4), max_size=9
)
PROCLITIC = [
    "والكتاب",
    "والكتا",
    "الكت",
    "الكتب",
    "للبيت",
    "فللبيوت",
    "وبالسيارة",
    "كالبرق",
    "2020الكتاب",
    "ال-كتاب",
    "والله",
]
ODD = [
    "",
    "a",
    "-",
    "...",
    "b52",
    "3الف",
    "é\u0327\u0301",
    "ki\u0903\u302e\u302f",
    "a" * 80,
    "5" * 65,
    "\u302e",
    "ﷺ",
    "x\ud7a3y",
]


def bundled() -> WordTokens:
    return WordTokens(Subwords((BUNDLED_FOLDER / "tokenizer.json").read_text(encoding="utf-8")))


BUNDLED = bundled()


def as_lists(words: WordTokens, asked: list[str]) -> list[list[int]]:
    found = words.of(asked)
    return [found.values[start:end].tolist() for start, end in zip(found.starts, found.starts[1:], strict=False)]


def by_library(asked: list[str]) -> list[list[int]]:
    library = BUNDLED._subwords.whole
    return [library.encode(word, add_special_tokens=False).ids for word in asked]


@pytest.fixture(autouse=True)
def _all_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens_module, "_MANY", 0)


@given(WORDS)
def test_tokens_are_those_of_the_library(words: list[str]) -> None:
    assert BUNDLED._together is not None
    assert as_lists(BUNDLED, words) == by_library(words)


def test_odd_words_and_proclitics(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few at a time too; what cannot be told together is asked of the library."""
    words = [*ODD, *PROCLITIC, *random.Random(1).sample("".join(PROCLITIC), 20)]
    monkeypatch.setattr(tokens_module, "_AT_ONCE", 7)
    assert as_lists(bundled(), words) == by_library(words)
    assert BUNDLED._together is not None
    left_out = BUNDLED._together.tokens(words)[1]
    assert [words[place] for place in left_out.tolist()] == [ODD[7], ODD[8], ODD[9], ODD[10]]


def model(tokenizer: Tokenizer) -> Tokenizer:
    tokenizer.normalizer, tokenizer.pre_tokenizer = normaliser(), pre_tokeniser()
    return tokenizer


def unigram(**options: bool) -> Tokenizer:
    return model(Tokenizer(Unigram([("?", -9.0), ("a", -1.0), ("ab", -1.5)], unk_id=0, **options)))


def test_a_tokenizer_that_does_anything_else_is_asked_itself() -> None:
    """By the library alone: another model, normaliser or pre-tokeniser, added tokens, pieces for bytes, no unknown, or
    an unknown that may stand in a word."""
    others = [unigram(byte_fallback=True) for _ in range(7)]
    others[1] = model(Tokenizer(BPE({"a": 0, "b": 1, "ab": 2}, [("a", "b")], unk_token="a")))
    others[2] = model(Tokenizer(Unigram([("a", -1.0)])))
    others[3:] = [unigram() for _ in range(4)]
    others[3].normalizer = normalizers.Sequence([normalizers.NFC(), normalizers.Lowercase()])
    others[4].normalizer = normalizers.Replace(Regex("a+"), "a")
    others[5].pre_tokenizer = pre_tokenizers.Split(Regex(ARABIC_PROCLITICS), behavior="isolated")
    others[6].add_tokens(["ba"])
    others.append(model(Tokenizer(Unigram([("a", -1.0), ("unk", -2.0)], unk_id=1))))
    for tokenizer in others:
        assert WordTokens(Subwords(tokenizer.to_str()))._together is None
    assert as_lists(WordTokens(Subwords(others[5].to_str())), ["abz"]) == [[2, 0]]
    assert as_lists(WordTokens(Subwords(unigram().to_str())), ["AB", "zab", "a-ab"]) == [[2], [0, 2], [1, 2]]


def test_one_without_a_normaliser_folds_nothing() -> None:
    tokenizer = unigram()
    tokenizer.normalizer = None
    words = WordTokens(Subwords(tokenizer.to_str()))
    assert words._together is not None
    assert as_lists(words, ["ab", "AB", "e\u0301"]) == [[2], [0], [0]]


def test_few_words_do_not_wait_for_the_rest_to_be_made_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens_module, "_MANY", 5)
    words = bundled()
    words.of(["one", "two", "three", "four"])
    assert "_together" not in vars(words)
    words.of([f"word{number}" for number in range(5)])
    assert "_together" in vars(words)


def test_the_tokenizer_may_come_from_any_folder(tmp_path: Path) -> None:
    unigram().save(str(tmp_path / "tokenizer.json"))
    words = WordTokens(Subwords((tmp_path / "tokenizer.json").read_text(encoding="utf-8")))
    np.testing.assert_array_equal(words.of(["abab"]).values, [2, 2])
