"""A snippet shows the part that says most about the query, with whole words marked."""

import regex
from hypothesis import given
from hypothesis import strategies as st

from index.languages import Analyzer, term
from index.text import words
from search.snippets import find_matches, snippet
from search.types import Snippet

FILLER = "Nothing of note happened that day in the quiet town by the river. "


def show(text: str, language: str, weights: dict[str, float], length: int) -> Snippet:
    """The snippet of a text for terms with their worth."""
    return snippet(text, find_matches(text, Analyzer(language), weights), weights, length)


def marked(found: Snippet) -> list[str]:
    return [found.text[start:end] for start, end in found.marks]


def test_a_short_text_is_shown_whole_with_its_words_marked() -> None:
    """Marks are code-point offsets of whole words, whatever form of the word was asked for."""
    found = show("Storms hit the port. A storm!", "en", {"storm": 1.0, "port": 1.0}, 260)
    assert found == Snippet("Storms hit the port. A storm!", ((0, 6), (15, 19), (23, 28)))


def test_marks_in_arabic_cover_the_whole_word() -> None:
    """Article, joined conjunction, ending and vowel marks included: part of a word would break its letters."""
    text = "قال إنّ والحُكُومَةُ ستجتمع 📰 مع الحكومات."
    assert marked(show(text, "ar", {"حکوم": 1.0}, 260)) == ["والحُكُومَةُ", "الحكومات"]


def test_marks_in_urdu_cover_the_whole_word() -> None:
    assert marked(show("یہ کتابیں اور وہ کتاب۔ کتابوں سے", "ur", {"کتاب": 1.0}, 260)) == ["کتابیں", "کتاب", "کتابوں"]


def test_only_whole_words_are_marked() -> None:
    assert marked(show("Romeo left Rome for Romania", "und", {"rome": 1.0}, 260)) == ["Rome"]


def test_a_latin_name_in_arabic_text_is_marked() -> None:
    assert marked(show("قال Putin ذلك", "ar", {"putin": 1.0}, 260)) == ["Putin"]


def test_the_part_with_the_match_is_shown() -> None:
    """From the start of its sentence, with an ellipsis on either side."""
    found = show(FILLER * 10 + "The storm broke the harbour wall. " + FILLER * 10, "en", {"harbour": 1.0}, 80)
    assert found.text.startswith("… The storm broke the harbour wall. Nothing")
    assert found.text.endswith(" …")
    assert marked(found) == ["harbour"]
    assert len(found.text) <= 80 + 4


def test_the_part_with_most_of_the_query_wins() -> None:
    """Each word counts once, by its weight: two words beat one repeated."""
    text = "Port port port port here. " + FILLER * 8 + "A storm reached the port. " + FILLER * 8
    assert "A storm reached the port." in show(text, "en", {"port": 1.0, "storm": 1.0}, 80).text
    text = "The storm went on. " + FILLER * 8 + "Then the wheat burned. " + FILLER * 8
    assert marked(show(text, "en", {"storm": 0.5, "wheat": 1.0}, 80)) == ["wheat"]


def test_of_equal_parts_the_first_is_shown() -> None:
    text = "The storm came. " + FILLER * 8 + "The storm went. " + FILLER * 8
    assert show(text, "en", {"storm": 1.0}, 60).text.startswith("The storm came.")


def test_without_a_match_the_beginning_is_shown() -> None:
    found = show(FILLER * 10, "en", {"storm": 1.0}, 50)
    assert found == Snippet("Nothing of note happened that day in the quiet …", ())


def test_a_match_deep_in_a_long_sentence_is_shown() -> None:
    found = show("word " * 300 + "storm " + "word " * 300, "en", {"storm": 1.0}, 100)
    assert marked(found) == ["storm"]
    assert found.text.startswith("… word")


def test_an_urdu_sentence_border_is_a_start() -> None:
    filler = "اس دن شہر میں کوئی خاص بات نہیں ہوئی۔ "
    found = show(filler * 10 + "طوفان نے بندرگاہ توڑ دی۔ " + filler * 10, "ur", {term("بندرگاہ", "ur"): 1.0}, 40)
    assert found.text.startswith("… طوفان نے بندرگاہ")


def test_line_breaks_are_shown_as_spaces() -> None:
    assert show("One\nstorm\r\nhere\u2028now", "en", {"storm": 1.0}, 260) == Snippet("One storm  here now", ((4, 9),))


def test_a_text_without_spaces_is_shown_all_the_same() -> None:
    """Addresses, and languages that do not part their words."""
    found = show("word. " + "x/" * 126 + "haftar/" + "x/" * 200, "en", {"haftar": 1.0}, 260)
    assert regex.search(r"\w", found.text)
    assert len(show("漢" * 1000, "und", {}, 100).text) <= 104


def test_no_text_is_no_snippet() -> None:
    assert show("", "en", {"storm": 1.0}, 260) == Snippet("", ())


VOCABULARY = ["storm", "port", "والميناء", "مُحَمَّد", "ملاقات", "کتابوں", "x/y", "漢字", "می\u200cخواہم", "a" * 40, "📰"]
TEXTS = st.lists(
    st.tuples(st.sampled_from(VOCABULARY), st.sampled_from([" ", ". ", "۔ ", "؟ ", "\n", "", "-", "\u200f "])),
    max_size=60,
).map(lambda parts: "".join(word + gap for word, gap in parts))


@given(
    st.one_of(st.text(), TEXTS),
    st.sampled_from(["en", "ar", "ur", "und"]),
    st.sets(st.sampled_from(["storm", "port", "میناء", "مینا", "محمد", "ملاق", "ملاقات", "کتاب", "x", "漢字"])),
    st.integers(1, 120),
)
def test_marks_are_words_of_the_query_in_order(text: str, language: str, wanted: set[str], length: int) -> None:
    """Inside the snippet, apart from one another, each a whole word with a term of the query."""
    found = show(text, language, dict.fromkeys(wanted, 1.0), length)
    flat = regex.sub(r"\s", " ", text)
    assert found.text.strip("… ") in flat
    spans = {(word.start, word.end): word.folded for word in words(found.text)}
    end = 0
    for start, stop in found.marks:
        assert end <= start < stop <= len(found.text)
        assert term(spans[start, stop], language) in wanted
        end = stop
