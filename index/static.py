"""Static embedding models: a text's vector is the sum of its token vectors, brought to unit length.

They are read without torch, with tokenizers and numpy alone, from sentence-transformers' StaticEmbedding layout. Where
the model's configuration has a `word_pattern` (no token reaches out of what it matches, as by design none of the
bundled model's does), a word's tokens are kept and used again, because in any language words repeat.
"""

import hashlib
import json
import os
import re
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file

from index.errors import ModelError
from index.ragged import Lists, bounds, lengths_of
from index.subwords import Subwords
from index.tokens import WordTokens
from index.types import Vectors

TEXTS_AT_ONCE = 1024
"""Texts whose token vectors are summed together, by one thread."""

_LETTERS_AT_ONCE = 1 << 20  # letters split into tokens together: their words are objects meanwhile

MANY_TEXTS = 64
"""From here on a sparse product sums the vectors; for fewer, loading scipy would cost more than it saves. And from here
on words are looked for in all texts at once."""


def is_static(folder: Path) -> bool:
    """Whether `folder` holds a StaticEmbedding model with nothing behind it but Normalize."""
    if not (folder / "modules.json").is_file():
        return False
    kinds = [str(module.get("type", "")).rpartition(".")[2] for module in _read_json(folder / "modules.json")]
    return kinds in (["StaticEmbedding"], ["StaticEmbedding", "Normalize"])


@dataclass(frozen=True, slots=True)
class TokenVectors:
    """Token vectors as they lie on disk: token t has `table[t] * scales[t]`; whole numbers stay one byte each.

    `table` has shape (tokens, dimensions), of float32, float16 or int8; `scales` is None, or has shape (tokens,).
    """

    table: NDArray[Any]
    scales: NDArray[np.float32] | None = None

    @classmethod
    def load(cls, path: Path) -> "TokenVectors":
        """Read the two forms that sentence-transformers reads: its own, and that of model2vec.

        Raises OSError, SafetensorError, or KeyError where there is neither.
        """
        parts = load_file(path)
        if "embedding.weight" in parts:
            return cls(parts["embedding.weight"])
        table, scales = parts["embeddings"], parts.get("weights")
        if "mapping" in parts:
            table = table[parts["mapping"]]
        return cls(table, None if scales is None else scales.astype(np.float32))

    def __call__(self, tokens: NDArray[np.integer]) -> Vectors:
        """The vectors of `tokens`, shape (len(tokens), dimensions)."""
        found: Vectors = self.table[tokens].astype(np.float32)
        return found if self.scales is None else found * self.scales[tokens, None]

    @property
    def dimensions(self) -> int:
        """Length of each vector."""
        return int(self.table.shape[1])


