"""HTTP under load: many clients that each ask the next query as soon as the last is answered.

All clients are one process with one socket each, so that asking costs little of the cores that the server needs;
what it does cost is told.
"""

import os
import re
import selectors
import socket
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any
from urllib.parse import urlencode

from scripts.benchmarking.process import Tell, family, memory
from scripts.benchmarking.queries import asked_before
from scripts.benchmarking.times import spread
from scripts.stress.server import Server

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_BUFFER = 1 << 18
_PATIENCE = 30.0  # seconds without any answer after which the server is given up
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(slots=True)
class _Client:
    """One connection: what was asked when, and what came back so far."""

    connection: socket.socket
    asked: float = 0.0
    missing: int = 0
    answer: bytearray = field(default_factory=bytearray)

    def ask(self, path: str) -> None:
        self.answer.clear()
        self.missing = -1
        self.asked = perf_counter()
        self.connection.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())

    def read(self) -> bool:
        """Take what has come; whether the answer is whole. Raises ConnectionError."""
        piece = self.connection.recv(_BUFFER)
        if not piece:
            raise ConnectionError("the server closed a connection that it was to keep")
        self.answer += piece
        if self.missing < 0 and (end := self.answer.find(b"\r\n\r\n")) >= 0:
            found = _LENGTH.search(self.answer, 0, end)
            if found is None:
                raise ConnectionError("the server sent an answer without a length")
            self.missing = end + 4 + int(found.group(1))
        return 0 <= self.missing <= len(self.answer)


@dataclass(frozen=True, slots=True)
class _Round:
    """What came of asking for a while: milliseconds of each answer, statuses other than 200, and bytes."""

    milliseconds: list[float]
    refused: int
    size: int


def load(tell: Tell, index: str, queries: list[str], clients: int, workers: int, seconds: float) -> None:
    """Tell requests a second of `/api/search` and their times, for a server with so many worker processes.

    Every query is asked once before the clock runs; then their words are asked in another order.
    """
    with TemporaryDirectory() as temporary:
        server = Server(Path(index), Path(temporary) / "log", {"HUDHUD_WORKERS": str(workers)})
        server.start()
        try:
            tell(**_measure(server, queries, clients, workers, seconds), clients=clients, workers=workers)
        finally:
            server.kill()


def _measure(server: Server, queries: Sequence[str], clients: int, workers: int, seconds: float) -> dict[str, Any]:
    for _ in range(workers):  # whichever worker takes a connection, it has met most words
        ask_all(server.port, _paths(queries), clients, len(queries), _PATIENCE)
    used, own, started = _processor(server), process_time(), perf_counter()
    found = ask_all(server.port, _paths(asked_before(queries)), clients, 1 << 40, seconds)
    wall = perf_counter() - started
    return {
        "rate": round(len(found.milliseconds) / wall, 1),
        "times": spread(found.milliseconds),
        "refused": found.refused,
        "kilobytes": round(found.size / len(found.milliseconds) / 1000, 1),
        "client_cores": round((process_time() - own) / wall, 3),
        "server_cores": round((_processor(server) - used) / wall, 3),
        "memory": memory(server.processes()[0]),
    }


def ask_all(port: int, paths: Sequence[str], clients: int, count: int, seconds: float) -> _Round:
    """Ask the paths in turn, by so many clients at once, until `count` are asked or the seconds are over."""
    times: list[float] = []
    refused = size = asked = 0
    until = perf_counter() + seconds
    with selectors.DefaultSelector() as selector:
        for _ in range(min(clients, count)):
            client = _Client(socket.create_connection(("127.0.0.1", port)))
            client.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            selector.register(client.connection, selectors.EVENT_READ, client)
            client.ask(paths[asked % len(paths)])
            asked += 1
        while selector.get_map():
            ready = selector.select(_PATIENCE)
            if not ready:
                raise TimeoutError(f"the server did not answer within {_PATIENCE} s")
            for key, _ in ready:
                client = key.data
                if not client.read():
                    continue
                times.append((perf_counter() - client.asked) * 1000)
                refused += client.answer[9:12] != b"200"
                size += len(client.answer)
                if asked < count and perf_counter() < until:
                    client.ask(paths[asked % len(paths)])
                    asked += 1
                else:
                    selector.unregister(client.connection)
                    client.connection.close()
    return _Round(times, refused, size)


def _paths(queries: Sequence[str]) -> list[str]:
    return ["/api/search?" + urlencode({"q": query}) for query in queries]


def _processor(server: Server) -> float:
    """Seconds of processor time that the server's processes have used."""
    processes = family(server.processes()[0])
    fields = [Path(f"/proc/{process}/stat").read_text().rsplit(") ", 1)[1].split() for process in processes]
    return sum(int(found[11]) + int(found[12]) for found in fields) / _TICKS
