"""A server that is told to end: what runs is answered, nothing new is taken, and the exit status is 0."""

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.web.conftest import Site

ROOT = Path(__file__).parents[2]
SECONDS = 2.0
BOUND = 10.0  # the server gives what runs so long

# `hudhud serve` of the index argv[1] on port argv[2], whose search takes its time; the file argv[3] says that it began.
SLOW = f"""
import sys, time
from pathlib import Path
import index.encoder, search.searcher
from scripts import hudhud
from tests.fakes import FakeEncoder

index.encoder.load_encoder = search.searcher.load_encoder = FakeEncoder
folder, port, begun = sys.argv[1:]
whole = search.searcher.Searcher.search

def slow(self, request):
    if request.query == "haftar":
        Path(begun).touch()
        time.sleep({SECONDS})
    return whole(self, request)

search.searcher.Searcher.search = slow
sys.argv[1:] = ["serve", "--index", folder, "--port", port]
hudhud.main()
"""


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number: int = free.getsockname()[1]
    return number


@pytest.fixture
def server(site: Site, port: int, tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-c", SLOW, str(site.index), str(port), str(tmp_path / "begun")]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        try:
            wait_for(lambda: status(port, "/api/health") == 200)
            yield process
        finally:
            process.kill()


def status(port: int, address: str) -> int:
    """The status of an answer; 0 when the connection is refused, or cut before an answer."""
    connection = HTTPConnection("127.0.0.1", port, timeout=BOUND)
    try:
        connection.request("GET", address)
        return connection.getresponse().status
    except ConnectionError:
        return 0
    finally:
        connection.close()


def wait_for(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_the_search_that_runs_is_answered_and_nothing_new_is_taken(
    server: "subprocess.Popen[str]", port: int, tmp_path: Path
) -> None:
    with ThreadPoolExecutor() as pool:
        running = pool.submit(status, port, "/api/search?q=haftar")
        wait_for((tmp_path / "begun").exists)
        told = time.monotonic()
        server.terminate()
        wait_for(lambda: status(port, "/api/health/live") == 0)
        refused = time.monotonic() - told
        assert running.result(BOUND) == 200
        assert refused < SECONDS, "new connections were taken until the search had ended"
    assert server.wait(BOUND) == 0
    assert time.monotonic() - told < BOUND
