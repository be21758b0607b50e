"""A rebuild that takes over what is unchanged ends with the index that a build from nothing ends with."""

import dataclasses
import filecmp
import os
import shutil
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import previous
from index.build import BuildReport, build_index
from index.errors import IndexIncompatible
from index.generations import Generations
from index.manifest import Manifest, record_files
from index.settings import FORMAT, IndexSettings
from index.snapshot import Snapshot
from search.searcher import Searcher
from search.types import SearchRequest
from tests.fakes import ARTICLES, EVERYTHING, FakeEncoder, write_json_lines

QUERIES = ("Haftar meeting Putin", "زلزال", "گندم کی قیمت", "wheat storm port", "Sentence number")

# What may differ: where texts lie, and what is said of the rebuild itself.
HISTORY = {"manifest.json", "report.json", "documents/segments.npy", "documents/rows.npy"}


def rebuild(sources: list[Path], index: Path, **options: Any) -> BuildReport:
    return build_index(
        sources, index, IndexSettings(chunk_words=12, overlap_words=3), FakeEncoder(), FakeEncoder(), **options
    )


def files(folder: Path) -> set[str]:
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    return {name for name in found if not name.endswith(".db")} - HISTORY


def assert_equal(grown: Path, fresh: Path, *models: FakeEncoder) -> None:
    """Every array is the same to the byte, every document the same by number, and so are the answers."""
    one, other = (Generations(index).current() for index in (grown, fresh))
    assert files(one) == files(other)
    assert [name for name in sorted(files(one)) if not filecmp.cmp(one / name, other / name, shallow=False)] == []
    snapshots = [Snapshot.open(index) for index in (grown, fresh)]
    stores = [snapshot.store for snapshot in snapshots]
    assert stores[0].get(range(len(stores[0]))) == stores[1].get(range(len(stores[1])))
    assert list(stores[0].facts) == list(stores[1].facts)
    searchers = [Searcher(snapshot, *(models or (FakeEncoder(), FakeEncoder())), EVERYTHING) for snapshot in snapshots]
    for query in QUERIES:
        answers = [searcher.search(SearchRequest(query, limit=50)) for searcher in searchers]
        assert answers[0].hits == answers[1].hits
        assert answers[0].facets == answers[1].facets
    manifests = [snapshot.manifest for snapshot in snapshots]
    assert manifests[0].counts == manifests[1].counts
    manifests[0].check_contents(one)


# A text says which of few it is, so that chunks, words and near-duplicates come, stay and go.
TEXTS = [
    "The wheat harvest failed in the north and prices rise. Bread is dear in the capital, say the bakers.",
    "The wheat harvest failed in the north and prices rise. Bread is dear in the capital, said bakers on Monday.",
    "A storm closed the port. " + " ".join(f"Sentence number {n} tells of a ship." for n in range(6)),
    "عاصفة تغلق الميناء. أغلقت السلطات الميناء بسبب العاصفة وعادت السفن إلى البحر.",
    "أغلقت السلطات الميناء. عاد الصيادون والصياد والصيادين إلى المدينة القديمة.",
    "گندم کی قیمت بڑھ گئی ہے۔ کسانوں نے کہا کہ فصل خراب ہو گئی اور کسان پریشان ہیں۔",
    "Le président est arrivé dans la capitale pour une visite de deux jours avec des ministres.",
    "Putin met Haftar. Meetings and a meeting were met.",
    "!",
    *(f"Story number {n} of the day is told here in one line.\nSince 1921, your paper" for n in range(8)),
]
Change = tuple[str, int, int]
CHANGES = st.lists(
    st.tuples(
        st.sampled_from(["line", "file", "drop line", "drop file", "rename", "turn", "touch", "anonymous"]),
        st.integers(0, 5),
        st.integers(0, len(TEXTS) - 1),
    ),
    min_size=1,
    max_size=4,
)


