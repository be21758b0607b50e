"""How soon a new process has answered: `hudhud search`, with the index in the page cache and without."""

import os
import statistics
import subprocess
import sys
from pathlib import Path
from time import perf_counter

from scripts.benchmarking.process import Tell


def cold_start(tell: Tell, index: str, queries: list[str]) -> None:
    """Tell the median seconds from starting a process to its answer, each time for another query.

    `imports` are the seconds of a process that only imports what a search needs, and ends.
    """
    imports = [_timed([sys.executable, "-c", "import search.searcher"])[0] for _ in queries]
    warm = [_answer(index, query) for query in queries]
    cold = [_answer(index, query) for query in queries if _forget(Path(index))]
    tell(imports=round(statistics.median(imports), 3))
    tell(warm=round(statistics.median(warm), 3), cold=round(statistics.median(cold), 3) if cold else None)


def _answer(index: str, query: str) -> float:
    taken, answer = _timed([sys.executable, "-m", "scripts.hudhud", "search", query, "--index", index])
    if not answer.stdout:  # finding nothing is an answer too, though its exit status is 1
        raise RuntimeError(answer.stderr.decode(errors="replace"))
    return taken


def _timed(command: list[str]) -> "tuple[float, subprocess.CompletedProcess[bytes]]":
    started = perf_counter()
    answer = subprocess.run(command, capture_output=True, check=False)
    return perf_counter() - started, answer


def _forget(index: Path) -> bool:
    """Have the system drop the files of an index from its page cache; False where it offers no way."""
    if not hasattr(os, "posix_fadvise"):
        return False
    for path in index.rglob("*"):
        if path.is_file():
            with path.open("rb") as stream:
                os.fsync(stream.fileno())
                os.posix_fadvise(stream.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    return True
