"""Writes the figures of a run as tables and a picture: `python -m scripts.benchmarking.report docs`.

In `benchmarks.md` what stands between two marks is replaced, and all else is left as it is.
"""

import sys
from pathlib import Path

from scripts.benchmarking.plot import plot
from scripts.benchmarking.results import Figures, Results
from scripts.benchmarking.tables import tables

_PAGE, _PICTURE = "benchmarks.md", "benchmarks.png"
_BEGIN, _END = "<!-- measured: from here on written by scripts/benchmarking/report.py -->", "<!-- measured: end -->"


def report(figures: Figures, folder: Path) -> None:
    """Write the page and the picture into a folder."""
    page = folder / _PAGE
    old = page.read_text(encoding="utf-8") if page.is_file() else f"{_BEGIN}\n{_END}\n"
    before, _, rest = old.partition(_BEGIN)
    _, _, after = rest.partition(_END)
    measured = f"{_BEGIN}\n\n{tables(figures)}\n\n![each cost against the number of documents]({_PICTURE})\n\n{_END}"
    page.write_text(before + measured + after, encoding="utf-8")
    plot(figures, folder / _PICTURE)


if __name__ == "__main__":
    place = Path(sys.argv[1])
    report(Results.read(place).figures, place)
