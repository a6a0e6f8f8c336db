"""Another program that is given a file on its standard input: it is told nothing else, and must end in time."""

from __future__ import annotations

import logging
import subprocess
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from threading import Timer

NOT_STARTED = -1

log = logging.getLogger("lienlac.mailroom")


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How a program ended: its exit code (below 0: it was killed, or never started), and what it said."""

    code: int
    said: bytes = b""


def give(command: Sequence[str], pieces: Iterable[bytes], *, within_s: float, most_said: int = 0) -> Ended:
    """Let a program read a file, piece by piece; at most `most_said` + 1 bytes of its answer are read.

    It is killed after `within_s` seconds. One that has seen enough may hang up.
    """
    said = subprocess.PIPE if most_said else subprocess.DEVNULL
    try:
        process = subprocess.Popen(  # noqa: S603 (its name is the operator's or our own; no shell reads it)
            list(command), stdin=subprocess.PIPE, stdout=said, stderr=subprocess.DEVNULL
        )
    except OSError as problem:
        log.error("%s could not be started: %s", command[0], problem.strerror)
        return Ended(code=NOT_STARTED)
    enough = Timer(within_s, process.kill)
    enough.start()
    try:
        _feed(process, pieces)
        answer = _read(process, most_said)
        return Ended(code=process.wait(), said=answer)
    finally:
        enough.cancel()
        process.kill()  # where feeding it failed; nothing happens to one that has ended


def _feed(process: subprocess.Popen[bytes], pieces: Iterable[bytes]) -> None:
    assert process.stdin is not None  # opened as a pipe
    with suppress(BrokenPipeError), process.stdin as pipe:
        for piece in pieces:
            pipe.write(piece)


def _read(process: subprocess.Popen[bytes], most: int) -> bytes:
    if process.stdout is None:
        return b""
    with process.stdout as pipe:
        return pipe.read(most + 1)
