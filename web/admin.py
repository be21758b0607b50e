"""Routes for the one who owns the index. Each needs a key with the scope `admin`."""

from typing import Any

from flask import Blueprint, abort, current_app

from web.answers import RebuildAnswer
from web.openapi import Operation, operation
from web.rebuild import Rebuilder

blueprint = Blueprint("admin", __name__, url_prefix="/api/admin")


@blueprint.post("/rebuild")
@operation(Operation(RebuildAnswer, problems=(401, 403, 409), status=202))
def start_rebuild() -> tuple[dict[str, Any], int]:
    """Start a rebuild of the index from the server's own sources; it goes on after the answer."""
    rebuilder = _rebuilder()
    if not rebuilder.start():
        abort(409, "a rebuild is running already; wait for it to end")
    return rebuilder.last, 202


@blueprint.get("/rebuild")
@operation(Operation(RebuildAnswer, problems=(401, 403)))
def last_rebuild() -> dict[str, Any]:
    """How far the rebuild is, or how the last one ended."""
    return _rebuilder().last


def _rebuilder() -> Rebuilder:
    rebuilder: Rebuilder = current_app.extensions["hudhud_rebuilder"]
    return rebuilder
