"""hudhud rebuild: what it says, and what it leaves as it is."""

import json
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from index.generations import Generations
from search.searcher import Searcher
from tests.fakes import FakeEncoder, write_json_lines
from tests.scripts.running import ROOT, Run, assert_one_sentence


def test_rebuild_says_what_it_did(tmp_path: Path, source: Path, run: Run) -> None:
    first = run("rebuild-index", source, "--index", tmp_path / "index")
    assert first.status == 0
    assert first.err == ""
    lines = first.out.splitlines()
    assert lines[0] == "indexed 8 documents (en 3, ar 2, ur 2, und 1) in 8 chunks"
    assert lines[1] == "  0 unchanged, 8 new, 0 changed, 0 dropped; 1 of 1 files read, 0 problems"
    assert lines[2] == "  8 chunks embedded, 0 reused; 0 near-duplicates"
    assert lines[-1] == f"live generation {Generations(tmp_path / 'index').current().name}"
    second = run("rebuild-index", source, "--index", tmp_path / "index")
    assert second.out.splitlines()[1].startswith("  8 unchanged, 0 new, 0 changed, 0 dropped; ")
    assert second.out.splitlines()[2].startswith("  0 chunks embedded, 8 reused; ")


def test_a_strict_rebuild_leaves_the_index_as_it_is(index: Path, source: Path, run: Run) -> None:
    """If anything would be left out; otherwise it is a rebuild like any other."""
    live = Generations(index).current()
    bad = source / "bad.jsonl"
    bad.write_text("{\n")
    outcome = run("rebuild-index", source, "--index", index, "--strict")
    assert_one_sentence(outcome, f"{bad}, line 1: not JSON", "the index is left as it was")
    assert Generations(index).current() == live
    bad.unlink()
    assert run("rebuild-index", source, "--index", index, "--strict").status == 0
    assert Generations(index).current() != live


def test_a_full_rebuild_reads_what_looks_unchanged(index: Path, source: Path, run: Run) -> None:
    """Vectors of chunks with the same text are spared, as they cannot differ."""
    report = json.loads(run("rebuild-index", source, "--index", index, "--full", "--json").out)
    assert (report["unchanged"], report["changed"], report["files_read"], report["embedded"]) == (0, 8, 1, 0)


def test_verify_and_rollback_know_files_that_generations_share(index: Path, source: Path, run: Run) -> None:
    old = Generations(index).current()
    write_json_lines(source / "more.jsonl", [{"id": "more", "text": "One more text.", "language": "en"}])
    assert run("rebuild-index", source, "--index", index).status == 0
    [shared] = [path for path in Generations(index).current().rglob("*.db") if path.stat().st_nlink == 2]
    assert run("verify", "--index", index).status == 0
    assert run("rollback", "--index", index).status == 0
    assert Generations(index).current() == old
    assert run("verify", "--index", index).status == 0
    content = shared.read_bytes()
    shared.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    assert_one_sentence(run("verify", "--index", index), f"{shared.name} was altered")


def test_rebuild_names_what_it_left_out_and_goes_on(tmp_path: Path, source: Path, run: Run) -> None:
    """The rest is indexed, so the status is 0."""
    (source / "bad.jsonl").write_text("{\n")
    outcome = run("rebuild-index", source, "--index", tmp_path / "index")
    assert outcome.status == 0
    assert outcome.out.startswith("indexed 8 documents")
    assert outcome.err.startswith(f"skipped: {source / 'bad.jsonl'}, line 1: not JSON")


def test_rebuild_as_json(tmp_path: Path, source: Path, run: Run) -> None:
    report = json.loads(run("rebuild-index", source, "--index", tmp_path / "index", "--json").out)
    seconds = report.pop("seconds")
    assert 0 < report.pop("bytes_written") == report.pop("bytes")
    assert report == {
        "generation": Generations(tmp_path / "index").current().name,
        "documents": 8,
        "unchanged": 0,
        "new": 8,
        "changed": 0,
        "dropped": 0,
        "files": 1,
        "files_read": 1,
        "near_duplicates": 0,
        "chunks": 8,
        "embedded": 8,
        "reused": 0,
        "languages": {"en": 3, "ar": 2, "ur": 2, "und": 1},
        "skipped": [],
        "processes": 0,
        "beside": {},
    }
    assert all(value >= 0 for value in seconds.values())


def test_rebuild_with_several_sources(tmp_path: Path, source: Path, run: Run) -> None:
    (tmp_path / "note.txt").write_text("A note about otters.")
    outcome = run("rebuild-index", source, tmp_path / "note.txt", "--index", tmp_path / "index")
    assert outcome.out.startswith("indexed 9 documents (en 4,")


def test_rebuild_with_another_model(tmp_path: Path, source: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """It embeds the documents, and the index remembers it."""
    opened: list[str] = []

    def load(name: str = "bundled") -> FakeEncoder:
        opened.append(name)
        return FakeEncoder(name)

    monkeypatch.setattr("index.encoder.load_encoder", load)
    assert run("rebuild-index", source, "--index", tmp_path / "index", "--model", "some/model").status == 0
    assert opened == ["bundled", "some/model"]
    assert Searcher.open(tmp_path / "index").snapshot.manifest.model == "some/model"


@pytest.mark.parametrize("name", ["gone", "empty"])
def test_rebuild_without_documents_is_an_error(tmp_path: Path, run: Run, name: str) -> None:
    (tmp_path / "empty").mkdir()
    expected = "does not exist" if name == "gone" else "no document was found"
    assert_one_sentence(run("rebuild-index", tmp_path / name, "--index", tmp_path / "index"), name, expected)


def test_rebuild_while_another_runs_is_an_error(index: Path, source: Path, run: Run) -> None:
    with Generations(index).locked():
        assert_one_sentence(run("rebuild-index", source, "--index", index), "another rebuild", "wait for it to end")


def test_rebuild_where_nothing_can_be_written_is_an_error(tmp_path: Path, source: Path, run: Run) -> None:
    (tmp_path / "file").write_text("x")
    assert_one_sentence(run("rebuild-index", source, "--index", tmp_path / "file" / "index"), str(tmp_path / "file"))


def test_the_script_is_the_same_rebuild(
    tmp_path: Path, source: Path, fake_model: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`python scripts/rebuild_index.py SOURCE --index DIR`."""
    script = ROOT / "scripts" / "rebuild_index.py"
    monkeypatch.setattr(sys, "argv", [str(script), str(source), "--index", str(tmp_path / "index")])
    runpy.run_path(str(script), run_name="__main__")
    assert capsys.readouterr().out.startswith("indexed 8 documents (en 3, ar 2, ur 2, und 1) in 8 chunks")
    assert Searcher.open(tmp_path / "index").document("moscow/ar") is not None


def test_the_script_runs_from_any_folder(tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "scripts" / "rebuild_index.py"), "--help"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "--index" in done.stdout
