"""Every error in one shape: problem+json (RFC 9457) under /api, a page elsewhere.

{"type": "about:blank", "title": "Bad Request", "status": 400, "detail": "limit is 'x'; expected …"}
"""

import logging

from flask import Flask, Response, json, render_template, request
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.http import HTTP_STATUS_CODES

from index.errors import HudhudError, ModelError, QueryError, StoredIndexError

_log = logging.getLogger(__name__)

_SECURITY = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def register(app: Flask) -> None:
    """Give an application its error handlers and the headers that every answer carries."""
    app.register_error_handler(QueryError, _bad_query)
    app.register_error_handler(StoredIndexError, _no_index)
    app.register_error_handler(ModelError, _no_index)
    app.register_error_handler(HTTPException, _http)
    app.after_request(_secure)


def problem(status: int, detail: str) -> Response:
    """An error in the shape that fits the address asked for."""
    title = HTTP_STATUS_CODES[status]
    if request.path.startswith("/api/"):
        body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
        return Response(json.dumps(body), status, content_type="application/problem+json")
    return Response(render_template("error.html", title=title, status=status, detail=detail), status)


def _bad_query(error: QueryError) -> Response:
    return problem(400, str(error))


def _no_index(error: HudhudError) -> Response:
    # What is wrong with which file is for the log; an answer names no path.
    _log.error("no index to search: %s", error)
    answer = problem(503, "there is no index to search yet, or it cannot be read; the server's log says why")
    answer.headers["Retry-After"] = "10"
    return answer


def _http(error: HTTPException) -> Response:
    if isinstance(error, InternalServerError):
        return problem(500, "something went wrong here; the server's log says what")
    answer = problem(error.code or 500, error.description or "")
    for name, value in error.get_headers(request.environ):
        if name.lower() not in ("content-type", "content-length"):
            answer.headers[name] = value
    return answer


def _secure(response: Response) -> Response:
    for name, value in _SECURITY.items():
        response.headers.setdefault(name, value)
    return response
