"""The command line: what it prints, and that its errors are one sentence and an exit status of 1."""

import json
import runpy
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from index.generations import Generations
from scripts import hudhud
from search.payloads import result_payload
from search.searcher import Searcher
from search.types import SearchRequest
from tests.fakes import ARTICLES, FakeEncoder, write_json_lines

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Outcome:
    """What a command left behind."""

    status: int
    out: str
    err: str


Run = Callable[..., Outcome]


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


def assert_one_sentence(outcome: Outcome, *parts: str) -> None:
    assert outcome.status == 1
    assert outcome.out == ""
    assert outcome.err.startswith("hudhud: ")
    assert outcome.err.count("\n") == 1
    for part in parts:
        assert part in outcome.err


def test_rebuild_says_what_it_did(tmp_path: Path, source: Path, run: Run) -> None:
    first = run("rebuild-index", source, "--index", tmp_path / "index")
    assert first.status == 0
    assert first.err == ""
    lines = first.out.splitlines()
    assert lines[0] == "indexed 8 documents (en 3, ar 2, ur 2, und 1) in 8 chunks"
    assert lines[1] == "  0 unchanged, 8 new, 0 changed, 0 dropped; 1 of 1 files read, 0 problems"
    assert lines[2] == "  8 chunks embedded, 0 reused; 0 near-duplicates"
    assert lines[-1] == f"live generation {Generations(tmp_path / 'index').current().name}"
    second = run("rebuild-index", source, "--index", tmp_path / "index")
    assert second.out.splitlines()[1].startswith("  8 unchanged, 0 new, 0 changed, 0 dropped; ")
    assert second.out.splitlines()[2].startswith("  0 chunks embedded, 8 reused; ")


def test_a_strict_rebuild_leaves_the_index_as_it_is(index: Path, source: Path, run: Run) -> None:
    """If anything would be left out; otherwise it is a rebuild like any other."""
    live = Generations(index).current()
    bad = source / "bad.jsonl"
    bad.write_text("{\n")
    outcome = run("rebuild-index", source, "--index", index, "--strict")
    assert_one_sentence(outcome, f"{bad}, line 1: not JSON", "the index is left as it was")
    assert Generations(index).current() == live
    bad.unlink()
    assert run("rebuild-index", source, "--index", index, "--strict").status == 0
    assert Generations(index).current() != live


def test_a_full_rebuild_reads_what_looks_unchanged(index: Path, source: Path, run: Run) -> None:
    """Vectors of chunks with the same text are spared, as they cannot differ."""
    report = json.loads(run("rebuild-index", source, "--index", index, "--full", "--json").out)
    assert (report["unchanged"], report["changed"], report["files_read"], report["embedded"]) == (0, 8, 1, 0)


def test_verify_and_rollback_know_files_that_generations_share(index: Path, source: Path, run: Run) -> None:
    old = Generations(index).current()
    write_json_lines(source / "more.jsonl", [{"id": "more", "text": "One more text.", "language": "en"}])
    assert run("rebuild-index", source, "--index", index).status == 0
    [shared] = [path for path in Generations(index).current().rglob("*.db") if path.stat().st_nlink == 2]
    assert run("verify", "--index", index).status == 0
    assert run("rollback", "--index", index).status == 0
    assert Generations(index).current() == old
    assert run("verify", "--index", index).status == 0
    content = shared.read_bytes()
    shared.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    assert_one_sentence(run("verify", "--index", index), f"{shared.name} was altered")


def test_rebuild_names_what_it_left_out_and_goes_on(tmp_path: Path, source: Path, run: Run) -> None:
    """The rest is indexed, so the status is 0."""
    (source / "bad.jsonl").write_text("{\n")
    outcome = run("rebuild-index", source, "--index", tmp_path / "index")
    assert outcome.status == 0
    assert outcome.out.startswith("indexed 8 documents")
    assert outcome.err.startswith(f"skipped: {source / 'bad.jsonl'}, line 1: not JSON")


def test_rebuild_as_json(tmp_path: Path, source: Path, run: Run) -> None:
    report = json.loads(run("rebuild-index", source, "--index", tmp_path / "index", "--json").out)
    seconds = report.pop("seconds")
    assert 0 < report.pop("bytes_written") == report.pop("bytes")
    assert report == {
        "generation": Generations(tmp_path / "index").current().name,
        "documents": 8,
        "unchanged": 0,
        "new": 8,
        "changed": 0,
        "dropped": 0,
        "files": 1,
        "files_read": 1,
        "near_duplicates": 0,
        "chunks": 8,
        "embedded": 8,
        "reused": 0,
        "languages": {"en": 3, "ar": 2, "ur": 2, "und": 1},
        "skipped": [],
        "processes": 0,
        "beside": {},
    }
    assert all(value >= 0 for value in seconds.values())


