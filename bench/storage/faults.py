"""Which calls shall fail from now on, said by one process to others through a small file that all of them map."""

from __future__ import annotations

import mmap
import struct
from dataclasses import dataclass
from pathlib import Path

SHAPE = struct.Struct("<IIqq")  # errno, which calls, how many more pass, how many then fail (-1: all)
CALLS = {"open": 1, "write": 2, "sync": 4}


@dataclass(kw_only=True)
class Faults:
    """Calls of some kinds fail with an errno, once so many have passed, and until so many have failed.

    Several processes count in one place without a lock: a call may pass for nothing, or fail one time more.
    """

    shared: mmap.mmap

    @classmethod
    def at(cls, file: Path) -> Faults:
        """Return those of a file, which is made when it is not there."""
        if not file.exists():
            file.write_bytes(bytes(SHAPE.size))
        with file.open("r+b") as opened:
            return cls(shared=mmap.mmap(opened.fileno(), SHAPE.size))

    def set(self, number: int, *calls: str, after: int = 0, times: int = -1) -> None:
        """Let calls fail with that errno."""
        SHAPE.pack_into(self.shared, 0, number, sum(CALLS[one] for one in calls), after, times)

    def clear(self) -> None:
        """Let every call pass."""
        self.set(0)

    def __call__(self, call: str, _path: str) -> int:
        """Return the errno with which this call shall fail, 0 for none."""
        number, calls, after, times = SHAPE.unpack_from(self.shared)
        if not number or not calls & CALLS[call] or not times:
            return 0
        passes = after > 0
        SHAPE.pack_into(self.shared, 0, number, calls, after - passes, times - (not passes and times > 0))
        return 0 if passes else number
