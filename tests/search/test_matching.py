"""Words and phrases against postings, by hand on top of what the postings themselves say."""

from dataclasses import replace
from math import log
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from index.build import build_index
from index.lexical import LexicalIndex
from index.settings import IndexSettings
from index.snapshot import Snapshot
from search.matching import Asked, Importance
from search.types import QueryWord, WeightedPhrase, WeightedTerm, WeightedTerms
from tests.fakes import FakeEncoder, postings, write_json_lines

TEXTS = ["storm port", "port authority", "storm", "harbour of grain", "wheat", "flour", "barley"]


@pytest.fixture(scope="module")
def lexical() -> LexicalIndex:
    return postings("en", TEXTS).weighed(IndexSettings())


def number(lexical: LexicalIndex, term: str) -> int:
    found = lexical.terms.find(term)
    assert found is not None
    return found


def word(
    lexical: LexicalIndex, terms: dict[str, float], phrase: tuple[str, ...] = (), weight: float = 1.0
) -> QueryWord:
    singles = WeightedTerms.of(WeightedTerm(number(lexical, term), term, share) for term, share in terms.items())
    numbers = tuple(number(lexical, term) for term in phrase)
    return QueryWord("word", singles, (WeightedPhrase(numbers, phrase, weight, "phrase"),) if phrase else ())


def scores_by_word(lexical: LexicalIndex, words: list[QueryWord]) -> NDArray[np.float32]:
    """The score of each row for each word, shape (words, rows)."""
    return lexical.gather(Asked.of(words).groups).by_group(np.arange(len(TEXTS)))


def highest(lexical: LexicalIndex, asked: QueryWord) -> float:
    return float(lexical.attainable(Asked.of([asked]).groups)[0])


def test_a_phrase_counts_where_all_of_it_stands_by_the_mean(lexical: LexicalIndex) -> None:
    """Storm and port stand together in row 0 alone."""
    port, storm = number(lexical, "port"), number(lexical, "storm")
    [scores] = scores_by_word(lexical, [word(lexical, {}, ("storm", "port"), 0.4)])
    expected = 0.4 * (lexical.impact(port, 0) + lexical.impact(storm, 0)) / 2
    np.testing.assert_allclose(scores, [expected, 0, 0, 0, 0, 0, 0], rtol=1e-6)


def test_of_terms_and_phrases_the_best_counts_in_a_row(lexical: LexicalIndex) -> None:
    storm = number(lexical, "storm")
    [scores] = scores_by_word(lexical, [word(lexical, {"storm": 0.5}, ("storm", "port"))])
    [phrase] = scores_by_word(lexical, [word(lexical, {}, ("storm", "port"))])
    assert scores[0] == phrase[0] > 0.5 * lexical.impact(storm, 0)
    assert scores[2] == pytest.approx(0.5 * lexical.impact(storm, 2))


def test_the_highest_bounds_every_row(lexical: LexicalIndex) -> None:
    both = word(lexical, {"storm": 0.5}, ("storm", "port"))
    peaks = [max(lexical.impact(number(lexical, term), row) for row in range(len(TEXTS))) for term in ("storm", "port")]
    assert highest(lexical, both) == pytest.approx(sum(peaks) / 2)
    assert scores_by_word(lexical, [both]).max() <= highest(lexical, both) + 1e-6
    assert highest(lexical, word(lexical, {})) == 0.0


def test_no_word_scores_nothing(lexical: LexicalIndex) -> None:
    assert scores_by_word(lexical, []).shape == (0, len(TEXTS))
    assert Asked.of([]).covered(np.zeros((0, 7), np.float32), lexical, Importance({})).shape == (0, 7)


