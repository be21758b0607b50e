"""The command line, run in the process of the test, and an index to run it on."""

import sys
from pathlib import Path

import pytest

from scripts import hudhud
from tests.fakes import ARTICLES, write_json_lines
from tests.scripts.running import Outcome, Run


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], fake_model: None) -> Run:
    """Runs `hudhud` with these arguments, on the fake model."""

    def command(*arguments: object) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["hudhud", *map(str, arguments)])
        status = 0
        try:
            hudhud.main()
        except SystemExit as end:
            status = int(end.code or 0)
        captured = capsys.readouterr()
        return Outcome(status, captured.out, captured.err)

    return command


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return write_json_lines(tmp_path / "source" / "articles.jsonl", ARTICLES).parent


@pytest.fixture
def index(tmp_path: Path, source: Path, run: Run) -> Path:
    """An index made by the command line itself."""
    assert run("rebuild-index", source, "--index", tmp_path / "index").status == 0
    return tmp_path / "index"
