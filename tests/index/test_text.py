"""Folding makes spellings alike in every script; words are slices that no mark splits."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text import LONGEST_WORD, _folded, fold, fold_word, fold_words, surfaces, words

MIXED = st.text(
    alphabet=st.one_of(
        st.sampled_from("abzAZ ßİıŉǅﬁÅ012٠١٢۰۱۲.,؟۔؛\n\t-'"),
        st.sampled_from("ابتثجحخدذرزسشصضطظعغفقكلمنهويةىءأإآؤئ"),
        st.sampled_from("ٹڈڑںےۓہھۂۃگچپژکی"),
        st.sampled_from(
            "\u064b\u064e\u0650\u0651\u0652\u0670\u0301\u0308\u0640\u200c\u200d\u200e\u200f\u202b\u2067\ufeff"
        ),
        st.sampled_from("ﻻﷺﭘﮐﻣ½②Ａ漢字कुœ📰"),
    )
)


@pytest.mark.parametrize(
    ("spelled", "folded"),
    [
        ("", ""),
        ("x", "x"),
        ("ء", "ء"),
        ("مُحَمَّدٌ", "محمد"),
        ("كتـــاب", "کتاب"),
        ("أحمد إلى آخر", "احمد الی اخر"),
        ("مؤتمر مسؤول شائع", "موتمر مسوول شایع"),
        ("ہے ھے", "ہے ہے"),
        ("یہ کتاب", "یہ کتاب"),
        ("Libya ليبيا لیبیا", "libya لیبیا لیبیا"),
        ("12 ١٢ ۱۲", "12 12 12"),
        ("e\u0301cole École", "ecole ecole"),
        ("\u0301", ""),
        ("\u202bغزة\u202c \u2067غزہ\u2069", "غزہ غزہ"),
        ("می\u200cخواہم", "میخواہم"),
        ("ﻣﺤﻤﺪ ﻻ", "محمد لا"),
        ("İstanbul ISTANBUL", "istanbul istanbul"),
        ("Straße", "strasse"),
        ("Łódź łódź", "lodz lodz"),
        ("Øresund øresund", "oresund oresund"),
        ("ＡＢＣ ﬁnd", "abc find"),
        ("हिन्दी", "हिन्दी"),
    ],
)
def test_fold_makes_variants_alike(spelled: str, folded: str) -> None:
    assert fold(spelled) == folded


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("مكة", "مکہ"),
        ("علي", "علی"),
        ("مُوسَى", "موسی"),
        ("وزیرِ اعظم", "وزير اعظم"),
        ("آصف", "آصف"),
        ("ٱلقرآن", "القران"),
    ],
)
def test_arabic_and_urdu_keyboards_give_one_spelling(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_letters_that_distinguish_words_are_kept_apart() -> None:
    """Urdu ٹ is not ت, ں is not ن, ے is not ی."""
    assert len({fold(letter) for letter in "ٹتںنےی"}) == 6


@pytest.mark.parametrize("digit", ["\U00011f50", "\U00010d40", "\u0967", "\U0001d7d8"])
def test_fold_survives_digits_of_any_unicode_version(digit: str) -> None:
    """The regex library may know digits that this Python does not."""
    assert fold(fold(digit)) == fold(digit)


def test_fold_of_every_character_is_stable() -> None:
    """Folding what is folded changes nothing, for each code point that this Python knows."""
    known = [chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) not in ("Cn", "Cs", "Co")]
    once = fold("\n".join(known)).split("\n")
    twice = fold("\n".join(once)).split("\n")
    assert [pair for pair in zip(once, twice, strict=True) if pair[0] != pair[1]] == []


@given(st.one_of(st.text(), MIXED))
def test_fold_is_idempotent(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.one_of(st.text(), MIXED))
def test_words_are_slices_in_order(text: str) -> None:
    """Each word lies after the one before it, and its fold is the fold of its slice."""
    end = 0
    for word in words(text):
        assert end <= word.start < word.end <= len(text)
        assert word.folded == fold(text[word.start : word.end][:LONGEST_WORD])
        end = word.end


@given(MIXED)
def test_no_mark_splits_a_word(text: str) -> None:
    """Behind a word stands neither a letter, a digit nor a combining mark."""
    for word in words(text):
        after = text[word.end : word.end + 1]
        assert not after or unicodedata.category(after)[0] not in "LMN"


@given(MIXED)
def test_surfaces_are_the_slices_of_words(text: str) -> None:
    assert [found for found in surfaces(text) if fold(found)] == [text[w.start : w.end] for w in words(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("مُحَمَّد قال: نَعَم!", ["مُحَمَّد", "قال", "نَعَم"]),
        ("یہ کتاب۔وہ قلم", ["یہ", "کتاب", "وہ", "قلم"]),
        ("Gaza-غزة 2024/٢٠٢٤", ["Gaza", "غزة", "2024", "٢٠٢٤"]),
        ("cafe\u0301s!", ["cafe\u0301s"]),
        ("می\u200cخواہم", ["می\u200cخواہم"]),
        ("\u0301 \u064b", []),
        ("", []),
    ],
)
def test_words_of(text: str, found: list[str]) -> None:
    assert [text[word.start : word.end] for word in words(text)] == found


def test_a_blob_without_spaces_is_folded_only_so_far() -> None:
    """A base64 line cannot fill the dictionary with a term of its own length."""
    assert [len(word.folded) for word in words("A" * 10_000)] == [LONGEST_WORD]


@given(st.lists(MIXED))
def test_words_are_folded_together_as_each_alone(texts: list[str]) -> None:
    found = [word for text in texts for word in surfaces(text)]
    assert fold_words(found) == list(map(fold_word, found))


@given(MIXED)
def test_text_folded_letter_by_letter_is_as_if_folded_whole(text: str) -> None:
    assert fold(text) == (_folded(text) if not text.isascii() else text.lower())


def test_any_two_letters_that_are_folded_alone_are_folded_alike_together() -> None:
    """Each character of the plane, after a letter and before a mark."""
    for code in range(1, 0x10000):
        if not 0xD800 <= code < 0xE000:
            text = f"\u0627{chr(code)}\u0301e{chr(code)}\u0654"
            assert fold(text) == _folded(text), hex(code)
