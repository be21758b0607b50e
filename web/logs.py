"""One line of JSON for each request, with an id that the answer carries too; what was searched is left out."""

import logging
import secrets
from time import perf_counter

import regex
from flask import Flask, Response, g, request
from pythonjsonlogger.json import JsonFormatter

_log = logging.getLogger("hudhud.requests")
_ID = regex.compile(r"[A-Za-z0-9_.-]{1,64}")
_HEADER = "X-Request-ID"
_SENT = regex.compile(r"""(?s)'.*'|".*"|\?\S+""")


def configure_logging() -> None:
    """Write everything that Hudhud logs to standard error, one JSON object a line. For the server, not for tests."""
    handler = logging.StreamHandler()
    handler.setFormatter(
        JsonFormatter(
            "{asctime}{levelname}{name}{message}",
            style="{",
            rename_fields={"asctime": "time", "levelname": "level"},
            json_ensure_ascii=False,
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)


class WithoutQueries(logging.Filter):
    """Leaves out of a message what a client sent: whatever is quoted, and addresses from their question mark on.

    gunicorn writes down what it cannot read as HTTP, such as an address with Arabic letters that are not
    percent-encoded.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = _SENT.sub("…", record.getMessage()), None
        return True


def register(app: Flask, log_queries: bool) -> None:
    """Log every request of an application."""

    def start() -> None:
        # A proxy's id is taken over, so that one request has one id in all logs; anything else is not written down.
        given = request.headers.get(_HEADER, "")
        g.request_id = given if _ID.fullmatch(given) else secrets.token_hex(8)
        g.request_started = perf_counter()

    def finish(response: Response) -> Response:
        response.headers[_HEADER] = g.request_id
        facts = {
            "request_id": g.request_id,
            "method": request.method,
            "route": request.url_rule.rule if request.url_rule else "none",
            "status": response.status_code,
            "ms": round((perf_counter() - g.request_started) * 1000, 1),
        }
        if "key_name" in g:
            facts["key"] = g.key_name
        if log_queries and (query := request.args.get("q")):
            facts["query"] = query
        _log.info("request", extra=facts)
        return response

    app.before_request(start)
    app.after_request(finish)
