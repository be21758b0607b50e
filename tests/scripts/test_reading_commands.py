"""hudhud inspect and analyze: what becomes of a file, and of a word."""

import json
from pathlib import Path

import pytest

from tests.scripts.running import Run, assert_one_sentence


def test_inspect_shows_what_cleaning_makes_of_a_file(tmp_path: Path, run: Run) -> None:
    page = tmp_path / "page.txt"
    page.write_text("Port strike ends\nShare\nDockers went back to work on Friday.\n")
    outcome = run("inspect", page)
    assert outcome.status == 0
    assert outcome.out.splitlines() == [
        "id:       page.txt",
        "title:    Port strike ends",
        "language: en",
        "date:     ",
        "source:   ",
        "",
        "Dockers went back to work on Friday.",
        "",
        "dropped lines: 1",
        "     2  share button  Share",
        "",
    ]


def test_inspect_prints_what_the_readme_shows(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    page, shown = readme.partition("## What cleaning does")[2].split("```")[1:4:2]
    (tmp_path / "page.txt").write_text(page.removeprefix("text\n"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert run("inspect", "page.txt").out.strip() == shown.partition("$ hudhud inspect page.txt\n")[2].strip()


def test_inspect_as_json(tmp_path: Path, run: Run) -> None:
    """The fields of a document, and each dropped line with its number and the reason."""
    page = tmp_path / "page.txt"
    page.write_text("Port strike ends\nPublished: 3 May 2021\nDockers went back to work on Friday.\n")
    assert json.loads(run("inspect", page, "--json").out) == [
        {
            "id": "page.txt",
            "title": "Port strike ends",
            "language": "en",
            "url": "",
            "date": "2021-05-03",
            "source": "",
            "text": "Dockers went back to work on Friday.",
            "dropped": [{"line": 2, "text": "Published: 3 May 2021", "reason": "date line"}],
        }
    ]


def test_inspect_shows_every_record_and_names_the_bad_ones(tmp_path: Path, run: Run) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"id": "one", "text": "First one.", "date": "2023-09-26", "source": "Courier"}\n{\n')
    outcome = run("inspect", path)
    assert "id:       one" in outcome.out
    assert "date:     2023-09-26" in outcome.out
    assert "source:   Courier" in outcome.out
    assert outcome.err.startswith(f"skipped: {path}, line 2: not JSON")


def test_inspect_of_a_missing_file_is_an_error(tmp_path: Path, run: Run) -> None:
    assert_one_sentence(run("inspect", tmp_path / "gone.txt"), "gone.txt does not exist")


def test_analyze_shows_each_word_in_each_language_and_the_rules(run: Run) -> None:
    outcome = run("analyze", "والكتب rome في کہانیوں")
    assert outcome.status == 0
    assert [line.split("\t") for line in outcome.out.splitlines()] == [
        ["language: ur"],
        ["word", "folded", "sound", "en", "ar", "ur"],
        ["والكتب", "والکتب", "PLKTP", "والکتب", "کتب", "والکتب"],
        ["rome", "rome", "RM", "rome", "rome", "rome"],
        ["في", "فی", "P", "فی", "(stop word)", "فی"],
        ["کہانیوں", "کہانیوں", "KN", "کہانیوں", "کہانیوں", "کہان"],
        [""],
        ["والكتب (ar): article وال → کتب"],
        ["کہانیوں (ur): ending یوں → کہان"],
    ]


def test_analyze_spells_out_latin_letters(run: Run) -> None:
    lines = run("analyze", "putin aur assad ki mulaqat").out.splitlines()
    assert lines[0] == "language: ur-Latn"
    assert "mulaqat (en): Snowball → mulaqat" not in lines
    assert any(line.startswith("mulaqat (ur-Latn): may spell ملاقات") for line in lines)


def test_analyze_of_no_word_is_an_error(run: Run) -> None:
    outcome = run("analyze", "…")
    assert (outcome.status, outcome.out) == (1, "")
    assert "type at least one letter" in outcome.err
