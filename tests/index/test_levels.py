"""Codes in fewer bits: what faiss makes of them, and that nothing is lost when they are kept a second time."""

from pathlib import Path

import faiss
import numpy as np
import pytest

from index.levels import levels_of
from index.quantizer import Coded, Quantizer, turned_back
from index.vectorindex import VectorIndex
from index.vectors import build_vectors, open_vectors

DIMENSIONS = 64
BITS = (4, 5, 6, 7)


def unit_rows(count: int, seed: int) -> np.ndarray:
    rows = np.random.default_rng(seed).normal(size=(count, DIMENSIONS)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.mark.parametrize("bits", BITS)
def test_levels_are_runs_of_sizes_that_ascend(bits: int) -> None:
    """All are used, on both sides of 0, and each has a code that stands for it, of the same sign, and for itself."""
    levels, codes = levels_of(bits), np.arange(1, 256, dtype=np.uint8)
    assert (np.diff(levels.of_code[128:].astype(int)) >= 0).all()
    assert levels.of_code[1:128].tolist() == levels.of_code[:128:-1].tolist()
    assert set(levels.of_code.tolist()) == set(range(1 << bits - 1))
    settled = levels.settled(codes)
    assert levels.of_code[settled].tolist() == levels.of_code[codes].tolist()
    assert ((settled >= 128) == (codes >= 128)).all()
    assert levels.settled(settled).tolist() == settled.tolist()


@pytest.mark.parametrize(("bits", "error"), [(4, 0.0975), (5, 0.0500), (6, 0.0255), (7, 0.0133)])
def test_numbers_are_off_by_little_more_than_the_best_levels_allow(bits: int, error: float) -> None:
    """Root mean square of what is lost of normal numbers, beside what Lloyd's and Max's tables give."""
    numbers = np.random.default_rng(1).normal(size=(1000, 200))
    step = 4.5 / 127
    codes = (np.clip(np.rint(numbers / step), -127, 127) + 128).astype(np.uint8)
    lost = numbers - levels_of(bits).turned(codes, step)
    assert np.sqrt(np.mean(lost**2)) == pytest.approx(error, rel=0.07)


def made(bits: int, folder: Path) -> tuple[np.ndarray, Quantizer, VectorIndex]:
    quantizer, vectors = Quantizer.plain(DIMENSIONS), unit_rows(3000, 2)
    codes = quantizer.encode(vectors)
    build_vectors(Coded(codes, quantizer), most_bits=bits).save(folder / "x.faiss")
    return codes, quantizer, open_vectors(folder / "x.faiss")


@pytest.mark.parametrize("bits", BITS)
def test_an_index_of_few_bits_holds_the_middles_of_the_levels(tmp_path: Path, bits: int) -> None:
    """Opened again, in so many bits and no more, and scored with what it holds."""
    codes, quantizer, index = made(bits, tmp_path)
    levels = levels_of(bits)
    assert index.bits == bits
    assert (tmp_path / "x.faiss").stat().st_size < 3000 * DIMENSIONS * (bits - 1) / 8 + 3000
    raw = faiss.read_index(str(tmp_path / "x.faiss"))
    turned = levels.turned(codes, quantizer.step)
    np.testing.assert_array_equal(raw.reconstruct_n(0, len(codes)), np.abs(turned))
    kept, query = index.vectors(), unit_rows(1, 3)[0]
    np.testing.assert_allclose(kept, turned_back(turned), atol=1e-6)
    np.testing.assert_allclose(index.scores(query, np.arange(3000)), kept @ query, atol=1e-5)
    found = index.search(query, 10)
    np.testing.assert_allclose(found.scores, (kept @ query)[found.rows], atol=1e-5)


@pytest.mark.parametrize("bits", BITS)
def test_codes_taken_over_make_the_same_index_again(tmp_path: Path, bits: int) -> None:
    """File by file: also the signs, and how many rows are looked at."""
    codes, quantizer, index = made(bits, tmp_path)
    taken = index.codes(np.arange(len(index)), quantizer)
    np.testing.assert_array_equal(taken, levels_of(bits).settled(codes))
    again = tmp_path / "again"
    build_vectors(Coded(taken, quantizer), most_bits=bits).save(again / "x.faiss")
    for name in ("x.faiss", "x.signs.faiss"):
        assert (again / name).read_bytes() == (tmp_path / name).read_bytes()
    build_vectors(index.vectors(), most_bits=bits).save(again / "x.faiss")
    assert (again / "x.faiss").read_bytes() == (tmp_path / "x.faiss").read_bytes()


@pytest.mark.parametrize("share", [0.5, 0.01, 0.0])
def test_a_filter_on_an_index_of_few_bits(tmp_path: Path, share: float) -> None:
    """Finds the nearest of those that pass, however few they are, and copies in the order of their rows."""
    _, _, index = made(7, tmp_path)
    kept, allowed = index.vectors(), np.random.default_rng(4).random(3000) < share
    for query in unit_rows(10, 5):
        scores = kept @ query
        rows = sorted(np.flatnonzero(allowed), key=lambda row: (-scores[row], row))[:5]
        assert index.search(query, 5, allowed).rows.tolist() == rows
    assert [len(near.rows) for near in index.nearest(unit_rows(3, 6), 4)] == [4, 4, 4]
    assert len(index.search(unit_rows(1, 7)[0], 3000).rows) == 3000


def test_copies_in_an_index_of_few_bits_are_found_in_the_order_of_their_rows(tmp_path: Path) -> None:
    vectors = unit_rows(3000, 8)
    vectors[5::60] = vectors[5]
    index = build_vectors(vectors, most_bits=7)
    assert index.search(vectors[5], 7).rows.tolist() == list(range(5, 425, 60))


def test_no_rows_of_an_index_of_few_bits(tmp_path: Path) -> None:
    _, quantizer, index = made(5, tmp_path)
    nothing = np.zeros(0, dtype=np.int64)
    assert index.take(nothing).shape == index.codes(nothing, quantizer).shape == (0, DIMENSIONS)


def test_a_quantizer_with_a_center_keeps_its_bytes() -> None:
    """As do dimensions that do not fill whole bytes: levels are one table for all dimensions."""
    codes = np.full((3000, DIMENSIONS), 128, dtype=np.uint8)
    centered = Quantizer(Quantizer.plain(DIMENSIONS).step, np.ones(DIMENSIONS, dtype=np.float32))
    assert build_vectors(Coded(codes, centered), most_bits=4).bits == 8
    assert build_vectors(Coded(codes[:, :50], Quantizer.plain(50)), most_bits=4).bits == 8
