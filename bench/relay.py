"""Something that stands between a caller and a port of this machine, in a thread of its own."""

from __future__ import annotations

import asyncio
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Self

HERE = "127.0.0.1"


@dataclass(kw_only=True)
class Relay(ABC):
    """Carries connections to `port`; listens on `own_port` once it is opened."""

    port: int
    own_port: int = 0

    @contextmanager
    def open(self) -> Iterator[Self]:
        """Carry until the block ends."""
        loop, ready = asyncio.new_event_loop(), threading.Event()
        thread = threading.Thread(target=self._run, args=(loop, ready), daemon=True)
        thread.start()
        ready.wait()
        try:
            yield self
        finally:
            loop.call_soon_threadsafe(loop.stop)
            thread.join()

    def _run(self, loop: asyncio.AbstractEventLoop, ready: threading.Event) -> None:
        asyncio.set_event_loop(loop)
        server = loop.run_until_complete(asyncio.start_server(self._carry, HERE, 0))
        self.own_port = server.sockets[0].getsockname()[1]
        ready.set()
        loop.run_forever()
        held = asyncio.all_tasks(loop)
        for task in held:
            task.cancel()
        loop.run_until_complete(asyncio.gather(*held, return_exceptions=True))
        loop.close()

    @abstractmethod
    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection to its end."""
