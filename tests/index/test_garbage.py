"""What the garbage collector looks through while an index is built."""

import gc

import pytest

from index.garbage import old_objects_left_alone


def looked_through(one: object) -> bool:
    return any(found is one for found in gc.get_objects())


def test_old_objects_are_left_alone_and_new_ones_are_not() -> None:
    old = {"an": ["old", "object"]}
    with old_objects_left_alone():
        new = {"a": ["new", "object"]}
        assert (looked_through(old), looked_through(new)) == (False, True)
    assert (looked_through(old), looked_through(new)) == (True, True)


def test_garbage_is_collected_as_before_when_a_build_has_ended() -> None:
    usual = gc.get_threshold()
    with old_objects_left_alone():
        assert gc.get_threshold()[0] > usual[0]
    assert gc.get_threshold() == usual


def test_a_build_that_fails_leaves_no_object_out() -> None:
    with pytest.raises(ValueError, match="a bad end"), old_objects_left_alone():
        raise ValueError("a bad end")
    assert gc.get_freeze_count() == 0
