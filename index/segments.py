"""Which segments of documents a generation keeps, and when those with few or old documents are written anew."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.gather import Gathered
from index.store import DocumentStore, SegmentWriter, link

_MOST_SEGMENTS = 8
_LEAST_ALIVE = 0.5  # share of a segment's documents; below it, more space is lost than writing them anew costs


def assemble(folder: Path, gathered: Gathered, old: DocumentStore, writer: SegmentWriter) -> DocumentStore:
    """The store of the documents gathered, in a folder that then holds its segments.

    Closes `writer`, whose segment lies in the folder already. Old segments are linked; what is
    alive in those given up is copied to the writer's.
    """
    taken = gathered.old >= 0
    places = old.segments[gathered.old[taken]].astype(np.int64)
    rows = old.rows[gathered.old[taken]].astype(np.int64)
    given_up = _given_up(np.bincount(places, minlength=len(old.paths)), old.sizes())
    for segment in given_up:
        moved = places == segment
        first = writer.copy(old.paths[segment], rows[moved].tolist())
        rows[moved] = first + np.arange(int(moved.sum()))
    rows_of = gathered.fresh.copy()
    rows_of[taken] = rows
    writer.close()
    kept = [segment for segment in np.unique(places).tolist() if segment not in given_up]
    paths = [link(old.paths[segment], folder) for segment in kept]
    if writer.rows:
        paths.append(writer.path)
    else:
        writer.path.unlink()
    ordered = sorted(paths)
    number_of = np.full(len(old.paths) + 1, ordered.index(writer.path) if writer.rows else -1)
    for segment, path in zip(kept, paths, strict=False):
        number_of[segment] = ordered.index(path)
    segments = np.full(len(gathered), number_of[-1])
    segments[taken] = np.where(np.isin(places, given_up), number_of[-1], number_of[places])
    return DocumentStore(
        ordered,
        segments.astype(np.int16),
        rows_of.astype(np.int32),
        gathered.ids,
        gathered.languages,
        facts=old.facts.joined(writer.facts(), np.where(taken, gathered.old, len(old) + gathered.fresh)),
    )


def _given_up(alive: NDArray[np.int64], sizes: list[int]) -> list[int]:
    """The segments to be written anew: those mostly of documents that are gone, and, of too many, the smaller half.

    >>> _given_up(np.array([90, 3, 0]), [100, 10, 10]), _given_up(np.arange(9, 0, -1), list(range(9, 0, -1)))
    ([1], [4, 5, 6, 7, 8])
    """
    sparse = [segment for segment, size in enumerate(sizes) if 0 < alive[segment] < _LEAST_ALIVE * size]
    others = [segment for segment in np.argsort(-alive, kind="stable").tolist() if alive[segment]]
    others = [segment for segment in others if segment not in sparse]
    return sorted(sparse if len(others) <= _MOST_SEGMENTS else [*sparse, *others[_MOST_SEGMENTS // 2 :]])
