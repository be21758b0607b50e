"""What the server does, counted for Prometheus at /metrics; no query text is kept.

Several worker processes count together, in a folder of small files: whichever is asked tells the sum.
"""

import atexit
import os
import shutil
from datetime import UTC, datetime
from tempfile import mkdtemp
from time import perf_counter

from flask import Flask, Response, current_app, g, request
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest, values
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.multiprocess import MultiProcessCollector

from index.errors import HudhudError
from search.types import SearchResult
from web.live import LiveSearcher

_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
_BUCKETS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
_PART_BUCKETS = (0.0002, 0.0005, 0.001, *_BUCKETS)
"""Of what is a part of an answer."""


_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""Where prometheus_client keeps what several processes count."""


def count_together() -> None:
    """From here on, metrics that are made are those of this process and of all that are forked from it."""
    os.environ[_FOLDER] = folder = mkdtemp(prefix="hudhud-metrics-")
    values.ValueClass = values.MultiProcessValue()  # type: ignore[no-untyped-call]
    parent = os.getpid()
    atexit.register(lambda: shutil.rmtree(folder, ignore_errors=True) if os.getpid() == parent else None)


class Metrics:
    """The counters of one application."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        labels = ("method", "route")
        self.requests = Counter("hudhud_requests", "Requests answered.", (*labels, "status"), registry=self.registry)
        self.seconds = Histogram(
            "hudhud_request_seconds", "Time to answer.", labels, buckets=_BUCKETS, registry=self.registry
        )
        self.stages = Histogram(
            "hudhud_search_stage_seconds", "Time of a stage.", ("stage",), buckets=_PART_BUCKETS, registry=self.registry
        )
        self.legs = Histogram(
            "hudhud_search_leg_seconds",
            "Time of a leg of the ranking.",
            ("leg",),
            buckets=_PART_BUCKETS,
            registry=self.registry,
        )
        self.fruitless = Counter(
            "hudhud_searches_without_result", "Searches that found nothing.", registry=self.registry
        )
        self.age = Gauge(
            "hudhud_generation_age_seconds",
            "Since the generation served was built.",
            registry=self.registry,
            multiprocess_mode="mostrecent",
        )
        self.documents = Gauge(
            "hudhud_documents",
            "Documents of the generation served.",
            ("language",),
            registry=self.registry,
            multiprocess_mode="mostrecent",
        )

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answer."""
        self.requests.labels(method, route, str(status)).inc()
        self.seconds.labels(method, route).observe(seconds)

    def observe_search(self, result: SearchResult) -> None:
        """Count one search."""
        for stage, milliseconds in result.stages.items():
            self.stages.labels(stage).observe(milliseconds / 1000)
        for leg, milliseconds in result.legs.items():
            self.legs.labels(leg).observe(milliseconds / 1000)
        if not result.total:
            self.fruitless.inc()

    def collected(self) -> CollectorRegistry:
        """What was counted, by all processes together."""
        if _FOLDER not in os.environ:
            return self.registry
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return registry

    def latencies(self, route: str) -> list[tuple[float, int]]:
        """How many GET requests of a route took at most so many seconds, by bucket, the last one infinite."""
        return [
            (float(sample.labels["le"]), int(sample.value))
            for family in self.collected().collect()
            if family.name == "hudhud_request_seconds"
            for sample in family.samples
            if sample.name.endswith("_bucket") and (sample.labels["method"], sample.labels["route"]) == ("GET", route)
        ]


def counted(result: SearchResult) -> SearchResult:
    """The same result, after the application that answers has counted it."""
    metrics: Metrics = current_app.extensions["hudhud_metrics"]
    metrics.observe_search(result)
    return result


def register(app: Flask) -> None:
    """Count every request of an application, and tell at /metrics."""
    metrics = app.extensions["hudhud_metrics"] = Metrics()

    def start() -> None:
        g.started = perf_counter()

    def count(response: Response) -> Response:
        # An address that no route knows is one label, or a scan of random addresses would fill the memory.
        route = request.url_rule.rule if request.url_rule else "none"
        started = g.get("started", perf_counter())
        method = request.method if request.method in _METHODS else "other"
        metrics.observe(method, route, response.status_code, perf_counter() - started)
        return response

    app.before_request(start)
    app.after_request(count)
    app.add_url_rule("/metrics", "metrics", _exposition)


def _exposition() -> Response:
    metrics: Metrics = current_app.extensions["hudhud_metrics"]
    live: LiveSearcher = current_app.extensions["hudhud"]
    metrics.documents.clear()
    try:
        manifest = live.current().snapshot.manifest
    except HudhudError:
        pass  # nothing is served; the requests so far are worth telling all the same
    else:
        metrics.age.set((datetime.now(UTC) - datetime.fromisoformat(manifest.created)).total_seconds())
        for language, numbers in manifest.counts.items():
            metrics.documents.labels(language).set(numbers["documents"])
    return Response(generate_latest(metrics.collected()), content_type=CONTENT_TYPE_LATEST)
