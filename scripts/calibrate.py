"""What fused scores mean, with the model that ships: `python scripts/calibrate.py BEIR_DIR... [--unanswered FILE]`.

To be run again whenever the model changes. For each collection, the fused scores of relevant documents, of each
query's best irrelevant one, and of the best that is found for questions which the collection does not answer
(`samples/judgments/unanswered.jsonl`). From these come the logistic curve of `search/fusion.py`, and for the bar of
`search/answers.py` the choice that shows fewest documents for questions without an answer, of all that lose at most
`--loss` of the relevant documents in every collection.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

import click
import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from index.build import build_index
from index.encoder import BUNDLED, load_encoder
from index.settings import IndexSettings
from index.snapshot import Snapshot
from search.answers import bar, shown
from search.evaluation import read_collection
from search.query import understand
from search.searcher import Searcher
from search.settings import SearchSettings
from search.types import SearchRequest

_UNANSWERED = Path(__file__).parent.parent / "samples" / "judgments" / "unanswered.jsonl"
_SHARES = (0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.98)
_DEPTH = 60
_DEFAULTS = SearchSettings()
_EVERYTHING = replace(_DEFAULTS, floor=-1e9, floor_share=-1e9, sure=-1e9)
_SURE = np.arange(3.0, 8.1, 0.5)
_SURE_WORD = (6.0, 9.0, 12.0, 15.0)
_DOUBT = (1.0, 1.5, 2.0, 2.5)
_LONGEST = 1_000_000


@dataclass(frozen=True, slots=True)
class Answered:
    """What a query of so many words found: scores, best first, and which of them are relevant; both of shape (found,).

    `judged` is the number of relevant documents, found or not; 0 for a question without an answer.
    """

    words: int
    scores: NDArray[np.float64]
    relevant: NDArray[np.bool_]
    judged: int

    def shown(self, settings: SearchSettings) -> int:
        """How many of the documents found are shown."""
        return shown(self.scores, bar(self.words, False, settings), settings)


@click.command()
@click.argument("collections", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--unanswered", default=_UNANSWERED, type=click.Path(path_type=Path), help="Questions without an answer.")
@click.option("--every", default=5, show_default=True, help="Take every so many-th query.")
@click.option("--loss", default=0.02, show_default=True, help="Share of relevant documents that may be lost.")
def main(collections: tuple[Path, ...], unanswered: Path, every: int, loss: float) -> None:
    """Print where relevant and irrelevant documents score, and where to set the bar."""
    questions = [json.loads(line)["text"] for line in unanswered.read_text(encoding="utf-8").splitlines()]
    measured: dict[str, tuple[list[Answered], list[Answered]]] = {}
    for folder in collections:
        measured[folder.name] = _measure(folder, questions, every)
        _print(folder.name, *measured[folder.name])
    click.echo("as set")
    _judge(measured, _DEFAULTS)
    best = _best(measured, loss)
    click.echo(f"best for a loss of at most {loss:.0%}: " + ("none" if best is None else _named(best)))
    if best is not None:
        _judge(measured, best)


def _measure(folder: Path, questions: Sequence[str], every: int) -> tuple[list[Answered], list[Answered]]:
    """What the queries of a collection find, and what the questions that it does not answer do."""
    collection = read_collection(folder)
    encoder = load_encoder(BUNDLED)
    with TemporaryDirectory() as place:
        build_index([collection.corpus], Path(place), IndexSettings(), encoder, encoder)
        searcher = Searcher(Snapshot.open(Path(place)), encoder, encoder, _EVERYTHING)
        asked = [_ask(searcher, query.text, query.relevance) for query in collection.queries[::every]]
        return asked, [_ask(searcher, question, {}) for question in questions]


def _ask(searcher: Searcher, text: str, relevance: dict[str, int]) -> Answered:
    found = searcher.scored(SearchRequest(text, _DEPTH, collapse=False))
    return Answered(
        len(understand(text, _LONGEST).words),
        np.array([score for _, score in found]),
        np.array([relevance.get(item, 0) > 0 for item, _ in found], dtype=bool),
        sum(gain > 0 for gain in relevance.values()),
    )


def _print(name: str, asked: Sequence[Answered], unanswered: Sequence[Answered]) -> None:
    relevant = np.concatenate([item.scores[item.relevant] for item in asked])
    irrelevant = np.array([item.scores[~item.relevant][0] for item in asked if not item.relevant.all()])
    rows = {
        "relevant": relevant,
        "best irrelevant": irrelevant,
        "best of a query": np.array([item.scores[0] for item in asked]),
        "unanswered, best": np.array([item.scores[0] for item in unanswered if len(item.scores)]),
    }
    click.echo(f"{name}: share of documents that score below")
    click.echo(" " * 19 + "".join(f"{share:8.0%}" for share in _SHARES))
    for label, scores in rows.items():
        click.echo(f"  {label:17}" + "".join(f"{cut:8.2f}" for cut in np.quantile(scores, _SHARES)))
    scores = np.concatenate([relevant, irrelevant])[:, None]
    truth = np.concatenate([np.ones(len(relevant)), np.zeros(len(irrelevant))])
    model = LogisticRegression().fit(scores, truth)
    slope = float(model.coef_[0][0])
    click.echo(f"  logistic: middle {-float(model.intercept_[0]) / slope:.2f}, slope {slope:.2f}")


def _judge(measured: dict[str, tuple[list[Answered], list[Answered]]], settings: SearchSettings) -> None:
    for name, (asked, unanswered) in measured.items():
        shown = np.array([item.shown(settings) for item in unanswered])
        click.echo(
            f"  {name:16} unanswered: {np.mean(shown == 0):.0%} empty, "
            f"{np.mean(shown <= settings.doubtful_results):.0%} at most {settings.doubtful_results}; "
            f"relevant documents lost: {_lost(asked, settings):.1%}"
        )


def _lost(asked: Sequence[Answered], settings: SearchSettings) -> float:
    """The share of relevant documents that were found and are not shown."""
    shown = sum(int(item.relevant[: item.shown(settings)].sum()) for item in asked)
    return 1 - shown / sum(int(item.relevant.sum()) for item in asked)


def _best(measured: dict[str, tuple[list[Answered], list[Answered]]], loss: float) -> SearchSettings | None:
    """The settings that leave fewest questions without an answer with more than a few results, and most with none."""

    def worth(settings: SearchSettings) -> tuple[float, float]:
        shown = [np.array([item.shown(settings) for item in unanswered]) for _, unanswered in measured.values()]
        few = float(np.mean([np.mean(counts <= settings.doubtful_results) for counts in shown]))
        return few + float(np.mean([np.mean(counts == 0) for counts in shown])), few

    fitting = (
        settings for settings in _candidates() if all(_lost(asked, settings) <= loss for asked, _ in measured.values())
    )
    return max(fitting, key=worth, default=None)


def _candidates() -> Iterator[SearchSettings]:
    for sure, per_word, doubt in product(_SURE, _SURE_WORD, _DOUBT):
        yield replace(_DEFAULTS, sure=float(sure), sure_word=per_word, doubt=doubt)


def _named(settings: SearchSettings) -> str:
    return f"sure {settings.sure}, sure_word {settings.sure_word}, doubt {settings.doubt}"


if __name__ == "__main__":
    main()
