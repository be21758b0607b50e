"""Postings give the scores of rank_bm25.BM25Okapi, which is the definition."""

from collections.abc import Sequence
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rank_bm25 import BM25Okapi

from index.arrays import StringTable
from index.errors import IndexCorrupt
from index.groups import Phrase, TermGroups
from index.languages import Analyzer
from index.lexical import LexicalIndex
from index.postings import HIGHEST_COUNT
from index.rowlists import RowLists
from index.settings import IndexSettings
from tests.fakes import okapi, postings

WORDS = {
    "en": "tripoli haftar elections the of port wheat flour storm bank 2024 Elections".split(),
    "ar": "حفتر الانتخابات والانتخابات في من ميناء القمح عاصفة بنك ٢٠٢٤ 2024 مُوسكو".split(),
    "ur": "حفتر انتخابات میں کے بندرگاہ گندم طوفان بینک ۲۰۲۴ کتابوں کتابیں ماسکو".split(),
}


def build(language: str, texts: list[str], settings: IndexSettings | None = None) -> tuple[LexicalIndex, list[str]]:
    made = postings(language, texts)
    return made.weighed(settings or IndexSettings()), list(made.words.spellings())


def scored(index: LexicalIndex, groups: Sequence[Sequence[tuple[int, float]]]) -> np.ndarray:
    """What each row scores for all groups together, shape (rows,)."""
    return by_group(index, groups).sum(axis=0)


def by_group(
    index: LexicalIndex, groups: Sequence[Sequence[tuple[int, float]]], phrases: Sequence[Phrase] = ()
) -> np.ndarray:
    """What each row scores for each group, shape (groups, rows)."""
    return index.gather(TermGroups.of(groups, phrases)).by_group(np.arange(index.row_count))


def attainable(index: LexicalIndex, groups: Sequence[Sequence[tuple[int, float]]]) -> float:
    return float(index.attainable(TermGroups.of(groups)).sum())


def groups_of(index: LexicalIndex, terms: list[str]) -> list[list[tuple[int, float]]]:
    """A group of one term, weight 1, for each occurrence of a term that the index has."""
    numbers = [index.terms.find(term) for term in terms]
    return [[(number, 1.0)] for number in numbers if number is not None]


@st.composite
def collections(draw: st.DrawFn) -> tuple[str, list[str], str]:
    """A language, a corpus with at least one term, and a query that may repeat words."""
    language = draw(st.sampled_from(sorted(WORDS)))
    word = st.sampled_from(WORDS[language])
    # Few words over many rows: many of them stand in more than half of the rows.
    texts = draw(st.lists(st.lists(word, max_size=12).map(" ".join), min_size=1, max_size=12))
    query = draw(st.lists(word, min_size=1, max_size=6).map(" ".join))
    return language, [*texts, WORDS[language][0]], query


@given(collections())
def test_scores_are_those_of_rank_bm25(collection: tuple[str, list[str], str]) -> None:
    """Repeated query terms and the floor for common terms included."""
    language, texts, query = collection
    analyzer = Analyzer(language)
    expected = okapi([analyzer.terms(text) for text in texts]).get_scores(analyzer.terms(query))
    index, _ = build(language, texts)
    np.testing.assert_allclose(scored(index, groups_of(index, analyzer.terms(query))), expected, atol=1e-5)


def test_scores_of_a_larger_corpus_are_those_of_rank_bm25() -> None:
    """1,000 rows of words as frequent as in running text, other parameters than the defaults."""
    random = np.random.default_rng(7)
    vocabulary = [f"word{number}" for number in range(2000)]
    chances = 1 / np.arange(1, 2001)
    corpus = [
        [vocabulary[n] for n in random.choice(2000, size=random.integers(1, 80), p=chances / chances.sum())]
        for _ in range(1000)
    ]
    oracle = BM25Okapi(corpus, k1=1.2, b=0.5, epsilon=0.1)
    settings = IndexSettings(bm25_k1=1.2, bm25_b=0.5, bm25_epsilon=0.1)
    index, _ = build("und", [" ".join(row) for row in corpus], settings)
    for _ in range(20):
        query = [vocabulary[n] for n in random.integers(0, 300, size=5)]
        np.testing.assert_allclose(scored(index, groups_of(index, query)), oracle.get_scores(query), atol=1e-5)


