"""Evaluation on a test collection whose measures can be told by eye."""

import json
from math import log2
from pathlib import Path

import pytest

from index.build import build_index
from index.errors import EvaluationError
from index.settings import IndexSettings
from index.snapshot import Snapshot
from search.evaluation import Measurement, evaluate, read_collection
from search.searcher import Searcher
from search.settings import SearchSettings
from tests.fakes import FakeEncoder

CORPUS = [
    ("e1", "en", "haftar in moscow"),
    ("e2", "en", "wheat flour"),
    ("e3", "en", "storm over the port"),
    ("e4", "en", "a museum"),
    ("a1", "ar", "حفتر في موسكو"),
    ("a2", "ar", "القمح والدقيق"),
    ("a3", "ar", "عاصفة على الميناء"),
]
QUERIES = [
    ("q1", "en", "haftar"),
    ("q2", "en", "wheat wheat wheat storm"),
    ("q3", "ar", "القمح"),
    ("q4", "ar", "unjudged"),
]
QRELS = [("q1", "e1", "1"), ("q1", "a1", "1"), ("q2", "e3", "1"), ("q3", "a2", "1"), ("q3", "e2", "0")]


def write(folder: Path) -> Path:
    """A collection in BEIR form."""
    (folder / "qrels").mkdir(parents=True)
    for name, rows in (("corpus", CORPUS), ("queries", QUERIES)):
        lines = [json.dumps({"_id": i, "language": language, "text": t}, ensure_ascii=False) for i, language, t in rows]
        (folder / f"{name}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    header = "query-id\tcorpus-id\tscore\n"
    (folder / "qrels" / "test.tsv").write_text(header + "".join("\t".join(row) + "\n" for row in QRELS))
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "tiny")


def measure(folder: Path, index: Path, modes: tuple[str, ...]) -> dict[tuple[str, str, str], Measurement]:
    collection = read_collection(folder)
    build_index([collection.corpus], index, IndexSettings(), FakeEncoder(), FakeEncoder())
    searcher = Searcher(Snapshot.open(index), FakeEncoder(), FakeEncoder(), SearchSettings())
    found = evaluate(searcher, collection, modes)
    assert all(row.collection == "tiny" for row in found)
    return {(row.mode, row.queries, row.documents): row for row in found}


PERFECT = {"nDCG@10": 1.0, "MRR@10": 1.0, "R@10": 1.0, "P@1": 1.0}
SECOND = {"nDCG@10": 1 / log2(3), "MRR@10": 0.5, "R@10": 1.0, "P@1": 0.0}
MISSED = {"nDCG@10": 0.0, "MRR@10": 0.0, "R@10": 0.0, "P@1": 0.0}


def mean(*rows: dict[str, float]) -> dict[str, float]:
    return {name: sum(row[name] for row in rows) / len(rows) for name in PERFECT}


def test_measures_of_each_pair_and_of_the_mixed_pool(folder: Path, tmp_path: Path) -> None:
    """q1 finds its document first; q2 asks more for wheat than for the storm it is judged by, so that comes second."""
    found = measure(folder, tmp_path / "index", ("dense",))
    assert {(pair[1:], row.count) for pair, row in found.items()} == {
        (("en", "en"), 2),
        (("en", "ar"), 1),
        (("en", "mixed"), 2),
        (("ar", "ar"), 1),
        (("ar", "mixed"), 1),
    }
    assert found["dense", "en", "en"].measures == pytest.approx(mean(PERFECT, SECOND))
    assert found["dense", "en", "ar"].measures == pytest.approx(PERFECT)
    assert found["dense", "ar", "ar"].measures == pytest.approx(PERFECT)


def test_the_mixed_pool_lets_the_languages_compete(folder: Path, tmp_path: Path) -> None:
    """Two documents about wheat, one in each language, stand before the one that q2 is judged by."""
    found = measure(folder, tmp_path / "index", ("lexical",))
    assert found["lexical", "ar", "ar"].measures == pytest.approx(PERFECT)
    assert found["lexical", "en", "en"].measures == pytest.approx(mean(PERFECT, SECOND))
    third = {"nDCG@10": 1 / log2(4), "MRR@10": 1 / 3, "R@10": 1.0, "P@1": 0.0}
    assert found["lexical", "en", "mixed"].measures == pytest.approx(mean(PERFECT, third))


