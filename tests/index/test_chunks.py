"""The chunk table says which row is which slice of which document."""

from pathlib import Path

import numpy as np
import pytest

from index.chunks import ChunkTable
from index.errors import IndexCorrupt

ENTRIES = [(0, 0, 12), (0, 10, 30), (4, 5, 9)]
HASHES = [bytes([n]) * 16 for n in (1, 2, 255)]


def test_a_table_comes_back_from_the_disk(tmp_path: Path) -> None:
    ChunkTable.build(ENTRIES, HASHES).save(tmp_path / "en")
    table = ChunkTable.open(tmp_path / "en")
    assert len(table) == 3
    assert list(zip(table.documents.tolist(), table.starts.tolist(), table.ends.tolist(), strict=True)) == ENTRIES
    assert [row.tobytes() for row in table.hashes] == HASHES


def test_an_empty_table_comes_back_from_the_disk(tmp_path: Path) -> None:
    ChunkTable.build([], []).save(tmp_path)
    assert len(ChunkTable.open(tmp_path)) == 0


def test_columns_that_disagree_are_corrupt() -> None:
    table = ChunkTable.build(ENTRIES, HASHES)
    with pytest.raises(IndexCorrupt, match=r"columns of lengths \[2, 3\]"):
        ChunkTable(table.documents, table.starts[:2], table.ends, table.hashes)


def test_a_missing_column_is_corrupt(tmp_path: Path) -> None:
    ChunkTable.build(ENTRIES, HASHES).save(tmp_path)
    (tmp_path / "ends.npy").unlink()
    with pytest.raises(IndexCorrupt, match=r"ends\.npy"):
        ChunkTable.open(tmp_path)


def test_wide_tables_keep_their_numbers() -> None:
    table = ChunkTable.build([(2_000_000_000, 0, 2_000_000_000)], [b"x" * 16])
    assert (int(table.documents[0]), int(table.ends[0])) == (2_000_000_000, 2_000_000_000)
    assert table.documents.dtype == np.int32
