"""Threads that write to one SQLite file do it one after another, and none waits for ever."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from lienlac.peer import connections


def test_one_thread_writes_at_a_time() -> None:
    inside, most, lock = 0, 0, threading.Lock()

    def write() -> None:
        nonlocal inside, most
        for _ in range(50):
            with connections.writing():
                with lock:
                    inside += 1
                    most = max(most, inside)
                with lock:
                    inside -= 1

    threads = [threading.Thread(target=write) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert most == 1


def test_who_has_waited_for_long_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "PATIENCE_S", 0.01)
    gone_on = threading.Event()

    def write() -> None:
        with connections.writing():
            gone_on.set()

    with connections.writing():
        other = threading.Thread(target=write)
        other.start()
        assert gone_on.wait(5)
    other.join()
    assert not connections._WRITER.locked()


def test_an_error_lets_the_next_one_write() -> None:
    with pytest.raises(ZeroDivisionError), connections.writing():
        raise ZeroDivisionError
    assert not connections._WRITER.locked()


@pytest.mark.django_db
def test_a_threads_connection_is_kept() -> None:
    held: list[bool] = []

    def step() -> None:
        connection.ensure_connection()
        connections.rest()
        held.append(connection.connection is not None)
        connection.close()

    thread = threading.Thread(target=step)
    thread.start()
    thread.join()
    assert held == [connection.vendor == "sqlite"]
