"""A name is found among a language's terms in whatever script it is asked for."""

from pathlib import Path
from zlib import crc32

import numpy as np
import pytest

from index import names
from index.errors import IndexCorrupt, IndexIncompatible
from index.names import NameTable
from index.phonetics import key, numbered, similarity
from index.text import fold
from tests.index.test_phonetics import NAMES

PROSE = """في من الرئيس مجلس النواب الليبي اجتماع وزير الخارجية محادثات وقف إطلاق النار قوات المدينة أمس اليوم ميناء
    صدر وزیر اعظم نے کہا کہ ملاقات شہر میں فوج جنگ بندی مذاکرات حکومت the president said talks with his army ended
    in a deal 2024 b52 x و ع covid19""".split()
SPELLINGS = sorted({fold(word) for word in PROSE} | {fold(word) for name in NAMES for word in name})


def near(one: str, other: str) -> bool:
    """Whether one key is the other with at most one class more, less or other."""
    if len(one) > len(other):
        one, other = other, one
    if len(one) == len(other):
        return sum(a != b for a, b in zip(one, other, strict=True)) <= 1
    return any(other[:place] + other[place + 1 :] == one for place in range(len(other)))


def by_brute_force(word: str, limit: int) -> list[tuple[int, float]]:
    best: dict[int, float] = {}
    for number, spelling in enumerate(SPELLINGS):
        for asked in names._readings(word):
            for filed in names._readings(spelling):
                a, b = key(asked), key(filed)
                if spelling == word or min(len(a), len(b)) < 2 or not (a == b or (len(a) >= 4 and near(a, b))):
                    continue
                alike = similarity(asked, filed)
                if alike >= {2: 0.95, 3: 0.92, 4: 0.86}.get(len(a), 0.8):
                    best[number] = max(alike, best.get(number, 0.0))
    return sorted(best.items(), key=lambda item: (-item[1], item[0]))[:limit]


TABLE = NameTable.build(SPELLINGS)


def found(word: str) -> list[str]:
    return [SPELLINGS[number] for number, _ in TABLE.candidates([fold(word)], 20)[0]]


@pytest.mark.parametrize(("latin", "arabic", "urdu"), NAMES)
def test_a_name_is_found_in_the_other_scripts(latin: str, arabic: str, urdu: str) -> None:
    assert fold(arabic) in found(latin)
    assert fold(latin) in found(arabic)


def test_names_are_found_in_urdu() -> None:
    missed = {latin for latin, _, urdu in NAMES if fold(urdu) not in found(latin)}
    assert missed == set()


def test_a_name_with_the_article_is_that_name() -> None:
    assert set(found("khartoum")[:2]) == {fold("الخرطوم"), "خرطوم"}
    assert "khartoum" in found("الخرطوم")


def test_candidates_are_those_of_brute_force() -> None:
    for word in [*SPELLINGS, "hafter", "پیوٹن", "الزولفینکو", "zzz"]:
        expected = by_brute_force(word, 5)
        for limit in (1, 5):
            actual = TABLE.candidates([word], limit)[0]
            assert [number for number, _ in actual] == [number for number, _ in expected[:limit]]
            np.testing.assert_allclose([s for _, s in actual], [s for _, s in expected[:limit]], atol=1e-6)


def test_a_spelling_variant_is_found_but_not_the_word_itself() -> None:
    table = NameTable.build(["ہفتر", "ہفتار", "mohamed", "mohammed"])
    assert [number for number, _ in table.candidates(["ہفتار"], 5)[0]] == [0]
    assert table.candidates(["mohamed"], 5)[0] == [(3, 1.0)]


def test_ties_go_by_number() -> None:
    table = NameTable.build(["ماکرون", "حفتر", "ماکرون"])
    assert table.candidates(["macron"], 5)[0] == [(0, 1.0), (2, 1.0)]
    assert table.candidates(["macron"], 1)[0] == [(0, 1.0)]
    assert table.candidates(["macron"], 0)[0] == []


