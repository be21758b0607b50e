"""Spellings of one name share a key and sound alike; the arithmetic is that of a plain edit table."""

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import phonetics
from index.phonetics import joined, key, numbered, similarities, similarity, units
from index.text import fold

NAMES = [
    # name, Arabic, Urdu
    ("Haftar", "حفتر", "ہفتار"),
    ("Putin", "بوتين", "پوٹن"),
    ("Netanyahu", "نتنياهو", "نیتنیاہو"),
    ("Vladimir", "فلاديمير", "ولادیمیر"),
    ("Zelensky", "زيلينسكي", "زیلنسکی"),
    ("Shoigu", "شويغو", "شوئیگو"),
    ("Macron", "ماكرون", "میکرون"),
    ("Giorgia", "جورجيا", "جارجیا"),
    ("Wagner", "فاغنر", "ویگنر"),
    ("Wagner", "فاجنر", "ویگنر"),
    ("Benghazi", "بنغازي", "بنغازی"),
    ("Merkel", "ميركل", "مرکل"),
    ("Lavrov", "لافروف", "لاوروف"),
    ("Khartoum", "الخرطوم", "خرطوم"),
    ("Baghdad", "بغداد", "بغداد"),
    ("Nairobi", "نيروبي", "نیروبی"),
    ("Chernobyl", "تشيرنوبيل", "چرنوبل"),
    ("Mustafa", "مصطفى", "مصطفیٰ"),
    ("Islamabad", "إسلام‌آباد", "اسلام‌آباد"),
    ("Guterres", "غوتيريش", "گوتریس"),
    ("Karachi", "كراتشي", "کراچی"),
    # never seen, for nobody is called so
    ("Zolvenko", "زولفينكو", "زولوینکو"),
    ("Tarmuski", "تارموسكي", "ترموسکی"),
    ("Gradelov", "غراديلوف", "گریڈیلوف"),
]
# Arabic sets an article, or Urdu a consonant y or w, where the others have none.
OTHER_KEYS = {"Khartoum", "Lavrov", "Zolvenko", "Gradelov"}
UNALIKE = [("Putin", "بايدن"), ("Haftar", "حکومت"), ("Macron", "مرکل"), ("Zelensky", "ولادیمیر"), ("Paris", "روما")]

words = st.text(alphabet="abcdefghijklmnopqrstuvwxyz" + "".join(map(fold, "ابتثجحخدذرزسشصضطظعغفقكلمنهويپٹچڈڑژگںے")))


@pytest.mark.parametrize(("latin", "arabic", "urdu"), NAMES)
def test_the_spellings_of_a_name_sound_alike(latin: str, arabic: str, urdu: str) -> None:
    spellings = [fold(latin), fold(arabic).removeprefix("ال"), fold(urdu)]
    for one in spellings:
        for other in spellings:
            assert similarity(one, other) > 0.8
    if latin not in OTHER_KEYS:
        assert len({key(spelling) for spelling in spellings}) == 1


@pytest.mark.parametrize(("one", "other"), UNALIKE)
def test_different_names_do_not_sound_alike(one: str, other: str) -> None:
    assert similarity(fold(one), fold(other)) < 0.8


def test_a_plain_transliteration_is_certain() -> None:
    for one, other in [("vladimir", "فلادیمیر"), ("macron", "ماکرون"), ("zolvenko", "زولفینکو"), ("rome", "روم")]:
        assert similarity(one, other) == pytest.approx(1.0, abs=0.02)


def test_no_letters_no_sound() -> None:
    for word in ("", "2024", "b52", "москва", "北京", "a" + "bc" * 40, "\u064b"):
        assert units(word) == ()
        assert key(word) == ""
        assert similarity(word, "haftar") == similarity("haftar", word) == 0.0


def test_one_letter_mixed_script_and_long_words() -> None:
    assert (key("x"), key("a"), key("ع"), key("و")) == ("KS", "", "", "P")
    assert key("nato" + "حلف") == "NTLP"
    assert similarity("n", "ن") == 1.0
    longest = "بت" * (phonetics.LONGEST_NAME // 2)
    assert similarity(longest, "bt" * (phonetics.LONGEST_NAME // 2)) == 1.0
    assert similarity(longest + "ب", "bt") == 0.0


def by_table(one: str, other: str) -> float:
    """The formula of the docstring, cell by cell."""
    a, b = numbered(one).tolist(), numbered(other).tolist()
    if not a or not b:
        return 0.0
    latin = max(a[0], b[0]) < phonetics._FIRST_ARABIC
    drops = (phonetics._LATIN_DROPS if latin else phonetics._DROPS).astype(float)
    table = np.zeros((len(a) + 1, len(b) + 1))
    table[1:, 0] = np.cumsum(drops[a])
    table[0, 1:] = np.cumsum(drops[b])
    for i, unit in enumerate(a):
        for j, met in enumerate(b):
            table[i + 1, j + 1] = min(
                table[i, j] + phonetics._distances()[unit, met],
                table[i, j + 1] + drops[unit],
                table[i + 1, j] + drops[met],
            )
    length = max(phonetics._LENGTHS[a].sum(), phonetics._LENGTHS[b].sum())
    return max(0.0, 1.0 - float(table[-1, -1]) / float(length))


@given(words, words)
def test_similarity_is_the_edit_table_and_symmetric(one: str, other: str) -> None:
    found = similarity(one, other)
    assert 0.0 <= found <= 1.0
    assert found == pytest.approx(by_table(one, other), abs=1e-5)
    assert found == pytest.approx(similarity(other, one), abs=1e-5)
    assert similarity(one, one) == (1.0 if units(one) else 0.0)


def test_many_at_once_are_as_one_by_one() -> None:
    spellings = [fold(spelling) for name in NAMES for spelling in name] + [""]
    columns = np.zeros((phonetics.LONGEST_NAME, len(spellings)), dtype=np.uint8)
    for place, spelling in enumerate(spellings):
        columns[: len(numbered(spelling)), place] = numbered(spelling)
    words = [*random.Random(1).sample(spellings, 10), ""]
    pairs = np.tile(np.arange(len(spellings)), len(words))
    of = np.repeat(np.arange(len(words)), len(spellings))
    together = similarities([numbered(word) for word in words], of, columns[:, pairs])
    alone = [similarity(word, spelling) for word in words for spelling in spellings]
    np.testing.assert_allclose(together, alone, atol=1e-6)
    assert similarities([numbered("rome")], of[:0], columns[:, :0]).shape == (0,)


def test_two_words_are_tried_as_one() -> None:
    assert joined(["نیتن", "یاہو", "2024"]) == [(0, 2, "نیتنیاہو")]
    assert joined(["bin", "laden", "tape"]) == [(0, 2, "binladen"), (1, 3, "ladentape")]
    assert joined(["rome"]) == joined([]) == joined(["a", "e"]) == []
    [(_, _, benghazi)] = joined(["بن", "غازی"])
    assert (key(benghazi), similarity(benghazi, "بنغازی")) == (key("benghazi"), 1.0)
