"""Times a rebuild after a few documents changed against a build from nothing: `python scripts/measure_rebuild.py`.

The documents have the lengths and the words of the sample articles. They lie in one JSON-lines file, and
in a folder of one file each. The build from nothing is the first of a new index, in the same process.
"""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, sleep

import click

from index.build import build_index
from index.encoder import BUNDLED, load_encoder
from index.report import BuildReport
from index.settings import IndexSettings
from index.types import Encoder
from scripts.generated import GeneratedNews

_SETTLE = 1.5  # seconds; files younger than a tick of the clock would be read again
_FILES_A_FOLDER = 500


@dataclass(frozen=True, slots=True)
class Corpus:
    """Where documents lie, and how to write all of them or, in a second edition, some."""

    name: str
    place: Path
    write: Callable[[GeneratedNews, int], None]
    change: Callable[[GeneratedNews, int, list[int]], None]


@click.command()
@click.option("--documents", default=50_000, show_default=True, help="Documents to generate, a third in each language.")
@click.option("--changed", default=1.0, show_default=True, help="Per cent of them that change.")
@click.option("--rounds", default=3, show_default=True, help="Rebuilds after changes; the median counts.")
def main(documents: int, changed: float, rounds: int) -> None:
    """Build an index, change some documents, rebuild, and print the seconds of each stage and the ratio."""
    encoder = load_encoder(BUNDLED)
    news = GeneratedNews()
    with TemporaryDirectory() as temporary:
        for corpus in (_one_file(Path(temporary) / "file"), _folder(Path(temporary) / "folder")):
            corpus.write(news, documents)
            sleep(_SETTLE)
            index = corpus.place.parent / "index"
            whole, report = _timed(corpus, index, encoder)
            click.echo(f"{corpus.name}, from nothing: {whole:.2f} s\n{_stages(report)}")
            seconds = sorted(_rounds(corpus, index, encoder, news, documents, changed, rounds))
            median = seconds[len(seconds) // 2]
            click.echo(f"{corpus.name}: {whole:.2f} s / {median:.2f} s = {whole / median:.1f} times faster\n")


def _rounds(
    corpus: Corpus, index: Path, encoder: Encoder, news: GeneratedNews, documents: int, changed: float, rounds: int
) -> Iterator[float]:
    step = round(100 / changed)
    for turn in range(rounds):
        corpus.change(news, turn + 1, list(range(turn, documents, step)))
        sleep(_SETTLE)
        seconds, report = _timed(corpus, index, encoder)
        click.echo(f"{corpus.name}, {report.changed} of {documents} changed: {seconds:.2f} s\n{_stages(report)}")
        yield seconds


def _timed(corpus: Corpus, index: Path, encoder: Encoder) -> tuple[float, BuildReport]:
    started = perf_counter()
    report = build_index([corpus.place], index, IndexSettings(), encoder, encoder)
    return perf_counter() - started, report


def _stages(report: BuildReport) -> str:
    stages = ", ".join(f"{stage} {seconds:.2f}" for stage, seconds in report.seconds.items())
    return f"    {stages}; {report.bytes_written / 1e6:.0f} of {report.bytes / 1e6:.0f} MB written"


def _one_file(folder: Path) -> Corpus:
    place = folder / "news.jsonl"

    def write(news: GeneratedNews, documents: int) -> None:
        folder.mkdir()
        with place.open("w", encoding="utf-8") as stream:
            stream.writelines(_line(news, number, 0) for number in range(documents))

    def change(news: GeneratedNews, edition: int, numbers: list[int]) -> None:
        lines = place.read_text(encoding="utf-8").splitlines(keepends=True)
        for number in numbers:
            lines[number] = _line(news, number, edition)
        place.write_text("".join(lines), encoding="utf-8")

    return Corpus("one JSON-lines file", place, write, change)


def _folder(folder: Path) -> Corpus:
    place = folder / "pages"

    def page(news: GeneratedNews, number: int, edition: int) -> None:
        record = news.record(number, edition)
        path = place / f"{number // _FILES_A_FOLDER:04}" / f"{number}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{record['title']}\n\n{record['text']}\n", encoding="utf-8")

    def write(news: GeneratedNews, documents: int) -> None:
        for number in range(documents):
            page(news, number, 0)
        os.sync()

    def change(news: GeneratedNews, edition: int, numbers: list[int]) -> None:
        for number in numbers:
            page(news, number, edition)

    return Corpus("a folder of files", place, write, change)


def _line(news: GeneratedNews, number: int, edition: int) -> str:
    return json.dumps(news.record(number, edition), ensure_ascii=False) + "\n"


if __name__ == "__main__":
    main()
