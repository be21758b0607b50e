"""Query words become weighted terms of another language; the weights are worked out by hand."""

import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from index.build import build_index
from index.settings import IndexSettings
from index.snapshot import Snapshot
from search.query import understand
from search.settings import SearchSettings
from search.translate import Translator
from search.types import QueryWord
from tests.fakes import FakeEncoder, write_json_lines


def index_of(folder: Path, texts: list[tuple[str, str]]) -> Snapshot:
    """An index of texts with their languages."""
    records = [{"id": str(number), "text": text, "language": language} for number, (language, text) in enumerate(texts)]
    source = write_json_lines(folder / "texts.jsonl", records)
    build_index([source], folder / "index", IndexSettings(), FakeEncoder(), FakeEncoder())
    return Snapshot.open(folder / "index")


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return index_of(
        tmp_path_factory.mktemp("translate"),
        [
            ("en", "the storm meeting port"),
            ("en", "wheat talks"),
            ("en", "flour"),
            ("ar", "لقاء محادثات putin"),
            ("ar", "القمح"),
            ("ar", "ميناء"),
            ("ur", "ملاقات مذاکرات"),
            ("ur", "گندم"),
            ("ur", "بندرگاہ"),
        ],
    )


def translate(snapshot: Snapshot, text: str, language: str, **changes: float) -> list[QueryWord]:
    """What a query becomes, with settings that are easy to reckon with."""
    part = snapshot.partitions[language]
    settings = replace(SearchSettings(neighbours=5, least_cosine=0.5, sharpness=4.0, exact_share=0.5), **changes)
    found = Translator(part, FakeEncoder(), settings).translate(understand(text, 100))
    for item in (item for word in found for item in word.terms):
        assert part.lexical.terms[item.number] == item.term
    return found


def summary(found: list[QueryWord]) -> list[tuple[str, dict[str, float]]]:
    """Each word with its terms and their weights, the heaviest first."""
    return [(word.word, {item.term: round(item.weight, 4) for item in word.terms}) for word in found]


def test_a_word_the_language_has_is_searched_as_it_is(snapshot: Snapshot) -> None:
    """By its stem, with weight 1."""
    assert summary(translate(snapshot, "storms", "en")) == [("storms", {"storm": 1.0})]


@pytest.mark.parametrize("sharpness", [1.0, 4.0, 6.0])
def test_a_word_the_language_lacks_becomes_its_neighbours(snapshot: Snapshot, sharpness: float) -> None:
    """meeting is لقاء at cosine 1, which weighs 1, and محادثات at 0.8, which weighs 1 (0.8 / 1)^sharpness."""
    [(word, weights)] = summary(translate(snapshot, "meeting", "ar", sharpness=sharpness))
    assert word == "meeting"
    assert list(weights.items()) == [("لقاء", 1.0), ("محادث", round(0.8**sharpness, 4))]


def test_the_nearest_neighbour_weighs_its_cosine(tmp_path: Path) -> None:
    """And another one less by the ratio of their cosines: 0.8 and 0.8 (0.6 / 0.8)^4."""
    snapshot = index_of(tmp_path, [("ar", "محادثات مفاوضات"), ("ar", "ميناء")])
    assert summary(translate(snapshot, "meeting", "ar")) == [
        ("meeting", {"محادث": 0.8, "مفاوض": round(0.8 * (0.6 / 0.8) ** 4, 4)})
    ]


def test_only_the_nearest_neighbours_are_taken(snapshot: Snapshot) -> None:
    assert summary(translate(snapshot, "talks", "ur", neighbours=1)) == [("talks", {"مذاکر": 1.0})]


def test_neighbours_that_are_too_far_are_left_out(snapshot: Snapshot) -> None:
    assert summary(translate(snapshot, "meeting", "ar", least_cosine=0.9)) == [("meeting", {"لقاء": 1.0})]


def test_a_word_without_neighbours_is_left_out(snapshot: Snapshot) -> None:
    assert summary(translate(snapshot, "volcano meeting", "ar", neighbours=1)) == [("meeting", {"لقاء": 1.0})]


def test_a_word_of_the_language_that_no_document_has_gets_neighbours_too(snapshot: Snapshot) -> None:
    assert summary(translate(snapshot, "elections storm", "en")) == [("storm", {"storm": 1.0})]
    assert summary(translate(snapshot, "harbours لقاء wheat", "en")) == [
        ("لقاء", {"meet": 1.0, "talk": round(0.8**4, 4)}),
        ("wheat", {"wheat": 1.0}),
    ]


def test_a_name_in_latin_letters_is_found_in_arabic_text(snapshot: Snapshot) -> None:
    assert summary(translate(snapshot, "putin", "ar")) == [("putin", {"putin": 1.0})]


@pytest.mark.parametrize("share", [0.5, 0.2])
def test_a_word_of_the_same_script_is_searched_both_ways(tmp_path: Path, share: float) -> None:
    """لقاء typed in Arabic stands in an Urdu text, where ملاقات means the same."""
    snapshot = index_of(tmp_path, [("ur", "لقاء ملاقات"), ("ur", "بندرگاہ")])
    assert summary(translate(snapshot, "لقاء في المدينة", "ur", exact_share=share)) == [
        ("لقاء", {"لقا": share, "ملاق": 1.0})
    ]


def test_a_name_of_the_same_script_that_nothing_else_is_near_to_keeps_its_weight(tmp_path: Path) -> None:
    snapshot = index_of(tmp_path, [("ur", "حفتر"), ("ur", "بندرگاہ")])
    assert summary(translate(snapshot, "حفتر في المدينة", "ur")) == [("حفتر", {"حفتر": 1.0})]


def test_words_come_in_their_order_and_as_often_as_they_stand(snapshot: Snapshot) -> None:
    assert [word.word for word in translate(snapshot, "wheat meeting wheat", "ar")] == ["wheat", "meeting", "wheat"]


def test_many_threads_may_translate_at_once(snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also while what was remembered is given up to make room."""
    monkeypatch.setattr("search.translate._REMEMBERED", 3)
    translator = Translator(snapshot.partitions["ar"], FakeEncoder(), SearchSettings())
    queries = [understand(word, 100) for word in "meeting talks wheat storm port river bank".split()]
    expected = [translator.translate(query) for query in queries]

    def ask(step: int) -> list[int]:
        """The queries that got another answer than they do alone."""
        places = [step * (turn + 1) % 7 for turn in range(1500)]
        return [place for place in places if translator.translate(queries[place]) != expected[place]]

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(6) as threads:
            assert list(threads.map(ask, range(1, 7))) == [[]] * 6
    finally:
        sys.setswitchinterval(interval)
