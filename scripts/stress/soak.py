"""Long load with rebuilds and kills: `python -m scripts.stress.soak --minutes 30`.

Clients ask 300 queries in three languages without pause, while the index is rebuilt every minute, from one of two
corpora in turn, and the server is killed every five and started again. Each answer has to be the one that an untouched
index of its generation's corpus gives. While the server starts it may refuse or say 503; at any other time every
request is answered with 200. The memory has to stay flat: from the first third of a server's life to its last, and
from life to life.
"""

import json
import random
import statistics
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

from scripts.stress.corpora import SAMPLES, build, conclude, write_corpus
from scripts.stress.server import Server
from search.searcher import Searcher
from search.types import SearchRequest

_CORPORA = ("a", "b")
_SETTLING = 2.0  # seconds after it answers again in which clients may still hold what was cut or refused
_GROWTH = 1.05

Oracle = Mapping[str, Mapping[str, list[str]]]
"""Corpus → query → ids of the first page."""


@dataclass
class Tally:
    """What the clients saw."""

    answers: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    unanswered: list[tuple[float, str]] = field(default_factory=list)
    corpora: set[tuple[str, str]] = field(default_factory=set)
    milliseconds: list[float] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def failed(self, answer: str) -> None:
        """Count a request without an answer, and note when that was."""
        with self.lock:
            self.answers[answer] += 1
            self.unanswered.append((time.monotonic(), answer))

    def answered(self, took: float, generation: str, corpus: str, wrong: str) -> None:
        """Count one answer, and note of which corpus a generation's documents are."""
        with self.lock:
            self.answers["200"] += 1
            self.milliseconds.append(took)
            if corpus:
                self.corpora.add((generation, corpus))
            if wrong:
                self.wrong.append(wrong)


@dataclass
class Course:
    """What was done to the server: megabytes by the second in each of its lives, builds, and when it was starting."""

    lives: list[list[float]] = field(default_factory=lambda: [[]])
    built: dict[str, str] = field(default_factory=dict)
    starting: list[tuple[float, float]] = field(default_factory=list)


@click.command()
@click.option("--minutes", default=30.0, show_default=True)
@click.option("--clients", default=32, show_default=True)
@click.option("--rebuild-every", default=60.0, show_default=True, help="Seconds.")
@click.option("--kill-every", default=300.0, show_default=True, help="Seconds.")
def main(minutes: float, clients: int, rebuild_every: float, kill_every: float) -> None:
    """Load a server and hold every answer to the oracle."""
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for part, name in enumerate(_CORPORA):
            # Halves of the articles: other answers, and the same memory.
            write_corpus(folder / name / "news.jsonl", name, every=len(_CORPORA), of=part)
            build(folder / name / "news.jsonl", folder / f"oracle-{name}")
        oracle = {name: _oracle(folder / f"oracle-{name}") for name in _CORPORA}
        course = Course(built={build(folder / "a" / "news.jsonl", folder / "index"): "a"})
        server = Server(folder / "index", folder / "log")
        server.start()
        try:
            tally = _soak(server, folder, oracle, course, clients, minutes * 60, rebuild_every, kill_every)
        finally:
            server.kill()
    _report(tally, course)


def _soak(
    server: Server,
    folder: Path,
    oracle: Oracle,
    course: Course,
    clients: int,
    seconds: float,
    rebuild_every: float,
    kill_every: float,
) -> Tally:
    tally, stop = Tally(), Event()
    threads = [Thread(target=_client, args=(server.port, oracle, tally, stop, seed)) for seed in range(clients)]
    for thread in threads:
        thread.start()
    rebuilds = 0
    begun = time.monotonic()
    while (passed := time.monotonic() - begun) < seconds:
        time.sleep(1)
        if passed > (rebuilds + 1) * rebuild_every:
            rebuilds += 1
            corpus = _CORPORA[rebuilds % 2]
            course.built[build(folder / corpus / "news.jsonl", folder / "index")] = corpus
        if passed > len(course.lives) * kill_every:
            killed = time.monotonic()
            server.kill()
            server.start()
            course.starting.append((killed, time.monotonic() + _SETTLING))
            course.lives.append([])
        elif passed % kill_every > min(60.0, kill_every / 4):  # once it has warmed up
            course.lives[-1].append(server.megabytes())
    stop.set()
    for thread in threads:
        thread.join()
    return tally


