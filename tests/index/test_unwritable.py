"""No space, no access: a rebuild that cannot write says so in a sentence, and the live generation serves on."""

import builtins
import errno
import io
import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from index.build import build_index
from index.errors import IndexUnwritable
from index.generations import Generations
from index.manifest import Manifest
from index.settings import IndexSettings
from index.snapshot import Snapshot
from tests.fakes import FakeEncoder, write_json_lines

ROOT = Path(__file__).parents[2]
PROBLEMS = [errno.ENOSPC, errno.EACCES, errno.EROFS, errno.EDQUOT]
CALLS = ("fsync", "rename", "replace", "mkdir")


@contextmanager
def failing(at: int, number: int) -> Iterator[list[str]]:
    """The n-th call that changes anything fails; gives the list of those that were made."""

    def fail(name: str, *arguments: Any) -> None:
        raise OSError(number, os.strerror(number), *([str(arguments[0])] if name == "open" else []))

    with counting(at, fail) as made:
        yield made


@contextmanager
def full(at: int) -> Iterator[list[str]]:
    """The disk is full from the n-th call on: whatever is written then fails, by Python, numpy, SQLite or faiss."""
    unbounded = resource.getrlimit(resource.RLIMIT_FSIZE)

    def fill(name: str, *arguments: Any) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, unbounded[1]))

    try:
        with counting(at, fill) as made:
            yield made
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, unbounded)


@contextmanager
def counting(at: int, happens: Callable[..., None]) -> Iterator[list[str]]:
    """Something happens at the n-th call that changes anything; gives the list of those that were made."""
    made: list[str] = []

    def counted(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*arguments: Any, **named: Any) -> Any:
            if _writes(name, *arguments, **named):
                made.append(name)
                if len(made) == at:
                    happens(name, *arguments)
            return call(*arguments, **named)

        return wrapped

    with pytest.MonkeyPatch.context() as patch:
        for name in CALLS:
            patch.setattr(os, name, counted(name, getattr(os, name)))
        whole = io.open
        patch.setattr(io, "open", counted("open", whole))
        patch.setattr(builtins, "open", counted("open", whole))
        yield made


def _writes(call: str, *arguments: Any, **named: Any) -> bool:
    """Whether a call changes anything on the disk."""
    if call == "open":
        mode = named.get("mode", arguments[1] if len(arguments) > 1 else "r")
        return bool(set("wxa+") & set(str(mode)))
    return call != "mkdir" or not Path(arguments[0]).exists()


def source_of(folder: Path, name: str) -> Path:
    records = [{"id": name, "text": f"The {name} text."}, {"id": "shared", "text": "A text that stays as it is."}]
    return write_json_lines(folder / "source" / "texts.jsonl", [{**one, "language": "en"} for one in records])


def build(source: Path, index: Path) -> None:
    build_index([source], index, IndexSettings(), FakeEncoder(), FakeEncoder())


def rebuild(folder: Path, index: Path, name: str) -> None:
    build(source_of(folder, name), index)


def live(index: Path) -> str:
    folder = Generations(index).current()
    Manifest.read(folder).check_contents(folder)
    store = Snapshot.open_generation(folder).store
    [name] = [document.id for document in store.get(range(len(store))).values() if document.id != "shared"]
    return name


def unpublished(index: Path) -> list[str]:
    return [path.name for path in (index / "generations").iterdir() if path.name.startswith(".")]


class Live:
    """The live generation of an index, looked through whenever any file of it is another than at the last look."""

    def __init__(self, index: Path) -> None:
        self._index = index
        self._seen: dict[str, tuple[int, int, int]] = {}
        self._name = ""

    def name(self) -> str:
        folder = Generations(self._index).current()
        facts = {str(path): path.stat() for path in folder.rglob("*") if path.is_file()}
        seen = {path: (fact.st_ino, fact.st_size, fact.st_mtime_ns) for path, fact in facts.items()}
        if seen != self._seen:
            self._seen, self._name = seen, live(self._index)
        return self._name


