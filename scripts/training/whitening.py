"""Spreads the vectors of texts more evenly over all directions, by one linear map of the token vectors.

Training leaves a few directions in which all paragraphs lie alike; they take part in every comparison and tell
little. A text's vector is a sum of token vectors, so a linear map of these maps texts too, and costs nothing later.
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from scripts.training.pieces import Ragged

Floats = NDArray[np.float32]


def text_vectors(texts: Ragged, vectors: Floats) -> Floats:
    """Unit vectors of texts of tokens, shape (len(texts), dimensions)."""
    ones = np.ones(len(texts.values), np.float32)
    sums: Floats = csr_array((ones, texts.values, texts.offsets), shape=(len(texts), len(vectors))) @ vectors
    return sums / np.linalg.norm(sums, axis=1, keepdims=True).clip(1e-6)


def whitened(vectors: Floats, languages: Iterable[Ragged], strength: float) -> Floats:
    """Token vectors times U Λ^-strength, where U Λ Uᵀ is the mean, over the languages, of their texts' E[v vᵀ].

    Strength 0 only turns the axes; 0.5 would make every direction equally strong (ZCA whitening).
    """
    moments = [
        found.T @ found / len(found) for found in (text_vectors(texts, vectors) for texts in languages if len(texts))
    ]
    if not moments:
        return vectors
    values, axes = np.linalg.eigh(np.mean(moments, axis=0, dtype=np.float64))
    order = np.argsort(-values)
    scales = values[order].clip(values.max() * 1e-6) ** -strength
    return (vectors @ (axes[:, order] * scales / scales.mean())).astype(np.float32)
