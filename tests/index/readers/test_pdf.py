"""Arabic and Urdu come out of PDF files as they are read, whichever way a program wrote them."""

from pathlib import Path
from unicodedata import normalize

import pytest
from bidi.algorithm import get_display
from hypothesis import given
from hypothesis import strategies as st

from index.readers.visual_order import logical
from scripts.fuzzing.pdf import pages
from tests.index.readers.reading import only

ARABIC = [
    "افتتح الوزير 15 مدرسة جديدة (في بغداد) يوم 2024/03/05، وفق BBC News أمس.",
    "وقالت المنظمة إن العمل سيستمر حتى نهاية العام المقبل.",
    "الأخبار والإعلام: لا سلام بلا عدل، والله أعلم بالآتي، ونسبته 3.5 و«مُحَمَّد» قال.",
]
URDU = [
    "وزیر اعظم نے کہا کہ 15 نئے سکول (لاہور میں) کھولے جائیں گے، BBC News کی خبر۔",
    "انہوں نے یہ بھی بتایا کہ کام ہر حال میں جاری رہے گا ۲۰۲۴ تک۔",
    "لاہور اور اسلام آباد، اللہ کا شکر ہے، ڈاکٹر صاحب علاج کریں گے۔",
]
ENGLISH = ["The word قطار means train, and ریل does too.", "Nothing else on this page is written from the right."]


def text_of(path: Path) -> list[str]:
    return normalize("NFC", only(path).text).split()


@pytest.mark.parametrize("lines", [ARABIC, URDU, ENGLISH], ids=["ar", "ur", "en"])
@pytest.mark.parametrize(("shaped", "visual"), [(True, True), (False, True)], ids=["shapes", "letters"])
def test_lines_laid_out_for_the_eye_are_read(tmp_path: Path, lines: list[str], shaped: bool, visual: bool) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(pages([lines], shaped, visual))
    assert text_of(path) == normalize("NFC", " ".join(lines)).split()


@pytest.mark.parametrize("lines", [ARABIC, URDU], ids=["ar", "ur"])
def test_letters_put_the_wrong_way_round_are_read_as_they_were_meant(tmp_path: Path, lines: list[str]) -> None:
    """Programs that know nothing of Arabic put its letters from left to right. (Marks stand anywhere.)"""
    path = tmp_path / "a.pdf"
    path.write_bytes(pages([lines], visual=False))
    marks = dict.fromkeys(map(ord, "\u064e\u064f\u0651"))
    assert only(path).text.translate(marks).split() == " ".join(lines).translate(marks).split()


def test_a_paragraph_is_one_line_and_a_divided_word_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    lines = [
        "A line that is as long as the others are and ends in a divid-",
        "ed word, and then goes on in the same paragraph to the very",
        "end.",
        "Another paragraph.",
    ]
    path.write_bytes(pages([lines]))
    assert only(path).text.split("\n") == [
        "A line that is as long as the others are and ends in a divided word, and then goes on in the same "
        "paragraph to the very end.",
        "Another paragraph.",
    ]


def test_pages_are_apart(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(pages([["One."], ARABIC[1:2], ["Three."]]))
    assert only(path).text == f"One.\n\n{ARABIC[1]}\n\nThree."


@pytest.mark.parametrize("line", [*ARABIC[:2], *URDU])
def test_what_the_bidirectional_algorithm_did_is_undone(line: str) -> None:
    assert logical([get_display(line, base_dir="R")]) == [line]


@pytest.mark.parametrize("line", ENGLISH)
def test_and_within_a_line_from_the_left(line: str) -> None:
    assert logical([get_display(line, base_dir="L")]) == [line]


WORDS = st.sampled_from("قال الوزير في المدينة إن على الطريق من بغداد ہے کہ میں نے لاہور کے لیے".split())
LATIN = st.sampled_from(["BBC", "Reuters", "NATO"])
NUMBERS = st.sampled_from(["15", "2024", "3.5", "1,200", "۲۰۲۴", "٤٥"])


@given(st.lists(WORDS, min_size=3), st.lists(st.tuples(st.one_of(LATIN, NUMBERS), WORDS), max_size=4))
def test_any_mixture_of_words_and_numbers_survives(first: list[str], rest: list[tuple[str, str]]) -> None:
    """Laid out by python-bidi and put back: each foreign word stands between words of ours."""
    line = " ".join([*first, *(word for pair in rest for word in pair)])
    assert logical([get_display(line, base_dir="R")]) == [line]


def test_lines_without_arabic_are_left_alone() -> None:
    assert logical(["One (two) three", "", "٤٥ 12"]) == ["One (two) three", "", "٤٥ 12"]
