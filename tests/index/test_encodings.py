"""Bytes become the text that was written, whatever encoding it was written in, or are refused."""

import pytest

from index.encodings import Undecodable, decode, detect_encoding, fold_forms, repair

ENGLISH = "The council of Zürich met on Monday; Renée Müller said the café on the corner will reopen in May."
ARABIC = """قال وزير النقل إن القطار الجديد سيبدأ رحلاته في الربيع المقبل، وإن ثمن التذكرة لن يتغير.
وأضاف أن المحطة القديمة ستبقى مفتوحة أمام المسافرين حتى نهاية العام 2024."""
URDU = """وزیر ٹرانسپورٹ نے کہا ہے کہ نئی ریل گاڑی اگلی بہار میں چلنا شروع ہو گی اور ٹکٹ کی قیمت نہیں بڑھے گی۔
انہوں نے بتایا کہ پرانا سٹیشن سال کے آخر تک مسافروں کے لیے کھلا رہے گا، اور ڑ یا ڈ سے لکھے نام بھی۔"""
URDU_1256 = URDU.replace("ی", "ي").replace("ۓ", "ے").replace("۔", ".")


@pytest.mark.parametrize("text", [ENGLISH, ARABIC, URDU])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_encodings_are_known_with_and_without_a_mark(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize("encoding", ["cp1256", "iso8859-6"])
def test_arabic_bytes_are_told_apart(encoding: str) -> None:
    assert detect_encoding(ARABIC.encode(encoding)) == encoding
    assert decode(ARABIC.encode(encoding)) == ARABIC


@pytest.mark.parametrize("word", ["أخبار", "دمشق", "القاهرة", "سوق الأسهم"])
@pytest.mark.parametrize("encoding", ["cp1256", "iso8859-6"])
def test_a_single_arabic_word_is_enough(word: str, encoding: str) -> None:
    assert decode(word.encode(encoding)) == word


def test_urdu_in_windows_1256_gets_its_own_yeh_back() -> None:
    """The encoding has only the Arabic one, which Urdu writers made do with."""
    assert decode(URDU_1256.encode("cp1256")) == URDU.replace("۔", ".")


def test_english_with_accents_in_windows_1252() -> None:
    assert decode(ENGLISH.encode("cp1252")) == ENGLISH
    assert decode("“Quoted” – and 5 € for it…".encode("cp1252")) == "“Quoted” – and 5 € for it…"


def test_arabic_with_english_in_it() -> None:
    text = f"{ARABIC}\nReuters, BBC News and Radio Monte Carlo reported it first.\nwww.example.org"
    assert decode(text.encode("cp1256")) == text


@pytest.mark.parametrize("declared", ["windows-1256", "cp1256", "utf-8", "iso-8859-1", "", "no-such-thing", "rot13"])
def test_a_wrong_declaration_does_not_win_over_the_bytes(declared: str) -> None:
    assert decode(ARABIC.encode("utf-8"), declared) == ARABIC
    assert decode(ARABIC.encode("cp1256"), declared) == ARABIC


def test_a_declaration_decides_what_the_bytes_leave_open() -> None:
    assert decode("Привет, мир".encode("cp1251"), "windows-1251") == "Привет, мир"


def test_a_slip_in_a_long_text_of_utf8_costs_one_character() -> None:
    data = (ARABIC * 20).encode()
    middle = data.index(b" ", 400)
    assert decode(data[:middle] + b"\xff" + data[middle:]).count("\ufffd") == 1


@pytest.mark.parametrize(
    "data",
    [b"text\x00text", b"\x89PNG\r\n\x1a\n\x00\x00", b"\xff\xd9\x81\xd9 \xe4\xd8\xff\xc1", b"\x01\x02\x03"],
)
def test_bytes_that_are_no_text_are_refused(data: bytes) -> None:
    with pytest.raises(Undecodable):
        decode(data)


def test_broken_utf8_is_refused_and_says_where() -> None:
    data = "ہم".encode() + b"\xd9" + "تم".encode() + b"\xd8\xd9"
    with pytest.raises(Undecodable) as caught:
        decode(data)
    assert caught.value.position == 4


GOOD = [
    ENGLISH,
    ARABIC,
    URDU,
    "مُحَمَّدٌ رَسُولُ اللَّهِ ﷺ",
    "قال: «نعم»، ثم أضاف – بعد صمت – “ربما”…",
    "👩‍👩‍👧 ہاتھ ❤️ 🇵🇰 5€ © 2024 ™",
    "Søren Åkesson, François Lœuvre, Ñandú, CAFÉ™, naïve façade, Ægir «là-bas»",
    "ÀÉÎÕÜ ÂGE ÃO ØRESUND",
    "می‌خواہم نہ‌بود",  # with the joiner that Persian and Urdu need
    "طظعغآأ ع§ ط© المادة §5",
    "x² ± 3 µm, 20 °C, ½ £",
]


@pytest.mark.parametrize("text", GOOD)
def test_text_that_is_right_is_not_altered(text: str) -> None:
    assert repair(text) == text


@pytest.mark.parametrize("text", [ENGLISH, ARABIC, URDU, "یہ «خبر» ہے – آج…"])
@pytest.mark.parametrize("wrong", ["cp1252", "cp1256", "latin-1"])
def test_utf8_that_was_read_as_something_else_is_put_right(text: str, wrong: str) -> None:
    """Bytes that windows-1252 does not name go through unchanged, as in browsers."""
    table = {byte: bytes([byte]).decode(wrong, "ignore") or chr(byte) for byte in range(256)}
    spoiled = "".join(table[byte] for byte in text.encode())
    assert repair(spoiled) == text


def test_only_the_lines_that_are_spoiled_are_touched() -> None:
    spoiled = "خبر عاجل".encode().decode("cp1256")
    assert repair(f"{ARABIC}\n{spoiled}\n{URDU}") == f"{ARABIC}\nخبر عاجل\n{URDU}"


def test_shapes_of_letters_become_letters_and_controls_go() -> None:
    assert fold_forms("ﻻ ﺇﻟﻪ") == "لا إله"
    assert fold_forms("\u202bﮨﮯ ﮐﮧ\u202c \u200fاور\u2069") == "ہے کہ اور"
    assert fold_forms("ﷺ ﷲ") == "ﷺ ﷲ"
    assert fold_forms("\ufe76\ufe77") == "\u064e\u064e"


def test_a_name_that_is_spoiled_amid_arabic_is_put_right() -> None:
    spoiled = "Renée Müller".encode().decode("cp1252")
    assert (
        repair(f"التقى الوزير {spoiled} في باريس يوم 9 â€“ 11 مايو")
        == "التقى الوزير Renée Müller في باريس يوم 9 – 11 مايو"
    )
