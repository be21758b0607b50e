"""Searches an index of Hudhud and times each stage of it, with what it keeps in memory for it."""

import gc
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

from scripts.benchmarking.process import Tell, memory
from scripts.benchmarking.queries import asked_before
from scripts.benchmarking.times import spread
from search.searcher import Searcher
from search.settings import SearchSettings
from search.types import SearchRequest

_STAGES = ("translate", "rank", "present")
_BY_ONE_LEG = 300  # queries
PATIENT = SearchSettings(time_limit=600.0)  # a search that is held up by others is slow, not a failure


def search(tell: Tell, index: str, queries: list[str]) -> None:
    """Tell the times of hybrid searches with snippets: distinct queries, then their words again in another order.

    The first time round, most queries hold a word that nobody has asked before; the second time none does, and no
    query is one that was asked before. One untimed search opens what is read at first need.
    """
    started = perf_counter()
    searcher = Searcher.open(Path(index), PATIENT)
    tell(opening=round(perf_counter() - started, 3), memory_open=memory())
    searcher.search(SearchRequest("hudhud"))
    gc.collect()
    tell(**_new_and_known(searcher, queries))
    tell(memory=memory())
    modes = {mode: _modes(searcher, mode, asked_before(queries)[:_BY_ONE_LEG]) for mode in ("dense", "lexical")}
    tell(modes=modes)


def throughput(tell: Tell, index: str, queries: list[str], seconds: float) -> None:
    """Tell how many searches a second one process answers, of queries whose words were asked before."""
    searcher = Searcher.open(Path(index), PATIENT)
    texts = asked_before(queries)
    for text in queries:
        searcher.search(SearchRequest(text))
    answered, started = 0, perf_counter()
    while perf_counter() - started < seconds:
        searcher.search(SearchRequest(texts[answered % len(texts)]))
        answered += 1
    tell(rate=round(answered / (perf_counter() - started), 2))


def _new_and_known(searcher: Searcher, queries: Sequence[str]) -> dict[str, Any]:
    """Times of queries with a new word and of those without, in all and by stage, and hits of a query."""
    seen: set[str] = set()
    times: dict[str, dict[str, list[float]]] = {
        kind: {stage: [] for stage in ("whole", *_STAGES)} for kind in ("new", "asked")
    }
    hits = 0
    for text in (*queries, *asked_before(queries)):
        words = set(text.split())
        kind = "asked" if words <= seen else "new"
        seen |= words
        started = perf_counter()
        result = searcher.search(SearchRequest(text))
        times[kind]["whole"].append((perf_counter() - started) * 1000)
        hits += len(result.hits)
        for stage in _STAGES:
            times[kind][stage].append(result.stages[stage])
    spreads = {kind: {stage: spread(of_stage) for stage, of_stage in found.items()} for kind, found in times.items()}
    return {**spreads, "hits": round(hits / 2 / len(queries), 2)}


def _modes(searcher: Searcher, mode: str, queries: Sequence[str]) -> dict[str, float]:
    """Times of searches by one leg alone, snippets and facets included."""
    return spread([_timed(lambda text=text: searcher.search(SearchRequest(text, mode=mode))) for text in queries])


def _timed(call: Callable[[], object]) -> float:
    started = perf_counter()
    call()
    return (perf_counter() - started) * 1000
