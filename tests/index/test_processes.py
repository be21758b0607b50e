"""Other processes work for a build: in order, with errors told, and none outlives it, however it ends."""

import dataclasses
import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from index.build import build_index
from index.encoder import BUNDLED, load_encoder
from index.errors import IndexCorrupt, IndexUnwritable, ProcessLost
from index.generations import Generations
from index.preparing import Prepared, Preparer
from index.processes import Processes
from index.settings import IndexSettings
from index.snapshot import Snapshot
from index.types import RawDocument
from tests.fakes import ARTICLES, FakeEncoder, write_json_lines
from tests.index.test_incremental import assert_equal

ROOT = Path(__file__).parents[2]


def number(own: int) -> int:
    return own


def product(own: int, factor: int) -> int:
    time.sleep(0.01 * (factor % 3))
    return factor * 10 + (own > 0)


def own_process(own: int, nothing: None) -> int:
    return os.getpid()


def idle(own: int, seconds: float) -> None:
    time.sleep(seconds)


def fail(own: int, said: str) -> None:
    raise IndexCorrupt(said)


def die(own: object, argument: object) -> Prepared:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def disk_full(preparer: object, records: list[RawDocument]) -> Prepared:
    raise OSError(28, "No space left on device")


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[subprocess.Popen[bytes]]]:
    """The processes that a test starts; none may be left at its end."""
    found: list[subprocess.Popen[bytes]] = []
    popen = subprocess.Popen

    def start(*arguments: Any, **options: Any) -> subprocess.Popen[bytes]:
        found.append(popen(*arguments, **options))
        return found[-1]

    with monkeypatch.context() as patch:
        patch.setattr(subprocess, "Popen", start)
        yield found
    assert [process.pid for process in found if process.poll() is None] == []


def test_a_record_comes_through_a_pipe_whole() -> None:
    record = RawDocument("a", "Text", "Title", "en", "https://a.example/", "2024-05-01", "A", "a.jsonl, line 1", "00ff")
    assert dataclasses.astuple(pickle.loads(pickle.dumps(record))) == dataclasses.astuple(record)


def test_all_can_be_started_before_anything_is_asked(started: list[subprocess.Popen[bytes]]) -> None:
    with Processes(3, number) as processes:
        processes.start()
        found = set(processes.map("work", own_process, [None] * 12))
        assert {process.pid for process in started} == found
        assert len(processes) == len(found) == 3


def test_one_that_is_only_just_being_started_is_ended_too(started: list[subprocess.Popen[bytes]]) -> None:
    with Processes(2, number) as processes:
        processes.start()


def test_answers_come_in_order(started: list[subprocess.Popen[bytes]]) -> None:
    with Processes(2, number) as processes:
        assert list(processes.map("work", product, range(20))) == [one * 10 + 1 for one in range(20)]
        assert 0 < len(processes) == len(started) <= 2
        assert processes.seconds["work"] > 0
        [pid] = processes.map("work", own_process, [None])
    assert pid in [process.pid for process in started]


def test_nothing_is_started_for_nothing(started: list[subprocess.Popen[bytes]]) -> None:
    with Processes(2, number) as processes:
        assert list(processes.map("work", product, [])) == []
    assert started == []


def test_what_a_process_raises_is_raised_here(started: list[subprocess.Popen[bytes]]) -> None:
    """And it goes on working."""
    with Processes(1, number) as processes:
        with pytest.raises(IndexCorrupt, match="the disk is odd"):
            list(processes.map("work", fail, ["the disk is odd"]))
        assert list(processes.map("work", product, [4])) == [41]


def test_a_process_that_dies_is_a_clear_error(started: list[subprocess.Popen[bytes]]) -> None:
    with Processes(2, number) as processes, pytest.raises(ProcessLost, match=r"status -9.*free memory"):
        list(processes.map("work", die, [1, 2, 3]))


PARENT = """
import sys, time
from index.processes import Processes
from tests.index.test_processes import idle, number, own_process
with Processes(2, number) as processes:
    print(*{process for process in processes.map("work", own_process, [None] * 40)}, flush=True)
    list(processes.map("work", idle, [float(sys.argv[1])] * 2))
    time.sleep(60)
"""


