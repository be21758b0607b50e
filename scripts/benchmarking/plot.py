"""The figures of a run as a picture: each cost against the number of documents, with the peers where they have one."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot
from matplotlib.axes import Axes
from matplotlib.ticker import LogLocator, NullFormatter

from scripts.benchmarking.costs import COSTS, STAGES, TIMES, number
from scripts.benchmarking.plan import HYBRID_PEERS, LEXICAL_PEERS

Figures = Mapping[str, Any]

_COLUMNS = 3
_PEER_PANELS = {
    "build, s": (HYBRID_PEERS, ("build_seconds",)),
    "memory, MB": (HYBRID_PEERS, ("memory", "total")),
    "hybrid search with snippets, ms": (HYBRID_PEERS, ("times", "p50")),
    "BM25 alone, plain words, p50, ms": (("hudhud", *LEXICAL_PEERS), ("times", "p50")),
    "BM25 alone, memory, MB": (("hudhud", *LEXICAL_PEERS), ("memory", "total")),
}


def plot(figures: Figures, path: Path) -> None:
    """Draw all panels into one picture."""
    sizes = sorted(figures["sizes"], key=int)
    panels: dict[str, list[_Line]] = {}
    for line in (*_own_lines(figures, sizes), *_peer_lines(figures, sizes)):
        if any(value is not None for value in line[2]):
            panels.setdefault(line[0], []).append(line)
    rows = -(-len(panels) // _COLUMNS)
    figure, axes = pyplot.subplots(rows, _COLUMNS, figsize=(4.6 * _COLUMNS, 3.4 * rows), squeeze=False)
    for axis in axes.flat[len(panels) :]:
        axis.set_axis_off()
    for axis, (title, group) in zip(axes.flat, panels.items(), strict=False):
        _draw(axis, title, [int(size) for size in sizes], group)
    figure.tight_layout()
    figure.savefig(path, dpi=90)
    pyplot.close(figure)


_Line = tuple[str, str, list[float | None], str]  # panel, label, a value for each size, style


def _own_lines(figures: Figures, sizes: Sequence[str]) -> Iterator[_Line]:
    hudhud = [figures["sizes"][size]["hudhud"] for size in sizes]
    for cost in COSTS:
        if cost.panel:
            yield cost.panel, cost.label, [cost.of(found) for found in hudhud], "-o"
    for times in TIMES:
        if times.panel:
            p50, _, p99 = zip(*(times.of(found) for found in hudhud), strict=True)
            yield times.panel, times.label, list(p50), "-o"
            if times.panel != STAGES:
                yield times.panel, f"{times.label}, p99", list(p99), ":o"


def _peer_lines(figures: Figures, sizes: Sequence[str]) -> Iterator[_Line]:
    for panel, (peers, place) in _PEER_PANELS.items():
        for peer in peers:
            found = [number(figures["sizes"][size]["peers"].get(peer, {}), place) for size in sizes]
            yield panel, peer, found, "-o" if peer == "hudhud" else "--s"


def _draw(axis: Axes, title: str, sizes: Sequence[int], lines: Sequence[_Line]) -> None:
    for _, label, values, style in lines:
        known = [(size, value) for size, value in zip(sizes, values, strict=True) if value is not None]
        if known:
            axis.plot(*zip(*known, strict=True), style, label=label, markersize=3, linewidth=1)
    axis.set_title(title, fontsize=9)
    axis.set_xscale("log")
    if title == "recall@10":
        axis.set_ylim(0.9, 1.005)
    else:
        axis.set_yscale("log")
        for place in (axis.yaxis, axis.xaxis):
            place.set_major_locator(LogLocator(subs=(1, 2, 5) if place is axis.yaxis else (1,)))
            place.set_major_formatter(lambda value, _: _short(value))
            place.set_minor_formatter(NullFormatter())
    axis.tick_params(labelsize=7)
    axis.grid(True, which="major", linewidth=0.3)
    axis.legend(fontsize=6)


def _short(value: float) -> str:
    """A number as an axis shows it: 20k, 1M, 0.05."""
    for size, letter in ((1_000_000, "M"), (1_000, "k")):
        if value >= size:
            return f"{value / size:g}{letter}"
    return f"{value:g}"
