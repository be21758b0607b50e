"""The process in which other people's parsers work; `guard` starts it and speaks to it.

For each line of JSON on standard input that names a file it answers in lines on standard output:
`begin` when the parser is loaded, `document`, `problem` (reported, the reading goes on), `alive`,
and at the end `done` or `raised`.
"""

import json
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import Any

from index.errors import FileDamaged, LimitExceeded, RecordError, SourceError
from index.readers.item import Item
from index.readers.limits import Limits
from index.readers.registry import FORMATS, Format
from index.types import RawDocument

try:
    import resource
except ImportError:  # not on Windows, where the guard's clock is what there is
    resource = None  # type: ignore[assignment]

Answer = Callable[..., None]


def main() -> None:
    """Read the files that standard input names until it ends."""
    limits = Limits(**json.loads(sys.argv[1]))
    _bound_memory(limits)
    answer = _answer_on(os.dup(sys.stdout.fileno()))
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what parsers print is no answer
    for line in sys.stdin.buffer:
        _serve(json.loads(line), limits, answer)


def _serve(request: dict[str, Any], limits: Limits, answer: Answer) -> None:
    name = request.pop("format")
    kind = next(kind for kind in FORMATS if kind.name == name)
    _load(kind)

    def alive(**message: Any) -> None:
        _bound_time(limits)
        answer(**message)

    path = Path(request.pop("path"))
    alive(begin=True)
    try:
        local = Path(request.pop("local"))
        with local.open("rb") as stream:
            item = Item(
                path=path, stream=stream, limits=limits, local=local, progress=lambda: alive(alive=True), **request
            )
            for document in kind.read(item, lambda problem: alive(problem=_told(problem))):
                if isinstance(document, RawDocument):  # nothing is known here, so all are
                    alive(document=asdict(document))
    except SourceError as problem:
        answer(raised=_told(problem))
    except MemoryError:
        answer(raised=_told(LimitExceeded(f"{path}: takes more memory to read than a file may; split it and rebuild")))
    except (OSError, EOFError) as problem:
        answer(raised=_told(FileDamaged(f"{path}: cannot be read ({problem}); check the file and rebuild")))
    else:
        answer(done=True)


def _load(kind: Format) -> None:
    """Import the parser beforehand, so that no file is blamed for the time that takes."""
    for module in kind.modules:
        with suppress(ImportError):  # the reader says what is missing
            import_module(module)


def _told(problem: SourceError) -> dict[str, Any]:
    if isinstance(problem, RecordError):
        arguments = [str(problem.path), problem.line, problem.problem, problem.unit]
        return {"kind": "RecordError", "arguments": arguments}
    return {"kind": type(problem).__name__, "arguments": [str(problem)]}


def _answer_on(descriptor: int) -> Answer:
    stream = os.fdopen(descriptor, "wb")

    def answer(**message: Any) -> None:
        stream.write(json.dumps(message).encode() + b"\n")
        stream.flush()

    return answer


def _bound_memory(limits: Limits) -> None:
    if resource is None:
        return
    with suppress(ValueError, OSError):  # a stricter bound may hold already
        resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _bound_time(limits: Limits) -> None:
    """Let the system end this process when it has worked that much longer without a sign of life.

    Working time, so that a busy machine does not make files look hostile.
    """
    if resource is not None:
        used = resource.getrusage(resource.RUSAGE_SELF)
        seconds = int(used.ru_utime + used.ru_stime + limits.step_seconds) + 1
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.getrlimit(resource.RLIMIT_CPU)[1]))


if __name__ == "__main__":
    main()
