"""Figures as a reader follows them while they are measured: a line or two for each measurement."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

Figures = Mapping[str, Any]


def told(name: str, figures: Figures) -> list[str]:
    """What to print of one measurement, with what went wrong in it."""
    parts = [figures, *(part for part in figures.values() if isinstance(part, dict))]
    failures = [f"{name}: {part['failed']}" for part in parts if "failed" in part]
    return failures or list(_tellers.get(name, _peer)({"name": name, **figures}))


def _build(figures: Figures) -> Iterator[str]:
    chunks = figures["chunks"]
    yield (
        f"built {chunks:,} chunks in {figures['seconds']:.1f} s: {figures['rate']:,.0f} chunks/s, "
        f"{figures['bytes'] / chunks:.0f} bytes on disk a chunk, peak memory {figures['peak_mb']:.0f} MB"
    )
    yield "  " + ", ".join(f"{stage} {seconds:.1f} s" for stage, seconds in figures["stages"].items())
    yield "  " + ", ".join(f"{part} {size / chunks:.0f} B" for part, size in figures["parts"].items())


def _search(figures: Figures) -> Iterator[str]:
    for kind, label in (("new", "with a word never asked before"), ("asked", "of words asked before")):
        whole, *stages = figures[kind].items()
        medians = ", ".join(f"{stage} {found['p50']:.2f}" for stage, found in stages)
        yield f"hybrid search {label}: {_spread(whole[1])}; medians of {medians}"
    yield from (f"{mode} alone, with snippets: {_spread(found)}" for mode, found in figures["modes"].items())
    memory = figures["memory"]
    yield (
        f"opened in {figures['opening']:.2f} s; resident after all queries {memory['total']:.0f} MB, "
        f"{memory['own']:.0f} MB of its own, {memory['files']:.0f} MB pages of files"
    )


def _legs(figures: Figures) -> Iterator[str]:
    told = ", ".join(f"{name} {found['p50']:.2f}" for name, found in figures["legs"].items())
    yield f"legs of a hybrid search, words asked before, medians in ms: {told}"


def _throughput(figures: Figures) -> Iterator[str]:
    yield "queries/s: " + ", ".join(
        f"{figures[cores]['rate']:.0f} on {cores} core" for cores in ("one", "two") if cores in figures
    )


def _start(figures: Figures) -> Iterator[str]:
    yield f"`hudhud search` as a new process: {figures['warm']:.2f} s, {figures['cold'] or 0:.2f} s with nothing cached"


def _recall(figures: Figures) -> Iterator[str]:
    yield f"recall@10 of the dense leg: {figures['recall']:.4f} {figures['by_language']}"


def _http(figures: Figures) -> Iterator[str]:
    for found in (part for part in figures.values() if isinstance(part, dict)):
        yield (
            f"/api/search, {found['clients']} clients, {found['workers']} workers: {found['rate']:.0f} requests/s, "
            f"{_spread(found['times'])}; {found['refused']} refused, clients took {found['client_cores']:.2f} cores, "
            f"the server {found['server_cores']:.2f}; {found['memory']['total']:.0f} MB"
        )


def _bounds(figures: Figures) -> Iterator[str]:
    yield (
        f"this machine reads {figures['read_gb_s']} GB/s of memory on one core, {figures['read_gb_s_two']} on two; "
        f"one core reads {figures['json_lines_s']:,} JSON lines a second, splits {figures['split_words_s']:,} words, "
        f"tokenises {figures['tokenizer_words_s']:,}, calls {figures['python_calls_s']:,} functions"
    )


def _tokens(figures: Figures) -> Iterator[str]:
    yield f"terms for the lexical peers: {figures['analysis']:.1f} s of analysis, the same for each"


def _peer(figures: Figures) -> Iterator[str]:
    scores = figures.get("scores")
    equal = f"; scores differ by {scores['largest']:.1g} at most in {scores['compared']} queries" if scores else ""
    recall = f", recall {figures['recall']:.3f}" if "recall" in figures else ""
    tuned = "".join(f", {name} {value}" for name, value in figures.get("tuned", {}).items())
    yield (
        f"{figures['name']}: built in {figures['build_seconds']:.1f} s, {_spread(figures['times'])}, "
        f"{figures['memory']['total']:.0f} MB{recall}{tuned}{equal}"
    )


def _spread(found: Mapping[str, float]) -> str:
    return f"p50 {found['p50']:.2f} ms, p95 {found['p95']:.2f}, p99 {found['p99']:.2f} ({found['count']})"


_tellers: dict[str, Callable[[Figures], Iterator[str]]] = {
    "bounds": _bounds,
    "tokens": _tokens,
    "build": _build,
    "search": _search,
    "legs": _legs,
    "throughput": _throughput,
    "start": _start,
    "recall": _recall,
    "http": _http,
}
