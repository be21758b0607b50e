"""The quality gate: what the bundled model finds in samples/ may not fall under its floors; and tests of the gate."""

import hashlib
import json
import runpy
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from index.build import build_index
from index.encoder import load_encoder
from index.errors import EvaluationError
from index.settings import IndexSettings
from scripts import hudhud
from scripts.evaluation import evaluate_collections, pin_floors, problems_with_floors
from search.evaluation import MEASURES, Measurement
from search.searcher import Searcher
from search.types import SearchRequest
from tests.fakes import FakeEncoder, write_json_lines

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "samples" / "judgments"
FLOORS = SAMPLES / "floors.json"

Run = Callable[..., int]


def test_the_samples_are_searched_no_worse_than_before(bundled: None) -> None:
    """Names each pair with its value and floor, and each file that is not the one the floors were measured on."""
    assert SAMPLES.joinpath("corpus.jsonl").resolve() == ROOT / "samples" / "news.jsonl"
    measured = evaluate_collections([SAMPLES], None, IndexSettings(), ["hybrid"])
    assert problems_with_floors(measured, SAMPLES, FLOORS) == []


def test_every_pair_has_a_floor() -> None:
    pinned = json.loads(FLOORS.read_text(encoding="utf-8"))
    assert set(pinned) == {"sha256", "nDCG@10", "R@10"}
    assert set(pinned["sha256"]) == {"corpus.jsonl", "queries.jsonl", "qrels/test.tsv"}
    assert set(pinned["nDCG@10"]) == {
        f"{asked} → {found}" for asked in ("en", "ar", "ur") for found in ("en", "ar", "ur")
    }
    assert set(pinned["R@10"]) == {"en → mixed", "ar → mixed", "ur → mixed"}
    assert all(0.5 < floor < 1 for measure in ("nDCG@10", "R@10") for floor in pinned[measure].values())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One query, answered in two languages, among enough documents to stand out from."""
    folder = tmp_path / "tiny"
    documents = [("e", "en", "wheat"), ("a", "ar", "القمح")]
    documents += [(f"e{n}", "en", f"museum m{n}") for n in range(40)]
    documents += [(f"a{n}", "ar", f"متحف م{n}") for n in range(40)]
    records = [{"_id": identity, "language": language, "text": text} for identity, language, text in documents]
    write_json_lines(folder / "corpus.jsonl", records)
    write_json_lines(folder / "queries.jsonl", [{"_id": "q", "language": "en", "text": "wheat"}])
    (folder / "qrels").mkdir()
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq\te\t1\nq\ta\t1\n")
    return folder


def measurement(documents: str, ndcg: float, recall: float, mode: str = "hybrid") -> Measurement:
    measures = dict(zip(MEASURES, (ndcg, 0.1, recall, 0.1), strict=True))
    return Measurement("tiny", mode, "en", documents, 1, measures, dict.fromkeys(MEASURES, (0.0, 1.0)))


MEASURED = [
    measurement("en", 0.9, 0.1),
    measurement("ar", 0.8, 0.1),
    measurement("mixed", 0.1, 0.7),
    measurement("en", 0.1, 0.1, mode="dense"),
]


@pytest.fixture
def floors(folder: Path, tmp_path: Path) -> Path:
    """Those of MEASURED."""
    pin_floors(MEASURED, folder, tmp_path / "floors.json")
    return tmp_path / "floors.json"


def test_floors_lie_a_little_below_what_hybrid_search_measured(folder: Path, floors: Path) -> None:
    assert json.loads(floors.read_text(encoding="utf-8")) == {
        "sha256": {
            name: hashlib.sha256((folder / name).read_bytes()).hexdigest()
            for name in ("corpus.jsonl", "queries.jsonl", "qrels/test.tsv")
        },
        "nDCG@10": {"en → en": 0.88, "en → ar": 0.78},
        "R@10": {"en → mixed": 0.68},
    }
    assert problems_with_floors(MEASURED, folder, floors) == []


def test_a_value_at_its_floor_is_well(folder: Path, floors: Path) -> None:
    at_the_floor = [measurement("en", 0.88, 0), measurement("ar", 0.78, 0), measurement("mixed", 0, 0.68)]
    assert problems_with_floors(at_the_floor, folder, floors) == []


def test_each_value_under_its_floor_is_named(folder: Path, floors: Path) -> None:
    fallen = [measurement("en", 0.879, 1), measurement("ar", 0.9, 0), measurement("mixed", 1, 0.5)]
    assert problems_with_floors(fallen, folder, floors) == [
        "en → en has nDCG@10 0.879, under its floor 0.880",
        "en → mixed has R@10 0.500, under its floor 0.680",
    ]


def test_a_pair_that_was_not_measured_is_named(folder: Path, floors: Path) -> None:
    assert problems_with_floors(MEASURED[:1] + MEASURED[2:], folder, floors) == [
        "en → ar was not measured; its floor of nDCG@10 is 0.780"
    ]


@pytest.mark.parametrize("name", ["corpus.jsonl", "queries.jsonl", "qrels/test.tsv"])
def test_a_changed_file_is_named(folder: Path, floors: Path, name: str) -> None:
    with (folder / name).open("a") as stream:
        stream.write("\n")
    [problem] = problems_with_floors(MEASURED, folder, floors)
    assert problem.startswith(f"{folder / name} has SHA-256 ")
    assert problem.endswith("restore it, or pin it anew with --pin")


def test_floors_may_rise(folder: Path, floors: Path) -> None:
    pin_floors([measurement("en", 0.95, 0), *MEASURED[1:]], folder, floors)
    assert json.loads(floors.read_text(encoding="utf-8"))["nDCG@10"] == {"en → en": 0.93, "en → ar": 0.78}


@pytest.mark.parametrize(
    ("measured", "problem"),
    [
        ([measurement("en", 0.899, 0), *MEASURED[1:]], "pins en → en at nDCG@10 0.880 and this would make it 0.879"),
        ([*MEASURED[:2], measurement("mixed", 1, 0.6)], "pins en → mixed at R@10 0.680 and this would make it 0.580"),
        (MEASURED[1:], "pins en → en at nDCG@10 0.880 and this would make it nothing"),
    ],
)
def test_no_floor_falls_unless_told_to(folder: Path, floors: Path, measured: list[Measurement], problem: str) -> None:
    """Nothing at all is written then, also not the floors that rise."""
    before = floors.read_bytes()
    with pytest.raises(EvaluationError, match=problem + r"; find out why, or lower it with --lower$"):
        pin_floors(measured, folder, floors)
    assert floors.read_bytes() == before
    pin_floors(measured, folder, floors, lower=True)
    assert problems_with_floors(measured, folder, floors) == []


@pytest.mark.parametrize("content", ["{", "[]", "{}", '{"sha256": {}, "nDCG@10": 1}', None])
def test_floors_that_cannot_be_read_are_an_error(folder: Path, floors: Path, content: str | None) -> None:
    if content is None:
        floors.unlink()
    else:
        floors.write_text(content)
    with pytest.raises(EvaluationError, match=r"floors\.json cannot be read .* expected what --pin writes"):
        problems_with_floors(MEASURED, folder, floors)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, fake_model: None) -> Run:
    """Runs `hudhud evaluate` with these arguments, on the fake model; returns the exit status."""
    monkeypatch.setattr("scripts.evaluation.load_encoder", FakeEncoder)

    def command(*arguments: object) -> int:
        monkeypatch.setattr(sys, "argv", ["hudhud", "evaluate", *map(str, arguments)])
        try:
            hudhud.main()
        except SystemExit as end:
            return int(end.code or 0)
        return 0

    return command


def test_the_command_pins_and_refuses_to_lower(
    folder: Path, tmp_path: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    floors = tmp_path / "pinned.json"
    assert run(folder, "--pin", floors) == 0
    assert json.loads(floors.read_text(encoding="utf-8"))["nDCG@10"] == {"en → ar": 0.98, "en → en": 0.98}
    floors.write_text(floors.read_text(encoding="utf-8").replace("0.98", "0.99"), encoding="utf-8")
    capsys.readouterr()
    assert run(folder, "--mode", "hybrid", "--pin", floors) == 1
    problem = capsys.readouterr().err
    assert problem.startswith(f"hudhud: {floors} pins en → ar at nDCG@10 0.990 and this would make it 0.980")
    assert problem.count("\n") == 1
    assert run(folder, "--pin", floors, "--lower") == 0
    assert json.loads(floors.read_text(encoding="utf-8"))["nDCG@10"] == {"en → ar": 0.98, "en → en": 0.98}


def test_the_script_is_the_same_command(
    folder: Path, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(folder) == 0
    expected = capsys.readouterr().out
    monkeypatch.setattr(sys, "argv", ["scripts/evaluate.py", str(folder)])
    runpy.run_path(str(ROOT / "scripts" / "evaluate.py"), run_name="__main__")
    assert capsys.readouterr().out == expected != ""


def test_a_mode_may_be_chosen(folder: Path, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder, "--mode", "dense") == 0
    header, names, *rows = capsys.readouterr().out.splitlines()
    assert header.split() == ["tiny", "queries", "dense"]
    assert names.split() == ["nDCG@10", "95", "%", "MRR@10", "R@10", "P@1"]
    assert rows[0].split() == ["en", "→", "ar", "1", "1.000", "1.000–1.000", "1.000", "1.000", "1.000"]


def test_a_comparison_measures_all_in_one_run(folder: Path, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """Plain BM25 does not cross; in the mixed pool it finds one of the two."""
    assert run(folder, "--compare", "--json") == 0
    rows = json.loads(capsys.readouterr().out)
    assert list(dict.fromkeys(row["mode"] for row in rows)) == ["plain dense", "plain BM25", "plain RRF", "Hudhud"]
    words = {row["documents"]: row["measures"]["R@10"] for row in rows if row["mode"] == "plain BM25"}
    assert words == {"ar": 0.0, "en": 1.0, "mixed": 0.5}
    assert all(row["intervals"]["R@10"] == [row["measures"]["R@10"]] * 2 for row in rows)
    assert run(folder, "--compare") == 0
    header, names, *table = capsys.readouterr().out.splitlines()
    assert header.split() == ["tiny", "queries", *"plain dense plain BM25 plain RRF Hudhud".split()]
    assert names.split() == ["nDCG@10", "95", "%"] * 4
    assert [line.split()[:4] for line in table] == [["en", "→", pool, "1"] for pool in ("ar", "en", "mixed")]


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["--compare", "--mode", "dense"], "leave out --mode and --pin"),
        (["--compare", "--pin", "x"], "leave out --mode and --pin"),
        (["--pin", "x", "--index", "y"], "leave out --index and --model"),
        (["--pin", "x", "--model", "y"], "leave out --index and --model"),
        (["--pin", "x", "--mode", "dense"], "--pin takes one collection, hybrid search"),
        (["--pin", "x", "more"], "--pin takes one collection"),
        (["--lower"], "name the file of floors with --pin"),
        (["--mode", "sparse"], "is not one of 'hybrid', 'dense', 'lexical'"),
    ],
)
def test_options_that_contradict_each_other_are_an_error(
    folder: Path, run: Run, capsys: pytest.CaptureFixture[str], arguments: list[str], problem: str
) -> None:
    assert run(folder, *arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert problem in " ".join(captured.err.split())


def test_reports_of_one_event_are_similar_in_every_language(bundled: None, tmp_path: Path) -> None:
    """Of the sample articles, the first two that are like one tell of the same event nine times in ten."""
    build_index([ROOT / "samples" / "news.jsonl"], tmp_path, IndexSettings(), load_encoder(), load_encoder())
    searcher = Searcher.open(tmp_path)
    lines = ROOT.joinpath("samples", "news.jsonl").read_text(encoding="utf-8").splitlines()
    events: dict[str, set[str]] = {}
    for identity in (json.loads(line)["_id"] for line in lines):
        events.setdefault(identity.partition("-")[0], set()).add(identity)
    found, wanted = 0, 0
    for identity, others in ((one, event - {one}) for event in events.values() for one in sorted(event)):
        alike = searcher.similar(identity, limit=2)
        assert alike is not None
        found += len({hit.document.id for hit in alike.hits} & others)
        wanted += min(2, len(others))
    assert found / wanted > 0.9


def test_a_filter_shows_what_its_count_promised(bundled: None, tmp_path: Path) -> None:
    """Also for a query of which it is doubtful that anything answers it."""
    build_index([ROOT / "samples" / "news.jsonl"], tmp_path, IndexSettings(), load_encoder(), load_encoder())
    searcher = Searcher.open(tmp_path)
    for query in (
        "ceasefire talks",
        "minister says government",
        "football",
        "گندم کی قیمت",
        "running shoes for flat feet",
    ):
        found = searcher.search(SearchRequest(query, limit=1))
        for year, count in found.facets["year"].items():
            first, last = date(int(year), 1, 1), date(int(year), 12, 31)
            narrowed = searcher.search(SearchRequest(query, limit=1, date_from=first, date_to=last))
            assert narrowed.total == count, (query, year)
        for source, count in found.facets["source"].items():
            assert searcher.search(SearchRequest(query, limit=1, sources=(source,))).total == count, (query, source)
