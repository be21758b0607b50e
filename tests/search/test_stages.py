"""A search is timed by stages and legs, and given up between two stages when it takes too long."""

import pytest

from index.errors import SearchTimeout
from search import stages as stages_module
from search.stages import Stages


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time, to be set."""
    now = [100.0]
    monkeypatch.setattr(stages_module, "perf_counter", lambda: now[0])
    return now


def test_each_stage_begins_where_the_one_before_ends(clock: list[float]) -> None:
    stages = Stages(limit=10)
    clock[0] = 100.002
    stages.lap("translate")
    clock[0] = 100.005
    stages.lap("rank")
    assert stages.ms == {"translate": 2.0, "rank": 3.0}
    assert stages.total_ms == 5.0


def test_a_leg_adds_up_over_languages(clock: list[float]) -> None:
    stages = Stages(limit=10)
    for leg, seconds in (("dense", 0.001), ("lexical", 0.004), ("dense", 0.002)):
        with stages.leg(leg):
            clock[0] += seconds
        clock[0] += 1  # what lies between is no leg's
    assert stages.leg_ms == {"dense": 3.0, "lexical": 4.0}


def test_what_takes_too_long_is_given_up_after_a_stage(clock: list[float]) -> None:
    stages = Stages(limit=0.5)
    clock[0] = 100.4
    stages.lap("translate")
    clock[0] = 100.6
    with pytest.raises(SearchTimeout, match=r"longer than 0\.5 s and was given up after rank"):
        stages.lap("rank")
