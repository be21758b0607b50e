"""Vector search gives what numpy gives by comparing everything with everything."""

from pathlib import Path

import faiss
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import IndexCorrupt
from index.types import Nearest
from index.vectorindex import VectorIndex
from index.vectors import build_vectors, open_vectors


def unit_rows(count: int, dimensions: int = 16, seed: int = 0) -> np.ndarray:
    rows = np.random.default_rng(seed).normal(size=(count, dimensions)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def best(scores: np.ndarray, k: int, allowed: np.ndarray | None = None) -> list[int]:
    """The k rows of the highest scores, equal ones by row: the oracle."""
    rows = [row for row in range(len(scores)) if allowed is None or allowed[row]]
    return sorted(rows, key=lambda row: (-scores[row], row))[:k]


def rows_of(found: Nearest) -> list[int]:
    return found.rows.tolist()


@pytest.mark.parametrize("k", [1, 7, 300, 1000])
@pytest.mark.parametrize("share", [None, 0.5, 0.02])
def test_search_finds_the_nearest_rows(k: int, share: float | None) -> None:
    """With and without a filter, also when more are asked for than there are."""
    vectors = unit_rows(300)
    index = build_vectors(vectors)
    allowed = None if share is None else np.random.default_rng(1).random(300) < share
    for query in unit_rows(5, seed=2):
        cosines = vectors @ query
        found = index.search(query, k, allowed)
        assert rows_of(found) == best(cosines, k, allowed)
        np.testing.assert_allclose(found.scores, cosines[rows_of(found)], atol=1e-6)


@given(st.lists(st.sampled_from([(1, 0), (0, 1), (-1, 0), (0, 0)]), min_size=1, max_size=30), st.integers(1, 32))
def test_equal_scores_are_ordered_by_row(rows: list[tuple[int, int]], k: int) -> None:
    """Also at the cut: of equal rows the first stay."""
    vectors = np.array(rows, np.float32)
    query = np.array([1, 0], np.float32)
    assert rows_of(build_vectors(vectors).search(query, k)) == best(vectors @ query, k)


@given(st.lists(st.sampled_from([(1, 0), (0, 1), (-1, 0)]), min_size=1, max_size=30), st.integers(1, 32))
def test_nearest_orders_equal_scores_by_row(rows: list[tuple[int, int]], k: int) -> None:
    vectors = np.array(rows, np.float32)
    queries = np.array([[1, 0], [0, 1]], np.float32)
    found = build_vectors(vectors).nearest(queries, k)
    assert [rows_of(near) for near in found] == [best(vectors @ query, k) for query in queries]


def test_nearest_answers_each_query() -> None:
    vectors = unit_rows(200)
    queries = unit_rows(30, seed=3)
    found = build_vectors(vectors).nearest(queries, 5)
    assert [rows_of(near) for near in found] == [best(vectors @ query, 5) for query in queries]
    np.testing.assert_allclose(found[4].scores, (vectors @ queries[4])[rows_of(found[4])], atol=1e-6)


def test_copies_of_a_vector_are_found_in_the_order_of_their_rows() -> None:
    """However many queries are asked at once, and though sums may round differently."""
    singles = unit_rows(40, dimensions=50)
    index = build_vectors(np.vstack([singles, singles, singles]))
    for count in (1, 5, 30):
        queries = unit_rows(count, dimensions=50, seed=5)
        for query, near in zip(queries, index.nearest(queries, 4), strict=True):
            first, second = best(singles.astype(np.float64) @ query, 2)
            assert rows_of(near) == [first, first + 40, first + 80, second]


def test_a_filter_that_lets_nothing_pass_finds_nothing() -> None:
    assert build_vectors(unit_rows(5)).search(unit_rows(1)[0], 3, np.zeros(5, bool)).rows.tolist() == []


def test_scores_of_given_rows_are_cosines() -> None:
    vectors, query = unit_rows(50), unit_rows(1, seed=4)[0]
    rows = np.array([7, 3, 3, 49], np.int64)
    np.testing.assert_allclose(build_vectors(vectors).scores(query, rows), vectors[rows] @ query, atol=1e-6)


def test_an_empty_index_finds_nothing() -> None:
    index = build_vectors(np.zeros((0, 16), np.float32))
    query = unit_rows(1)
    assert (len(index), index.dimensions) == (0, 16)
    assert rows_of(index.search(query[0], 3)) == []
    assert [rows_of(near) for near in index.nearest(query, 3)] == [[]]
    assert index.scores(query[0], np.zeros(0, np.int64)).tolist() == []
    assert index.vectors().shape == (0, 16)


def test_nothing_asked_for_is_nothing_found() -> None:
    index = build_vectors(unit_rows(5))
    assert rows_of(index.search(unit_rows(1)[0], 0)) == []
    assert index.nearest(np.zeros((0, 16), np.float32), 3) == []


@pytest.mark.parametrize("bad", [2.0, 0.9, np.nan, np.inf])
def test_rows_of_another_length_are_refused(bad: float) -> None:
    vectors = unit_rows(5)
    vectors[3] *= bad
    with pytest.raises(ValueError, match="expected 1 or 0"):
        build_vectors(vectors)


def test_a_text_without_a_known_word_is_a_row_of_zeros() -> None:
    vectors = unit_rows(3)
    vectors[1] = 0
    index = build_vectors(vectors)
    assert dict(zip(*index.search(vectors[0], 3), strict=True))[1] == 0.0


def test_an_index_comes_back_from_the_disk(tmp_path: Path) -> None:
    vectors = unit_rows(20)
    build_vectors(vectors).save(tmp_path / "new" / "en.faiss")
    opened = open_vectors(tmp_path / "new" / "en.faiss")
    np.testing.assert_array_equal(opened.vectors(), vectors)
    assert rows_of(opened.search(vectors[11], 4)) == best(vectors @ vectors[11], 4)
    allowed = np.arange(20) != 11
    assert rows_of(opened.search(vectors[11], 4, allowed)) == best(vectors @ vectors[11], 4, allowed)


@pytest.mark.parametrize("content", [None, b"", b"no index at all"])
def test_a_damaged_file_is_corrupt(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "en.faiss"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(IndexCorrupt, match=r"en\.faiss cannot be read by faiss; rebuild the index or roll back"):
        open_vectors(path)


DIMENSIONS = 64
ROUNDING = 6e-3  # of a cosine of 64 bytes: five standard deviations of 64 errors of a twelfth of a step squared


def clustered_rows(count: int) -> np.ndarray:
    """Unit rows around forty centres, as the chunks of a corpus lie around its subjects."""
    random = np.random.default_rng(6)
    centres = unit_rows(40, DIMENSIONS, seed=7)
    rows = centres[random.integers(0, 40, count)] + 0.1 * random.normal(size=(count, DIMENSIONS))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> tuple[np.ndarray, VectorIndex]:
    """Vectors and an index of them that is large enough to be kept in bytes, built, saved and opened."""
    monkeypatch.setattr("index.vectors.EXACT_UP_TO", 1000)
    vectors = clustered_rows(4000)
    build_vectors(vectors).save(tmp_path / "en.faiss")
    return vectors, open_vectors(tmp_path / "en.faiss")


def test_a_large_index_finds_nearly_all_that_an_exact_search_finds(large: tuple[np.ndarray, VectorIndex]) -> None:
    """97 of the 100 nearest to queries it was not tuned on, with scores as near as bytes allow."""
    vectors, index = large
    shares = []
    for query in clustered_rows(4100)[-100:]:
        cosines = vectors @ query
        found = index.search(query, 10)
        assert (np.diff(found.scores) <= 0).all()
        np.testing.assert_allclose(found.scores, cosines[rows_of(found)], atol=ROUNDING)
        shares.append(len(set(rows_of(found)) & set(best(cosines, 10))) / 10)
    assert np.mean(shares) >= 0.97


def test_a_filter_on_a_large_index_misses_nothing(large: tuple[np.ndarray, VectorIndex]) -> None:
    """However few rows it lets pass."""
    vectors, index = large
    allowed = np.random.default_rng(8).random(len(vectors)) < 0.005
    for query in unit_rows(20, DIMENSIONS, seed=9):
        found = rows_of(index.search(query, 50, allowed))
        assert sorted(found) == np.flatnonzero(allowed).tolist()


def test_rows_of_a_large_index_can_be_read_back(large: tuple[np.ndarray, VectorIndex]) -> None:
    vectors, index = large
    assert (np.einsum("ij,ij->i", index.vectors(), vectors) > 0.98).all()
    rows = np.array([3999, 0, 17], np.int64)
    np.testing.assert_allclose(index.scores(vectors[5], rows), vectors[rows] @ vectors[5], atol=ROUNDING)
    assert (len(index), index.dimensions) == (4000, DIMENSIONS)


def test_rows_read_back_from_a_large_index_can_be_indexed_again(large: tuple[np.ndarray, VectorIndex]) -> None:
    """As a rebuild does; nothing is lost a second time."""
    _, index = large
    np.testing.assert_array_equal(build_vectors(index.vectors()).vectors(), index.vectors())


@pytest.mark.parametrize(
    ("count", "rows"), [(3, [0, 4, 9]), (1, [0]), (2, [0, 9]), (10, list(range(10))), (99, list(range(10)))]
)
def test_a_sample_is_evenly_spaced(count: int, rows: list[int]) -> None:
    vectors = unit_rows(10)
    np.testing.assert_array_equal(build_vectors(vectors).sample(count), vectors[rows])


def test_a_sample_of_nothing() -> None:
    assert build_vectors(np.zeros((0, 16), np.float32)).sample(3).shape == (0, 16)


def test_a_sample_of_a_large_index(large: tuple[np.ndarray, VectorIndex]) -> None:
    _, index = large
    np.testing.assert_allclose(index.sample(2), index.vectors()[[0, 3999]], atol=1e-6)


def test_a_large_index_scores_what_it_finds_with_its_bytes(large: tuple[np.ndarray, VectorIndex]) -> None:
    """With and without a filter: the scores are those of the rows as they are read back, and order them."""
    vectors, index = large
    kept = index.vectors()
    allowed = np.random.default_rng(10).random(len(vectors)) < 0.5
    for query in clustered_rows(4020)[-20:]:
        for passing in (None, allowed):
            found = index.search(query, 10, passing)
            np.testing.assert_allclose(found.scores, kept[rows_of(found)] @ query, atol=1e-6)
            assert sorted(zip(-found.scores, found.rows, strict=True)) == list(
                zip(-found.scores, found.rows, strict=True)
            )
            assert passing is None or passing[rows_of(found)].all()


def test_a_filter_that_lets_half_of_a_large_index_pass_finds_the_nearest(large: tuple[np.ndarray, VectorIndex]) -> None:
    """All that pass it are scored, or so many that nothing is missed."""
    vectors, index = large
    kept = index.vectors()
    allowed = np.random.default_rng(10).random(len(vectors)) < 0.5
    for query in clustered_rows(4020)[-20:]:
        assert rows_of(index.search(query, 10, allowed)) == best(kept @ query, 10, allowed)


def test_a_filter_that_lets_nothing_of_a_large_index_pass_finds_nothing(large: tuple[np.ndarray, VectorIndex]) -> None:
    vectors, index = large
    assert rows_of(index.search(vectors[0], 10, np.zeros(len(vectors), bool))) == []


def test_copies_in_a_large_index_are_found_in_the_order_of_their_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the cut goes through them."""
    monkeypatch.setattr("index.vectors.EXACT_UP_TO", 1000)
    vectors = clustered_rows(4000)
    vectors[7::40] = vectors[7]
    index = build_vectors(vectors)
    copies = np.arange(7, 4000, 40)
    for k in (1, 3, 50, 90, 97):
        assert rows_of(index.search(vectors[7], k)) == copies[:k].tolist()
        assert rows_of(index.search(vectors[7], k, np.arange(4000) > 100)) == copies[3:][:k].tolist()
        assert (
            rows_of(index.search(vectors[7], k, np.arange(4000) > 3500))[:10]
            == copies[copies > 3500][: min(k, 10)].tolist()
        )


def test_bytes_and_signs_that_do_not_belong_together_are_corrupt(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("index.vectors.EXACT_UP_TO", 100)
    build_vectors(clustered_rows(200)).save(tmp_path / "en.faiss")
    build_vectors(clustered_rows(300)).save(tmp_path / "ar.faiss")
    (tmp_path / "ar.signs.faiss").replace(tmp_path / "en.signs.faiss")
    with pytest.raises(IndexCorrupt, match="200 rows but signs of 300"):
        open_vectors(tmp_path / "en.faiss")
    with pytest.raises(IndexCorrupt, match=r"ar\.signs\.faiss cannot be read by faiss"):
        open_vectors(tmp_path / "ar.faiss")


def test_an_index_of_another_kind_is_corrupt(tmp_path: Path) -> None:
    faiss.write_index(faiss.IndexLSH(16, 16), str(tmp_path / "en.faiss"))
    with pytest.raises(IndexCorrupt, match=r"en\.faiss holds faiss' IndexLSH, not floats or bytes; rebuild"):
        open_vectors(tmp_path / "en.faiss")
