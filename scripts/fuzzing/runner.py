"""Spoiled files read in a process of their own, with a watchdog and a bound on memory."""

import json
import resource
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Timer
from time import perf_counter
from zlib import crc32

from index.errors import SourceError
from index.readers import guard, read_sources
from scripts.fuzzing.mutations import mutated
from scripts.fuzzing.seeds import SEEDS

SECONDS = 5.0
MEMORY = 1 << 30
_PATIENCE_SECONDS = 60.0  # of the watchdog, which has to wait when a process for parsers starts on a busy machine
# What the messages of `index.readers.guard` say when it had to stop a parser.
_STOPPED = ("its reader broke down", "seconds to read", "more memory to read")


@dataclass(slots=True)
class Outcome:
    """What came of the mutations of one format, counted.

    `whole` were read without a problem; of `part`, some documents were read and others named;
    of `named` none. `stopped` are among the named errors: those where only the guard kept a parser from harm.
    `memory` is the largest resident size of the reading process or of a parser's, in bytes.
    """

    runs: int = 0
    whole: int = 0
    part: int = 0
    named: int = 0
    stopped: int = 0
    crashes: list[str] = field(default_factory=list)
    hangs: list[str] = field(default_factory=list)
    memory: int = 0

    @property
    def failed(self) -> bool:
        """Whether a mutation did what none may do."""
        return bool(self.crashes or self.hangs or self.memory > MEMORY)


def fuzz(name: str, start: int, stop: int) -> Outcome:
    """Read the mutations of a format with these numbers; a process that dies or hangs is replaced by another."""
    outcome = Outcome()
    number = start
    while number < stop:
        number = _run(name, number, stop, outcome)
    return outcome


def _run(name: str, start: int, stop: int, outcome: Outcome) -> int:
    """Read on in a new process; returns the number of the mutation with which to go on."""
    command = [sys.executable, "-m", "scripts.fuzzing.runner", name, str(start), str(stop)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        number = start
        while number < stop:
            clock = Timer(_PATIENCE_SECONDS, process.kill)
            clock.start()
            line = process.stdout.readline()
            late = not clock.is_alive()
            clock.cancel()
            if not line:
                outcome.runs += 1
                trouble = process.stderr.read().strip().rpartition("\n")[2]
                (outcome.hangs if late else outcome.crashes).append(
                    f"{name} {number}: status {process.wait()} {trouble}"
                )
                return number + 1
            told = json.loads(line)
            _count(told, outcome)
            if told["seconds"] > SECONDS and not told["started"]:
                outcome.hangs.append(f"{name} {number}: {told['seconds']:.1f} seconds")
            number += 1
        outcome.memory = max(outcome.memory, int(process.stdout.readline() or 0))
    return number


def _count(told: dict[str, float], outcome: Outcome) -> None:
    outcome.runs += 1
    if not told["problems"]:
        outcome.whole += 1
    elif told["documents"]:
        outcome.part += 1
    else:
        outcome.named += 1
    outcome.stopped += bool(told["stopped"])


def main() -> None:
    """Read mutations and write a line on each; what is not a named error ends the process."""
    name, start, stop = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    seed = SEEDS[name]()
    with tempfile.TemporaryDirectory() as folder:
        for number in range(start, stop):
            path = Path(folder) / name
            path.write_bytes(mutated(seed, crc32(name.encode()) + number))
            print(json.dumps(_read(path)), flush=True)
    print(max(_own_peak(), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) * 1024, flush=True)


def _own_peak() -> int:
    """The largest resident size of this process in KiB. What getrusage tells begins with the size of the parent."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:"))


def _read(path: Path) -> dict[str, float]:
    problems: Counter[bool] = Counter()

    def note(problem: SourceError) -> None:
        if not str(problem).strip():
            raise AssertionError(f"an error without a sentence: {problem!r}")
        problems[any(words in str(problem) for words in _STOPPED)] += 1

    source = f"sqlite:///{path}?table=articles" if path.suffix == ".db" else path
    documents = 0
    parser, began = _parser(), perf_counter()
    for document in read_sources([source], note):
        document.text.encode()  # what has no UTF-8 would break the index later
        document.id.encode()
        documents += 1
    return {
        "documents": documents,
        "problems": problems.total(),
        "stopped": problems[True],
        "seconds": perf_counter() - began,
        "started": _parser() not in (parser, 0),
    }


def _parser() -> int:
    """The process in which parsers work, 0 when there is none."""
    return guard._idle[-1]._process.pid if guard._idle else 0


def chunks(total: int, size: int) -> Iterator[tuple[int, int]]:
    """Ranges of numbers, each no longer than a size.

    >>> list(chunks(5, 2))
    [(0, 2), (2, 4), (4, 5)]
    """
    for start in range(0, total, size):
        yield start, min(start + size, total)


if __name__ == "__main__":
    main()