class Sources:
    """A folder of text files and two JSON-lines files, changed step by step."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lines: dict[str, list[dict[str, Any]]] = {"a.jsonl": [], "z.jsonl": [dict(record) for record in ARTICLES]}
        self.texts = {f"page{number}.txt": TEXTS[number] for number in range(3)}
        self._day = 1_600_000_000
        self.write()

    def change(self, what: str, place: int, text: int) -> None:
        a = self.lines["a.jsonl"]
        if what == "line":
            a[place : place + 1] = [{"id": f"a{place}", "text": TEXTS[text]}]
        elif what == "anonymous":
            a.insert(min(place, len(a)), {"text": TEXTS[text]})
        elif what == "drop line":
            del a[place : place + 1]
        elif what == "turn":
            a.reverse()
            self.lines["z.jsonl"].append(self.lines["z.jsonl"].pop(0))
        elif what == "file":
            self.texts[f"page{place}.txt"] = TEXTS[text]
        elif what == "drop file":
            self.texts.pop(f"page{place}.txt", None)
        elif what == "rename" and f"page{place}.txt" in self.texts:
            self.texts[f"moved{place}.txt"] = self.texts.pop(f"page{place}.txt")
        # An id that an article has too: which of the two comes first is the document.
        a[:] = [{**record, "id": "wheat-en"} if record.get("id") == "a5" else record for record in a]

    def write(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        for name, records in self.lines.items():
            write_json_lines(self.folder / name, records)
        for name, text in self.texts.items():
            (self.folder / name).write_text(text, "utf-8")


def settle(folder: Path, before: dict[str, tuple[bytes, int]]) -> dict[str, tuple[bytes, int]]:
    """Give files that did not change the time they had, and others one of their own, long ago: as time would."""
    now: dict[str, tuple[bytes, int]] = {}
    for path in sorted(folder.rglob("*")):
        content = path.read_bytes()
        old, day = before.get(path.name, (b"", 1_500_000_000))
        now[path.name] = (content, day if old == content else day + 1000)
        os.utime(path, (now[path.name][1], now[path.name][1]))
    return now


@settings(max_examples=8)
@given(st.lists(CHANGES, min_size=1, max_size=4))
def test_any_road_leads_to_the_same_index(tmp_path_factory: pytest.TempPathFactory, steps: list[list[Change]]) -> None:
    """Documents come, change, go, get other names and other places, again and again."""
    folder = tmp_path_factory.mktemp("road")
    sources = Sources(folder / "sources")
    times = settle(sources.folder, {})
    rebuild([sources.folder], folder / "grown")
    for step in steps:
        for change in step:
            sources.change(*change)
        sources.write()
        times = settle(sources.folder, times)
        rebuild([sources.folder], folder / "grown")
    report = rebuild([sources.folder], folder / "fresh")
    assert report.unchanged == 0
    assert_equal(folder / "grown", folder / "fresh")


class House:
    """A JSON-lines file, the index that grew with it, and one built of it from nothing."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.source = folder / "news.jsonl"
        self._time = 1_600_000_000

    def write(self, records: list[dict[str, Any]], **options: Any) -> BuildReport:
        write_json_lines(self.source, records)
        self._time += 1000  # long ago: a file just written would be read again the next time
        os.utime(self.source, (self._time, self._time))
        return rebuild([self.source], self.folder / "grown", **options)

    def assert_as_from_nothing(self) -> None:
        shutil.rmtree(self.folder / "fresh", ignore_errors=True)
        rebuild([self.source], self.folder / "fresh")
        assert_equal(self.folder / "grown", self.folder / "fresh")


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def test_one_changed_line_costs_one_document(house: House) -> None:
    house.write(ARTICLES)
    changed = [{**record, "text": "Another text."} if record["id"] == "wheat-en" else record for record in ARTICLES]
    report = house.write(changed)
    assert (report.unchanged, report.new, report.changed, report.dropped, report.embedded) == (7, 0, 1, 0, 1)
    house.assert_as_from_nothing()


def test_what_vanished_is_dropped_and_what_came_is_new(house: House) -> None:
    house.write(ARTICLES)
    report = house.write([*ARTICLES[2:], {"id": "new", "text": "A new text of today."}])
    assert (report.unchanged, report.new, report.changed, report.dropped) == (6, 1, 0, 2)
    house.assert_as_from_nothing()


