"""The machine goes off at any moment of a rebuild: the live generation is whole, old or new, and the next clears up."""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from index.build import build_index
from index.errors import IndexNotFound, StoredIndexError
from index.generations import Generations
from index.manifest import Manifest
from index.settings import IndexSettings
from index.snapshot import Snapshot
from tests.disk import Moment, Recorder, anything, everything, nothing_more
from tests.fakes import FakeEncoder, write_json_lines

SEEDS = 1
NEXT_REBUILD_EVERY = 40  # moments


def rebuild(folder: Path, index: Path, name: str) -> None:
    """One document that says which rebuild it is of, and one that all have."""
    records = [{"id": name, "text": f"The {name} text."}, {"id": "shared", "text": "A text that stays as it is."}]
    source = write_json_lines(folder / "source" / "texts.jsonl", [{**one, "language": "en"} for one in records])
    build_index([source], index, IndexSettings(), FakeEncoder(), FakeEncoder())


def live(index: Path) -> str:
    """Which rebuild the live generation is of, after every bit of it was checked."""
    # Nor may one to go back to be half there.
    for published in Generations(index).published():
        Manifest.read(published).check_sizes(published)
    folder = Generations(index).current()
    Manifest.read(folder).check_contents(folder)
    snapshot = Snapshot.open_generation(folder)
    documents = snapshot.store.get(range(len(snapshot.store)))
    [name] = [document.id for document in documents.values() if document.id != "shared"]
    return name


def recorded(tmp_path: Path, before: list[str], name: str) -> list[Moment]:
    """The moments of a rebuild after others."""
    (tmp_path / "disk").mkdir()
    for each in before:
        rebuild(tmp_path, tmp_path / "disk" / "index", each)
    recorder = Recorder(tmp_path / "disk")
    with recorder.recording():
        rebuild(tmp_path, tmp_path / "disk" / "index", name)
    return recorder.moments


def disks(moments: list[Moment], folder: Path) -> Iterator[tuple[int, str, Path]]:
    """What a machine may find after each moment: the moment's number, and the disk with its description."""
    for number, (before, moment) in enumerate(pairwise([None, *moments])):
        # Of the many files that are flushed one after another, a third is enough.
        seeds = 0 if moment.call.startswith("fsync") and number % 3 else SEEDS
        chosen = {f"seed {seed}": anything(f"{number} {seed}") for seed in range(seeds)}
        if before is None or before.certain != moment.certain:
            chosen["nothing more"] = nothing_more
        if before is None or before.seen != moment.seen:
            chosen["everything"] = everything
        for name, choose in chosen.items():
            yield number, f"before {moment.call}, {name}", moment.remains(folder / f"{number} {name}", choose)


def test_the_machine_goes_off_at_any_moment_of_a_rebuild(tmp_path: Path) -> None:
    """With generations to be kept, to be linked from, and to be deleted."""
    moments = recorded(tmp_path, ["first", "second"], "third")
    assert len(moments) > 50
    found: Counter[str] = Counter()
    for number, said, disk in disks(moments, tmp_path):
        try:
            found[live(disk / "index")] += 1
        except StoredIndexError as problem:
            pytest.fail(f"{said}: {problem}")
        if number % NEXT_REBUILD_EVERY == 0:
            assert_next_rebuild_clears_up(tmp_path, disk / "index")
    assert set(found) == {"second", "third"}
    assert live(moments[-1].remains(tmp_path / "end", nothing_more) / "index") == "third"


def assert_next_rebuild_clears_up(tmp_path: Path, index: Path) -> None:
    rebuild(tmp_path, index, "fourth")
    assert live(index) == "fourth"
    left = sorted(path.name for path in (index / "generations").iterdir())
    assert [name for name in left if name.startswith(".")] == []
    assert len(left) == IndexSettings().keep_generations
    assert sorted(path.name for path in index.iterdir()) == ["CURRENT", "LOCK", "generations"]


def test_the_machine_goes_off_during_the_first_rebuild(tmp_path: Path) -> None:
    """There is no index yet, or the whole of it."""
    moments = recorded(tmp_path, [], "first")
    found: Counter[str] = Counter()
    for _, _, disk in disks(moments, tmp_path):
        try:
            found[live(disk / "index")] += 1
        except IndexNotFound:
            found["none"] += 1
    assert set(found) == {"none", "first"}
    assert live(moments[-1].remains(tmp_path / "end", nothing_more) / "index") == "first"
