"""Text to unit vectors: the only file that knows sentence-transformers and the bundled model.

    load_encoder("bundled")        StaticEncoder over index/model/, with tokenizers and numpy alone
    load_encoder("path/to/static") the same for any folder in the StaticEmbedding layout
    load_encoder("any/other")      TransformerEncoder, through sentence-transformers (imported only then)

A static model's vector of a text is the sum of its token vectors, brought to unit length. Where the
model's configuration has a `word_pattern` (no token reaches out of what it matches, as by design none of the bundled
model's does), a word's tokens are kept and used again, because in any language words repeat.
"""

import hashlib
import json
import os
import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, pairwise
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from urllib.request import Request, urlopen

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from index.errors import ModelError
from index.types import Encoder, Vectors

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

BUNDLED = "bundled"
BUNDLED_FOLDER = Path(__file__).parent / "model"

WORDS_KEPT = 1 << 19
"""Words whose tokens are remembered: some 60 MB, reached only when much text is indexed."""

TEXTS_AT_ONCE = 1024
"""Texts encoded together, by one thread."""

MANY_TEXTS = 64
"""From here on a sparse product sums the vectors; for fewer, loading scipy would cost more than it saves."""

HUB_SECONDS = 5.0
"""How long to wait for the hub before saying that it cannot be reached."""

E5_PROMPTS = ("query: ", "passage: ")
E5_INSTRUCTION_PROMPTS = (
    "Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery: ",
    "",
)
"""Before a query and before a passage: what E5 models were trained with, as their cards say."""


def load_encoder(name: str = BUNDLED) -> Encoder:
    """The encoder called `name`: `bundled`, a local folder, or a model of the Hugging Face hub.

    Raises ModelError where there is no such model, or its files cannot be read.
    """
    if name == BUNDLED:
        return _bundled()
    if is_static(Path(name)):
        return StaticEncoder.load(Path(name), name)
    return TransformerEncoder.load(name)


@lru_cache(maxsize=1)
def _bundled() -> "StaticEncoder":
    """The bundled model, once in a process: every generation that is opened uses the same."""
    return StaticEncoder.load(BUNDLED_FOLDER, BUNDLED)


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


@dataclass(frozen=True, slots=True)
class TokenLists:
    """Lists of token numbers, one after another: list i is `tokens[starts[i]:starts[i + 1]]`."""

    tokens: NDArray[np.int32]
    starts: NDArray[np.int64]

    @classmethod
    def of(cls, lists: Sequence[Sequence[int]]) -> "TokenLists":
        """`TokenLists.of([[1, 2], [3]])` has tokens 1 2 3 and starts 0 2 3."""
        starts = np.zeros(len(lists) + 1, np.int64)
        np.cumsum(lengths_of(lists), out=starts[1:])
        return cls(np.fromiter(chain.from_iterable(lists), np.int32, count=int(starts[-1])), starts)

    def __len__(self) -> int:
        return len(self.starts) - 1

    def take(self, rows: NDArray[np.integer]) -> "TokenLists":
        """The lists numbered `rows`, in that order."""
        lengths = self.starts[rows + 1] - self.starts[rows]
        starts = np.zeros(len(rows) + 1, np.int64)
        np.cumsum(lengths, out=starts[1:])
        places = np.arange(starts[-1]) + np.repeat(self.starts[rows] - starts[:-1], lengths)
        return TokenLists(self.tokens[places], starts)

    def joined(self, other: "TokenLists") -> "TokenLists":
        """These lists, then those of `other`."""
        starts = np.concatenate([self.starts, other.starts[1:] + self.starts[-1]])
        return TokenLists(np.concatenate([self.tokens, other.tokens]), starts)


class WordTokens:
    """Tokens of single words, worked out on first sight and remembered.

    Any number of threads may ask at once. When `limit` is passed, the later half is forgotten: what was seen
    first is what is seen most.
    """

    def __init__(self, tokenizer: Tokenizer, limit: int = WORDS_KEPT) -> None:
        self._normaliser = tokenizer.normalizer
        self._tokenizer = tokenizer  # without its normaliser from here on: see _fold
        self._tokenizer.normalizer = None
        self._limit = limit
        self._lock = Lock()
        self._rows: dict[str, int] = {}
        self._lists = TokenLists.of([])

    def of(self, words: Sequence[str]) -> TokenLists:
        """The tokens of each of `words`."""
        with self._lock:
            rows = list(map(self._rows.get, words))
            if None in rows:
                if len(self._rows) >= self._limit:
                    self._forget()
                self._learn([word for word in dict.fromkeys(words) if word not in self._rows])
                rows = list(map(self._rows.get, words))
            known = self._lists
        return known.take(np.array(rows, np.int32))

    def _forget(self) -> None:
        kept = self._limit // 2
        self._rows = {word: row for word, row in self._rows.items() if row < kept}
        self._lists = self._lists.take(np.arange(kept))

    def _learn(self, words: list[str]) -> None:
        """All words in one call, as one text of many words: a call for each takes three times as long."""
        found = self._tokenizer.encode(self._fold(words), is_pretokenized=True, add_special_tokens=False)
        lengths = np.bincount(np.array(found.word_ids, np.intp), minlength=len(words))
        starts = np.concatenate([[0], np.cumsum(lengths)])
        self._rows.update(zip(words, range(len(self._lists), len(self._lists) + len(words)), strict=True))
        self._lists = self._lists.joined(TokenLists(np.array(found.ids, np.int32), starts))

    def _fold(self, words: list[str]) -> list[str]:
        """The words as lines of one text, folded together."""
        return self._normaliser.normalize_str("\n".join(words)).split("\n") if self._normaliser else words


