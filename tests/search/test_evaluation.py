"""Evaluation on a test collection whose measures can be told by eye."""

import json
from math import log2
from pathlib import Path

import pytest

from index.build import build_index
from index.errors import EvaluationError
from index.settings import IndexSettings
from index.snapshot import Snapshot
from scripts.baselines import plain_rankers
from search.evaluation import (
    Measurement,
    PairValues,
    PooledDocument,
    QueryValues,
    evaluate,
    rankers,
    read_collection,
    summarise,
)
from search.metrics import bootstrap_interval
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

# Among seven documents little stands out from chance; here the whole ranking is measured.
WHOLE = SearchSettings(floor=-100.0)


def write(folder: Path) -> Path:
    """A collection in BEIR form."""
    (folder / "qrels").mkdir(parents=True)
    for name, rows in (("corpus", CORPUS), ("queries", QUERIES)):
        lines = [json.dumps({"_id": i, "language": language, "text": t}, ensure_ascii=False) for i, language, t in rows]
        (folder / f"{name}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    header = "query-id\tcorpus-id\tscore\n"
    (folder / "qrels" / "test.tsv").write_text(header + "".join("\t".join(row) + "\n" for row in QRELS))
    return folder


def add(path: Path, record: dict[str, object]) -> None:
    """One more line at the end of a file."""
    with path.open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(record, ensure_ascii=False) + "\n")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "tiny")


def measure(folder: Path, index: Path, modes: tuple[str, ...]) -> dict[tuple[str, str, str], Measurement]:
    collection = read_collection(folder)
    build_index([collection.corpus], index, IndexSettings(), FakeEncoder(), FakeEncoder())
    searcher = Searcher(Snapshot.open(index), FakeEncoder(), FakeEncoder(), WHOLE)
    found = [summarise(pair) for pair in evaluate(rankers(searcher, modes), collection)]
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
    assert list(collection.documents.values()) == [PooledDocument(i, text, language) for i, language, text in CORPUS]
    assert [(query.id, query.text, query.language, dict(query.relevance)) for query in collection.queries] == [
        ("q1", "haftar", "en", {"e1": 1, "a1": 1}),
        ("q2", "wheat wheat wheat storm", "en", {"e3": 1}),
        ("q3", "القمح", "ar", {"a2": 1, "e2": 0}),
    ]
    assert collection.pools() == {"ar": ("ar",), "en": ("en",), "mixed": ()}


def test_lines_without_a_language_get_the_detected_one(folder: Path) -> None:
    """A document by its title and text, as the index does it; a query, too short for that, by its letters."""
    add(folder / "corpus.jsonl", {"_id": "u1", "title": "حفتر ماسکو پہنچ گئے", "text": "2024"})
    add(folder / "corpus.jsonl", {"_id": "f1", "language": "fr-CA", "text": "le port"})
    add(folder / "corpus.jsonl", {"_id": "e9", "language": "en-GB", "text": "the port", "title": None})
    add(folder / "queries.jsonl", {"_id": "q5", "text": "ہفتار"})
    with (folder / "qrels" / "test.tsv").open("a") as stream:
        stream.write("q5\tu1\t1\n")
    collection = read_collection(folder)
    assert collection.documents["u1"] == PooledDocument("u1", "حفتر ماسکو پہنچ گئے\n2024", "ur")
    assert [collection.documents[i].language for i in ("f1", "e9")] == ["und", "en"]
    assert collection.queries[-1].language == "ur"


def test_a_language_without_an_analysis_is_measured_too(folder: Path, tmp_path: Path) -> None:
    add(folder / "corpus.jsonl", {"_id": "f1", "language": "fr", "text": "haftar arrive"})
    with (folder / "qrels" / "test.tsv").open("a") as stream:
        stream.write("q1\tf1\t1\n")
    assert measure(folder, tmp_path / "index", ("hybrid",))["hybrid", "en", "und"].measures == PERFECT


def test_the_first_document_of_an_id_counts(folder: Path) -> None:
    """It is the one that is indexed."""
    add(folder / "corpus.jsonl", {"_id": "e1", "language": "ar", "text": "حفتر"})
    assert read_collection(folder).documents["e1"].text == "haftar in moscow"


def test_quotation_marks_in_judgments_are_part_of_an_id(folder: Path) -> None:
    add(folder / "corpus.jsonl", {"_id": '"e"', "language": "en", "text": "t"})
    (folder / "qrels" / "test.tsv").write_text('query-id\tcorpus-id\tscore\nq1\t"e"\t1\n')
    assert dict(read_collection(folder).queries[0].relevance) == {'"e"': 1}


