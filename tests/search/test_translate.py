"""Query words become weighted terms of another language; the weights are worked out by hand."""

import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from math import sqrt
from pathlib import Path

import pytest

from index.build import build_index
from index.settings import IndexSettings
from index.snapshot import Snapshot
from index.types import Vectors
from search.query import understand
from search.settings import SearchSettings
from search.translate import Translator
from search.types import QueryWord
from search.wordvectors import WordVectors
from tests.fakes import FakeEncoder, write_json_lines


class Compass(FakeEncoder):
    """Knows the word "zolvenko" and how near to it some terms are; all others are at right angles to it."""

    def __init__(self, **cosines: float) -> None:
        super().__init__()
        self._cosines = {"zolvenko": 1.0, **cosines}

    def _encode(self, texts: Sequence[str]) -> Vectors:
        vectors = super()._encode(texts)
        for row, text in enumerate(texts):
            if text in self._cosines:
                cosine = self._cosines[text]
                vectors[row] = 0
                vectors[row, [30, 31]] = cosine, sqrt(1 - cosine**2)
        return vectors


def index_of(folder: Path, texts: list[tuple[str, str]], encoder: FakeEncoder | None = None) -> Snapshot:
    """An index of texts with their languages; `encoder` knows the vocabulary."""
    records = [{"id": str(number), "text": text, "language": language} for number, (language, text) in enumerate(texts)]
    source = write_json_lines(folder / "texts.jsonl", records)
    build_index([source], folder / "index", IndexSettings(), FakeEncoder(), encoder or FakeEncoder())
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


def translate(
    snapshot: Snapshot, text: str, language: str, encoder: FakeEncoder | None = None, **changes: float
) -> list[QueryWord]:
    """What a query becomes, with settings that are easy to reckon with."""
    part = snapshot.partitions[language]
    settings = replace(SearchSettings(neighbours=5, least_cosine=0.5, sharpness=4.0, exact_share=0.5), **changes)
    found = Translator(part, WordVectors(encoder or FakeEncoder()), settings).translate(understand(text, 100))
    for item in (item for word in found for item in word.terms):
        assert part.lexical.terms[item.number] == item.term
    return found


def summary(found: list[QueryWord]) -> list[tuple[str, dict[str, float]]]:
    """Each word with its terms, by number, and their weights."""
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
    translator = Translator(snapshot.partitions["ar"], WordVectors(FakeEncoder()), SearchSettings())
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


# zolvenko has the length 5.65: z l v n k are 1, each o is 0.3 and e is 0.05. A similarity is 1 less the cost of
# what differs over that length, and a term of similarity s weighs 0.95 - 3.5 (1 - s): 0.95 less 3.5 cost / 5.65.
ALIKE = {
    "زولفینکو": 0.0,  # every letter is read alike
    "زولوینکو": 0.05,  # v is و, which is w first
    "زولفنکو": 0.05,  # without the e
    "زولونکو": 0.05 + 0.05,
    "زلفنکو": 0.05 + 0.15,  # without the e and the first o
    "زولفانک": 0.15 + 0.15,  # e is a, and the last o is not there
}
WHEAT = "گندم"


def alike(cost: float, doubt: float = 1.0) -> float:
    """The weight of a term that differs so much from zolvenko."""
    return round(doubt * (0.95 - 3.5 * cost / 5.65), 4)


def by_sound(
    folder: Path, terms: Sequence[str], query: str = "zolvenko", encoder: FakeEncoder | None = None
) -> dict[str, float]:
    """The terms and weights of a query's only word in an Urdu index of these terms."""
    snapshot = index_of(folder, [("ur", " ".join(terms))], encoder)
    found = translate(snapshot, query, "ur", encoder, least_cosine=0.3)
    return dict(summary(found)).get(query, {})


@pytest.mark.parametrize(("term", "cost"), ALIKE.items())
def test_a_name_that_no_term_is_near_to_becomes_what_sounds_like_it(tmp_path: Path, term: str, cost: float) -> None:
    assert by_sound(tmp_path, [term, "گندم"]) == {term: alike(cost)}


def test_the_sound_of_a_name_is_weighed_by_hand(tmp_path: Path) -> None:
    """haftar is 3.9 long, of which one a, 0.1, is not in ہفتار."""
    assert by_sound(tmp_path, ["ہفتار"], "haftar") == {"ہفتار": round(0.95 - 3.5 * 0.1 / 3.9, 4)}


def test_terms_that_sound_much_less_alike_than_the_best_are_left_out(tmp_path: Path) -> None:
    """By more than 0.03; زلفنکو differs by 0.2 / 5.65 = 0.035 and زولونکو by 0.1 / 5.65 = 0.018."""
    assert by_sound(tmp_path, ["زولفینکو", "زلفنکو", "زولونکو"]) == {"زولفینکو": 0.95, "زولونکو": alike(0.1)}


