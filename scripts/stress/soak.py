"""Long load with rebuilds and kills: `python -m scripts.stress.soak --minutes 30`.

Clients ask 300 queries in three languages without pause, while the index is rebuilt every minute, from one of two
corpora in turn, and the server is killed every five and started again. Each answer has to be the one that an untouched
index of its generation's corpus gives; no answer may be a 5xx but 503; the memory has to stay flat.
"""

import json
import random
import statistics
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Lock, Thread
from urllib.parse import urlencode

import click

from scripts.stress.corpora import SAMPLES, build, write_corpus
from scripts.stress.server import Server
from search.searcher import Searcher
from search.types import SearchRequest

_CORPORA = ("a", "b")

Oracle = Mapping[str, Mapping[str, list[str]]]
"""Corpus → query → ids of the first page."""


@dataclass
class Tally:
    """What the clients saw."""

    answers: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    milliseconds: list[float] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def add(self, answer: str, took: float = 0.0, wrong: str = "") -> None:
        """Count one answer."""
        with self.lock:
            self.answers[answer] += 1
            if took:
                self.milliseconds.append(took)
            if wrong:
                self.wrong.append(wrong)


@click.command()
@click.option("--minutes", default=30.0, show_default=True)
@click.option("--clients", default=32, show_default=True)
@click.option("--rebuild-every", default=60.0, show_default=True, help="Seconds.")
@click.option("--kill-every", default=300.0, show_default=True, help="Seconds.")
def main(minutes: float, clients: int, rebuild_every: float, kill_every: float) -> None:
    """Load a server and hold every answer to the oracle."""
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for name in _CORPORA:
            write_corpus(folder / name / "news.jsonl", name)
            build(folder / name / "news.jsonl", folder / f"oracle-{name}")
        oracle = {name: _oracle(folder / f"oracle-{name}") for name in _CORPORA}
        build(folder / "a" / "news.jsonl", folder / "index")
        server = Server(folder / "index", folder / "log")
        server.start()
        try:
            tally, memory, rebuilds, kills = _soak(
                server, folder, oracle, clients, minutes * 60, rebuild_every, kill_every
            )
        finally:
            server.kill()
    _report(tally, memory, rebuilds, kills)


def _soak(
    server: Server, folder: Path, oracle: Oracle, clients: int, seconds: float, rebuild_every: float, kill_every: float
) -> tuple[Tally, list[float], int, int]:
    tally, stop = Tally(), Event()
    threads = [Thread(target=_client, args=(server.port, oracle, tally, stop, seed)) for seed in range(clients)]
    for thread in threads:
        thread.start()
    memory: list[float] = []
    rebuilds = kills = 0
    begun = time.monotonic()
    while (passed := time.monotonic() - begun) < seconds:
        time.sleep(1)
        if passed > (rebuilds + 1) * rebuild_every:
            rebuilds += 1
            build(folder / _CORPORA[rebuilds % 2] / "news.jsonl", folder / "index")
        if passed > (kills + 1) * kill_every:
            kills += 1
            server.kill()
            server.start()
        elif passed % kill_every > min(60.0, kill_every / 4):  # once it has warmed up
            memory.append(server.megabytes())
    stop.set()
    for thread in threads:
        thread.join()
    return tally, memory, rebuilds, kills


def _oracle(index_folder: Path) -> dict[str, list[str]]:
    """What each of 300 queries finds: those of the sample judgments, and the first words of their articles' titles."""
    searcher = Searcher.open(index_folder)
    lines = (SAMPLES / "judgments" / "queries.jsonl").read_text(encoding="utf-8").splitlines()
    queries = [json.loads(line)["text"] for line in lines]
    titles = [json.loads(line)["title"] for line in (SAMPLES / "news.jsonl").read_text(encoding="utf-8").splitlines()]
    chosen = list(dict.fromkeys([*queries, *(" ".join(title.split()[:4]) for title in titles)]))[:300]
    return {query: searcher.ranking(SearchRequest(query)) for query in chosen}


def _client(port: int, oracle: Oracle, tally: Tally, stop: Event, seed: int) -> None:
    draw = random.Random(seed)
    queries = sorted(oracle[_CORPORA[0]])
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    while not stop.is_set():
        query = draw.choice(queries)
        started = time.perf_counter()
        try:
            connection.request("GET", "/api/search?" + urlencode({"q": query}))
            response = connection.getresponse()
            content = response.read()
        except (OSError, HTTPException) as problem:
            tally.add(f"cut: {type(problem).__name__}")
            connection.close()
            connection = HTTPConnection("127.0.0.1", port, timeout=30)
            time.sleep(0.1)
            continue
        if response.status != 200:
            tally.add(str(response.status))
            time.sleep(0.05)
            continue
        ids = [hit["document"]["id"] for hit in json.loads(content)["hits"]]
        tally.add("200", (time.perf_counter() - started) * 1000, _complaint(query, ids, oracle))
    connection.close()


def _complaint(query: str, ids: Sequence[str], oracle: Oracle) -> str:
    """What is wrong with an answer, or "". An id says which corpus it is of."""
    corpora = {identity.partition(":")[0] for identity in ids} or set(_CORPORA)
    if len(corpora) > 1 and ids:
        return f"{query!r}: documents of two generations"
    return "" if any(list(ids) == oracle[name][query] for name in corpora) else f"{query!r}: {ids}"


def _report(tally: Tally, memory: Sequence[float], rebuilds: int, kills: int) -> None:
    for answer, count in sorted(tally.answers.items()):
        click.echo(f"{answer:>24}  {count}")
    times = statistics.quantiles(tally.milliseconds, n=100)
    third = max(1, len(memory) // 3)
    first, last = statistics.median(memory[:third]), statistics.median(memory[-third:])
    click.echo(f"rebuilds {rebuilds}, kills {kills}, wrong answers {len(tally.wrong)}")
    click.echo(
        f"median {times[49]:.0f} ms, 99 % {times[98]:.0f} ms; memory {first:.0f} MB at first, {last:.0f} MB at last"
    )
    for complaint in tally.wrong[:5]:
        click.echo(complaint, err=True)
    errors = [answer for answer in tally.answers if answer.startswith("5") and answer != "503"]
    if tally.wrong or errors or last > first * 1.05:
        sys.exit(1)


if __name__ == "__main__":
    main()
