"""Of many searches a few run, some wait, and the rest are told at once to come again."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from search.searcher import Searcher
from search.types import SearchRequest, SearchResult
from tests.web.conftest import Site
from web.gate import Busy, Gate


def wait_until(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.001)


def test_as_many_run_as_there_are_slots_and_the_next_is_refused() -> None:
    gate = Gate(running=2, waiting=0, longest_wait=5)
    with gate, gate:
        assert gate.inside == 2
        with pytest.raises(Busy, match="come again in 1 s"), gate:
            pass
        assert gate.inside == 2
    assert gate.inside == 0


def test_a_search_that_waits_too_long_is_refused_and_leaves_its_place() -> None:
    gate = Gate(running=1, waiting=1, longest_wait=0.01)
    with gate:
        with pytest.raises(Busy), gate:
            pass
        assert gate.inside == 1


def test_one_that_waits_goes_on_when_another_leaves() -> None:
    gate = Gate(running=1, waiting=1, longest_wait=10)
    entered, leave = Event(), Event()

    def stay() -> None:
        with gate:
            entered.set()
            assert leave.wait(10)

    def follow() -> int:
        with gate:
            return gate.inside

    with ThreadPoolExecutor() as pool:
        first = pool.submit(stay)
        assert entered.wait(10)
        second = pool.submit(follow)
        leave.set()
        first.result(10)
        assert second.result(10) in (1, 2)
    assert gate.inside == 0


def test_those_who_wait_go_on_in_the_order_in_which_they_came() -> None:
    gate = Gate(running=1, waiting=8, longest_wait=10)
    order: list[int] = []

    def wait(number: int) -> None:
        with gate:
            order.append(number)

    with ThreadPoolExecutor(8) as pool:
        with gate:
            waiting = []
            for number in range(8):
                waiting.append(pool.submit(wait, number))
                wait_until(lambda number=number: gate.inside == number + 2)
        for done in waiting:
            done.result(10)
    assert order == list(range(8))
    assert gate.inside == 0


def test_a_free_place_is_handed_to_whoever_waits_and_not_to_the_next_who_comes() -> None:
    gate = Gate(running=1, waiting=1, longest_wait=10)
    go = Event()

    def wait() -> None:
        with gate:
            assert go.wait(10)

    with ThreadPoolExecutor() as pool:
        with gate:
            waiting = pool.submit(wait)
            wait_until(lambda: gate.inside == 2)
        # Whether it runs yet or not, the place is its own: one more may wait, and nobody gets in.
        gate._longest_wait = 0.01
        with pytest.raises(Busy), gate:
            pass
        go.set()
        waiting.result(10)
    assert gate.inside == 0


def test_a_failure_gives_the_slot_back() -> None:
    gate = Gate(running=1, waiting=0, longest_wait=1)
    with pytest.raises(ZeroDivisionError), gate:
        _ = 1 / 0
    with gate:
        pass


@pytest.mark.parametrize(
    "address",
    [
        *("/api/search?q=haftar", "/api/export?q=haftar", "/api/suggest?q=a", "/api/similar/moscow-en"),
        *("/?q=haftar", "/documents/moscow-en?q=haftar", "/status", "/opensearch/suggest?q=a"),
    ],
)
def test_a_busy_server_says_when_to_come_again(site: Site, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """And goes on telling that it is well."""
    client = site.client(threads=1, queue=0)
    client.get("/api/health")
    running, end = Event(), Event()
    search = Searcher.search

    def slowly(self: Searcher, request: SearchRequest) -> SearchResult:
        running.set()
        assert end.wait(30)
        return search(self, request)

    monkeypatch.setattr(Searcher, "search", slowly)
    with ThreadPoolExecutor() as pool:
        first = pool.submit(client.application.test_client().get, "/api/search?q=haftar")
        assert running.wait(30)
        refused = client.get(address)
        well = client.get("/api/health")
        end.set()
        assert first.result(30).status_code == 200
    assert refused.status_code == 503
    assert refused.headers["Retry-After"] == "1"
    said = refused.get_data(as_text=True)
    assert "come again in 1 s" in said if address.startswith("/api/") else "Many people are searching" in said
    assert well.status_code == 200
