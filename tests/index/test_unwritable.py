"""No space, no access: a rebuild that cannot write says so in a sentence, and the live generation serves on."""

import builtins
import errno
import io
import json
import os
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
FEWER = 6  # of the many files that are opened and flushed one after another, every so many


@contextmanager
def failing(at: int, number: int) -> Iterator[list[str]]:
    """The n-th call that writes fails; gives the list of those that were made."""
    made: list[str] = []

    def counted(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*arguments: Any, **named: Any) -> Any:
            if _writes(name, *arguments, **named):
                made.append(name)
                if len(made) == at:
                    place = [str(arguments[0])] if name == "open" else []
                    raise OSError(number, os.strerror(number), *place)
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


def test_a_write_that_fails_leaves_the_live_generation_and_no_litter(tmp_path: Path) -> None:
    """At each step in its turn; only after the last one is the new generation live."""
    index = tmp_path / "index"
    rebuild(tmp_path, index, "first")
    rebuild(tmp_path, index, "second")
    third = source_of(tmp_path, "third")
    with failing(0, 0) as calls:
        build(third, index)
    turns = [turn for turn, call in enumerate(calls, 1) if call not in ("open", "fsync") or turn % FEWER == 0]
    assert {calls[turn - 1] for turn in turns} >= {"open", "fsync", "rename", "replace", "mkdir"}
    expected = "third"
    for place, turn in enumerate(turns):
        number, name = PROBLEMS[place % len(PROBLEMS)], f"rebuild {turn}"
        source = source_of(tmp_path, name)
        with failing(turn, number) as made, pytest.raises(IndexUnwritable) as raised:
            build(source, index)
        assert str(index) in str(raised.value)
        assert os.strerror(number) in str(raised.value)
        assert "free space on the disk or give access, then try again" in str(raised.value)
        assert unpublished(index) == [] or made[-1] == "rename", made[-1]
        published = "replace" in made[:-1]
        expected = name if published else expected
        assert live(index) == expected, f"turn {turn}, {made[-1]}"
    rebuild(tmp_path, index, "last")
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
