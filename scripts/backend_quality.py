"""What 8-bit numbers cost: `python -m scripts.backend_quality MODEL onnx:FOLDER --on XQUAD`.

The first model is what the others are held against: how fast they embed, how near their vectors are to its own, how
many of a query's ten nearest passages they keep, and what nDCG@10 is when a pool is ranked by them alone. Of a model
that knows one language, only the pair of that language tells anything.

Hudhud's own search with a model is measured by `hudhud evaluate --model onnx:FOLDER`.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray

from index.encoder import load_encoder, public_name
from index.types import Vectors
from scripts.evaluation import format_comparison
from search.evaluation import DEPTH, Collection, Ranker, evaluate, read_collection, summarise


@dataclass(frozen=True, slots=True)
class Embedded:
    """What a model made of the documents and queries of a collection; `seconds` of all cores the documents took."""

    documents: Vectors
    queries: Vectors
    seconds: float

    def nearest(self) -> NDArray[np.int64]:
        """The rows of the documents nearest to each query, shape (queries, DEPTH)."""
        found: NDArray[np.int64] = _ordered(self.queries @ self.documents.T)[:, :DEPTH]
        return found


@click.command()
@click.argument("models", nargs=-1, required=True)
@click.option("--on", "folders", multiple=True, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--every", default=1, show_default=True, help="Of so many queries one.")
def main(models: Sequence[str], folders: Sequence[Path], every: int) -> None:
    """Compare MODELS, the first of them the yardstick."""
    for folder in folders:
        collection = read_collection(folder)
        collection = replace(collection, queries=collection.queries[::every])
        compared = {model: embedded(model, collection) for model in models}
        for model, one in compared.items():
            click.echo(f"{model}: {beside(one, compared[models[0]])}")
        shown = [public_name(model) for model in models]
        names = dict(zip(models, shown if len(set(shown)) == len(models) else models, strict=True))
        values = evaluate({names[model]: _ranker(one, collection) for model, one in compared.items()}, collection)
        click.echo(format_comparison(list(map(summarise, values))))


def embedded(model: str, collection: Collection) -> Embedded:
    """The vectors that a model makes of a collection."""
    encoder = load_encoder(model)
    texts = [document.text for document in collection.documents.values()]
    encoder.encode_passages(texts[:8])  # what is done once at first is not counted
    started = time.process_time()  # whatever else the machine does meanwhile
    documents = encoder.encode_passages(texts)
    seconds = time.process_time() - started
    return Embedded(documents, encoder.encode_queries([query.text for query in collection.queries]), seconds)


def beside(one: Embedded, first: Embedded) -> str:
    """How a model compares with the yardstick, in a line."""
    cosines = (one.documents * first.documents).sum(axis=1)
    return (
        f"{len(cosines) / one.seconds:.1f} documents a core-second, {first.seconds / one.seconds:.2f} times the first; "
        f"cosine {cosines.mean():.4f}, least {cosines.min():.4f}; {kept(one, first):.3f} of the {DEPTH} nearest kept"
    )


def kept(one: Embedded, first: Embedded) -> float:
    """The share of each query's nearest documents by the yardstick that are among its nearest by the other."""
    pairs = zip(one.nearest().tolist(), first.nearest().tolist(), strict=True)
    return float(np.mean([len(set(ours) & set(theirs)) / len(theirs) for ours, theirs in pairs]))


def _ranker(one: Embedded, collection: Collection) -> Ranker:
    """Ranks a pool by the vectors alone."""
    ids = np.array(list(collection.documents))
    languages = np.array([document.language for document in collection.documents.values()])
    rows = {query.text: row for row, query in enumerate(collection.queries)}

    def rank(query: str, wanted: tuple[str, ...]) -> list[str]:
        pool = np.flatnonzero(np.isin(languages, wanted)) if wanted else np.arange(len(ids))
        scores = one.documents[pool] @ one.queries[rows[query]]
        found: list[str] = ids[pool[_ordered(scores)[:DEPTH]]].tolist()
        return found

    return rank


def _ordered(scores: Vectors) -> NDArray[np.int64]:
    """Places along the last axis, the highest score first, equal ones by place."""
    return np.argsort(-scores, axis=-1, kind="stable")


if __name__ == "__main__":
    main()