def test_a_term_in_more_than_half_of_the_rows_gets_the_floor() -> None:
    """Its idf would be negative; BM25Okapi gives it a quarter of the mean idf instead."""
    texts = ["port storm", "port wheat", "port bank", "flour"]
    rows = [text.split() for text in texts]
    oracle = okapi(rows)
    assert oracle.idf["port"] == oracle.epsilon * oracle.average_idf
    index, _ = build("und", texts)
    np.testing.assert_allclose(scored(index, groups_of(index, ["port"])), oracle.get_scores(["port"]), atol=1e-6)


def number_of(index: LexicalIndex, term: str) -> int:
    number = index.terms.find(term)
    assert number is not None
    return number


def test_weights_scale_the_scores_of_their_terms() -> None:
    index, _ = build("und", ["port storm", "wheat", "storm storm bank"])
    port, storm = number_of(index, "port"), number_of(index, "storm")
    np.testing.assert_allclose(
        scored(index, [[(port, 0.25)], [(storm, 3.0)]]),
        0.25 * scored(index, [[(port, 1.0)]]) + 3.0 * scored(index, [[(storm, 1.0)]]),
        rtol=1e-6,
    )


def test_of_the_terms_of_one_word_the_best_in_each_row_counts() -> None:
    """Groups add up, the terms of a group do not."""
    texts = ["port storm", "wheat flour bread", "storm storm bank", "port", "bread", "river", "tax"]
    index, _ = build("und", texts)
    weighted = [[("port", 1.0), ("storm", 0.6)], [("wheat", 0.5), ("bread", 0.9), ("storm", 0.1)]]
    oracle = okapi([text.split() for text in texts])
    expected = sum(np.max([weight * oracle.get_scores([term]) for term, weight in group], axis=0) for group in weighted)
    groups = [[(number_of(index, term), weight) for term, weight in group] for group in weighted]
    np.testing.assert_allclose(scored(index, groups), expected, atol=1e-5)


def test_impact_is_what_a_term_adds_to_a_row() -> None:
    index, _ = build("und", ["port storm", "wheat", "storm storm bank", "", "flour"])
    for term in range(len(index.terms)):
        column = scored(index, [[(term, 1.0)]])
        assert [index.impact(term, row) for row in range(index.row_count)] == column.tolist()


def test_each_group_has_a_row_of_scores_of_its_own() -> None:
    index, _ = build("und", ["port storm", "wheat", "storm storm bank", "flour"])
    groups = [[(number_of(index, "port"), 1.0)], [(number_of(index, "storm"), 0.5), (number_of(index, "wheat"), 1.0)]]
    np.testing.assert_array_equal(by_group(index, groups), [scored(index, groups[:1]), scored(index, groups[1:])])
    assert by_group(index, []).shape == (0, 4)


def test_an_unknown_term_scores_nothing() -> None:
    index, _ = build("und", ["port storm", "wheat"])
    assert scored(index, []).tolist() == [0.0, 0.0]
    assert index.terms.find("harbour") is None


def test_document_frequencies_count_rows_and_not_occurrences() -> None:
    index, _ = build("und", ["storm storm", "storm port", "port", "wheat"])
    frequencies = {index.terms[number]: index.document_frequency(number) for number in range(len(index.terms))}
    assert frequencies == {"port": 2, "storm": 2, "wheat": 1}
    assert index.document_frequencies().tolist() == [2, 2, 1]


def test_each_term_is_spelled_as_it_is_most_often() -> None:
    index, spellings = build("ur", ["کتابوں کتابوں", "کتابیں", "ماسکو میں"])
    assert dict(zip((index.terms[n] for n in range(len(index.terms))), spellings, strict=True)) == {
        "کتاب": "کتابوں",
        "ماسکو": "ماسکو",
    }


def test_stop_words_are_not_indexed_and_do_not_lengthen_a_row() -> None:
    with_stop_words, _ = build("en", ["the storm of the port", "wheat", "bank"])
    without, _ = build("en", ["storm port", "wheat", "bank"])
    assert with_stop_words.terms.find("the") is None
    storm = without.terms.find("storm")
    assert storm is not None
    assert scored(with_stop_words, [[(storm, 1.0)]]).tolist() == scored(without, [[(storm, 1.0)]]).tolist()