def test_a_file_that_looks_unchanged_is_not_opened(tmp_path: Path) -> None:
    """Its size and its time are trusted, unless everything is to be read anew."""
    path = tmp_path / "source" / "page.txt"
    path.parent.mkdir()
    for text in ("The harbour is shut.", "The harbour is open."):
        path.write_text(text)
        os.utime(path, (1_600_000_000, 1_600_000_000))
        report = rebuild([path.parent], tmp_path / "index")
    assert (report.unchanged, report.files_read) == (1, 0)
    report = rebuild([path.parent], tmp_path / "index", full=True)
    assert (report.changed, report.files_read) == (1, 1)


def test_a_file_that_changed_as_it_was_read_is_read_again(tmp_path: Path) -> None:
    """Within a tick of the clock that dates it, a second change would not show."""
    path = tmp_path / "source" / "page.txt"
    path.parent.mkdir()
    now = time.time_ns() + 1_000_000_000
    for text in ("The harbour is shut.", "The harbour is open."):
        path.write_text(text)
        os.utime(path, ns=(now, now))
        report = rebuild([path.parent], tmp_path / "index")
    assert (report.changed, report.files_read) == (1, 1)


FURNITURE = [
    {
        "id": f"s{n}",
        "text": f"Story number {n} of the day is told here in one line.\nSince 1921, your paper",
        "source": "P",
    }
    for n in range(8)
]


@pytest.mark.parametrize("counts", [(5, 4), (4, 5), (8, 5, 4, 8), (3, 8, 7)])
def test_lines_become_furniture_and_cease_to_be(house: House, counts: tuple[int, ...]) -> None:
    """With the fifth article that has them; documents that nobody touched are then indexed anew, and not read."""
    for count in counts:
        report = house.write([*ARTICLES, *FURNITURE[:count]])
        store = Snapshot.open(house.folder / "grown").store
        found = store.find("s0")
        assert found is not None
        assert ("1921" in found[1].text) == (count < 5)
        house.assert_as_from_nothing()
    if counts == (4, 5):
        assert (report.unchanged, report.changed, report.new) == (8, 4, 1)


@pytest.mark.parametrize("before", [1, 2])
def test_a_winner_of_an_id_that_goes_gives_way_to_the_loser(house: House, before: int) -> None:
    first, second = {"id": "x", "text": "The first of the name."}, {"id": "x", "text": "The second of the name."}
    for _ in range(before):
        report = house.write([*ARTICLES, first, second])
        assert len(report.skipped) == 1
    report = house.write([*ARTICLES, second])
    assert report.skipped == []
    house.assert_as_from_nothing()


def test_lines_without_an_id_are_called_by_their_place(house: House) -> None:
    """So a line that moves is another document, though its vector is known."""
    texts = [{"text": f"Text {n} without a name of its own."} for n in range(6)]
    house.write(texts)
    report = house.write(texts[1:])
    assert report.unchanged == 0
    assert report.embedded == 0
    house.assert_as_from_nothing()


@pytest.mark.parametrize("small", [True, False])
def test_an_index_grows_out_of_exact_search_and_back(
    house: House, monkeypatch: pytest.MonkeyPatch, small: bool
) -> None:
    """Vectors that were rounded for the large index are made anew for the small one."""
    monkeypatch.setattr("index.vectors.EXACT_UP_TO", 30)
    monkeypatch.setattr("index.partitions.EXACT_UP_TO", 30)
    monkeypatch.setattr("index.vectortable.EXACT_UP_TO", 30)
    random = np.random.default_rng(5)
    words = [f"word{number}" for number in range(90)]
    records = [{"id": f"{n}", "language": "en", "text": " ".join(random.choice(words, 10)) + "."} for n in range(60)]
    for count in (20, 60, 59, 20) if small else (60, 20, 60):
        house.write(records[:count])
        house.assert_as_from_nothing()


@pytest.mark.parametrize("counts", [(40, 60, 59, 40), (60, 40, 60)])
def test_an_index_grows_out_of_bytes_and_back(
    house: House, monkeypatch: pytest.MonkeyPatch, counts: tuple[int, ...]
) -> None:
    """Numbers that were kept in fewer bits for the very large index are made anew for the large one."""
    for name in ("vectors", "partitions", "vectortable"):
        monkeypatch.setattr(f"index.{name}.EXACT_UP_TO", 20)
    for name in ("vectors", "vocabulary"):
        monkeypatch.setattr(f"index.{name}.BYTES_UP_TO", 50)
    random = np.random.default_rng(5)
    words = [f"word{number}" for number in range(90)]
    records = [{"id": f"{n}", "language": "en", "text": " ".join(random.choice(words, 10)) + "."} for n in range(60)]
    for count in counts:
        house.write(records[:count])
        house.assert_as_from_nothing()
        part = Snapshot.open(house.folder / "grown").partitions["en"]
        assert (part.vectors.bits, part.vocabulary.vectors.bits) == (
            (7, 4) if count > 50 else (8, 7)
        )  # more words than 50


