"""Times building and searching an index of generated news: `python scripts/benchmark.py --chunks 100000`.

The text follows the word statistics of `samples/`: each chunk has a subject, and rare words of
its own, so that the dictionary grows with the corpus as in real text. Queries are taken from `samples/judgments`.
"""

import json
import random
import resource
import statistics
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import click
import numpy as np

from index.build import build_index
from index.encoder import BUNDLED, load_encoder
from index.languages import LANGUAGES, Analyzer, detect
from index.settings import IndexSettings
from index.snapshot import Snapshot
from index.text import surfaces
from index.types import Encoder
from search.searcher import Searcher
from search.types import SearchRequest

_SAMPLES = Path(__file__).parent.parent / "samples"
_CANDIDATES = 100
_ON_SUBJECT = 0.5
_RARE = 0.04  # share of words that are new or nearly so, as in a growing news archive


@click.command()
@click.option("--chunks", default=100_000, show_default=True, help="Chunks to generate, a third in each language.")
@click.option("--words", default=60, show_default=True, help="Words of a chunk.")
@click.option("--queries", default=300, show_default=True, help="Queries to time, a third in each language.")
@click.option("--index", "index_folder", type=click.Path(path_type=Path), help="Keep the index here.")
def main(chunks: int, words: int, queries: int, index_folder: Path | None) -> None:
    """Build an index of generated text and time hybrid searches with snippets in it."""
    with TemporaryDirectory() as temporary:
        corpus = Path(temporary) / "corpus.jsonl"
        generate(corpus, chunks, words)
        place = index_folder or Path(temporary) / "index"
        encoder = load_encoder(BUNDLED)
        started = perf_counter()
        report = build_index([corpus], place, IndexSettings(), encoder, encoder)
        seconds = perf_counter() - started
        click.echo(
            f"built {report.chunks} chunks of {words} words in {seconds:.1f} s: {report.chunks / seconds:.0f} chunks/s"
        )
        click.echo("  " + ", ".join(f"{stage} {took:.1f} s" for stage, took in report.seconds.items()))
        click.echo(f"  peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
        _time_added_cost(place, queries)
        _time_searches(place, queries)
        _time_cold_start(place)


def _time_searches(place: Path, count: int) -> None:
    searcher = Searcher.open(place)
    texts = sample_queries(count)
    searcher.search(SearchRequest(texts[0]))
    times: dict[str, list[float]] = {"first time a word is asked": [], "words asked before": []}
    for label, sample in times.items():
        for text in texts:
            started = perf_counter()
            searcher.search(SearchRequest(text))
            sample.append((perf_counter() - started) * 1000)
        cuts = statistics.quantiles(sample, n=100)
        click.echo(f"hybrid search, {label}: median {cuts[49]:.1f} ms, p95 {cuts[94]:.1f} ms, p99 {cuts[98]:.1f} ms")


def _time_added_cost(place: Path, count: int) -> None:
    """What all that Hudhud does beside plain vectors and plain BM25 of the same index costs, query by query."""
    searcher = Searcher.open(place)
    encoder = load_encoder(BUNDLED)
    analyzers = {language: Analyzer(language) for language in searcher.snapshot.partitions}
    texts = list(dict.fromkeys(sample_queries(count)))
    _plain(searcher.snapshot, encoder, analyzers, texts[0])  # opens what is read at first need
    searcher.ranking(SearchRequest(texts[0]))
    for label in ("new words", "known words"):
        plain: list[float] = []
        added: list[float] = []
        for text in texts[1:]:
            started = perf_counter()
            _plain(searcher.snapshot, encoder, analyzers, text)
            between = perf_counter()
            searcher.ranking(SearchRequest(text))
            plain.append((between - started) * 1000)
            added.append((perf_counter() - between) * 1000 - plain[-1])
        usual, more = statistics.median(plain), statistics.median(added)
        click.echo(
            f"plain dense and plain BM25: median {usual:.1f} ms; Hudhud's ranking of {label} adds a median of "
            f"{more:.1f} ms, a ratio of {1 + more / usual:.2f}"
        )


def _plain(snapshot: Snapshot, encoder: Encoder, analyzers: Mapping[str, Analyzer], text: str) -> None:
    """The best hundred chunks of each language by vectors, and by the words as they are typed."""
    vector = encoder.encode_queries([text])[0]
    for language, part in snapshot.partitions.items():
        part.vectors.search(vector, _CANDIDATES)
        numbers = [part.lexical.terms.find(term) for term in analyzers[language].terms(text)]
        scores = part.lexical.scores([[(number, 1.0)] for number in numbers if number is not None]).sum(axis=0)
        found = np.flatnonzero(scores > 0)
        np.sort(scores[found])[::-1][:_CANDIDATES]


def _time_cold_start(place: Path) -> None:
    command = [sys.executable, "-m", "scripts.hudhud", "search", "water shortage", "--index", str(place)]
    times: list[float] = []
    for _ in range(5):
        started = perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        times.append(perf_counter() - started)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    click.echo(f"`hudhud search` as a new process: median {statistics.median(times):.2f} s, peak memory {peak:.0f} MB")


def sample_queries(count: int) -> list[str]:
    """So many queries of `samples/judgments`, a third in each language."""
    lines = (_SAMPLES / "judgments" / "queries.jsonl").read_text(encoding="utf-8").splitlines()
    by_language: dict[str, list[str]] = {language: [] for language in LANGUAGES}
    for record in map(json.loads, lines):
        by_language[record["language"]].append(record["text"])
    texts = [text for group in zip(*by_language.values(), strict=True) for text in group]
    return [texts[number % len(texts)] for number in range(count)]


def generate(path: Path, chunks: int, words: int) -> None:
    """Write a corpus of `chunks` documents of `words` words as JSON lines, the same each time."""
    rng = random.Random(7)
    articles = _articles()
    with path.open("w", encoding="utf-8") as stream:
        for number in range(chunks):
            language = LANGUAGES[number % len(LANGUAGES)]
            text = " ".join(_words(rng, articles[language], words))
            record = {"id": str(number), "title": "", "text": text, "language": language, "date": "2024-05-01"}
            stream.write(json.dumps(record, ensure_ascii=False) + "\n")


def _words(rng: random.Random, articles: list[list[str]], words: int) -> Iterator[str]:
    """Half of the words from two articles, so that a chunk has a subject, half from all; some made up."""
    subject = rng.choice(articles) + rng.choice(articles)
    for _ in range(words):
        word = rng.choice(subject if rng.random() < _ON_SUBJECT else rng.choice(articles))
        if rng.random() < _RARE:
            # A word of its own: the head of one and the tail of another.
            other = rng.choice(rng.choice(articles))
            word = word[: len(word) // 2 + 1] + other[len(other) // 2 :]
        yield word


def _articles() -> dict[str, list[list[str]]]:
    """The words of each sample article, by language."""
    articles: dict[str, list[list[str]]] = {language: [] for language in LANGUAGES}
    for line in (_SAMPLES / "news.jsonl").read_text(encoding="utf-8").splitlines():
        text = json.loads(line)["text"]
        articles[detect(text)].append(surfaces(text))
    return articles


if __name__ == "__main__":
    main()
