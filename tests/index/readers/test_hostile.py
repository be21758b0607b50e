"""Files made to do harm cost one sentence: no crash, no hang, little memory."""

import bz2
import gzip
import io
import lzma
import os
import resource
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from index.errors import FileDamaged, FileProtected, LimitExceeded, RecordError
from index.readers import Limits, guard
from index.readers.item import Item
from scripts.fuzzing.seeds import html, json_lines, tarred, text, warc_response, zipped, zstd
from tests.index.readers.reading import only, read, refused

MEBIBYTE = 1 << 20
ZEROS = bytes(64 * MEBIBYTE)


@pytest.mark.parametrize(
    "pack",
    [lambda data: gzip.compress(data, 1), lambda data: lzma.compress(data, preset=0), bz2.compress, zstd.compress],
    ids=["gz", "xz", "bz2", "zst"],
)
@pytest.mark.parametrize("name", ["a.jsonl", "a.txt"])
def test_a_bomb_is_refused_before_it_goes_off(tmp_path: Path, pack: Callable[[bytes], bytes], name: str) -> None:
    """Of a bomb no more is unpacked than the bound allows; what it says is not trusted."""
    path = tmp_path / name
    path.write_bytes(pack(ZEROS.replace(b"\x00", b" ")))
    documents, problems = read(path)
    assert documents == []
    assert isinstance(problems[-1], LimitExceeded)
    assert str(path) in str(problems[-1])


@pytest.mark.parametrize("name", ["a.zip", "a.docx", "a.epub"])
def test_a_zip_bomb_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    members = {"mimetype": b"x", "[Content_Types].xml": b"<a/>", "word/document.xml": ZEROS}
    path.write_bytes(zipped(members if name != "a.zip" else {"first": b"", "b.txt": ZEROS, "c.txt": b"never read"}))
    problem = refused(path)
    assert isinstance(problem, LimitExceeded)


def test_a_zip_bomb_within_a_zip_file_within_a_tar_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.tar.gz"
    inner = zipped({"first.txt": b"x", "b.txt": ZEROS})
    path.write_bytes(gzip.compress(tarred({"outer.zip": zipped({"x": b"", "inner.zip": inner}), "good.txt": text()})))
    documents, problems = read(path)
    assert [document.id for document in documents] == ["a.tar.gz/outer.zip/inner.zip/first.txt", "a.tar.gz/good.txt"]
    assert [type(problem) for problem in problems] == [LimitExceeded]