class StaticEncoder:
    """A static embedding model, read without torch. A text without any known token gets the zero vector."""

    def __init__(
        self,
        name: str,
        fingerprint: str,
        subwords: Subwords,
        vectors: TokenVectors,
        word_pattern: re.Pattern[str] | None,
    ) -> None:
        self._name = name
        self._fingerprint = fingerprint
        self._subwords = subwords
        self._vectors = vectors
        self._word_pattern = word_pattern
        self._words = WordTokens(subwords) if word_pattern else None

    @classmethod
    def load(cls, folder: Path, name: str) -> "StaticEncoder":
        """Read the model in `folder`; `name` is what the manifest will record.

        Raises ModelError where a file is missing, is not what it should be, or disagrees with another.
        """
        home = folder / str(_read_json(folder / "modules.json")[0].get("path", ""))
        try:
            weights_bytes = (home / "model.safetensors").read_bytes()
            tokenizer_bytes = (home / "tokenizer.json").read_bytes()
            vectors = TokenVectors.load(home / "model.safetensors")
            subwords = Subwords(tokenizer_bytes.decode("utf-8"))
        except (OSError, KeyError, ValueError, TypeError, SafetensorError) as problem:
            raise ModelError(
                f"the embedding model in {folder} cannot be read ({problem}): expected tokenizer.json, and "
                f"model.safetensors with embedding.weight or embeddings; fetch it again, or name another with --model"
            ) from problem
        if subwords.size > len(vectors.table):
            raise ModelError(
                f"the embedding model in {folder} has {subwords.size} tokens but {len(vectors.table)} "
                f"vectors: expected files of one model; fetch it again, or name another with --model"
            )
        fingerprint = hashlib.sha256(weights_bytes + tokenizer_bytes).hexdigest()
        return cls(name, fingerprint, subwords, vectors, _word_pattern(folder))

    @property
    def name(self) -> str:
        """What the manifest records."""
        return self._name

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the weights and the tokenizer."""
        return self._fingerprint

    @property
    def dimensions(self) -> int:
        """Length of each vector."""
        return self._vectors.dimensions

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Shape (len(texts), dimensions); queries and passages are treated alike."""
        return self.encode_passages(texts)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Shape (len(texts), dimensions), unit rows, zeros for a text without a known token."""
        if len(texts) <= TEXTS_AT_ONCE:
            return self.encode_tokens(self._tokens_of(texts))
        tokens = self.tokens_of(texts)
        vectors = np.empty((len(texts), self.dimensions), np.float32)
        starts = range(0, len(texts), TEXTS_AT_ONCE)

        def put(start: int) -> None:
            vectors[start : start + TEXTS_AT_ONCE] = self.encode_tokens(tokens.part(start, start + TEXTS_AT_ONCE))

        threads = min(len(starts), _threads())
        if threads > 1:
            with ThreadPoolExecutor(threads) as pool:
                deque(pool.map(put, starts), maxlen=0)
        else:
            deque(map(put, starts), maxlen=0)
        return vectors

    @property
    def reads_pieces(self) -> bool:
        """Whether the tokens of a text are those of its pieces: no word of the model reaches across white space."""
        return self._word_pattern is not None and self._word_pattern.findall("a b") == ["a", "b"]

    def tokens_of(self, texts: Sequence[str]) -> Lists:
        """The tokens of each text."""
        some = _few_enough(texts)
        return Lists.all([self._tokens_of(texts[start : start + some]) for start in range(0, len(texts), some)])

    def encode_tokens(self, lists: Lists) -> Vectors:
        """`encode_passages` for texts with these tokens."""
        return unit(summed(lists, self._vectors)) if len(lists) else np.zeros((0, self.dimensions), np.float32)

    def _tokens_of(self, texts: Sequence[str]) -> Lists:
        if self._words is None or self._word_pattern is None:
            found = self._subwords.whole.encode_batch_fast(list(texts), add_special_tokens=False)
            return Lists.of([encoding.ids for encoding in found])
        words, counts = _found(self._word_pattern, texts)
        tokens = self._words.of(words)
        return Lists(tokens.values, tokens.starts[bounds(counts)])


def _found(pattern: re.Pattern[str], texts: Sequence[str]) -> tuple[list[str], NDArray[np.intp]]:
    """What a pattern finds in each text, one text after the other, and how much that is.

    >>> found, counts = _found(re.compile("[a-z]+"), ["a b", "", "c"] * 100)
    >>> found[:3], counts[:4].tolist()
    (['a', 'b', 'c'], [2, 0, 1, 2])
    """
    lines = "\n".join([*texts, ""]) if len(texts) >= MANY_TEXTS else ""
    if lines.count("\n") != len(texts) or pattern.findall("a\nb") != ["a", "b"]:
        split = list(map(pattern.findall, texts))
        return list(chain.from_iterable(split)), lengths_of(split)
    # As lines of one text, for what is found does not reach across: that takes less time.
    found = re.compile(f"{pattern.pattern}|\n", pattern.flags).findall(lines)
    ends = np.flatnonzero(np.fromiter([word == "\n" for word in found], np.bool_, count=len(found)))
    return [word for word in found if word != "\n"], np.diff(ends, prepend=-1) - 1


def summed(lists: Lists, vectors: TokenVectors) -> Vectors:
    """The sum of each list's token vectors, not of unit length, shape (len(lists), dimensions).

    A token's vector is read once, however often the lists hold it.
    """
    if len(lists) < MANY_TEXTS:
        used, of_token = np.unique(lists.values, return_inverse=True)
        rows = vectors(used)[of_token]
        return np.stack([rows[a:b].sum(axis=0) for a, b in pairwise(lists.starts)])
    from scipy.sparse import csr_array

    used, places = _distinct(lists.values)
    counts = csr_array((np.ones(len(places), np.float32), places, lists.starts), shape=(len(lists), len(used)))
    sums: Vectors = counts @ vectors(used)
    return sums


def _distinct(tokens: NDArray[np.integer]) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """`np.unique` with the inverse, for many numbers that are small: nothing is sorted.

    >>> _distinct(np.array([7, 3, 7]))
    (array([3, 7]), array([1, 0, 1], dtype=int32))
    """
    is_used = np.zeros(tokens.max(initial=-1) + 1, dtype=np.bool_)
    is_used[tokens] = True
    return np.flatnonzero(is_used), (np.cumsum(is_used, dtype=np.int32) - 1)[tokens]


def unit(sums: Vectors) -> Vectors:
    """Rows brought to unit length; rows of zeros stay."""
    lengths = np.linalg.norm(sums, axis=1, keepdims=True)
    np.divide(sums, lengths, out=sums, where=lengths > 0)
    return sums


def _few_enough(texts: Sequence[str]) -> int:
    """How many of these texts to split into tokens together."""
    return max(1, _LETTERS_AT_ONCE * len(texts) // (sum(map(len, texts)) + 1))


def _threads() -> int:
    """How many threads we may use: the processes of a build, which are as many as the cores, are told to use one."""
    told = os.environ.get("OMP_NUM_THREADS", "")
    return int(told) if told.isdigit() else os.cpu_count() or 1


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        raise ModelError(
            f"the embedding model file {path} cannot be read ({problem}): expected JSON as "
            f"sentence-transformers writes it; fetch the model again, or name another with --model"
        ) from problem


def _word_pattern(folder: Path) -> re.Pattern[str] | None:
    """What a word is, where the model's configuration promises that no token reaches out of one."""
    path = folder / "config_sentence_transformers.json"
    pattern = _read_json(path).get("word_pattern") if path.is_file() else None
    try:
        return re.compile(pattern) if pattern else None
    except (re.error, TypeError) as problem:
        raise ModelError(
            f"the embedding model file {path} cannot be used ({problem}): expected a regular expression as "
            f"word_pattern; fetch the model again, or name another with --model"
        ) from problem
