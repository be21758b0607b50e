"""A result as JSON has the shape of DESIGN.md, section 4."""

import datetime

from index.types import Chunk, Document
from search.payloads import full_document_payload, result_payload
from search.types import Explanation, Hit, SearchResult, Snippet, TermShare

DOCUMENT = Document("a/1", "نص طويل", "عنوان", "ar", "https://example.org", datetime.date(2023, 9, 26), "Courier")
RESULT = SearchResult(
    query="text",
    query_language="en",
    took_ms=1.9,
    total=37,
    generation="g1",
    hits=(
        Hit(
            11,
            0.93,
            DOCUMENT,
            Chunk("a/1", 0, 2, "نص"),
            Snippet("نص طويل", ((0, 2), (3, 7))),
            Explanation(0.123456, 4, 7.654321, None, (TermShare("نص", "النص", "text", 0.5, 7.6543),)),
            duplicates=("b", "a/2"),
        ),
    ),
    facets={"language": {"ar": 12, "en": 3}, "source": {}, "year": {"2023": 1}},
    stages={"rank": 1.0},
    legs={"dense": 0.5},
)


def test_the_shape_of_a_result() -> None:
    assert result_payload(RESULT, explain=True) == {
        "query": "text",
        "query_language": "en",
        "took_ms": 1.9,
        "total": 37,
        "generation": "g1",
        "hits": [
            {
                "rank": 11,
                "score": 0.93,
                "document": {
                    "id": "a/1",
                    "title": "عنوان",
                    "language": "ar",
                    "url": "https://example.org",
                    "date": "2023-09-26",
                    "source": "Courier",
                },
                "snippet": {"text": "نص طويل", "marks": [[0, 2], [3, 7]]},
                "duplicates": ["b", "a/2"],
                "explain": {
                    "dense": {"score": 0.1235, "rank": 4},
                    "lexical": {
                        "score": 7.6543,
                        "rank": None,
                        "terms": [{"term": "نص", "for": "text", "by": "word", "weight": 0.5, "score": 7.6543}],
                    },
                },
            }
        ],
        "facets": {"language": {"ar": 12, "en": 3}, "source": {}, "year": {"2023": 1}},
    }


def test_a_hit_is_explained_only_when_asked_for() -> None:
    [hit] = result_payload(RESULT, explain=False)["hits"]
    assert list(hit) == ["rank", "score", "document", "snippet", "duplicates"]


def test_a_whole_document_has_its_text() -> None:
    payload = full_document_payload(Document("a", "Text."))
    assert payload == {
        "id": "a",
        "title": "",
        "language": "und",
        "url": "",
        "date": None,
        "source": "",
        "text": "Text.",
    }
