"""A text's pieces hold its words, ours and the bundled model's, whatever they are written with."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.encoder import BUNDLED, load_encoder
from index.pieces import Pieced, PieceNumbers
from index.static import StaticEncoder
from index.text import surfaces

TEXTS = [
    'The talks in Rome ended, said Reuters: "no deal" (again) at 3.30pm…',
    "وصل الرئيس إلى القاهرة،\u200f جداً مُحَمَّد\u00a0٪٥٠ «نعم»",
    "گندم کی قیمت می\u200cخواہم بڑھ گئی ہے۔ کسانوں™ €5 ½ a_b don't x\u0301y",
    "",
    "•\u200f\u064b ★ —",
    "base64" * 40 + " 東京 कि\u094dया 𝟘𝟙 \U00011f50",
]


@pytest.fixture(scope="module")
def encoder() -> StaticEncoder:
    found = load_encoder(BUNDLED)
    assert isinstance(found, StaticEncoder)
    return found


@given(st.text())
def test_the_words_of_a_text_are_those_of_its_pieces(text: str) -> None:
    pieces = PieceNumbers()
    found = [word for number in pieces.of(text) for word in surfaces(pieces.spelled[number])]
    assert found == surfaces(text)


@given(text=st.text())
def test_the_tokens_of_a_text_are_those_of_its_pieces(encoder: StaticEncoder, text: str) -> None:
    assert encoder.reads_pieces
    pieced = Pieced.of([text])
    found = pieced.lists.through(encoder.tokens_of(pieced.spelled))
    assert found.values.tolist() == encoder.tokens_of([text]).values.tolist()


@pytest.mark.parametrize("times", [1, 30])
def test_vectors_of_pieces_are_those_of_texts_to_the_bit(encoder: StaticEncoder, times: int) -> None:
    """In however many texts the sums are reckoned together."""
    pieced = Pieced.of(TEXTS * times)
    found = encoder.encode_tokens(pieced.lists.through(encoder.tokens_of(pieced.spelled)))
    one_by_one = np.concatenate([encoder.encode_passages([text]) for text in TEXTS])
    np.testing.assert_array_equal(found, np.tile(one_by_one, (times, 1)))


def test_texts_are_taken_with_the_pieces_that_they_have() -> None:
    taken = Pieced.of(["a b a", "c", "b d"]).take(np.array([2, 0])).compact()
    assert [[taken.spelled[number] for number in taken.lists.take(np.array([row])).values] for row in (0, 1)] == [
        ["b", "d"],
        ["a", "b", "a"],
    ]
    assert list(taken.spelled) == ["a", "b", "d"]
