"""Small corpora that can be told apart, and what an index made of one has to hold."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path

import click

from index.build import build_index
from index.encoder import BUNDLED, load_encoder
from index.generations import Generations
from index.manifest import Manifest
from index.settings import IndexSettings
from index.snapshot import Snapshot

SAMPLES = Path(__file__).parents[2] / "samples"


def write_corpus(path: Path, name: str, every: int = 1, of: int = 0) -> set[str]:
    """A part of the sample articles as JSON lines, their ids marked with a name; returns the ids."""
    lines = (SAMPLES / "news.jsonl").read_text(encoding="utf-8").splitlines()
    records = [json.loads(line) for line in lines[of::every]]
    marked = [{**record, "_id": f"{name}:{record['_id']}"} for record in records]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in marked), encoding="utf-8")
    return {record["_id"] for record in marked}


def conclude(name: str, passed: bool, told: str) -> None:
    """Print the line that goes into the table of docs/operations.md, and leave with 1 when it failed."""
    click.echo(f"{name}: {'passed' if passed else 'FAILED'}; {told}")
    if not passed:
        sys.exit(1)


def build(source: Path, index_folder: Path) -> str:
    """Index a corpus with the bundled model; returns the name of the generation."""
    encoder = load_encoder(BUNDLED)
    return build_index([source], index_folder, IndexSettings(), encoder, encoder).generation


def live_ids(index_folder: Path) -> set[str]:
    """The ids in the live generation, after every file of it was checked. Raises StoredIndexError."""
    folder = Generations(index_folder).current()
    Manifest.read(folder).check_contents(folder)
    snapshot = Snapshot.open_generation(folder)
    documents: Mapping[int, object] = snapshot.store.get(range(len(snapshot.store)))
    return {str(getattr(document, "id", "")) for document in documents.values()}