@pytest.mark.parametrize("texts", [["port storm", "", "storm wheat", "bank"], ["the", ""], []])
def test_postings_come_back_from_the_disk(tmp_path: Path, texts: list[str]) -> None:
    index, _ = build("en", texts)
    index.save(tmp_path)
    opened = LexicalIndex.open(tmp_path)
    assert opened.row_count == len(texts)
    assert [opened.terms[n] for n in range(len(opened.terms))] == [index.terms[n] for n in range(len(index.terms))]
    for term in range(len(index.terms)):
        assert scored(opened, [[(term, 1.0)]]).tolist() == scored(index, [[(term, 1.0)]]).tolist()


def test_postings_that_disagree_are_corrupt() -> None:
    one, none = np.zeros(1, np.float32), np.zeros(0, np.int32)
    once, more = RowLists.of(np.array([0, 1]), np.zeros(1, np.int32), 1), RowLists.of(np.array([0]), none, 1)
    with pytest.raises(IndexCorrupt, match="2 terms, 1 lists, 1 weights, 1 peaks"):
        LexicalIndex(StringTable.build(["a", "b"]), once, none, more, none.astype(np.uint8), one, one, one, one)
    with pytest.raises(IndexCorrupt, match="0 terms in 0 lists of 0 rows with 1 counts"):
        LexicalIndex(StringTable.build(["a"]), once, none, more, np.ones(1, np.uint8), one, one, one, one)


def test_what_is_attainable_is_the_best_row_of_each_group() -> None:
    """Each word by its best term where that stands best, whether or not one row has them all."""
    texts = ["port storm", "wheat flour bread", "storm storm bank", "port", "bread", "river", "tax"]
    index, _ = build("und", texts)
    oracle = okapi([text.split() for text in texts])
    peak = {term: oracle.get_scores([term]).max() for term in ("port", "storm", "bread")}
    port, storm, bread = (number_of(index, term) for term in peak)
    assert attainable(index, [[(port, 1.0), (storm, 0.1)], [(bread, 0.5)], []]) == pytest.approx(
        max(peak["port"], 0.1 * peak["storm"]) + 0.5 * peak["bread"], abs=1e-5
    )
    assert attainable(index, []) == 0.0


def test_the_rows_that_hold_any_of_some_terms() -> None:
    """Each once and ascending, whatever their scores."""
    index, _ = build("und", ["storm", "port storm", "wheat", "port", "bank"])
    assert index.rows_with([number_of(index, "storm"), number_of(index, "port")]).tolist() == [0, 1, 3]
    assert index.rows_with([]).tolist() == []


@st.composite
def weighted_groups(draw: st.DrawFn) -> tuple[list[list[str]], LexicalIndex, list[list[tuple[int, float]]]]:
    """The rows of a corpus, its index, and groups of its terms with weights; a group may be empty."""
    language, texts, _ = draw(collections())
    index, _ = build(language, texts)
    numbers = st.integers(0, len(index.terms) - 1)
    group = st.lists(st.tuples(numbers, st.sampled_from([1.0, 0.5, 0.3])), max_size=4, unique_by=lambda item: item[0])
    analyzer = Analyzer(language)
    return [analyzer.terms(text) for text in texts], index, draw(st.lists(group, max_size=4))


@given(weighted_groups())
def test_attainable_is_that_of_brute_force(
    collection: tuple[list[list[str]], LexicalIndex, list[list[tuple[int, float]]]],
) -> None:
    """The best score that any term of a group gives any row, which is 0 where none gives more; these added up."""
    rows, index, groups = collection
    oracle = okapi(rows)
    expected = 0.0
    for group in groups:
        posted = []
        for number, weight in group:
            scores = oracle.get_scores([index.terms[number]])
            posted += [weight * scores[place] for place, row in enumerate(rows) if index.terms[number] in row]
        expected += max([0.0, *posted])
    assert attainable(index, groups) == pytest.approx(expected, abs=1e-5)


def test_no_row_scores_more_than_is_attainable() -> None:
    """Also where BM25's idf is below 0, as of a word in two of three rows: the third row has 0, which is more."""
    index, _ = build("und", ["port storm", "port storm", "port"])
    groups = [[(number_of(index, "storm"), 1.0)]]
    assert scored(index, groups)[2] == 0.0
    assert scored(index, groups).max() <= attainable(index, groups)