def test_every_query_keeps_its_own_values(folder: Path) -> None:
    """A ranker that knows one answer; a query without anything relevant in a pool is not asked there."""
    asked: list[tuple[str, tuple[str, ...]]] = []
    told: list[int] = []

    def ranker(text: str, languages: tuple[str, ...]) -> list[str]:
        asked.append((text, languages))
        return ["e3", "e1"]

    found = evaluate({"plain": ranker}, read_collection(folder), told.append)
    values = {(pair.queries, pair.documents): pair.values for pair in found}
    assert list(values) == [("ar", "ar"), ("ar", "mixed"), ("en", "ar"), ("en", "en"), ("en", "mixed")]
    assert values["en", "en"] == (QueryValues("q1", SECOND), QueryValues("q2", PERFECT))
    assert values["ar", "ar"] == (QueryValues("q3", MISSED),)
    assert asked == [
        ("haftar", ("ar",)),
        ("haftar", ("en",)),
        ("haftar", ()),
        ("wheat wheat wheat storm", ("en",)),
        ("wheat wheat wheat storm", ()),
        ("القمح", ("ar",)),
        ("القمح", ()),
    ]
    assert told == [1, 1, 1]


def test_a_mean_comes_with_the_interval_of_its_values() -> None:
    values = [PERFECT] * 30 + [SECOND] * 10
    row = summarise(PairValues("c", "plain", "en", "ar", [QueryValues(f"q{i}", m) for i, m in enumerate(values)]))
    assert (row.pair, row.count) == ("en → ar", 40)
    assert row.measures == pytest.approx({"nDCG@10": (30 + 10 / log2(3)) / 40, "MRR@10": 0.875, "R@10": 1, "P@1": 0.75})
    assert row.intervals == {name: bootstrap_interval([value[name] for value in values]) for name in PERFECT}
    assert row.intervals["R@10"] == (1.0, 1.0)


def test_the_plain_rankers_are_what_they_say() -> None:
    """Dense: cosines in one pool. BM25: words as typed, so nothing crosses. RRF: 1 / (60 + rank) of both."""
    documents = [PooledDocument(identity, text, language) for identity, language, text in CORPUS]
    plain = plain_rankers(documents, FakeEncoder())
    assert list(plain) == ["plain dense", "plain BM25", "plain RRF"]
    assert set(plain["plain dense"]("Wheat", ())[:2]) == {"e2", "a2"}
    assert plain["plain dense"]("wheat", ("ar",))[0] == "a2"
    assert len(plain["plain dense"]("wheat", ("ar",))) == 3
    assert plain["plain BM25"]("Wheat", ()) == ["e2"]
    assert plain["plain BM25"]("wheat", ("ar",)) == []
    assert plain["plain BM25"]("the storm, a museum", ("en",)) == ["e4", "e3"]
    # a2 is first in one ranking only; e1 stands in both.
    assert plain["plain RRF"]("wheat in moscow", ("ar",)) == plain["plain dense"]("wheat in moscow", ("ar",))
    assert plain["plain RRF"]("wheat", ("en",))[0] == "e2"


def test_plain_rrf_adds_reciprocal_ranks() -> None:
    """Cosine puts the two about wheat first; the words put the one first that has "flour" and "port"."""
    documents = [
        PooledDocument("a", "wheat", "en"),
        PooledDocument("b", "wheat wheat flour", "en"),
        PooledDocument("c", "storm over the port with flour", "en"),
        PooledDocument("d", "museum", "en"),
        PooledDocument("e", "theatre", "en"),
    ]
    plain = plain_rankers(documents, FakeEncoder())
    dense, words = plain["plain dense"]("wheat wheat flour port", ()), plain["plain BM25"]("wheat wheat flour port", ())
    expected = {
        identity: sum(1 / (61 + ranking.index(identity)) for ranking in (dense, words) if identity in ranking)
        for identity in "abcde"
    }
    assert plain["plain RRF"]("wheat wheat flour port", ()) == sorted("abcde", key=lambda i: (-expected[i], i))


@pytest.mark.parametrize("character", ["\u2028", "\u2029", "\x85"])
def test_a_line_ends_at_a_line_feed_only(folder: Path, character: str) -> None:
    """Other line separators may stand inside a JSON string, and the index reads them so."""
    line = json.dumps({"_id": "e9", "language": "en", "text": "one two"}).replace("one two", f"one{character}two")
    with (folder / "corpus.jsonl").open("a", encoding="utf-8") as stream:
        stream.write(line + "\n")
    assert read_collection(folder).documents["e9"].text == f"one{character}two"


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
    [
        '{"_id": "x"',
        '{"language": "en", "text": "t"}',
        '{"_id": "x", "language": "en"}',
        '{"_id": "x", "text": 7}',
        "[]",
        "7",
    ],
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
