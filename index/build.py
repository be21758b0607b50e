"""build_index(): read, clean, chunk, encode, write, publish; of all that, only what is new or changed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.arrays import open_array, save_arrays
from index.clock import Clock
from index.cuts import Cuts
from index.duplicates import Clusters
from index.embeddings import found_again, kept_embeddings
from index.errors import SourceError, SourceNotFound
from index.furniture import Furniture, find_furniture
from index.garbage import old_objects_left_alone
from index.gather import Gathered, Gatherer
from index.generations import Generations
from index.ledger import Ledger
from index.manifest import FileRecord, Manifest, record_files
from index.partitions import Progress, Written
from index.parts import Made
from index.preparing import Preparer, Preparers
from index.previous import Previous, code_fingerprint
from index.processes import Processes, cores
from index.readers import EXPECTED, Source, shown
from index.recall import Recall
from index.report import BuildReport
from index.segments import assemble
from index.settings import FORMAT, IndexSettings
from index.sketches import PLACES
from index.store import DocumentStore, SegmentWriter
from index.types import Encoder
from index.writing import Generation, write_parts

_BATCH = 128  # documents cut again together


@dataclass(frozen=True, slots=True)
class _Models:
    """What embeds the chunks, and what embeds the vocabulary."""

    encoder: Encoder
    translator: Encoder


def build_index(
    sources: Sequence[Source],
    index_folder: Path,
    settings: IndexSettings,
    encoder: Encoder,
    translator: Encoder,
    progress: Progress = lambda stage, done, total: None,
    *,
    full: bool = False,
    strict: bool = False,
) -> BuildReport:
    """Index all documents of the sources as a new generation and make it the live one.

    `encoder` embeds the chunks and `translator`, the bundled model, the vocabulary. What the live
    generation holds of unchanged documents is used again; `full` spares nothing but the vectors of
    chunks that have the same text. The outcome is the same. Until the last step the old
    generation stays live; when this raises or the process dies, it still is.
    Raises SourceNotFound when no document is found, SourceError when `strict` is true and anything had
    to be left out, ProcessLost when a process that worked on a part died, and StoredIndexError, OSError.
    """
    generations = Generations(index_folder)
    with (
        generations.locked(),
        old_objects_left_alone(),
        kept_embeddings(index_folder, encoder) as encoder,
        Processes(cores(), partial(Preparer, settings)) as processes,
    ):
        clock = Clock()
        before = Previous.open(generations, settings, encoder, translator)
        old = before if before and before.same_text and not full else None
        folder = generations.start()
        clock.lap("open")
        made = _read(sources, folder, settings, old, strict, progress, processes)
        clock.lap("read")
        generation = Generation(folder, settings, encoder, translator, made.store, before, old, clock)
        clustered = partial(_clustered, generation, made)
        written, clusters = write_parts(generation, made, processes, clustered, progress)
        linked = _linked(folder, before)
        files = record_files(folder, linked)
        clock.lap("flush")
        report = _report(generation, made.gathered, written, clusters, files, linked, processes)
        files |= report.write(folder)
        _manifest(folder, settings, _Models(encoder, translator), written, files).write(folder)
        generations.publish(folder, settings.keep_generations)
        clock.lap("publish")
        return replace(report, seconds=clock.seconds)


def _read(
    sources: Sequence[Source],
    folder: Path,
    settings: IndexSettings,
    old: Previous | None,
    strict: bool,
    progress: Progress,
    processes: Processes[Preparer],
) -> Made:
    """Gather the documents of the sources, and store the texts of those that are new and cut them into rows."""
    before = old.snapshot.store if old else DocumentStore.empty()
    writer = SegmentWriter(folder / "documents" / f"{folder.name.removeprefix('.')}.db")
    recall = Recall(old.ledger if old else Ledger.empty(), before.ids)
    preparers = Preparers(settings, processes)
    with Cuts(folder) as cuts:
        gatherer = Gatherer(writer, cuts, preparers, recall, before)
        gatherer.read(sources, lambda done: progress("read", done, 0))
        gathered = gatherer.gathered(lambda number, row: before.id_of(number) if number >= 0 else writer.id_of(row))
        progress("read", len(gathered), len(gathered))
        _check(gathered, sources, strict)
        store = assemble(folder / "documents", gathered, before, writer)
        gathered.ledger.save(folder / "sources")
        furniture, differ = find_furniture(
            gathered.lines, before.furniture, gathered.old, lambda number: store.whole([number])[number]
        )
        store = store.with_furniture(furniture)
        store.save(folder / "documents")
        places = _places(gathered, furniture, differ, store, cuts, preparers)
        # Of a document that has other lines than before, the rows are new.
        gathered = replace(gathered, old=np.where(differ, -1, gathered.old))
        return Made(gathered, store, cuts.rows(), cuts.sketches(), places, cuts.spelled)


def _check(gathered: Gathered, sources: Sequence[Source], strict: bool) -> None:
    """Raise SourceError if anything was left out and nothing may be, SourceNotFound if nothing is left."""
    if strict and gathered.skipped:
        raise SourceError(_refused(gathered.skipped))
    if not len(gathered):
        raise SourceNotFound(_nothing_found(sources, gathered.skipped))


def _places(
    gathered: Gathered,
    furniture: Furniture,
    differ: NDArray[np.bool_],
    store: DocumentStore,
    cuts: Cuts,
    preparers: Preparers,
) -> NDArray[np.int64]:
    """Where among the cuts the rows of each document are, -1 for one taken over, shape (documents,).

    What was cut before it was known which lines of a document are furniture is cut again without them.
    """
    places = gathered.fresh.copy()
    again = np.flatnonzero(differ | (gathered.fresh >= 0) & (np.diff(furniture.dropped_starts) > 0))
    places[again] = cuts.documents + np.arange(len(again))
    batches = (again[start : start + _BATCH].tolist() for start in range(0, len(again), _BATCH))
    for cut in preparers.cuts(list(store.get(numbers).values()) for numbers in batches):
        cuts.add(cut)
    return places


def _clustered(generation: Generation, made: Made) -> Clusters:
    """Write which documents are near-duplicates of one another."""
    sketches = _sketches(made, generation.old)
    clusters = Clusters.build(sketches, made.gathered.languages)
    clusters.save(generation.folder / "duplicates")
    save_arrays(generation.folder / "duplicates", {"sketches": sketches})
    generation.clock.lap("near-duplicates")
    return clusters


def _sketches(made: Made, old: Previous | None) -> NDArray[np.uint16]:
    """The sketches of all documents, shape (documents, PLACES)."""
    if np.array_equal(made.places, np.arange(len(made.sketches))):
        return made.sketches  # as they lie on the disk
    sketches = np.zeros((len(made.gathered), PLACES), dtype=np.uint16)
    taken = made.places < 0
    sketches[~taken] = made.sketches[made.places[~taken]]
    if old:
        sketches[taken] = open_array(old.folder / "duplicates", "sketches")[made.gathered.old[taken]]
    return sketches


def _refused(skipped: Sequence[str]) -> str:
    more = f" (and {len(skipped) - 1} more)" if len(skipped) > 1 else ""
    return f"{skipped[0]}{more}; the index is left as it was because nothing may be left out"


def _nothing_found(sources: Sequence[Source], skipped: Sequence[str]) -> str:
    names = ", ".join(shown(source) for source in sources)
    first = f" (the first problem: {skipped[0]})" if skipped else ""
    return f"no document was found in {names}{first}; expected {EXPECTED}"


def _linked(folder: Path, before: Previous | None) -> dict[str, FileRecord]:
    """The records of the files that the generation before has too."""
    if before is None:
        return {}
    return {
        name: record
        for name, record in before.snapshot.manifest.files.items()
        if (folder / name).is_file() and (folder / name).samefile(before.folder / name)
    }


def _report(
    generation: Generation,
    gathered: Gathered,
    written: dict[str, Written],
    clusters: Clusters,
    files: dict[str, FileRecord],
    linked: dict[str, FileRecord],
    processes: Processes[Preparer],
) -> BuildReport:
    before = generation.before
    old_ids = _whole(before.snapshot.store.ids) if before else set()
    ids = _whole(gathered.ids)
    unchanged = int((gathered.old >= 0).sum())
    changed = len(ids & old_ids) - unchanged
    chunks = sum(part.chunks for part in written.values())
    embedded = sum(part.embedded for part in written.values()) - found_again(generation.encoder)
    size = sum(record.size for record in files.values())
    return BuildReport(
        generation=generation.folder.name.removeprefix("."),
        documents=len(gathered),
        unchanged=unchanged,
        new=len(ids) - unchanged - changed,
        changed=changed,
        dropped=len(old_ids - ids),
        files=len(gathered.ledger.places),
        files_read=gathered.files_read,
        languages={language: part.documents for language, part in written.items()},
        chunks=chunks,
        embedded=embedded,
        reused=chunks - embedded,
        near_duplicates=clusters.collapsed(),
        skipped=gathered.skipped,
        seconds=dict(generation.clock.seconds),
        processes=len(processes),
        beside={stage: round(seconds, 3) for stage, seconds in processes.seconds.items()},
        bytes=size,
        bytes_written=size - sum(record.size for record in linked.values()),
    )


def _whole(ids: NDArray[np.uint8]) -> set[bytes]:
    """The rows of an array as a set."""
    blob, width = ids.tobytes(), ids.shape[1]
    return {blob[start : start + width] for start in range(0, len(blob), width)}


def _manifest(
    folder: Path,
    settings: IndexSettings,
    models: _Models,
    written: dict[str, Written],
    files: dict[str, FileRecord],
) -> Manifest:
    return Manifest(
        format=FORMAT,
        generation=folder.name.removeprefix("."),
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        settings=settings.to_json(),
        model=models.encoder.name,
        model_fingerprint=models.encoder.fingerprint,
        dimensions=models.encoder.dimensions,
        vocabulary_fingerprint=models.translator.fingerprint,
        code=code_fingerprint(),
        documents=sum(part.documents for part in written.values()),
        counts={language: {"documents": part.documents, "chunks": part.chunks} for language, part in written.items()},
        files=files,
    )
