"""Files and folders become raw documents in a stable order; what cannot be read is named and left out."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from index.errors import EncodingUnknown, FormatUnknown, RecordError, SourceNotFound
from index.readers import EXPECTED, read_sources
from index.types import RawDocument
from tests.index.readers.reading import read


def ids(documents: list[RawDocument]) -> list[str]:
    return [document.id for document in documents]


def lines(path: Path, *written: str) -> Path:
    path.write_text("\n".join(written) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("name", ["a.txt", "a.md", "A.TXT", "a.txt.gz", "a.md.gz"])
def test_a_text_file_is_one_document(tmp_path: Path, name: str) -> None:
    """Its id is its path within the source, its text what it holds, packed or not."""
    content = "عنوان\nسطر ثانٍ".encode()
    (tmp_path / name).write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    documents, problems = read(tmp_path)
    assert documents == [RawDocument(name, "عنوان\nسطر ثانٍ", origin=str(tmp_path / name))]
    assert problems == []


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz"])
def test_each_json_line_is_a_document_with_all_its_fields(tmp_path: Path, name: str) -> None:
    record = {
        "id": "n1",
        "text": "نص",
        "title": "عنوان",
        "language": "ar",
        "url": "https://example.org/1",
        "date": "2023-09-26",
        "source": "Courier",
        "unknown": [1, 2],
    }
    content = (json.dumps(record) + "\n\n  \n" + json.dumps({"_id": "n2", "text": "two"}) + "\n").encode()
    (tmp_path / name).write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    documents, problems = read(tmp_path)
    path = tmp_path / name
    assert documents == [
        RawDocument(
            "n1", "نص", "عنوان", "ar", "https://example.org/1", "2023-09-26", "Courier", origin=f"{path}, line 1"
        ),
        RawDocument("n2", "two", origin=f"{path}, line 4"),
    ]
    assert problems == []


def test_ids_of_json_lines(tmp_path: Path) -> None:
    """`id` wins over `_id`, a number is written out, and without either it is file and line."""
    (tmp_path / "day").mkdir()
    lines(
        tmp_path / "day" / "a.jsonl",
        '{"id": "x", "_id": "y", "text": "t"}',
        '{"_id": "z/1", "text": "t"}',
        '{"id": 42, "text": "t"}',
        '{"text": "t"}',
    )
    assert ids(read(tmp_path)[0]) == ["x", "z/1", "42", "day/a.jsonl#4"]


def test_ids_are_relative_to_the_source(tmp_path: Path) -> None:
    (tmp_path / "one" / "two").mkdir(parents=True)
    lines(tmp_path / "one" / "two" / "a.txt", "text")
    assert ids(read(tmp_path)[0]) == ["one/two/a.txt"]
    assert ids(read(tmp_path / "one")[0]) == ["two/a.txt"]
    assert ids(read(tmp_path / "one" / "two" / "a.txt")[0]) == ["a.txt"]


def test_missing_optional_fields_are_empty(tmp_path: Path) -> None:
    """A null is as good as nothing."""
    path = lines(tmp_path / "a.jsonl", '{"id": "x", "text": "t", "title": null, "date": null, "language": null}')
    assert read(path)[0] == [RawDocument("x", "t", origin=f"{path}, line 1")]


def test_a_byte_order_mark_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"\xef\xbb\xbftext")
    (tmp_path / "b.jsonl").write_bytes(b'\xef\xbb\xbf{"id": "x", "text": "more"}\n')
    documents, problems = read(tmp_path)
    assert [document.text for document in documents] == ["text", "more"]
    assert problems == []


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('{"id": "x", "text": ', "not JSON"),
        ("[1, 2]", "a JSON list; expected an object"),
        ('"text"', "a JSON str; expected an object"),
        ('{"id": "x"}', 'no "text"'),
        ('{"id": "x", "text": null}', 'no "text"'),
        ('{"id": "x", "text": ["t"]}', 'no "text"'),
        ('{"id": 1.5, "text": "t"}', '"id" is 1.5; expected a string or a whole number'),
        ('{"id": "", "text": "t"}', "\"id\" is ''"),
        ('{"id": true, "text": "t"}', '"id" is True'),
        ('{"id": {"a": 1}, "text": "t"}', "\"id\" is {'a': 1}"),
        ('{"id": "x", "text": "t", "title": 7}', '"title" is 7; expected a string'),
        ('{"id": "x", "text": "t", "date": 20230926}', '"date" is 20230926; expected a string'),
        ("[" * 100_000, "not JSON"),
        ('{"id": ' + "1" * 5000 + ', "text": "t"}', "not JSON"),
    ],
)
def test_a_bad_line_is_reported_and_the_others_read(tmp_path: Path, line: str, expected: str) -> None:
    path = lines(tmp_path / "a.jsonl", '{"id": "before", "text": "t"}', line, '{"id": "after", "text": "t"}')
    documents, problems = read(path)
    assert ids(documents) == ["before", "after"]
    [problem] = problems
    assert isinstance(problem, RecordError)
    assert (problem.path, problem.line) == (path, 2)
    assert str(problem).startswith(f"{path}, line 2: ")
    assert expected in str(problem)


def test_half_a_surrogate_pair_does_not_reach_the_index(tmp_path: Path) -> None:
    """A cut emoji, as "\\ud83d", cannot be written as UTF-8: it is replaced, or its record reported."""
    path = lines(
        tmp_path / "a.jsonl", '{"id": "cut", "text": "wow \\ud83d"}', '{"id": "whole", "text": "\\ud83d\\udcf0"}'
    )
    documents, problems = read(path)
    assert "whole" in ids(documents)
    assert len(documents) + len(problems) == 2
    assert [document.text.encode() for document in documents][-1] == "📰".encode()
    assert all(document.text.encode() for document in documents)


def test_a_line_that_is_not_utf8_is_reported_and_the_others_read(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"id": "x", "text": "\xe9"}\n{"id": "y", "text": "t"}\n')
    documents, problems = read(path)
    assert ids(documents) == ["y"]
    assert [str(problem) for problem in problems] == [
        f"{path}, line 1: not UTF-8 at byte 21 of the line; save it as UTF-8"
    ]


def test_a_file_that_is_no_text_is_reported_and_the_others_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"\xff\xd9\x81\xd9 \xe4\xd8\xff\xc1")
    lines(tmp_path / "b.txt", "text")
    documents, problems = read(tmp_path)
    assert ids(documents) == ["b.txt"]
    assert [str(problem) for problem in problems] == [
        f"{tmp_path / 'a.txt'}: not text at byte 0: it is neither UTF-8 nor windows-1256, ISO-8859-6, windows-1252 "
        "or UTF-16; save it as UTF-8 and rebuild"
    ]
    assert isinstance(problems[0], EncodingUnknown)


def packed_lines(count: int) -> bytes:
    written = "".join(json.dumps({"id": f"n{n}", "text": f"text {n * 7919 % 1000}"}) + "\n" for n in range(count))
    return gzip.compress(written.encode(), mtime=0)


def flipped(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 0xFF]) + content[middle + 1 :]


@pytest.mark.parametrize("name", ["a.jsonl.gz", "a.txt.gz"])
@pytest.mark.parametrize(
    "damage",
    [lambda content: content[: len(content) // 2], flipped, lambda content: b"not gzip"],
    ids=["truncated", "one byte flipped", "not gzip"],
)
def test_a_damaged_gzip_file_is_reported_and_the_others_read(
    tmp_path: Path, name: str, damage: Callable[[bytes], bytes]
) -> None:
    (tmp_path / name).write_bytes(damage(packed_lines(2000)))
    lines(tmp_path / "b.txt", "text")
    documents, problems = read(tmp_path)
    assert ids(documents)[-1] == "b.txt"
    assert problems
    assert all(str(problem).startswith(str(tmp_path / name)) for problem in problems)


def test_what_came_before_the_damage_is_read(tmp_path: Path) -> None:
    content = packed_lines(2000)
    (tmp_path / "a.jsonl.gz").write_bytes(content[: len(content) // 2])
    documents, problems = read(tmp_path)
    assert ids(documents) == [f"n{n}" for n in range(len(documents))]
    assert len(documents) > 100
    assert len(problems) == 1


def test_a_linked_file_is_read_once(tmp_path: Path) -> None:
    lines(tmp_path / "a.txt", "text")
    (tmp_path / "b.txt").symlink_to(tmp_path / "a.txt")
    assert ids(read(tmp_path)[0]) == ["a.txt"]


def test_sources_that_overlap_are_read_once(tmp_path: Path) -> None:
    lines(tmp_path / "a.txt", "text")
    lines(tmp_path / "b.txt", "text")
    assert ids(read(tmp_path / "b.txt", tmp_path, tmp_path)[0]) == ["b.txt", "a.txt"]


def test_a_broken_link_is_passed_over(tmp_path: Path) -> None:
    lines(tmp_path / "a.txt", "text")
    (tmp_path / "b.txt").symlink_to(tmp_path / "gone.txt")
    assert ids(read(tmp_path)[0]) == ["a.txt"]


def test_the_queries_of_a_test_collection_are_no_documents(tmp_path: Path) -> None:
    """Only where a qrels folder stands beside them."""
    collection, other = tmp_path / "collection", tmp_path / "other"
    (collection / "qrels").mkdir(parents=True)
    other.mkdir()
    for folder in (collection, other):
        lines(folder / "corpus.jsonl", json.dumps({"_id": f"{folder.name} d", "text": "t"}))
        lines(folder / "queries.jsonl", json.dumps({"_id": f"{folder.name} q", "text": "t"}))
    lines(collection / "qrels" / "test.tsv", "query-id\tcorpus-id\tscore")
    lines(collection / "floors.json", "{}")
    lines(collection / "unanswered.jsonl", json.dumps({"_id": "u", "text": "t"}))
    documents, problems = read(tmp_path)
    assert ids(documents) == ["collection d", "other d", "other q"]
    assert problems == []


def test_all_that_the_samples_hold_is_read_without_a_problem() -> None:
    documents, problems = read(Path(__file__).parents[3] / "samples")
    articles = (Path(__file__).parents[3] / "samples" / "news.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(documents) == len(articles)
    assert problems == []


def test_order_is_that_of_sources_and_then_of_paths(tmp_path: Path) -> None:
    for name in ("z/b.txt", "z/a.txt", "a/c.txt", "a/10.txt", "a/9.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        lines(tmp_path / name, "text")
    assert ids(read(tmp_path / "z", tmp_path / "a")[0]) == ["a.txt", "b.txt", "10.txt", "9.txt", "c.txt"]


def test_other_kinds_of_file_are_passed_over_in_a_folder(tmp_path: Path) -> None:
    for name in ("a.png", "b.css", "c.txt.bak", ".gz", "d.exe"):
        lines(tmp_path / name, "text")
    assert read(tmp_path) == ([], [])


def test_another_kind_of_file_named_as_a_source_is_reported(tmp_path: Path) -> None:
    path = lines(tmp_path / "a.png", "text")
    documents, problems = read(path)
    assert documents == []
    [problem] = problems
    assert isinstance(problem, FormatUnknown)
    assert str(problem) == f"{path}: cannot read this kind of file; expected {EXPECTED}"
    assert ".jsonl" in EXPECTED


def test_a_missing_source_is_an_error_before_anything_is_read(tmp_path: Path) -> None:
    lines(tmp_path / "a.txt", "text")
    reading = read_sources([tmp_path, tmp_path / "gone"], lambda problem: None)
    with pytest.raises(SourceNotFound, match="gone does not exist"):
        next(reading)


def test_an_empty_file_is_a_document_without_text(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"")
    assert [(document.id, document.text) for document in read(tmp_path)[0]] == [("a.txt", "")]
