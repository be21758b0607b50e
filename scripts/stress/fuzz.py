"""Sends a server requests that no client should: `python -m scripts.stress.fuzz --requests 200000`.

Nine in ten are well-formed HTTP with senseless content, made from the server's own description (/openapi.json), one
in fifty of them by schemathesis, slower and wilier; one in ten is broken HTTP on a raw socket. No answer may be a 5xx
but 503 (busy), none may show a traceback or a path, and the memory may not grow.
"""

import json
import random
import socket
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPException
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from typing import Any
from urllib.parse import quote

import click
import hypothesis
import schemathesis
from schemathesis import GenerationMode

from scripts.stress.corpora import build, conclude, write_corpus
from scripts.stress.server import Server

_CLIENTS = 8
_NASTY = (
    *("", " ", "\x00", "%", "%00", "../../etc/passwd", "' or 1=1 --", "<script>alert(1)</script>", "{}", "[]"),
    *(
        "-1",
        "0",
        "1e309",
        "NaN",
        "99999999999999999999",
        "1.5",
        "true",
        "null",
        "2023-02-30",
        "9999-12-31",
        "0001-01-01",
    ),
    *("𝕳𝖚𝖉", "\u202e\u202d\u2066", "ﷺ" * 40, "a" * 3000, "é" * 500, "🕊️" * 99, "\ud7ff", "\u0640" * 200, "\ufdfa\ufdfb"),
    *("haftar", "حفتر", "پوٹن اور حفتر", "مُحَمَّد", "ar,ur,xx", ",,,", "hybrid", "dense", "date"),
    *("\r\nX-Injected: 1", "${jndi:ldap://x}", "{{7*7}}"),
)


