"""The processes of a node take turns at its file: each open lock stands for one process here."""

from __future__ import annotations

import fcntl
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from lienlac.peer import connections, turns
from lienlac.peer.turns import Turns

SOON_S = 5.0


def in_thread(step: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=step)
    thread.start()
    return thread


def until(true: Callable[[], bool]) -> None:
    ends = time.monotonic() + SOON_S
    while not true():
        assert time.monotonic() < ends
        time.sleep(0.001)


def is_free(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    fcntl.flock(lock, fcntl.LOCK_UN)
    return True


def test_the_turn_is_one_processs_until_it_gives_it(tmp_path: Path) -> None:
    one, other = Turns(tmp_path), Turns(tmp_path)
    assert one.take(within_s=0)
    assert not other.take(within_s=0.002)
    one.give()
    assert other.take(within_s=0)


def test_who_waits_comes_before_who_had_the_turn_just_now(tmp_path: Path) -> None:
    """Without it the door, where the next thread stands ready, would write on and on while the sequencer slept."""
    door, sequencer, third = Turns(tmp_path), Turns(tmp_path), Turns(tmp_path)
    order = list[str]()
    assert door.take(within_s=0)

    def write() -> None:
        assert sequencer.take(within_s=SOON_S)
        order.append("sequencer")
        sequencer.give()

    waiting = in_thread(write)
    until(lambda: not is_free(third._next))
    door.give()
    assert door.take(within_s=SOON_S)
    order.append("door")
    waiting.join()
    assert order == ["sequencer", "door"]


def test_who_gives_up_keeps_nobody_from_the_place(tmp_path: Path) -> None:
    one, other, third = Turns(tmp_path), Turns(tmp_path), Turns(tmp_path)
    assert one.take(within_s=0)
    assert not other.take(within_s=0.002)
    one.give()
    assert third.take(within_s=0)


class Clock:
    """Time that passes while one sleeps, and no other."""

    def __init__(self) -> None:
        self.slept = list[float]()

    def monotonic(self) -> float:
        return sum(self.slept)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


def test_who_waits_looks_soon_at_first_and_seldom_later_and_never_sleeps_for_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each look takes the processor from whom one waits for; and the turn may be given at any moment."""
    one, other, clock = Turns(tmp_path), Turns(tmp_path), Clock()
    assert one.take(within_s=0)
    monkeypatch.setattr(turns, "time", clock)
    assert not other.take(within_s=0.1)
    assert clock.slept[0] == turns.LOOK_AFTER_S
    assert max(clock.slept) == turns.AT_MOST_S
    assert len(clock.slept) < 0.1 / turns.LOOK_AFTER_S / 6


@pytest.fixture
def sqlite(db: None) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("a server has turns of its own")


def test_a_process_that_never_gives_its_turn_keeps_nobody_for_ever(
    sqlite: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "PATIENCE_S", 0.01)
    other = Turns(Path(settings.NODE.bells))
    assert other.take(within_s=0)
    with connections.writing():
        other.give()
    assert other.take(within_s=0)  # and what was not ours was not given
    other.give()


def test_writing_holds_the_turn_and_gives_it_after_an_error(sqlite: None) -> None:
    other = Turns(Path(settings.NODE.bells))

    @connections.writing()
    def write() -> None:
        assert not other.take(within_s=0)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write()
    assert other.take(within_s=0)
    other.give()


def test_where_no_lock_can_be_opened_one_writes_all_the_same(
    sqlite: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_directory: Path) -> Turns:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(turns, "of", full)
    written = False
    with connections.writing():
        written = True
    assert written
