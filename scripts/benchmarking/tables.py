"""The figures of a run as tables in Markdown."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from scripts.benchmarking.costs import COSTS, TIMES, exponent
from scripts.benchmarking.limits import limits
from scripts.benchmarking.plan import HYBRID_PEERS, LEXICAL_PEERS

Figures = Mapping[str, Any]


def tables(figures: Figures) -> str:
    """All tables, with what was run and where."""
    sizes = sorted(figures["sizes"], key=int)
    machine = figures["machine"]
    return "\n".join(
        [
            "".join(f"`{command}`, " for command in figures["commands"])
            + f"on {machine['cores']} cores of {machine['processor']}, {machine['memory_gb']} GB, "
            f"Python {machine['python']}.",
            "",
            *_hudhud(figures, sizes),
            "",
            *_times(figures, sizes),
            "",
            *_stages(figures, sizes),
            "",
            *_lexical(figures, sizes),
            "",
            *_hybrid(figures, sizes),
            "",
            *_limits(figures, sizes),
        ]
    )


def _hudhud(figures: Figures, sizes: Sequence[str]) -> Iterator[str]:
    yield from _heading("Hudhud", [*_named(sizes), "exponent"])
    for cost in COSTS:
        values = [cost.of(figures["sizes"][size]["hudhud"]) for size in sizes]
        yield from _growing(cost.label, sizes, values, cost.digits)


def _times(figures: Figures, sizes: Sequence[str]) -> Iterator[str]:
    """The median, the 95th and the 99th of a hundred of each time."""
    yield from _heading("ms: p50 · p95 · p99", [*_named(sizes), "exponent of p50"])
    for times in TIMES:
        found = [times.of(figures["sizes"][size]["hudhud"]) for size in sizes]
        if any(values[0] for values in found):
            cells = [" · ".join(_cell(value, 2 if value and value < 10 else 0) for value in values) for values in found]
            yield _row(times.label, [*cells, _slope(sizes, [values[0] for values in found])])


def _stages(figures: Figures, sizes: Sequence[str]) -> Iterator[str]:
    """Seconds of each stage of a build."""
    found = [figures["sizes"][size]["hudhud"].get("build", {}).get("stages", {}) for size in sizes]
    yield from _heading("stages of the build, s", [*_named(sizes), "exponent"])
    for stage in dict.fromkeys(name for stages in found for name in stages):
        yield from _growing(stage, sizes, [stages.get(stage) for stages in found], 1)


def _growing(label: str, sizes: Sequence[str], values: Sequence[float | None], digits: int) -> Iterator[str]:
    """A row with how the values grow, if there are any."""
    if any(value is not None for value in values):
        yield _row(label, [*(_cell(value, digits) for value in values), _slope(sizes, values)])


def _slope(sizes: Sequence[str], values: Sequence[float | None]) -> str:
    return _cell(exponent([int(size) for size in sizes], values), 2)


def _cell(value: float | None, digits: int) -> str:
    return "" if value is None else f"{value:,.{digits}f}"


def _lexical(figures: Figures, sizes: Sequence[str]) -> Iterator[str]:
    columns = ["documents", "build, s", "p50, ms", "p99, ms", "× Hudhud's p50", "memory, MB", "scores"]
    yield from _heading("BM25 alone, plain words", columns)
    for name in ("hudhud", *LEXICAL_PEERS):
        for size in sizes:
            peers = figures["sizes"][size]["peers"]
            if name in peers:
                yield _row(
                    _called(name), [f"{int(size):,}", *_peer_cells(peers[name], _median(peers.get("hudhud", {})))]
                )


def _hybrid(figures: Figures, sizes: Sequence[str]) -> Iterator[str]:
    columns = [
        "documents",
        "build, s",
        "p50, ms",
        "p99, ms",
        "× Hudhud's p50",
        "memory, MB",
        "build × Hudhud's",
        "recall@10",
    ]
    yield from _heading("hybrid search", columns)
    for size in sizes:
        hudhud = figures["sizes"][size]["hudhud"]
        if "asked" in hudhud.get("search", {}) and "seconds" in hudhud.get("build", {}):
            search, build = hudhud["search"], hudhud["build"]
            whole = search["asked"]["whole"]
            cells = [f"{int(size):,}", f"{build['seconds']:.1f}", f"{whole['p50']:.2f}", f"{whole['p99']:.2f}", "1"]
            recall = _cell(hudhud.get("recall", {}).get("recall"), 3)
            yield _row("Hudhud", [*cells, f"{search['memory']['total']:.0f}", "1", recall])
            for name in HYBRID_PEERS:
                if name in (peers := figures["sizes"][size]["peers"]):
                    cells = _peer_cells(peers[name], whole["p50"])[:-1]
                    longer = peers[name].get("build_seconds")
                    cells.append(f"{longer / build['seconds']:.1f}" if longer else "")
                    cells.append(_cell(peers[name].get("recall"), 3))
                    yield _row(_called(name), [f"{int(size):,}", *cells])


def _peer_cells(peer: Figures, hudhud: float | None) -> list[str]:
    """Build, p50, p99, ratio, memory and scores of a peer, or why there are none."""
    seconds = f"{peer['build_seconds']:.1f}" if "build_seconds" in peer else ""
    if "times" not in peer:
        return [seconds or peer.get("failed", ""), peer.get("failed", "") if seconds else "", "", "", "", ""]
    times = peer["times"]
    ratio = _short(times["p50"] / hudhud) if hudhud else ""
    memory = f"{peer['memory']['total']:.0f}"
    return [seconds, f"{times['p50']:.2f}", f"{times['p99']:.2f}", ratio, memory, _scores(peer.get("scores"))]


def _scores(scores: Figures | None) -> str:
    if scores is None:
        return ""
    if scores["differing"]:
        return f"others in {scores['differing']} of {scores['compared']} queries"
    return f"equal, within {scores['largest']:.0e}"


def _limits(figures: Figures, sizes: Sequence[str]) -> Iterator[str]:
    yield from _heading("cost", ["documents", "measured", "bound", "times the bound", "what bounds it"])
    found = [(size, limit) for size in sizes for limit in limits(figures, figures["sizes"][size]["hudhud"])]
    for size, limit in sorted(found, key=lambda pair: (pair[1].label, int(pair[0]))):
        times = limit.measured / limit.bound
        cells = [_short(limit.measured), _short(limit.bound), _short(times), limit.why]
        yield _row(limit.label, [f"{int(size):,}", *cells])


def _short(value: float) -> str:
    """Two digits that count, or all before the point.

    >>> _short(1234.5), _short(1.234), _short(0.01234)
    ('1,234', '1.2', '0.012')
    """
    return f"{value:,.0f}" if value >= 10 else f"{value:.2g}"


def _median(peer: Figures) -> float | None:
    return peer["times"]["p50"] if "times" in peer else None


def _called(name: str) -> str:
    known = {
        "hudhud": "Hudhud",
        "plain": "FAISS + rank-bm25, 40 lines",
        "txtai-thorough": "txtai, recall of .98",
        "milvus": "Milvus Lite",
    }
    return known.get(name, name)


def _named(sizes: Sequence[str]) -> list[str]:
    return [f"{int(size):,} documents" for size in sizes]


def _heading(first: str, others: Sequence[str]) -> list[str]:
    return [_row(first, others), "|---|" + "--:|" * len(others)]


def _row(first: str, others: Sequence[str]) -> str:
    return f"| {first} | " + " | ".join(others) + " |"
