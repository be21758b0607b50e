"""Builds an index of Hudhud from nothing."""

from pathlib import Path
from time import perf_counter

from index.build import build_index
from index.encoder import BUNDLED, load_encoder
from index.generations import Generations
from index.settings import IndexSettings
from index.snapshot import Snapshot
from scripts.benchmarking.process import Tell


def build(tell: Tell, corpus: str, index: str) -> None:
    """Tell the seconds of each stage, and what lies on disk."""
    started = perf_counter()
    encoder = load_encoder(BUNDLED)
    report = build_index([Path(corpus)], Path(index), IndexSettings(), encoder, encoder)
    seconds = perf_counter() - started
    tell(seconds=round(seconds, 2), chunks=report.chunks, documents=report.documents, stages=report.seconds)
    tell(rate=round(report.chunks / seconds, 1), near_duplicates=report.near_duplicates)
    folder = Generations(Path(index)).current()
    tell(bytes=report.bytes, parts=_sizes(folder), terms=_terms(folder))


def _sizes(folder: Path) -> dict[str, int]:
    """Bytes by the first part of a file's name: chunks, documents, lexical, vectors …"""
    sizes: dict[str, int] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            part = path.relative_to(folder).parts[0]
            sizes[part] = sizes.get(part, 0) + path.stat().st_size
    return sizes


def _terms(folder: Path) -> int:
    """Terms of all languages."""
    return sum(len(part.lexical.terms) for part in Snapshot.open_generation(folder).partitions.values())
