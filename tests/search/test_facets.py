"""Filters let the right documents pass, and counts are those of a plain count."""

import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index.store import DocumentStore
from index.types import Document
from search.facets import DocumentFacts
from search.types import SearchRequest

DAYS = ["2023-09-26", "2023-12-31", "2024-01-01", None, "0999-05-05"]
DOCUMENTS = [
    Document(
        str(number),
        "x",
        language=language,
        date=datetime.date.fromisoformat(day) if day else None,
        source=source,
    )
    for number, (language, day, source) in enumerate(
        zip(["en", "ar", "ur", "ar", "fr"], DAYS, ["Courier", "الصحيفة", "Courier", "", "Gazette"], strict=True)
    )
]


@pytest.fixture
def facts(tmp_path: Path) -> DocumentFacts:
    writing = DocumentStore.create(tmp_path / "documents.db")
    for number, document in enumerate(DOCUMENTS):
        writing.add(number, document)
    writing.close()
    return DocumentFacts(DocumentStore.open(tmp_path / "documents.db"))


@pytest.mark.parametrize(
    ("filters", "passing"),
    [
        ({"sources": ("Courier",)}, [0, 2]),
        ({"sources": ("Courier", "الصحيفة")}, [0, 1, 2]),
        ({"sources": ("courier",)}, []),
        ({"date_from": datetime.date(2023, 12, 31)}, [1, 2]),
        ({"date_to": datetime.date(2023, 12, 31)}, [0, 1, 4]),
        ({"date_from": datetime.date(2023, 9, 26), "date_to": datetime.date(2023, 9, 26)}, [0]),
        ({"date_from": datetime.date(1, 1, 1)}, [0, 1, 2, 4]),
        ({"sources": ("Courier",), "date_from": datetime.date(2024, 1, 1)}, [2]),
    ],
)
def test_filters(facts: DocumentFacts, filters: dict[str, Any], passing: list[int]) -> None:
    """Days are inclusive; a document without a date passes no filter on dates."""
    allowed = facts.allowed(SearchRequest("q", **filters))
    assert allowed is not None
    assert [number for number in range(5) if allowed[number]] == passing


def test_no_filter_lets_everything_pass(facts: DocumentFacts) -> None:
    assert facts.allowed(SearchRequest("q", languages=("ar",))) is None


def test_counts(facts: DocumentFacts) -> None:
    """The commonest first, equal ones by name, what is empty left out."""
    counts = facts.counts(np.array([4, 3, 2, 1, 0]))
    assert {name: list(values.items()) for name, values in counts.items()} == {
        "language": [("ar", 2), ("en", 1), ("fr", 1), ("ur", 1)],
        "source": [("Courier", 2), ("Gazette", 1), ("الصحيفة", 1)],
        "year": [("2023", 2), ("0999", 1), ("2024", 1)],
    }


def test_counts_of_nothing(facts: DocumentFacts) -> None:
    assert facts.counts(np.zeros(0, np.int64)) == {"language": {}, "source": {}, "year": {}}
