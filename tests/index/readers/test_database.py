"""Rows of SQLite and PostgreSQL tables are documents; a password is never shown."""

import datetime
import os
import shutil
import socket
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pytest

from index.errors import ColumnsUnknown, RecordError, SourceNotFound, TableUnreadable
from index.readers import Limits, read_sources, shown
from index.types import RawDocument
from tests.index.readers.reading import read, refused


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "news.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute(
            'CREATE TABLE "my articles" (id INTEGER, headline TEXT, body TEXT, published TEXT, extra BLOB)'
        )
        rows = [
            (7, "عنوان", "نص الخبر", "2024-03-11", b"x"),
            (8, None, "دوسری خبر", None, None),
            (9, "t", None, None, None),
        ]
        database.executemany('INSERT INTO "my articles" VALUES (?, ?, ?, ?, ?)', rows)
        database.execute("CREATE TABLE numbers (n INTEGER)")
        database.commit()
    return path


def test_a_table_of_sqlite(path: Path) -> None:
    """Columns are known by other names too; a row without a text is reported."""
    documents, problems = read(f"sqlite:///{path}?table=my+articles")
    assert documents == [
        RawDocument("7", "نص الخبر", "عنوان", date="2024-03-11", origin=f"sqlite:///{path}, row 1"),
        RawDocument("8", "دوسری خبر", origin=f"sqlite:///{path}, row 2"),
    ]
    assert [type(problem) for problem in problems] == [RecordError]
    assert "row 3" in str(problems[0])


def test_a_query_of_sqlite(path: Path) -> None:
    query = quote('SELECT body AS text FROM "my articles" WHERE id < 9 ORDER BY id DESC')
    documents, problems = read(f"sqlite:///{path}?query={query}")
    assert [(document.id, document.text) for document in documents] == [
        ("news.db/query#1", "دوسری خبر"),
        ("news.db/query#2", "نص الخبر"),
    ]
    assert problems == []


@pytest.mark.parametrize(
    ("query", "kind", "words"),
    [
        ("table=numbers", ColumnsUnknown, 'expected one named "text", "body" or "content", found n'),
        ("table=gone", TableUnreadable, "it has my articles, numbers"),
        ("query=SELEC", TableUnreadable, "syntax error"),
        ("query=DROP TABLE numbers", TableUnreadable, "readonly"),
        ("query=SELECT 1; SELECT 2", TableUnreadable, "one statement"),
    ],
)
def test_what_is_wrong_is_said(path: Path, query: str, kind: type[Exception], words: str) -> None:
    problem = refused(f"sqlite:///{path}?{query}")
    assert isinstance(problem, kind)
    assert words in str(problem)


def test_a_database_that_is_not_there(tmp_path: Path) -> None:
    assert "there is no file" in str(refused(f"sqlite:///{tmp_path}/gone.db?table=a"))


def test_cells_in_windows_1256_and_cells_too_long(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE a (id TEXT, text TEXT)")
        database.execute("INSERT INTO a VALUES ('1', CAST(? AS TEXT))", ("خبر عاجل من بغداد".encode("cp1256"),))
        database.execute("INSERT INTO a VALUES ('2', ?)", ("a" * 5000,))
        database.commit()
    documents, problems = read(f"sqlite:///{path}?table=a", limits=Limits(record_bytes=1000))
    assert [document.text for document in documents] == ["خبر عاجل من بغداد"]
    assert isinstance(problems[0], RecordError)
    assert problems[0].line == 2


@pytest.mark.parametrize("query", ["", "?table=a&query=b", "?tabel=a"])
def test_a_url_that_names_no_table_is_an_error_before_anything_is_read(query: str) -> None:
    with pytest.raises(SourceNotFound, match=r"sqlite:///path\?table=NAME"):
        list(read_sources([f"sqlite:///a.db{query}"], lambda problem: None))


def test_a_database_file_asks_for_a_table(path: Path) -> None:
    assert "?table=NAME (it has my articles, numbers)" in str(refused(path))


def test_a_password_is_not_shown() -> None:
    url = "postgresql://ada:s3cr%40t@127.0.0.1:1/news?table=articles"
    assert shown(url) == "postgresql://ada@127.0.0.1:1/news"
    problem = refused(url)
    assert isinstance(problem, TableUnreadable)
    assert "s3cr" not in str(problem)
    assert problem.__cause__ is None


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a PostgreSQL server with a user `ada`."""
    binaries = [shutil.which(name) for name in ("initdb", "pg_ctl", "psql")]
    if not all(binaries):
        pytest.skip("no PostgreSQL server is installed")
    initdb, pg_ctl, psql = map(str, binaries)
    folder = tmp_path_factory.mktemp("postgres")
    as_user: list[str] = []
    if os.getuid() == 0:  # the server refuses to run as root
        runuser = shutil.which("runuser")
        if not runuser or subprocess.run(["id", "postgres"], capture_output=True).returncode:
            pytest.skip("no user postgres to run a PostgreSQL server")
        for parent in (folder, *list(folder.parents)[:2]):
            parent.chmod(0o755)
        shutil.chown(folder, "postgres")
        as_user = [runuser, "-u", "postgres", "--"]
    data = folder / "data"

    def run(*command: str) -> None:
        subprocess.run([*as_user, *command], check=True, capture_output=True, cwd=folder, timeout=120)

    run(initdb, "-D", str(data), "-U", "postgres", "--auth=trust", "-E", "UTF8", "--no-sync")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    run(pg_ctl, "-D", str(data), "-w", "-l", str(folder / "log"), "-o", f"-p {port} -k {folder} -h 127.0.0.1", "start")
    try:
        run(
            psql,
            "-h",
            str(folder),
            "-p",
            port,
            "-U",
            "postgres",
            "-c",
            "CREATE ROLE ada LOGIN PASSWORD 's3cret' SUPERUSER",
        )
        yield f"postgresql://ada:s3cret@127.0.0.1:{port}/postgres"
    finally:
        run(pg_ctl, "-D", str(data), "-m", "immediate", "stop")


def test_tables_and_queries_of_postgresql(server: str) -> None:
    import psycopg

    with psycopg.connect(server) as database:
        database.execute("CREATE TABLE articles (id int, title text, content text, published_at timestamptz)")
        database.execute(
            "INSERT INTO articles VALUES (1, 'عنوان', 'نص الخبر', '2024-03-11T08:00Z'), (2, NULL, 'خبر', NULL)"
        )
    documents, problems = read(f"{server}?table=public.articles")
    assert problems == []
    assert [(document.id, document.title, document.text) for document in documents] == [
        ("1", "عنوان", "نص الخبر"),
        ("2", "", "خبر"),
    ]
    assert datetime.datetime.fromisoformat(documents[0].date).date() == datetime.date(2024, 3, 11)
    assert documents[0].origin == f"{shown(f'{server}?table=articles')}, row 1"
    many = quote("SELECT n AS id, 'خبر ' || n AS body FROM generate_series(1, 1000) n WHERE n % 2 = 0 ORDER BY n")
    documents, problems = read(f"{server}?query={many}")
    assert (len(documents), documents[-1].text, problems) == (500, "خبر 1000", [])
    assert "s3cret" not in str(refused(f"{server}?query=SELECT 1 AS text, s3cret FROM gone"))
    assert "syntax error" in str(refused(f"{server}?query=DELETE FROM articles RETURNING content"))
