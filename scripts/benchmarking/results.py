"""The figures of a run, written down after each measurement, so that nothing is lost when a run ends early."""

import json
import shlex
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from scripts.benchmarking.bounds import machine

NAME = "benchmarks.json"

Figures = dict[str, Any]


class Results:
    """`figures`: `machine`, `bounds`, `commands`, and under `sizes` those of each number of documents."""

    def __init__(self, folder: Path | None, figures: Figures | None = None) -> None:
        self.figures: Figures = figures or {"machine": machine(), "commands": [], "bounds": {}, "sizes": {}}
        self._folder = folder

    @classmethod
    def read(cls, folder: Path) -> "Results":
        """Those of an earlier run, to add to."""
        return cls(folder, json.loads((folder / NAME).read_text(encoding="utf-8")))

    def of(self, size: int) -> Figures:
        """The figures of a size: `hudhud` by measure, and `peers` by name."""
        found: Figures = self.figures["sizes"].setdefault(str(size), {"hudhud": {}, "peers": {}})
        return found

    def peers_before(self, size: int) -> Mapping[str, Figures]:
        """Of the next smaller size the figures of each peer, with how many times larger this one is."""
        smaller = [int(other) for other in self.figures["sizes"] if int(other) < size]
        if not smaller:
            return {}
        return {peer: {**of, "growth": size / max(smaller)} for peer, of in self.of(max(smaller))["peers"].items()}

    def taker(self, into: Figures, then: Callable[[str, Figures], None]) -> Callable[[str, Figures], None]:
        """What takes down a measurement by its name."""

        def take(name: str, figures: Figures) -> None:
            into[name] = figures
            self.save()
            then(name, figures)

        return take

    def save(self) -> None:
        """Write all figures to the folder, if there is one."""
        if self._folder:
            self._folder.mkdir(parents=True, exist_ok=True)
            text = json.dumps(self.figures, ensure_ascii=False, indent=1)
            (self._folder / NAME).write_text(text + "\n", encoding="utf-8")


def command() -> str:
    """The command that was given, without what names a folder of this machine."""
    kept: list[str] = []
    arguments = iter(sys.argv[1:])
    for argument in arguments:
        if argument in ("--index", "--work", "--results"):
            next(arguments, None)
        else:
            kept.append(argument)
    return shlex.join(["python", "scripts/benchmark.py", *kept])
