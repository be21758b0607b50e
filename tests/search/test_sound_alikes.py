"""Names are found by their sound, in the scripts of other languages."""

import pytest

from index.text import fold
from search.searcher import Searcher
from search.types import SearchRequest
from tests.fakes import ARTICLES
from tests.search.searching import OTHERS, Make, search, shown

NAMED = [
    {"id": "named-en", "text": "The envoy Zolvenko arrived by train.", "language": "en", "source": "Post"},
    {"id": "named-ar", "text": "وصل المبعوث زولفينكو بالقطار.", "language": "ar", "source": "Post"},
    {"id": "named-ur", "text": "ایلچی زولوینکو ریل سے پہنچے۔", "language": "ur", "source": "Post"},
]


@pytest.fixture(scope="module")
def named(make: Make) -> Searcher:
    return make([*ARTICLES, *OTHERS, *NAMED])


@pytest.mark.parametrize("mode", ["hybrid", "lexical"])
@pytest.mark.parametrize("language", ["en", "ar", "ur"])
@pytest.mark.parametrize("query", ["Zolvenko", "زولفينكو", "زولوینکو"])
def test_a_name_is_found_by_its_sound_alone(named: Searcher, query: str, language: str, mode: str) -> None:
    """In every script, whichever it is asked in; by words, it is found nowhere else."""
    found = search(named, query, languages=(language,), mode=mode)
    assert found[0] == f"named-{language}"
    assert mode != "lexical" or len(found) == 1


def test_a_name_found_by_its_sound_is_explained_and_marked(named: Searcher) -> None:
    """Its one document covers all of the query, 12. It weighs 0.95, less 3.5 * 0.05 / 5.65 where و is not w but v."""
    for language, term, weight in (("ar", "زولفینکو", 0.95), ("ur", "زولوینکو", 0.95 - 3.5 * 0.05 / 5.65)):
        [hit] = named.search(SearchRequest("Zolvenko", languages=(language,), mode="lexical", explain=True)).hits
        [share] = hit.explain.terms
        assert (share.term, share.origin, share.weight) == (term, "zolvenko", round(weight, 4))
        assert share.score == pytest.approx(hit.explain.lexical_score, abs=1e-4)
        assert hit.score == shown(12.0)
        [(start, end)] = hit.snippet.marks
        assert fold(hit.snippet.text[start:end]) == term


def test_a_name_found_by_its_sound_passes_the_filters(named: Searcher) -> None:
    assert search(named, "Zolvenko", mode="lexical", languages=("ar", "ur"), sources=("Post",)) == [
        "named-ar",
        "named-ur",
    ]
    assert search(named, "Zolvenko", mode="lexical", sources=("Courier",)) == []
