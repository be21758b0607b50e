"""What this machine can do at best: the bounds that the costs of a search engine are held against."""

import json
import os
import platform
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from tokenizers import Tokenizer

from index.encoder import BUNDLED_FOLDER
from index.text import surfaces
from scripts.benchmarking.process import Tell

_NUMBERS = 1 << 27  # 512 MB of them: more than any cache holds
_ROUNDS = 5
_LINES = 5_000
_CALLS = 1_000_000


def machine() -> dict[str, Any]:
    """The processor, the cores this process may use, and gigabytes of memory; neither names nor paths."""
    models = [line.split(":", 1)[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")]
    return {
        "processor": models[0] if models else platform.machine(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(int(_lines("/proc/meminfo")[0].split()[1]) / 1e6),
        "python": platform.python_version(),
    }


def bounds(tell: Tell, corpus: str) -> None:
    """Tell the speed of reading memory, and of the bare steps that any build has to take, each on one core."""
    numbers = np.ones(_NUMBERS, dtype=np.float32)
    tell(read_gb_s=round(numbers.nbytes / _best(numbers.sum) / 1e9, 1))
    halves = np.array_split(numbers, 2)
    with ThreadPoolExecutor(2) as pool:
        both = _best(lambda: list(pool.map(np.sum, halves)))
    tell(read_gb_s_two=round(numbers.nbytes / both / 1e9, 1))
    with Path(corpus).open(encoding="utf-8") as stream:
        lines = list(islice(stream, _LINES))
    texts = [json.loads(line)["text"] for line in lines]
    words = sum(len(surfaces(text)) for text in texts)
    tokenizer = Tokenizer.from_file(str(BUNDLED_FOLDER / "tokenizer.json"))
    tell(
        json_lines_s=round(len(lines) / _best(lambda: [json.loads(line) for line in lines])),
        split_words_s=round(words / _best(lambda: [surfaces(text) for text in texts])),
        tokenizer_words_s=round(words / _best(lambda: [tokenizer.encode(text) for text in texts])),
        python_calls_s=round(_CALLS / _best(_call_nothing)),
        words_a_chunk=round(words / len(lines), 1),
    )


def _call_nothing() -> None:
    for _ in range(_CALLS):
        _nothing()


def _nothing() -> None:
    """What Python's own cost is measured with."""


def _best(call: Callable[[], object]) -> float:
    """Seconds of the quickest of a few rounds."""
    seconds: list[float] = []
    for _ in range(_ROUNDS):
        started = perf_counter()
        call()
        seconds.append(perf_counter() - started)
    return min(seconds)


def _lines(path: str) -> list[str]:
    return Path(path).read_text().splitlines()
