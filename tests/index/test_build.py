"""build_index() from files to a live generation: what it counts, reuses, leaves out and survives."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index.build import BuildReport, build_index
from index.errors import HudhudError, IndexCorrupt, SourceNotFound
from index.generations import Generations
from index.languages import PARTITIONS
from index.manifest import Manifest
from index.settings import IndexSettings
from index.snapshot import Snapshot
from index.types import Vectors
from tests.fakes import ARTICLES, DIMENSIONS, FakeEncoder, write_json_lines


class House:
    """A folder of sources and the index made of it."""

    def __init__(self, folder: Path) -> None:
        self.sources = folder / "sources"
        self.index = folder / "index"
        write_json_lines(self.sources / "articles.jsonl", ARTICLES)

    def build(self, encoder: FakeEncoder | None = None, **settings: Any) -> BuildReport:
        return build_index(
            [self.sources], self.index, IndexSettings(**settings), encoder or FakeEncoder(), FakeEncoder()
        )

    def replace(self, identity: str, **changes: Any) -> None:
        records = [{**record, **changes} if record["id"] == identity else record for record in ARTICLES]
        write_json_lines(self.sources / "articles.jsonl", records)

    def vectors(self) -> dict[str, Vectors]:
        partitions = Snapshot.open(self.index).partitions
        return {language: part.vectors.vectors().copy() for language, part in partitions.items()}


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def test_a_rebuild_counts_what_it_did(house: House) -> None:
    report = house.build()
    assert (report.documents, report.chunks, report.embedded, report.reused) == (8, 8, 8, 0)
    assert report.languages == {"en": 3, "ar": 2, "ur": 2, "und": 1}
    assert report.skipped == []
    assert Generations(house.index).current().name == report.generation


def test_the_manifest_says_what_was_built(house: House) -> None:
    report = house.build(FakeEncoder("some/model", "f9"), model="some/model", chunk_words=60)
    manifest = Snapshot.open(house.index).manifest
    assert (manifest.generation, manifest.model, manifest.model_fingerprint) == (report.generation, "some/model", "f9")
    assert (manifest.vocabulary_fingerprint, manifest.dimensions, manifest.documents) == ("fake-1", DIMENSIONS, 8)
    assert manifest.counts == {
        "en": {"documents": 3, "chunks": 3},
        "ar": {"documents": 2, "chunks": 2},
        "ur": {"documents": 2, "chunks": 2},
        "und": {"documents": 1, "chunks": 1},
    }
    assert IndexSettings.from_json(manifest.settings) == IndexSettings(model="some/model", chunk_words=60)
    manifest.check_contents(Generations(house.index).current())


def test_files_of_all_kinds_are_indexed_together(house: House) -> None:
    (house.sources / "deep").mkdir()
    (house.sources / "deep" / "page.txt").write_text("عاصفة تغلق الميناء\nأغلقت السلطات الميناء بسبب العاصفة.", "utf-8")
    (house.sources / "note.md").write_text("# Harbour reopens\n\nShips left the harbour at dawn.", "utf-8")
    report = house.build()
    store = Snapshot.open(house.index).store
    assert report.languages == {"en": 4, "ar": 3, "ur": 2, "und": 1}
    found = store.find("deep/page.txt")
    assert found is not None
    assert (found[1].title, found[1].language) == ("عاصفة تغلق الميناء", "ar")
    found = store.find("note.md")
    assert found is not None
    assert (found[1].title, found[1].text) == ("Harbour reopens", "Ships left the harbour at dawn.")


def test_documents_are_numbered_as_they_are_read(house: House) -> None:
    house.build()
    store = Snapshot.open(house.index).store
    assert [store.get([number])[number].id for number in range(8)] == [record["id"] for record in ARTICLES]


def test_a_long_document_becomes_several_chunks_of_it(house: House) -> None:
    sentences = [f"Sentence number {number} of the report tells of the harbour." for number in range(40)]
    house.replace("wheat-en", text=" ".join(sentences))
    report = house.build()
    part = Snapshot.open(house.index).partitions["en"]
    assert (report.documents, report.chunks) == (8, 7 + (part.chunks.documents == 6).sum())
    assert (part.chunks.documents == 6).sum() > 2


def test_nothing_changed_is_nothing_embedded(house: House) -> None:
    """And the vectors are the same to the bit."""
    house.build()
    before = house.vectors()
    encoder = FakeEncoder()
    report = house.build(encoder)
    assert (report.embedded, report.reused, encoder.passages) == (0, 8, [])
    for language, vectors in house.vectors().items():
        np.testing.assert_array_equal(vectors, before[language])


def test_a_changed_document_is_the_only_one_embedded(house: House) -> None:
    house.build()
    house.replace("quake-ar", text="نص جديد تماما عن الزلزال.")
    encoder = FakeEncoder()
    report = house.build(encoder)
    assert (report.embedded, report.reused) == (1, 7)
    assert encoder.passages == ["زلزال يضرب القرى\nنص جديد تماما عن الزلزال."]
    np.testing.assert_allclose(house.vectors()["ar"][1], encoder.encode_queries(encoder.passages)[0], atol=1e-6)


def test_reused_vectors_go_to_their_own_chunks(house: House) -> None:
    """Though every row has another number than before."""
    house.build()
    write_json_lines(house.sources / "articles.jsonl", ARTICLES[::-1])
    encoder = FakeEncoder()
    house.build(encoder)
    assert encoder.passages == []
    expected = encoder.encode_queries([f"{a['title']}\n{a['text']}" for a in ARTICLES[::-1] if a["language"] == "en"])
    np.testing.assert_allclose(house.vectors()["en"], expected, atol=1e-6)


def test_a_new_title_embeds_its_document_anew(house: House) -> None:
    house.build()
    house.replace("wheat-en", title="Bread prices rise")
    assert house.build().embedded == 1


def test_another_model_embeds_everything_anew(house: House) -> None:
    house.build()
    report = house.build(FakeEncoder(fingerprint="fake-2"))
    assert (report.embedded, report.reused) == (8, 0)


def flip_a_bit(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-2] ^= 0b0100_0000
    path.write_bytes(content)


def test_a_damaged_vector_is_not_carried_into_the_next_generation(house: House) -> None:
    """`verify` names the file and says to rebuild, so a rebuild has to mend it."""
    house.build()
    before = house.vectors()["en"]
    live = Generations(house.index).current()
    flip_a_bit(live / "vectors" / "en.faiss")
    with pytest.raises(IndexCorrupt, match=r"en\.faiss was altered"):
        Manifest.read(live).check_contents(live)
    house.build()
    np.testing.assert_array_equal(house.vectors()["en"], before)


@pytest.mark.parametrize("spoil", ["no manifest", "other format", "other settings", "cut file", "no current"])
def test_a_rebuild_replaces_an_index_that_cannot_be_read(house: House, spoil: str) -> None:
    """That is what the error about it tells the user to do."""
    house.build()
    live = Generations(house.index).current()
    manifest = Manifest.read(live)
    if spoil == "no manifest":
        (live / "manifest.json").unlink()
    elif spoil == "other format":
        replace(manifest, format=999).write(live)
    elif spoil == "other settings":
        replace(manifest, settings={**manifest.settings, "stemming": True}).write(live)
    elif spoil == "cut file":
        (live / "chunks/en/starts.npy").write_bytes(b"")
    else:
        (house.index / "CURRENT").write_text("gone")
    report = house.build()
    assert Snapshot.open(house.index).manifest.generation == report.generation


def test_a_repeated_id_is_reported_with_both_places(house: House) -> None:
    """The first document of an id is the one that stays."""
    path = write_json_lines(house.sources / "more.jsonl", [{"id": "wheat-en", "text": "Another text of that name."}])
    report = house.build()
    assert report.documents == 8
    assert report.skipped == [
        f"{path}, line 1: the id 'wheat-en' was already read from {house.sources / 'articles.jsonl'}, line 7; "
        "give each document an id of its own"
    ]
    found = Snapshot.open(house.index).store.find("wheat-en")
    assert found is not None
    assert found[1].title == "Wheat prices rise"


def test_a_document_without_text_is_reported(house: House) -> None:
    path = write_json_lines(
        house.sources / "more.jsonl", [{"id": "e1", "text": " \n"}, {"id": "e2", "text": "Share\n!"}]
    )
    report = house.build()
    assert report.documents == 8
    assert report.skipped == [
        f"{path}, line 1: no text is left after cleaning",
        f"{path}, line 2: no text is left after cleaning",
    ]


def test_a_bad_record_is_reported_and_the_rest_indexed(house: House) -> None:
    path = house.sources / "more.jsonl"
    path.write_text('{"id": "broken"\n{"id": "whole", "text": "A whole record."}\n', "utf-8")
    report = house.build()
    assert report.documents == 9
    [problem] = report.skipped
    assert problem.startswith(f"{path}, line 1: not JSON")


@pytest.mark.parametrize(
    "text", ["cut emoji \\ud83d here", "digit \U00011f50 of Kawi", "nul \\u0000 byte", "\\u2028 \\u0085 lines"]
)
def test_no_text_stops_a_rebuild(house: House, text: str) -> None:
    """It is indexed or reported; the others are indexed."""
    (house.sources / "odd.jsonl").write_text('{"id": "odd", "text": "' + text + '"}\n', "utf-8")
    report = house.build()
    assert report.documents + len(report.skipped) == 9


def test_nothing_found_is_an_error_that_says_what_was_expected(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(SourceNotFound, match=r"no document was found in .*empty; expected \.txt, \.md, \.jsonl"):
        build_index([tmp_path / "empty"], tmp_path / "index", IndexSettings(), FakeEncoder(), FakeEncoder())


def test_nothing_readable_is_an_error_with_the_first_problem(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text("{\n")
    with pytest.raises(SourceNotFound, match=r"first problem: .*a\.jsonl, line 1: not JSON"):
        build_index([tmp_path / "a.jsonl"], tmp_path / "index", IndexSettings(), FakeEncoder(), FakeEncoder())


def test_a_rebuild_that_fails_leaves_the_old_index_live(house: House) -> None:
    """Whatever it fails at; the next one works."""

    class Failing(FakeEncoder):
        def encode_passages(self, texts: Sequence[str]) -> Vectors:
            raise MemoryError

    report = house.build()
    house.replace("wheat-en", text="Something else altogether.")
    with pytest.raises(MemoryError):
        house.build(Failing())
    assert Snapshot.open(house.index).manifest.generation == report.generation
    assert house.build().embedded == 1
    assert [path for path in (house.index / "generations").iterdir() if path.name.startswith(".")] == []


def test_a_missing_source_leaves_the_old_index_live(house: House) -> None:
    report = house.build()
    with pytest.raises(SourceNotFound):
        build_index([house.sources / "gone"], house.index, IndexSettings(), FakeEncoder(), FakeEncoder())
    assert Snapshot.open(house.index).manifest.generation == report.generation


def test_a_rebuild_is_refused_while_another_runs(house: House) -> None:
    with Generations(house.index).locked(), pytest.raises(HudhudError, match="another rebuild"):
        house.build()


def test_two_generations_are_kept_by_default(house: House) -> None:
    names = [house.build().generation for _ in range(4)]
    assert [path.name for path in Generations(house.index).published()] == names[-2:]


def test_recall_is_measured_with_words_from_the_middle_of_chunks(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Six of each, where there are more chunks than are searched whole."""
    monkeypatch.setattr("index.partitions.EXACT_UP_TO", 2)
    monkeypatch.setattr("index.vectortable.EXACT_UP_TO", 2)
    monkeypatch.setattr("index.partitions._PROBES", 3)

    class Asked(FakeEncoder):
        asked: list[str] = []  # noqa: RUF012

        def encode_queries(self, texts: Sequence[str]) -> Vectors:
            self.asked += texts
            return super().encode_queries(texts)

    encoder = Asked()
    house.build(encoder)
    assert encoder.asked == [
        "the Kremlin. Libyan officials praised the",
        "by night. The earthquake was felt",
        "a third more for flour than",
    ]


