"""A process that works for a build; `processes.py` starts it and speaks to it.

Standard input holds, pickled, what makes its resident and its number, then functions, each with an argument. For each
of these standard output gets what went wrong, or None, how many seconds it took, and what the function made of
resident and argument.
"""

import os
import pickle
import sys
from threading import Thread
from time import perf_counter, sleep
from typing import IO, Any, NoReturn

from index.errors import HudhudError
from index.garbage import old_objects_left_alone

_LOOKED_AFTER = 0.5  # seconds


def main() -> None:
    """Work until standard input ends."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what is printed is no answer
    requests = sys.stdin.buffer
    Thread(target=_end_with, args=(int(sys.argv[1]),), daemon=True).start()
    try:
        with old_objects_left_alone():
            _work(requests, answers)
    except (EOFError, BrokenPipeError):
        os._exit(0)  # nobody is there any more; there is nothing to put in order


def _work(requests: IO[bytes], answers: IO[bytes]) -> NoReturn:
    make, number = pickle.load(requests)
    resident = make(number)
    while True:
        function, argument = pickle.load(requests)
        pickle.dump(_answered(function, resident, argument), answers, pickle.HIGHEST_PROTOCOL)
        answers.flush()


def _end_with(parent: int) -> None:
    """End when the parent has died; the end of standard input is noticed only when there is nothing left to do."""
    while os.getppid() == parent:
        sleep(_LOOKED_AFTER)
    os._exit(1)


def _answered(function: Any, resident: Any, argument: Any) -> tuple[Exception | None, float, Any]:
    """What a function gives; any other error ends the process, and its traceback says where."""
    started = perf_counter()
    try:
        answer = function(resident, argument)
    except (HudhudError, OSError, MemoryError) as problem:
        return problem, perf_counter() - started, None
    return None, perf_counter() - started, answer


if __name__ == "__main__":
    main()