@pytest.mark.parametrize("busy", [0, 60])
def test_no_process_outlives_a_parent_that_is_killed(busy: int) -> None:
    """Whether it waits or works."""
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, str(busy)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        pids = list(map(int, parent.stdout.readline().split()))
        parent.kill()
    assert pids
    until = time.monotonic() + 10
    while any(map(_is_alive, pids)) and time.monotonic() < until:
        time.sleep(0.02)
    assert not any(map(_is_alive, pids))


def _is_alive(pid: int) -> bool:
    """Not even as a zombie that waits for the system's first process to look after it."""
    status = Path(f"/proc/{pid}/stat")
    try:
        return status.read_text().rpartition(")")[2].split()[0] != "Z" if status.parent.parent.exists() else False
    except OSError:
        return False


class House:
    """Sources, an index, and a build that shares its work out however little there is."""

    def __init__(self, folder: Path) -> None:
        self.index = folder / "index"
        self.source = folder / "articles.jsonl"
        self.write(ARTICLES)

    def write(self, records: list[dict[str, Any]]) -> None:
        write_json_lines(self.source, records)

    def build(self, **options: Any) -> Any:
        return build_index([self.source], self.index, IndexSettings(), FakeEncoder(), FakeEncoder(), **options)


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


@pytest.fixture
def shared_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.build.cores", lambda: 2)
    monkeypatch.setattr("index.preparing._ALONE", 0)
    monkeypatch.setattr("index.gather._BATCH", 2)
    monkeypatch.setattr("index.writing._MANY", 1)


def test_an_index_made_by_several_processes_is_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, started: list[subprocess.Popen[bytes]]
) -> None:
    """Also what is said of records, line by line, and lines that documents repeat are left out."""
    pages = [{"text": f"Story number {n} of the day is told here.\nSince 1921, your paper"} for n in range(6)]
    house = House(tmp_path)
    house.write([*ARTICLES, *pages, {"id": "wheat-en", "text": "Again."}, {"id": "e", "text": "Share\n!"}])
    with house.source.open("a") as stream:
        stream.write('{"id": \n{"id": "e2", "text": "!"}\n')
    os.utime(house.source, (1_600_000_000, 1_600_000_000))  # a file just written would be trusted by the second only
    encoder = load_encoder(BUNDLED)

    def build(name: str) -> Any:
        return build_index(
            [house.source], tmp_path / name, IndexSettings(chunk_words=12, overlap_words=3), encoder, encoder
        )

    alone = build("alone")
    monkeypatch.setattr("index.build.cores", lambda: 2)
    monkeypatch.setattr("index.preparing._ALONE", 0)
    monkeypatch.setattr("index.gather._BATCH", 2)
    monkeypatch.setattr("index.writing._MANY", 1)
    together = build("together")
    # A second one is started where the first is busy, which on a busy machine it may not be.
    assert alone.processes == 0 < together.processes == len(started) <= 2
    assert set(together.beside) == {"prepare", "words", "vectors"}
    assert len(alone.skipped) == 4
    assert (together.skipped, together.languages) == (alone.skipped, alone.languages)
    assert_equal(tmp_path / "together", tmp_path / "alone", encoder, encoder)


@pytest.mark.usefixtures("shared_out", "started")
def test_a_process_that_dies_leaves_the_old_index_live(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    report = house.build()
    house.write(ARTICLES[::-1])
    with monkeypatch.context() as patch:
        patch.setattr(Preparer, "records", die)
        with pytest.raises(ProcessLost, match="the index is as it was"):
            house.build(full=True)
    assert Snapshot.open(house.index).manifest.generation == report.generation
    assert [path for path in (house.index / "generations").iterdir() if path.name.startswith(".")] == []
    assert house.build().documents == 8
    assert Generations(house.index).current().name != report.generation


@pytest.mark.usefixtures("shared_out", "started")
def test_a_full_disk_in_another_process_is_said_as_here(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Preparer, "records", disk_full)
    with pytest.raises(IndexUnwritable, match="No space left"):
        house.build()


@pytest.mark.usefixtures("shared_out", "started")
def test_an_interrupt_ends_all(house: House) -> None:
    def interrupt(stage: str, done: int, total: int) -> None:
        if stage == "read" and total:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        house.build(progress=interrupt)
    assert [path for path in (house.index / "generations").iterdir() if path.name.startswith(".")] == []
