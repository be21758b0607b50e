"""hudhud: search, evaluate, serve, and commands that do not exist."""

import json
from pathlib import Path
from typing import Any

import pytest

from search.payloads import result_payload
from search.searcher import Searcher
from search.types import SearchRequest
from tests.fakes import ARTICLES, FakeEncoder, write_json_lines
from tests.scripts.running import Run, assert_one_sentence


def test_search_prints_the_documents_best_first(index: Path, run: Run) -> None:
    outcome = run(
        "search",
        "Haftar meeting Putin in Moscow",
        "--index",
        index,
        "--limit",
        2,
        "--language",
        "en",
        "--mode",
        "dense",
    )
    assert outcome.status == 0
    lines = outcome.out.splitlines()
    assert lines[0] == "  1. Haftar and Putin in Moscow"
    assert lines[1].startswith("     en · Courier · 2023-09-26 · moscow-en · ")
    assert lines[2].strip().startswith("The meeting was held in the Kremlin.")
    assert lines[3].startswith("  2. ")
    assert len(lines) == 6


def test_search_in_other_languages(index: Path, run: Run) -> None:
    out = run("search", "earthquake", "--index", index, "--language", "ar, ur", "--limit", 2).out
    assert {line[5:] for line in out.splitlines()[::3]} == {"زلزال يضرب القرى", "زلزلہ سے دیہات متاثر"}


def test_search_as_json_is_what_the_api_gives(index: Path, run: Run) -> None:
    """With the explanation of both legs."""
    found = json.loads(run("search", "earthquake", "--index", index, "--limit", 3, "--json").out)
    result = Searcher.open(index).search(SearchRequest("earthquake", limit=3, explain=True))
    expected: dict[str, Any] = json.loads(json.dumps(result_payload(result, explain=True)))
    assert found.pop("took_ms") > 0
    expected.pop("took_ms")
    assert found == expected


@pytest.mark.parametrize("mode", ["hybrid", "dense", "lexical"])
def test_search_in_a_mode(index: Path, run: Run, mode: str) -> None:
    found = json.loads(run("search", "wheat", "--index", index, "--language", "en", "--mode", mode, "--json").out)
    assert found["hits"][0]["document"]["id"] == "wheat-en"
    assert len(found["hits"]) == (1 if mode == "lexical" else 3)


def test_search_that_finds_nothing_says_so(index: Path, run: Run) -> None:
    outcome = run("search", "volcano", "--index", index, "--mode", "lexical")
    assert (outcome.status, outcome.out) == (0, "nothing found\n")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["?!"], "the query has no word; type at least one letter or digit"),
        (["wheat", "--limit", "0"], "limit is 0"),
        (["wheat", "--language", "fr"], "language is 'fr'; expected one or more of en, ar, ur, und"),
    ],
)
def test_a_search_that_makes_no_sense_is_an_error(index: Path, run: Run, arguments: list[str], expected: str) -> None:
    assert_one_sentence(run("search", *arguments, "--index", index), expected)


def collection(folder: Path) -> Path:
    (folder / "qrels").mkdir(parents=True)
    write_json_lines(folder / "corpus.jsonl", [{"_id": a["id"], **a} for a in ARTICLES if a["language"] == "en"])
    write_json_lines(folder / "queries.jsonl", [{"_id": "q", "language": "ur", "text": "زلزلہ"}])
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq\tquake-en\t1\n")
    return folder


@pytest.fixture
def evaluated(monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
    """The evaluation gets the fake model too."""
    monkeypatch.setattr("scripts.evaluation.load_encoder", FakeEncoder)


def test_evaluate_prints_a_table(tmp_path: Path, run: Run, evaluated: None) -> None:
    outcome = run("evaluate", collection(tmp_path / "tiny"))
    assert (outcome.status, outcome.err) == (0, "")
    header, names, row = outcome.out.splitlines()
    assert header.split() == ["tiny", "queries", "hybrid", "dense", "lexical"]
    assert names.split() == ["nDCG@10", "95", "%", "MRR@10", "R@10", "P@1"] * 3
    assert row.split() == ["ur", "→", "en", "1"] + ["1.000", "1.000–1.000", "1.000", "1.000", "1.000"] * 3


def test_evaluate_as_json(tmp_path: Path, run: Run, evaluated: None) -> None:
    rows = json.loads(run("evaluate", collection(tmp_path / "tiny"), "--json").out)
    perfect = {"nDCG@10": 1.0, "MRR@10": 1.0, "R@10": 1.0, "P@1": 1.0}
    assert rows == [
        {
            "collection": "tiny",
            "mode": mode,
            "queries": "ur",
            "documents": "en",
            "count": 1,
            "measures": perfect,
            "intervals": {name: [1.0, 1.0] for name in perfect},
        }
        for mode in ("hybrid", "dense", "lexical")
    ]


def test_evaluate_uses_the_index_given(tmp_path: Path, index: Path, run: Run, evaluated: None) -> None:
    rows = json.loads(run("evaluate", collection(tmp_path / "tiny"), "--index", index, "--json").out)
    assert [row["measures"]["MRR@10"] for row in rows] == [1.0, 1.0, 1.0]


def test_evaluate_of_no_collection_is_an_error(tmp_path: Path, run: Run, evaluated: None) -> None:
    outcome = run("evaluate", tmp_path)
    assert_one_sentence(outcome, "corpus.jsonl cannot be read", "expected a collection in BEIR form")


def test_serve_says_where(index: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """And warns when others than this machine can reach it."""
    started: list[dict[str, Any]] = []

    class Server:
        def __init__(self, app: object, host: str, port: int, threads: int) -> None:
            started.append({"host": host, "port": port, "threads": threads})

        def run(self) -> None:
            pass

    monkeypatch.setattr("web.server._Server", Server)
    assert run("serve", "--index", index).err == "hudhud: open http://127.0.0.1:8000/\n"
    outcome = run("serve", "--index", index, "--host", "0.0.0.0", "--port", 80)
    assert outcome.err.splitlines() == [
        "hudhud: WARNING: listening on 0.0.0.0: anyone who reaches this machine can search the index; "
        "a keys file and HUDHUD_PROTECT=all end that",
        "hudhud: open http://0.0.0.0:80/",
    ]
    assert [(item["host"], item["port"]) for item in started] == [("127.0.0.1", 8000), ("0.0.0.0", 80)]


@pytest.mark.parametrize(
    "arguments",
    [
        ["serach"],
        ["search", "x"],
        ["search", "--index", "i"],
        ["rebuild-index", "--index", "i"],
        ["search", "x", "--index", "i", "--mode", "y"],
    ],
)
def test_a_command_that_does_not_exist_so_is_an_error(run: Run, arguments: list[str]) -> None:
    """What is wrong is on standard error, and nothing on standard output."""
    outcome = run(*arguments)
    assert outcome.status != 0
    assert outcome.out == ""
    assert "Error: " in outcome.err
