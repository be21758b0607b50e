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
BOUND = 30.0

# `hudhud serve` of the index argv[1] on port argv[2], whose search touches a file in argv[3] and waits for another.
SLOW = """
import sys, time
from pathlib import Path
import index.encoder, search.searcher
from scripts import hudhud
from tests.fakes import FakeEncoder

index.encoder.load_encoder = search.searcher.load_encoder = FakeEncoder
folder, port, files = sys.argv[1:]
whole = search.searcher.Searcher.search

def slow(self, request):
    if request.query == "haftar":
        (Path(files) / "begun").touch()
        while not (Path(files) / "end").exists():
            time.sleep(0.01)
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
    command = [sys.executable, "-c", SLOW, str(site.index), str(port), str(tmp_path)]
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
    until = time.monotonic() + BOUND
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_the_search_that_runs_is_answered_and_nothing_new_is_taken(
    server: "subprocess.Popen[str]", port: int, tmp_path: Path
) -> None:
    with ThreadPoolExecutor() as pool:
        running = pool.submit(status, port, "/api/search?q=haftar")
        wait_for((tmp_path / "begun").exists)
        server.terminate()
        wait_for(lambda: status(port, "/api/health/live") == 0)  # while the search goes on
        (tmp_path / "end").touch()
        assert running.result(BOUND) == 200
    assert server.wait(BOUND) == 0
