"""A folder is walked in one order; what is no file, or leads in a circle, is left alone."""

import os
from pathlib import Path

import pytest

from tests.index.readers.reading import read, refused


def put(path: Path, content: str = "word") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return path


def ids(*sources: Path) -> list[str]:
    documents, problems = read(*sources)
    assert problems == []
    return [document.id for document in documents]


def test_folders_that_lead_in_a_circle(tmp_path: Path) -> None:
    put(tmp_path / "a" / "x.txt")
    (tmp_path / "a" / "again").symlink_to(tmp_path)
    (tmp_path / "b").symlink_to(tmp_path / "a")
    assert ids(tmp_path) == ["a/x.txt"]


def test_a_folder_elsewhere_is_followed(tmp_path: Path) -> None:
    put(tmp_path / "elsewhere" / "x.txt")
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "linked").symlink_to(tmp_path / "elsewhere")
    assert ids(tmp_path / "here") == ["linked/x.txt"]


def test_pipes_are_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.txt")
    put(tmp_path / "b.txt")
    assert ids(tmp_path) == ["b.txt"]
    assert "neither a file nor a folder" in str(refused(tmp_path / "a.txt"))


def test_hidden_files_are_read_only_when_named(tmp_path: Path) -> None:
    put(tmp_path / ".hidden.txt")
    put(tmp_path / ".git" / "x.txt")
    put(tmp_path / "seen.txt")
    assert ids(tmp_path) == ["seen.txt"]
    assert ids(tmp_path / ".hidden.txt") == [".hidden.txt"]


def test_a_deep_tree(tmp_path: Path) -> None:
    deep = tmp_path
    for _ in range(400):
        deep = deep / "d"
    deep.mkdir(parents=True)
    put(deep / "x.txt")
    assert ids(tmp_path) == ["d/" * 400 + "x.txt"]


def test_names_that_are_no_utf8(tmp_path: Path) -> None:
    """Their ids have a mark of replacement instead: an id is written as UTF-8."""
    (Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xc7\xce.txt"))).write_text("word")
    [document] = read(tmp_path)[0]
    assert document.id.encode()


@pytest.mark.skipif(os.getuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_named(tmp_path: Path) -> None:
    put(tmp_path / "a.txt").chmod(0)
    put(tmp_path / "b.txt")
    documents, problems = read(tmp_path)
    assert [document.id for document in documents] == ["b.txt"]
    assert len(problems) == 1