@pytest.mark.parametrize("spoil", ["code", "settings", "translator", "model"])
def test_what_other_code_made_is_made_anew(house: House, monkeypatch: pytest.MonkeyPatch, spoil: str) -> None:
    """Documents and terms for other code or settings, vectors for another model, words for another translator."""
    house.write(ARTICLES)
    options: dict[str, Any] = {"encoder": FakeEncoder(), "translator": FakeEncoder(), "chunk_words": 12}
    if spoil == "code":
        monkeypatch.setattr("index.previous.code_fingerprint", lambda: "other")
    elif spoil == "settings":
        options["chunk_words"] = 20
    elif spoil == "translator":
        options["translator"] = FakeEncoder(fingerprint="other")
    else:
        options["encoder"] = FakeEncoder(fingerprint="other")
    encoder, translator = options["encoder"], options["translator"]
    settings = IndexSettings(chunk_words=options["chunk_words"], overlap_words=3)
    report = build_index([house.source], house.folder / "grown", settings, encoder, translator)
    read_anew = spoil in ("code", "settings")
    assert (report.changed, report.unchanged) == ((8, 0) if read_anew else (0, 8))
    assert report.embedded == {"code": 0, "settings": report.embedded, "translator": 0, "model": report.chunks}[spoil]
    assert bool(translator.passages) == (spoil != "model")
    build_index([house.source], house.folder / "fresh", settings, encoder, translator)
    assert_equal(house.folder / "grown", house.folder / "fresh", encoder, translator)


def test_an_index_of_an_older_format_is_made_anew(house: House) -> None:
    """Whatever its files are called, nothing of it is taken over; it is told apart until then."""
    house.write(ARTICLES)
    live = Generations(house.folder / "grown").current()
    for path in (live / "lexical" / "en").iterdir():
        path.rename(path.with_name(f"old_{path.name}"))
    replace(Manifest.read(live), format=FORMAT - 1, files=record_files(live)).write(live)
    with pytest.raises(IndexIncompatible, match=f"has format {FORMAT - 1}, this version reads {FORMAT}; rebuild"):
        Snapshot.open(house.folder / "grown")
    report = house.write(ARTICLES)
    assert (report.unchanged, report.embedded) == (0, report.chunks)
    house.assert_as_from_nothing()


def test_the_code_that_makes_documents_and_terms_is_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By its text: whoever changes a reader need not remember to raise a version."""
    (tmp_path / "index" / "readers").mkdir(parents=True)
    (tmp_path / "index" / "previous.py").write_text("1")
    (tmp_path / "index" / "readers" / "text.py").write_text("a")
    monkeypatch.setattr("index.previous.__file__", str(tmp_path / "index" / "previous.py"))
    before = previous.code_fingerprint.__wrapped__()
    assert previous.code_fingerprint.__wrapped__() == before
    (tmp_path / "index" / "readers" / "text.py").write_text("b")
    assert previous.code_fingerprint.__wrapped__() != before


def test_many_small_changes_leave_few_segments(house: House) -> None:
    """And no more of what is gone than of what is there."""
    records = [{"id": f"{n}", "text": f"Text number {n} of many."} for n in range(12)]
    for turn in range(24):
        records[turn % 12] = {"id": f"{turn % 12}", "text": f"Text number {turn} in another edition."}
        house.write(records)
    store = Snapshot.open(house.folder / "grown").store
    assert len(store.paths) <= 9
    assert sum(store.sizes()) <= 2 * len(records) + 1
    house.assert_as_from_nothing()


def test_a_report_is_kept_in_its_generation(house: House) -> None:
    report = house.write(ARTICLES)
    kept = Snapshot.open(house.folder / "grown").report()
    assert dataclasses.replace(kept, seconds=report.seconds) == report
    assert kept.seconds.keys() < report.seconds.keys()
