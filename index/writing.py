"""The parts of a generation: written one after the other, or, where there is much to write, side by side in processes.

Both write the same: a part depends on no other, and its vectors do not depend on its words.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from index.clock import Clock
from index.encoder import load_encoder
from index.languages import PARTITIONS
from index.partitions import PartitionWriter, Progress, Written
from index.parts import Made, Part
from index.preparing import Preparer
from index.previous import Previous
from index.processes import Processes
from index.settings import IndexSettings
from index.static import StaticEncoder
from index.store import DocumentStore
from index.types import Encoder

Done = TypeVar("Done")

_PARTS = "parts"  # folder within that of the generation, for the time of writing

_MANY = 8192
"""New rows from which on other processes are worth their start."""


@dataclass(frozen=True, slots=True)
class Generation:
    """The generation that is being made: where, how, and out of which one.

    `before` is the generation that is live, and `old` the same where documents are taken over from it.
    """

    folder: Path
    settings: IndexSettings
    encoder: Encoder
    translator: Encoder
    store: DocumentStore
    before: Previous | None
    old: Previous | None
    clock: Clock

    def writer(self, progress: Progress) -> PartitionWriter:
        """What writes its parts."""
        models = self.encoder, self.translator
        return PartitionWriter(
            self.folder, self.settings, *models, self.store, self.old, self.before, self.clock, progress
        )


@dataclass(frozen=True, slots=True)
class _Task:
    """A part, and what another process needs to know of the generation to write it."""

    folder: Path
    settings: IndexSettings
    encoder: str
    translator: str
    before: Path | None
    takes_over: bool
    part: Path
    language: str

    @classmethod
    def of(cls, generation: Generation, part: Path, language: str) -> "_Task":
        before = generation.before.folder if generation.before else None
        names = generation.encoder.name, generation.translator.name
        takes_over = generation.old is not None
        return cls(generation.folder, generation.settings, *names, before, takes_over, part, language)

    def open(self) -> Part:
        return Part.open(self.part, self.language)

    def writer(self) -> PartitionWriter:
        encoder, translator = load_encoder(self.encoder), load_encoder(self.translator)
        before = Previous.of(self.before, self.settings, encoder, translator) if self.before else None
        store = DocumentStore.open(self.folder / "documents")
        old = before if self.takes_over else None
        generation = Generation(self.folder, self.settings, encoder, translator, store, before, old, Clock())
        return generation.writer(lambda stage, done, total: None)


def write_parts(
    generation: Generation,
    made: Made,
    processes: Processes[Preparer],
    meanwhile: Callable[[], Done],
    progress: Progress,
) -> tuple[dict[str, Written], Done]:
    """Write the parts of all languages, and do something else meanwhile."""
    if _is_worth_it(generation, made, processes):
        return _side_by_side(generation, made, processes, meanwhile, progress)
    writer = generation.writer(progress)
    written: dict[str, Written] = {}
    for part in made.parts():
        written[part.language] = writer.write_vectors(part)
        writer.write_words(part)
    return written, meanwhile()


def _is_worth_it(generation: Generation, made: Made, processes: Processes[Preparer]) -> bool:
    """Whether there is enough to write, and models that another process can have too."""
    if processes.count < 2 or len(made.rows) < _MANY:
        return False
    return isinstance(generation.encoder, StaticEncoder) and isinstance(generation.translator, StaticEncoder)


def _side_by_side(
    generation: Generation,
    made: Made,
    processes: Processes[Preparer],
    meanwhile: Callable[[], Done],
    progress: Progress,
) -> tuple[dict[str, Written], Done]:
    folder = generation.folder / _PARTS
    tasks: list[tuple[int, str, _Task]] = []
    for part in made.parts():
        part.save(folder / part.language)
        tasks.append((len(part.numbers), part.language, _Task.of(generation, folder / part.language, part.language)))
    del part
    made.spelled.clear()  # a hundred bytes each
    tasks.sort(reverse=True)  # the longest first, so that none is left alone at the end
    words = {language: processes.submit("words", _write_words, task) for _, language, task in tasks}
    vectors = {language: processes.submit("vectors", _write_vectors, task) for _, language, task in tasks}
    done = meanwhile()
    for language, terms in words.items():
        progress(f"words {language}", terms.result(), terms.result())
    for language, rows in vectors.items():
        progress(f"embed {language}", rows.result().embedded, rows.result().embedded)
    shutil.rmtree(folder)
    generation.clock.lap("languages")
    return {language: vectors[language].result() for language in PARTITIONS if language in vectors}, done


def _write_words(preparer: Preparer, task: _Task) -> int:
    preparer.forget()
    return task.writer().write_words(task.open())


def _write_vectors(preparer: Preparer, task: _Task) -> Written:
    preparer.forget()
    return task.writer().write_vectors(task.open())
