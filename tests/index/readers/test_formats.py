"""A small file of every format gives the same three articles."""

import gzip
import sys
from collections.abc import Iterator
from pathlib import Path
from unicodedata import normalize

import pytest

from index.errors import FileDamaged, FileProtected, ReaderMissing, SourceError
from index.readers import EXPECTED, registry, warc
from index.readers.item import Item
from scripts.fuzzing import seeds
from scripts.fuzzing.pdf import pages
from scripts.fuzzing.seeds import ARTICLES, SEEDS, Article
from tests.index.readers.reading import only, read, refused

RECORDS = ["a.jsonl", "a.json", "a.csv", "a.tsv", "a.parquet", "a.jsonl.zst", "a.jsonl.bz2", "a.jsonl.xz"]


def write(folder: Path, name: str) -> Path:
    path = folder / name
    path.write_bytes(SEEDS[name]())
    return path


def read_here(item: Item) -> Iterator[object]:
    """What a reader finds, without a process of its own."""
    kind = registry.recognise(item.name, item.stream.peek(registry.HEAD))
    return kind.read(item, lambda problem: None) if kind else warc.pages(item, lambda problem: None)


def words(text: str) -> list[str]:
    return normalize("NFC", text).split()


@pytest.mark.parametrize("name", RECORDS)
def test_records_bring_all_their_fields(tmp_path: Path, name: str) -> None:
    documents, problems = read(write(tmp_path, name))
    assert problems == []
    found = [Article(d.id, d.title, d.text, d.language, d.url, d.date, d.source) for d in documents]
    assert found == list(ARTICLES)
    assert len({document.origin for document in documents}) == 3


@pytest.mark.parametrize("name", ["a.rss", "a.atom", "a.warc", "a.warc.gz"])
def test_feeds_and_crawls_bring_what_they_know(tmp_path: Path, name: str) -> None:
    documents, problems = read(write(tmp_path, name))
    assert problems == []
    assert [document.title for document in documents] == [article.title for article in ARTICLES]
    assert [document.url for document in documents] == [article.url for article in ARTICLES]
    for document, article in zip(documents, ARTICLES, strict=True):
        assert article.text.split("\n")[0] in document.text
        assert article.text.split("\n")[1] in document.text
        assert "<" not in document.text
        assert document.date
        assert document.source


def test_a_language_of_a_whole_feed_is_not_that_of_each_entry(tmp_path: Path) -> None:
    """The feed says that it is in English."""
    assert [document.language for document in read(write(tmp_path, "a.atom"))[0]] == ["en", "", ""]


def test_ids_of_feeds_and_crawls(tmp_path: Path) -> None:
    """An entry has its guid, a page its address."""
    assert [d.id for d in read(write(tmp_path, "a.rss"))[0]] == ["en-1", "ar-1", "ur-1"]
    assert [d.id for d in read(write(tmp_path, "a.warc"))[0]] == [article.url for article in ARTICLES]


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a-16.txt", "a.txt.gz"])
def test_a_text_is_one_document(tmp_path: Path, name: str) -> None:
    document = only(write(tmp_path, name))
    assert document.id == name
    assert document.text.encode() == seeds.text()


@pytest.mark.parametrize("name", ["a.pdf", "a.docx", "a.epub"])
def test_a_paper_is_one_document_with_all_words_in_order(tmp_path: Path, name: str) -> None:
    document = only(write(tmp_path, name))
    assert document.id == name
    rest = document.text
    for article in ARTICLES:
        for line in (article.title, *article.text.split("\n")):
            position = " ".join(words(rest)).find(" ".join(words(line)))
            assert position >= 0, line
            rest = " ".join(words(rest))[position:]


def test_a_word_file_keeps_its_tables_and_its_title(tmp_path: Path) -> None:
    document = only(write(tmp_path, "a.docx"))
    assert document.title == ARTICLES[0].title
    assert document.text.endswith("Cost | 3.4 million")


def test_a_book_says_what_it_is(tmp_path: Path) -> None:
    document = only(write(tmp_path, "a.epub"))
    assert (document.title, document.language, document.date, document.source) == (
        "Harbour news",
        "",  # most of it is not in English
        "2024-03-13",
        "Harbour Gazette",
    )


