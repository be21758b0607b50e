"""What fused scores mean: `python scripts/calibrate.py BEIR_DIR...`.

For each collection, the fused scores of relevant documents and of each query's best irrelevant
one, and the logistic curve between the two. The floor and the relevance of `search/` come from here.
"""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import click
import numpy as np
from sklearn.linear_model import LogisticRegression

from index.build import build_index
from index.encoder import BUNDLED, load_encoder
from index.languages import LANGUAGES
from index.settings import IndexSettings
from index.snapshot import Snapshot
from search.evaluation import read_collection
from search.searcher import Searcher
from search.settings import SearchSettings
from search.types import SearchRequest

_SHARES = (0.01, 0.03, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99)
_DEPTH = 30


@click.command()
@click.argument("collections", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--every", default=5, show_default=True, help="Take every so many-th query.")
def main(collections: tuple[Path, ...], every: int) -> None:
    """Print where relevant and irrelevant documents score."""
    encoder = load_encoder(BUNDLED)
    for folder in collections:
        collection = read_collection(folder)
        with TemporaryDirectory() as place:
            build_index([collection.corpus], Path(place), IndexSettings(), encoder, encoder)
            settings = replace(SearchSettings(), floor=-1e9)
            searcher = Searcher(Snapshot.open(Path(place)), encoder, encoder, settings)
            relevant: list[float] = []
            irrelevant: list[float] = []
            for query in collection.queries[::every]:
                for language in LANGUAGES:
                    found = searcher.scored(SearchRequest(query.text, _DEPTH, languages=(language,)))
                    relevant += [score for item, score in found if query.relevance.get(item, 0) > 0]
                    irrelevant += [score for item, score in found if query.relevance.get(item, 0) <= 0][:1]
        _print(folder.name, np.array(relevant), np.array(irrelevant))


def _print(name: str, relevant: np.ndarray, irrelevant: np.ndarray) -> None:
    click.echo(f"{name}: share of documents that score below")
    click.echo(" " * 18 + "".join(f"{share:8.0%}" for share in _SHARES))
    for label, scores in (("relevant", relevant), ("best irrelevant", irrelevant)):
        click.echo(f"  {label:16}" + "".join(f"{cut:8.2f}" for cut in np.quantile(scores, _SHARES)))
    scores = np.concatenate([relevant, irrelevant])[:, None]
    truth = np.concatenate([np.ones(len(relevant)), np.zeros(len(irrelevant))])
    model = LogisticRegression().fit(scores, truth)
    slope = float(model.coef_[0][0])
    click.echo(f"  logistic: middle {-float(model.intercept_[0]) / slope:.2f}, slope {slope:.2f}")


if __name__ == "__main__":
    main()
