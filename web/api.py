"""The JSON API."""

import json
from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, abort, current_app, request

from index.encoder import public_name
from search.payloads import document_payload, full_document_payload, hit_payload, result_payload
from search.types import Hit
from web.answers import (
    BatchAnswer,
    DocumentAnswer,
    ExportLine,
    HealthAnswer,
    LiveAnswer,
    SearchAnswer,
    SimilarAnswer,
    SuggestAnswer,
)
from web.gate import gated
from web.live import LiveSearcher
from web.metrics import counted
from web.openapi import Operation, openapi, operation
from web.params import (
    BatchBody,
    ExportParameters,
    SearchParameters,
    SimilarParameters,
    SuggestParameters,
    limit_of,
    parsed_json,
    read,
)

blueprint = Blueprint("api", __name__)

_HITS = 10
_SUGGESTIONS = 8


@blueprint.get("/api/search")
@operation(Operation(SearchAnswer, SearchParameters, problems=(400, 503)))
@gated
def search() -> dict[str, Any]:
    """The documents that best answer a query."""
    wanted = read(SearchParameters, request.args).request(_HITS, _largest())
    return result_payload(counted(_live().current().search(wanted)), explain=wanted.explain)


@blueprint.post("/api/search")
@operation(Operation(BatchAnswer, body=BatchBody, problems=(400, 413, 415, 503)))
@gated
def search_batch() -> dict[str, Any]:
    """The answers to several searches, all from one generation.

    A search that makes no sense fails the whole, so that no answer stands beside the wrong question.
    """
    if not request.is_json:
        abort(415, "the body has to be application/json")
    body = parsed_json(BatchBody, request.get_data())
    most = current_app.config["LARGEST_BATCH"]
    if len(body.searches) > most:
        abort(400, f"searches has {len(body.searches)} entries; at most {most} are answered at once")
    wanted = [one.request(_HITS, _largest()) for one in body.searches]
    searcher = _live().current()
    return {"answers": [result_payload(counted(searcher.search(one)), explain=one.explain) for one in wanted]}


@blueprint.get("/api/export")
@operation(Operation(ExportLine, ExportParameters, media="application/x-ndjson", problems=(400, 503)))
@gated
def export() -> Response:
    """The whole result of a search, one JSON object a line, best first.

    As many documents as the deepest page reaches; with `text=true` each with its text.
    """
    wanted = read(ExportParameters, request.args)
    result = counted(_live().current().search(wanted.request(current_app.config["DEEPEST_RESULT"])))
    answer = Response(_lines(result.hits, wanted.text), content_type="application/x-ndjson; charset=utf-8")
    answer.headers["Content-Disposition"] = "attachment; filename=hudhud.jsonl"
    return answer


@blueprint.get("/api/documents/<path:identity>")
@operation(Operation(DocumentAnswer, problems=(404, 503)))
def document(identity: str) -> dict[str, Any]:
    """One document with its text."""
    found = _live().current().document(identity)
    if found is None:
        abort(404, _unknown(identity))
    return full_document_payload(found)


@blueprint.get("/api/similar/<path:identity>")
@operation(Operation(SimilarAnswer, SimilarParameters, problems=(400, 404, 503)))
@gated
def similar(identity: str) -> dict[str, Any]:
    """Documents of all languages that tell of the same as one document."""
    limit = limit_of(read(SimilarParameters, request.args).limit, _HITS, _largest())
    searcher = _live().current()
    document, found = searcher.document(identity), searcher.similar(identity, limit)
    if document is None or found is None:
        abort(404, _unknown(identity))
    return {
        "document": document_payload(document),
        "took_ms": found.took_ms,
        "total": found.total,
        "generation": found.generation,
        "hits": [hit_payload(hit, explain=False) for hit in found.hits],
    }


@blueprint.get("/api/suggest")
@operation(Operation(SuggestAnswer, SuggestParameters, problems=(400, 503)))
@gated
def suggest() -> dict[str, Any]:
    """Completions of what is typed, with words that stand in the documents."""
    wanted = read(SuggestParameters, request.args)
    limit = limit_of(wanted.limit, _SUGGESTIONS, _largest())
    return {"query": wanted.q, "suggestions": _live().current().suggest(wanted.q, limit)}


@blueprint.get("/api/health")
@operation(Operation(HealthAnswer))
def health() -> dict[str, Any]:
    """Whether the server is ready: what is served, or 503 with the reason when nothing is."""
    manifest = _live().current().snapshot.manifest
    return {
        "status": "ok",
        "generation": manifest.generation,
        "created": manifest.created,
        "model": public_name(manifest.model),
        "documents": manifest.documents,
        "languages": {language: counts["documents"] for language, counts in manifest.counts.items()},
    }


@blueprint.get("/api/health/live")
@operation(Operation(LiveAnswer, problems=()))
def alive() -> dict[str, Any]:
    """Whether the server runs, with an index or without; `/api/health` tells whether it is ready to be asked."""
    return {"status": "ok"}


@blueprint.get("/openapi.json")
def description() -> dict[str, Any]:
    """The API described as OpenAPI 3.1."""
    return openapi(current_app)


def _lines(hits: tuple[Hit, ...], text: bool) -> Iterator[str]:
    for hit in hits:
        line = hit_payload(hit, explain=False)
        if text:
            line["document"] = full_document_payload(hit.document)
        yield json.dumps(line, ensure_ascii=False) + "\n"


def _unknown(identity: str) -> str:
    return f"no document has the id {identity!r}"


def _largest() -> int:
    largest: int = current_app.config["LARGEST_LIMIT"]
    return largest


def _live() -> LiveSearcher:
    live: LiveSearcher = current_app.extensions["hudhud"]
    return live