def test_rebuild_with_several_sources(tmp_path: Path, source: Path, run: Run) -> None:
    (tmp_path / "note.txt").write_text("A note about otters.")
    outcome = run("rebuild-index", source, tmp_path / "note.txt", "--index", tmp_path / "index")
    assert outcome.out.startswith("indexed 9 documents (en 4,")


def test_rebuild_with_another_model(tmp_path: Path, source: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """It embeds the documents, and the index remembers it."""
    opened: list[str] = []

    def load(name: str = "bundled") -> FakeEncoder:
        opened.append(name)
        return FakeEncoder(name)

    monkeypatch.setattr("index.encoder.load_encoder", load)
    assert run("rebuild-index", source, "--index", tmp_path / "index", "--model", "some/model").status == 0
    assert opened == ["bundled", "some/model"]
    assert Searcher.open(tmp_path / "index").snapshot.manifest.model == "some/model"


@pytest.mark.parametrize("name", ["gone", "empty"])
def test_rebuild_without_documents_is_an_error(tmp_path: Path, run: Run, name: str) -> None:
    (tmp_path / "empty").mkdir()
    expected = "does not exist" if name == "gone" else "no document was found"
    assert_one_sentence(run("rebuild-index", tmp_path / name, "--index", tmp_path / "index"), name, expected)


def test_rebuild_while_another_runs_is_an_error(index: Path, source: Path, run: Run) -> None:
    with Generations(index).locked():
        assert_one_sentence(run("rebuild-index", source, "--index", index), "another rebuild", "wait for it to end")


def test_rebuild_where_nothing_can_be_written_is_an_error(tmp_path: Path, source: Path, run: Run) -> None:
    (tmp_path / "file").write_text("x")
    assert_one_sentence(run("rebuild-index", source, "--index", tmp_path / "file" / "index"), str(tmp_path / "file"))


def test_search_prints_the_documents_best_first(index: Path, run: Run) -> None:
    outcome = run(
        "search",
        "Haftar meeting Putin in Moscow",
        "--index",
        index,
        "--limit",
        2,
        "--language",
        "en",
        "--mode",
        "dense",
    )
    assert outcome.status == 0
    lines = outcome.out.splitlines()
    assert lines[0] == "  1. Haftar and Putin in Moscow"
    assert lines[1].startswith("     en · Courier · 2023-09-26 · moscow-en · ")
    assert lines[2].strip().startswith("The meeting was held in the Kremlin.")
    assert lines[3].startswith("  2. ")
    assert len(lines) == 6


def test_search_in_other_languages(index: Path, run: Run) -> None:
    out = run("search", "earthquake", "--index", index, "--language", "ar, ur", "--limit", 2).out
    assert {line[5:] for line in out.splitlines()[::3]} == {"زلزال يضرب القرى", "زلزلہ سے دیہات متاثر"}


def test_search_as_json_is_what_the_api_gives(index: Path, run: Run) -> None:
    """With the explanation of both legs."""
    found = json.loads(run("search", "earthquake", "--index", index, "--limit", 3, "--json").out)
    result = Searcher.open(index).search(SearchRequest("earthquake", limit=3, explain=True))
    expected: dict[str, Any] = json.loads(json.dumps(result_payload(result, explain=True)))
    assert found.pop("took_ms") > 0
    expected.pop("took_ms")
    assert found == expected


@pytest.mark.parametrize("mode", ["hybrid", "dense", "lexical"])
def test_search_in_a_mode(index: Path, run: Run, mode: str) -> None:
    found = json.loads(run("search", "wheat", "--index", index, "--language", "en", "--mode", mode, "--json").out)
    assert found["hits"][0]["document"]["id"] == "wheat-en"
    assert len(found["hits"]) == (1 if mode == "lexical" else 3)


def test_search_that_finds_nothing_says_so(index: Path, run: Run) -> None:
    outcome = run("search", "volcano", "--index", index, "--mode", "lexical")
    assert (outcome.status, outcome.out) == (0, "nothing found\n")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["?!"], "the query has no word; type at least one letter or digit"),
        (["wheat", "--limit", "0"], "limit is 0"),
        (["wheat", "--language", "fr"], "language is 'fr'; expected one or more of en, ar, ur, und"),
    ],
)
def test_a_search_that_makes_no_sense_is_an_error(index: Path, run: Run, arguments: list[str], expected: str) -> None:
    assert_one_sentence(run("search", *arguments, "--index", index), expected)


COMMANDS = [["search", "wheat"], ["verify"], ["rollback"], ["serve"]]


