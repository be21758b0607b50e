"""kill -9 at any moment of a rebuild leaves an index that serves, and the next rebuild clears up."""

import subprocess
import sys
from pathlib import Path

import pytest

from index.build import build_index
from index.generations import Generations
from index.settings import IndexSettings
from index.snapshot import Snapshot
from tests.fakes import FakeEncoder, write_json_lines

ROOT = Path(__file__).parents[2]

# Rebuilds the index of argv[1] from argv[2] and kills itself at the point of argv[3].
KILLED = """
import os, signal, sys
from pathlib import Path

import index.build
import index.generations
import index.partitions
import index.preparing
import index.segments
from index.settings import IndexSettings
from tests.fakes import FakeEncoder

def die(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)

def die_at_the_second_document(raw, articles=index.preparing.articles, seen=[]):
    seen.append(raw)
    return articles(raw) if len(seen) < 2 else die()

def die_half_way(folder):
    next(path for path in sorted(Path(folder).rglob("*")) if path.is_file()).unlink()
    die()

def finished():
    return any(Path(sys.argv[1]).glob("generations/.*/manifest.json"))

point = sys.argv[3]
if point == "while reading":
    index.preparing.articles = die_at_the_second_document
elif point == "after the vectors":
    index.partitions.PartitionWriter._write_words = die
elif point == "after a file is linked":
    index.segments.DocumentStore = die
elif point == "after the manifest":
    os.fsync = lambda number, fsync=os.fsync: fsync(number) if not finished() else die()
elif point == "before the rename":
    os.rename = die
elif point == "before CURRENT":
    index.generations.Generations.point_to = die
elif point == "while CURRENT is replaced":
    os.replace = die
elif point == "while old ones are deleted":
    index.generations._remove = die_half_way
index.build.build_index(
    [Path(sys.argv[2])], Path(sys.argv[1]), IndexSettings(), FakeEncoder(), FakeEncoder()
)
"""

POINTS = {
    "while reading": "second",
    "after a file is linked": "second",
    "after the vectors": "second",
    "after the manifest": "second",
    "before the rename": "second",
    "before CURRENT": "second",
    "while CURRENT is replaced": "second",
    "while old ones are deleted": "third",
}


SHARED = ["shared 1", "shared 2"]


def source(folder: Path, name: str) -> Path:
    """Two documents that say which rebuild they belong to, and two that all share: their texts lie in a linked file."""
    records = [{"id": f"{name} {n}", "text": f"The {name} text, number {n}.", "language": "en"} for n in (1, 2)]
    records += [{"id": f"shared {n}", "text": f"Text {n} stays as it is.", "language": "en"} for n in (1, 2)]
    return write_json_lines(folder / f"{name}.jsonl", records)


def rebuild(index: Path, path: Path) -> None:
    build_index([path], index, IndexSettings(), FakeEncoder(), FakeEncoder())


def live_documents(index: Path) -> list[str]:
    """The ids in the live generation, after every file of it is checked against its checksum."""
    snapshot = Snapshot.open(index)
    snapshot.manifest.check_contents(Generations(index).current())
    return [snapshot.store.get([number])[number].id for number in range(len(snapshot.store))]


def linked(index: Path) -> list[Path]:
    """The files of the live generation that another one has too."""
    return [path for path in Generations(index).current().rglob("*.db") if path.stat().st_nlink > 1]


@pytest.mark.parametrize(("point", "serving"), POINTS.items())
def test_kill_9_leaves_a_whole_index(tmp_path: Path, point: str, serving: str) -> None:
    """The old one before the last step, the new one after it; and no trace after the next rebuild."""
    index = tmp_path / "index"
    rebuild(index, source(tmp_path, "first"))
    rebuild(index, source(tmp_path, "second"))
    assert linked(index)
    command = [sys.executable, "-c", KILLED, str(index), str(source(tmp_path, "third")), point]
    killed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert killed.returncode == -9, killed.stderr
    assert live_documents(index) == [f"{serving} 1", f"{serving} 2", *SHARED]

    rebuild(index, source(tmp_path, "fourth"))
    assert live_documents(index) == ["fourth 1", "fourth 2", *SHARED]
    left = sorted(path.name for path in (index / "generations").iterdir())
    assert len(left) == 2
    assert left[-1] == Generations(index).current().name
    for folder in Generations(index).published():
        Snapshot.open_generation(folder)


def test_a_file_left_half_written_beside_current_is_no_harm(tmp_path: Path) -> None:
    """A crash between writing the new name and taking it leaves CURRENT.new."""
    index = tmp_path / "index"
    rebuild(index, source(tmp_path, "first"))
    (index / "CURRENT.new").write_text("2023")
    assert live_documents(index) == ["first 1", "first 2", *SHARED]
    rebuild(index, source(tmp_path, "second"))
    assert live_documents(index) == ["second 1", "second 2", *SHARED]
    assert not (index / "CURRENT.new").exists()