@pytest.mark.parametrize("texts", [["port storm", "port"], ["port storm", "wheat port", "flour", "bank"]])
def test_the_order_of_the_terms_of_a_word_does_not_matter(texts: list[str]) -> None:
    """Also where the idf of both is 0 or less, as in the first of these."""
    index, _ = build("und", texts)
    group = [(number_of(index, "port"), 1.0), (number_of(index, "storm"), 0.5)]
    assert by_group(index, [group]).tolist() == by_group(index, [group[::-1]]).tolist()


@given(weighted_groups())
def test_rows_with_are_those_of_brute_force(
    collection: tuple[list[list[str]], LexicalIndex, list[list[tuple[int, float]]]],
) -> None:
    rows, index, groups = collection
    for group in groups:
        terms = {index.terms[number] for number, _ in group}
        expected = [place for place, row in enumerate(rows) if terms.intersection(row)]
        assert index.rows_with(number for number, _ in group).tolist() == expected


@given(weighted_groups())
def test_companionship_is_that_of_brute_force(
    collection: tuple[list[list[str]], LexicalIndex, list[list[tuple[int, float]]]],
) -> None:
    rows, index, groups = collection
    numbers = sorted({number for group in groups for number, _ in group})
    rows_of = {number: {place for place, row in enumerate(rows) if index.terms[number] in row} for number in numbers}
    for first, second in product(numbers, numbers):
        of_first, of_second = rows_of[first], rows_of[second]
        expected = len(of_first & of_second) / min(len(of_first), len(of_second))
        assert index.companionship(first, second) == expected


@pytest.mark.parametrize("others", [2, 200])
def test_a_phrase_counts_where_all_of_it_stands_by_the_mean(others: int) -> None:
    """Whether its terms are about as common or one is far rarer; of phrase and terms the best counts."""
    index, _ = build("und", ["storm port", "port", "storm", "storm port port", *["port tax"] * others, *["tax"] * 300])
    storm, port, tax = (number_of(index, term) for term in ("storm", "port", "tax"))
    together, alone = by_group(
        index, [[], [(storm, 0.5)]], [Phrase(0, (port, storm), 0.4), Phrase(1, (storm, port), 1.0)]
    )
    means = [(index.impact(storm, row) + index.impact(port, row)) / 2 for row in (0, 3)]
    assert np.flatnonzero(together).tolist() == [0, 3]
    assert together[[0, 3]].tolist() == pytest.approx([0.4 * mean for mean in means], rel=1e-6)
    assert alone[[0, 2, 3]].tolist() == pytest.approx([means[0], index.impact(storm, 2) / 2, means[1]], rel=1e-6)
    assert not by_group(index, [[]], [Phrase(0, (storm, tax), 1.0)]).any()


def test_a_phrase_of_three_terms_stands_where_all_three_do() -> None:
    index, _ = build("und", ["a b c", "a b", "b c", "c b a a", "d", "e"])
    numbers = tuple(number_of(index, term) for term in "abc")
    rows, means = index.together(numbers)
    assert rows.tolist() == [0, 3]
    expected = [sum(index.impact(number, row) for number in numbers) / 3 for row in (0, 3)]
    assert means.tolist() == pytest.approx(expected, rel=1e-6)


def test_the_frequencies_of_some_terms() -> None:
    index, _ = build("und", ["storm storm", "storm port", "port", "wheat"])
    numbers = np.array([number_of(index, "wheat"), number_of(index, "storm"), number_of(index, "wheat")])
    assert index.document_frequencies(numbers).tolist() == [1, 2, 1]


def test_a_word_repeated_without_end_counts_as_one_repeated_255_times() -> None:
    """Which costs it so little that no ranking hangs on it: here 1.5 % of its score."""
    texts = [" ".join(["storm"] * 4000), "storm", "port", "wheat", "tax"]
    index, _ = build("und", texts)
    storm = number_of(index, "storm")
    expected = okapi([text.split() for text in texts]).get_scores(["storm"])
    assert scored(index, [[(storm, 1.0)]])[1] == pytest.approx(expected[1], rel=1e-5)
    lost = 1 - index.impact(storm, 0) / expected[0]
    norm = 1.2 * (0.5 + 0.5 * 4000 / (4004 / 5))
    assert 0 < lost <= norm / (norm + HIGHEST_COUNT)
