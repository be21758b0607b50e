"""Searcher.search() against oracles: numpy for the dense leg, BM25Okapi for the lexical one, both fused by hand."""

import datetime
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index.build import build_index
from index.duplicates import Clusters
from index.errors import IndexIncompatible, QueryError
from index.languages import Analyzer
from index.settings import IndexSettings
from index.snapshot import Snapshot
from index.text import fold, words
from index.types import Vectors
from search.fusion import relevance
from search.searcher import Searcher
from search.settings import SearchSettings
from search.types import SearchRequest, SearchResult
from tests.fakes import ARTICLES, EVERYTHING, FakeEncoder, okapi, write_json_lines

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


def importance(words: Sequence[str], rows: Sequence[Sequence[str]]) -> np.ndarray:
    """What each word of a query counts by its rarity among rows of terms, all together 1; by the formula."""
    held = np.array([sum(word in row for row in rows) for word in words])
    rarity = np.log(1 + (len(rows) - held + 0.5) / (held + 0.5)) ** 0.7
    return rarity / rarity.sum()


@pytest.fixture(scope="module")
def make(tmp_path_factory: pytest.TempPathFactory) -> Make:
    """Makes a searcher of an index of the records given, without a floor."""

    def searcher(records: list[dict[str, Any]], chunks: IndexSettings | None = None, **settings: Any) -> Searcher:
        folder = tmp_path_factory.mktemp("searcher")
        source = write_json_lines(folder / "records.jsonl", records)
        build_index([source], folder / "index", chunks or IndexSettings(), FakeEncoder(), FakeEncoder())
        snapshot = Snapshot.open(folder / "index")
        chosen = {"coverage_weight": COVERAGE_WEIGHT, **UNBOUNDED, **settings}
        return Searcher(
            snapshot,
            FakeEncoder(),
            FakeEncoder(),
            SearchSettings(**chosen),
        )

    return searcher


@pytest.fixture(scope="module")
def news(make: Make) -> Searcher:
    return make([*ARTICLES, *OTHERS])


def ids(result: SearchResult) -> list[str]:
    return [hit.document.id for hit in result.hits]


def shown(score: float) -> float:
    """The estimate of relevance that stands for a score."""
    return round(relevance(score), 4)


def search(searcher: Searcher, query: str, **request: Any) -> list[str]:
    return ids(searcher.search(SearchRequest(query, **request)))


QUERIES = {
    "moscow": ["Haftar meeting Putin in Moscow", "لقاء حفتر وبوتين في موسكو", "پوٹن اور حفتر کی ماسکو میں ملاقات"],
    "quake": ["earthquake", "زلزال", "زلزلہ"],
}


@pytest.mark.parametrize("mode", ["hybrid", "dense", "lexical"])
@pytest.mark.parametrize("language", ["en", "ar", "ur"])
@pytest.mark.parametrize(("event", "query"), [(event, query) for event in QUERIES for query in QUERIES[event]])
def test_the_right_article_is_first_in_every_language(
    news: Searcher, event: str, query: str, language: str, mode: str
) -> None:
    """Whatever language the question is in, and in each mode."""
    first = search(news, query, languages=(language,), mode=mode)[0]
    assert first.replace("/", "-") == f"{event}-{language}"


@pytest.mark.parametrize("query", QUERIES["moscow"])
def test_the_article_of_an_event_is_first_in_all_languages_at_once(news: Searcher, query: str) -> None:
    assert {item.replace("/", "-") for item in search(news, query)[:3]} == {"moscow-en", "moscow-ar", "moscow-ur"}


RANDOM_WORDS = ["wheat", "meeting", "talks", "storm", "port", "bank", "putin", "moscow", "flour", "river", "tax"]


@pytest.fixture(scope="module")
def random_corpus() -> list[str]:
    random = np.random.default_rng(11)
    return [" ".join(random.choice(RANDOM_WORDS, size=random.integers(3, 12))) for _ in range(40)]


