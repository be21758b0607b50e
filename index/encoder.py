"""Text to unit vectors: the only file that knows sentence-transformers and the bundled model.

    load_encoder("bundled")        StaticEncoder over index/model/, with tokenizers and numpy alone
    load_encoder("path/to/static") the same for any folder in the StaticEmbedding layout
    load_encoder("any/other")      TransformerEncoder, through sentence-transformers (imported only then)

A static model's vector of a text is the sum of its token vectors, brought to unit length. Where the
model's configuration says `whitespace_local` (its tokens never reach across white space, as the bundled
model's by design do not), a word's sum is kept and used again, because in any language words repeat.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
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

Gather = Callable[[NDArray[np.intp]], Vectors]
"""Row numbers to the vectors in those rows."""

BUNDLED = "bundled"
BUNDLED_FOLDER = Path(__file__).parent / "model"

WORDS_KEPT = 1 << 17
"""Words whose sums are remembered: at most 128 MB at 256 dimensions, reached only when much text is indexed."""

TEXTS_AT_ONCE = 1024
ROWS_AT_ONCE = 4096
BLOCK_WIDTH = 512
"""Texts cut into words together; vectors gathered together; vectors of one text gathered together."""

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
    folder = BUNDLED_FOLDER if name == BUNDLED else Path(name)
    if name == BUNDLED or is_static(folder):
        return StaticEncoder.load(folder, name)
    return TransformerEncoder.load(name)


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

    def __call__(self, tokens: NDArray[np.intp]) -> Vectors:
        """The vectors of `tokens`, shape (len(tokens), dimensions)."""
        found = self.table[tokens].astype(np.float32)
        return found if self.scales is None else found * self.scales[tokens, None]

    @property
    def dimensions(self) -> int:
        """Length of each vector."""
        return int(self.table.shape[1])


class WordSums:
    """Sums of the token vectors of single words, worked out on first sight and remembered.

    Any number of threads may ask at once. When `limit` is passed, the later half is forgotten (what was seen
    first is what is seen most) and a new matrix begun: rows stay valid for the matrix they were given with.
    """

    def __init__(self, tokenizer: Tokenizer, vectors: TokenVectors, limit: int = WORDS_KEPT) -> None:
        self._normaliser = tokenizer.normalizer
        self._tokenizer = tokenizer  # without its normaliser from here on: see _fold
        self._tokenizer.normalizer = None
        self._vectors = vectors
        self._limit = limit
        self._lock = Lock()
        self._rows: dict[str, int] = {}
        self._sums: Vectors = np.zeros((1024, vectors.dimensions), np.float32)

    def rows(self, words: Sequence[str]) -> tuple[Vectors, NDArray[np.intp]]:
        """A matrix of word sums, and the row in it of each of `words`."""
        with self._lock:
            if len(self._rows) >= self._limit:
                self._forget()
            rows = list(map(self._rows.get, words))
            if None in rows:
                self._learn(list(dict.fromkeys(w for w, row in zip(words, rows, strict=True) if row is None)))
                rows = list(map(self._rows.get, words))
            return self._sums, np.array(rows, np.intp)

    def _forget(self) -> None:
        kept = self._limit // 2
        self._rows = {word: row for word, row in self._rows.items() if row < kept}
        self._sums = self._sums[:kept].copy()

    def _learn(self, words: list[str]) -> None:
        known, needed = len(self._rows), len(self._rows) + len(words)
        if needed > len(self._sums):
            grown = np.zeros((max(needed, 2 * len(self._sums)), self._sums.shape[1]), np.float32)
            grown[:known] = self._sums[:known]
            self._sums = grown
        self._sums[known:needed] = summed_tokens(self._tokenizer, self._vectors, self._fold(words))
        self._rows.update(zip(words, range(known, needed), strict=True))

    def _fold(self, words: list[str]) -> list[str]:
        """All words in one call, a line each, because a call costs more than a word does."""
        return self._normaliser.normalize_str("\n".join(words)).split("\n") if self._normaliser else words


class StaticEncoder:
    """A static embedding model, read without torch. A text without any known token gets the zero vector."""

    def __init__(
        self,
        name: str,
        fingerprint: str,
        tokenizer: Tokenizer,
        vectors: TokenVectors,
        *,
        whitespace_local: bool,
    ) -> None:
        self._name = name
        self._fingerprint = fingerprint
        self._tokenizer = tokenizer
        self._vectors = vectors
        self._words = WordSums(tokenizer, vectors) if whitespace_local else None

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
        return cls(name, fingerprint, tokenizer, vectors, whitespace_local=_is_whitespace_local(folder))

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
        if self._words is None:
            return unit(summed_tokens(self._tokenizer, self._vectors, texts))
        sums = np.zeros((len(texts), self.dimensions), np.float32)
        for start in range(0, len(texts), TEXTS_AT_ONCE):
            split = [text.split() for text in texts[start : start + TEXTS_AT_ONCE]]
            matrix, rows = self._words.rows(list(chain.from_iterable(split)))
            add_rows(sums[start : start + len(split)], matrix.__getitem__, rows, lengths_of(split))
        return unit(sums)


def add_rows(sums: Vectors, vectors: Gather, rows: NDArray[np.intp], lengths: NDArray[np.intp]) -> None:
    """Add to `sums[i]` the vectors of its `lengths[i]` rows; `rows` holds those of text 0, then of text 1 …

    Texts of one length are summed as one block, which numpy does six times as fast as `np.add.reduceat`.
    """
    starts = np.cumsum(lengths) - lengths
    for done in range(0, int(lengths.max(initial=0)), BLOCK_WIDTH):
        widths = np.clip(lengths - done, 0, BLOCK_WIDTH)
        for width in np.unique(widths[widths > 0]):
            texts = np.flatnonzero(widths == width)
            parts = min(len(texts), -(-len(texts) * int(width) // ROWS_AT_ONCE))
            for some in np.array_split(texts, parts):
                places = starts[some, None] + done + np.arange(width)
                sums[some] += vectors(rows[places.ravel()]).reshape(len(some), width, -1).sum(axis=1)


def summed_tokens(tokenizer: Tokenizer, vectors: TokenVectors, texts: Sequence[str]) -> Vectors:
    """The sum of each text's token vectors, not of unit length, shape (len(texts), dimensions)."""
    sums = np.zeros((len(texts), vectors.dimensions), np.float32)
    for start in range(0, len(texts), TEXTS_AT_ONCE):
        batch = list(texts[start : start + TEXTS_AT_ONCE])
        found = [encoding.ids for encoding in tokenizer.encode_batch_fast(batch, add_special_tokens=False)]
        add_rows(sums[start : start + len(batch)], vectors, flat(found), lengths_of(found))
    return sums


def flat(lists: Sequence[Sequence[int]]) -> NDArray[np.intp]:
    """`flat([[1, 2], [3]])` is `[1, 2, 3]`."""
    return np.fromiter(chain.from_iterable(lists), np.intp, count=sum(map(len, lists)))


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


def _is_whitespace_local(folder: Path) -> bool:
    path = folder / "config_sentence_transformers.json"
    return path.is_file() and _read_json(path).get("whitespace_local") is True
