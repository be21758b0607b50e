"""Workers take turns at new connections, and none of them waits long for another."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from os import getppid
from selectors import DefaultSelector

import pytest
from gunicorn.config import Config
from gunicorn.glogging import Logger

from web import server
from web.server import _Worker as Worker
from web.shares import Shares


class Workers:
    """Workers at one socket, in this process; what they take they do not answer."""

    def __init__(self, count: int, stack: ExitStack) -> None:
        self.listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        self.listener.setblocking(False)
        self._stack = stack
        self.shares = Shares(count)
        self.all = [self._one(number) for number in range(count)]

    def _one(self, number: int) -> Worker:
        cfg = Config()
        worker = Worker(number, getppid(), [self.listener], None, 30, cfg, Logger(cfg))
        self._stack.callback(worker.tmp.close)
        worker.poller = self._stack.enter_context(DefaultSelector())
        worker.enqueue_req = lambda conn: self._stack.callback(conn.close)
        worker.join(self.shares)
        worker.set_accept_enabled(True)
        return worker

    def connect(self) -> None:
        """One more client, whom nobody has taken yet."""
        self._stack.enter_context(closing(socket.create_connection(self.listener.getsockname())))

    def held(self) -> list[int]:
        """How many connections each worker has."""
        return [worker.nr_conns for worker in self.all]


def turn(worker: Worker) -> None:
    """What gunicorn's worker does again and again."""
    worker.set_accept_enabled(worker.nr_conns < worker.worker_connections)
    worker.wait_for_and_dispatch_events(1.0)


@pytest.fixture
def workers() -> Iterator[Workers]:
    with ExitStack() as stack:
        yield Workers(2, stack)


def test_a_worker_is_ahead_of_those_that_hold_fewer_connections() -> None:
    shares = Shares(3)
    first, second = shares.enter(), shares.enter()
    shares.tell(first, 2)
    shares.tell(second, 1)
    assert (shares.is_ahead(first), shares.is_ahead(second)) == (True, False)
    shares.tell(second, 2)
    assert not shares.is_ahead(first)


def test_nobody_waits_for_a_worker_that_is_gone() -> None:
    shares = Shares(2)
    first, second = shares.enter(), shares.enter()
    shares.tell(first, 5)
    shares.leave(second)
    assert not shares.is_ahead(first)
    assert shares.enter() == second  # the next one takes its place
    assert shares.is_ahead(first)


def test_more_workers_than_places_share_the_last() -> None:
    shares = Shares(2)
    assert [shares.enter() for _ in range(3)] == [0, 1, 1]


def test_of_two_workers_each_takes_half(workers: Workers) -> None:
    one, other = workers.all
    for _ in range(4):
        workers.connect()
    one.accept(workers.listener)
    one.accept(workers.listener)  # leaves it to the other, which has none
    assert workers.held() == [1, 0]
    for _ in range(3):
        other.accept(workers.listener)  # the third time it is ahead itself
    assert workers.held() == [1, 2]
    one.wait_for_and_dispatch_events(0)  # now the other has more
    assert workers.held() == [2, 2]


def test_what_the_others_leave_is_taken_a_moment_later(workers: Workers) -> None:
    one, _ = workers.all
    for _ in range(3):
        workers.connect()
    one.accept(workers.listener)
    started = time.monotonic()
    while workers.held()[0] < 3:
        assert time.monotonic() < started + 10
        turn(one)
    assert time.monotonic() - started >= 2 * server._PATIENCE
    assert one.worker_connections == Config().worker_connections


def test_a_worker_alone_takes_all() -> None:
    with ExitStack() as stack:
        workers = Workers(1, stack)
        for _ in range(3):
            workers.connect()
            workers.all[0].accept(workers.listener)
        assert workers.held() == [3]


def test_a_worker_that_stops_is_not_waited_for(workers: Workers) -> None:
    one, other = workers.all
    workers.connect()
    one.accept(workers.listener)
    other.alive = False
    other.wait_for_and_dispatch_events(0)
    workers.connect()
    one.accept(workers.listener)
    assert workers.held() == [2, 0]