@pytest.fixture(scope="module")
def random_news(make: Make, random_corpus: list[str]) -> Searcher:
    return make([{"id": f"{number}", "text": text, "language": "en"} for number, text in enumerate(random_corpus)])


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


@pytest.mark.parametrize("place", [0, 7, 39])
def test_hybrid_results_below_the_floor_are_left_out(random_news: Searcher, place: int) -> None:
    """Here the floor is the score of the first, the eighth or the last: that one stays, what scores less does not."""
    request = SearchRequest("wheat storm", limit=50)
    everything = random_news.scored(request)
    floor = everything[place][1]
    settings = SearchSettings(coverage_weight=COVERAGE_WEIGHT, **{**UNBOUNDED, "floor": floor})
    searcher = Searcher(random_news.snapshot, FakeEncoder(), FakeEncoder(), settings)
    expected = [item for item in everything if item[1] >= floor]
    assert place < len(expected) < place + 3
    assert searcher.scored(request) == expected
    result = searcher.search(request)
    assert (ids(result), result.total) == ([identity for identity, _ in expected], len(expected))
    assert sum(result.facets["language"].values()) == len(expected)
    for mode in ("dense", "lexical"):
        alone = SearchRequest("wheat storm", limit=50, mode=mode)
        assert searcher.scored(alone) == random_news.scored(alone)


@pytest.mark.parametrize(("others", "shown"), [(30, 31), (31, 1)])
def test_an_index_of_fewer_than_32_chunks_has_no_floor(make: Make, others: int, shown: int) -> None:
    records = [{"id": f"{number}", "text": f"Rain number {number}.", "language": "en"} for number in range(others)]
    searcher = make([{"id": "wheat", "text": "Wheat prices rise.", "language": "en"}, *records], floor=10.0)
    found = search(searcher, "wheat prices", limit=50)
    assert (found[0], len(found)) == ("wheat", shown)


def test_a_question_that_nothing_answers_finds_nothing(random_news: Searcher) -> None:
    """Where the bar is higher than chance reaches; a question with an answer passes it."""
    bounded = {"floor": 1.0, "floor_share": 0.2, "sure": 7.0, "sure_word": 0.0, "doubt": 1.0}
    settings = SearchSettings(coverage_weight=COVERAGE_WEIGHT, **bounded)
    searcher = Searcher(random_news.snapshot, FakeEncoder(), FakeEncoder(), settings)
    assert search(searcher, "volcano lighthouse") == []
    assert len(search(searcher, "wheat storm", limit=50)) > settings.doubtful_results


def test_a_language_with_nothing_relevant_contributes_nothing(make: Make) -> None:
    """Forty Arabic documents about other things neither stand beside the English answers nor move them."""
    wheat = [{"id": f"wheat {n}", "text": f"Wheat prices rise in m{n}.", "language": "en"} for n in range(3)]
    english = wheat + [{"id": f"en {n}", "text": f"Rain fell on n{n}.", "language": "en"} for n in range(40)]
    arabic = [{"id": f"ar {n}", "text": f"متحف م{n}", "language": "ar"} for n in range(40)]
    bounded = {"floor": 1.0, "floor_share": 0.2, "sure": 4.0, "sure_word": 0.0}
    alone = make(english, **bounded).ranking(SearchRequest("wheat prices"))
    assert sorted(alone) == ["wheat 0", "wheat 1", "wheat 2"]
    assert make([*english, *arabic], **bounded).ranking(SearchRequest("wheat prices")) == alone


def test_a_dead_leg_leaves_the_order_to_the_other(make: Make) -> None:
    """A query whose vector is nil is ranked by its words, and one whose words nobody has by its meaning."""
    searcher = make([*ARTICLES, *OTHERS])
    blind = Searcher(searcher.snapshot, Blind(), FakeEncoder(), SearchSettings(**UNBOUNDED))
    words_alone = [item for item, _ in searcher.scored(SearchRequest("Putin Kremlin", mode="lexical"))]
    assert blind.ranking(SearchRequest("Putin Kremlin"))[: len(words_alone)] == words_alone
    unknown = Searcher(searcher.snapshot, FakeEncoder(), Blind(), SearchSettings(**UNBOUNDED))
    assert unknown.ranking(SearchRequest("لقاء", languages=("en",)))[0] == "moscow-en"


