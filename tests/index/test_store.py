"""Documents go into the store and come out as they were, by number and by id."""

import datetime
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from index.errors import IndexCorrupt
from index.store import DocumentStore
from index.types import Document

DOCUMENTS = [
    Document(
        "a/b.txt", "Text.\nMore 'text'.", "Title", "en", "https://example.org", datetime.date(2023, 9, 26), "Courier"
    ),
    Document("خبر", "مُحَمَّد ملاقات 📰", "عنوان", "ar"),
    Document("'; drop table documents; --", "x", "", "und", "", datetime.date(1, 1, 1)),
]


@pytest.fixture
def store(tmp_path: Path) -> DocumentStore:
    return fill(tmp_path / "documents.db", DOCUMENTS)


def fill(path: Path, documents: list[Document]) -> DocumentStore:
    writing = DocumentStore.create(path)
    for number, document in enumerate(documents):
        writing.add(number, document)
    writing.close()
    return DocumentStore.open(path)


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
    assert list(store.facts()) == [
        (0, "en", "2023-09-26", "Courier"),
        (1, "ar", "", ""),
        (2, "und", "0001-01-01", ""),
    ]


def test_a_number_that_is_not_there_is_corrupt(store: DocumentStore) -> None:
    with pytest.raises(IndexCorrupt, match=r"lacks documents \[7\]; rebuild the index or roll back"):
        store.get([0, 7])


def test_more_numbers_than_a_statement_takes(tmp_path: Path) -> None:
    documents = [Document(f"d{number}", f"text {number}") for number in range(2500)]
    assert fill(tmp_path / "many.db", documents).get(range(2500)) == dict(enumerate(documents))


def test_an_id_is_stored_once(tmp_path: Path) -> None:
    writing = DocumentStore.create(tmp_path / "documents.db")
    writing.add(0, DOCUMENTS[0])
    with pytest.raises(sqlite3.IntegrityError):
        writing.add(1, DOCUMENTS[0])
    writing.close()


def test_the_store_counts_its_documents(store: DocumentStore) -> None:
    assert len(store) == 3


def test_an_opened_store_cannot_be_written(store: DocumentStore) -> None:
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        store.add(3, Document("new", "x"))


def test_threads_may_share_a_store(store: DocumentStore) -> None:
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda number: store.get([number % 3])[number % 3], range(200)))
    assert found == [DOCUMENTS[number % 3] for number in range(200)]


def test_a_folder_name_with_special_characters(tmp_path: Path) -> None:
    (tmp_path / "odd ?#%20&name").mkdir()
    assert fill(tmp_path / "odd ?#%20&name" / "documents.db", DOCUMENTS).get([0]) == {0: DOCUMENTS[0]}


def test_a_missing_file_is_corrupt(tmp_path: Path) -> None:
    with pytest.raises(IndexCorrupt, match=r"documents\.db is missing"):
        DocumentStore.open(tmp_path / "documents.db")


def test_a_file_that_is_no_database_is_corrupt(tmp_path: Path) -> None:
    (tmp_path / "documents.db").write_bytes(b"not a database, but long enough to look like one " * 200)
    with pytest.raises(IndexCorrupt, match="cannot be read"):
        list(DocumentStore.open(tmp_path / "documents.db").facts())