@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tar.gz"])
def test_members_of_archives_are_files_below_them(tmp_path: Path, name: str) -> None:
    documents, problems = read(write(tmp_path, name))
    assert problems == []
    assert [document.id for document in documents] == [
        f"{name}/day/a.txt",
        "en-1",
        "ar-1",
        "ur-1",
        f"{name}/c.html",
    ]
    assert documents[0].origin == str(tmp_path / name / "day" / "a.txt")
    assert documents[2].origin == f"{tmp_path / name / 'b.jsonl'}, line 2"


@pytest.mark.parametrize(
    "name", ["a.pdf", "a.parquet", "a.docx", "a.epub", "a.warc", "a.rss", "a.html", "a.zip", "a.tar"]
)
def test_a_file_is_known_by_its_content_whatever_its_name(tmp_path: Path, name: str) -> None:
    (tmp_path / "download").write_bytes(SEEDS[name]())
    documents, problems = read(tmp_path)
    assert problems == []
    assert len(documents) == len(read(write(tmp_path.parent, name))[0])


@pytest.mark.parametrize("name", [name for name in SEEDS if name not in ("a.db", "a-16.txt")])
def test_every_format_may_be_packed(tmp_path: Path, name: str) -> None:
    (tmp_path / f"{name}.gz").write_bytes(gzip.compress(SEEDS[name]()))
    documents, problems = read(tmp_path)
    assert problems == []
    assert documents


@pytest.mark.parametrize("suffix", [".parquet", ".pdf", ".docx", ".epub", ".zip", ".gz", ".zst", ".bz2", ".xz"])
@pytest.mark.parametrize("data", [b"", b"no such file", bytes(range(256)) * 40], ids=["empty", "text", "bytes"])
def test_what_is_not_what_its_name_says_is_reported(tmp_path: Path, suffix: str, data: bytes) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(data)
    problem = refused(path)
    assert isinstance(problem, SourceError)
    assert str(problem).startswith(f"{path}: ")
    assert ";" in str(problem)  # what to do next


@pytest.mark.parametrize("name", [name for name in SEEDS if not name.startswith("a-")])
def test_a_file_cut_in_half_is_read_in_part_or_reported(tmp_path: Path, name: str) -> None:
    """And never is an error of another kind."""
    data = SEEDS[name]()
    (tmp_path / name).write_bytes(data[: len(data) // 2])
    documents, problems = read(tmp_path)
    assert documents or problems


@pytest.mark.parametrize("name", ["a.parquet", "a.docx", "a.epub", "a.zip"])
def test_a_cut_package_is_damaged(tmp_path: Path, name: str) -> None:
    data = SEEDS[name]()
    (tmp_path / name).write_bytes(data[: len(data) // 2])
    assert isinstance(refused(tmp_path), FileDamaged)


def test_a_pdf_with_a_password_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(pages([["secret"]], password="open"))
    problem = refused(path)
    assert isinstance(problem, FileProtected)
    assert str(problem) == f"{path}: opens only with a password; save it without one and rebuild"


def test_a_word_file_with_a_password_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504))
    assert isinstance(refused(path), FileProtected)


def test_a_pdf_without_text_asks_for_ocr(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(pages([[]]))
    assert "(OCR)" in str(refused(path))


@pytest.mark.parametrize(
    ("name", "module", "extra"),
    [
        ("a.pdf", "pypdfium2", "pdf"),
        ("a.parquet", "pyarrow", "parquet"),
        ("a.docx", "docx", "office"),
        ("a.rss", "feedparser", "web"),
        ("a.warc", "warcio.archiveiterator", "web"),
    ],
)
def test_a_missing_package_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, module: str, extra: str
) -> None:
    path = write(tmp_path, name)
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ReaderMissing) as caught, path.open("rb") as stream:
        list(read_here(Item(name, path, stream)))
    package = module.partition(".")[0]
    assert str(caught.value) == (
        f"{path}: reading it needs the package {package}; run pip install 'hudhud[{extra}]' and rebuild"
    )


def test_the_names_that_are_read_are_told() -> None:
    for name in SEEDS:
        assert Path(name).suffix in EXPECTED or name == "a.db"