class Blind(FakeEncoder):
    """Has no vector for any text."""

    def _encode(self, texts: Sequence[str]) -> Vectors:
        return np.zeros((len(texts), self.dimensions), np.float32)


@pytest.mark.parametrize(
    ("query", "first"), [("earthquake", "quake-ar"), ("Haftar", "moscow/ar"), ("زلزلہ", "quake-ar")]
)
def test_a_small_index_shows_what_it_finds(article_index: Path, fake_model: None, query: str, first: str) -> None:
    """With the defaults: what a score means in two documents nobody has measured, but the word is in one of them."""
    assert search(Searcher.open(article_index), query, languages=("ar",))[:1] == [first]


def test_pages_have_no_gap_and_no_repeat(random_news: Searcher) -> None:
    whole = random_news.search(SearchRequest("wheat storm", limit=40))
    pages = [random_news.search(SearchRequest("wheat storm", limit=7, offset=offset)) for offset in range(0, 42, 7)]
    assert [hit for page in pages for hit in page.hits] == list(whole.hits)
    assert {page.total for page in pages} == {40}
    assert all(page.facets == whole.facets for page in pages)


def test_more_than_there_is_gives_all_there_is(random_news: Searcher) -> None:
    assert len(random_news.search(SearchRequest("wheat", limit=500)).hits) == 40
    assert random_news.search(SearchRequest("wheat", limit=10, offset=40)).hits == ()


@pytest.mark.parametrize("mode", ["hybrid", "dense", "lexical"])
def test_equal_documents_come_in_the_order_they_were_read(make: Make, mode: str) -> None:
    """Also where the legs put forward fewer candidates than there are equal ones."""
    same = [{"id": f"same-{number}", "text": "Wheat prices rise", "language": "en"} for number in range(12)]
    others = [{"id": f"other-{number}", "text": f"Rain number {number}", "language": "en"} for number in range(20)]
    searcher = make([*others, *same], candidates=5)
    assert search(searcher, "wheat", mode=mode, collapse=False)[:5] == [f"same-{number}" for number in range(5)]


def test_equal_scores_of_two_languages_come_in_the_order_they_were_read(make: Make) -> None:
    records = [
        {"id": language, "text": text, "language": language}
        for language, text in (("ur", "گندم"), ("en", "wheat"), ("ar", "القمح"))
    ]
    assert search(make(records), "wheat", mode="dense") == ["ur", "en", "ar"]


def test_a_search_gives_the_same_answer_every_time(news: Searcher) -> None:
    def once(_: int) -> list[tuple[str, float]]:
        result = news.search(SearchRequest("Haftar meeting wheat", limit=20))
        return [(hit.document.id, hit.score) for hit in result.hits]

    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(once, range(40)))
    assert all(answer == answers[0] for answer in answers)


FILTERS: list[tuple[dict[str, Any], set[str]]] = [
    ({"languages": ("ar",)}, {"moscow/ar", "quake-ar"}),
    ({"languages": ("AR", "ur")}, {"moscow/ar", "quake-ar", "moscow-ur", "quake-ur"}),
    ({"languages": ("und",)}, {"chess-fr"}),
    ({"sources": ("Courier",)}, {"moscow-en", "quake-en"}),
    ({"sources": ("Courier", "الصحيفة")}, {"moscow-en", "quake-en", "moscow/ar", "quake-ar"}),
    ({"sources": ("nobody",)}, set()),
    ({"date_from": datetime.date(2024, 2, 2)}, {"quake-ar", "quake-ur", "chess-fr"}),
    ({"date_to": datetime.date(2023, 9, 27)}, {"moscow-en", "moscow/ar"}),
    ({"languages": ("ur",), "date_from": datetime.date(2024, 1, 1)}, {"quake-ur"}),
]


