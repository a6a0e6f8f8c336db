"""The event stream of a page: one short event when anything at this node changed; the page then asks again.

An async view that holds no database connection and no thread: it waits on a bell. GZip must not touch it, since
a compressed stream arrives in one piece at its end.

A page carries the `mark` of the moment it was drawn in. The stream compares it, so that what happened while the page
was on its way, or while the line was broken, is told at once and costs nothing when nothing happened.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse

from lienlac.apps.mailroom import bells

BEAT_S = 20.0  # a comment line keeps proxies from closing a quiet stream
LIFE_S = 300.0  # the browser comes back by itself; a closed laptop does not hold a stream for ever
EARS = bells.Ears("web")
PROCESS = secrets.token_hex(4)  # another process has another count of rings


def mark() -> str:
    """Return the mark of this moment: after the next ring it is another. Take it before looking at the database."""
    return f"{PROCESS}.{EARS.heard}" if EARS.listens else ""


async def stream(request: HttpRequest, names: tuple[str, ...]) -> HttpResponse | StreamingHttpResponse:
    """Answer with the stream of `names` for a signed-in officer, 204 (do not come back) for anybody else.

    `?since=` is the mark of what the page shows.
    """
    user = await request.auser()
    if not user.is_authenticated:
        return HttpResponse(status=204)
    events = _events(names, request.GET.get("since", ""))
    answer = StreamingHttpResponse(events, content_type="text/event-stream")
    answer.headers["Content-Encoding"] = "identity"
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Accel-Buffering"] = "no"
    return answer


async def _events(names: tuple[str, ...], since: str) -> AsyncIterator[bytes]:
    told = "".join(f"event: {name}\ndata: \n\n" for name in names).encode()
    ends = asyncio.get_running_loop().time() + LIFE_S
    with EARS.waiting() as rung:
        yield b"retry: 3000\n\n"
        if since != mark():
            yield told
        while asyncio.get_running_loop().time() < ends:
            try:
                await asyncio.wait_for(rung.wait(), BEAT_S)
            except TimeoutError:
                yield b": still here\n\n"
                continue
            rung.clear()
            yield told
