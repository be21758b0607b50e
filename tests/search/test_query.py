"""A query is understood: its language, and the words that carry its meaning."""

import pytest

from index.errors import QueryError
from search.query import Query, understand


@pytest.mark.parametrize(
    ("text", "language", "words"),
    [
        ("Who met Haftar in Rome?", "en", ("met", "haftar", "rome")),
        ("حفتر في روما", "ar", ("حفتر", "روما")),
        ("پوٹن کی ماسکو میں ملاقات", "ur", ("پوٹن", "ماسکو", "ملاقات")),
        ("مُحَمَّد ١٢", "ar", ("محمد", "12")),
        ("2024", "und", ("2024",)),
        ("storm storm", "en", ("storm", "storm")),
        ("the who", "en", ("the", "who")),
        ("من هو", "ar", ("من", "ہو")),
    ],
)
def test_what_a_query_means(text: str, language: str, words: tuple[str, ...]) -> None:
    """Stop words go, unless there is nothing else."""
    assert understand(text, 100) == Query(text, language, words)


@pytest.mark.parametrize("text", ["", "  ", "?!", "\u064b", "\u200f", "📰"])
def test_a_query_without_a_word_is_refused(text: str) -> None:
    with pytest.raises(QueryError, match="the query has no word; type at least one letter or digit"):
        understand(text, 100)


def test_a_query_that_is_too_long_is_refused() -> None:
    assert understand("a" * 100, 100).text == "a" * 100
    with pytest.raises(QueryError, match="has 101 characters; at most 100 are searched"):
        understand("a" * 101, 100)