@pytest.mark.parametrize("mode", ["hybrid", "dense"])
@pytest.mark.parametrize(("filters", "passing"), FILTERS)
def test_filters_let_just_the_right_documents_pass(
    articles: Searcher, filters: dict[str, Any], passing: set[str], mode: str
) -> None:
    """Hits, total and facets count the same documents."""
    result = articles.search(SearchRequest("Haftar earthquake moscow", limit=50, mode=mode, **filters))
    assert set(ids(result)) == passing
    assert len(result.hits) == result.total == len(passing)
    assert sum(result.facets["language"].values()) == len(passing)


@pytest.mark.parametrize("filters", [{"sources": ("Courier",)}, {"date_from": datetime.date(2024, 1, 1)}])
def test_the_lexical_leg_is_filtered_too(news: Searcher, filters: dict[str, Any]) -> None:
    found = search(news, "earthquake moscow wheat", mode="lexical", limit=50, **filters)
    records = {record["id"]: record for record in ARTICLES}
    assert found
    for identity in found:
        if "sources" in filters:
            assert records[identity]["source"] == "Courier"
        else:
            assert records[identity]["date"] >= "2024"


def test_facets_count_all_that_was_found_and_not_the_page(articles: Searcher) -> None:
    result = articles.search(SearchRequest("Haftar", limit=1))
    assert result.total == 8
    assert {name: list(values.items()) for name, values in result.facets.items()} == {
        "language": [("en", 3), ("ar", 2), ("ur", 2), ("fr", 1)],
        "source": [("Courier", 2), ("اخبار", 2), ("الصحيفة", 2), ("Gazette", 1), ("Ledger", 1)],
        "year": [("2024", 4), ("2023", 3)],
    }


def test_the_result_says_what_was_asked(articles: Searcher) -> None:
    result = articles.search(SearchRequest("زلزلہ کہاں آیا"))
    assert (result.query, result.query_language) == ("زلزلہ کہاں آیا", "ur")
    assert result.generation == articles.snapshot.manifest.generation
    assert 0 < result.took_ms < 10_000


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        (SearchRequest(""), "the query has no word"),
        (SearchRequest("؟!"), "the query has no word"),
        (SearchRequest("a" * 2001), "has 2001 characters; at most 2000"),
        (SearchRequest("a", mode="fuzzy"), "mode is 'fuzzy'; expected one of hybrid, dense, lexical"),
        (SearchRequest("a", limit=0), "limit is 0"),
        (SearchRequest("a", limit=-5), "limit is -5"),
        (SearchRequest("a", offset=-1), "offset -1"),
        (SearchRequest("a", limit=10, offset=991), "no more than 1000 together"),
        (SearchRequest("a", languages=("en", "fr")), "language is 'fr'; expected one or more of en, ar, ur, und"),
        (SearchRequest("a", languages=("en-GB",)), "language is 'en-GB'"),
        (
            SearchRequest("a", date_from=datetime.date(2024, 1, 2), date_to=datetime.date(2024, 1, 1)),
            "date_from 2024-01-02 is after date_to 2024-01-01",
        ),
    ],
)
def test_a_request_that_makes_no_sense_is_refused(articles: Searcher, request_: SearchRequest, message: str) -> None:
    with pytest.raises(QueryError, match=message.replace("؟", "")):
        articles.search(request_)


@pytest.mark.parametrize(
    "query", ["zzz qqq", "1234567", "漢字", "\U00011f50 a", "a\u0000b", "x" * 2000, "' \" \\ ; -- %"]
)
def test_odd_queries_are_answered(articles: Searcher, query: str) -> None:
    """Or refused, with an error that is ours."""
    with suppress(QueryError):
        found = articles.search(SearchRequest(query, limit=50)).hits
        assert len({hit.document.id for hit in found}) == len(found) <= 8


def test_words_that_only_the_vectors_know_match_nothing_in_lexical_mode(articles: Searcher) -> None:
    result = articles.search(SearchRequest("volcano", mode="lexical"))
    assert (result.total, result.hits) == (0, ())


