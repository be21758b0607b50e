"""The folder of an index: one live generation, replaced in one step, old ones deleted last."""

import subprocess
import sys
from pathlib import Path

import pytest

from index.errors import HudhudError, IndexLocked, IndexNotFound
from index.generations import Generations

ROOT = Path(__file__).parents[2]

# Holds the index of argv[1] until it is killed.
HOLDS = """
import sys, time
from pathlib import Path
from index.generations import Generations

with Generations(Path(sys.argv[1])).locked():
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def generations(tmp_path: Path) -> Generations:
    return Generations(tmp_path / "index")


def publish(generations: Generations, keep: int = 2) -> Path:
    with generations.locked():
        built = generations.start()
        (built / "vectors").mkdir()
        (built / "vectors" / "ar.faiss").write_text(built.name)
        return generations.publish(built, keep)


def test_without_a_generation_there_is_no_current_one(generations: Generations) -> None:
    with pytest.raises(IndexNotFound, match="holds no index; make one with: hudhud rebuild-index"):
        generations.current()
    assert generations.published() == []


def test_any_flipped_bit_of_current_is_found_and_named(generations: Generations) -> None:
    """Also where another generation is there to be named."""
    publish(generations)
    publish(generations)
    path = generations.folder / "CURRENT"
    content = path.read_bytes()
    for place in range(len(content) * 8):
        altered = bytearray(content)
        altered[place // 8] ^= 1 << place % 8
        path.write_bytes(altered)
        with pytest.raises(IndexNotFound, match=r"CURRENT names .* rebuild the index"):
            generations.current()


@pytest.mark.parametrize("content", ["", "gone\n", "../elsewhere\n", ".\n"])
def test_a_current_that_names_nothing_is_no_index(generations: Generations, content: str) -> None:
    """Also when it points out of the folder."""
    publish(generations)
    (generations.folder / "elsewhere").mkdir()
    (generations.folder / "CURRENT").write_text(content)
    with pytest.raises(IndexNotFound, match=r"names .*; rebuild the index"):
        generations.current()


def test_a_published_generation_is_the_current_one_with_all_it_holds(generations: Generations) -> None:
    published = publish(generations)
    assert generations.current() == published
    assert (generations.folder / "CURRENT").read_text() == published.name + "\n"
    assert (published / "vectors" / "ar.faiss").read_text() == f".{published.name}"


def test_names_grow_with_time(generations: Generations) -> None:
    names = [publish(generations, keep=5).name for _ in range(5)]
    assert names == sorted(set(names))
    assert [path.name for path in generations.published()] == names


@pytest.mark.parametrize("keep", [1, 2, 3])
def test_only_the_newest_are_kept(generations: Generations, keep: int) -> None:
    names = [publish(generations, keep).name for _ in range(5)]
    assert [path.name for path in generations.published()] == names[-keep:]


def test_what_is_being_built_is_not_published(generations: Generations) -> None:
    published = publish(generations)
    with generations.locked():
        built = generations.start()
        assert built not in generations.published()
        assert generations.current() == published


def test_what_a_dead_rebuild_left_is_cleared(generations: Generations) -> None:
    with generations.locked():
        dead = generations.start()
        (dead / "half").write_text("x")
    with generations.locked():
        generations.start()
    assert not dead.exists()


def test_a_stray_file_does_not_stop_a_rebuild(generations: Generations) -> None:
    """File managers leave such files, .DS_Store for one, in every folder they show."""
    publish(generations)
    (generations.folder / "generations" / ".DS_Store").write_text("x")
    published = publish(generations)
    assert generations.current() == published


def test_a_second_rebuild_is_refused_while_one_runs(generations: Generations) -> None:
    other = Generations(generations.folder)
    with generations.locked():  # noqa: SIM117
        with pytest.raises(HudhudError, match=r"another rebuild of .* is running; wait for it to end"), other.locked():
            pass
    with other.locked():
        pass


def test_the_lock_is_freed_when_a_rebuild_fails(generations: Generations) -> None:
    with pytest.raises(ZeroDivisionError), generations.locked():
        raise ZeroDivisionError
    with generations.locked():
        pass


def test_the_one_that_was_live_is_kept_before_newer_ones(generations: Generations) -> None:
    """Whoever went back from a bad generation does not lose the good one with the next rebuild."""
    good, bad = publish(generations), publish(generations)
    generations.point_to(good)
    new = publish(generations)
    assert generations.published() == [good, new]
    assert not bad.exists()


def test_the_lock_of_a_process_that_was_killed_is_free(generations: Generations) -> None:
    command = [sys.executable, "-c", HOLDS, str(generations.folder)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(IndexLocked, match="another rebuild"), generations.locked():
            pass
        holder.kill()
    with generations.locked():
        assert generations.start().is_dir()


def test_an_older_generation_can_be_made_current(generations: Generations) -> None:
    old, new = publish(generations), publish(generations)
    assert generations.current() == new
    generations.point_to(old)
    assert generations.current() == old
    assert generations.published() == [old, new]
    assert sorted(path.name for path in generations.folder.iterdir()) == ["CURRENT", "LOCK", "generations"]
