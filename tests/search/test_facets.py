"""Filters let the right documents pass, and counts are those of a plain count."""

import datetime
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.types import Document
from search.facets import DocumentFacts
from search.types import SearchRequest
from tests.fakes import stored

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
    return DocumentFacts(stored(tmp_path, DOCUMENTS).facts)


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


def test_months(facts: DocumentFacts) -> None:
    """Of every document, those without a date under ""."""
    expected: dict[str, dict[str, int]] = {}
    for document in DOCUMENTS:
        month = document.date.isoformat()[:7] if document.date else ""
        counts = expected.setdefault(month, {})
        counts[document.language] = counts.get(document.language, 0) + 1
    assert facts.months() == expected
    assert sum(sum(counts.values()) for counts in expected.values()) == 5


def test_counts_of_nothing(facts: DocumentFacts) -> None:
    assert facts.counts(np.zeros(0, np.int64)) == {"language": {}, "source": {}, "year": {}}


DATES = st.none() | st.dates(datetime.date(2021, 12, 1), datetime.date(2023, 2, 1))
SOURCES = ["Courier", "Ledger", "الصحيفة", "اخبار", ""]


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Document], DocumentFacts]:
    """Two hundred documents, one in five without a date and as many without a source."""
    random = np.random.default_rng(12)
    first = datetime.date(2022, 1, 1)
    documents = [
        Document(
            str(number),
            "x",
            language=str(random.choice(["en", "ar", "ur"])),
            date=first + datetime.timedelta(int(random.integers(0, 365))) if random.random() < 0.8 else None,
            source=str(random.choice(SOURCES)),
        )
        for number in range(200)
    ]
    return documents, DocumentFacts(stored(tmp_path_factory.mktemp("facts"), documents).facts)


@given(st.lists(st.sampled_from([*SOURCES, "nobody"]), max_size=3), DATES, DATES)
def test_filters_pass_what_a_look_at_each_document_passes(
    many: tuple[list[Document], DocumentFacts],
    sources: list[str],
    first: datetime.date | None,
    last: datetime.date | None,
) -> None:
    """And what passes is counted as by hand."""
    documents, facts = many
    expected = [
        (not sources or document.source in sources)
        and (not first or (document.date is not None and document.date >= first))
        and (not last or (document.date is not None and document.date <= last))
        for document in documents
    ]
    allowed = facts.allowed(SearchRequest("q", sources=tuple(sources), date_from=first, date_to=last))
    assert (allowed is None) == (not sources and not first and not last)
    assert allowed is None or allowed.tolist() == expected
    passing = [document for document, passes in zip(documents, expected, strict=True) if passes]
    assert facts.counts(np.flatnonzero(expected)) == {
        "language": Counter(document.language for document in passing),
        "source": Counter(document.source for document in passing if document.source),
        "year": Counter(str(document.date.year) for document in passing if document.date),
    }
