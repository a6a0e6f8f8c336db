"""Run parsers against altered samples: each input capped in time, the process in memory, and every finding named.

A finding is an error that is not of `core.errors`, an input that takes too long, or memory that does not suffice.
"""

from __future__ import annotations

import resource
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from types import FrameType

from lienlac.core.errors import LienlacError
from tests.fuzz.altering import altered

CAP_S = 2.0
ROOM_BYTES = 1 << 30  # beside what the process holds when it begins


@dataclass(frozen=True, kw_only=True)
class Parser:
    """A parser, samples that it reads, and its share of the inputs: 1 for a slow one."""

    name: str
    read: Callable[[bytes], object]
    samples: Sequence[bytes]
    share: int = 10


@dataclass(frozen=True, kw_only=True)
class Found:
    """What went wrong: seed and number give the bytes again."""

    parser: str
    number: int
    error: str
    raw: bytes


@dataclass(frozen=True, kw_only=True)
class Told:
    """What became of a parser's inputs: how many, how many it read, the slowest in seconds."""

    parser: str
    inputs: int
    read: int
    slowest_s: float
    found: tuple[Found, ...]


class Hung(BaseException):
    """An input took longer than the cap; no `except Exception` on the way hides it."""


def input_of(parser: Parser, seed: str, number: int) -> bytes:
    """Return the input of a number."""
    chance = Random(f"{seed}/{parser.name}/{number}")
    return altered(chance.choice(parser.samples), chance)


def run(parser: Parser, numbers: range, *, seed: str, cap_s: float = CAP_S) -> Told:
    """Feed a parser; an error of the tree is its right to say no."""
    for sample in parser.samples:
        parser.read(sample)  # it is one that can be read; and tables are loaded before time is taken
    found, read, slowest = list[Found](), 0, 0.0
    for number in numbers:
        raw = input_of(parser, seed, number)
        began = time.process_time()
        try:
            with _capped(cap_s):
                parser.read(raw)
            read += 1
        except LienlacError:
            pass
        except (Exception, Hung) as error:  # noqa: BLE001  this is what is looked for
            found.append(
                Found(
                    parser=parser.name, number=number, error=f"{type(error).__name__}: {error}"[:300], raw=raw
                )
            )
        slowest = max(slowest, time.process_time() - began)
    return Told(parser=parser.name, inputs=len(numbers), read=read, slowest_s=slowest, found=tuple(found))


@contextmanager
def _capped(cap_s: float) -> Iterator[None]:
    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise Hung(f"longer than {cap_s} s")

    before = signal.signal(signal.SIGPROF, stop)  # time of this process: a busy machine is no finding
    signal.setitimer(signal.ITIMER_PROF, cap_s)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


@contextmanager
def bounded_memory(room_bytes: int = ROOM_BYTES) -> Iterator[None]:
    """Let the process take so much memory more and no byte beyond: a MemoryError is a finding."""
    held = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    before = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (held + room_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)
