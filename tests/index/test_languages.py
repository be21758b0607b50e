"""The language of texts and queries, and the terms that each language makes of a word."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import arabic, english, urdu
from index.languages import PARTITIONS, Analyzer, detect, detect_query, partition, term, terms
from index.text import fold


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The foreign minister arrived in Tripoli on Monday for talks about the elections.", "en"),
        ("Storm closes airport", "en"),
        ("استقبل الرئيس في القاهرة وفدا من رجال الأعمال وناقش معهم خطط الاستثمار الجديدة.", "ar"),
        ("أعلنت الشركة نتائجها", "ar"),
        ("وزیر خارجہ پیر کے روز کابل پہنچے جہاں انہوں نے افغان حکام سے بات چیت کی۔", "ur"),
        ("شہر میں بارش سے سڑکیں بند", "ur"),
        ("وزير اعظم نے كہا ہے كہ حكومت عوام كے ساتھ ہے", "ur"),
        ("رئیس جمهور ایران در تهران با وزیر خارجه روسیه دیدار کرد و درباره توافق هسته‌ای گفت‌وگو کرد", "und"),
        ("پلیس تهران از بازداشت چند نفر در پی اعتراض‌های هفته گذشته در مرکز شهر خبر داد", "und"),
        ("د افغانستان ولسمشر نن په کابل کې د ملګرو ملتونو له استازي سره وکتل", "und"),
        ("Le président français a rencontré lundi à Paris le chef du gouvernement pour parler des élections", "und"),
        ("Der Kanzler hat am Montag in Berlin mit dem Präsidenten über die Lage im Nahen Osten gesprochen", "und"),
        ("Cumhurbaşkanı pazartesi günü Ankara'da hükümetin başkanıyla seçimler hakkında uzun bir görüşme yaptı", "und"),
        ("Wazir-e-azam ne kaha hai ke hukumat mulk ki taraqqi ke liye kaam kar rahi hai aur awam ka saath dein", "und"),
        ("Президент приехал в столицу на переговоры", "und"),
        ("2024 – 12 %", "und"),
        ("", "und"),
    ],
)
def test_language_of_a_text(text: str, language: str) -> None:
    assert detect(text) == language


def test_a_foreign_quotation_does_not_change_the_language() -> None:
    """What most letters are in decides."""
    assert detect("قال الوزير للصحفيين في روما إن شعار الحملة هو Make it work وإنه باق حتى الانتخابات") == "ar"


@pytest.mark.parametrize(
    ("query", "language"),
    [
        ("putin", "en"),
        ("Haftar in Rome", "en"),
        ("حفتر يلتقي مسؤولين أمريكيين في روما", "ar"),
        ("غزة", "ar"),
        ("پوٹن", "ur"),
        ("زلزلے سے ہلاکتیں", "ur"),
        ("وزیر اعظم کا دورہ", "ur"),
        ("Putin پوٹن پوٹن", "ur"),
        ("2024", "und"),
        ("?", "und"),
    ],
)
def test_language_of_a_query(query: str, language: str) -> None:
    assert detect_query(query) == language


@pytest.mark.parametrize(
    ("tag", "part"), [("en", "en"), ("EN-us", "en"), ("ar-EG", "ar"), ("ur-Arab-PK", "ur"), ("fa", "und"), ("", "und")]
)
def test_partition_of_a_language_tag(tag: str, part: str) -> None:
    assert partition(tag) == part


@pytest.mark.parametrize(
    ("word", "stem"),
    [
        ("كتاب", "کتاب"),
        ("الكتاب", "کتاب"),
        ("والكتاب", "کتاب"),
        ("بالكتاب", "کتاب"),
        ("كالكتاب", "کتاب"),
        ("فالكتاب", "کتاب"),
        ("للكتاب", "کتاب"),
        ("وكتاب", "کتاب"),
        ("وزير", "وزیر"),
        ("الوزير", "وزیر"),
        ("والوزير", "وزیر"),
        ("حكومة", "حکوم"),
        ("الحكومات", "حکوم"),
        ("حكومتهم", "حکوم"),
        ("مسؤولون", "مسوول"),
        ("مسؤولين", "مسوول"),
        ("سنة", "سنہ"),
    ],
)
def test_arabic_stems(word: str, stem: str) -> None:
    assert arabic.stem(fold(word)) == stem


@pytest.mark.parametrize("word", ["وزير", "وطن", "وثائق", "وسائل", "وظائف", "وقائع", "ودائع", "وقت", "واشنطن", "ولاية"])
def test_a_waw_of_the_word_itself_stays(word: str) -> None:
    assert arabic.stem(fold(word)).startswith("و")


@pytest.mark.parametrize(
    ("word", "stem"),
    [
        ("کتاب", "کتاب"),
        ("کتابیں", "کتاب"),
        ("کتابوں", "کتاب"),
        ("لڑکا", "لڑک"),
        ("لڑکے", "لڑک"),
        ("لڑکیوں", "لڑک"),
        ("لڑکیاں", "لڑک"),
        ("واقعہ", "واقع"),
        ("واقعے", "واقع"),
        ("واقعات", "واقع"),
        ("مبصرین", "مبصر"),
        ("وزراء", "وزر"),
        ("وزرا", "وزر"),
        ("دن", "دن"),
    ],
)
def test_urdu_stems(word: str, stem: str) -> None:
    assert urdu.stem(fold(word)) == stem


AFFIXES = [*arabic._ARTICLES, *arabic._CLITICS, *arabic._SUFFIXES, *urdu._SUFFIXES, *urdu._VOWELS, "ت", "اء", "و"]
WORDS = st.lists(st.sampled_from([*AFFIXES, "مصر", "وزیر", "ک", "دن", "b"]), max_size=5).map("".join)


@given(WORDS)
def test_the_steps_to_a_stem_end_with_it(word: str) -> None:
    """And each takes off what its rule says, but that a ت may stand for ة."""
    for language in (arabic, urdu):
        left = [word, *(left for _, left in language.steps(word))]
        assert language.stem(word) == left[-1]
        assert all(len(after) < len(before) and after in before for before, after in pairwise(left))


@given(WORDS)
def test_an_ending_is_the_first_that_fits(word: str) -> None:
    """Whichever letter it is filed under."""
    fitting = [ending for ending in arabic._SUFFIXES if word.endswith(ending) and len(word) - len(ending) >= 3]
    assert arabic._without_ending(word) == (word[: -len(fitting[0])] if fitting else word)
    may_go = [ending for ending in urdu._SUFFIXES if word.endswith(ending) and urdu._may_lose(word, ending)]
    assert urdu._without(word, urdu._SUFFIXES_BY_LAST) == (word[: -len(may_go[0])] if may_go else word)


@pytest.mark.parametrize(
    "table",
    [
        arabic._WAW_WORDS,
        arabic._ARTICLES,
        arabic._SUFFIXES,
        arabic.STOP_WORDS,
        urdu._SUFFIXES,
        urdu.STOP_WORDS,
        english.STOP_WORDS,
    ],
    ids=[
        "waw",
        "articles",
        "arabic suffixes",
        "arabic stop words",
        "urdu suffixes",
        "urdu stop words",
        "english stop words",
    ],
)
def test_word_tables_are_written_folded(table: "tuple[str, ...] | frozenset[str]") -> None:
    """An entry that folding changes can never match."""
    assert [entry for entry in table if fold(entry) != entry] == []


@pytest.mark.parametrize(
    ("folded", "language", "expected"),
    [
        ("elections", "en", "elect"),
        ("the", "en", ""),
        ("haftar", "ar", "haftar"),
        ("elections", "ur", "elections"),
        ("الانتخابات", "ar", "انتخاب"),
        ("فی", "ar", ""),
        ("انتخابات", "ur", "انتخاب"),
        ("میں", "ur", ""),
        ("elections", "und", "elections"),
        ("les", "und", "les"),
    ],
)
def test_term_of_a_word(folded: str, language: str, expected: str) -> None:
    assert term(folded, language) == expected


@given(st.lists(WORDS))
def test_many_words_have_the_terms_of_each(words: list[str]) -> None:
    for language in PARTITIONS:
        assert terms(words, language) == [term(word, language) for word in words]


def test_analyzer_gives_the_terms_of_a_text_in_order() -> None:
    assert Analyzer("ar").terms("في الكتاب: الوزير وحفتر، 12 ١٢") == ["کتاب", "وزیر", "حفتر", "12", "12"]
