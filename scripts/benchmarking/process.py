"""Measures in a process of its own: nothing of one measurement lies in the memory or the caches of the next.

`measure` starts `python -m scripts.benchmarking.process MODULE:FUNCTION PLACE ARGUMENTS`, which calls the function with
the arguments and a `Tell`; what it tells is kept even if it is killed for lasting too long.
"""

import importlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

_TICK = 0.05
_EVERY = 0.5  # seconds between two looks at the memory: looking takes the process some of its time
_LAST_WORDS = 300  # characters of an error that are told


class Tell:
    """Takes down figures, each as soon as it is known."""

    def __init__(self, place: Path) -> None:
        self._place = place

    def __call__(self, **figures: Any) -> None:
        with self._place.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(figures) + "\n")


def measure(function: str, limit: float, cores: set[int] | None = None, **arguments: Any) -> dict[str, Any]:
    """What `MODULE:FUNCTION` of this package tells within `limit` seconds.

    `peak_mb` is the most memory that it had, `peak_own_mb` the most that was not pages of files.
    `failed` says why it did not come to its end. `cores` are those it may run on.
    """
    with TemporaryDirectory() as temporary:
        place, errors = Path(temporary) / "told", Path(temporary) / "errors"
        place.touch()
        command = [sys.executable, "-m", __name__, function, str(place), json.dumps(arguments)]
        with errors.open("wb") as stream:
            process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=stream, start_new_session=True)
        if cores:
            os.sched_setaffinity(process.pid, cores)
        peak, in_time = _watch(process, limit)
        told: dict[str, Any] = {"peak_mb": peak["total"], "peak_own_mb": peak["own"]}
        for line in place.read_text(encoding="utf-8").splitlines():
            told |= json.loads(line)
        if not in_time:
            told["failed"] = f"over {limit / 60:.3g} minutes"
        elif process.returncode:
            lines = errors.read_text(encoding="utf-8", errors="replace").strip().splitlines()
            told["failed"] = lines[-1][:_LAST_WORDS] if lines else f"ended by signal {-process.returncode}"
        return told


def _watch(process: "subprocess.Popen[bytes]", limit: float) -> tuple[dict[str, float], bool]:
    """The most megabytes of each kind that `memory` tells, and whether the process ended within the limit."""
    peak = {"total": 0.0, "own": 0.0, "files": 0.0}
    started, looked = time.monotonic(), 0.0
    try:
        while process.poll() is None:
            now = time.monotonic()
            if now - started > limit:
                return peak, False
            if now - looked > _EVERY:
                found, looked = memory(process.pid), now
                peak = {kind: max(peak[kind], found[kind]) for kind in peak}
            time.sleep(_TICK)
        return peak, True
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def memory(process: int | None = None) -> dict[str, float]:
    """Megabytes of a process and those it started: in all, its own, and pages of files, shared ones counted once."""
    found = {"total": 0.0, "own": 0.0, "files": 0.0}
    for one in family(process or os.getpid()):
        kilobytes = _rollup(one)
        found["total"] += kilobytes.get("Pss", 0) / 1024
        found["own"] += kilobytes.get("Pss_Anon", 0) / 1024
        found["files"] += kilobytes.get("Pss_File", 0) / 1024
    return {name: round(megabytes, 1) for name, megabytes in found.items()}


def family(process: int) -> list[int]:
    """A process and those it started, and they."""
    found = [process]
    for parent in found:
        found += _children(parent)
    return found


def _children(process: int) -> list[int]:
    try:
        tasks = list(Path(f"/proc/{process}/task").iterdir())
        return [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except OSError:  # it has ended
        return []


def _rollup(process: int) -> Mapping[str, int]:
    """Kilobytes by kind of memory, as Linux counts them; nothing for a process that has ended."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()[1:]
    except OSError:
        return {}
    return {line.split(":")[0]: int(line.split()[1]) for line in lines}


def _run(function: str, place: str, arguments: str) -> None:
    module, name = function.split(":")
    found = getattr(importlib.import_module(f"scripts.benchmarking.{module}"), name)
    found(Tell(Path(place)), **json.loads(arguments))


if __name__ == "__main__":
    _run(*sys.argv[1:])
