"""A server to be ill-treated: `hudhud serve` as a process of its own, on a free port of this machine."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from http.client import HTTPConnection
from pathlib import Path


class Server:
    """Starts, kills and watches a server of one index; its log goes to a file."""

    def __init__(self, index_folder: Path, log: Path, environment: Mapping[str, str] | None = None) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._command = [sys.executable, "-m", "scripts.hudhud", "serve", "--index", str(index_folder)]
        self._command += ["--port", str(self.port)]
        self._environment = {**os.environ, **(environment or {})}
        self._workers = int(self._environment.get("HUDHUD_WORKERS", 1))
        self.log = log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, seconds: float = 60.0) -> None:
        """Start it and wait until it answers, and all its workers are there: they are forked one after another."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, stdout=log, stderr=log, env=self._environment, start_new_session=True
            )
        until = time.monotonic() + seconds
        while not (self.answers() and len(self.processes()) > self._workers):
            if time.monotonic() > until or self._process.poll() is not None:
                raise RuntimeError(f"the server does not answer within {seconds} s; see {self.log}")
            time.sleep(0.05)

    def answers(self) -> bool:
        """Whether it serves an index."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/api/health")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def kill(self) -> None:
        """End all its processes at once, without asking."""
        if self._process:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def processes(self) -> list[int]:
        """The numbers of its processes, the first of them the one that was started."""
        if self._process is None:
            return []
        found = [self._process.pid]
        for parent in found:
            children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
            found += [int(child) for child in children]
        return found

    def megabytes(self) -> float:
        """Memory of all its processes, pages that they share counted once (proportional set size)."""
        return sum(_proportional(process) for process in self.processes()) / 1024


def _proportional(process: int) -> int:
    """Kilobytes of a process, shared pages divided by those who share them."""
    for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    return 0
