"""`hudhud rebuild-index --watch` goes on until it is told to end, whatever happens in between."""

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from index.generations import Generations
from index.snapshot import Snapshot
from scripts.generated import GeneratedNews
from tests.fakes import ARTICLES, write_json_lines

ROOT = Path(__file__).parents[2]
PATIENCE = 60  # seconds; a shared machine may be slow


class Watching:
    """The command at work in a process of its own, with what it says line by line."""

    def __init__(self, source: Path, index: Path) -> None:
        rebuild = ["rebuild-index", str(source), "--index", str(index), "--watch"]
        command = [sys.executable, "-m", "scripts.hudhud", *rebuild]
        self.index = index
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        self._lines: queue.Queue[str] = queue.Queue()
        self._listener = threading.Thread(target=self._listen)
        self._listener.start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            for line in lines:
                self._lines.put(line.rstrip("\n"))

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        self._listener.join()

    def until(self, beginning: str) -> str:
        """The next line that begins so."""
        while not (line := self._lines.get(timeout=PATIENCE)).startswith(beginning):
            pass
        return line

    def ids(self) -> set[str]:
        store = Snapshot.open(self.index).store
        return {document.id for document in store.get(range(len(store))).values()}


@contextmanager
def watching(source: Path, index: Path) -> Iterator[Watching]:
    running = Watching(source, index)
    try:
        yield running
    finally:
        running.end()


@pytest.mark.usefixtures("bundled")
def test_a_watched_folder_is_indexed_as_it_changes(tmp_path: Path) -> None:
    """A round that fails says why and ends nothing; Ctrl-C ends all, with status 0."""
    source, index = tmp_path / "source", tmp_path / "index"
    write_json_lines(source / "a.jsonl", ARTICLES[:2])
    with watching(source, index) as running:
        assert running.until("indexed") == "indexed 2 documents (en 1, ar 1) in 2 chunks"
        running.until("watching")
        assert len(running.ids()) == 2
        write_json_lines(source / "b.jsonl", ARTICLES[2:4])
        assert running.until("indexed").startswith("indexed 4 documents")
        running.until("watching")
        with Generations(index).locked():
            (source / "b.jsonl").unlink()
            assert "another rebuild" in running.until("hudhud:")
            running.until("watching")
        write_json_lines(source / "c.jsonl", ARTICLES[4:5])
        assert running.until("indexed").startswith("indexed 3 documents")
        running.until("watching")
        assert running.ids() == {str(record["id"]) for record in (*ARTICLES[:2], ARTICLES[4])}
        running.process.send_signal(signal.SIGINT)
        assert running.process.wait(timeout=PATIENCE) == 0


def test_generated_news_are_the_same_every_time() -> None:
    """By number and edition, and as long as the articles they are made after."""
    news = GeneratedNews()
    records = [news.record(number) for number in range(30)]
    assert [GeneratedNews().record(number) for number in range(30)] == records
    assert news.record(7, edition=1)["text"] != records[7]["text"]
    assert {record["language"] for record in records} == {"en", "ar", "ur"}
    words = [len(record["text"].split()) for record in records]
    assert min(words) > 100
    assert max(words) < 300
    json.dumps(records)
