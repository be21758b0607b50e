"""Transformer models, through sentence-transformers, which is imported only where one is named."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from index.errors import ModelError
from index.hub import check_hub
from index.types import Vectors

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

E5_PROMPTS = ("query: ", "passage: ")
E5_INSTRUCTION_PROMPTS = (
    "Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery: ",
    "",
)
"""Before a query and before a passage: what E5 models were trained with, as their cards say."""


class TransformerEncoder:
    """Any sentence-transformers model, with the prompts that it stores or, for E5, was trained with."""

    def __init__(self, name: str, fingerprint: str, model: "SentenceTransformer", texts_at_once: int = 32) -> None:
        self._name = name
        self._fingerprint = fingerprint
        self._model = model
        self._texts_at_once = texts_at_once
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
            list(texts),
            prompt=self._query_prompt,
            batch_size=self._texts_at_once,
            normalize_embeddings=True,
            show_progress_bar=False,
        )
        return np.asarray(found, np.float32)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Shape (len(texts), dimensions), with the model's passage prompt before each text."""
        if not texts:
            return np.zeros((0, self.dimensions), np.float32)
        found = self._model.encode_document(
            list(texts),
            prompt=self._passage_prompt,
            batch_size=self._texts_at_once,
            normalize_embeddings=True,
            show_progress_bar=False,
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


def fingerprint_of(model: "SentenceTransformer", files: Sequence[Path] = ()) -> str:
    """A digest of all weights, in memory or in files, the tokenizer, the prompts and the greatest length."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.name.encode())
        with file.open("rb") as stream:
            digest.update(hashlib.file_digest(stream, "sha256").digest())
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
