"""Kills rebuilds at random moments; the index has to be whole each time, the old one or the new.

    python -m scripts.stress.kills --kills 1000

Half are killed after a random time, half at a random one of their steps on the disk (opening, making, renaming,
linking, removing), which come so close together that time alone would hardly fall between them.
"""

import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from index.encoder import BUNDLED, load_encoder
from index.errors import StoredIndexError
from scripts.stress.corpora import build, conclude, live_ids, write_corpus

_STEPS = ("open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "os.truncate", "sqlite3.connect")


@click.command()
@click.option("--kills", default=1000, show_default=True)
@click.option("--seed", default=1, show_default=True)
def main(kills: int, seed: int) -> None:
    """Kill rebuilds and look at what they leave."""
    load_encoder(BUNDLED).encode_queries(["warm"])
    with TemporaryDirectory() as temporary:
        found = kill_rebuilds(Path(temporary), kills, random.Random(seed))
    whole = found["whole, old"] + found["whole, new"]
    told = ", ".join(f"{outcome}: {count}" for outcome, count in sorted(found.items()))
    conclude("kills", whole == kills and found.total() == kills, f"{whole} of {kills} left a whole index ({told})")


def kill_rebuilds(folder: Path, kills: int, draw: random.Random) -> Counter[str]:
    """How many of the kills left a whole index, by which index it was; and how many did not."""
    index = folder / "index"
    corpora = {name: folder / name / "news.jsonl" for name in ("a", "b")}
    ids = {name: write_corpus(path, name, every=8) for name, path in corpora.items()}
    build(corpora["a"], index)
    live, found = "a", Counter[str]()
    seconds, steps = _measure(corpora["a"], corpora["b"], folder / "measured")
    for number in range(kills):
        other = "b" if live == "a" else "a"
        if number % 2:
            _run_and_kill(partial(build, corpora[other], index), after=draw.uniform(0, seconds * 1.5))
        else:
            _run_and_kill(partial(build, corpora[other], index), at_step=draw.randint(1, steps))
        try:
            holds = live_ids(index)
        except StoredIndexError as problem:
            click.echo(f"kill {number}: {problem}", err=True)
            found["broken"] += 1
            build(corpora[live], index)
            continue
        if holds not in ids.values():
            found["mixed"] += 1
            continue
        found["whole, new" if holds == ids[other] else "whole, old"] += 1
        live = other if holds == ids[other] else live
    build(corpora[live], index)
    left = [path.name for path in (index / "generations").iterdir() if path.name.startswith(".")]
    if left:
        found["not cleared up"] += 1
    return found


def _measure(old: Path, new: Path, index: Path) -> tuple[float, int]:
    """Seconds and steps on the disk of a rebuild beside an older generation of another corpus."""
    build(old, index)
    count = 0

    def step(event: str, _: object) -> None:
        nonlocal count
        count += event in _STEPS

    sys.addaudithook(step)
    started = time.perf_counter()
    build(new, index)
    return time.perf_counter() - started, count


def _run_and_kill(rebuild: Callable[[], object], after: float | None = None, at_step: int | None = None) -> None:
    """Run a rebuild in a process of its own that dies by SIGKILL, unless it ends first."""
    child = os.fork()
    if not child:
        if at_step is not None:
            sys.addaudithook(_Killer(at_step))
        rebuild()
        os._exit(0)
    if after is not None:
        time.sleep(after)
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


class _Killer:
    """Kills its own process at the n-th step."""

    def __init__(self, steps: int) -> None:
        self._left = steps

    def __call__(self, event: str, _: object) -> None:
        if event in _STEPS:
            self._left -= 1
            if not self._left:
                os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main()