def test_what_is_not_found_measures_0(folder: Path, tmp_path: Path) -> None:
    """A judgment of a document that no word of the query leads to."""
    qrels = folder / "qrels" / "test.tsv"
    qrels.write_text("query-id\tcorpus-id\tscore\nq1\te4\t1\n")
    assert measure(folder, tmp_path / "index", ("lexical",))["lexical", "en", "en"].measures == MISSED


def test_each_mode_is_measured_by_itself(folder: Path, tmp_path: Path) -> None:
    found = measure(folder, tmp_path / "index", ("hybrid", "dense", "lexical"))
    assert {mode for mode, _, _ in found} == {"hybrid", "dense", "lexical"}
    assert found["hybrid", "en", "en"].measures == pytest.approx(mean(PERFECT, SECOND))


def test_a_collection_is_read_whole(folder: Path) -> None:
    """Queries without a judgment are left out."""
    collection = read_collection(folder)
    assert collection.name == "tiny"
    assert collection.corpus == folder / "corpus.jsonl"
    assert collection.languages == {identity: language for identity, language, _ in CORPUS}
    assert [(query.text, query.language, dict(query.relevance)) for query in collection.queries] == [
        ("haftar", "en", {"e1": 1, "a1": 1}),
        ("wheat wheat wheat storm", "en", {"e3": 1}),
        ("القمح", "ar", {"a2": 1, "e2": 0}),
    ]


@pytest.mark.parametrize("character", ["\u2028", "\u2029", "\x85"])
def test_a_line_ends_at_a_line_feed_only(folder: Path, character: str) -> None:
    """Other line separators may stand inside a JSON string, and the index reads them so."""
    line = json.dumps({"_id": "e9", "language": "en", "text": "one two"}).replace("one two", f"one{character}two")
    with (folder / "corpus.jsonl").open("a", encoding="utf-8") as stream:
        stream.write(line + "\n")
    assert read_collection(folder).languages["e9"] == "en"


def test_a_byte_order_mark_is_no_part_of_the_collection(folder: Path) -> None:
    for name in ("corpus.jsonl", "queries.jsonl"):
        (folder / name).write_bytes(b"\xef\xbb\xbf" + (folder / name).read_bytes())
    assert len(read_collection(folder).queries) == 3


@pytest.mark.parametrize("name", ["corpus.jsonl", "queries.jsonl", "qrels/test.tsv"])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(EvaluationError, match=f"{name} cannot be read .* expected a collection in BEIR form"):
        read_collection(folder)


@pytest.mark.parametrize(
    "line",
    ['{"_id": "x"', '{"language": "en", "text": "t"}', '{"_id": "x", "language": "en"}', "[]", "7"],
)
@pytest.mark.parametrize("name", ["corpus.jsonl", "queries.jsonl"])
def test_a_bad_line_is_named(folder: Path, name: str, line: str) -> None:
    path = folder / name
    count = len(path.read_text(encoding="utf-8").splitlines())
    with path.open("a") as stream:
        stream.write(line + "\n")
    with pytest.raises(EvaluationError, match=f'{path}, line {count + 1}: expected a JSON object with "_id", "text"'):
        read_collection(folder)


@pytest.mark.parametrize("row", ["q1\te1", "q1\te1\thigh", "q1\t0\te1\t1"])
def test_a_bad_judgment_is_named(folder: Path, row: str) -> None:
    path = folder / "qrels" / "test.tsv"
    path.write_text(f"query-id\tcorpus-id\tscore\nq1\te1\t1\n{row}\n")
    with pytest.raises(EvaluationError, match=r"test\.tsv, line 3: expected query-id, corpus-id, score"):
        read_collection(folder)


def test_a_judgment_of_an_unknown_document_is_named(folder: Path) -> None:
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq1\tgone\t1\n")
    with pytest.raises(EvaluationError, match=r"judges 'gone', which .*corpus\.jsonl lacks"):
        read_collection(folder)


def test_a_collection_without_judged_queries_is_an_error(folder: Path) -> None:
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nother\te1\t1\n")
    with pytest.raises(EvaluationError, match="has no query with a judgment"):
        read_collection(folder)
