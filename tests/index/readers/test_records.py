"""CSV, JSON: fields are found by their names, bad records are named, the others read."""

import json
from pathlib import Path

import pytest

from index.errors import ColumnsUnknown, FileDamaged, RecordError
from index.readers import Limits
from tests.index.readers.reading import only, read, refused


def write(folder: Path, name: str, content: str, encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(content.encode(encoding))
    return path


@pytest.mark.parametrize(
    "header",
    [
        "_id,text,title,language,url,date,source",
        "GUID,Body,Headline,Lang,Link,Published,Publisher",
        "id,Article Text,heading,locale,permalink,pub_date,site name",
        "id,النص,العنوان,اللغة,الرابط,التاريخ,المصدر",
        "id,متن,سرخی,زبان,لنک,تاریخ,ماخذ",
    ],
)
def test_columns_are_known_by_many_names(tmp_path: Path, header: str) -> None:
    document = only(write(tmp_path, "a.csv", f"{header}\n7,words,head,ar,https://a.example,2024-03-11,Post\n"))
    assert (document.id, document.text, document.title) == ("7", "words", "head")
    assert (document.language, document.url, document.date, document.source) == (
        "ar",
        "https://a.example",
        "2024-03-11",
        "Post",
    )


def test_the_name_of_the_contract_wins(tmp_path: Path) -> None:
    assert only(write(tmp_path, "a.csv", "content,text,body\nno,yes,no\n")).text == "yes"


def test_without_an_id_the_address_counts_and_then_the_line(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", "url,text\nhttps://a.example/1,one\n,two\n\n,three\n")
    assert [document.id for document in read(path)[0]] == ["https://a.example/1", "a.csv#3", "a.csv#5"]


def test_a_table_without_a_text_names_its_columns(tmp_path: Path) -> None:
    problem = refused(write(tmp_path, "a.csv", "id;name;price\n1;x;2\n"))
    assert isinstance(problem, ColumnsUnknown)
    assert "found id, name, price" in str(problem)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_out(tmp_path: Path, delimiter: str) -> None:
    path = write(tmp_path, "a.csv", delimiter.join(["id", "text"]) + "\n" + delimiter.join(["1", '"a, b; c"']) + "\n")
    assert only(path).text == "a, b; c"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1256"])
def test_tables_in_other_encodings(tmp_path: Path, encoding: str) -> None:
    path = write(tmp_path, "a.csv", "id,text\n1,أعلن الوزير افتتاح المدرسة الجديدة\n", encoding)
    assert only(path).text == "أعلن الوزير افتتاح المدرسة الجديدة"


def test_cells_may_hold_lines_and_be_long(tmp_path: Path) -> None:
    words = "word\n" * 100_000
    documents, problems = read(write(tmp_path, "a.csv", f'id,text\n1,"{words}"\n2,short\n'))
    assert problems == []
    assert [document.text for document in documents] == [words, "short"]
    assert documents[1].origin.endswith("line 100003")


def test_a_row_with_too_many_cells_is_named(tmp_path: Path) -> None:
    documents, problems = read(write(tmp_path, "a.csv", "id,text\n1,a,b,c\n2,good\n3\n"))
    assert [document.id for document in documents] == ["2"]
    assert [problem.line for problem in problems if isinstance(problem, RecordError)] == [2, 4]
    assert "4 cells for 2 columns" in str(problems[0])


@pytest.mark.parametrize("around", ["{}", '{{"articles": {}}}', '{{"status": "ok", "data": {}}}'])
def test_an_array_of_json_may_have_something_around_it(tmp_path: Path, around: str) -> None:
    records = json.dumps([{"id": "x", "text": "one"}, {"text": "two"}, 7, {"id": "y"}])
    documents, problems = read(write(tmp_path, "a.json", around.format(records)))
    assert [document.id for document in documents] == ["x", "a.json#2"]
    assert [str(problem).partition(": ")[0].rpartition(", ")[2] for problem in problems] == ["record 3", "record 4"]


def test_one_object_is_one_document_and_lines_are_lines(tmp_path: Path) -> None:
    assert only(write(tmp_path, "a.json", '{\n "id": "x",\n "text": "one"\n}')).id == "x"
    assert len(read(write(tmp_path, "b.json", '{"text": "one"}\n{"text": "two"}\n'))[0]) == 2


@pytest.mark.parametrize("content", ['[{"text": "one"}, {"text": ', '[{"text": "one"} "', '[{"text": "one"}, nul'])
def test_what_precedes_damage_is_read(tmp_path: Path, content: str) -> None:
    documents, problems = read(write(tmp_path, "a.json", content))
    assert [document.text for document in documents] == ["one"]
    assert [type(problem) for problem in problems] == [RecordError]


def test_records_larger_than_what_is_read_at_once(tmp_path: Path) -> None:
    records = [{"id": str(n), "text": f"{n} " * 50_000} for n in range(5)]
    documents, problems = read(write(tmp_path, "a.json", json.dumps(records)))
    assert [document.text for document in documents] == [record["text"] for record in records]
    assert problems == []


def test_a_record_too_large_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "a.json", json.dumps([{"text": "a" * 200_000}]))
    assert "bound for one document" in str(refused(path, limits=Limits(record_bytes=100_000)))


@pytest.mark.parametrize("content", ["", "{", "nothing", "[" * 100_000, '{"a": ' * 100_000])
def test_what_is_no_json_is_named(tmp_path: Path, content: str) -> None:
    assert isinstance(refused(write(tmp_path, "a.json", content)), FileDamaged | RecordError)


def test_lines_that_end_as_on_an_old_macintosh(tmp_path: Path) -> None:
    assert only(write(tmp_path, "a.csv", "id,text\r1,one\r")).text == "one"
