"""What tests of the command line share."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Outcome:
    """What a command left behind."""

    status: int
    out: str
    err: str


Run = Callable[..., Outcome]


def assert_one_sentence(outcome: Outcome, *parts: str) -> None:
    assert outcome.status == 1
    assert outcome.out == ""
    assert outcome.err.startswith("hudhud: ")
    assert outcome.err.count("\n") == 1
    for part in parts:
        assert part in outcome.err