@click.command()
@click.option("--requests", default=200_000, show_default=True)
@click.option("--seed", default=1, show_default=True)
def main(requests: int, seed: int) -> None:
    """Ill-treat a server of the sample articles and count its answers."""
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        write_corpus(folder / "news.jsonl", "a")
        build(folder / "news.jsonl", folder / "index")
        server = Server(folder / "index", folder / "log")
        server.start()
        try:
            fuzz(server, requests // 10, seed)  # what is learnt and kept at first is no leak
            before = server.megabytes()
            answers = fuzz(server, requests - requests // 10 - requests // 50, seed + 1)
            answers += by_description(server, requests // 50, seed)
            after = server.megabytes()
            alive = server.answers()
        finally:
            server.kill()
        log = (folder / "log").read_text(errors="replace")
    traces = log.count("Traceback")
    for answer, count in sorted(answers.items()):
        click.echo(f"{answer:>24}  {count}")
    wrong = sum(count for answer, count in answers.items() if is_wrong(answer))
    if traces:
        click.echo(log[log.index("Traceback") :][:4000], err=True)
    conclude(
        "fuzz",
        not (wrong or traces) and alive and after <= before * 1.1,
        f"{answers.total()} requests after {requests // 10} to warm up, wrong answers {wrong}, tracebacks in the log "
        f"{traces}; memory {before:.0f} MB, then {after:.0f} MB; still answers: {alive}",
    )


def is_wrong(answer: str) -> bool:
    """Whether no client should ever be told so. That a transfer coding is unknown is told by 501 (RFC 9112, 6.1).

    >>> [is_wrong(answer) for answer in ("200", "404", "503", "raw 503", "raw 501")]
    [False, False, False, False, False]
    >>> [is_wrong(answer) for answer in ("500", "501", "raw 500", "leak")]
    [True, True, True, True]
    """
    if answer == "raw 501":
        return False
    status = answer.removeprefix("raw ")
    return answer == "leak" or (status.startswith("5") and status != "503")


def by_description(server: Server, requests: int, seed: int) -> Counter[str]:
    """How many requests that schemathesis makes of the description, rightly and wrongly, had each answer."""
    schema = schemathesis.openapi.from_url(f"http://127.0.0.1:{server.port}/openapi.json")
    operations = [found.ok() for found in schema.get_all_operations()]
    modes = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
    answers: Counter[str] = Counter()
    for operation, mode in product(operations, modes):
        if mode is GenerationMode.NEGATIVE and not (operation.query or operation.body):
            continue  # cannot be asked wrongly

        @hypothesis.seed(seed)
        @hypothesis.settings(
            max_examples=max(1, requests // (2 * len(operations))),
            database=None,
            deadline=None,
            phases=[hypothesis.Phase.generate],
            suppress_health_check=list(hypothesis.HealthCheck),
        )
        @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
        def ask(case: schemathesis.Case) -> None:
            response = case.call()
            answers["leak" if _leaks(response.content) else str(response.status_code)] += 1

        ask()
    return answers


def _leaks(content: bytes) -> bool:
    return b"Traceback (most" in content or gettempdir().encode() in content


def fuzz(server: Server, requests: int, seed: int) -> Counter[str]:
    """How many requests had each answer."""
    routes = _routes(server)
    each = requests // _CLIENTS
    with ThreadPoolExecutor(_CLIENTS) as pool:
        counts = pool.map(
            lambda client: _client(server.port, routes, each, random.Random(seed * 100 + client)), range(_CLIENTS)
        )
        return sum(counts, Counter())


def _routes(server: Server) -> list[tuple[str, str, list[str]]]:
    """Method, path and parameters of every route described."""
    connection = HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.request("GET", "/openapi.json")
    paths: dict[str, Any] = json.loads(connection.getresponse().read())["paths"]
    connection.close()
    described = [
        (method.upper(), path, [one["name"] for one in operation["parameters"] if one["in"] == "query"])
        for path, operations in paths.items()
        for method, operation in operations.items()
    ]
    pages = [("GET", "/", ["q", "language", "offset", "date_from", "ui"]), ("GET", "/documents/{identity}", ["q"])]
    return [*described, *pages, ("GET", "/status", []), ("GET", "/metrics", []), ("POST", "/preferences", [])]


def _client(
    port: int, routes: Sequence[tuple[str, str, list[str]]], requests: int, draw: random.Random
) -> Counter[str]:
    answers: Counter[str] = Counter()
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    for _ in range(requests):
        if draw.random() < 0.1:
            answers[f"raw {_broken(port, draw)}"] += 1
            continue
        try:
            answers[_senseless(connection, *draw.choice(routes), draw)] += 1
        except (OSError, HTTPException) as problem:
            answers[f"cut: {type(problem).__name__}"] += 1
            connection.close()
            connection = HTTPConnection("127.0.0.1", port, timeout=30)
    connection.close()
    return answers


def _senseless(connection: HTTPConnection, method: str, path: str, parameters: list[str], draw: random.Random) -> str:
    """Send a well-formed request of no sense; returns the status, or `leak`."""
    value = lambda: quote(draw.choice(_NASTY), safe="") if draw.random() < 0.8 else _random_bytes(draw)  # noqa: E731
    given = [f"{name}={value()}" for name in [*parameters, "odd"] if draw.random() < 0.4]
    address = path.replace("{identity}", value() or "x") + ("?" + "&".join(given) if given else "")
    body = _body(draw) if method == "POST" else None
    method = draw.choice([method] * 9 + ["PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "BREW"])
    kind = draw.choice(["application/json"] * 3 + ["text/plain", "application/x-www-form-urlencoded"])
    connection.request(
        method, address, body, {"Content-Type": kind, "Accept-Language": draw.choice(["ar", "ur", "x" * 99])}
    )
    response = connection.getresponse()
    content = response.read()
    return "leak" if _leaks(content) else str(response.status)


def _random_bytes(draw: random.Random) -> str:
    return "".join(f"%{byte:02x}" for byte in draw.randbytes(draw.randint(1, 30)))


def _body(draw: random.Random) -> bytes:
    kind = draw.random()
    if kind < 0.2:
        return draw.randbytes(draw.randint(0, 300))
    if kind < 0.3:
        return b"[" * 50_000
    search = {
        name: draw.choice([*_NASTY, 5, None, [], {}, True])
        for name in draw.sample(["q", "limit", "offset", "language", "mode", "x"], 3)
    }
    return json.dumps({"searches": [search] * draw.randint(0, 60)}).encode("utf-8", "surrogatepass")


def _broken(port: int, draw: random.Random) -> str:
    """Send broken HTTP; returns the status that came back, or `closed`."""
    whole = (
        b"GET /api/search?q=haftar HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n"
        b"Cookie: a=b\r\nRange: bytes=0-\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
    )
    sent = bytearray(whole)
    for _ in range(draw.randint(1, 8)):
        place = draw.randrange(len(sent))
        kind = draw.random()
        if kind < 0.4:
            sent[place] = draw.randrange(256)
        elif kind < 0.6:
            del sent[place : place + draw.randint(1, 9)]
        elif kind < 0.8:
            sent[place:place] = draw.randbytes(draw.randint(1, 99))
        else:
            sent[place:place] = b"X-Long: " + b"a" * draw.choice([100, 9000]) + b"\r\n"
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=3) as connection:
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
            status = connection.recv(64).split(b" ")
    except OSError:
        return "closed"
    return status[1].decode("latin-1")[:3] if len(status) > 1 else "closed"


if __name__ == "__main__":
    main()
