"""A file on its way out of a door: each piece is opened when the one before it has left."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

from asgiref.sync import sync_to_async


async def one_by_one(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Yield pieces that a database gives. Of an ordinary iterator Django would gather all before it sends the first."""
    while piece := await _following(pieces):
        yield piece


@sync_to_async
def _following(pieces: Iterator[bytes]) -> bytes:
    return next(pieces, b"")