def test_a_row_with_a_word_at_its_best_covers_all_of_its_share(lexical: LexicalIndex) -> None:
    """Row 2, all storm, has the word at its best; row 0 has it among others."""
    words = [replace(word(lexical, {"storm": 0.3}), word="storm"), replace(word(lexical, {"wheat": 1.0}), word="wheat")]
    importance = Importance({"storm": 0.75, "wheat": 0.25})
    shares = Asked.of(words).covered(scores_by_word(lexical, words), lexical, importance)
    assert shares[0, 2] == 0.75
    assert 0 < shares[0, 0] < 0.75
    assert shares[1].tolist() == pytest.approx([0, 0, 0, 0, 0.25, 0, 0])


def test_terms_that_never_meet_score_nothing(lexical: LexicalIndex) -> None:
    assert not scores_by_word(lexical, [word(lexical, {}, ("wheat", "port"))]).any()


def test_importance_is_pooled_over_the_languages(tmp_path: Path) -> None:
    """Of 5 chunks, storm stands in two English ones and عاصفة in one Arabic: 3 in all; wheat stands in one."""
    texts = [("en", "storm port"), ("en", "storm"), ("en", "wheat"), ("ar", "عاصفة"), ("ar", "ميناء")]
    records = [{"id": str(place), "language": language, "text": text} for place, (language, text) in enumerate(texts)]
    source = write_json_lines(tmp_path / "texts.jsonl", records)
    build_index([source], tmp_path / "index", IndexSettings(), FakeEncoder(), FakeEncoder())
    partitions = Snapshot.open(tmp_path / "index").partitions

    def rendered(language: str, asked: str, *terms: str) -> QueryWord:
        return replace(word(partitions[language].lexical, dict.fromkeys(terms, 1.0)), word=asked)

    found = {
        "en": Asked.of([rendered("en", "storm", "storm"), rendered("en", "wheat", "wheat")]),
        "ar": Asked.of([rendered("ar", "storm", "عاصف")]),
    }
    storm, wheat = log(1 + 2.5 / 3.5) ** 0.7, log(1 + 4.5 / 1.5) ** 0.7
    shares = Importance.of(["storm", "wheat"], found, partitions).shares
    assert shares == {"storm": pytest.approx(storm / (storm + wheat)), "wheat": pytest.approx(wheat / (storm + wheat))}
    # A word that no language knows counts like the average of the others, and takes its share from them.
    shares = Importance.of(["storm", "wheat", "zolvenko"], found, partitions).shares
    assert shares["zolvenko"] == pytest.approx(1 / 3)
    assert Importance.of(["zolvenko", "zolvenko"], {}, partitions).shares == {"zolvenko": 0.5}


def test_a_word_is_as_frequent_as_the_commonest_of_its_likely_terms(lexical: LexicalIndex) -> None:
    """Port stands in two rows but is half as likely at most; a word of a phrase alone has no frequency."""
    words = [
        word(lexical, {"wheat": 0.9, "storm": 0.45, "port": 0.44}),
        word(lexical, {"port": 0.1, "flour": 0.3}),
        word(lexical, {}, ("storm", "port")),
    ]
    assert Asked.of(words).frequencies(lexical).tolist() == [2, 1, 0]


def test_a_word_asked_twice_is_counted_once_in_a_language(tmp_path: Path) -> None:
    """Beside another word it may have more terms: the commonest counts."""
    source = write_json_lines(
        tmp_path / "texts.jsonl", [{"id": text, "text": text, "language": "en"} for text in TEXTS]
    )
    build_index([source], tmp_path / "index", IndexSettings(), FakeEncoder(), FakeEncoder())
    partitions = Snapshot.open(tmp_path / "index").partitions
    of_en = partitions["en"].lexical
    once, again = word(of_en, {"wheat": 1.0}), word(of_en, {"wheat": 1.0, "port": 1.0})
    other = replace(word(of_en, {"flour": 1.0}), word="flour")
    shares = Importance.of(["word", "word", "flour"], {"en": Asked.of([once, again, other])}, partitions).shares
    twice, single = log(1 + 5.5 / 2.5) ** 0.7, log(1 + 6.5 / 1.5) ** 0.7
    assert shares == pytest.approx({"word": twice / (2 * twice + single), "flour": single / (2 * twice + single)})
