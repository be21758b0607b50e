"""A rebuild that an administrator starts over HTTP: one process of its own beside the server, and how far it is.

Whichever worker process is asked, it tells the same of it.
"""

import logging
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Thread
from time import time
from typing import Any, Literal

from index.build import build_index
from index.encoder import BUNDLED, load_encoder
from index.errors import HudhudError, SettingsError, StoredIndexError
from index.generations import Generations
from index.manifest import Manifest
from index.settings import IndexSettings
from web.board import Board
from web.logs import configure_logging

_log = logging.getLogger(__name__)

State = Literal["none", "running", "done", "failed"]


@dataclass(frozen=True, slots=True)
class Rebuild:
    """How far a rebuild is. Times are seconds since 1970; `report` is that of `build_index`."""

    state: State = "none"
    started: float | None = None
    ended: float | None = None
    stage: str = ""
    done: int = 0
    total: int = 0
    problem: str = ""
    report: dict[str, Any] = field(default_factory=dict)


class Rebuilder:
    """Starts rebuilds of one index, one at a time, and knows the last one."""

    def __init__(self, sources: Sequence[str], index_folder: Path) -> None:
        self._sources = [Path(source) for source in sources]
        self._index_folder = index_folder
        self._board = Board({"follower": 0, "last": asdict(Rebuild())})

    @property
    def last(self) -> dict[str, Any]:
        """The rebuild that runs or ran last."""
        note = self._board.read()
        last: dict[str, Any] = note["last"]
        if last["state"] == "running" and not _is_alive(note["follower"]):
            return {**last, "state": "failed", "problem": "the server's process that ran it ended; start it again"}
        return last

    def start(self) -> bool:
        """Start a rebuild; False when one runs already."""
        with self._board.changing() as note:
            if note["last"]["state"] == "running" and _is_alive(note["follower"]):
                return False
            note.update(follower=os.getpid(), last=asdict(Rebuild("running", started=time())))
        Thread(target=self._follow, name="rebuild", daemon=True).start()
        return True

    def _follow(self) -> None:
        """Run the rebuild in a process of its own, so that searches keep theirs, and note what it says."""
        # Not forked: a fork of a process with threads may hold a lock that nobody gives back.
        context = get_context("spawn")
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(target=_rebuild, args=(theirs, self._sources, self._index_folder), daemon=True)
        process.start()
        theirs.close()
        outcome: dict[str, Any] = {}
        while (told := _receive(ours)) is not None:
            if "state" in told:
                outcome = told
            else:
                self._note(told)
        process.join()  # only then is the index free for the next
        if not outcome:
            problem = f"the rebuild ended early with status {process.exitcode}; the old index serves on"
            outcome = {"state": "failed", "problem": problem}
        self._note({**outcome, "ended": time()})
        _log.info("rebuild %s", outcome["state"])

    def _note(self, told: dict[str, Any]) -> None:
        """Take down what the process tells of itself."""
        with self._board.changing() as note:
            note["last"].update(told)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def _receive(connection: Connection) -> dict[str, Any] | None:
    try:
        told: dict[str, Any] = connection.recv()
    except EOFError:
        return None  # the process has ended
    return told


def _rebuild(connection: Connection, sources: Sequence[Path], index_folder: Path) -> None:
    """What the process does: rebuild with the model and the settings that the index has, and tell of it."""
    configure_logging()

    def progress(stage: str, done: int, total: int) -> None:
        connection.send({"stage": stage, "done": done, "total": total})

    try:
        settings = _settings(index_folder)
        translator = load_encoder(BUNDLED)
        encoder = translator if settings.model == BUNDLED else load_encoder(settings.model)
        report = build_index(sources, index_folder, settings, encoder, translator, progress)
        connection.send({"state": "done", "report": asdict(report)})
    except (HudhudError, OSError) as problem:
        _log.error("the rebuild failed: %s", problem)
        # What went wrong where is for the log; the answer names no path.
        connection.send({"state": "failed", "problem": "the rebuild failed; the server's log says why"})


def _settings(index_folder: Path) -> IndexSettings:
    """Those of the live generation; where there is none that can be read, those by default."""
    try:
        return IndexSettings.from_json(Manifest.read(Generations(index_folder).current()).settings)
    except (StoredIndexError, SettingsError):
        return IndexSettings()
