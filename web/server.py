"""Serves the application with gunicorn, a production WSGI server."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from index.snapshot import Snapshot
from web import create_app
from web.settings import WebSettings

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def serve(index_folder: Path, host: str, port: int, reranker: str, announce: Callable[[str], None]) -> None:
    """Serve an index until stopped, saying where through `announce`.

    Raises StoredIndexError before listening when there is no index to serve.
    """
    Snapshot.open(index_folder)
    settings = WebSettings.from_environment(str(index_folder))
    settings = replace(settings, search=replace(settings.search, reranker=reranker))
    if host not in _LOOPBACK:
        announce(f"listening on {host}: anyone who reaches this machine can search the index")
    announce(f"open http://{host}:{port}/")
    _Server(create_app(settings), host, port, settings.threads).run()


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
    """gunicorn, set up from code. One process with threads: the work is in numpy and faiss, which free the GIL."""

    def __init__(self, app: Flask, host: str, port: int, threads: int) -> None:
        self._app = app
        bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        self._options: dict[str, Any] = {
            "bind": bind,
            "worker_class": "gthread",
            "threads": threads,
            "loglevel": "warning",
            "graceful_timeout": 10,
        }
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return self._app
