"""What the owner of an index wants to know: what is served, from when, how it was built, how fast it answers."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from math import inf
from pathlib import Path
from typing import Any

from flask import Blueprint, current_app, render_template

from index.encoder import public_name
from index.errors import IndexCorrupt
from index.generations import Generations
from index.languages import PARTITIONS, partition
from index.report import BuildReport
from search.searcher import Searcher
from web.gate import gated
from web.live import LiveSearcher
from web.metrics import Metrics
from web.plot import Plot, plot

blueprint = Blueprint("status", __name__)

_MOST_MONTHS = 72
"""Months that still have a bar of their own; a longer time is shown by years."""


@dataclass(frozen=True, slots=True)
class LanguageCount:
    """How much of an index is in one language."""

    language: str
    documents: int
    chunks: int


@dataclass(frozen=True, slots=True)
class Latency:
    """How many requests took at most so many seconds but more than the bucket before; `upto` may be infinite."""

    upto: float
    requests: int


@dataclass(frozen=True, slots=True)
class Status:
    """The state of an index and of the server that serves it.

    `months` maps a month (`2024-05`) to the number of documents of each language; `undated` have no
    day. `report` is what the build recorded, by name; empty when its generation is gone.
    """

    generation: str
    created: datetime
    model: str
    dimensions: int
    size: int
    languages: Sequence[LanguageCount]
    months: Mapping[str, Mapping[str, int]]
    undated: int
    report: Mapping[str, Any]
    latencies: Sequence[Latency]

    @property
    def documents(self) -> int:
        """Documents of all languages."""
        return sum(row.documents for row in self.languages)

    @property
    def chunks(self) -> int:
        """Chunks of all languages."""
        return sum(row.chunks for row in self.languages)


@blueprint.get("/status")
@gated
def status() -> str:
    """The page for the owner."""
    live: LiveSearcher = current_app.extensions["hudhud"]
    metrics: Metrics = current_app.extensions["hudhud_metrics"]
    found = collect(live.current(), live.folder, metrics)
    return render_template("status.html", status=found, plot=timeline(found.months), infinity=inf)


def collect(searcher: Searcher, index_folder: Path, metrics: Metrics) -> Status:
    """The state of what is served from an index folder."""
    manifest = searcher.snapshot.manifest
    months, undated = _by_month(searcher)
    languages = [
        LanguageCount(language, counts["documents"], counts["chunks"])
        for language in PARTITIONS
        if (counts := manifest.counts.get(language))
    ]
    return Status(
        generation=manifest.generation,
        created=datetime.fromisoformat(manifest.created),
        model=public_name(manifest.model),
        dimensions=manifest.dimensions,
        size=sum(record.size for record in manifest.files.values()),
        languages=languages,
        months=months,
        undated=undated,
        report=_report(Generations(index_folder).named(manifest.generation)),
        latencies=separate([*metrics.latencies("/"), *metrics.latencies("/api/search")]),
    )


def timeline(months: Mapping[str, Mapping[str, int]]) -> Plot:
    """The documents of each month, or of each year where the time is long, stacked by language."""
    steps = _steps(min(months), max(months)) if months else []
    if len(steps) <= _MOST_MONTHS:
        return plot({month: months.get(month, {}) for month in steps}, PARTITIONS)
    years: dict[str, Counter[str]] = {step[:4]: Counter() for step in steps}
    for month, counts in months.items():
        years[month[:4]].update(counts)
    return plot(years, PARTITIONS)


def separate(cumulative: Sequence[tuple[float, int]]) -> list[Latency]:
    """Requests by bucket, from how many took at most so long; several routes are added up.

    >>> separate([(0.1, 3), (0.2, 5), (0.1, 1), (0.2, 1)])
    [Latency(upto=0.1, requests=4), Latency(upto=0.2, requests=2)]
    """
    totals: Counter[float] = Counter()
    for upto, count in cumulative:
        totals[upto] += count
    ordered = [(0.0, 0), *sorted(totals.items())]
    return [Latency(upto, count - before) for (_, before), (upto, count) in pairwise(ordered)]


def _by_month(searcher: Searcher) -> tuple[dict[str, dict[str, int]], int]:
    """Documents by month and partition, and how many have no day."""
    found = searcher.months()
    undated = sum(found.pop("", {}).values())
    months: dict[str, dict[str, int]] = {}
    for month, counts in found.items():
        by_partition: Counter[str] = Counter()
        for tag, count in counts.items():
            by_partition[partition(tag)] += count
        months[month] = dict(by_partition)
    return months, undated


def _steps(first: str, last: str) -> list[str]:
    """Every month from one to another.

    >>> _steps("2023-11", "2024-02")
    ['2023-11', '2023-12', '2024-01', '2024-02']
    """
    low, high = (int(month[:4]) * 12 + int(month[5:]) - 1 for month in (first, last))
    return [f"{number // 12:04}-{number % 12 + 1:02}" for number in range(low, high + 1)]


def _report(generation: Path) -> dict[str, Any]:
    """What the build recorded in its generation; nothing when that is gone, as an old one may be while it serves."""
    try:
        return BuildReport.read(generation).to_json()
    except IndexCorrupt:
        return {}
