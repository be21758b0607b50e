"""Vectors of words are made once, together with the text that brings them."""

from collections.abc import Sequence

import numpy as np

from index.types import Vectors
from search.wordvectors import WordVectors
from tests.fakes import FakeEncoder


class Asked(FakeEncoder):
    """Notes what it is asked for at a time."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[list[str]] = []

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        self.calls.append(list(texts))
        return super().encode_queries(texts)


def test_a_text_and_its_new_words_are_asked_for_in_one_go() -> None:
    encoder, plain = Asked(), FakeEncoder()
    vectors = WordVectors(encoder)
    np.testing.assert_array_equal(
        vectors.beside("storm port storm", ["storm", "port", "storm"]), plain.encode_queries(["storm port storm"])[0]
    )
    np.testing.assert_array_equal(vectors.of(["port", "storm"]), plain.encode_queries(["port", "storm"]))
    assert encoder.calls == [["storm port storm", "storm", "port"]]
    vectors.beside("port wheat", ["port", "wheat"])
    assert encoder.calls[1:] == [["port wheat", "wheat"]]


def test_words_that_no_text_brought_are_asked_for_when_needed() -> None:
    encoder = Asked()
    vectors = WordVectors(encoder)
    for _ in range(2):
        np.testing.assert_array_equal(vectors.of(["wheat", "storm"]), FakeEncoder().encode_queries(["wheat", "storm"]))
    assert vectors.of([]).shape == (0, encoder.dimensions)
    assert encoder.calls == [["wheat", "storm"]]
