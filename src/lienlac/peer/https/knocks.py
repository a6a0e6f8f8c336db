"""Strangers who knock: counted in memory, written down together, so that a thousand cost what one costs."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime

from asgiref.sync import sync_to_async
from django.db import DatabaseError, connection

from lienlac.apps.audit import strangers

WRITE_AFTER_S = 10.0

log = logging.getLogger("lienlac.peer")


class Knocks:
    """The strangers since they were written down last."""

    def __init__(self) -> None:
        self.count = 0
        self._writing: asyncio.Task[None] | None = None

    def add(self) -> None:
        """Count one; the first of a while sees to it that they are written down."""
        self.count += 1
        if self._writing is None or self._writing.done():
            self._writing = asyncio.get_running_loop().create_task(self._write_later())

    async def written(self) -> None:
        """Wait until all that were counted are written down."""
        if self._writing is not None:
            await self._writing

    async def _write_later(self) -> None:
        while self.count:  # those who knocked while the last ones were written, too
            await asyncio.sleep(WRITE_AFTER_S)
            count, self.count = self.count, 0
            try:
                await sync_to_async(write, thread_sensitive=False)(count)
            except DatabaseError:
                self.count += count  # with the next ones
                log.warning("peer door: strangers could not be counted")


def write(count: int) -> None:
    """Add strangers to the hour in hand."""
    try:
        strangers.count(count, now=datetime.now(UTC))
    finally:
        connection.close()
