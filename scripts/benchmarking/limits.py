"""How far each cost is from what bounds it: the least that memory, the tokeniser or Python let it take."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from index.vectors import EXACT_UP_TO

Figures = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Limit:
    """A cost beside its bound, in the same unit."""

    label: str
    unit: str
    measured: float
    bound: float
    why: str


def limits(figures: Figures, hudhud: Figures) -> list[Limit]:
    """The costs of one size that have a bound and were measured."""
    found: list[Limit] = []
    for make in (_build, _dense, _lexical, _start, _http):
        try:
            found.append(make(figures["bounds"], figures["machine"], hudhud))
        except KeyError:  # not measured in this run, or it failed
            continue
    return found


def _build(bounds: Figures, machine: Figures, hudhud: Figures) -> Limit:
    words = bounds["words_a_chunk"]
    bare = 1 / bounds["json_lines_s"] + words / bounds["split_words_s"] + words / bounds["tokenizer_words_s"]
    build = hudhud["build"]
    return Limit(
        "build, µs a chunk",
        "µs",
        build["seconds"] / build["chunks"] * 1e6,
        bare / machine["cores"] * 1e6,
        "tokeniser: parsing the JSON, splitting and tokenising each text once with the bare libraries, on all cores",
    )


def _dense(bounds: Figures, machine: Figures, hudhud: Figures) -> Limit:
    dimensions = hudhud["recall"]["dimensions"]
    chunks, languages = hudhud["build"]["chunks"], len(hudhud["recall"]["by_language"])
    # A language of few chunks is looked over in 32-bit numbers, one of many by their signs.
    size = chunks * (dimensions * 4 if chunks / languages <= EXACT_UP_TO else dimensions / 8)
    return Limit(
        "dense leg, ms",
        "ms",
        hudhud["legs"]["legs"]["dense"]["p50"],
        size / bounds["read_gb_s"] / 1e6,
        "memory: reading once, on one core, what is looked over of every vector",
    )


def _lexical(bounds: Figures, machine: Figures, hudhud: Figures) -> Limit:
    legs = hudhud["legs"]
    size = legs["postings_a_query"] * legs["bytes_a_posting"]
    return Limit(
        "lexical leg, ms",
        "ms",
        legs["legs"]["lexical"]["p50"],
        size / bounds["read_gb_s"] / 1e6,
        f"memory: reading the {legs['postings_a_query']:,} postings of a query's terms once on one core",
    )


def _start(bounds: Figures, machine: Figures, hudhud: Figures) -> Limit:
    start = hudhud["start"]
    return Limit(
        "start, s", "s", start["warm"], start["imports"], "Python: a process that imports what a search needs, and ends"
    )


def _http(bounds: Figures, machine: Figures, hudhud: Figures) -> Limit:
    return Limit(
        "HTTP, ms of two cores a request",
        "ms",
        1000 / hudhud["http"]["workers_2"]["rate"],
        1000 / hudhud["throughput"]["two"]["rate"],
        "the search itself: searches of two processes on two cores without HTTP",
    )
