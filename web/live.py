"""The searcher of whatever generation is live, taken anew when a rebuild publishes another."""

import logging
from pathlib import Path
from threading import Lock, Thread

from index.errors import HudhudError
from index.generations import Generations
from index.manifest import Manifest
from search.searcher import Searcher
from search.settings import SearchSettings
from search.types import SearchRequest

_log = logging.getLogger(__name__)

_WARM_UP = ("government", "حكومة", "حکومت")
"""Searched before a generation is shown, so that no visitor waits for its files to be read."""


class LiveSearcher:
    """Hands out the searcher of the live generation. Requests that began with an older one finish with it."""

    def __init__(self, index_folder: Path, settings: SearchSettings) -> None:
        self.folder = index_folder
        self._settings = settings
        self._lock = Lock()
        self._searcher: Searcher | None = None
        self._refused = ""
        self._opening: Thread | None = None

    def current(self) -> Searcher:
        """The searcher to answer a request with.

        A new generation is opened beside the requests, which go on with the old one until it is
        ready; one that cannot be opened is refused, once and loudly, and the old one stays.
        Raises StoredIndexError or ModelError while there is none to fall back on.
        """
        serving = self._searcher
        try:
            live = Generations(self.folder).current().name
        except HudhudError:
            if serving is None:
                raise
            return serving
        if serving is None:
            return self._open_first(live)
        if live not in (serving.snapshot.manifest.generation, self._refused):
            self._open_beside(live)
        return serving

    def settle(self) -> None:
        """Wait for a generation that is being opened."""
        if (opening := self._opening) is not None:
            opening.join()

    def _open_first(self, live: str) -> Searcher:
        with self._lock:
            if self._searcher is None:
                self._searcher = self._opened(live)
            return self._searcher

    def _open_beside(self, live: str) -> None:
        with self._lock:
            if self._opening is None or not self._opening.is_alive():
                self._opening = Thread(target=self._take, args=(live,), name="open generation", daemon=True)
                self._opening.start()

    def _take(self, live: str) -> None:
        """Serve a generation, or refuse it."""
        try:
            self._searcher = self._opened(live)
        except HudhudError as problem:
            self._refused = live
            _log.error("generation %s is refused, the one before serves on: %s", live, problem)

    def _opened(self, live: str) -> Searcher:
        """A warm searcher of a generation whose every file is as it was written."""
        folder = Generations(self.folder).named(live)
        Manifest.read(folder).check_contents(folder)
        searcher = Searcher.open_generation(folder, self._settings)
        for query in _WARM_UP:
            searcher.search(SearchRequest(query, limit=1))
        return searcher
