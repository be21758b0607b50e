"""Chunks are gathered by their documents: the best score of each, and the chunk to show."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from search.grouping import group

CHUNKS = st.lists(st.tuples(st.integers(0, 5), st.integers(-3, 3), st.integers(0, 3)), max_size=20).map(sorted)


def gathered(chunks: list[tuple[int, int, int]]) -> dict[int, list[int]]:
    """The positions of each document's chunks, by document: the oracle."""
    positions: dict[int, list[int]] = {}
    for place, (document, *_) in enumerate(chunks):
        positions.setdefault(document, []).append(place)
    return dict(sorted(positions.items()))


@given(CHUNKS)
def test_a_document_has_the_highest_of_its_chunks(chunks: list[tuple[int, int, int]]) -> None:
    """In each of several rows of scores; the highest may be those of different chunks."""
    documents, *scores = np.array(chunks, dtype=np.int64).reshape(-1, 3).T
    grouped = group(documents)
    positions = gathered(chunks)
    assert grouped.numbers.tolist() == list(positions)
    expected = [[max(row[place] for place in places) for places in positions.values()] for row in scores]
    assert grouped.highest(np.array(scores)).tolist() == expected
    assert grouped.highest(scores[0]).tolist() == expected[0]


@given(CHUNKS)
def test_the_chunk_shown_is_the_first_of_the_best(chunks: list[tuple[int, int, int]]) -> None:
    documents, scores, _ = np.array(chunks, dtype=np.int64).reshape(-1, 3).T
    expected = [min(places, key=lambda place: (-scores[place], place)) for places in gathered(chunks).values()]
    assert group(documents).best_chunks(scores).tolist() == expected
