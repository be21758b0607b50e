"""A search result as plain JSON: one shape for the API and for `hudhud search --json`."""

from typing import Any

from index.types import Document
from search.types import Explanation, Hit, SearchResult


def document_payload(document: Document) -> dict[str, Any]:
    """What is said of a document beside its text."""
    return {
        "id": document.id,
        "title": document.title,
        "language": document.language,
        "url": document.url,
        "date": document.date.isoformat() if document.date else None,
        "source": document.source,
    }


def full_document_payload(document: Document) -> dict[str, Any]:
    """A whole document."""
    return {**document_payload(document), "text": document.text}


def result_payload(result: SearchResult, explain: bool) -> dict[str, Any]:
    """The answer to a search; each hit tells why it is there when `explain` is true."""
    return {
        "query": result.query,
        "query_language": result.query_language,
        "took_ms": result.took_ms,
        "total": result.total,
        "generation": result.generation,
        "hits": [hit_payload(hit, explain) for hit in result.hits],
        "facets": {name: dict(counts) for name, counts in result.facets.items()},
    }


def hit_payload(hit: Hit, explain: bool) -> dict[str, Any]:
    """One hit; it tells why it is there when `explain` is true."""
    payload: dict[str, Any] = {
        "rank": hit.rank,
        "score": hit.score,
        "document": document_payload(hit.document),
        "snippet": {"text": hit.snippet.text, "marks": [list(mark) for mark in hit.snippet.marks]},
        "duplicates": list(hit.duplicates),
    }
    if explain:
        payload["explain"] = _explanation(hit.explain)
    return payload


def _explanation(explanation: Explanation) -> dict[str, Any]:
    return {
        "dense": {"score": round(explanation.dense_score, 4), "rank": explanation.dense_rank},
        "lexical": {
            "score": round(explanation.lexical_score, 4),
            "rank": explanation.lexical_rank,
            "terms": [
                {
                    "term": share.term,
                    "for": share.origin,
                    "by": share.by,
                    "weight": share.weight,
                    "score": share.score,
                }
                for share in explanation.terms
            ],
        },
    }