def test_three_terms_that_sound_alike_are_enough(tmp_path: Path) -> None:
    assert by_sound(tmp_path, ["زولونکو", "زولفنکو", "زولوینکو", "زولفینکو"]) == {
        "زولفینکو": 0.95,
        "زولوینکو": alike(0.05),
        "زولفنکو": alike(0.05),
    }


def test_a_sure_translation_leaves_no_room_for_terms_that_sound_alike(tmp_path: Path) -> None:
    """talks is محادثات for sure, though تالكس would be read as talks; alone, it is found."""
    both = index_of(tmp_path / "both", [("ar", "محادثات تالكس")])
    assert summary(translate(both, "talks", "ar")) == [("talks", {"محادث": 1.0})]
    alone = index_of(tmp_path / "alone", [("ar", "القمح تالكس")])
    assert summary(translate(alone, "talks", "ar")) == [("talks", {"تالکس": 0.95})]


@pytest.mark.parametrize(
    ("cosine", "doubt"), [(0.7, 0.0), (0.66, 0.0), (0.6, 1 / 3), (0.55, 2 / 3), (0.45, 1.0), (0.35, 1.0)]
)
def test_terms_weigh_less_by_sound_the_surer_the_translation_is(tmp_path: Path, cosine: float, doubt: float) -> None:
    """Doubt falls from 1 at a cosine of 0.5 to 0 at 0.65: at 0.6 it is (0.65 - 0.6) / 0.15."""
    found = by_sound(tmp_path, [WHEAT, "زولوینکو"], encoder=Compass(**{WHEAT: cosine}))
    assert found == {WHEAT: cosine} | ({"زولوینکو": pytest.approx(alike(0.05, doubt), abs=2e-4)} if doubt else {})


@pytest.mark.parametrize(("cosine", "by_ear"), [(0.6, False), (0.45, True)])
def test_beside_a_likely_translation_only_the_same_sounds_count(tmp_path: Path, cosine: float, by_ear: bool) -> None:
    """A similarity of 0.95 or more, which زولفانک with 1 - 0.3 / 5.65 = 0.947 does not have."""
    found = by_sound(tmp_path, [WHEAT, "زولفانک"], encoder=Compass(**{WHEAT: cosine}))
    assert found == {WHEAT: cosine} | ({"زولفانک": alike(0.3)} if by_ear else {})


@pytest.mark.parametrize(("cosine", "weight"), [(0.7, 0.7), (0.6, 0.6), (0.55, 0.95 * 2 / 3), (0.45, 0.95)])
def test_a_term_found_by_meaning_and_by_sound_has_the_higher_weight(
    tmp_path: Path, cosine: float, weight: float
) -> None:
    """At 0.6 by sound it would be 0.95 / 3, and at 0.55 by meaning 0.55."""
    found = by_sound(tmp_path, ["زولفینکو"], encoder=Compass(**{"زولفینکو": cosine}))
    assert found == {"زولفینکو": pytest.approx(weight, abs=2e-4)}


@pytest.mark.parametrize("query", ["b52", "zolvenko2", "52", "۵۲", "٢zolvenko"])
def test_what_has_a_digit_sounds_like_nothing(tmp_path: Path, query: str) -> None:
    terms = ["ب", "بی", "بی52", "زولفینکو", "زولفینکو2", "25", "53"]
    assert translate(index_of(tmp_path, [("ur", " ".join(terms))]), query, "ur") == []


def test_a_name_that_its_own_language_spells_otherwise_is_found_by_sound(tmp_path: Path) -> None:
    """Between Latin letters v and w cost 0.2. A name that stands there as it is typed is settled."""
    other = index_of(tmp_path / "other", [("en", "zolwenko river")])
    assert summary(translate(other, "zolvenko", "en")) == [("zolvenko", {"zolwenko": alike(0.2)})]
    same = index_of(tmp_path / "same", [("en", "zolwenko zolvenko")])
    assert summary(translate(same, "zolvenko", "en")) == [("zolvenko", {"zolvenko": 1.0})]


@pytest.mark.parametrize(("share", "weight"), [(0.5, 0.5 + 0.5 / 3), (0.2, 0.2 + 0.8 / 3), (1.0, 1.0)])
def test_a_word_of_the_same_script_weighs_more_the_less_sure_its_translation_is(
    tmp_path: Path, share: float, weight: float
) -> None:
    """لقاء is nearest to مفاوضات, at 0.6: a third of the doubt, so its share and a third of the rest."""
    snapshot = index_of(tmp_path, [("ur", "لقاء مفاوضات")])
    [(_, found)] = summary(translate(snapshot, "لقاء في المدينة", "ur", exact_share=share))
    assert found == {"لقا": pytest.approx(weight, abs=1e-4), "مفاوض": 0.6}


def test_a_word_of_the_same_script_that_is_hardly_translated_keeps_its_weight(tmp_path: Path) -> None:
    """محادثات and مفاوضات have the cosine 0.8 * 0.6 = 0.48, which leaves all doubt."""
    snapshot = index_of(tmp_path, [("ur", "محادثات مفاوضات")])
    [(_, found)] = summary(translate(snapshot, "محادثات في المدينة", "ur", least_cosine=0.3))
    assert found == {"محادث": 1.0, "مفاوض": 0.48}


