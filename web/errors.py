"""Every error in one shape: problem+json (RFC 9457) under /api, a page elsewhere.

{"type": "about:blank", "title": "Bad Request", "status": 400, "detail": "limit is 'x'; expected …"}
"""

import logging

from flask import Flask, Response, json, render_template, request
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.http import HTTP_STATUS_CODES

from index.errors import (
    DatesReversed,
    EmptyQuery,
    HudhudError,
    ModelError,
    QueryError,
    QueryTooLong,
    ResultTooDeep,
    SearchTimeout,
    StoredIndexError,
)
from search.types import SearchRequest
from web.gate import Busy
from web.locales import gettext

_log = logging.getLogger(__name__)

_SECURITY = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def register(app: Flask) -> None:
    """Give an application its error handlers and the headers that every answer carries."""
    app.register_error_handler(QueryError, _bad_query)
    app.register_error_handler(StoredIndexError, _no_index)
    app.register_error_handler(ModelError, _no_index)
    app.register_error_handler(Busy, _busy)
    app.register_error_handler(SearchTimeout, _timeout)
    app.register_error_handler(HTTPException, _http)
    app.after_request(_secure)


def problem(status: int, detail: str, explained: str = "") -> Response:
    """An error in the shape that fits the address asked for.

    `detail` is for whoever wrote the address, `explained` says the same to a reader of the page
    in the language of the interface.
    """
    title = HTTP_STATUS_CODES[status]
    if request.path.startswith("/api/"):
        body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
        return Response(json.dumps(body), status, content_type="application/problem+json")
    return Response(
        render_template(
            "error.html",
            heading=_heading(status),
            detail="" if explained or status != 400 else detail,
            explained=explained or explanation(status),
            wanted=SearchRequest(request.args.get("q", "")),
        ),
        status,
    )


def _heading(status: int) -> str:
    known = {
        400: gettext("This cannot be searched for"),
        404: gettext("Nothing here"),
        503: gettext("Nothing to search yet"),
    }
    return known.get(status) or gettext("That did not work")


def explanation(status: int) -> str:
    """What an error of this status means to a reader, in the language of the interface."""
    known = {
        400: gettext("This address asks for something that cannot be searched for. A part of it may be mistyped."),
        401: gettext("You need a key to search here. Your browser asks for it: the key is the password."),
        403: gettext("Your key does not open this page."),
        404: gettext("There is nothing at this address. It may be mistyped, or what was here has been removed."),
        405: gettext("This address cannot be used in this way."),
        413: gettext("More was sent than is accepted here."),
        414: gettext("This address is too long. Please shorten your search."),
        429: gettext("You have asked very often in a short time. Please wait a minute and try again."),
        503: gettext("There is nothing to search at the moment. Please try again in a little while."),
    }
    return known.get(status) or gettext("Something went wrong on our side. Please try again in a little while.")


def _bad_query(error: QueryError) -> Response:
    known = {
        EmptyQuery: gettext("There is no word in what you typed. Type at least one letter or digit."),
        QueryTooLong: gettext("What you typed is too long to be searched for. Please shorten it."),
        DatesReversed: gettext("The first day comes after the last one. Exchange them."),
        ResultTooDeep: gettext("Results this far down are not ranked. Say more precisely what you are looking for."),
    }
    return problem(400, str(error), known.get(type(error), ""))


def _no_index(error: HudhudError) -> Response:
    # What is wrong with which file is for the log; an answer names no path.
    _log.error("no index to search: %s", error)
    detail = "there is no index to search yet, or it cannot be read; the server's log says why"
    answer = problem(503, detail, explanation(503))
    answer.headers["Retry-After"] = "10"
    return answer


def _busy(error: Busy) -> Response:
    explained = gettext("Many people are searching at this moment. Please try again in a few seconds.")
    answer = problem(503, str(error), explained)
    answer.headers["Retry-After"] = str(error.wait)
    return answer


def _timeout(error: SearchTimeout) -> Response:
    explained = gettext("This search took too long and was given up. Try fewer words.")
    answer = problem(503, str(error), explained)
    answer.headers["Retry-After"] = "10"
    return answer


def _http(error: HTTPException) -> Response:
    if isinstance(error, InternalServerError):
        return problem(500, "something went wrong here; the server's log says what", explanation(500))
    said_here = error.description != type(error).description
    answer = problem(error.code or 500, error.description or "", (said_here and error.description) or "")
    for name, value in error.get_headers(request.environ):
        if name.lower() not in ("content-type", "content-length"):
            answer.headers[name] = value
    return answer


def _secure(response: Response) -> Response:
    for name, value in _SECURITY.items():
        response.headers.setdefault(name, value)
    return response
