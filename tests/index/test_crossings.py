"""What the glossary says of one index's terms."""

from pathlib import Path

import numpy as np
import pytest

from index.crossings import Crossings
from index.errors import IndexCorrupt
from index.lexical import LexicalIndex
from index.settings import IndexSettings
from tests.fakes import postings

SOURCES = {
    "ar": ["رئيس الوزراء", "التقى الرئيس", "المناخ"],
    "ur": ["وزیراعظم", "وزیر اعظم کی آمد", "ملاقات"],
    "en": ["the prime minister", "a meeting"],
}


def lexical(language: str, texts: list[str]) -> LexicalIndex:
    return postings(language, texts).weighed(IndexSettings())


def found(language: str, source: str, *phrase: str, texts: list[str] | None = None) -> list[tuple[str, ...]]:
    """The renderings of a phrase as the terms they are."""
    index = lexical(language, SOURCES[language] if texts is None else texts)
    renderings = Crossings.build(index, language).find(source, phrase)
    return sorted(tuple(index.terms[number] for number in rendering) for rendering in renderings)


def test_a_phrase_of_two_words_is_one_or_two_terms_of_another_language() -> None:
    assert found("ur", "en", "prime", "minist") == [("وزیر", "اعظم"), ("وزیراعظم",)]
    assert found("ar", "en", "prime", "minist") == [("رییس", "وزراء")]
    assert found("en", "ur", "وزیراعظم") == [("prime", "minist")]


def test_arabic_and_urdu_meet_in_the_entry_that_they_share() -> None:
    assert ("رییس", "وزراء") in found("ar", "ur", "وزیراعظم")


def test_a_rendering_counts_only_where_the_postings_hold_all_of_it() -> None:
    assert found("ar", "en", "prime", "minist", texts=["الوزراء"]) == []


@pytest.mark.parametrize(
    ("source", "phrase"),
    [("en", ("prime",)), ("en", ("minist", "prime")), ("ur", ("prime", "minist")), ("en", ()), ("fr", ("premier",))],
)
def test_what_the_glossary_lacks_has_no_rendering(source: str, phrase: tuple[str, ...]) -> None:
    assert found("ur", source, *phrase) == []


@pytest.mark.parametrize(("language", "texts"), [("und", ["premier ministre"]), ("ar", []), ("en", ["zolvenko"])])
def test_crossings_of_nothing(tmp_path: Path, language: str, texts: list[str]) -> None:
    crossings = Crossings.build(lexical(language, texts), language)
    assert len(crossings) == 0
    crossings.save(tmp_path)
    assert Crossings.open(tmp_path).find("en", ("prime", "minist")) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (["prime minister", "zebra"], ["aardvark", "prime minister", "yak"]),  # all have other numbers
        (["prime minister"], ["prime", "zebra"]),  # one is gone
        (["zebra"], ["zebra", "prime minister"]),  # one has come
        (["prime zebra"], ["prime zebra", "minister"]),  # and makes whole what was there in part
        (["zebra"], ["yak"]),
    ],
)
def test_rebuilt_crossings_are_those_built_from_nothing(tmp_path: Path, before: list[str], after: list[str]) -> None:
    old, new = lexical("en", before), lexical("en", after)
    numbers = (new.terms.find(old.terms[number]) for number in range(len(old.terms)))
    moved = np.array([-1 if number is None else number for number in numbers], dtype=np.int64)
    Crossings.build(old, "en").rebuilt(new, "en", moved).save(tmp_path / "rebuilt")
    Crossings.build(new, "en").save(tmp_path / "built")
    for built in sorted((tmp_path / "built").iterdir()):
        assert (tmp_path / "rebuilt" / built.name).read_bytes() == built.read_bytes()


def test_terms_without_a_glossary_have_no_crossings() -> None:
    nothing = lexical("other", ["foo bar"])
    assert len(Crossings.build(nothing, "other").rebuilt(nothing, "other", np.array([0, 1]))) == 0


def test_round_trip_on_disk(tmp_path: Path) -> None:
    crossings = Crossings.build(lexical("ur", SOURCES["ur"]), "ur")
    crossings.save(tmp_path)
    again = Crossings.open(tmp_path)
    assert len(again) == len(crossings) > 0
    assert again.find("en", ("prime", "minist")) == crossings.find("en", ("prime", "minist")) != []


def test_damaged_crossings_are_refused(tmp_path: Path) -> None:
    Crossings.build(lexical("ur", SOURCES["ur"]), "ur").save(tmp_path)
    np.save(tmp_path / "numbers.npy", np.zeros(1, dtype=np.int32))
    with pytest.raises(IndexCorrupt, match="1 terms"):
        Crossings.open(tmp_path)
