"""The optional second stage: a cross-encoder reads query and passage together and re-orders the head of a ranking.

    reranker = load_reranker("cross-encoder/mmarco-mMiniLMv2-L12-H384-v1")    once; takes seconds
    ranking = rerank(ranking, passages, query, reranker, depth=50)            passages of the first 50

Only the first `depth` candidates change places, so whatever first-stage retrieval missed stays missed, and what lies
deeper stays where it was. The model is imported inside the loader: a search without this stage never loads torch.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelError
from index.hub import check_hub
from search.ranking import Ranking

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder


class Reranker(Protocol):
    """Says how well each of some passages answers a query. May be asked from several threads."""

    @property
    def name(self) -> str:
        """A model's name or path, as it was asked for."""
        ...

    def scores(self, query: str, passages: Sequence[str]) -> NDArray[np.float32]:
        """Shape (len(passages),), higher is better; comparable within one call only."""
        ...


def load_reranker(name: str) -> Reranker:
    """The cross-encoder called `name`: a local folder, or a model of the Hugging Face hub.

    Raises ModelError where there is no such model, its files cannot be read, or it is no cross-encoder.
    """
    return CrossEncoderReranker.load(name)


def rerank(ranking: Ranking, passages: Sequence[str], query: str, reranker: Reranker, depth: int) -> Ranking:
    """The first `depth` candidates by the reranker's scores, equal ones by former place; the rest unchanged. Pure.

    `ranking` is best first, as `Ranking.merged` makes it; `passages` are the texts of its first
    `min(depth, len(ranking))` candidates, in its order.

    Every column travels with its candidate but `scores`, which stays where it is: the best of the reranked gets the
    highest of the former scores, and so on. What a cross-encoder gives are logits, which differ in scale from model
    to model and from the fused scores of the rest. In one column they would jump at `depth`, and a least score would
    cut in the wrong place. As it is, scores still fall from first to last, a page is a slice, and a least score lets
    as many through as before. A score therefore says what its place is worth; what the legs gave the candidate itself
    is in `dense` and `lexical`. Where former scores were equal, only the order knows who came first: do not sort by
    score again.

    Candidates a, b, c, d with scores 9, 7, 5, 3, reranked to depth 3 with 0.1, 0.8, 0.5: b 9, c 7, a 5, d 3.
    """
    if depth < 0:
        raise ValueError(f"depth is {depth}; expected at least 0")
    head = min(depth, len(ranking))
    if len(passages) != head:
        raise ValueError(f"there are {len(passages)} passages for {head} candidates; expected one for each")
    if head < 2:
        return ranking
    scores = reranker.scores(query, passages)
    if scores.shape != (head,):
        raise ValueError(f"{reranker.name} gave scores of shape {scores.shape}; expected ({head},)")
    places = np.arange(len(ranking))
    places[:head] = np.argsort(-scores, kind="stable")  # NaN, should a model overflow, comes last
    moved = {name: getattr(ranking, name)[places] for name in Ranking.__slots__ if name != "scores"}
    return replace(ranking, **moved)


class CrossEncoderReranker:
    """A sentence-transformers cross-encoder with one output, asked for raw logits."""

    def __init__(self, name: str, model: "CrossEncoder") -> None:
        self._name = name
        self._model = model
        self._lock = Lock()  # a call sets truncation and padding on the tokenizer that all threads share

    @classmethod
    def load(cls, name: str) -> "CrossEncoderReranker":
        """Open a local folder, a model in the hub's cache, or, if neither, one fetched from the hub.

        Raises ModelError as `load_reranker` does, or where the hub does not answer within HUB_SECONDS.
        """
        try:
            model = _open(name, local=True)
        except ModelError:
            if Path(name).exists():
                raise
            _check_hub(name)
            model = _open(name, local=False)
        _check_scorer(name, model)
        return cls(name, model)

    @property
    def name(self) -> str:
        """What it was loaded by."""
        return self._name

    def scores(self, query: str, passages: Sequence[str]) -> NDArray[np.float32]:
        """Shape (len(passages),); a pair longer than the model reads is truncated, its longer side first."""
        if not passages:
            return np.zeros(0, np.float32)
        pairs = [(query, passage) for passage in passages]
        with self._lock:
            found = self._model.predict(pairs, show_progress_bar=False, activation_fn=_raw)
        return np.asarray(found, np.float32)


def _raw(logits: Any) -> Any:
    """In place of the usual sigmoid, which is 1.0 in float32 for every logit above 17: ties that are none."""
    return logits


def _open(name: str, *, local: bool) -> "CrossEncoder":
    from safetensors import SafetensorError
    from sentence_transformers import CrossEncoder

    # A damaged or foreign folder shows in all of these ways: tested with one of each.
    unreadable = (OSError, ValueError, KeyError, TypeError, RuntimeError, SafetensorError)
    try:
        model: CrossEncoder = CrossEncoder(name or ".", device="cpu", local_files_only=local)
    except unreadable as problem:
        reason = (str(problem).strip() or type(problem).__name__).splitlines()[0]
        raise ModelError(
            f"the reranking model {name} cannot be read ({reason}): expected a cross-encoder as "
            f"sentence-transformers saves it; save or fetch it again, name another, or search without reranking"
        ) from problem
    return model


def _check_hub(name: str) -> None:
    """As for encoders, but for the name that CrossEncoder will ask for, and in words that fit."""
    from sentence_transformers import CrossEncoder

    try:
        check_hub(name if "/" in name else f"{CrossEncoder.default_huggingface_organization}/{name}")
    except ModelError as problem:
        raise ModelError(
            f"there is no reranking model {name}: expected a folder, a model in the local cache, or one that the "
            f"Hugging Face hub gives ({problem.__cause__}); check the name and the network, or search without reranking"
        ) from problem


def _check_scorer(name: str, model: "CrossEncoder") -> None:
    """Refuse what loads but cannot rank: a classifier, or an embedding model, which would get a head of random weights.

    The second is told by the architecture that the weights were saved from.
    """
    if model.num_labels != 1:
        raise ModelError(
            f"the reranking model {name} gives {model.num_labels} scores to a pair: expected a cross-encoder "
            f"that gives one; name another, or search without reranking"
        )
    kind = type(model.model).__name__
    saved = getattr(model.config, "architectures", None) or [kind]
    if kind.endswith("ForSequenceClassification") and kind not in saved:
        raise ModelError(
            f"the reranking model {name} is a {saved[0]}: expected a cross-encoder, which has weights to score a pair "
            f"with; name another, or search without reranking"
        )