def test_common_words_are_not_names() -> None:
    for word in ("president", "talks", "army", "government", "meeting", "yesterday", "ceasefire"):
        assert TABLE.candidates([word], 5)[0] == []


@pytest.mark.parametrize("word", ["", "x", "ع", "2024", "b52", "москва", "ab" * 100, "aeiou"])
def test_what_is_no_name_has_no_candidate(word: str) -> None:
    assert TABLE.candidates([word], 5)[0] == []


def test_a_table_of_nothing() -> None:
    for spellings in ([], ["", "2024", "و"]):
        table = NameTable.build(spellings)
        assert len(table) == 0
        assert table.candidates(["haftar"], 5)[0] == []


def test_very_long_keys_do_not_overflow() -> None:
    long = "batakamalanasara" * 2
    table = NameTable.build([long[:22], long])
    assert [number for number, _ in table.candidates([long[:21]], 5)[0]] == [0]


def test_round_trip_on_disk(tmp_path: Path) -> None:
    TABLE.save(tmp_path)
    again = NameTable.open(tmp_path)
    assert len(again) == len(TABLE)
    for word in SPELLINGS:
        assert again.candidates([word], 5)[0] == TABLE.candidates([word], 5)[0]
    NameTable.build([]).save(tmp_path / "empty")
    assert NameTable.open(tmp_path / "empty").candidates(["haftar"], 5) == [[]]


def test_a_damaged_or_foreign_table_is_refused(tmp_path: Path) -> None:
    TABLE.save(tmp_path)
    np.save(tmp_path / "units.npy", np.zeros(3, dtype=np.uint8))
    with pytest.raises(IndexCorrupt, match="3 units"):
        NameTable.open(tmp_path)
    np.save(tmp_path / "alphabet.npy", np.array([1]))
    with pytest.raises(IndexIncompatible, match="rebuild"):
        NameTable.open(tmp_path)
    (tmp_path / "alphabet.npy").unlink()
    with pytest.raises(IndexCorrupt, match="cannot be read"):
        NameTable.open(tmp_path)


def test_several_words_find_what_each_finds_alone() -> None:
    """Longer and shorter ones, such as have no key, and none."""
    words = ["haftar", "", "الزولفینکو", "2024", "پیوٹن", "haftar", *SPELLINGS]
    assert TABLE.candidates(words, 5) == [TABLE.candidates([word], 5)[0] for word in words]
    assert TABLE.candidates([], 5) == []


def test_readings_lie_in_the_order_of_their_keys_terms_and_letters() -> None:
    """Those of a word with the article too, where they share a key."""
    spellings = [*SPELLINGS, "اللیبی", "الالءب", "الالبان", "putin"]
    readings = [(number, reading) for number, word in enumerate(spellings) for reading in names._readings(word)]
    filed = [(names._code(key(reading)), number, reading) for number, reading in readings if len(key(reading)) > 1]
    table = NameTable.build(spellings)
    expected = sorted(filed)
    assert list(zip(table._code_of_each().tolist(), table._numbers.tolist(), strict=True)) == [
        row[:2] for row in expected
    ]
    np.testing.assert_array_equal(table._units, np.concatenate([numbered(reading) for _, _, reading in expected]))
    assert table._checksums.tolist() == [crc32(spellings[number].encode()) for _, number, _ in expected]


def test_a_large_table_is_made_a_part_at_a_time(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """And is the same to the byte."""
    words = ["putin", "بوتین", "الصومال", "haftar", "حفتر", "2024", "merkel", "میرکل", "putin2", "butin"]
    tables = []
    for size in (100, 3):
        monkeypatch.setattr("index.names._AT_ONCE", size)
        NameTable.build(words).save(tmp_path / str(size))
        tables.append({path.name: path.read_bytes() for path in (tmp_path / str(size)).iterdir()})
    assert tables[0] == tables[1]
