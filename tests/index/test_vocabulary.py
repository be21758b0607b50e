"""The embedded vocabulary gives the terms nearest to a vector, as comparing with all of them does."""

from pathlib import Path

import numpy as np
import pytest

from index.errors import IndexCorrupt
from index.lexical import LexicalIndex
from index.settings import IndexSettings
from index.vectors import build_vectors
from index.vocabulary import Vocabulary
from index.words import Spellings
from tests.fakes import DIMENSIONS, FakeEncoder, postings

ARABIC = ["جرى لقاء في موسكو", "محادثات اللقاء مع بوتين", "القمح والدقيق في الميناء", "محادثات القمح", "لقاء"]


def indexed(texts: list[str]) -> tuple[LexicalIndex, Spellings]:
    made = postings("ar", texts)
    return made.weighed(IndexSettings()), made.words.spellings()


def build(size: int = 100) -> tuple[LexicalIndex, Spellings, Vocabulary]:
    lexical, spellings = indexed(ARABIC)
    return lexical, spellings, Vocabulary.build(lexical, spellings, FakeEncoder(), size)


def test_nearest_terms_are_those_of_brute_force() -> None:
    """By the spelling that is commonest, named by the number of the term in the postings."""
    lexical, spellings, vocabulary = build()
    matrix = FakeEncoder().encode_passages(spellings)
    queries = FakeEncoder().encode_queries(["meeting", "wheat", "putin in moscow"])
    for query, found in zip(queries, vocabulary.nearest(queries, 3), strict=True):
        cosines = matrix @ query
        expected = sorted(range(len(cosines)), key=lambda number: (-cosines[number], number))[:3]
        assert found.rows.tolist() == expected
        np.testing.assert_allclose(found.scores, cosines[expected], atol=1e-6)
    [meeting, *_] = vocabulary.nearest(queries[:1], 2)
    assert [(lexical.terms[row], round(float(score), 4)) for row, score in zip(*meeting, strict=True)] == [
        ("لقاء", 1.0),
        ("محادث", 0.8),
    ]


def test_only_the_commonest_terms_are_embedded() -> None:
    lexical, _, vocabulary = build(size=2)
    frequencies = lexical.document_frequencies()
    commonest = sorted(range(len(frequencies)), key=lambda number: (-frequencies[number], number))[:2]
    found = vocabulary.nearest(FakeEncoder().encode_queries(["meeting"]), 10)[0]
    assert len(vocabulary) == 2
    assert sorted(found.rows.tolist()) == sorted(commonest)


def test_a_term_that_the_model_does_not_know_is_left_out() -> None:
    class Forgetful(FakeEncoder):
        def encode_passages(self, texts: "list[str]") -> np.ndarray:  # type: ignore[override]
            vectors = super().encode_passages(texts)
            vectors[[text == "بوتین" for text in texts]] = 0
            return vectors

    lexical, spellings, _ = build()
    vocabulary = Vocabulary.build(lexical, spellings, Forgetful(), 100)
    assert len(vocabulary) == len(lexical.terms) - 1
    found = vocabulary.nearest(FakeEncoder().encode_queries(["putin"]), 100)[0]
    assert "بوتین" not in [lexical.terms[row] for row in found.rows]


def test_a_vocabulary_comes_back_from_the_disk(tmp_path: Path) -> None:
    _, _, vocabulary = build()
    vocabulary.save(tmp_path / "ar")
    queries = FakeEncoder().encode_queries(["meeting", "wheat"])
    opened = Vocabulary.open(tmp_path / "ar").nearest(queries, 4)
    for found, expected in zip(opened, vocabulary.nearest(queries, 4), strict=True):
        np.testing.assert_array_equal(found.rows, expected.rows)
        np.testing.assert_array_equal(found.scores, expected.scores)


def test_an_empty_vocabulary_has_no_nearest_term(tmp_path: Path) -> None:
    lexical, spellings = indexed([])
    Vocabulary.build(lexical, spellings, FakeEncoder(), 10).save(tmp_path)
    [found] = Vocabulary.open(tmp_path).nearest(FakeEncoder().encode_queries(["meeting"]), 5)
    assert found.rows.tolist() == []


def test_numbers_and_vectors_that_disagree_are_corrupt() -> None:
    with pytest.raises(IndexCorrupt, match="2 terms but 1 vectors"):
        Vocabulary(np.array([0, 1], np.int32), build_vectors(np.eye(1, DIMENSIONS, dtype=np.float32)))


@pytest.mark.parametrize("small", [0, 1])
def test_in_a_large_corpus_terms_of_a_single_chunk_are_left_out(monkeypatch: pytest.MonkeyPatch, small: int) -> None:
    """Of more terms than a small corpus has; with as many or fewer all are embedded."""
    lexical, _, everything = build()
    monkeypatch.setattr("index.vocabulary._SMALL", len(lexical.terms) - small)
    _, _, vocabulary = build()
    found = vocabulary.nearest(FakeEncoder().encode_queries(["meeting"]), 100)[0]
    repeated = {"لقاء", "محادث", "قمح"}
    assert repeated == {lexical.terms[n] for n, count in enumerate(lexical.document_frequencies()) if count > 1}
    assert len(everything) == len(lexical.terms) > len(repeated)
    kept = repeated if small else {lexical.terms[number] for number in range(len(lexical.terms))}
    assert {lexical.terms[row] for row in found.rows} == kept