def test_members_that_share_their_bytes_are_counted_each(tmp_path: Path) -> None:
    """Many names for one packed block make a small file that unpacks to a large one."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("0.txt", b"sea " * 100_000)
        first = archive.infolist()[0]
        for n in range(1, 400):
            copy = zipfile.ZipInfo(f"{n}.txt")
            copy.header_offset, copy.CRC, copy.compress_type = first.header_offset, first.CRC, first.compress_type
            copy.compress_size, copy.file_size = first.compress_size, first.file_size
            archive.filelist.append(copy)
    path = tmp_path / "a.zip"
    path.write_bytes(stream.getvalue())
    documents, problems = read(path)
    assert len(documents) < 100
    assert problems


def test_packed_too_often(tmp_path: Path) -> None:
    data = text()
    for _ in range(8):
        data = gzip.compress(data)
    path = tmp_path / "a.txt.gz"
    path.write_bytes(data)
    assert "packed more than 5 times over" in str(refused(path))


@pytest.mark.parametrize("size", [5, 10])
def test_too_many_members(tmp_path: Path, size: int) -> None:
    limits = Limits(members=size)
    for name, pack in (("a.zip", zipped), ("a.tar", tarred)):
        (tmp_path / name).write_bytes(pack({f"{n}.txt": b"word" for n in range(10)}))
        documents, problems = read(tmp_path / name, limits=limits)
        assert len(problems) == (size < 10)
        assert len(documents) <= 10


def test_a_list_of_members_too_long_to_hold(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(zipped({f"{n:05}.txt": b"word" for n in range(100)}))
    assert "too many members to list" in str(refused(path, limits=Limits(directory_bytes=1000)))


def test_a_member_with_a_password_is_named_and_the_others_read(tmp_path: Path) -> None:
    data = bytearray(zipped({"a.txt": b"open words", "b.txt": b"closed words"}))
    central = data.rindex(b"PK\x01\x02")
    local = data.rindex(b"PK\x03\x04")
    for place in (central + 8, local + 6):
        data[place] |= 1
    path = tmp_path / "a.zip"
    path.write_bytes(data)
    documents, problems = read(path)
    assert [document.id for document in documents] == ["a.zip/a.txt"]
    assert [type(problem) for problem in problems] == [FileProtected]


def test_names_of_members_in_the_encoding_of_an_old_windows(tmp_path: Path) -> None:
    data = zipped({"abcde.txt": b"one", "fghij.txt": b"two"}).replace(b"fghij", "أخبار".encode("cp1256"))
    path = tmp_path / "a.zip"
    path.write_bytes(data)
    assert [document.id for document in read(path)[0]] == ["a.zip/abcde.txt", "a.zip/أخبار.txt"]


def test_names_that_climb_out_stay_below_their_archive(tmp_path: Path) -> None:
    path = tmp_path / "a.tar"
    path.write_bytes(tarred({"../../etc/a.txt": b"one", "/b.txt": b"two", "./c.txt": b"three"}))
    assert [document.id for document in read(path)[0]] == ["a.tar/etc/a.txt", "a.tar/b.txt", "a.tar/c.txt"]


def test_hidden_members_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(zipped({"x.txt": b"word", ".DS_Store": b"x", "__MACOSX/._x.txt": b"x", ".git/a.txt": b"x"}))
    assert only(path).id == "a.zip/x.txt"


@pytest.mark.parametrize("suffix", [".jsonl", ".csv", ".txt", ".html", ".json"])
def test_a_line_of_two_hundred_megabytes(tmp_path: Path, suffix: str) -> None:
    """Is reported, with the place, without being held."""
    path = tmp_path / f"a{suffix}"
    with path.open("wb") as stream:
        stream.write(
            {".csv": b"id,text\n1,good\n2,", ".jsonl": json_lines() + b'{"text": "', ".json": b'[{"text": "'}.get(
                suffix, b""
            )
        )
        for _ in range(200):
            stream.write(b"a" * MEBIBYTE)
        if suffix == ".csv":
            stream.write(b"\n3,good\n")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    documents, problems = read(path)
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) < 400 * 1024
    assert len(documents) == {".csv": 2, ".jsonl": 3}.get(suffix, 0)
    [problem] = problems
    assert "32 MiB" in str(problem)


def test_a_line_that_is_too_long_is_passed_over_and_the_next_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"text": "' + b"a" * 200 + b'"}\n{"id": "x", "text": "t"}\n')
    documents, problems = read(path, limits=Limits(record_bytes=100))
    assert [document.id for document in documents] == ["x"]
    assert isinstance(problems[0], RecordError)
    assert problems[0].line == 1


@pytest.mark.parametrize("name", ["a.txt", "a.html", "a.jsonl", "a.csv"])
def test_nul_bytes_are_no_text(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b'{"text": "a\x00b"}\n')
    documents, problems = read(tmp_path)
    assert documents == []
    assert problems


def test_a_page_in_a_crawl_that_is_too_long_is_named_and_the_others_read(tmp_path: Path) -> None:
    path = tmp_path / "a.warc"
    pages = [("https://a.example/1", html()), ("https://a.example/2", b"x" * 5000), ("https://a.example/3", html())]
    path.write_bytes(b"".join(warc_response(url, "text/html", page) for url, page in pages))
    documents, problems = read(path, limits=Limits(record_bytes=4000))
    assert [document.id for document in documents] == ["https://a.example/1", "https://a.example/3"]
    assert [type(problem) for problem in problems] == [LimitExceeded]


def test_entities_that_multiply_do_not(tmp_path: Path) -> None:
    path = tmp_path / "a.rss"
    entities = "".join(
        f'<!ENTITY a{n} "{"&a" + str(n - 1) + ";" if n else "ha"}{(f"&a{n - 1};") * 9 if n else ""}">'
        for n in range(12)
    )
    path.write_text(
        f'<?xml version="1.0"?><!DOCTYPE rss [{entities}]><rss version="2.0"><channel><title>t</title>'
        "<item><title>x</title><description>&a11;</description></item></channel></rss>"
    )
    documents, problems = read(path)
    assert problems or all(len(document.text) < 1000 for document in documents)


def test_a_table_of_many_columns_and_a_broken_quote(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('id,text\n1,good\n2,"never closed\n3,x\n' + "," * 100_000, encoding="utf-8")
    documents, _ = read(path)
    assert documents[0].text == "good"


class TestGuard:
    """A parser that hangs, eats memory or dies takes only its own process with it."""

    LIMITS = Limits(step_seconds=1.0, patience_seconds=2.0)

    def read_with(self, tmp_path: Path, code: str, monkeypatch: pytest.MonkeyPatch) -> list[Exception]:
        """Read a page while trafilatura is another program's."""
        (tmp_path / "trafilatura.py").write_text(f"import os, time, sys\ndef bare_extraction(*a, **k):\n    {code}\n")
        monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
        guard.stop_all()
        page, good = tmp_path / "a.html", tmp_path / "b.txt"
        page.write_bytes(html())
        good.write_bytes(text())
        documents, problems = read(page, good, limits=self.LIMITS)
        guard.stop_all()
        assert [document.id for document in documents] == ["b.txt"]
        return list(problems)

    @pytest.mark.parametrize(
        ("code", "kind", "words"),
        [
            ("while True: pass", LimitExceeded, "takes more than 1 seconds to read"),
            ("time.sleep(60)", LimitExceeded, "takes more than 1 seconds to read"),
            ("x = [bytes(10**8) for _ in range(100)]", LimitExceeded, "more memory to read"),
            ("os.abort()", FileDamaged, "its reader broke down over it (status -6)"),
            ("raise AttributeError('no such part')", FileDamaged, "AttributeError: no such part"),
        ],
    )
    def test_it_is_named(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, kind: type[Exception], words: str
    ) -> None:
        [problem] = self.read_with(tmp_path, code, monkeypatch)
        assert isinstance(problem, kind)
        assert str(problem).startswith(str(tmp_path / "a.html"))
        assert words in str(problem)

    def test_nothing_is_imported_from_where_one_is(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A folder of documents may hold a file named as a parser is."""
        (tmp_path / "trafilatura.py").write_text("import pathlib; pathlib.Path('run').touch(); raise SystemExit")
        (tmp_path / "a.html").write_bytes(html())
        monkeypatch.chdir(tmp_path)
        guard.stop_all()
        assert only(Path("a.html")).title
        assert not (tmp_path / "run").exists()

    def test_one_process_serves_many_files_and_is_gone_in_the_end(self, tmp_path: Path) -> None:
        guard.stop_all()
        for n in range(20):
            (tmp_path / f"{n}.html").write_bytes(html())
        documents, problems = read(tmp_path)
        assert (len(documents), problems) == (20, [])
        assert len(guard._idle) == 1

    def test_nobody_has_to_read_to_the_end(self, tmp_path: Path) -> None:
        path = tmp_path / "a.rss"
        from scripts.fuzzing.seeds import feed

        path.write_bytes(feed())
        with path.open("rb") as stream:
            reading = guard.read("feed", Item("a.rss", path, stream, local=path), lambda problem: None)
            next(reading)
            reading.close()
        assert len(read(path)[0]) == 3


MEASURE = """
import json, resource, sys
from pathlib import Path
from index.readers import read_sources
count = sum(1 for _ in read_sources([Path(sys.argv[1])], lambda problem: sys.exit(str(problem))))
print(json.dumps([count, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss]))
"""


def peak(path: Path) -> tuple[int, int]:
    """How many documents a file has, and the most memory that reading took, in KiB."""
    done = subprocess.run([sys.executable, "-c", MEASURE, str(path)], capture_output=True, text=True, check=True)
    count, memory = done.stdout.strip("[]\n").split(",")
    return int(count), int(memory)


def test_a_member_without_a_name_is_reported_and_the_others_are_read(tmp_path: Path) -> None:
    """A name that begins with NUL is none to Python's zipfile, whose own question for it fails."""
    path = tmp_path / "a.zip"
    path.write_bytes(zipped({"a.txt": b"open words", "b.txt": b"more words"}).replace(b"b.txt", b"\x00.txt"))
    documents, problems = read(path)
    assert [document.id for document in documents] == ["a.zip/a.txt"]
    assert [str(problem) for problem in problems] == [
        f"{path}: holds a member without a name; fetch it again and rebuild"
    ]


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv", "a.jsonl.gz", "a.json", "a.zip", "a.tar"])
def test_memory_does_not_grow_with_a_file(tmp_path: Path, name: str) -> None:
    """Fifty times as many records take no more memory; 16 MiB are left to the allocator."""
    used = []
    for records in (400, 20_000):
        path = tmp_path / str(records) / name
        path.parent.mkdir()
        path.write_bytes(made(name, records))
        count, memory = peak(path)
        assert count == records
        used.append(memory)
    assert used[1] - used[0] < 16 * 1024


def made(name: str, records: int) -> bytes:
    words = "the ferry sails again " * 60
    if name.endswith(".csv"):
        return b"id,text\n" + b"".join(f"{n},{words} {n}\n".encode() for n in range(records))
    if name in ("a.zip", "a.tar"):
        pack = {"a.zip": zipped, "a.tar": tarred}[name]
        return pack(
            {f"{n}.jsonl": made("a.jsonl", 200).replace(b'"n', f'"{n}-'.encode()) for n in range(records // 200)}
        )
    lines = [f'{{"id": "n{n}", "text": "{words} {n * 7919 % 10_007}"}}' for n in range(records)]
    if name.endswith(".json"):
        return f"[{','.join(lines)}]".encode()
    data = ("\n".join(lines) + "\n").encode()
    return gzip.compress(data, 1) if name.endswith(".gz") else data


def test_a_zip_file_of_a_version_to_come(tmp_path: Path) -> None:
    data = bytearray(zipped({"a.txt": b"words"}))
    data[data.rindex(b"PK\x01\x02") + 6] = 127
    path = tmp_path / "a.zip"
    path.write_bytes(data)
    assert isinstance(refused(path), FileDamaged)
