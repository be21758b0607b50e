"""Rankings and scores against oracles: numpy for the dense leg, BM25Okapi for the lexical one, both fused by hand."""

from dataclasses import replace

import numpy as np
import pytest

from index.languages import Analyzer
from index.settings import IndexSettings
from search.searcher import Searcher
from search.types import SearchRequest
from tests.fakes import FakeEncoder, okapi
from tests.search.searching import COVERAGE_WEIGHT, RANDOM_WORDS, Make, ids, importance, search, shown


@pytest.mark.parametrize("mode", ["hybrid", "dense", "lexical"])
@pytest.mark.parametrize("query", ["wheat storm", "putin meeting putin", "flour", "river tax port wheat"])
def test_rankings_and_scores_are_those_of_the_oracles(
    random_news: Searcher, random_corpus: list[str], query: str, mode: str
) -> None:
    """All 40 documents, highest score first.

    Meaning is the cosine in deviations from the mean over all chunks but the nearest one. Words
    count by the share of the BM25 that a chunk would have with each of them at its best.
    """
    encoder, analyzer = FakeEncoder(), Analyzer("en")
    dense = encoder.encode_passages(random_corpus) @ encoder.encode_queries([query])[0]
    usual = np.sort(dense)[:-1]
    meaning = (dense - usual.mean()) / usual.std()
    oracle = okapi([analyzer.terms(text) for text in random_corpus])
    lexical = oracle.get_scores(analyzer.terms(query))
    terms = analyzer.terms(query)
    shares = importance(terms, [analyzer.terms(text) for text in random_corpus])
    by_word = [oracle.get_scores([term]) for term in terms]
    covered = sum(share * scores / scores.max() for share, scores in zip(shares, by_word, strict=True))
    weight = COVERAGE_WEIGHT
    found_by_words = lexical > 0
    expected = {"hybrid": meaning + weight * covered, "dense": meaning, "lexical": weight * covered}[mode]
    order: list[int] = np.argsort(-np.round(expected, 4), kind="stable").tolist()
    if mode == "lexical":
        order = [row for row in order if found_by_words[row]]
    result = random_news.search(SearchRequest(query, limit=40, mode=mode))
    assert result.total == len(order)
    found = {int(identity): score for identity, score in random_news.scored(SearchRequest(query, limit=40, mode=mode))}
    assert [hit.document.id for hit in result.hits] == list(map(str, found))
    assert [hit.score for hit in result.hits] == [shown(score) for score in found.values()]
    assert found == pytest.approx({row: expected[row] for row in order}, abs=1e-3)
    # Scores that differ by rounding alone may stand in either order, all others may not.
    np.testing.assert_allclose([expected[row] for row in found], [expected[row] for row in order], atol=1e-3)
    assert [hit.rank for hit in result.hits] == list(range(1, len(order) + 1))


def test_the_explanation_gives_the_scores_and_ranks_of_both_legs(
    random_news: Searcher, random_corpus: list[str]
) -> None:
    encoder, analyzer = FakeEncoder(), Analyzer("en")
    dense = encoder.encode_passages(random_corpus) @ encoder.encode_queries(["wheat storm"])[0]
    oracle = okapi([analyzer.terms(text) for text in random_corpus])
    lexical = oracle.get_scores(["wheat", "storm"])
    lexical_order = [row for row in np.argsort(-lexical, kind="stable").tolist() if lexical[row] > 0]
    for hit in random_news.search(SearchRequest("wheat storm", limit=40, explain=True)).hits:
        row = int(hit.document.id)
        assert hit.explain.dense_score == pytest.approx(dense[row], abs=1e-5)
        assert hit.explain.lexical_score == pytest.approx(lexical[row], abs=1e-5)
        assert hit.explain.dense_rank == 1 + (dense > dense[row] + 1e-6).sum() or (
            # among documents of equal score any place of theirs
            np.isclose(dense, dense[row], atol=1e-6).sum() > 1
        )
        assert hit.explain.lexical_rank == (lexical_order.index(row) + 1 if row in lexical_order else None) or (
            np.isclose(lexical, lexical[row], atol=1e-5).sum() > 1
        )
        assert sum(share.score for share in hit.explain.terms) == pytest.approx(lexical[row], abs=1e-3)
        assert {share.term for share in hit.explain.terms} == {"wheat", "storm"} & set(random_corpus[row].split())


def test_terms_are_told_only_when_they_are_asked_for(news: Searcher) -> None:
    """All else of the answer is the same."""
    bare, explained = (news.search(SearchRequest("meeting", explain=explain)).hits for explain in (False, True))
    assert all(hit.explain.terms == () for hit in bare)
    assert any(hit.explain.terms for hit in explained)
    assert [replace(hit, explain=replace(hit.explain, terms=())) for hit in explained] == list(bare)


def test_the_explanation_names_the_word_that_a_term_stands_for(news: Searcher) -> None:
    [hit] = news.search(SearchRequest("meeting", limit=1, languages=("ar",), explain=True)).hits
    assert [(share.term, share.origin) for share in hit.explain.terms] == [("لقاء", "meeting")]


def test_a_question_in_one_language_marks_words_of_another(news: Searcher) -> None:
    [hit] = news.search(SearchRequest("meeting with putin", limit=1, languages=("ur",))).hits
    assert hit.document.id == "moscow-ur"
    assert [hit.snippet.text[start:end] for start, end in hit.snippet.marks] == ["پوٹن", "ملاقات"]


@pytest.mark.parametrize("mode", ["hybrid", "dense", "lexical"])
def test_a_word_of_the_only_document_of_a_language_is_found(make: Make, mode: str) -> None:
    """BM25's idf of such a word is not above 0, which is no reason to find nothing."""
    searcher = make([{"id": "only", "text": "Wheat prices rise", "language": "en"}])
    assert search(searcher, "wheat", mode=mode) == ["only"]


