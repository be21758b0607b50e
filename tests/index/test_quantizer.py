"""Vectors in bytes: what they keep of a cosine, and that rounding is done once and for all."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from index.quantizer import ZERO, Coded, Quantizer, turn
from index.types import Vectors
from index.vectors import build_vectors, open_vectors
from index.vectortable import VectorTable
from tests.fakes import FakeEncoder


def unit(rows: np.ndarray) -> Vectors:
    found: Vectors = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return found


def even(count: int, dimensions: int, seed: int) -> Vectors:
    """In all directions alike."""
    return unit(np.random.default_rng(seed).normal(size=(count, dimensions)))


def outlying(count: int, dimensions: int, seed: int) -> Vectors:
    """With a few dimensions twenty times as large as others, as some transformers have them."""
    return unit(
        np.random.default_rng(seed).normal(size=(count, dimensions)) * np.where(np.arange(dimensions) % 97, 1, 20)
    )


def alike(count: int, dimensions: int, seed: int) -> Vectors:
    """With cosines of about .75 among all of them, as E5's are."""
    common = even(1, dimensions, 99)
    return unit(0.87 * common + 0.5 * even(count, dimensions, seed))


Kind = Callable[[int, int, int], Vectors]
KINDS = [(even, 384), (outlying, 768), (alike, 384), (alike, 1024)]


class Model(FakeEncoder):
    """A model with vectors of one of these kinds, whatever the text."""

    def __init__(self, kind: Kind, dimensions: int) -> None:
        super().__init__()
        self.dimensions = dimensions
        self._kind = kind

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        return self._kind(len(texts), self.dimensions, 1)


@pytest.mark.parametrize(("kind", "dimensions"), KINDS)
def test_a_cosine_keeps_three_digits(kind: Kind, dimensions: int) -> None:
    """And the more of them, the more alike the vectors are: there the difference counts."""
    quantizer = Quantizer.of(Model(kind, dimensions))
    vectors, queries = kind(500, dimensions, 2), kind(20, dimensions, 3)
    codes = quantizer.encode(vectors)
    error = queries @ quantizer.decode(codes).T - queries @ vectors.T
    np.testing.assert_allclose(
        turn(queries) @ quantizer.turned(codes).T, queries @ quantizer.decode(codes).T, atol=1e-5
    )
    assert error.std() < (4e-4 if kind is alike else 6e-4)


@pytest.mark.parametrize(("kind", "dimensions"), KINDS)
def test_what_was_rounded_is_not_rounded_again(kind: Kind, dimensions: int) -> None:
    quantizer = Quantizer.of(Model(kind, dimensions))
    codes = quantizer.encode(kind(2000, dimensions, 4))
    np.testing.assert_array_equal(quantizer.encode(quantizer.decode(codes)), codes)


def test_a_vector_has_the_same_codes_whichever_others_are_encoded_with_it() -> None:
    """To the bit, though products of matrices of other shapes add in another order."""
    vectors = even(3000, 384, 5)
    quantizer = Quantizer.plain(384)
    codes = quantizer.encode(vectors)
    for start, stop in ((0, 1), (1, 3), (17, 900), (1023, 1026)):
        np.testing.assert_array_equal(quantizer.encode(vectors[start:stop]), codes[start:stop])
    np.testing.assert_array_equal(quantizer.encode(vectors[::-1]), codes[::-1])


def test_a_text_without_a_known_word_stays_at_zero() -> None:
    quantizer = Quantizer.plain(64)
    codes = quantizer.encode(np.zeros((1, 64), np.float32))
    assert (codes == ZERO).all()
    assert not quantizer.decode(codes).any()


@pytest.mark.parametrize("bad", [2.0, 0.8, np.nan])
def test_rows_of_another_length_are_refused(bad: float) -> None:
    vectors = even(5, 16, 6)
    vectors[3] *= bad
    with pytest.raises(ValueError, match="expected 1 or 0"):
        Quantizer.plain(16).encode(vectors)


def test_only_a_model_with_much_in_common_has_a_center() -> None:
    """The bundled one has not: its codes do not depend on the glossary."""
    assert not Quantizer.of(Model(even, 384)).center.any()
    assert Quantizer.of(Model(even, 384)).same(Quantizer.plain(384))
    centered = Quantizer.of(Model(alike, 384))
    assert centered.center.any()
    assert centered.step < 0.8 * Quantizer.plain(384).step


@pytest.mark.parametrize(("kind", "dimensions"), [*KINDS, (even, 50)])
def test_a_large_index_finds_the_nearest_of_any_model(kind: Kind, dimensions: int, tmp_path: Path) -> None:
    """Nearly all of the ten nearest, opened again, though made-up vectors lie closer together than those of texts."""
    quantizer = Quantizer.of(Model(kind, dimensions))
    vectors, queries = kind(12_000, dimensions, 7), kind(20, dimensions, 8)
    build_vectors(Coded(quantizer.encode(vectors), quantizer), kind(50, dimensions, 9)).save(tmp_path / "x.faiss")
    index = open_vectors(tmp_path / "x.faiss")
    rows = np.arange(5, 100)
    np.testing.assert_array_equal(index.codes(rows, quantizer), quantizer.encode(vectors[rows]))
    shares = []
    for query in queries:
        cosines = vectors @ query
        found = index.search(query, 10)
        np.testing.assert_allclose(found.scores, index.scores(query, found.rows), atol=1e-5)
        shares.append(np.isin(found.rows, np.argsort(-cosines)[:10]).mean())
    assert np.mean(shares) >= 0.93


def test_rows_are_taken_over_as_they_are() -> None:
    """Byte by byte where the codes mean the same, anew where they do not, and as floats into a small index."""
    vectors = even(12_000, 32, 10)
    old = build_vectors(vectors)
    model, places = Model(even, 32), np.arange(11_000)
    table = VectorTable(11_000, model)
    table.take_over(places[:-1], old, places[1:])
    table.put(places[-1:], vectors[:1])
    found = table.finished()
    assert isinstance(found, Coded)
    expected = Quantizer.plain(32).encode(vectors[[*range(1, 11_000), 0]])
    np.testing.assert_array_equal(found.codes, expected)
    finer = Quantizer.plain(32, 0.9)
    np.testing.assert_array_equal(old.codes(places, finer), finer.encode(old.take(places)))
    small = VectorTable(2, model)
    small.take_over(np.array([1]), old, np.array([5]))
    np.testing.assert_allclose(small.finished(), [np.zeros(32), old.take(np.array([5]))[0]])
