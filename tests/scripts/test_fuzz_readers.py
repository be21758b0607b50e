"""A small share of what `scripts/fuzz_readers.py` does: the same spoiled files on every run."""

import pytest

from scripts.fuzzing.mutations import mutated
from scripts.fuzzing.runner import MEMORY, fuzz
from scripts.fuzzing.seeds import SEEDS

RUNS = 20


def test_mutations_are_the_same_for_the_same_number() -> None:
    data = SEEDS["a.zip"]()
    assert [mutated(data, n) for n in range(50)] == [mutated(data, n) for n in range(50)]
    assert len({mutated(data, n) for n in range(50)}) > 40


@pytest.mark.parametrize("name", SEEDS)
def test_a_spoiled_file_is_read_or_named(name: str) -> None:
    outcome = fuzz(name, 0, RUNS)
    assert outcome.crashes == []
    assert outcome.hangs == []
    assert outcome.whole + outcome.part + outcome.named == outcome.runs == RUNS
    assert 0 < outcome.memory < MEMORY


def test_a_crash_is_told_and_the_next_mutation_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """The runner is not blind: a name without a seed ends its process each time."""
    monkeypatch.setitem(SEEDS, "a.gone", SEEDS["a.txt"])
    outcome = fuzz("a.gone", 0, 3)
    assert outcome.runs == 3
    assert len(outcome.crashes) == 3
    assert "KeyError" in outcome.crashes[0]