@pytest.mark.parametrize("mode", ["hybrid", "dense", "lexical"])
def test_a_word_in_one_of_two_documents_finds_that_one_first(make: Make, mode: str) -> None:
    """Its idf is exactly 0."""
    records = [
        {"id": "tax", "text": "Tax rise", "language": "en"},
        {"id": "rain", "text": "Rain falls", "language": "en"},
    ]
    assert search(make(records), "rain", mode=mode)[0] == "rain"


def test_several_chunks_of_a_document_are_one_hit(make: Make) -> None:
    """Shown by the chunk that answers best."""
    filler = " ".join(f"Sentence {number} of the filler goes on about the river." for number in range(30))
    long = f"{filler} Then came the earthquake. {filler}"
    searcher = make(
        [
            {"id": "long", "text": long, "language": "en"},
            {"id": "short", "text": "Rain on the river.", "language": "en"},
        ]
    )
    result = searcher.search(SearchRequest("earthquake"))
    assert ids(result) == ["long", "short"]
    assert result.total == 2
    assert "earthquake" in result.hits[0].snippet.text
    assert result.hits[0].chunk.text == long[result.hits[0].chunk.start : result.hits[0].chunk.end]


@pytest.fixture(scope="module")
def long_corpus() -> list[list[str]]:
    """Thirty documents of one to five sentences, each of the eight words that make a chunk."""
    random = np.random.default_rng(13)
    # Enough other words that none of a query stands in most chunks, where BM25's idf would be below 0.
    known = [*RANDOM_WORDS, *(f"other{number}" for number in range(30))]
    sentences = [" ".join(random.choice(known, size=8)) + "." for _ in range(150)]
    return [[sentences.pop() for _ in range(random.integers(1, 5, endpoint=True))] for _ in range(30)]


@pytest.fixture(scope="module")
def long_news(make: Make, long_corpus: list[list[str]]) -> Searcher:
    records = [{"id": f"{n}", "text": " ".join(texts), "language": "en"} for n, texts in enumerate(long_corpus)]
    return make(records, IndexSettings(chunk_words=8, overlap_words=0))


@pytest.mark.parametrize("mode", ["hybrid", "dense", "lexical"])
@pytest.mark.parametrize("query", ["wheat storm", "putin meeting moscow", "river tax port wheat flour bank"])
def test_documents_of_several_chunks_score_as_the_oracles_say(
    long_news: Searcher, long_corpus: list[list[str]], query: str, mode: str
) -> None:
    """By the nearest of its chunks, and each word by the chunk that has it best."""
    encoder, analyzer = FakeEncoder(), Analyzer("en")
    chunks = [text for texts in long_corpus for text in texts]
    document = np.repeat(np.arange(30), [len(texts) for texts in long_corpus])
    assert len(long_news.snapshot.partitions["en"]) == len(chunks)
    dense = encoder.encode_passages(chunks) @ encoder.encode_queries([query])[0]
    usual = np.sort(dense)[: -max(1, len(chunks) // 50)]
    meaning = (dense - usual.mean()) / usual.std()
    oracle = okapi([analyzer.terms(text) for text in chunks])
    terms = analyzer.terms(query)
    by_word = np.array([oracle.get_scores([term]) for term in terms])
    counts = importance(terms, [analyzer.terms(text) for text in chunks]) / by_word.max(axis=1)
    weight = COVERAGE_WEIGHT
    expected = {}
    for number in range(30):
        own = by_word[:, document == number]
        covered = counts @ own.max(axis=1)
        nearest = meaning[document == number].max()
        if mode != "lexical" or covered > 0:
            expected[str(number)] = {
                "hybrid": nearest + weight * covered,
                "dense": nearest,
                "lexical": weight * covered,
            }[mode]
    found = long_news.scored(SearchRequest(query, limit=50, mode=mode))
    assert dict(found) == pytest.approx(expected, abs=1e-3)
    assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)


def test_words_far_apart_cover_a_query_as_well_as_words_together(make: Make) -> None:
    """Both words are all there is, 12, in one chunk or in two; one alone is a half."""
    filler = "on a quiet day in town again."  # with the word before it, four terms and eight words
    texts = {
        "together": f"Wheat storm {filler[5:]} Lamp {filler}",
        "apart": f"Wheat river {filler[5:]} Storm river {filler[5:]}",
        "half": f"Wheat bridge {filler[5:]} Lamp {filler}",
        "other half": f"Storm bridge {filler[5:]} Lamp {filler}",
    } | {f"none {number}": f"Lamp {filler} Lamp {filler}" for number in range(4)}
    records = [{"id": name, "text": text, "language": "en"} for name, text in texts.items()]
    searcher = make(records, IndexSettings(chunk_words=8, overlap_words=0))
    assert searcher.scored(SearchRequest("wheat storm", mode="lexical", collapse=False)) == [
        ("together", pytest.approx(12.0, abs=1e-3)),
        ("apart", pytest.approx(12.0, abs=1e-3)),
        ("half", pytest.approx(6.0, abs=1e-3)),
        ("other half", pytest.approx(6.0, abs=1e-3)),
    ]


def test_a_word_that_a_language_has_no_term_for_is_covered_by_no_document(random_news: Searcher) -> None:
    """The best document has one of two words, 12 / 2, or one of three."""
    for query, score in (("wheat", 12.0), ("wheat volcano", 6.0), ("volcano wheat lighthouse", 4.0)):
        [(_, found)] = random_news.scored(SearchRequest(query, mode="lexical", limit=1))
        assert found == pytest.approx(score, abs=1e-3)


# Nobody is called so, and no model has met the name: its spellings have nothing in common but their sound.
