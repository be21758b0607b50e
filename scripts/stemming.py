"""Compares ways to stem: `python scripts/stemming.py BEIR_DIR...`.

For Arabic and Urdu, nDCG@10 of the lexical leg with no stemming, with Snowball's stemmer (which has none for
Urdu) and with Hudhud's: of queries in the documents' own language, and of those in other languages, whose words
cross by way of the vocabulary that the stemmer makes.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import click
import Stemmer

from index.build import build_index
from index.encoder import BUNDLED, load_encoder
from index.languages import ANALYSES
from index.settings import IndexSettings
from search.evaluation import Collection, evaluate, rankers, read_collection
from search.searcher import Searcher

Stem = Callable[[str], str]

# Snowball expects Arabic's own letters, which the fold has made one with Urdu's.
_ARABIC_LETTERS = str.maketrans("یکہ", "يكه")
_FOLDED_LETTERS = str.maketrans("يكه", "یکہ")


@click.command()
@click.argument("collections", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--every", default=1, show_default=True, help="Take every so many-th query.")
def main(collections: tuple[Path, ...], every: int) -> None:
    """Print a line for each collection, language and stemmer."""
    click.echo(f"{'':44}{'same language':>14}{'others':>10}")
    for folder in collections:
        collection = read_collection(folder)
        collection = replace(collection, queries=collection.queries[::every])
        held = {document.language for document in collection.documents.values()}
        for language in sorted(held & {"ar", "ur"}):
            for name, stem in _stemmers(language).items():
                same, others = _measure(collection, language, stem)
                click.echo(f"{collection.name:20}{language:6}{name:18}{_cell(same, 14)}{_cell(others, 10)}")


def _stemmers(language: str) -> dict[str, Stem]:
    own = ANALYSES[language].stem
    none: dict[str, Stem] = {"no stemming": lambda word: word}
    return {**none, "Snowball": _snowball(), "Hudhud": own} if language == "ar" else {**none, "Hudhud": own}


def _snowball() -> Stem:
    stemmer = Stemmer.Stemmer("arabic")
    return lambda word: str(stemmer.stemWord(word.translate(_ARABIC_LETTERS))).translate(_FOLDED_LETTERS)


def _measure(collection: Collection, language: str, stem: Stem) -> tuple[list[float], list[float]]:
    """nDCG@10 of each query of the language itself, and of each other query, among documents of the language."""
    encoder = load_encoder(BUNDLED)
    with _stemmed_by(language, stem), TemporaryDirectory() as place:
        build_index([collection.corpus], Path(place), IndexSettings(), encoder, encoder)
        lexical = rankers(Searcher.open(Path(place)), ["lexical"])
        pairs = [pair for pair in evaluate(lexical, collection) if pair.documents == language]
    values = [(pair.queries, value.measures["nDCG@10"]) for pair in pairs for value in pair.values]
    return [value for asked, value in values if asked == language], [
        value for asked, value in values if asked != language
    ]


@contextmanager
def _stemmed_by(language: str, stem: Stem) -> Iterator[None]:
    usual = ANALYSES[language]
    ANALYSES[language] = replace(usual, stem=stem)
    try:
        yield
    finally:
        ANALYSES[language] = usual


def _cell(values: list[float], width: int) -> str:
    return f"{sum(values) / len(values):{width}.3f}" if values else f"{'–':>{width}}"


if __name__ == "__main__":
    main()