def test_progress_ends_at_all_there_is(house: House) -> None:
    """Each stage reports at least its end."""
    calls: list[tuple[str, int, int]] = []
    build_index(
        [house.sources],
        house.index,
        IndexSettings(),
        FakeEncoder(),
        FakeEncoder(),
        lambda stage, done, total: calls.append((stage, done, total)),
    )
    last = {stage: (done, total) for stage, done, total in calls}
    assert list(last) == ["read", *(f"{stage} {name}" for name in PARTITIONS for stage in ("embed", "words"))]
    assert (last["read"], last["embed en"], last["embed und"]) == ((8, 8), (3, 3), (1, 1))
    assert all(done == total for done, total in last.values())


def test_an_index_can_be_moved(house: House, tmp_path: Path) -> None:
    """No path of the place it was made in is needed to read it."""
    report = house.build()
    house.index.rename(tmp_path / "elsewhere")
    assert Snapshot.open(tmp_path / "elsewhere").manifest.generation == report.generation


def test_no_file_of_an_index_is_a_pickle(house: House) -> None:
    """Manifest, database, faiss and plain arrays are all there is."""
    house.build()
    folder = Generations(house.index).current()
    assert {path.suffix for path in folder.rglob("*") if path.is_file()} == {".json", ".db", ".faiss", ".npy"}
    for path in folder.rglob("*.npy"):
        assert np.load(path, allow_pickle=False).dtype.kind in "iufb"
    json.loads((folder / "manifest.json").read_text("utf-8"))
