"""The event stream of a page: one short event when anything at this node changed; the page then asks again.

An async view that holds no database connection and no thread: it waits on a bell. GZip must not touch it, since
a compressed stream arrives in one piece at its end.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse

from lienlac.apps.mailroom import bells

BEAT_S = 20.0  # a comment line keeps proxies from closing a quiet stream
LIFE_S = 300.0  # the browser comes back by itself; a closed laptop does not hold a stream for ever


class Ears:
    """One socket a process on which the bell is heard, and everybody who waits for it."""

    def __init__(self) -> None:
        self.waiting: set[asyncio.Event] = set()
        self.listening = False

    def open(self) -> None:
        """Listen, once a process; rings then wake all who wait."""
        if self.listening:
            return
        self.listening = True
        held = bells.listening("web")
        ear = held.__enter__()  # for the life of the process: the file goes with it, or at the next ring
        asyncio.get_running_loop().add_reader(ear, self._rung, ear)
        self._held = held

    def _rung(self, ear: bells.Ear) -> None:
        bells.drain(ear)
        for event in self.waiting:
            event.set()


EARS = Ears()


async def stream(request: HttpRequest, names: tuple[str, ...]) -> HttpResponse | StreamingHttpResponse:
    """Answer with the stream of `names` for a signed-in officer, 204 (do not come back) for anybody else."""
    user = await request.auser()
    if not user.is_authenticated:
        return HttpResponse(status=204)
    answer = StreamingHttpResponse(_events(names), content_type="text/event-stream")
    answer.headers["Content-Encoding"] = "identity"
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Accel-Buffering"] = "no"
    return answer


async def _events(names: tuple[str, ...]) -> AsyncIterator[bytes]:
    EARS.open()
    rung = asyncio.Event()
    EARS.waiting.add(rung)
    ends = asyncio.get_running_loop().time() + LIFE_S
    try:
        yield b"retry: 3000\n\n"
        while asyncio.get_running_loop().time() < ends:
            try:
                await asyncio.wait_for(rung.wait(), BEAT_S)
            except TimeoutError:
                yield b": still here\n\n"
                continue
            rung.clear()
            for name in names:
                yield f"event: {name}\ndata: \n\n".encode()
    finally:
        EARS.waiting.discard(rung)