def _oracle(index_folder: Path) -> dict[str, list[str]]:
    """What each of 300 queries finds: those of the sample judgments, and the first words of their articles' titles."""
    searcher = Searcher.open(index_folder)
    lines = (SAMPLES / "judgments" / "queries.jsonl").read_text(encoding="utf-8").splitlines()
    queries = [json.loads(line)["text"] for line in lines]
    articles = map(json.loads, (SAMPLES / "news.jsonl").read_text(encoding="utf-8").splitlines())
    titles = [article.get("title") or article["text"] for article in articles]
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
            tally.failed(f"cut: {type(problem).__name__}")
            connection.close()
            connection = HTTPConnection("127.0.0.1", port, timeout=30)
            time.sleep(0.1)
            continue
        if response.status != 200:
            tally.failed(str(response.status))
            time.sleep(0.05)
            continue
        answer = json.loads(content)
        ids = [hit["document"]["id"] for hit in answer["hits"]]
        took = (time.perf_counter() - started) * 1000
        corpus = ids[0].partition(":")[0] if ids else ""
        tally.answered(took, answer["generation"], corpus, _complaint(query, ids, oracle))
    connection.close()


def _complaint(query: str, ids: Sequence[str], oracle: Oracle) -> str:
    """What is wrong with an answer, or "". An id says which corpus it is of."""
    corpora = {identity.partition(":")[0] for identity in ids} or set(_CORPORA)
    if len(corpora) > 1 and ids:
        return f"{query!r}: documents of two generations"
    return "" if any(list(ids) == oracle[name][query] for name in corpora) else f"{query!r}: {ids}"


def _report(tally: Tally, course: Course) -> None:
    for answer, count in sorted(tally.answers.items()):
        click.echo(f"{answer:>24}  {count}")
    strays = [(generation, corpus) for generation, corpus in tally.corpora if course.built.get(generation) != corpus]
    dropped = Counter(
        answer
        for moment, answer in tally.unanswered
        if not any(begun <= moment <= ended for begun, ended in course.starting)
    )
    growth, lives = _growth(course.lives)
    for complaint in [*tally.wrong[:5], *map(str, strays[:5]), *(f"while it ran: {each}" for each in dropped.items())]:
        click.echo(complaint, err=True)
    times = statistics.quantiles([*tally.milliseconds, 0.0, 0.0], n=100)
    conclude(
        "soak",
        not (tally.wrong or strays or dropped) and bool(tally.milliseconds) and max(growth, lives) <= _GROWTH,
        f"{tally.answers['200']} answers, wrong {len(tally.wrong) + len(strays)}, dropped while it ran "
        f"{dropped.total()}; rebuilds {len(course.built) - 1}, kills {len(course.lives) - 1}; "
        f"median {times[49]:.0f} ms, 99 % {times[98]:.0f} ms; "
        f"memory within a life at most {growth:.3f} times, from life to life {lives:.3f}",
    )


def _growth(lives: Sequence[Sequence[float]]) -> tuple[float, float]:
    """How much memory grew: in the worst life from its first third to its last, and from the first life to the largest.

    Medians, so that a generation that is just being opened beside the old one does not count.
    """
    long = [life for life in lives if len(life) >= 9]
    if not long:
        return 1.0, 1.0
    within = [statistics.median(life[-(len(life) // 3) :]) / statistics.median(life[: len(life) // 3]) for life in long]
    medians = [statistics.median(life) for life in long]
    return max(within), max(medians) / medians[0]


if __name__ == "__main__":
    main()
