"""Serves the application with gunicorn, a production WSGI server."""

import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger
from gunicorn.workers.gthread import ThreadWorker

from index.encoder import BUNDLED
from index.snapshot import Snapshot
from web import create_app
from web.live import LiveSearcher
from web.logs import WithoutQueries, configure_logging
from web.metrics import count_together
from web.settings import WebSettings

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def serve(index_folder: Path, host: str, port: int, reranker: str, announce: Callable[[str], None]) -> None:
    """Serve an index until stopped, saying where through `announce`.

    Raises StoredIndexError before listening when there is no index to serve.
    """
    model = Snapshot.open(index_folder).manifest.model
    settings = WebSettings.from_environment(str(index_folder))
    settings = replace(settings, search=replace(settings.search, reranker=reranker))
    if settings.workers > 1:
        count_together()
    app = create_app(settings)
    if model == BUNDLED and not reranker:
        _open_before_forking(app)
    if host not in _LOOPBACK:
        announce(_exposed(host, settings))
    announce(f"open http://{host}:{port}/")
    _Server(app, host, port, settings).run()


def _open_before_forking(app: Flask) -> None:
    """Open the index where all workers share its memory; the first visitor need not wait either.

    Not where torch is needed: its threads do not survive a fork. SQLite's rule against connections
    across a fork is about locks, and immutable files are read without any.
    """
    live: LiveSearcher = app.extensions["hudhud"]
    live.current()


def _exposed(host: str, settings: WebSettings) -> str:
    """What it means not to listen on this machine alone."""
    who = {
        "admin": "anyone who reaches this machine can search the index; a keys file and HUDHUD_PROTECT=all end that",
        "api": "anyone who reaches this machine can search the index by its pages; HUDHUD_PROTECT=all ends that",
        "all": "everyone needs a key; let a proxy with TLS stand before it, or the keys travel in the clear",
    }
    return f"WARNING: listening on {host}: {who[settings.protect]}"


class _Log(Logger):  # type: ignore[misc]  # gunicorn ships no types
    """What gunicorn has to say, in the log and the form of all else."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        configure_logging()
        self.error_log.handlers[:] = []
        self.error_log.propagate = True


class _Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn ships no types
    """gunicorn's threaded worker, but one that takes no more refuses connections at once.

    gunicorn's own keeps the socket open until all that runs has ended, so whoever comes meanwhile would wait for
    nothing, and not ask another server.
    """

    def set_accept_enabled(self, enabled: bool) -> None:
        super().set_accept_enabled(enabled)
        if not (enabled or self.alive):
            for listener in self.sockets:
                listener.close()


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
    """gunicorn, set up from code.

    One process unless the owner wants more, in each of which one search runs at a time: a search is a chain of short
    steps, and several that hand the interpreter to each other at every step take longer in all.
    """

    def __init__(self, app: Flask, host: str, port: int, settings: WebSettings) -> None:
        self._app = app
        bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        self._options: dict[str, Any] = {
            "bind": bind,
            "worker_class": _Worker,
            "logger_class": _Log,
            "workers": settings.workers,
            # One for each search that runs or waits, and some for what needs no search, such as health.
            "threads": settings.threads + settings.queue + 4,
            "loglevel": "warning",
            "graceful_timeout": 10,  # seconds in which requests that run may end after SIGTERM
            "limit_request_line": 8190,  # the most gunicorn knows; more is 414
        }
        if not settings.log_queries:
            logging.getLogger("gunicorn.error").addFilter(WithoutQueries())
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return self._app
