"""A line between a browser and a desk: so many bits a second, so long there and back, and connections that cost time.

Chrome's own emulation delays answers but opens connections for nothing, and counts no time for them; here a new
connection can be used only after one way there and back, as TCP's handshake needs it, and all connections share one
line in each direction. Slow start is left out: every answer of a desk fits TCP's first window, or nearly.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field

from bench.relay import HERE, Relay

PIECE = 1460
"""What a packet carries: bytes of several connections take turns on the line by packets."""


@dataclass(kw_only=True)
class SlowLine(Relay):
    """`carried` counts the bytes that came down since it was last set to nought, `opened` the connections."""

    bits_s: int
    round_trip_s: float
    carried: int = 0
    opened: int = 0
    _free_at: dict[str, float] = field(default_factory=lambda: {"up": 0.0, "down": 0.0})

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.opened += 1
        there, back = await asyncio.open_connection(HERE, self.port)
        usable_at = asyncio.get_running_loop().time() + self.round_trip_s
        with contextlib.suppress(ConnectionError, asyncio.CancelledError):
            await asyncio.gather(
                self._one_way("up", reader, back, usable_at), self._one_way("down", there, writer, usable_at)
            )

    async def _one_way(
        self, way: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, usable_at: float
    ) -> None:
        loop = asyncio.get_running_loop()
        on_its_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        arriving = asyncio.create_task(_arrive(on_its_way, writer))
        while piece := await reader.read(PIECE):
            begins = max(loop.time(), usable_at, self._free_at[way])
            self._free_at[way] = begins + len(piece) * 8 / self.bits_s
            self.carried += len(piece) if way == "down" else 0
            on_its_way.put_nowait((self._free_at[way] + self.round_trip_s / 2, piece))
            await asyncio.sleep(self._free_at[way] - loop.time())
        on_its_way.put_nowait((loop.time() + self.round_trip_s / 2, b""))
        await arriving


async def _arrive(on_its_way: asyncio.Queue[tuple[float, bytes]], writer: asyncio.StreamWriter) -> None:
    """Hand over each piece at its moment; the end closes."""
    while True:
        at, piece = await on_its_way.get()
        await asyncio.sleep(at - asyncio.get_running_loop().time())
        if not piece:
            writer.close()
            return
        writer.write(piece)
