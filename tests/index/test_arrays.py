"""Arrays and string tables come back from the disk as they went, and say when they cannot."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.arrays import StringTable, open_array, save_arrays
from index.errors import IndexCorrupt

STRINGS = st.sets(st.text(st.characters(exclude_categories=["Cs"]), max_size=6), max_size=40)


@given(STRINGS, st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=6)))
def test_a_table_finds_what_a_dictionary_finds(strings: set[str], others: list[str]) -> None:
    """Numbers follow the order of the UTF-8 bytes; what is not there is None."""
    table = StringTable.build(list(strings))
    numbers = {string: number for number, string in enumerate(sorted(strings, key=str.encode))}
    assert len(table) == len(numbers)
    assert [table[number] for number in range(len(table))] == list(numbers)
    assert table.some([*numbers.values(), *reversed(numbers.values())]) == [*numbers, *reversed(numbers)]
    assert [table.find(string) for string in [*strings, *others]] == [
        numbers.get(string) for string in [*strings, *others]
    ]


@given(STRINGS, st.text(st.characters(exclude_categories=["Cs"]), max_size=3))
def test_a_table_gives_the_strings_that_begin_with_a_prefix(strings: set[str], prefix: str) -> None:
    table = StringTable.build(list(strings))
    expected = sorted((string for string in strings if string.startswith(prefix)), key=str.encode)
    assert [table[number] for number in table.prefixed(prefix)] == expected


def test_a_string_is_not_its_beginning() -> None:
    table = StringTable.build(["election", "elections", "كتاب", "كتابة"])
    assert [table.find(string) for string in ("elect", "election", "elections", "كتا", "كتاب", "كتابة", "")] == [
        None,
        0,
        1,
        None,
        2,
        3,
        None,
    ]


@pytest.mark.parametrize("strings", [[], [""], ["b", "a", "ملاقات"]])
def test_a_table_comes_back_from_the_disk(tmp_path: Path, strings: list[str]) -> None:
    StringTable.build(strings).save(tmp_path, "terms")
    table = StringTable.open(tmp_path, "terms")
    assert [table[number] for number in range(len(table))] == sorted(strings)
    assert table.find("ملاقات") == (2 if strings[2:] else None)


def test_a_table_from_the_disk_is_edited_as_any_other(tmp_path: Path) -> None:
    """Its offsets have 32 bits there."""
    StringTable.build(["a", "ملاقات", "c", "e"]).save(tmp_path, "terms")
    table = StringTable.open(tmp_path, "terms").edited(
        np.array([1, 2, 3]), np.array([0, 1, 3]), [b"b", b"d", "ہ".encode()]
    )
    assert [table[number] for number in range(len(table))] == ["b", "c", "d", "e", "ملاقات", "ہ"]


def test_a_cut_table_is_corrupt() -> None:
    with pytest.raises(IndexCorrupt, match="string table ends at"):
        StringTable(np.zeros(3, np.uint8), np.array([0, 2], np.int64))


@pytest.mark.parametrize(
    "array",
    [np.arange(6, dtype=np.int32).reshape(2, 3), np.zeros(0, np.int64), np.array([1.5, -2.5], np.float32)],
    ids=["matrix", "empty", "floats"],
)
def test_an_array_comes_back_from_the_disk(tmp_path: Path, array: np.ndarray) -> None:
    save_arrays(tmp_path / "new", {"x": array})
    opened = open_array(tmp_path / "new", "x")
    assert opened.dtype == array.dtype
    np.testing.assert_array_equal(opened, array)


def test_an_opened_array_cannot_be_written(tmp_path: Path) -> None:
    save_arrays(tmp_path, {"x": np.arange(3)})
    with pytest.raises(ValueError, match="read-only"):
        open_array(tmp_path, "x")[0] = 7


def pickled(path: Path) -> None:
    np.save(path, np.array([{"a": 1}], dtype=object), allow_pickle=True)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: None,
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(b"no array at all"),
        lambda path: path.write_bytes(np.lib.format.magic(1, 0) + b"\x00"),
        pickled,
    ],
    ids=["missing", "empty", "not an array", "cut", "pickle"],
)
def test_a_damaged_array_is_corrupt(tmp_path: Path, spoil: "object") -> None:
    """No pickle is ever loaded."""
    spoil(tmp_path / "x.npy")  # type: ignore[operator]
    with pytest.raises(IndexCorrupt, match=r"x\.npy cannot be read .*; rebuild the index or roll back"):
        open_array(tmp_path, "x")
