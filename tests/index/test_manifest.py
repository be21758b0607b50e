"""The manifest records every file of a generation and finds the one that differs."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import xxhash

from index.errors import IndexCorrupt, IndexIncompatible
from index.manifest import FileRecord, Manifest, record_files
from index.settings import FORMAT, IndexSettings

CONTENTS = {"documents.db": b"documents", "vectors/ar.faiss": bytes(range(256)), "lexical/ar/rows.npy": b""}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A generation of three files with its manifest."""
    for name, content in CONTENTS.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    manifest_of(tmp_path).write(tmp_path)
    return tmp_path


def manifest_of(folder: Path) -> Manifest:
    return Manifest(
        format=FORMAT,
        generation="20230926T100000-abc",
        created="2023-09-26T10:00:00+00:00",
        settings=IndexSettings().to_json(),
        model="نموذج",
        model_fingerprint="f1",
        dimensions=8,
        vocabulary_fingerprint="f2",
        code="c1",
        documents=3,
        counts={"ar": {"documents": 2, "chunks": 5}, "en": {"documents": 1, "chunks": 1}},
        files=record_files(folder),
    )


def test_every_file_but_the_manifest_is_recorded(folder: Path) -> None:
    assert record_files(folder) == {
        name: FileRecord(len(content), xxhash.xxh3_128_hexdigest(content)) for name, content in CONTENTS.items()
    }


def test_a_manifest_comes_back_from_the_disk(folder: Path) -> None:
    manifest = Manifest.read(folder)
    assert manifest == manifest_of(folder)
    manifest.check_sizes(folder)
    manifest.check_contents(folder)


@pytest.mark.parametrize("name", sorted(CONTENTS))
def test_one_flipped_bit_is_found_and_its_file_named(folder: Path, name: str) -> None:
    """Its size is as before, so only the full check can tell."""
    content = bytearray(CONTENTS[name] or b"\0")
    if CONTENTS[name]:
        content[len(content) // 2] ^= 0b100
    (folder / name).write_bytes(content)
    with pytest.raises(IndexCorrupt, match=f"{folder / name}.* rebuild the index or roll back"):
        Manifest.read(folder).check_contents(folder)


def test_any_flipped_bit_of_the_manifest_itself_is_found_and_named(folder: Path) -> None:
    """In every byte. What is only said of the index, as when it was made, is covered too."""
    path = folder / "manifest.json"
    content = path.read_bytes()
    assert b'"created": "2023-09-26' in content
    for place in range(0, len(content) * 8, 7):
        altered = bytearray(content)
        altered[place // 8] ^= 1 << place % 8
        path.write_bytes(altered)
        with pytest.raises(IndexCorrupt, match=r"manifest\.json .*; rebuild the index or roll back"):
            Manifest.read(folder)


@pytest.mark.parametrize("kept", [0, 1, 100, -90, -70, -30, -2, -1])
def test_a_manifest_cut_short_is_corrupt(folder: Path, kept: int) -> None:
    path = folder / "manifest.json"
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(IndexCorrupt, match=r"manifest\.json"):
        Manifest.read(folder)


def test_an_older_manifest_without_a_checksum_is_of_another_format(folder: Path) -> None:
    (folder / "manifest.json").write_text(json.dumps({"format": FORMAT - 1, "generation": "20230926T100000-abc"}))
    with pytest.raises(IndexIncompatible, match=f"has format {FORMAT - 1}, this version reads {FORMAT}; rebuild"):
        Manifest.read(folder)


def test_another_size_is_found_at_once(folder: Path) -> None:
    (folder / "documents.db").write_bytes(b"document")
    with pytest.raises(IndexCorrupt, match=r"documents\.db has 8 bytes instead of 9; rebuild the index or roll back"):
        Manifest.read(folder).check_sizes(folder)


def test_a_missing_file_is_found_at_once(folder: Path) -> None:
    (folder / "vectors" / "ar.faiss").unlink()
    with pytest.raises(IndexCorrupt, match=r"ar\.faiss is missing"):
        Manifest.read(folder).check_sizes(folder)


def test_another_format_is_refused(folder: Path) -> None:
    replace(manifest_of(folder), format=FORMAT + 1).write(folder)
    with pytest.raises(IndexIncompatible, match=f"has format {FORMAT + 1}, this version reads {FORMAT}; rebuild"):
        Manifest.read(folder)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"7",
        b"null",
        b"{}",
        b"\xff\xfe",
        json.dumps({"format": FORMAT}).encode(),
        json.dumps({"format": FORMAT, "files": []}).encode(),
    ],
)
def test_a_broken_manifest_is_corrupt(folder: Path, content: bytes) -> None:
    (folder / "manifest.json").write_bytes(content)
    with pytest.raises(IndexCorrupt, match=r"manifest\.json cannot be read"):
        Manifest.read(folder)


def test_a_missing_manifest_is_corrupt(folder: Path) -> None:
    (folder / "manifest.json").unlink()
    with pytest.raises(IndexCorrupt, match=r"manifest\.json cannot be read"):
        Manifest.read(folder)
