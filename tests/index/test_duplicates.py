"""Near-duplicates: clusters of documents, named by their first."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.duplicates import Clusters
from index.errors import IndexCorrupt


def clusters_of(labels: list[int]) -> Clusters:
    """Clusters of documents that have the same label."""
    return Clusters(np.array([labels.index(label) for label in labels], dtype=np.int32))


@given(st.lists(st.integers(0, 5), max_size=20))
def test_members_are_all_documents_of_a_cluster(labels: list[int]) -> None:
    clusters = clusters_of(labels)
    for number, label in enumerate(labels):
        assert clusters.members(number).tolist() == [place for place, other in enumerate(labels) if other == label]


def test_clusters_come_back_from_the_disk(tmp_path: Path) -> None:
    clusters_of([7, 8, 7]).save(tmp_path)
    assert Clusters.open(tmp_path).of_document.tolist() == [0, 1, 0]


@pytest.mark.parametrize("of_document", [[1, 1], [-1], [0, 0, 1]])
def test_a_cluster_not_named_by_its_first_document_is_corrupt(of_document: list[int]) -> None:
    with pytest.raises(IndexCorrupt, match="rebuild the index"):
        Clusters(np.array(of_document, dtype=np.int32))