def test_a_name_of_the_same_script_is_not_the_less_for_sounding_like_itself(tmp_path: Path) -> None:
    """Its own term is spelled الخرطوم most often, which sounds like خرطوم and must not weigh only as much as that."""
    snapshot = index_of(tmp_path, [("ar", "الخرطوم"), ("ar", "القمح")])
    assert summary(translate(snapshot, "خرطوم میں", "ar")) == [("خرطوم", {"خرطوم": 1.0})]


def test_a_term_that_points_elsewhere_is_no_neighbour(tmp_path: Path) -> None:
    """However low the bound is set: at right angles, a word has nothing in common with another."""
    snapshot = index_of(tmp_path, [("ur", "بندرگاہ گندم")])
    assert translate(snapshot, "meeting", "ur", least_cosine=0.0) == []


def ways(found: list[QueryWord]) -> list[tuple[str, dict[str, str]]]:
    """Each word with its terms and phrases, and the way each came."""
    return [
        (word.word, {item.term: item.by for item in word.terms} | {" ".join(p.terms): p.by for p in word.phrases})
        for word in found
    ]


def test_each_term_tells_the_way_it_came(tmp_path: Path) -> None:
    """A word as it is, its neighbours, what the glossary says, and what sounds alike."""
    snapshot = index_of(tmp_path, [("ar", "لقاء محادثات putin"), ("ar", "المطار"), ("ar", "زولفينكو")])
    assert ways(translate(snapshot, "putin meeting airport zolvenko", "ar")) == [
        ("putin", {"putin": "word"}),
        ("meeting", {"لقاء": "neighbour", "محادث": "neighbour"}),
        ("airport", {"مطار": "glossary"}),
        ("zolvenko", {"زولفینکو": "sound"}),
    ]


def test_a_word_of_latin_letters_that_is_spelled_out_says_so(tmp_path: Path) -> None:
    snapshot = index_of(tmp_path, [("ur", "بارش"), ("ur", "گندم")])
    assert ("barish", {"بارش": "spelling"}) in ways(translate(snapshot, "karachi mein barish", "ur"))


def test_a_term_that_the_glossary_gives_has_at_least_its_weight(tmp_path: Path) -> None:
    """Wheat is گندم by meaning already, which weighs more; the school is not known to the model."""
    snapshot = index_of(tmp_path, [("ar", "القمح"), ("ar", "المدرسة")])
    [(_, wheat), (_, school)] = summary(translate(snapshot, "wheat school", "ar", glossary_weight=0.3))
    assert wheat == {"قمح": 1.0}
    assert school == {"مدرس": 0.3}


def test_words_that_mean_something_together_cross_together(tmp_path: Path) -> None:
    """The glossary's prime minister is وزیراعظم in Urdu and رئيس الوزراء in Arabic; each word stands for all of it."""
    snapshot = index_of(tmp_path, [("ur", "وزیراعظم"), ("ar", "رئيس الوزراء"), ("ar", "المناخ")])
    urdu = translate(snapshot, "prime minister", "ur", phrase_weight=0.4)
    assert summary(urdu) == [("prime", {"وزیراعظم": 0.4}), ("minister", {"وزیراعظم": 0.4})]
    assert ways(urdu)[0] == ("prime", {"وزیراعظم": "phrase"})
    arabic = translate(snapshot, "prime minister", "ar")
    assert [[(p.terms, p.by) for p in word.phrases] for word in arabic] == [[(("رییس", "وزراء"), "phrase")]] * 2


@pytest.mark.parametrize("query", ["نیتن یاہو کی آمد", "نیتن‌یاہو کی آمد", "نیتنیاہو کی آمد"])
def test_a_name_in_one_word_or_two_is_one_name(tmp_path: Path, query: str) -> None:
    apart = index_of(tmp_path / "apart", [("ur", "نیتن یاہو"), ("ur", "گندم"), ("ur", "بندرگاہ")])
    found = {way for _, terms in ways(translate(apart, query, "ur")) for way in terms.items()}
    assert found in ({("نیتن", "word"), ("یاہو", "word")}, {("نیتن یاہو", "joined")})
    whole = index_of(tmp_path / "whole", [("ur", "نیتنیاہو"), ("ur", "گندم"), ("ur", "بندرگاہ")])
    found = {term for _, terms in ways(translate(whole, query, "ur")) for term in terms}
    assert found == {"نیتنیاہو"}


def test_parts_that_stand_apart_are_no_compound(tmp_path: Path) -> None:
    """کردار (part, role) is not کر and دار, which are never together."""
    snapshot = index_of(tmp_path, [("ur", "دار"), ("ur", "وزیر"), ("ur", "اعظم"), ("ur", "گندم")])
    assert translate(snapshot, "وزیراعظم", "ur") == []
