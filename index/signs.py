"""The first look at many vectors: at the sign of each number alone.

faiss' product quantiser with fast scan takes the signs of four numbers together, sixteen combinations, and looks up
what they add to a score. (André, Kermarrec and Le Scouarnec, "Cache locality is not enough", 2015.)
"""

from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from index.faissio import made
from index.quantizer import Quantizer
from index.types import Codes

_GROUP = 4  # dimensions whose signs faiss takes together
_BLOCK = 1 << 14
_ROWS = 32  # of a block of faiss' fast scan
_BELOW = np.where(np.arange(1 << _GROUP)[:, np.newaxis] >> np.arange(_GROUP) & 1, 0, 1 << 31).astype(np.uint32)


def signs_of(codes: Codes, quantizer: Quantizer, least: NDArray[np.uint8] | None = None) -> Any:
    """An index that holds for each number of some codes whether it is above `least`, or the mean, of its dimension."""
    least = _means(codes) if least is None else least
    spread = _spread(codes, least)
    dimensions = quantizer.dimensions
    padded = -dimensions % _GROUP
    # What a group of signs stands for: each of its numbers as far above or below the mean as they are on average.
    ends = np.pad(spread * quantizer.step, (0, padded)).reshape(-1, 1, _GROUP)
    above = np.arange(1 << _GROUP)[:, np.newaxis] >> np.arange(_GROUP) & 1
    signs: Any = faiss.IndexPQ(dimensions + padded, ends.shape[0], _GROUP, faiss.METRIC_INNER_PRODUCT)
    faiss.copy_array_to_vector((ends * (2 * above - 1)).astype(np.float32).ravel(), signs.pq.centroids)
    signs.is_trained = True
    for start in range(0, len(codes), _BLOCK):
        signs.add_sa_codes(np.packbits(codes[start : start + _BLOCK] > least, axis=1, bitorder="little"))
    look: Any = faiss.IndexPQFastScan(signs)
    look.orig_codes = None  # they go with `signs`
    if not padded:
        return look
    return faiss.IndexPreTransform(made(faiss.RemapDimensionsTransform, dimensions, dimensions + padded, False), look)


class StoredSigns:
    """The signs that an index of faiss holds, by row.

    They lie in blocks of 32 rows, and in a block group by group: 16 bytes with two rows each, rows 0 to 15 in the
    lower halves, and of these rows 0, 8, 1, 9 and so on.
    """

    def __init__(self, look: Any) -> None:
        stored = faiss.rev_swig_ptr(look.codes.get(), look.codes.size())
        self._blocks = stored.reshape(-1, look.M2, _ROWS // 2)
        self._groups = look.M

    def of(self, rows: NDArray[np.int64]) -> NDArray[np.uint32]:
        """Of each number of some rows the highest bit if it is below 0, else 0; shape (len(rows), dimensions)."""
        places = rows % _ROWS
        halves = self._blocks[rows // _ROWS, :, places % 8 * 2 + places // 8 % 2]
        halves >>= (places // (_ROWS // 2) * _GROUP).astype(np.uint8)[:, np.newaxis]
        halves &= (1 << _GROUP) - 1
        found: NDArray[np.uint32] = _BELOW.take(halves[:, : self._groups], axis=0).reshape(
            len(rows), self._groups * _GROUP
        )
        return found


def _means(codes: Codes) -> NDArray[np.uint8]:
    """The mean code of each dimension, rounded down.

    Added up in whole numbers, so that the order of rows makes no difference.
    """
    blocks = range(0, len(codes), _BLOCK)
    sums = sum(codes[start : start + _BLOCK].sum(axis=0, dtype=np.int64) for start in blocks)
    found: NDArray[np.uint8] = (sums // max(1, len(codes))).astype(np.uint8)
    return found


def _spread(codes: Codes, least: NDArray[np.uint8]) -> NDArray[np.float64]:
    """How far from `least` the codes of each dimension are on average."""
    blocks = range(0, len(codes), _BLOCK)
    sums = sum(codes[start : start + _BLOCK].sum(axis=0, dtype=np.int64) for start in blocks)
    above = sum(np.maximum(codes[start : start + _BLOCK], least).sum(axis=0, dtype=np.int64) for start in blocks)
    away = 2 * (above - len(codes) * least.astype(np.int64)) - (sums - len(codes) * least.astype(np.int64))
    found: NDArray[np.float64] = away / max(1, len(codes))
    return found
