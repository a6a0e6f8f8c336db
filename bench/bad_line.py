"""A line that does to connections what bad lines and bad relays do, until it is healed.

Each connection has a fate and a moment, counted in bytes of one direction: it goes silent (all is swallowed, nothing
is closed), is reset in the middle of a body, ends as if it were complete, or has a bit flipped and goes on. Between
nodes flipped bits end in TLS, which is what it is for; beneath it nobody can flip one unnoticed without the key.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import socket
import struct
from collections import Counter
from dataclasses import dataclass, field

from bench.relay import HERE, Relay

PIECE = 4096
FATES = ("carried", "carried", "carried", "silent", "reset", "truncated", "flipped")
THERE_B, BACK_B = (100, 12_000), (100, 5_000)
"""Where it strikes, from the first hello of TLS on: a greeting takes some 4,000 each way, a parcel 6,000."""
SILENT_S = (0.3, 12.0)
"""A silent one is reset at last, as middleboxes do; the caller may have given up before."""
RESET = struct.pack("ii", 1, 0)  # SO_LINGER on, no time: closing sends RST


@dataclass(kw_only=True)
class BadLine(Relay):
    """`met` counts the fates that came about."""

    chance: random.Random
    met: Counter[str] = field(default_factory=Counter)
    healed: bool = False  # from then on every connection is carried, whatever its fate was

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there, back = await asyncio.open_connection(HERE, self.port)
        except OSError:  # the node is down: so is the line
            writer.close()
            return
        fate = self.chance.choice(FATES)
        ways = [(reader, back), (there, writer)]
        struck = self.chance.randrange(2)
        after = self.chance.randrange(*(THERE_B, BACK_B)[struck])
        with contextlib.suppress(ConnectionError, asyncio.CancelledError):
            await asyncio.gather(
                *(
                    self._one_way(*way, fate if number == struck else "carried", after, (writer, back))
                    for number, way in enumerate(ways)
                )
            )

    async def _one_way(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        fate: str,
        after: int,
        both: tuple[asyncio.StreamWriter, asyncio.StreamWriter],
    ) -> None:
        left = after
        while piece := await reader.read(PIECE):
            if fate != "carried" and not self.healed and len(piece) > left:
                self.met[fate] += 1
                if fate != "flipped":
                    writer.write(piece[:left])
                    await self._end(fate, both)
                    return
                piece, fate = _flipped(piece, left), "carried"
            left -= len(piece)
            writer.write(piece)
            await writer.drain()
        writer.close()

    async def _end(self, fate: str, both: tuple[asyncio.StreamWriter, asyncio.StreamWriter]) -> None:
        if fate == "silent":
            await asyncio.sleep(self.chance.uniform(*SILENT_S))
        for one in both:
            if fate != "truncated":
                with contextlib.suppress(OSError):  # that side has gone already
                    one.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
                one.transport.abort()
            one.close()


def _flipped(piece: bytes, at: int) -> bytes:
    return piece[:at] + bytes([piece[at] ^ 1 << at % 8]) + piece[at + 1 :]
