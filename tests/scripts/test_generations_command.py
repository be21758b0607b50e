"""hudhud verify and rollback, and what all commands say of a damaged index."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from index.generations import Generations
from tests.fakes import ARTICLES, write_json_lines
from tests.scripts.running import ROOT, Run, assert_one_sentence

COMMANDS = [["search", "wheat"], ["verify"], ["rollback"], ["serve"]]


@pytest.mark.parametrize("command", COMMANDS, ids=[command[0] for command in COMMANDS])
def test_a_missing_index_is_an_error_that_says_how_to_make_one(tmp_path: Path, run: Run, command: list[str]) -> None:
    outcome = run(*command, "--index", tmp_path / "none")
    assert_one_sentence(outcome, f"{tmp_path / 'none'} holds no index", "hudhud rebuild-index SOURCE --index")
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("command", COMMANDS, ids=[command[0] for command in COMMANDS])
def test_a_damaged_index_is_an_error_that_names_the_file(index: Path, run: Run, command: list[str]) -> None:
    (Generations(index).current() / "chunks/en/starts.npy").write_bytes(b"")
    outcome = run(*command, "--index", index)
    if command[0] == "rollback":
        assert_one_sentence(outcome, "holds no generation older")
    else:
        assert_one_sentence(outcome, "starts.npy has 0 bytes", "rebuild the index or roll back")


def test_verify_reads_every_file(index: Path, run: Run) -> None:
    outcome = run("verify", "--index", index)
    assert outcome.status == 0
    live = Generations(index).current()
    count = sum(path.is_file() for path in live.rglob("*")) - 1
    assert outcome.out == f"{live.name}: {count} files as written, 8 documents\n"


def test_verify_finds_a_flipped_bit(index: Path, run: Run) -> None:
    path = Generations(index).current() / "vectors" / "ar.faiss"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    assert_one_sentence(run("verify", "--index", index), str(path), "was altered since it was written")


def test_rollback_goes_to_the_generation_before(index: Path, source: Path, run: Run) -> None:
    """And from there no further."""
    first = Generations(index).current().name
    write_json_lines(source / "articles.jsonl", ARTICLES[:3])
    run("rebuild-index", source, "--index", index)
    second = Generations(index).current().name
    outcome = run("rollback", "--index", index)
    assert (outcome.status, outcome.out) == (0, f"live generation {first}, was {second}\n")
    assert Generations(index).current().name == first
    assert json.loads(run("search", "wheat", "--index", index, "--json").out)["generation"] == first
    assert_one_sentence(run("rollback", "--index", index), f"holds no generation older than {first}")


@pytest.mark.parametrize("keep", [1, 2, 3])
def test_one_can_go_back_as_far_as_generations_are_kept(index: Path, source: Path, run: Run, keep: int) -> None:
    """Generation by generation, and no further."""
    for count in (3, 4, 5, 6):
        write_json_lines(source / "articles.jsonl", ARTICLES[:count])
        assert run("rebuild-index", source, "--index", index, "--keep", keep).status == 0
    held = [path.name for path in Generations(index).published()]
    assert len(held) == keep
    for older in reversed(held[:-1]):
        outcome = run("rollback", "--index", index)
        assert (outcome.status, Generations(index).current().name) == (0, older)
        assert run("verify", "--index", index).out.startswith(f"{older}: ")
    assert_one_sentence(run("rollback", "--index", index), "holds no generation older", "nothing to go back to")
    assert Generations(index).current().name == held[0]


def test_to_keep_no_generation_is_an_error(index: Path, source: Path, run: Run) -> None:
    outcome = run("rebuild-index", source, "--index", index, "--keep", 0)
    assert_one_sentence(outcome, "keep_generations is 0", "at least 1")


def test_two_rebuilds_at_once_the_second_says_so(index: Path, source: Path, run: Run) -> None:
    """Two processes; the first one is as if alone."""
    with Generations(index).locked():
        command = [sys.executable, "-m", "scripts.hudhud", "rollback", "--index", str(index)]
        second = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert (second.returncode, second.stdout) == (1, "")
        assert second.stderr == f"hudhud: another rebuild of {index} is running; wait for it to end\n"


def test_rollback_to_a_generation_with_a_flipped_bit_is_refused(index: Path, source: Path, run: Run) -> None:
    old = Generations(index).current()
    write_json_lines(source / "articles.jsonl", ARTICLES[:3])
    run("rebuild-index", source, "--index", index)
    live = Generations(index).current()
    path = old / "lexical" / "ur" / sorted(each.name for each in (old / "lexical" / "ur").glob("*.npy"))[0]
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    assert_one_sentence(run("rollback", "--index", index), f"{path} was altered since it was written")
    assert Generations(index).current() == live


def test_rollback_to_a_damaged_generation_is_refused(index: Path, source: Path, run: Run) -> None:
    old = Generations(index).current()
    run("rebuild-index", source, "--index", index)
    live = Generations(index).current()
    (old / "chunks/en/starts.npy").unlink()
    assert_one_sentence(run("rollback", "--index", index), "starts.npy is missing")
    assert Generations(index).current() == live
