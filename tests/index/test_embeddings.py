"""Vectors that a slow model made are not made again after a rebuild that was cut off, and never used when damaged."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index import embeddings
from index.build import build_index
from index.embeddings import FOLDER, CachedEncoder, EmbeddingFile, digests_of
from index.errors import IndexUnwritable
from index.report import BuildReport
from index.settings import IndexSettings
from index.transformer import TransformerEncoder
from index.types import Vectors
from tests.fakes import FakeEncoder, write_json_lines
from tests.index.test_incremental import assert_equal

ROOT = Path(__file__).parents[2]
TEXTS = [f"Report number {n} tells of harbour {n * 7}." for n in range(60)]
PORTION = 8


class SlowModel:
    """What a TransformerEncoder has inside; notes in a file what it embeds, and after so many texts takes its time."""

    prompts: dict[str, str | None] = {}  # noqa: RUF012  # as sentence-transformers has it

    def __init__(self, noted: Path, stuck_after: int | None = None) -> None:
        self.noted = noted
        self.stuck_after = stuck_after

    def get_embedding_dimension(self) -> int:
        return FakeEncoder.dimensions

    def encode_query(self, texts: Sequence[str], **named: Any) -> Vectors:
        return FakeEncoder().encode_queries(texts)

    def encode_document(self, texts: Sequence[str], **named: Any) -> Vectors:
        with self.noted.open("a", encoding="utf-8") as stream:
            stream.writelines(f"{text!r}\n" for text in texts)
        if self.stuck_after is not None and len(embedded(self.noted)) >= self.stuck_after:
            time.sleep(60)
        return FakeEncoder().encode_passages(texts)


def slow(noted: Path, fingerprint: str = "slow-1", stuck_after: int | None = None) -> TransformerEncoder:
    return TransformerEncoder("slow", fingerprint, SlowModel(noted, stuck_after))  # type: ignore[arg-type]


def rebuild(source: Path, index: Path, encoder: TransformerEncoder | FakeEncoder) -> BuildReport:
    return build_index([source], index, IndexSettings(model="slow"), encoder, FakeEncoder())


def embedded(noted: Path) -> list[str]:
    return noted.read_text(encoding="utf-8").splitlines() if noted.exists() else []


def kept(index: Path) -> list[Path]:
    return sorted((index / FOLDER).iterdir()) if (index / FOLDER).exists() else []


@pytest.fixture
def source(tmp_path: Path) -> Path:
    records = [{"id": f"{n}", "text": text, "language": "en"} for n, text in enumerate(TEXTS)]
    path = write_json_lines(tmp_path / "source" / "texts.jsonl", records)
    os.utime(path, (0, 0))  # of a file that is just written, a rebuild notes that it may still change
    return path


@pytest.fixture(autouse=True)
def small_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embeddings, "_PORTION", PORTION)


# A rebuild of the index argv[1] from argv[2]; its model notes in argv[3] what it embeds, and gets stuck half way.
SLOW = f"""
import signal, sys
from pathlib import Path
from index import embeddings
from tests.index.test_embeddings import rebuild, slow

signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever runs the tests may ignore it
embeddings._PORTION = {PORTION}
index, source, noted = map(Path, sys.argv[1:])
rebuild(source, index, slow(noted, stuck_after={3 * PORTION}))
"""


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGINT])
def test_a_rebuild_that_is_killed_costs_no_second_embedding(source: Path, tmp_path: Path, end: signal.Signals) -> None:
    """But for the portion that was under way; and the index is the one that a rebuild without an end gives."""
    index, noted = tmp_path / "index", tmp_path / "noted"
    command = [sys.executable, "-c", SLOW, str(index), str(source), str(noted)]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL) as process:
        while len(embedded(noted)) < 3 * PORTION:
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(end)
    assert process.returncode
    rebuild(source, index, slow(noted))
    assert set(embedded(noted)) == {repr(text) for text in TEXTS}
    assert len(embedded(noted)) == len(TEXTS) + PORTION
    assert kept(index) == []
    rebuild(source, tmp_path / "fresh", slow(tmp_path / "other"))
    assert_equal(index, tmp_path / "fresh", slow(noted), FakeEncoder())  # type: ignore[arg-type]


def interrupted(source: Path, index: Path, noted: Path, monkeypatch: pytest.MonkeyPatch, after: int = 40) -> None:
    """A rebuild that ends by Ctrl-C once so many texts are embedded."""
    whole = SlowModel.encode_document

    def encode(self: SlowModel, texts: Sequence[str], **named: Any) -> Vectors:
        if len(embedded(noted)) >= after:
            raise KeyboardInterrupt
        return whole(self, texts, **named)

    with monkeypatch.context() as patch:
        patch.setattr(SlowModel, "encode_document", encode)
        with pytest.raises(KeyboardInterrupt):
            rebuild(source, index, slow(noted))
    assert len(embedded(noted)) == after


def test_an_interrupted_one_neither(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index, noted = tmp_path / "index", tmp_path / "noted"
    interrupted(source, index, noted, monkeypatch)
    report = rebuild(source, index, slow(noted))
    assert len(embedded(noted)) == len(set(embedded(noted))) == len(TEXTS)
    assert (report.embedded, report.reused) == (len(TEXTS) - 40, 40)


def cut(content: bytes) -> bytes:
    return content[:-3]


def flip(content: bytes) -> bytes:
    """A bit of the last vector."""
    return content[:-5] + bytes([content[-5] ^ 1]) + content[-4:]


def zeros(content: bytes) -> bytes:
    """What a file system may leave after the machine went off: the size, and nothing in it."""
    return content + bytes(5000)


def header(content: bytes) -> bytes:
    """The beginning of a block that says to be larger than the file."""
    return content + content[:4] + (2**31).to_bytes(4, "little") + content[8:100]


@pytest.mark.parametrize(("damage", "lost"), [(cut, PORTION), (flip, PORTION), (zeros, 0), (header, 0)])
def test_a_damaged_end_is_dropped_and_never_used(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: Any, lost: int
) -> None:
    index, noted = tmp_path / "index", tmp_path / "noted"
    interrupted(source, index, noted, monkeypatch)
    [path] = kept(index)
    path.write_bytes(damage(path.read_bytes()))
    rebuild(source, index, slow(noted))
    assert len(embedded(noted)) == len(TEXTS) + lost
    rebuild(source, tmp_path / "fresh", slow(tmp_path / "other"))
    assert_equal(index, tmp_path / "fresh", slow(noted), FakeEncoder())  # type: ignore[arg-type]


def test_what_follows_a_damaged_end_is_found_again(tmp_path: Path) -> None:
    """Blocks are added where the last whole one ends, not behind the damage."""
    encoder = slow(tmp_path / "noted")
    digests, vectors = digests_of(TEXTS), encoder.encode_passages(TEXTS)
    with EmbeddingFile.opened(tmp_path / FOLDER, encoder) as file:
        file.append(digests[:10], vectors[:10])
        file.append(digests[10:20], vectors[10:20])
    [path] = kept(tmp_path)
    path.write_bytes(path.read_bytes()[:-1])
    with EmbeddingFile.opened(tmp_path / FOLDER, encoder) as file:
        assert len(file) == 10
        file.append(digests[20:], vectors[20:])
    with EmbeddingFile.opened(tmp_path / FOLDER, encoder) as file:
        places = file.find(digests)
        assert places.tolist() == [*range(10), *[-1] * 10, *range(10, 50)]
        np.testing.assert_array_equal(file.take(places[20:]), vectors[20:])


def test_texts_are_told_apart_by_all_of_their_digest(tmp_path: Path) -> None:
    """Also by one that ends in zeros, which numpy leaves off."""
    encoder = slow(tmp_path / "noted")
    digests = np.array([b"a" * 15 + b"\0", b"a" * 15 + b"b", b"a" * 14 + b"\0\0"], "S16")
    vectors = encoder.encode_passages(TEXTS[:3])
    with EmbeddingFile.opened(tmp_path / FOLDER, encoder) as file:
        file.append(digests, vectors)
    with EmbeddingFile.opened(tmp_path / FOLDER, encoder) as file:
        np.testing.assert_array_equal(file.take(file.find(digests[::-1])), vectors[::-1])
        assert file.find(np.array([b"a" * 15], "S16"))[0] == 0  # the same sixteen bytes
        assert file.find(np.array([b"b" * 16, b""], "S16")).tolist() == [-1, -1]


def test_another_model_has_its_own(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index, noted, other = tmp_path / "index", tmp_path / "noted", tmp_path / "other"
    interrupted(source, index, noted, monkeypatch)
    rebuild(source, index, slow(other, fingerprint="slow-2"))
    assert len(embedded(other)) == len(TEXTS)
    assert kept(index) == []


def test_a_file_under_the_name_of_another_model_is_not_used(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index, noted = tmp_path / "index", tmp_path / "noted"
    interrupted(source, index, noted, monkeypatch)
    [path] = kept(index)
    with EmbeddingFile.opened(index / FOLDER, slow(noted, fingerprint="slow-2")):
        pass
    [another] = set(kept(index)) - {path}
    path.replace(another)
    with EmbeddingFile.opened(index / FOLDER, slow(noted, fingerprint="slow-2")) as file:
        assert len(file) == 0


def test_a_rebuild_that_fails_otherwise_keeps_them(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index, noted = tmp_path / "index", tmp_path / "noted"
    with monkeypatch.context() as patch:
        patch.setattr("index.build.record_files", lambda *_: (_ for _ in ()).throw(OSError("the disk is full")))
        with pytest.raises(IndexUnwritable):
            rebuild(source, index, slow(noted))
    rebuild(source, index, slow(noted))
    assert len(embedded(noted)) == len(TEXTS)


def test_a_static_model_keeps_none(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """To embed anew costs less than to write and to read."""
    monkeypatch.setattr(EmbeddingFile, "opened", None)
    rebuild(source, tmp_path / "index", FakeEncoder("slow"))
    assert kept(tmp_path / "index") == []


def test_it_waits_for_the_disk_now_and_then_and_at_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[int] = []
    whole = os.fsync

    def fsync(number: int) -> None:
        waits.append(number)
        whole(number)

    monkeypatch.setattr(os, "fsync", fsync)
    clock = [0.0]
    monkeypatch.setattr(embeddings, "monotonic", lambda: clock[0])
    encoder = slow(tmp_path / "noted")
    with EmbeddingFile.opened(tmp_path / FOLDER, encoder) as file:
        cached = CachedEncoder(encoder, file)
        for now in (1.0, 9.0, 11.0, 12.0, 20.0, 22.0):
            clock[0] = now
            cached.encode_passages([f"at {now}"])
        assert len(waits) == 2
    assert len(waits) == 3
