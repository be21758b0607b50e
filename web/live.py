"""The searcher of whatever generation is live, taken anew when a rebuild publishes another."""

import logging
from pathlib import Path
from threading import Lock

from index.errors import HudhudError
from index.generations import Generations
from search.searcher import Searcher
from search.settings import SearchSettings

_log = logging.getLogger(__name__)


class LiveSearcher:
    """Hands out the searcher of the live generation. Requests that began with an older one finish with it."""

    def __init__(self, index_folder: Path, settings: SearchSettings) -> None:
        self._folder = index_folder
        self._settings = settings
        self._lock = Lock()
        self._searcher: Searcher | None = None
        self._refused = ""

    def current(self) -> Searcher:
        """The searcher to answer a request with.

        A new generation that cannot be opened is refused, once and loudly, and the old one
        stays. Raises StoredIndexError or ModelError while there is none to fall back on.
        """
        serving = self._searcher
        try:
            live = Generations(self._folder).current().name
        except HudhudError:
            if serving is None:
                raise
            return serving
        if serving is not None and live in (serving.snapshot.manifest.generation, self._refused):
            return serving
        return self._take(live)

    def _take(self, live: str) -> Searcher:
        with self._lock:
            serving = self._searcher
            if serving is not None and serving.snapshot.manifest.generation == live:
                return serving
            try:
                self._searcher = Searcher.open(self._folder, self._settings)
            except HudhudError as problem:
                if serving is None:
                    raise
                self._refused = live
                _log.error("generation %s is refused, the one before serves on: %s", live, problem)
                return serving
            return self._searcher