def test_a_language_without_documents_answers_with_nothing(make: Make) -> None:
    searcher = make([{"id": "a", "text": "Wheat prices", "language": "en"}])
    result = searcher.search(SearchRequest("wheat", languages=("ar",)))
    assert (result.total, result.hits) == (0, ())


def test_the_ids_of_a_ranking_are_those_of_a_search(news: Searcher) -> None:
    request = SearchRequest("Haftar meeting wheat", limit=6, offset=3)
    assert news.ranking(request) == ids(news.search(request))


def test_a_document_is_found_by_its_id(articles: Searcher) -> None:
    found = articles.document("moscow/ar")
    assert found is not None
    assert (found.title, found.date) == ("حفتر في موسكو", datetime.date(2023, 9, 27))
    assert articles.document("moscow") is None


def test_an_index_of_another_model_is_not_searched(articles: Searcher) -> None:
    with pytest.raises(IndexIncompatible):
        Searcher(articles.snapshot, FakeEncoder(fingerprint="new"), FakeEncoder(), SearchSettings())


def test_the_model_of_the_manifest_is_opened(tmp_path: Path, fake_model: None) -> None:
    """And the bundled one beside it, for the vocabulary."""
    source = write_json_lines(tmp_path / "a.jsonl", ARTICLES)
    build_index(
        [source], tmp_path / "index", IndexSettings(model="some/model"), FakeEncoder("some/model"), FakeEncoder()
    )
    searcher = Searcher.open(tmp_path / "index", EVERYTHING)
    assert search(searcher, "earthquake", languages=("ar",))[0] == "quake-ar"


def test_every_mark_is_a_word_of_its_snippet(news: Searcher) -> None:
    for queries in QUERIES.values():
        for query in queries:
            for hit in news.search(SearchRequest(query, limit=50)).hits:
                spans = {(word.start, word.end) for word in words(hit.snippet.text)}
                assert spans.issuperset(hit.snippet.marks)


@pytest.fixture
def copied(news: Searcher) -> Searcher:
    """The news, with all English documents but the first two marked as one story."""
    facts = list(news.snapshot.store.facts)
    english = [number for number, (language, _, _) in enumerate(facts) if language == "en"][2:]
    of_document = np.arange(len(facts), dtype=np.int32)
    of_document[english] = english[0]
    snapshot = replace(news.snapshot, clusters=Clusters(of_document))
    return Searcher(snapshot, FakeEncoder(), FakeEncoder(), EVERYTHING)


def test_near_duplicates_are_shown_as_the_best_of_them(copied: Searcher) -> None:
    """With the ids of the others in the order of the index; totals and counts are of what is shown."""
    apart = copied.search(SearchRequest("rain bridge", limit=20, collapse=False))
    together = copied.search(SearchRequest("rain bridge", limit=20))
    story = ["wheat-en", *(f"other-en-{number}" for number in range(4))]
    best = next(identity for identity in ids(apart) if identity in story)
    assert [i for i in ids(together) if i in story] == [best]
    assert [i for i in ids(together) if i != best] == [i for i in ids(apart) if i not in story]
    duplicates = {hit.document.id: list(hit.duplicates) for hit in together.hits if hit.duplicates}
    assert duplicates == {best: [identity for identity in story if identity != best]}
    assert together.total == apart.total - 4
    assert together.facets["language"]["en"] == apart.facets["language"]["en"] - 4
    assert all(hit.duplicates == () for hit in apart.hits)


def test_duplicates_pass_the_filters_too(copied: Searcher) -> None:
    result = copied.search(SearchRequest("rain bridge", languages=("en",), sources=("Other",), limit=5))
    [hit] = [hit for hit in result.hits if hit.duplicates]
    assert sorted([hit.document.id, *hit.duplicates]) == [f"other-en-{number}" for number in range(4)]


def test_ids_of_a_ranking_are_collapsed_like_results(copied: Searcher) -> None:
    for collapse in (True, False):
        request = SearchRequest("rain bridge", limit=20, collapse=collapse)
        assert copied.ranking(request) == ids(copied.search(request))
