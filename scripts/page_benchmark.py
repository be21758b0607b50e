"""Times the search page as one reader asks for it: `python scripts/page_benchmark.py --index INDEX`.

The server is that of `hudhud serve`, in a process of its own; queries are those of `samples/judgments`, each asked once
before the clock runs, over one connection, and the whole page is read. `python scripts/benchmark.py --chunks 100000
--index INDEX` makes an index of generated news to time it on.
"""

import http.client
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import create_server
from time import perf_counter, sleep
from urllib.parse import urlencode

import click

from scripts.benchmarking.queries import sample_queries

_INTERFACES = ("en", "ar", "ur")
_PATIENCE = 60  # seconds that a server may take to start


@click.command()
@click.option("--index", "index_folder", type=click.Path(exists=True, path_type=Path), required=True, help="The index.")
@click.option("--queries", default=150, show_default=True, help="Queries to time, a third in each language.")
def main(index_folder: Path, queries: int) -> None:
    """Time the page of results, with everything the server does for it."""
    texts = sample_queries(queries)
    with _server(index_folder) as port:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE)
        addresses = ["/?" + urlencode({"q": text, "ui": _INTERFACES[number % 3]}) for number, text in enumerate(texts)]
        for address in addresses:
            _ask(connection, address)
        taken, sizes = zip(*(_ask(connection, address) for address in addresses), strict=True)
    cuts = statistics.quantiles(taken, n=20)
    click.echo(
        f"page of results, {len(taken)} queries, one client: median {cuts[9]:.1f} ms, p95 {cuts[18]:.1f} ms; "
        f"{statistics.median(sizes) / 1000:.1f} kB of HTML"
    )


def _ask(connection: http.client.HTTPConnection, address: str) -> tuple[float, int]:
    """Milliseconds and bytes of one page."""
    started = perf_counter()
    connection.request("GET", address)
    response = connection.getresponse()
    size = len(response.read())
    if response.status != 200:
        raise click.ClickException(f"{address} was answered with {response.status}; expected 200")
    return (perf_counter() - started) * 1000, size


@contextmanager
def _server(index_folder: Path) -> Iterator[int]:
    """Port of a server that runs until the block is left."""
    with create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    command = [sys.executable, "-m", "scripts.hudhud", "serve", "--index", str(index_folder), "--port", str(port)]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        _wait(port)
        yield port
    finally:
        process.terminate()
        process.wait()


def _wait(port: int) -> None:
    started = perf_counter()
    while perf_counter() - started < _PATIENCE:
        try:
            http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE).request("GET", "/api/health")
            return
        except OSError:
            sleep(0.1)
    raise click.ClickException(f"the server did not start within {_PATIENCE} s; run `hudhud serve` to see why")


if __name__ == "__main__":
    main()
