"""The benchmark at a size of a few hundred chunks, so that it still works when it is needed."""

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from index.languages import LANGUAGES
from scripts.benchmark import main, run
from scripts.benchmarking.contenders import hopeless
from scripts.benchmarking.corpus import generate
from scripts.benchmarking.costs import exponent
from scripts.benchmarking.plan import Plan
from scripts.benchmarking.process import measure
from scripts.benchmarking.queries import asked_before, generated_queries
from scripts.benchmarking.results import Results
from scripts.benchmarking.tables import tables
from scripts.benchmarking.times import spread


def plan(folder: Path, measures: tuple[str, ...], peers: tuple[str, ...] = (), corpus: Path | None = None) -> Plan:
    return Plan((400,), 40, 30, measures, peers, 120, 120, corpus, folder / "work", folder / "index")


def test_a_larger_corpus_begins_with_the_smaller_one(tmp_path: Path) -> None:
    for size in (200, 3400):
        generate(tmp_path / str(size), size, 20)
    small, large = ((tmp_path / str(size)).read_text().splitlines() for size in (200, 3400))
    assert len(small) == 200
    assert large[:200] == small
    made = [json.loads(line) for line in large[129:]]
    assert len(large) == len({json.loads(line)["_id" if number < 129 else "id"] for number, line in enumerate(large)})
    assert {record["language"] for record in made} == set(LANGUAGES)
    assert len({record["date"][:4] for record in made}) > 10
    words = [len((record["title"] + " " + record["text"]).split()) for record in made]
    assert set(words) == {20}


def test_queries_are_distinct_and_those_asked_before_are_others_of_the_same_words() -> None:
    queries = generated_queries(300)
    again = asked_before(queries)
    assert len(set(queries)) == 300
    assert all(sorted(text.split()) == sorted(other.split()) for text, other in zip(queries, again, strict=True))
    assert sum(text == other for text, other in zip(queries, again, strict=True)) < 15  # those of one word


def test_spread_counts_by_rank() -> None:
    found = spread([float(number) for number in range(1, 201)])
    assert found == {"p50": 100.5, "p95": 191.0, "p99": 199.0, "mean": 100.5, "count": 200}


@pytest.mark.usefixtures("bundled")
def test_an_index_is_built_searched_and_held_against_an_exact_search(tmp_path: Path) -> None:
    figures = run(plan(tmp_path, ("build", "search", "legs", "recall"), ("rank-bm25",)), Results(tmp_path))
    assert json.loads((tmp_path / "benchmarks.json").read_text()) == figures
    found = figures["sizes"]["400"]["hudhud"]
    assert found["build"]["documents"] == 400
    assert found["build"]["chunks"] >= 400
    assert found["build"]["near_duplicates"] >= 1
    assert found["search"]["new"]["whole"]["count"] + found["search"]["asked"]["whole"]["count"] == 60
    assert found["search"]["asked"]["whole"]["count"] >= 30
    assert found["search"]["hits"] > 3
    legs = found["legs"]["legs"]
    assert 0 < legs["dense"]["p50"] < legs["rank"]["p50"]
    assert 0 < legs["lexical"]["p50"] < legs["rank"]["p50"]
    assert found["recall"]["recall"] == 1.0  # so few chunks are searched whole
    scores = figures["sizes"]["400"]["peers"]["rank-bm25"]["scores"]
    assert scores["compared"] >= 20
    assert scores["differing"] == 0
    assert scores["largest"] < 1e-5
    page = tables(figures)
    assert "| rank-bm25 | 400 |" in page
    assert "equal, within" in page
    assert "| lexical leg, ms | 400 |" in page
    asked = {"index": str(tmp_path / "index"), "queries": generated_queries(30), "seconds": 1.0}
    http = measure("load:load", 60, clients=4, workers=1, **asked)
    assert (http["clients"], http["refused"]) == (4, 0)
    assert 4 < http["times"]["count"] <= http["rate"] * 3
    assert 0 < http["client_cores"] < http["server_cores"]
    assert measure("searching:throughput", 60, {min(os.sched_getaffinity(0))}, **asked)["rate"] > 1
    pytest.importorskip("matplotlib", reason="pip install 'hudhud[bench]' draws the picture")
    from scripts.benchmarking.report import report

    report(figures, tmp_path)
    assert page in (tmp_path / "benchmarks.md").read_text()
    assert (tmp_path / "benchmarks.png").stat().st_size > 10_000


@pytest.mark.usefixtures("bundled")
def test_the_command_takes_any_json_lines_and_leaves_an_index_alone_that_it_did_not_make(tmp_path: Path) -> None:
    corpus = tmp_path / "own.jsonl"
    corpus.write_text(
        "".join(json.dumps({"text": f"The harbour of town {n} is open again."}) + "\n" for n in range(60))
    )
    wanted = ["--chunks", "50", "--queries", "20", "--corpus", str(corpus), "--work", str(tmp_path / "work")]
    wanted += ["--measure", "build", "--index", str(tmp_path / "index")]
    told = CliRunner().invoke(main, wanted)
    assert "built 50 chunks" in told.output
    (tmp_path / "index" / "benchmark").unlink()
    refused = CliRunner().invoke(main, wanted)
    assert refused.exit_code == 1
    assert "was not made by this script" in refused.output
    assert (tmp_path / "index" / "CURRENT").is_file()


def test_what_fails_or_lasts_too_long_is_told_and_stops_nothing() -> None:
    assert measure("starting:cold_start", 60, index="/nowhere", queries=["word"])["failed"].startswith("RuntimeError")
    assert measure("searching:throughput", 0.01, index="", queries=[], seconds=9)["failed"] == "over 0.000167 minutes"


def test_an_exponent_is_the_slope_of_the_logarithms() -> None:
    assert exponent([10, 100, 1000], [2.0, 2.0, 2.0]) == 0.0
    assert exponent([10, 1000], [3.0, 30.0]) == 0.5
    assert exponent([10, 100, 1000], [1.0, None, 10_000.0]) == 2.0
    assert exponent([10, 100], [None, 1.0]) is None


def test_a_peer_is_not_tried_where_it_has_no_chance(tmp_path: Path) -> None:
    patient = plan(tmp_path, ())
    assert hopeless(patient, None) is None
    assert hopeless(patient, {"build_seconds": 11.0, "growth": 10.0}) is None
    told = hopeless(patient, {"build_seconds": 30.0, "growth": 10.0})
    assert told == {"failed": "not tried, its build would take about 5 minutes"}
