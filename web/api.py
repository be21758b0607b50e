"""The JSON API."""

from typing import Any

from flask import Blueprint, abort, current_app, request

from search.payloads import full_document_payload, result_payload
from web.live import LiveSearcher
from web.params import search_request

blueprint = Blueprint("api", __name__, url_prefix="/api")


@blueprint.get("/search")
def search() -> dict[str, Any]:
    """The documents that best answer a query."""
    wanted = search_request(request.args, default_limit=10, largest_limit=current_app.config["LARGEST_LIMIT"])
    return result_payload(_live().current().search(wanted), explain=wanted.explain)


@blueprint.get("/documents/<path:identity>")
def document(identity: str) -> dict[str, Any]:
    """One document with its text."""
    found = _live().current().document(identity)
    if found is None:
        abort(404, f"no document has the id {identity!r}")
    return full_document_payload(found)


@blueprint.get("/health")
def health() -> dict[str, Any]:
    """What is served; 503 with the reason when nothing is."""
    manifest = _live().current().snapshot.manifest
    return {
        "status": "ok",
        "generation": manifest.generation,
        "created": manifest.created,
        "model": manifest.model,
        "documents": manifest.documents,
        "languages": {language: counts["documents"] for language, counts in manifest.counts.items()},
    }


def _live() -> LiveSearcher:
    live: LiveSearcher = current_app.extensions["hudhud"]
    return live
