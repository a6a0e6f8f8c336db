"""One tape for all processes of all nodes: each change of a file, each sync, each promise, in the order they came.

A record is written (`O_APPEND`, one call) before SQLite hears of the result: what another process does because of it
stands behind it. A sync is two records, since a power cut may fall between them: what was written before the first is
on the disk from the second on, and not before.
"""

from __future__ import annotations

import json
import os
import struct
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any

HEAD = struct.Struct("<BIQHI")  # kind, thread, offset or size, length of the name, length of the bytes


class Kind(IntEnum):
    """What a record says; `PROMISED` has a node for a name, the others a path."""

    WRITTEN = 1
    CUT_TO = 2
    SYNC_BEGAN = 3
    SYNCED = 4
    SYNC_FAILED = 5
    MADE = 6
    UNLINKED = 7
    REFUSED = 8
    PROMISED = 9


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """One thing that happened."""

    kind: Kind
    thread: int
    at: int
    name: str
    raw: bytes

    @property
    def told(self) -> dict[str, Any]:
        """Return what was promised."""
        value: dict[str, Any] = json.loads(self.raw)
        return value


class Tape:
    """Where this process records."""

    def __init__(self, file: Path) -> None:
        self._descriptor = os.open(file, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)

    def record(self, kind: Kind, name: str, raw: bytes = b"", *, at: int = 0) -> None:
        """Add a record, whole or not at all."""
        named = name.encode()
        head = HEAD.pack(kind, threading.get_native_id(), at, len(named), len(raw))
        os.write(self._descriptor, head + named + raw)

    def promise(self, node: str, **told: object) -> None:
        """Note what a node has promised; a promise is recorded before anybody can hear it."""
        self.record(Kind.PROMISED, node, json.dumps(told).encode())


def read(file: Path) -> Iterator[Record]:
    """Give the records of a tape in their order; one that a kill broke off is none."""
    with file.open("rb") as tape:
        while len(head := tape.read(HEAD.size)) == HEAD.size:
            kind, thread, at, name, size = HEAD.unpack(head)
            named, raw = tape.read(name), tape.read(size)
            yield Record(kind=Kind(kind), thread=thread, at=at, name=named.decode(), raw=raw)
