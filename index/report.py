"""What a rebuild did, for people and for machines; each generation keeps its own."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from index.errors import IndexCorrupt
from index.manifest import FileRecord, record_file

NAME = "report.json"


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a rebuild did.

    Of `documents`, `unchanged` were taken over, `changed` were read anew under an id that the
    generation before had too, and `new` under one it had not; `dropped` are ids that are gone.
    `files_read` of `files` were opened. Of `chunks`, `embedded` got a new vector and `reused` an old
    one. `near_duplicates` counts documents that nearly repeat an earlier one. `skipped` holds
    one sentence for each file or record left out, with path and line; `seconds` the time of each
    stage, and `beside` how long other processes, so many together, worked on some beside this one; `bytes` is the
    size of the generation, and `bytes_written` what of it is not shared with the one before.
    """

    generation: str
    documents: int
    unchanged: int
    new: int
    changed: int
    dropped: int
    files: int
    files_read: int
    languages: dict[str, int]
    chunks: int
    embedded: int
    reused: int
    near_duplicates: int
    skipped: list[str]
    seconds: dict[str, float]
    processes: int
    beside: dict[str, float]
    bytes: int
    bytes_written: int

    def to_json(self) -> dict[str, Any]:
        """The report as plain values."""
        return asdict(self)

    def write(self, folder: Path) -> dict[str, FileRecord]:
        """Keep the report in a generation; returns the record of its file."""
        path = folder / NAME
        path.write_text(json.dumps(self.to_json(), ensure_ascii=False, indent=1), encoding="utf-8")
        return {NAME: record_file(path)}

    @classmethod
    def read(cls, folder: Path) -> "BuildReport":
        """The report of a generation; its seconds end before it was published. Raises IndexCorrupt."""
        try:
            return cls(**json.loads((folder / NAME).read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError) as problem:
            raise IndexCorrupt(f"{folder / NAME} cannot be read ({problem}); rebuild the index") from problem

    def lines(self) -> list[str]:
        """The report as text, a line for each thing it tells."""
        languages = ", ".join(f"{language} {count}" for language, count in self.languages.items())
        stages = ", ".join(f"{stage} {seconds:.2f}" for stage, seconds in self.seconds.items())
        return [
            f"indexed {self.documents} documents ({languages}) in {self.chunks} chunks",
            f"  {self.unchanged} unchanged, {self.new} new, {self.changed} changed, {self.dropped} dropped; "
            f"{self.files_read} of {self.files} files read, {len(self.skipped)} problems",
            f"  {self.embedded} chunks embedded, {self.reused} reused; {self.near_duplicates} near-duplicates",
            f"  {sum(self.seconds.values()):.1f} s ({stages}); "
            f"{self.bytes / 1e6:.1f} MB, of which {self.bytes_written / 1e6:.1f} MB written",
            *self._beside(),
            f"live generation {self.generation}",
        ]

    def _beside(self) -> list[str]:
        stages = ", ".join(f"{stage} {seconds:.2f}" for stage, seconds in self.beside.items())
        return [f"  beside them {self.processes} processes worked: {stages}"] if self.processes else []