@pytest.mark.parametrize("command", COMMANDS, ids=[command[0] for command in COMMANDS])
def test_a_missing_index_is_an_error_that_says_how_to_make_one(tmp_path: Path, run: Run, command: list[str]) -> None:
    outcome = run(*command, "--index", tmp_path / "none")
    assert_one_sentence(outcome, f"{tmp_path / 'none'} holds no index", "hudhud rebuild-index SOURCE --index")
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("command", COMMANDS, ids=[command[0] for command in COMMANDS])
def test_a_damaged_index_is_an_error_that_names_the_file(index: Path, run: Run, command: list[str]) -> None:
    (Generations(index).current() / "chunks/en/starts.npy").write_bytes(b"")
    outcome = run(*command, "--index", index)
    if command[0] == "rollback":
        assert_one_sentence(outcome, "holds no generation older")
    else:
        assert_one_sentence(outcome, "starts.npy has 0 bytes", "rebuild the index or roll back")


def test_verify_reads_every_file(index: Path, run: Run) -> None:
    outcome = run("verify", "--index", index)
    assert outcome.status == 0
    live = Generations(index).current()
    count = sum(path.is_file() for path in live.rglob("*")) - 1
    assert outcome.out == f"{live.name}: {count} files as written, 8 documents\n"


def test_verify_finds_a_flipped_bit(index: Path, run: Run) -> None:
    path = Generations(index).current() / "vectors" / "ar.faiss"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    assert_one_sentence(run("verify", "--index", index), str(path), "was altered since it was written")


def test_rollback_goes_to_the_generation_before(index: Path, source: Path, run: Run) -> None:
    """And from there no further."""
    first = Generations(index).current().name
    write_json_lines(source / "articles.jsonl", ARTICLES[:3])
    run("rebuild-index", source, "--index", index)
    second = Generations(index).current().name
    outcome = run("rollback", "--index", index)
    assert (outcome.status, outcome.out) == (0, f"live generation {first}, was {second}\n")
    assert Generations(index).current().name == first
    assert json.loads(run("search", "wheat", "--index", index, "--json").out)["generation"] == first
    assert_one_sentence(run("rollback", "--index", index), f"holds no generation older than {first}")


@pytest.mark.parametrize("keep", [1, 2, 3])
def test_one_can_go_back_as_far_as_generations_are_kept(index: Path, source: Path, run: Run, keep: int) -> None:
    """Generation by generation, and no further."""
    for count in (3, 4, 5, 6):
        write_json_lines(source / "articles.jsonl", ARTICLES[:count])
        assert run("rebuild-index", source, "--index", index, "--keep", keep).status == 0
    held = [path.name for path in Generations(index).published()]
    assert len(held) == keep
    for older in reversed(held[:-1]):
        outcome = run("rollback", "--index", index)
        assert (outcome.status, Generations(index).current().name) == (0, older)
        assert run("verify", "--index", index).out.startswith(f"{older}: ")
    assert_one_sentence(run("rollback", "--index", index), "holds no generation older", "nothing to go back to")
    assert Generations(index).current().name == held[0]


def test_to_keep_no_generation_is_an_error(index: Path, source: Path, run: Run) -> None:
    outcome = run("rebuild-index", source, "--index", index, "--keep", 0)
    assert_one_sentence(outcome, "keep_generations is 0", "at least 1")


def test_two_rebuilds_at_once_the_second_says_so(index: Path, source: Path, run: Run) -> None:
    """Two processes; the first one is as if alone."""
    with Generations(index).locked():
        command = [sys.executable, "-m", "scripts.hudhud", "rollback", "--index", str(index)]
        second = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert (second.returncode, second.stdout) == (1, "")
        assert second.stderr == f"hudhud: another rebuild of {index} is running; wait for it to end\n"


def test_rollback_to_a_generation_with_a_flipped_bit_is_refused(index: Path, source: Path, run: Run) -> None:
    old = Generations(index).current()
    write_json_lines(source / "articles.jsonl", ARTICLES[:3])
    run("rebuild-index", source, "--index", index)
    live = Generations(index).current()
    path = old / "lexical" / "ur" / sorted(each.name for each in (old / "lexical" / "ur").glob("*.npy"))[0]
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    assert_one_sentence(run("rollback", "--index", index), f"{path} was altered since it was written")
    assert Generations(index).current() == live


def test_rollback_to_a_damaged_generation_is_refused(index: Path, source: Path, run: Run) -> None:
    old = Generations(index).current()
    run("rebuild-index", source, "--index", index)
    live = Generations(index).current()
    (old / "chunks/en/starts.npy").unlink()
    assert_one_sentence(run("rollback", "--index", index), "starts.npy is missing")
    assert Generations(index).current() == live


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


