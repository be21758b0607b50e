"""The scripts that break things on purpose, for a few seconds each, so that they still work when they are needed."""

import random
from http.client import HTTPConnection
from pathlib import Path

import pytest

from scripts.stress.corpora import build, live_ids, write_corpus
from scripts.stress.flips import flip_bits
from scripts.stress.fuzz import by_description, fuzz, is_wrong
from scripts.stress.kills import kill_rebuilds
from scripts.stress.server import Server

pytestmark = pytest.mark.usefixtures("bundled")


def test_every_flipped_bit_is_found(tmp_path: Path) -> None:
    found, missed = flip_bits(tmp_path, 60, random.Random(7))
    assert missed == []
    assert found.total() == 60


def test_killed_rebuilds_leave_a_whole_index(tmp_path: Path) -> None:
    found = kill_rebuilds(tmp_path, 6, random.Random(7))
    assert sum(found.values()) == 6
    assert set(found) <= {"whole, old", "whole, new"}


def test_a_server_survives_senseless_requests_and_several_processes_share_it(tmp_path: Path) -> None:
    ids = write_corpus(tmp_path / "news.jsonl", "a", every=8)
    build(tmp_path / "news.jsonl", tmp_path / "index")
    assert live_ids(tmp_path / "index") == ids
    server = Server(tmp_path / "index", tmp_path / "log", {"HUDHUD_WORKERS": "2"})
    server.start()
    try:
        assert len(server.processes()) == 3
        assert {get(server, "/api/health/live")[0] for _ in range(20)} == {200}
        counted = 'hudhud_requests_total{method="GET",route="/api/health/live",status="200"} 20.0'
        assert all(counted in get(server, "/metrics")[1] for _ in range(6))  # whichever of the two is asked
        answers = fuzz(server, 240, seed=7)
        described = by_description(server, 40, seed=7)
        assert server.answers()
        assert server.megabytes() > 50
    finally:
        server.kill()
    assert not server.answers()
    assert answers.total() == 240
    assert described.total() >= 10
    assert [answer for answer in answers + described if is_wrong(answer)] == []
    assert "Traceback" not in (tmp_path / "log").read_text()


def get(server: Server, address: str) -> tuple[int, str]:
    """Status and text of an answer, over a connection of its own."""
    connection = HTTPConnection("127.0.0.1", server.port, timeout=30)
    try:
        connection.request("GET", address)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()
