"""What tests of a searcher share: other news beside the articles, and short ways to ask."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from search.fusion import relevance
from search.searcher import Searcher
from search.types import SearchRequest, SearchResult

# Other news in each language, so that a word of one article is rare there.
OTHERS = [
    {"id": f"other-{language}-{number}", "text": text, "language": language, "source": "Other"}
    for language, texts in {
        "en": [
            "Rain fell on the coast.",
            "The museum opens late.",
            "A bridge was repaired.",
            "Taxes stay as they are.",
        ],
        "ar": ["هطل المطر على الساحل.", "يفتح المتحف أبوابه متأخرا.", "تم إصلاح الجسر.", "الضرائب باقية على حالها."],
        "ur": ["ساحل پر بارش ہوئی۔", "عجائب گھر دیر سے کھلے گا۔", "پل کی مرمت ہو گئی۔", "ٹیکس پہلے جیسے رہیں گے۔"],
    }.items()
    for number, text in enumerate(texts)
]

Make = Callable[..., Searcher]

COVERAGE_WEIGHT = 12.0  # whatever the default is: scores are reckoned with it
UNBOUNDED = {"floor": -1000.0, "floor_share": -1000.0, "sure": -1000.0}


RANDOM_WORDS = ["wheat", "meeting", "talks", "storm", "port", "bank", "putin", "moscow", "flour", "river", "tax"]


def importance(words: Sequence[str], rows: Sequence[Sequence[str]]) -> np.ndarray:
    """What each word of a query counts by its rarity among rows of terms, all together 1; by the formula."""
    held = np.array([sum(word in row for row in rows) for word in words])
    rarity = np.log(1 + (len(rows) - held + 0.5) / (held + 0.5)) ** 0.7
    return rarity / rarity.sum()


def ids(result: SearchResult) -> list[str]:
    return [hit.document.id for hit in result.hits]


def shown(score: float) -> float:
    """The estimate of relevance that stands for a score."""
    return round(relevance(score), 4)


def search(searcher: Searcher, query: str, **request: Any) -> list[str]:
    return ids(searcher.search(SearchRequest(query, **request)))