def collection(folder: Path) -> Path:
    (folder / "qrels").mkdir(parents=True)
    write_json_lines(folder / "corpus.jsonl", [{"_id": a["id"], **a} for a in ARTICLES if a["language"] == "en"])
    write_json_lines(folder / "queries.jsonl", [{"_id": "q", "language": "ur", "text": "زلزلہ"}])
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq\tquake-en\t1\n")
    return folder


@pytest.fixture
def evaluated(monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
    """The evaluation gets the fake model too."""
    monkeypatch.setattr("scripts.evaluation.load_encoder", FakeEncoder)


def test_evaluate_prints_a_table(tmp_path: Path, run: Run, evaluated: None) -> None:
    outcome = run("evaluate", collection(tmp_path / "tiny"))
    assert (outcome.status, outcome.err) == (0, "")
    header, names, row = outcome.out.splitlines()
    assert header.split() == ["tiny", "queries", "hybrid", "dense", "lexical"]
    assert names.split() == ["nDCG@10", "95", "%", "MRR@10", "R@10", "P@1"] * 3
    assert row.split() == ["ur", "→", "en", "1"] + ["1.000", "1.000–1.000", "1.000", "1.000", "1.000"] * 3


def test_evaluate_as_json(tmp_path: Path, run: Run, evaluated: None) -> None:
    rows = json.loads(run("evaluate", collection(tmp_path / "tiny"), "--json").out)
    perfect = {"nDCG@10": 1.0, "MRR@10": 1.0, "R@10": 1.0, "P@1": 1.0}
    assert rows == [
        {
            "collection": "tiny",
            "mode": mode,
            "queries": "ur",
            "documents": "en",
            "count": 1,
            "measures": perfect,
            "intervals": {name: [1.0, 1.0] for name in perfect},
        }
        for mode in ("hybrid", "dense", "lexical")
    ]


def test_evaluate_uses_the_index_given(tmp_path: Path, index: Path, run: Run, evaluated: None) -> None:
    rows = json.loads(run("evaluate", collection(tmp_path / "tiny"), "--index", index, "--json").out)
    assert [row["measures"]["MRR@10"] for row in rows] == [1.0, 1.0, 1.0]


def test_evaluate_of_no_collection_is_an_error(tmp_path: Path, run: Run, evaluated: None) -> None:
    outcome = run("evaluate", tmp_path)
    assert_one_sentence(outcome, "corpus.jsonl cannot be read", "expected a collection in BEIR form")


def test_serve_says_where(index: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """And warns when others than this machine can reach it."""
    started: list[dict[str, Any]] = []

    class Server:
        def __init__(self, app: object, host: str, port: int, threads: int) -> None:
            started.append({"host": host, "port": port, "threads": threads})

        def run(self) -> None:
            pass

    monkeypatch.setattr("web.server._Server", Server)
    assert run("serve", "--index", index).err == "hudhud: open http://127.0.0.1:8000/\n"
    outcome = run("serve", "--index", index, "--host", "0.0.0.0", "--port", 80)
    assert outcome.err.splitlines() == [
        "hudhud: WARNING: listening on 0.0.0.0: anyone who reaches this machine can search the index; "
        "a keys file and HUDHUD_PROTECT=all end that",
        "hudhud: open http://0.0.0.0:80/",
    ]
    assert [(item["host"], item["port"]) for item in started] == [("127.0.0.1", 8000), ("0.0.0.0", 80)]


@pytest.mark.parametrize(
    "arguments",
    [
        ["serach"],
        ["search", "x"],
        ["search", "--index", "i"],
        ["rebuild-index", "--index", "i"],
        ["search", "x", "--index", "i", "--mode", "y"],
    ],
)
def test_a_command_that_does_not_exist_so_is_an_error(run: Run, arguments: list[str]) -> None:
    """What is wrong is on standard error, and nothing on standard output."""
    outcome = run(*arguments)
    assert outcome.status != 0
    assert outcome.out == ""
    assert "Error: " in outcome.err


def test_the_script_is_the_same_rebuild(
    tmp_path: Path, source: Path, fake_model: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`python scripts/rebuild_index.py SOURCE --index DIR`."""
    script = ROOT / "scripts" / "rebuild_index.py"
    monkeypatch.setattr(sys, "argv", [str(script), str(source), "--index", str(tmp_path / "index")])
    runpy.run_path(str(script), run_name="__main__")
    assert capsys.readouterr().out.startswith("indexed 8 documents (en 3, ar 2, ur 2, und 1) in 8 chunks")
    assert Searcher.open(tmp_path / "index").document("moscow/ar") is not None


def test_the_script_runs_from_any_folder(tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "scripts" / "rebuild_index.py"), "--help"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "--index" in done.stdout
