"""Wake the other processes of this node: each listens on a socket of its own in the home's `bells/`.

A ring says only "look again". One that is lost costs a second, since every listener also looks by itself;
so a full or dead socket is never an error.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import transaction


def ring() -> None:
    """Wake every listener now."""
    with contextlib.suppress(FileNotFoundError), _short_path() as short:
        for bell in _directory().glob("*.bell"):
            _ring_one(bell, short)


def _ring_one(bell: Path, short: str) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as mouth:
        mouth.setblocking(False)
        try:
            mouth.sendto(b"!", f"{short}/{bell.name}")
        except ConnectionRefusedError:
            bell.unlink(missing_ok=True)  # its process is gone
        except OSError:
            return  # full, or gone meanwhile: it looks by itself within a second


def ring_after_commit() -> None:
    """Wake every listener when the transaction in hand is on disk; once, however many deeds are in it."""
    waiting = transaction.get_connection().run_on_commit
    if not any(one[1] is ring for one in waiting):
        transaction.on_commit(ring)


@contextmanager
def listening(name: str) -> Iterator[socket.socket]:
    """Give a non-blocking socket that becomes readable when the bell rings."""
    path = _directory() / f"{name}-{os.getpid()}.bell"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.unlink(missing_ok=True)
    ear = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    ear.setblocking(False)
    with _short_path() as short:
        ear.bind(f"{short}/{path.name}")
    try:
        yield ear
    finally:
        ear.close()
        path.unlink(missing_ok=True)


Ear = socket.socket


def drain(ear: Ear) -> None:
    """Swallow all rings that wait, so that many become one."""
    with contextlib.suppress(BlockingIOError):
        while ear.recv(64):
            pass


class Ears:
    """One socket a process on which the bell is heard, and every coroutine of it that waits.

    Waiting holds no thread and no database connection. `heard` counts the rings since this process began to listen.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self.heard = 0
        self._waiting = set[asyncio.Event]()
        self._open: contextlib.ExitStack | None = None

    @property
    def listens(self) -> bool:
        """Say whether rings are heard: from the first who waits, to the end of the process."""
        return self._open is not None

    @contextmanager
    def waiting(self) -> Iterator[asyncio.Event]:
        """Give an event that each ring sets. Enter before looking, so that no ring is missed between the two."""
        self._listen()
        rung = asyncio.Event()
        self._waiting.add(rung)
        try:
            yield rung
        finally:
            self._waiting.discard(rung)

    def _listen(self) -> None:
        if self._open is not None:
            return
        self._open = contextlib.ExitStack()  # for the life of the process
        ear = self._open.enter_context(listening(self._name))
        asyncio.get_running_loop().add_reader(ear, self._rung, ear)

    def _rung(self, ear: Ear) -> None:
        drain(ear)
        self.heard += 1
        for rung in self._waiting:
            rung.set()


def _directory() -> Path:
    return Path(settings.NODE.bells)


@contextmanager
def _short_path() -> Iterator[str]:
    """Give a short name for the directory: a Unix socket's path holds 107 bytes, and homes lie deep."""
    descriptor = os.open(_directory(), os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{descriptor}"
    finally:
        os.close(descriptor)
