"""Record on a tape what the SQLite of this process does to the database of a node, and refuse what shall fail."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bench.storage import hooks
from bench.storage.tape import Kind, Tape

DATABASE = "db.sqlite3"
OF_DATABASE = frozenset(
    {DATABASE, f"{DATABASE}-wal", f"{DATABASE}-journal"}
)  # not -shm: made anew after a cut


Refusing = Callable[[str, str], int]
"""Says of a call (open, write, sync) that concerns a path with which errno it shall fail; 0 when it shall not."""


def nothing_refused(_call: str, _path: str) -> int:
    """Let all calls through."""
    return 0


@dataclass(kw_only=True)
class Watching:
    """The calls of SQLite that concern one home; others pass."""

    home: Path
    tape: Tape
    refusing: Refusing = nothing_refused
    _open: dict[int, str] = field(default_factory=dict)
    _real: dict[str, hooks.Real] = field(
        default_factory=lambda: {name: hooks.real(name) for name in hooks.SHAPES}
    )

    def begin(self) -> None:
        """Stand between from now on; before anything opens the database."""
        from pysqlite3 import _sqlite3

        mine = {name: getattr(self, f"_{name}") for name in hooks.SHAPES}
        met = hooks.put_between(Path(_sqlite3.__file__), mine)
        assert {"open64", "write", "fsync", "ftruncate64", "unlink"} <= met, met

    def _is_ours(self, path: str) -> bool:
        return (Path(path).parent == self.home and Path(path).name in OF_DATABASE) or Path(path) == self.home

    def _refused(self, call: str, path: str) -> bool:
        number = self.refusing(call, path)
        if number:
            self.tape.record(Kind.REFUSED, path, call.encode(), at=number)
            ctypes.set_errno(number)
        return bool(number)

    def _open64(self, raw: bytes, flags: int, mode: int) -> int:
        path = os.fsdecode(raw)
        if not self._is_ours(path):
            return self._real["open64"](raw, flags, mode)
        made = bool(flags & os.O_CREAT) and not os.path.lexists(path)
        if flags & (os.O_WRONLY | os.O_RDWR) and self._refused("open", path):
            return -1
        descriptor = self._real["open64"](raw, flags, mode)
        if descriptor >= 0:
            self._open[descriptor] = path
            if made:
                self.tape.record(Kind.MADE, path)
        return descriptor

    def _close(self, descriptor: int) -> int:
        self._open.pop(descriptor, None)
        return self._real["close"](descriptor)

    def _write(self, descriptor: int, address: int, count: int) -> int:
        path = self._open.get(descriptor)
        if path is None:
            return self._real["write"](descriptor, address, count)
        at = os.lseek(descriptor, 0, os.SEEK_CUR)
        return self._written(path, address, at, lambda: self._real["write"](descriptor, address, count))

    def _pwrite64(self, descriptor: int, address: int, count: int, at: int) -> int:
        def write() -> int:
            return self._real["pwrite64"](descriptor, address, count, at)

        path = self._open.get(descriptor)
        return write() if path is None else self._written(path, address, at, write)

    def _written(self, path: str, address: int, at: int, write: Callable[[], int]) -> int:
        if self._refused("write", path):
            return -1
        written = write()
        if written > 0:
            self.tape.record(Kind.WRITTEN, path, ctypes.string_at(address, written), at=at)
        return written

    def _ftruncate64(self, descriptor: int, size: int) -> int:
        path = self._open.get(descriptor)
        if path is not None and self._refused("write", path):
            return -1
        result = self._real["ftruncate64"](descriptor, size)
        if path is not None and result == 0:
            self.tape.record(Kind.CUT_TO, path, at=size)
        return result

    def _fsync(self, descriptor: int) -> int:
        path = self._open.get(descriptor)
        if path is None:
            return self._real["fsync"](descriptor)
        self.tape.record(Kind.SYNC_BEGAN, path)
        failed = self._refused("sync", path) or self._real["fsync"](descriptor) != 0
        self.tape.record(Kind.SYNC_FAILED if failed else Kind.SYNCED, path)
        return -1 if failed else 0

    def _unlink(self, raw: bytes) -> int:
        path = os.fsdecode(raw)
        result = self._real["unlink"](raw)
        if result == 0 and self._is_ours(path):
            self.tape.record(Kind.UNLINKED, path)
        return result
