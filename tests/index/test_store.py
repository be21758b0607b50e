"""Documents go into the store and come out as they were, by number and by id."""

import datetime
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from index.errors import IndexCorrupt
from index.store import DocumentStore, SegmentWriter, columns_of, id_digest
from index.types import Document
from tests.fakes import stored

DOCUMENTS = [
    Document(
        "a/b.txt", "Text.\nMore 'text'.", "Title", "en", "https://example.org", datetime.date(2023, 9, 26), "Courier"
    ),
    Document("خبر", "مُحَمَّد ملاقات 📰", "عنوان", "ar"),
    Document("'; drop table documents; --", "x", "", "und", "", datetime.date(1, 1, 1)),
]


@pytest.fixture
def store(tmp_path: Path) -> DocumentStore:
    return stored(tmp_path, DOCUMENTS)


def test_documents_come_back_whole_by_number(store: DocumentStore) -> None:
    assert store.get([2, 0, 1]) == dict(enumerate(DOCUMENTS))
    assert store.get([1]) == {1: DOCUMENTS[1]}
    assert store.get([]) == {}


def test_documents_are_found_by_id(store: DocumentStore) -> None:
    for number, document in enumerate(DOCUMENTS):
        assert store.find(document.id) == (number, document)
    assert store.find("a/b") is None
    assert store.find("") is None


def test_facts_come_in_the_order_of_numbers(store: DocumentStore) -> None:
    """Read from the segments, and as they are saved beside them."""
    for facts in (store.facts, DocumentStore.open(store.paths[0].parent).facts):
        assert list(facts) == [
            ("en", datetime.date(2023, 9, 26), "Courier"),
            ("ar", None, ""),
            ("und", datetime.date(1, 1, 1), ""),
        ]


def test_a_number_that_is_not_there_is_corrupt(store: DocumentStore) -> None:
    with pytest.raises(IndexCorrupt, match=r"lacks documents \[7\]; rebuild the index or roll back"):
        store.get([0, 7])


def test_more_numbers_than_a_statement_takes(tmp_path: Path) -> None:
    documents = [Document(f"d{number}", f"text {number}") for number in range(2500)]
    assert stored(tmp_path, documents).get(range(2500)) == dict(enumerate(documents))


def test_documents_lie_in_several_segments_in_an_order_of_their_own(tmp_path: Path) -> None:
    """What is in a segment and not in the order is gone."""
    for name, documents in (("a", DOCUMENTS[:2]), ("b", DOCUMENTS[2:])):
        writer = SegmentWriter(tmp_path / f"{name}.db")
        writer.add(map(columns_of, documents))
        writer.close()
    order = [2, 0]
    ids = np.array([list(id_digest(DOCUMENTS[number].id)) for number in order], dtype=np.uint8)
    places = (np.array([1, 0], np.int16), np.array([0, 0], np.int32), ids, np.zeros(2, np.int8))
    DocumentStore([tmp_path / "a.db", tmp_path / "b.db"], *places).save(tmp_path)
    store = DocumentStore.open(tmp_path)
    assert store.get([0, 1]) == {0: DOCUMENTS[2], 1: DOCUMENTS[0]}
    assert store.find(DOCUMENTS[0].id) == (1, DOCUMENTS[0])
    assert store.find(DOCUMENTS[1].id) is None
    assert [language for language, _, _ in store.facts] == ["und", "en"]


def test_documents_are_copied_from_segment_to_segment(tmp_path: Path, store: DocumentStore) -> None:
    writer = SegmentWriter(tmp_path / "new" / "1.db")
    writer.add([columns_of(Document("first", "x"))])
    assert writer.copy(store.paths[0], [2, 1]) == 1
    assert (writer.id_of(0), writer.id_of(1)) == ("first", DOCUMENTS[2].id)
    writer.close()
    ids = np.array([list(id_digest(identity)) for identity in (DOCUMENTS[2].id, DOCUMENTS[1].id)], dtype=np.uint8)
    places = (np.zeros(2, np.int16), np.array([1, 2], np.int32), ids, np.zeros(2, np.int8))
    assert DocumentStore([writer.path], *places).get([0, 1]) == {0: DOCUMENTS[2], 1: DOCUMENTS[1]}


def test_arrays_of_different_lengths_are_corrupt(store: DocumentStore) -> None:
    with pytest.raises(IndexCorrupt, match="disagree"):
        DocumentStore(store.paths, store.segments[:1], store.rows, store.ids, store.partitions)
    with pytest.raises(IndexCorrupt, match="in 0 segments disagree"):
        DocumentStore([], store.segments, store.rows, store.ids, store.partitions)


def test_the_store_counts_its_documents(store: DocumentStore) -> None:
    assert len(store) == 3


def test_threads_may_share_a_store(store: DocumentStore) -> None:
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda number: store.get([number % 3])[number % 3], range(200)))
    assert found == [DOCUMENTS[number % 3] for number in range(200)]


def test_a_folder_name_with_special_characters(tmp_path: Path) -> None:
    (tmp_path / "odd ?#%20&name").mkdir()
    assert stored(tmp_path / "odd ?#%20&name", DOCUMENTS).get([0]) == {0: DOCUMENTS[0]}


def test_a_missing_file_is_corrupt(store: DocumentStore) -> None:
    store.paths[0].unlink()
    with pytest.raises(IndexCorrupt, match="rebuild the index or roll back"):
        DocumentStore.open(store.paths[0].parent)


def test_a_file_that_is_no_database_is_corrupt(store: DocumentStore) -> None:
    store.paths[0].write_bytes(b"not a database, but long enough to look like one " * 200)
    with pytest.raises(IndexCorrupt, match="cannot be read"):
        DocumentStore.open(store.paths[0].parent).get([0])
