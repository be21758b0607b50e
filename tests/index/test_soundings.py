"""All words at once sound as each does alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import phonetics
from index.names import _code
from index.phonetics import LONG_UNITS, LONGEST_NAME, key, numbered
from index.soundings import LONGEST_KEY, keys_of, units_of
from tests.index.test_phonetics import NAMES
from tests.index.test_phonetics import words as names

ANY = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n"), max_size=8)
UNITS = st.lists(st.sampled_from([*phonetics.UNITS, "x", "ہ", "h", "é", "7"]), max_size=12).map("".join)
PLAIN = ["", "x", "a", "h", "anne", "hha", "bhhh", "tthe", "b52", "москва", "📰", "خان", "cecil", "gġċ", "ckhtszhaaa"]


def assert_alike(words: list[str]) -> None:
    found = units_of(words)
    keys = keys_of(found)
    parts = [found.values[start:end].tolist() for start, end in zip(found.starts, found.starts[1:], strict=False)]
    assert parts == [numbered(word).tolist() for word in words]
    assert keys.counts.tolist() == [len(key(word)) for word in words]
    assert keys.codes.tolist() == [_code(key(word) or "0") if key(word) else 0 for word in words]


@given(st.lists(names | UNITS | ANY, max_size=12))
def test_units_and_keys_are_those_of_each_word(words: list[str]) -> None:
    assert_alike(words)


def test_plain_words_and_names() -> None:
    assert_alike([*PLAIN, *(spelled for name in NAMES for spelled in name), *LONG_UNITS])


@pytest.mark.parametrize(("length", "expected"), [(LONGEST_NAME, LONGEST_NAME), (LONGEST_NAME + 1, 0)])
def test_what_has_too_many_units_has_none(length: int, expected: int) -> None:
    assert units_of(["bt" * LONGEST_NAME, ("bt" * length)[:length]]).counts.tolist() == [0, expected]


def test_a_key_too_long_is_cut() -> None:
    keys = keys_of(units_of(["btbtbtbtbtbtbtbtbtbt", "btbtbtbtbtbtbtb"]))
    assert keys.counts.tolist() == [20, LONGEST_KEY]
    assert keys.codes[0] == keys.codes[1] == int("131313131313131", 16)


def test_no_words_have_no_units() -> None:
    assert len(units_of([])) == len(keys_of(units_of([])).codes) == 0
