"""A quick look at vectors, against the exact one."""

import numpy as np

from index.coarse import Coarse
from index.types import Vectors


def clustered(count: int, seed: int) -> Vectors:
    """Unit vectors of 128 dimensions that differ most in a few of them, as embeddings do."""
    drawn = np.random.default_rng(seed).normal(size=(count, 128)) * np.linspace(1.0, 0.05, 128)
    return (drawn / np.linalg.norm(drawn, axis=1, keepdims=True)).astype(np.float32)


def test_what_looks_likely_holds_the_nearest() -> None:
    vectors, queries = clustered(5_000, 1), clustered(20, 2)
    likely = Coarse.build(vectors).likely(queries, 128)
    assert likely.shape == (20, 128)
    nearest = np.argsort(-(queries @ vectors.T), axis=1)[:, :20]
    share = np.mean([np.isin(exact, rows).mean() for exact, rows in zip(nearest, likely, strict=True)])
    assert share > 0.98


def test_likely_rows_ascend_and_differ() -> None:
    likely = Coarse.build(clustered(500, 3)).likely(clustered(4, 4), 60)
    assert (np.diff(likely, axis=1) > 0).all()


def test_scores_are_exact_to_sixteen_bits() -> None:
    vectors, queries = clustered(300, 5), clustered(3, 6)
    rows = np.array([[0, 7, 299], [1, 2, 3], [5, 6, 200]])
    expected = np.einsum("qd,qcd->qc", queries, vectors[rows])
    np.testing.assert_allclose(Coarse.build(vectors).scores(queries, rows), expected, atol=2e-3)


def test_all_rows_may_be_asked_for() -> None:
    assert Coarse.build(clustered(10, 7)).likely(clustered(1, 8), 10).tolist() == [list(range(10))]
