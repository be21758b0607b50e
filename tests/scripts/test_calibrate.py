"""What a bar costs and gains, on scores made up by hand; and the command on the samples' own form."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from scripts import calibrate
from scripts.calibrate import Answered, _best, _lost
from search.settings import SearchSettings
from tests.fakes import FakeEncoder, write_json_lines

SETTINGS = SearchSettings(floor=1.0, floor_share=0.0, sure=8.0, sure_word=0.0, doubt=1.0, doubtful_results=1)


def answered(*scores: float, relevant: int = 0) -> Answered:
    """Scores, of which the first few are those of relevant documents."""
    return Answered(4, np.array(scores), np.arange(len(scores)) < relevant, relevant)


def test_what_is_lost_is_counted_among_what_was_found() -> None:
    """Of the first nothing, of the second one of two, of the third its only one."""
    asked = [answered(9.0, 5.0, relevant=2), answered(7.5, 5.0, relevant=2), answered(6.0, relevant=1)]
    assert _lost(asked, SETTINGS) == pytest.approx(2 / 5)
    assert _lost(asked, replace(SETTINGS, sure=1.0)) == 0.0


def test_the_best_bar_is_the_highest_that_loses_little_enough() -> None:
    """Every question with an answer scores 9 or more, every one without 7: a bar between them parts the two."""
    asked = [answered(9.0 + place, relevant=1) for place in range(50)]
    unanswered = [answered(7.0, 6.0, 5.0, 4.0, 3.0, 2.0) for _ in range(20)]
    best = _best({"made up": (asked, unanswered)}, 0.02)
    assert best is not None
    assert _lost(asked, best) == 0.0
    assert {item.shown(best) for item in unanswered} == {0}
    assert _best({"made up": ([answered(-50.0, relevant=1)], unanswered)}, 0.02) is None


def test_the_command_prints_where_scores_lie(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calibrate, "load_encoder", FakeEncoder)
    folder = tmp_path / "tiny"
    texts = ["wheat prices", "storm coast", *(f"museum m{number}" for number in range(40))]
    write_json_lines(
        folder / "corpus.jsonl", [{"_id": f"{n}", "text": t, "language": "en"} for n, t in enumerate(texts)]
    )
    queries = [{"_id": "0", "text": "wheat", "language": "en"}, {"_id": "1", "text": "storm", "language": "en"}]
    write_json_lines(folder / "queries.jsonl", queries)
    (folder / "qrels").mkdir()
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\n0\t0\t1\n1\t1\t1\n")
    unanswered = tmp_path / "unanswered.jsonl"
    unanswered.write_text(json.dumps({"text": "volcano erupts"}) + "\n")
    result = CliRunner().invoke(calibrate.main, [str(folder), "--unanswered", str(unanswered), "--every", "1"])
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert lines[0] == "tiny: share of documents that score below"
    assert [line.split(":")[0].strip() for line in lines if "logistic" in line] == ["logistic"]
    assert "relevant documents lost" in result.output
