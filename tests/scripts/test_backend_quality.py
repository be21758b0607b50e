"""What 8-bit numbers cost is counted beside a yardstick."""

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from scripts import backend_quality
from scripts.backend_quality import Embedded, beside, kept, main
from tests.fakes import FakeEncoder
from tests.scripts.test_hudhud import collection


def test_the_nearest_that_are_kept() -> None:
    """Of twelve documents on a ring the ten nearest; turned by one, nine of them stay."""
    angles = np.arange(12) * 2 * np.pi / 12
    ring = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    query = np.array([[np.cos(0.1), np.sin(0.1)]], np.float32)
    turned = np.array([[np.cos(0.1 + np.pi / 6), np.sin(0.1 + np.pi / 6)]], np.float32)
    first = Embedded(ring, query, 2.0)
    assert kept(first, first) == 1.0
    assert kept(Embedded(ring, turned, 1.0), first) == pytest.approx(0.9)
    assert beside(Embedded(ring, query, 1.0), first) == (
        "12.0 documents a core-second, 2.00 times the first; cosine 1.0000, least 1.0000; 1.000 of the 10 nearest kept"
    )


def test_models_are_measured_on_a_collection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backend_quality, "load_encoder", FakeEncoder)
    done = CliRunner().invoke(
        main, ["plain", "onnx:small", "--on", str(collection(tmp_path / "tiny"))], catch_exceptions=False
    )
    lines = done.output.splitlines()
    assert lines[0].startswith("plain: ")
    assert lines[1].startswith("onnx:small: ")
    assert "cosine 1.0000, least 1.0000; 1.000 of the 10 nearest kept" in lines[1]
    assert [name for name in ("plain", "onnx:small") if name not in lines[2]] == []
    assert lines[-1].split() == ["ur", "→", "en", "1"] + ["1.000", "1.000–1.000"] * 2