def test_every_write_fails_in_its_turn(tmp_path: Path) -> None:
    """It is one sentence, the live generation is whole, and nothing is left lying about."""
    index, source = indexed(tmp_path)
    with failing(0, 0) as calls:
        build(source, index)
    assert {"open", "fsync", "rename", "replace", "mkdir"} == set(calls)
    expected, found = "third", Live(index)
    for turn in range(1, len(calls) + 1):
        number, name = PROBLEMS[turn % len(PROBLEMS)], f"rebuild {turn}"
        source = source_of(tmp_path, name)
        with failing(turn, number) as made, pytest.raises(IndexUnwritable) as raised:
            build(source, index)
        assert str(index) in str(raised.value)
        assert os.strerror(number) in str(raised.value)
        assert "free space on the disk or give access, then try again" in str(raised.value)
        assert unpublished(index) == [] or made[-1] in ("rename", "fsync"), made[-1]
        published = "replace" in made[:-1]
        expected = name if published else expected
        assert found.name() == expected, f"turn {turn}, {made[-1]}"
    assert_the_next_succeeds(tmp_path, index)


def test_a_first_build_that_fails_speaks_of_no_generation(tmp_path: Path) -> None:
    """There is none that could be whole; the next build makes one."""
    index, source = tmp_path / "index", source_of(tmp_path, "first")
    with failing(12, errno.ENOSPC), pytest.raises(IndexUnwritable, match="nothing was published, and there is no"):
        build(source, index)
    assert unpublished(index) == []
    build(source, index)
    with failing(12, errno.ENOSPC), pytest.raises(IndexUnwritable, match="the live generation is whole"):
        build(source, index)
    assert live(index) == "first"


def test_the_disk_is_full_from_any_file_on(tmp_path: Path) -> None:
    """Each file that Python opens may be the first that cannot be written, and what others open after it."""
    index, source = indexed(tmp_path)
    with failing(0, 0) as calls:
        build(source, index)
    found = Live(index)
    turns = [turn for turn, call in enumerate(calls, 1) if call == "open"]
    assert len(turns) > 50
    for turn in turns:
        source = source_of(tmp_path, f"rebuild {turn}")
        with full(turn), pytest.raises(IndexUnwritable, match="free space on the disk or give access, then try again"):
            build(source, index)
        assert unpublished(index) == []
        assert found.name() == "third", f"turn {turn}"
    assert_the_next_succeeds(tmp_path, index)


def indexed(folder: Path) -> tuple[Path, Path]:
    """An index with a generation to go back to, and what to build a third of."""
    index = folder / "index"
    rebuild(folder, index, "first")
    rebuild(folder, index, "second")
    return index, source_of(folder, "third")


def assert_the_next_succeeds(folder: Path, index: Path) -> None:
    rebuild(folder, index, "last")
    assert live(index) == "last"
    assert unpublished(index) == []
    assert len(Generations(index).published()) == IndexSettings().keep_generations


# Rebuilds the index of argv[1] from argv[2] by the command line with files of at most so many bytes, as many times as
# argv[3] lists; then without a bound. Whatever writes meets the bound: Python, numpy, SQLite and faiss.
BOUNDED = """
import contextlib, io, json, resource, sys
import index.encoder
from scripts import hudhud
from tests.fakes import FakeEncoder

index.encoder.load_encoder = FakeEncoder
folder, source, bounds = sys.argv[1:]
for bound in [*json.loads(bounds), resource.RLIM_INFINITY]:
    said, status = io.StringIO(), 0
    sys.argv[1:] = ["rebuild-index", source, "--index", folder]
    resource.setrlimit(resource.RLIMIT_FSIZE, (bound, resource.RLIM_INFINITY))
    try:
        with contextlib.redirect_stderr(said), contextlib.redirect_stdout(io.StringIO()):
            hudhud.main()
    except SystemExit as end:
        status = end.code
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    print(json.dumps([status, said.getvalue()]))
"""


def test_whatever_meets_a_full_disk_it_is_one_sentence(tmp_path: Path) -> None:
    """Python, numpy, SQLite and faiss each have their own way to say it."""
    index = tmp_path / "index"
    rebuild(tmp_path, index, "first")
    records = [{"id": f"{n}", "text": f"Text {n} of the second.", "language": "en"} for n in range(200)]
    source = write_json_lines(tmp_path / "other" / "texts.jsonl", records)
    bounds = [0, 100, 1_000, 3_000, 5_000, 10_000, 30_000, 60_000, 90_000]
    command = [sys.executable, "-c", BOUNDED, str(index), str(source), json.dumps(bounds)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    outcomes = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(outcomes) == len(bounds) + 1
    for bound, (status, said) in zip(bounds, outcomes[:-1], strict=True):
        assert (status, said.count("\n")) == (1, 1), f"{bound}: {said}"
        assert said.startswith(f"hudhud: {index} cannot be written ("), f"{bound}: {said}"
    assert outcomes[-1] == [0, ""]
    assert len(Generations(index).published()) == 2
    assert unpublished(index) == []
