"""Records become rows whatever batches and preparers they pass through."""

from pathlib import Path
from tempfile import gettempdir

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.cuts import Cuts, NewRows
from index.preparing import Preparer
from index.settings import IndexSettings
from index.types import RawDocument
from tests.fakes import ARTICLES

RAW = [RawDocument(**{key: article[key] for key in ("id", "text", "title", "language")}) for article in ARTICLES]
SETTINGS = IndexSettings(chunk_words=12, overlap_words=3)


def cut(batches: list[tuple[int, int]]) -> tuple[NewRows, list[list[str]], np.ndarray]:
    """The rows of all articles, taken in turn, the pieces of each, and the sketches.

    A batch names a preparer and its size.
    """
    preparers = {number: Preparer(SETTINGS, number) for number, _ in batches}
    first = 0
    with Cuts(Path(gettempdir())) as cuts:
        for number, size in batches:
            cuts.add(preparers[number].records(RAW[first : first + size]).cut)
            first += size
        cuts.add(Preparer(SETTINGS, -1).records(RAW[first:]).cut)
        rows, sketches = cuts.rows(), cuts.sketches()
    lists = (rows.pieces.take(np.array([row])).values.tolist() for row in range(len(rows)))
    return rows, [[cuts.spelled[number] for number in pieces] for pieces in lists], sketches


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3)), max_size=5))
def test_rows_do_not_depend_on_who_prepared_them(batches: list[tuple[int, int]]) -> None:
    rows, pieces, sketches = cut(batches)
    whole, expected, all_sketches = cut([])
    assert pieces == expected
    for name in ("counts", "starts", "ends", "hashes"):
        np.testing.assert_array_equal(getattr(rows, name), getattr(whole, name))
    np.testing.assert_array_equal(sketches, all_sketches)


def test_a_numbering_that_grew_long_is_begun_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """And the rows say the same."""
    expected = cut([])[1]
    monkeypatch.setattr("index.preparing._PIECES_KEPT", 5)
    preparer = Preparer(SETTINGS)
    assert [preparer.records([raw]).cut.first_piece for raw in RAW] == [0] * len(RAW)
    assert cut([(0, 1)] * 4)[1] == expected


def test_pieces_of_a_row_spell_what_is_embedded() -> None:
    _, pieces, _ = cut([])
    assert pieces[0] == f"{RAW[0].title} {RAW[0].text}".split()[: len(pieces[0])]


def test_documents_can_be_taken_in_another_order() -> None:
    rows, _, _ = cut([])
    order = np.array([3, 0, 0])
    taken = rows.take(order)
    starts = np.concatenate([[0], np.cumsum(rows.counts)])
    expected = np.concatenate([np.arange(starts[one], starts[one + 1]) for one in order])
    np.testing.assert_array_equal(taken.hashes, rows.hashes[expected])
    assert taken.pieces.values.tolist() == rows.pieces.take(expected).values.tolist()
