"""All that is measured of Hudhud itself at one size, each part in a process of its own."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from scripts.benchmarking.plan import Plan
from scripts.benchmarking.process import measure

_FOR_RECALL = 200  # queries
_STARTS = 5
_BUSY = 10.0  # seconds under load
_CLIENTS = 16

Figures = dict[str, Any]


def measure_engine(
    plan: Plan, corpus: Path, index: Path, queries: list[str], say: Callable[[str, Figures], None]
) -> None:
    """Say the figures of each measure as soon as they are there."""
    given: Figures = {"index": str(index), "queries": queries}
    for name in plan.measures:
        say(name, _measures[name](plan, {**given, "corpus": str(corpus)} if name == "build" else given))


def _build(plan: Plan, given: Figures) -> Figures:
    return measure("building:build", plan.limit, corpus=given["corpus"], index=given["index"])


def _search(plan: Plan, given: Figures) -> Figures:
    return measure("searching:search", plan.limit, **given)


def _legs(plan: Plan, given: Figures) -> Figures:
    return measure("legs:legs", plan.limit, **given)


def _recall(plan: Plan, given: Figures) -> Figures:
    return measure("recall:recall", plan.limit, index=given["index"], queries=given["queries"][:_FOR_RECALL])


def _start(plan: Plan, given: Figures) -> Figures:
    return measure("starting:cold_start", plan.limit, index=given["index"], queries=given["queries"][:_STARTS])


def _throughput(plan: Plan, given: Figures) -> Figures:
    """Searches a second by one process on one core, and by one on each of two."""
    cores = sorted(os.sched_getaffinity(0))[:2]

    def on(core: int) -> Figures:
        return measure("searching:throughput", plan.limit, {core}, seconds=_BUSY, **given)

    alone = on(cores[0])
    if len(cores) < 2:
        return {"one": alone}
    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(on, cores))
    return {"one": alone, "two": {"rate": round(sum(each.get("rate", 0.0) for each in both), 2)}}


def _http(plan: Plan, given: Figures) -> Figures:
    """A server as it is set up by default, and one with a worker process for each of two cores."""
    return {
        f"workers_{workers}": measure(
            "load:load", plan.limit, clients=_CLIENTS, workers=workers, seconds=_BUSY, **given
        )
        for workers in (1, 2)
    }


_measures: dict[str, Callable[[Plan, Figures], Figures]] = {
    "build": _build,
    "search": _search,
    "legs": _legs,
    "throughput": _throughput,
    "start": _start,
    "recall": _recall,
    "http": _http,
}
