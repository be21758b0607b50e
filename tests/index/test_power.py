"""The machine goes off at any moment of a rebuild: the live generation is whole, old or new, and the next clears up."""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index.build import build_index
from index.errors import IndexNotFound, StoredIndexError
from index.generations import Generations
from index.manifest import Manifest
from index.settings import IndexSettings
from index.snapshot import Snapshot
from tests.disk import Choose, Moment, Recorder, above, anything, below, everything, nothing_more
from tests.fakes import FakeEncoder, write_json_lines

NEXT_REBUILD_EVERY = 40  # moments
REPEATED = ("fsync", "link", "mkdir", "rmdir", "unlink")
EVERY = 8  # of those that are repeated


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


def recorded(
    tmp_path: Path, before: list[str], name: str, forgets: Callable[[Path], bool] = lambda path: False
) -> Recorder:
    """What a rebuild after others did, with the moments of it."""
    (tmp_path / "disk").mkdir()
    for each in before:
        rebuild(tmp_path, tmp_path / "disk" / "index", each)
    recorder = Recorder(tmp_path / "disk", forgets)
    with recorder.recording():
        rebuild(tmp_path, tmp_path / "disk" / "index", name)
    return recorder


def disks(moments: list[Moment], folder: Path) -> Iterator[tuple[int, str, Path]]:
    """What a machine may find, from the end on: the moment's number, and the disk with its description.

    Of calls that go through one file after the other, one in so many is enough.
    """
    for number, moment in reversed(list(enumerate(moments))):
        if number % EVERY == 0 or not moment.call.startswith(REPEATED):
            for name, choose in {**MIXTURES, "anything": anything(str(number))}.items():
                yield number, f"before {moment.call}, {name}", moment.remains(folder / f"{number} {name}", choose)


MIXTURES: dict[str, Choose] = {
    "nothing more": nothing_more,
    "everything": everything,
    **{f"below {depth}": below(depth) for depth in (1, 2)},
    **{f"above {depth}": above(depth) for depth in (1, 2)},
}


def test_the_machine_goes_off_at_any_moment_of_a_rebuild(tmp_path: Path) -> None:
    """With generations to be kept, to be linked from, and to be deleted."""
    moments = recorded(tmp_path, ["first", "second"], "third").moments
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
    moments = recorded(tmp_path, [], "first").moments
    found: Counter[str] = Counter()
    for _, _, disk in disks(moments, tmp_path):
        try:
            found[live(disk / "index")] += 1
        except IndexNotFound:
            found["none"] += 1
    assert set(found) == {"none", "first"}
    assert live(moments[-1].remains(tmp_path / "end", nothing_more) / "index") == "first"


class Waits:
    """What each wait of a rebuild is for: what is waited for, and how many times before."""

    def __init__(self) -> None:
        self.kinds: list[str] = []

    def kind(self, path: Path) -> str:
        """The kind of the next wait, which is for a path."""
        inside = path.parts[path.parts.index("disk") :]
        names = {2: "the folder of the index", 3: "CURRENT", 4: "a generation's folder"}
        if path.name == "generations":
            name = f"the folder of the generations, {1 + sum('generations' in kind for kind in self.kinds)}"
        else:
            name = names.get(len(inside)) or self._within(path)
        self.kinds.append(name)
        return name

    def _within(self, path: Path) -> str:
        if path.is_dir():
            return "a folder in a generation"
        return {"manifest.json": "the manifest", "report.json": "the report"}.get(path.name, "a file in a generation")


WAITS = (
    *("a file in a generation", "the report", "the manifest", "a folder in a generation", "a generation's folder"),
    *("the folder of the generations, 1", "CURRENT", "the folder of the index", "the folder of the generations, 2"),
)
"""In the order in which a rebuild comes to them."""


@pytest.mark.parametrize("left_out", WAITS)
def test_no_wait_can_be_left_out(tmp_path: Path, left_out: str) -> None:
    """Without it there is a moment at which the machine must not go off: each is needed, and would be missed here."""
    waits = Waits()
    moments = recorded(tmp_path, ["first", "second"], "third", lambda path: waits.kind(path) == left_out).moments
    assert tuple(dict.fromkeys(waits.kinds)) == WAITS
    end = moments[-1].remains(tmp_path / "end", nothing_more)
    found = disks(moments, tmp_path)
    assert is_lost(end) or live(end / "index") != "third" or any(is_lost(disk) for _, _, disk in found)


def is_lost(disk: Path) -> bool:
    """Whether something that has been published cannot be read."""
    try:
        live(disk / "index")
    except StoredIndexError:
        return True
    return False
