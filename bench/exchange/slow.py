"""A slow line: a relay in a thread that holds bytes back as distance and bandwidth would, each way by itself."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

PIECE_BYTES = 1024
QUEUE_PIECES = 8  # what routers on the way hold


@dataclass(kw_only=True)
class Way:
    """One direction: bytes a second, seconds of distance; `free_at` is when its sender may go on."""

    bytes_s: float
    distance_s: float
    free_at: float = 0.0
    carried: int = 0


@dataclass(kw_only=True)
class Line:
    """A line to a port of this machine."""

    to_port: int
    there: Way
    back: Way
    port: int = 0

    async def open(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection."""
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.to_port, limit=PIECE_BYTES)
        await asyncio.gather(_carry(self.there, reader, far_writer), _carry(self.back, far_reader, writer))


async def _carry(way: Way, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    clock = asyncio.get_running_loop().time
    on_the_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(
        QUEUE_PIECES + int(way.bytes_s * way.distance_s / PIECE_BYTES)
    )
    arriving = asyncio.create_task(_arrive(on_the_way, writer))
    with contextlib.suppress(OSError):
        while piece := await reader.read(PIECE_BYTES):
            way.free_at = max(way.free_at, clock()) + len(piece) / way.bytes_s
            way.carried += len(piece)
            await asyncio.sleep(way.free_at - clock())
            await on_the_way.put((way.free_at + way.distance_s, piece))
    await on_the_way.put((0.0, b""))
    await arriving


async def _arrive(on_the_way: asyncio.Queue[tuple[float, bytes]], writer: asyncio.StreamWriter) -> None:
    clock = asyncio.get_running_loop().time
    with contextlib.suppress(OSError):
        while (following := await on_the_way.get())[1]:
            at, piece = following
            await asyncio.sleep(at - clock())
            writer.write(piece)
            await writer.drain()
    writer.close()


@contextmanager
def slow_line(to_port: int, *, bits_s: int, round_trip_s: float) -> Iterator[Line]:
    """Give a line to a port; its own port is `port`."""
    ways = [Way(bytes_s=bits_s / 8, distance_s=round_trip_s / 2) for _ in range(2)]
    line = Line(to_port=to_port, there=ways[0], back=ways[1])
    loop, ready = asyncio.new_event_loop(), threading.Event()

    async def serve() -> None:
        server = await asyncio.start_server(line.open, "127.0.0.1", 0, limit=PIECE_BYTES)
        line.port = server.sockets[0].getsockname()[1]
        ready.set()
        await server.serve_forever()

    def run() -> None:
        with contextlib.suppress(RuntimeError):  # stopped before its future was done, which is how it ends
            loop.run_until_complete(serve())

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    ready.wait()
    try:
        yield line
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
