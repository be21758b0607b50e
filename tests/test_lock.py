"""requirements.lock holds every run-time dependency, once, by hash, in a version that pyproject.toml allows."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
TARGET: dict[str, str] = {
    "python_version": "3.11",
    "python_full_version": "3.11.0",
    "sys_platform": "linux",
    "extra": "",
}


def declared() -> Iterator[Requirement]:
    """What pyproject.toml asks for on the machine that the lock file is for, with all extras for users."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = Requirement(project["optional-dependencies"]["all"][0]).extras
    lines = [*project["dependencies"], *(line for name in extras for line in project["optional-dependencies"][name])]
    for requirement in map(Requirement, lines):
        if requirement.marker is None or requirement.marker.evaluate(TARGET):
            yield requirement


def locked() -> dict[str, tuple[str, list[str]]]:
    """Version and hashes of each package in the lock file."""
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line.partition(" #")[0].split() for line in text.splitlines() if line.strip() and line.strip()[0] != "#"]
    pins = [(line[0].split("=="), line[1:]) for line in lines]
    assert all(len(pin) == 2 for pin, _ in pins)
    found = {pin[0]: (pin[1], hashes) for pin, hashes in pins}
    assert len(found) == len(pins)
    return found


@pytest.mark.parametrize("requirement", [*declared()], ids=lambda requirement: requirement.name)
def test_what_is_asked_for_is_locked_in_a_version_that_fits(requirement: Requirement) -> None:
    """A failure here wants `make lock`."""
    version, _ = locked()[canonicalize_name(requirement.name)]
    assert requirement.specifier.contains(version)


def test_every_package_is_held_to_hashes() -> None:
    packages = locked()
    assert len(packages) > len(list(declared()))
    for name, (_, hashes) in packages.items():
        assert hashes, name
        assert all(len(one) == len("--hash=sha256:") + 64 and one.startswith("--hash=sha256:") for one in hashes), name


def test_torch_is_left_to_the_machine_and_what_only_graphics_cards_need_is_left_out() -> None:
    """Its version is pinned by constraints.txt; the hash is that of the build that fits the machine."""
    assert [name for name in locked() if name.startswith(("torch", "nvidia", "cuda", "triton"))] == []
    pins = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if line[0] != "#"]
    assert [pin.partition("==")[0] for pin in pins] == ["torch"]