class StaticEncoder:
    """A static embedding model, read without torch. A text without any known token gets the zero vector."""

    def __init__(
        self,
        name: str,
        fingerprint: str,
        tokenizer: Tokenizer,
        vectors: TokenVectors,
        word_pattern: re.Pattern[str] | None,
    ) -> None:
        self._name = name
        self._fingerprint = fingerprint
        self._tokenizer = tokenizer
        self._vectors = vectors
        self._word_pattern = word_pattern
        self._words = WordTokens(tokenizer) if word_pattern else None

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
            tokenizer = Tokenizer.from_str(tokenizer_bytes.decode("utf-8"))
        except (OSError, KeyError, SafetensorError) as problem:
            raise ModelError(
                f"the embedding model in {folder} cannot be read ({problem}): expected tokenizer.json, and "
                f"model.safetensors with embedding.weight or embeddings; fetch it again, or name another with --model"
            ) from problem
        tokenizer.no_padding()
        tokenizer.no_truncation()
        if tokenizer.get_vocab_size() > len(vectors.table):
            raise ModelError(
                f"the embedding model in {folder} has {tokenizer.get_vocab_size()} tokens but {len(vectors.table)} "
                f"vectors: expected files of one model; fetch it again, or name another with --model"
            )
        fingerprint = hashlib.sha256(weights_bytes + tokenizer_bytes).hexdigest()
        return cls(name, fingerprint, tokenizer, vectors, _word_pattern(folder))

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
        parts = [texts[start : start + TEXTS_AT_ONCE] for start in range(0, len(texts), TEXTS_AT_ONCE)]
        if len(parts) < 2:
            found = list(map(self._encode, parts))
        else:
            with ThreadPoolExecutor(min(len(parts), os.cpu_count() or 1)) as threads:
                found = list(threads.map(self._encode, parts))
        return np.concatenate([np.zeros((0, self.dimensions), np.float32), *found])

    def _encode(self, texts: Sequence[str]) -> Vectors:
        """The same for one part of the texts."""
        return unit(summed(self._tokens_of(texts), self._vectors))

    def _tokens_of(self, texts: Sequence[str]) -> TokenLists:
        if self._words is None or self._word_pattern is None:
            found = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
            return TokenLists.of([encoding.ids for encoding in found])
        split = list(map(self._word_pattern.findall, texts))
        words = self._words.of(list(chain.from_iterable(split)))
        ends = np.concatenate([[0], np.cumsum(lengths_of(split))])
        return TokenLists(words.tokens, words.starts[ends])


def summed(lists: TokenLists, vectors: TokenVectors) -> Vectors:
    """The sum of each list's token vectors, not of unit length, shape (len(lists), dimensions).

    A token's vector is read once, however often the lists hold it.
    """
    used, places = np.unique(lists.tokens, return_inverse=True)
    if len(lists) < MANY_TEXTS:
        rows = vectors(used)[places]
        return np.stack([rows[a:b].sum(axis=0) for a, b in pairwise(lists.starts)])
    from scipy.sparse import csr_array

    counts = csr_array((np.ones(len(places), np.float32), places, lists.starts), shape=(len(lists), len(used)))
    sums: Vectors = counts @ vectors(used)
    return sums


def lengths_of(lists: Sequence[Sequence[object]]) -> NDArray[np.intp]:
    """`lengths_of([[1, 2], [3]])` is `[2, 1]`."""
    return np.fromiter(map(len, lists), np.intp, count=len(lists))


def unit(sums: Vectors) -> Vectors:
    """Rows brought to unit length; rows of zeros stay."""
    lengths = np.linalg.norm(sums, axis=1, keepdims=True)
    np.divide(sums, lengths, out=sums, where=lengths > 0)
    return sums


