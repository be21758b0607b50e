"""How English queries and Urdu in Latin letters are told apart: `python scripts/romanised.py BEIR_DIR...`.

Of each language's queries, how many are taken for Urdu or Arabic in Latin letters; and of the English ones, how many
have other documents among their ten best than they would have if nothing were ever taken for that.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import click

from index.build import build_index
from index.encoder import BUNDLED, load_encoder
from index.settings import IndexSettings
from search.evaluation import DEPTH, read_collection
from search.query import understand
from search.searcher import Searcher
from search.settings import SearchSettings
from search.types import SearchRequest

_LONGEST = SearchSettings().longest_query


@click.command()
@click.argument("collections", nargs=-1, required=True, type=click.Path(path_type=Path))
def main(collections: tuple[Path, ...]) -> None:
    """Print a line for each language of queries in each collection, and one for the English queries that change."""
    encoder = load_encoder(BUNDLED)
    for folder in collections:
        collection = read_collection(folder)
        for language in sorted({query.language for query in collection.queries}):
            texts = [query.text for query in collection.queries if query.language == language]
            taken = [text for text in texts if understand(text, _LONGEST).language.endswith("-Latn")]
            click.echo(
                f"{collection.name}: {len(taken)} of {len(texts)} queries in {language} are taken for Latin letters"
            )
            if language == "en":
                with TemporaryDirectory() as place:
                    build_index([collection.corpus], Path(place), IndexSettings(), encoder, encoder)
                    changed = sum(1 for _ in _changed(Searcher.open(Path(place)), taken))
                click.echo(f"{collection.name}: {changed} of {len(texts)} English queries change their best {DEPTH}")


def _changed(searcher: Searcher, texts: list[str]) -> Iterator[str]:
    """The queries whose ranking depends on their being taken for Latin letters; no other can change."""
    for text in texts:
        request = SearchRequest(text, DEPTH)
        ranking = searcher.ranking(request)
        with _nothing_romanised():
            if searcher.ranking(request) != ranking:
                yield text


@contextmanager
def _nothing_romanised() -> Iterator[None]:
    with patch("search.query.romanised", lambda words: ""):
        yield


if __name__ == "__main__":
    main()
