"""Words are cut as trying every way to cut them would have it."""

from collections.abc import Iterator

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from index.unigram import Unigram

LETTERS = {"a": 1, "b": 2, "c": 3, "?": 4}  # and 0 for any other, here z
PIECES = st.dictionaries(
    st.text("abc", min_size=1, max_size=4), st.sampled_from([-0.5, -1.0, -1.5, -2.5, -4.0]), min_size=1, max_size=12
)


def ways(word: str) -> Iterator[list[str]]:
    """All ways to cut a word, of those with the same end the one whose last piece is longest first."""
    if not word:
        yield []
    for start in range(len(word)):
        for before in ways(word[:start]):
            yield [*before, word[start:]]


def cut_by_trying(word: str, pieces: dict[str, float], unknown: int) -> list[int]:
    least = min(pieces.values()) - 10.0
    scores = dict.fromkeys(word, least) | pieces
    tokens = dict.fromkeys(word, unknown) | {piece: number for number, piece in enumerate(pieces)}
    possible = [way for way in ways(word) if all(piece in scores for piece in way)]
    best = max(possible, key=lambda way: sum(map(scores.__getitem__, way)))  # the first of those that are alike
    found = [tokens[piece] for piece in best]
    return [token for place, token in enumerate(found) if token != unknown or found[place - 1 : place] != [unknown]]


def cut(words: list[str], pieces: dict[str, float], unknown: int) -> list[list[int]]:
    model = Unigram.of(list(pieces.items()), LETTERS, unknown)
    letters = np.array([LETTERS.get(letter, 0) for letter in "".join(words)], dtype=np.int32)
    counts = np.array([len(word) for word in words], dtype=np.int64)
    found = model.cut(letters, np.cumsum(counts) - counts, counts)
    return [found.values[start:end].tolist() for start, end in zip(found.starts, found.starts[1:], strict=False)]


@given(PIECES, st.lists(st.text("abcz", min_size=1, max_size=7), max_size=8))
def test_the_likeliest_pieces_are_found(pieces: dict[str, float], words: list[str]) -> None:
    """The sums are exact, so that ties are ties; the unknown piece is one of its own."""
    pieces["?"] = -3.0
    unknown = list(pieces).index("?")
    assert cut(words, pieces, unknown) == [cut_by_trying(word, pieces, unknown) for word in words]


def test_the_arithmetic_of_a_word() -> None:
    """a + bc is -3, ab + c is -2.5, three letters are -4.5, and two strangers side by side are one unknown piece."""
    pieces = {"?": -9.0, "a": -1.0, "b": -2.0, "c": -1.5, "ab": -1.0, "bc": -2.0}
    assert cut(["abc", "zzabzbz", "a"], pieces, 0) == [[4, 3], [0, 4, 0, 2, 0], [1]]
    assert cut([], pieces, 0) == []


def test_a_table_finds_what_shares_a_slot() -> None:
    """Ten thousand pieces of three letters each, and none that is not there."""
    letters = {chr(0x4E00 + number): number + 1 for number in range(30)}
    spelled = [a + b + c for a in letters for b in letters for c in letters]
    pieces = [("?", -20.0), *((letter, -9.0) for letter in letters), *((piece, -1.0) for piece in spelled[::3])]
    model = Unigram.of(pieces, letters | {"?": 31}, 0)
    written = np.array([letters[letter] for piece in spelled for letter in piece], dtype=np.int32)
    found = model.cut(written, np.arange(0, len(written), 3), np.full(len(spelled), 3))
    assert found.counts.tolist() == [1, 3, 3] * (len(spelled) // 3)
    assert found.values[::7].tolist() == list(range(31, len(pieces)))
