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


def signs_of(codes: Codes, quantizer: Quantizer) -> Any:
    """An index that holds for each number of some codes whether it is above the mean of its dimension."""
    least, spread = _levels(codes)
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


def _levels(codes: Codes) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """The mean code of each dimension, rounded down, and how far from it codes are on average.

    Added up in whole numbers, so that the order of rows makes no difference.
    """
    blocks = range(0, len(codes), _BLOCK)
    sums = sum(codes[start : start + _BLOCK].sum(axis=0, dtype=np.int64) for start in blocks)
    least = (sums // max(1, len(codes))).astype(np.uint8)
    # Above the mean by as much as below it.
    above = sum(np.maximum(codes[start : start + _BLOCK], least).sum(axis=0, dtype=np.int64) for start in blocks)
    away = 2 * (above - len(codes) * least.astype(np.int64)) - (sums - len(codes) * least.astype(np.int64))
    return least, away / max(1, len(codes))
