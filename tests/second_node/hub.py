"""What an office says to its hub, and hears (transport-relay.md, section 3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from . import wire

Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Lying:
    """A letter in my mailbox at the hub."""

    sender: str
    number: int
    read: int
    letter: bytes


def room(to: str, size: int) -> bytes:
    return wire.encode({"size": size, "to": to})


def leave(letter: bytes, read: int) -> bytes:
    return wire.pack(wire.encode({"read": read}), letter)


def number_of(answer: bytes) -> int:
    return int(wire.decode(answer)["number"])


def left(to: str) -> bytes:
    return wire.encode({"to": to})


def numbers_of(answer: bytes) -> list[int]:
    return [int(one) for one in wire.decode(answer)["numbers"]]


def fetch(done: Sequence[tuple[str, int]], later: Sequence[tuple[str, int, int]], wait: int) -> bytes:
    said = {"done": [list(one) for one in done], "later": [list(one) for one in later], "wait": wait}
    return wire.encode(said)


def fetched(answer: bytes) -> list[Lying]:
    head, body = wire.unpack(answer, 2)
    said = wire.decode(head)["letters"]
    letters = wire.unpack(body, len(said))
    return [
        Lying(sender=one["from"], number=one["number"], read=one["read"], letter=raw)
        for one, raw in zip(said, letters, strict=True)
    ]
