"""A generation is opened only when its parts agree."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from index.build import build_index
from index.chunks import ChunkTable
from index.errors import IndexCorrupt, IndexIncompatible, StoredIndexError
from index.generations import Generations
from index.manifest import Manifest
from index.settings import IndexSettings
from index.snapshot import Partition, Snapshot
from index.vectors import build_vectors
from tests.fakes import ARTICLES, DIMENSIONS, FakeEncoder, write_json_lines


@pytest.fixture
def index(tmp_path: Path) -> Path:
    source = write_json_lines(tmp_path / "articles.jsonl", ARTICLES)
    build_index([source], tmp_path / "index", IndexSettings(), FakeEncoder(), FakeEncoder())
    return tmp_path / "index"


def test_a_row_is_the_same_chunk_in_every_part(article_index: Path) -> None:
    """Its vector is that of its title and text, and its words stand in its postings."""
    snapshot = Snapshot.open(article_index)
    encoder = FakeEncoder()
    seen = []
    for language, part in snapshot.partitions.items():
        for row in range(len(part)):
            number = int(part.chunks.documents[row])
            document = snapshot.store.get([number])[number]
            chunk = part.chunk(row, document)
            assert chunk.text == document.text[chunk.start : chunk.end] != ""
            expected = encoder.encode_passages([f"{document.title}\n{chunk.text}"])[0]
            np.testing.assert_allclose(part.vectors.vectors()[row], expected, atol=1e-6)
            seen.append((language, document.id))
    assert sorted(seen) == sorted(
        [
            ("en", "moscow-en"),
            ("en", "quake-en"),
            ("en", "wheat-en"),
            ("ar", "moscow/ar"),
            ("ar", "quake-ar"),
            ("ur", "moscow-ur"),
            ("ur", "quake-ur"),
            ("und", "chess-fr"),
        ]
    )


def test_a_word_of_the_title_stands_in_the_postings(article_index: Path) -> None:
    """In the row of its document and in no other."""
    part = Snapshot.open(article_index).partitions["en"]
    term = part.lexical.terms.find("putin")
    assert term is not None
    assert [part.lexical.impact(term, row) > 0 for row in range(3)] == [True, False, False]


def test_a_name_is_filed_under_the_number_of_its_term(article_index: Path) -> None:
    for language, term in {"en": "kremlin", "ar": "کرمل", "ur": "کریملن"}.items():
        part = Snapshot.open(article_index).partitions[language]
        asked = "کریملین" if language == "en" else "kremlin"
        assert [part.lexical.terms[number] for number, _ in part.names.candidates([asked], 1)[0]] == [term]


def test_parts_with_different_numbers_of_rows_are_corrupt(article_index: Path) -> None:
    part = Snapshot.open(article_index).partitions["en"]
    short = build_vectors(np.eye(2, DIMENSIONS, dtype=np.float32))
    with pytest.raises(IndexCorrupt, match=r"parts of en .*'chunks': 3, 'vectors': 2, 'postings': 3"):
        Partition("en", part.chunks, short, part.lexical, part.vocabulary, part.names, part.crossings)
    empty = ChunkTable.build([], [])
    with pytest.raises(IndexCorrupt, match="parts of en"):
        Partition("en", empty, part.vectors, part.lexical, part.vocabulary, part.names, part.crossings)


def test_a_manifest_that_counts_otherwise_is_corrupt(index: Path) -> None:
    folder = Generations(index).current()
    manifest = Manifest.read(folder)
    replace(manifest, counts={**manifest.counts, "en": {"documents": 3, "chunks": 4}}).write(folder)
    with pytest.raises(IndexCorrupt, match="en has 3 chunks, not as the manifest says"):
        Snapshot.open(index)


@pytest.mark.parametrize(
    "name",
    [
        "chunks/en/starts.npy",
        "vectors/ar.faiss",
        "lexical/ur/once_places.npy",
        "vocabulary/en/numbers.npy",
        "names/und/codes.npy",
        "crossings/ar/starts.npy",
    ],
)
def test_a_missing_file_keeps_the_index_from_being_opened(index: Path, name: str) -> None:
    (Generations(index).current() / name).unlink()
    with pytest.raises(IndexCorrupt, match=f"{name} is missing; rebuild the index or roll back"):
        Snapshot.open(index)


def test_settings_of_another_version_are_an_index_error(index: Path) -> None:
    """So that a server that meets them answers 503, as for any index it cannot use."""
    folder = Generations(index).current()
    manifest = Manifest.read(folder)
    replace(manifest, settings={**manifest.settings, "stemming": True}).write(folder)
    with pytest.raises(StoredIndexError, match=r"stemming.*rebuild the index"):
        Snapshot.open(index)


@pytest.mark.parametrize(
    ("model", "translator", "message"),
    [
        ("another", "fake-1", r"built with bundled \(fake-1\), not with this bundled \(another\); rebuild the index"),
        ("fake-1", "another", "vocabulary of the index was embedded with another version"),
    ],
)
def test_other_models_than_at_building_are_refused(
    article_index: Path, model: str, translator: str, message: str
) -> None:
    snapshot = Snapshot.open(article_index)
    with pytest.raises(IndexIncompatible, match=message):
        snapshot.require_models(FakeEncoder(fingerprint=model), FakeEncoder(fingerprint=translator))
    snapshot.require_models(FakeEncoder(), FakeEncoder())
