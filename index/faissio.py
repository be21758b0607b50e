"""What the kinds of vector indexes need of faiss beside its indexes."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from index.errors import IndexCorrupt


def read(path: Path, flags: int) -> faiss.Index:
    """The index in a file. Raises IndexCorrupt."""
    try:
        return faiss.read_index(str(path), flags)
    except RuntimeError as problem:
        raise IndexCorrupt(f"{path} cannot be read by faiss; rebuild the index or roll back") from problem


def write(index: faiss.Index, path: Path) -> None:
    """Write an index to a file. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        faiss.write_index(index, str(path))
    except RuntimeError as problem:  # what faiss makes of a full disk
        raise OSError(f"{path} cannot be written") from problem


def among(allowed: NDArray[np.bool_] | None) -> Any:
    """What tells faiss which rows may be found."""
    if allowed is None:
        return None
    selector = made(faiss.IDSelectorBitmap, np.packbits(allowed, bitorder="little"))
    return made(faiss.SearchParameters, sel=selector)


def made(kind: Any, *arguments: Any, **named: Any) -> Any:
    """An object of faiss; its stubs do not tell all that its wrappers take."""
    return kind(*arguments, **named)


@contextmanager
def one_core() -> Iterator[None]:
    """A query takes one core: sharing it out pays little when cores are idle, and costs much when not."""
    usual = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(usual)
