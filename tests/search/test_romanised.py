"""Urdu and Arabic in Latin letters are told from English, and spelled in their own script."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text import fold, words
from search.romanised import arabizi, roman_urdu, romanised


def language(text: str) -> str:
    return romanised([word.folded for word in words(text)])


@pytest.mark.parametrize(
    "text",
    [
        "putin aur assad ki mulaqat",
        "imran khan ki hukumat",
        "imran khan ki speech",
        "karachi mein barish",
        "Pakistan ne India ko hara diya",
        "wazir e azam ka daura",
        "bijli ki qeemat kab kam hogi",
        "petrol mehnga ho gaya",
        "hukumat",
        "kya hua",
        "2024 ke intikhabat mein dhandli",
    ],
)
def test_roman_urdu_is_recognised(text: str) -> None:
    assert language(text) == "ur-Latn"


@pytest.mark.parametrize(
    "text",
    [
        "haftar fi roma",
        "7aftar",
        "7aftar in rome",
        "ra2is el wozara",
        "intikhabat al jaza2ir",
        "al wozara",
        "3arabi",
        "5alifa 7aftar",
        "muzaharat fi al sudan",
    ],
)
def test_romanised_arabic_is_recognised(text: str) -> None:
    assert language(text) == "ar-Latn"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "par",
        "ki",
        "ne",
        "main street",
        "main",
        "to be or not to be",
        "the main hospital in Karachi",
        "Who met Haftar in Rome?",
        "putin",
        "haftar",
        "ban ki moon",
        "chow mein recipe",
        "mein kampf",
        "marvin gaye songs",
        "sci fi movies",
        "wi fi password",
        "fi",
        "al qaeda attack",
        "al jazeera english",
        "el salvador president",
        "el nino",
        "10 min walk",
        "covid19 vaccine",
        "h1n1 flu",
        "f16 jets",
        "mp3 player",
        "g20 summit",
        "7th army",
        "5g network",
        "2pac",
        "7eleven",
        "iphone7",
        "windows7 update",
        "b2b marketing",
        "9mm",
        "6months",
        "2024",
        "ho chi minh city",
        "the who",
        "Le président est arrivé",
        "حفتر في روما",
        "پوٹن کی ملاقات",
        "پوٹن کی ki",
        "42 7",
    ],
)
def test_english_names_and_other_scripts_are_not(text: str) -> None:
    assert language(text) == ""


@pytest.mark.parametrize(
    ("word", "spelled"),
    [
        ("7aftar", "حفتر"),
        ("haftar", "حفتر"),
        ("ra2is", "رئيس"),
        ("3arabi", "عربي"),
        ("jaza2ir", "جزائر"),
        ("eljaza2ir", "الجزائر"),
        ("mo7ammad", "محمد"),
        ("5alifa", "خليفة"),
        ("6arablus", "طرابلس"),
        ("8ahira", "قاهرة"),
        ("wozara", "وزراء"),
        ("7okouma", "حكومة"),
        ("3'azza", "غزة"),
        ("7\u2019alifa", "خليفة"),
        ("intikhabat", "انتخابات"),
        ("sharika", "شركة"),
        ("roma", "روما"),
        ("9adr", "صدر"),
        ("2amal", "أمل"),
    ],
)
def test_arabic_spellings_hold_the_right_one(word: str, spelled: str) -> None:
    assert fold(spelled) in arabizi(word)


@pytest.mark.parametrize(
    ("word", "spelled"),
    [
        ("mulaqat", "ملاقات"),
        ("barish", "بارش"),
        ("hukumat", "حکومت"),
        ("wazir", "وزیر"),
        ("kitabon", "کتابوں"),
        ("dehshatgardi", "دہشتگردی"),
        ("khabar", "خبر"),
        ("gayi", "گئی"),
        ("phool", "پھول"),
        ("larkiyan", "لڑکیاں"),
    ],
)
def test_urdu_spellings_hold_the_right_one(word: str, spelled: str) -> None:
    assert fold(spelled) in roman_urdu(word)


@pytest.mark.parametrize("word", ["", "2024", "7", "روما", "é", "al", "el", "il", "a" * 65, "a_b", "\u0301"])
def test_what_is_no_romanised_word_has_no_arabic_spelling(word: str) -> None:
    assert arabizi(word) == ()


def test_the_likeliest_spelling_is_first() -> None:
    assert arabizi("7aftar")[0] == "حفتر"
    assert roman_urdu("mulaqat")[0] == "ملاقات"


@given(st.lists(st.one_of(st.text(), st.text("abehikmnuz23579'"))))
def test_any_words_have_one_of_three_answers(found: list[str]) -> None:
    assert romanised(found) in ("", "ur-Latn", "ar-Latn")


@given(st.one_of(st.text(), st.text("abcdefghijklmnopqrstuvwxyz2356789'\u2019")))
def test_spellings_are_few_folded_and_distinct(word: str) -> None:
    for found, most in ((arabizi(word), 12), (roman_urdu(word), 8)):
        assert len(found) <= most
        assert len(set(found)) == len(found)
        assert all(spelling and fold(spelling) == spelling for spelling in found)
