"""Memory of one and of four worker processes on one index: `python -m scripts.stress.workers --index DIR`."""

from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

import click

from index.generations import Generations
from index.manifest import Manifest
from scripts.stress.corpora import conclude
from scripts.stress.server import Server

_QUERIES = (
    "government",
    "حكومة",
    "حکومت",
    "flood damage",
    "أضرار الفيضانات",
    "سیلاب سے نقصان",
    "putin aur assad ki mulaqat",
)
_MOST = 1.6


@click.command()
@click.option("--index", "index_folder", type=click.Path(path_type=Path, exists=True), required=True)
@click.option("--workers", default=4, show_default=True)
def main(index_folder: Path, workers: int) -> None:
    """Serve the index by one process and by several, and compare."""
    one, several = (_measure(index_folder, count) for count in (1, workers))
    told = f"1 worker {one:.0f} MB, {workers} workers {several:.0f} MB: {several / one:.2f} times as much"
    conclude("workers", several < one * _MOST, f"{told}, {_chunks(index_folder)} chunks")


def _chunks(index_folder: Path) -> int:
    counts = Manifest.read(Generations(index_folder).current()).counts
    return sum(numbers["chunks"] for numbers in counts.values())


def _measure(index_folder: Path, workers: int) -> float:
    """Megabytes once every worker has answered; those of the process that watches over them are counted too."""
    with TemporaryDirectory() as temporary:
        server = Server(index_folder, Path(temporary) / "log", {"HUDHUD_WORKERS": str(workers)})
        server.start(120)
        try:
            with ThreadPoolExecutor(8 * workers) as pool:
                list(pool.map(lambda number: _ask(server.port, _QUERIES[number % len(_QUERIES)]), range(200 * workers)))
            return server.megabytes()
        finally:
            server.kill()


def _ask(port: int, query: str) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", "/api/search?" + urlencode({"q": query}))
    connection.getresponse().read()
    connection.close()


if __name__ == "__main__":
    main()
