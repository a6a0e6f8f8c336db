"""The processes of a node that write to SQLite's file take turns, in the order in which they came.

SQLite would let them wait for each other too, but asleep: it looks again after 1 ms, then 2, 5, 10 and up to 100, and
who comes later may find the file free first. A door at which a hundred offices write kept the sequencer waiting so, and
stood still itself while nobody wrote. The kernel frees these locks with the process that held them.
"""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

LOOK_AFTER_S, AT_MOST_S = 0.0005, 0.005
"""Who waits looks again after a fourth of the time that he has waited by now, and within these two.

To look two thousand times a second took of the processor what those needed for whom he waited.
"""


class Turns:
    """Two locks: who waits for the turn holds the place beside it, and no other comes before him.

    One thread of a process asks at a time.
    """

    def __init__(self, directory: Path) -> None:
        """Open both in a directory that all processes of the node know."""
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._next, self._turn = (
            os.open(directory / name, os.O_RDWR | os.O_CREAT, 0o600) for name in ("next.turn", "now.turn")
        )

    def take(self, *, within_s: float) -> bool:
        """Wait for the turn; say whether it is ours. Who gives up after so long has lost nothing but the order."""
        ends = time.monotonic() + within_s
        if not _locked(self._next, ends):
            return False
        try:
            return _locked(self._turn, ends)
        finally:
            fcntl.flock(self._next, fcntl.LOCK_UN)

    def give(self) -> None:
        """Let the next one write."""
        fcntl.flock(self._turn, fcntl.LOCK_UN)


def _locked(lock: int, ends: float) -> bool:
    began = time.monotonic()
    while True:
        with suppress(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        now = time.monotonic()
        if now >= ends:
            return False
        time.sleep(min(AT_MOST_S, max(LOOK_AFTER_S, (now - began) / 4)))


def of(directory: Path) -> Turns:
    """Return this process's part in the turns of a directory."""
    return _of(directory, os.getpid())  # a lock that a child inherits would be its parent's


@lru_cache(maxsize=8)
def _of(directory: Path, _process: int) -> Turns:
    return Turns(directory)