class TransformerEncoder:
    """Any sentence-transformers model, with the prompts that it stores or, for E5, was trained with."""

    def __init__(self, name: str, fingerprint: str, model: "SentenceTransformer") -> None:
        self._name = name
        self._fingerprint = fingerprint
        self._model = model
        self._query_prompt, self._passage_prompt = prompts_of(name, model.prompts)

    @classmethod
    def load(cls, name: str) -> "TransformerEncoder":
        """Open a local folder, a model in the hub's cache, or, if neither, one fetched from the hub.

        Raises ModelError where there is none of that name, or the hub does not answer within HUB_SECONDS.
        """
        from sentence_transformers import SentenceTransformer

        try:
            model = SentenceTransformer(name, device="cpu", local_files_only=True)
        except (OSError, ValueError, KeyError) as problem:
            if Path(name).exists():
                raise ModelError(
                    f"the embedding model in {name} cannot be read ({_first_line(problem)}): expected a "
                    f"folder written by sentence-transformers; save it again, or name another with --model"
                ) from problem
            check_hub(name)
            model = SentenceTransformer(name, device="cpu")
        return cls(name, fingerprint_of(model), model)

    @property
    def name(self) -> str:
        """What the manifest records."""
        return self._name

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the weights, the tokenizer and the prompts."""
        return self._fingerprint

    @property
    def dimensions(self) -> int:
        """Length of each vector; ModelError where the model does not tell."""
        dimensions = self._model.get_embedding_dimension()
        if dimensions is None:
            raise ModelError(
                f"the embedding model {self._name} does not say how long its vectors are: expected a model "
                f"that ends in a pooling layer; name another with --model"
            )
        return int(dimensions)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Shape (len(texts), dimensions), with the model's query prompt before each text."""
        if not texts:
            return np.zeros((0, self.dimensions), np.float32)
        found = self._model.encode_query(
            list(texts), prompt=self._query_prompt, normalize_embeddings=True, show_progress_bar=False
        )
        return np.asarray(found, np.float32)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Shape (len(texts), dimensions), with the model's passage prompt before each text."""
        if not texts:
            return np.zeros((0, self.dimensions), np.float32)
        found = self._model.encode_document(
            list(texts), prompt=self._passage_prompt, normalize_embeddings=True, show_progress_bar=False
        )
        return np.asarray(found, np.float32)


def prompts_of(name: str, stored: Mapping[str, str | None]) -> tuple[str, str]:
    """What goes before a query and a passage: as stored, or as an E5 model that stores none was trained.

    >>> prompts_of("intfloat/multilingual-e5-small", {"query": None, "document": None})
    ('query: ', 'passage: ')
    >>> prompts_of("any/model", {"query": "ask: ", "document": None, "passage": "tell: "})
    ('ask: ', 'tell: ')
    """
    last = re.split(r"[/\\\\]", name.rstrip("/\\"))[-1].lower()
    if any(stored.values()) or "e5" not in re.split(r"[^a-z0-9]+", last):
        passage = next(filter(None, map(stored.get, ("document", "passage", "corpus"))), None)
        return stored.get("query") or "", passage or ""
    return E5_INSTRUCTION_PROMPTS if "instruct" in last else E5_PROMPTS


def check_hub(name: str) -> None:
    """Ask the hub about the model once, briefly, so that a slow network cannot hold the program up.

    Raises ModelError where the hub does not answer, or knows no such model.
    """
    from huggingface_hub import constants
    from huggingface_hub.utils._headers import build_hf_headers

    try:
        if constants.HF_HUB_OFFLINE:
            raise OSError("HF_HUB_OFFLINE is set")
        address = f"{constants.ENDPOINT}/api/models/{quote(name)}"
        urlopen(Request(address, headers=build_hf_headers()), timeout=HUB_SECONDS).close()
    except OSError as problem:
        raise ModelError(
            f"there is no embedding model {name}: expected a folder, a model in the local cache, or one that "
            f"the Hugging Face hub gives ({problem}); check the name and the network, or leave out --model"
        ) from problem


def fingerprint_of(model: "SentenceTransformer") -> str:
    """A digest of all weights, the tokenizer, the prompts and the greatest length."""
    digest = hashlib.sha256()
    for name, tensor in model.state_dict().items():
        digest.update(name.encode())
        digest.update(tensor.detach().cpu().contiguous().flatten().view(dtype=_bytes_type()).numpy())
    fast = getattr(model.tokenizer, "backend_tokenizer", None)
    tokenizer = fast.to_str() if fast is not None else str(sorted(model.tokenizer.get_vocab().items()))
    digest.update(json.dumps([tokenizer, dict(model.prompts), model.max_seq_length], sort_keys=True).encode())
    return digest.hexdigest()


def _bytes_type() -> Any:
    import torch

    return torch.uint8


def _first_line(problem: Exception) -> str:
    return (str(problem).strip() or type(problem).__name__).splitlines()[0]


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        raise ModelError(
            f"the embedding model file {path} cannot be read ({_first_line(problem)}): expected JSON as "
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
