"""Serves the application with gunicorn, a production WSGI server."""

import gc
import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from time import monotonic
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
from web.shares import Shares

_LOOPBACK = ("127.0.0.1", "localhost", "::1")

_PATIENCE = 0.01
"""Seconds that a connection is left to workers that have fewer. One that is busy with a step of a search looks up
within this time; one that hangs keeps nobody waiting for longer."""


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
    _leave_alone_what_stays()
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


def _leave_alone_what_stays() -> None:
    """Look through no object for garbage that is there before the first request.

    Modules, locales and templates stay as long as the server. To go over them each time would hold up all searches
    meanwhile, and copy memory that workers share.
    """
    gc.collect()
    gc.freeze()


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
    """gunicorn's threaded worker, but fair to the others, and one that takes no more refuses connections at once.

    gunicorn's own keeps the socket open until all that runs has ended, so whoever comes meanwhile would wait for
    nothing, and not ask another server.
    """

    def join(self, shares: Shares) -> None:
        """Take part in the sharing; to be called before the fork."""
        self._shares = shares
        self._place = shares.enter()
        self._back = 0.0  # when it takes connections again, after it stood back; 0 when it takes them

    def part(self) -> None:
        """Take no part any more; for the process that outlives this worker."""
        self._shares.leave(self._place)

    def accept(self, listener: Any) -> None:
        """Take a connection, or leave it to a worker that has fewer."""
        if self._shares.is_ahead(self._place):
            self._stand_back()
        else:
            super().accept(listener)
            self._tell()

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        """Serve what comes, for so many seconds at most, and say how many connections there are then."""
        super().wait_for_and_dispatch_events(min(timeout, _PATIENCE) if self._back else timeout)
        self._tell()
        if self._back and (monotonic() >= self._back or not self._shares.is_ahead(self._place)):
            self._come_back()

    def set_accept_enabled(self, enabled: bool) -> None:
        """Wait at the socket or not; close it when this worker takes no more, ever."""
        super().set_accept_enabled(enabled)
        if not (enabled or self.alive):
            for listener in self.sockets:
                listener.close()

    def _tell(self) -> None:
        if self.alive:
            self._shares.tell(self._place, self.nr_conns)
        else:
            self._shares.leave(self._place)

    def _stand_back(self) -> None:
        self._back = monotonic() + _PATIENCE
        self.worker_connections = 0  # by which gunicorn leaves the socket alone from the next round on

    def _come_back(self) -> None:
        """Take what still waits, since nobody else did, and wait at the socket again."""
        self._back = 0.0
        self.worker_connections = self.cfg.worker_connections
        for listener in self.sockets if self.alive else ():
            super().accept(listener)


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
    """gunicorn, set up from code.

    One process unless the owner wants more, in each of which one search runs at a time: a search is a chain of short
    steps, and several that hand the interpreter to each other at every step take longer in all.
    """

    def __init__(self, app: Flask, host: str, port: int, settings: WebSettings) -> None:
        self._app = app
        # Twice as many places as workers: when they are exchanged, old and new ones are there for a while.
        shares = Shares(2 * settings.workers)
        bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        self._options: dict[str, Any] = {
            "bind": bind,
            "worker_class": _Worker,
            "logger_class": _Log,
            "workers": settings.workers,
            # One for each search that runs or waits, and some for what needs no search, such as health.
            "threads": settings.threads + settings.queue + 4,
            "pre_fork": lambda _, worker: worker.join(shares),
            "child_exit": lambda _, worker: worker.part(),
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
