"""The peer door: a small ASGI application beside Django, for nodes only.

    POST /peer/v1/challenge     -> a nonce, good for a minute
    POST /peer/v1/hello         signed hello that answers the nonce -> session, our standing in his lanes
    POST /peer/v1/parcels       parcels in lane order -> how far each lane came (an ack, not a receipt)
    POST /peer/v1/fetch         our outbox for a caller who can only dial out, waiting for it if he wishes
    POST /peer/v1/consistency   proof that our ledger with him only grew
    POST /peer/v1/inclusion     proof of what our ledger with him says of the arrival of his envelopes
    POST /peer/v1/answers       his proofs, which we asked him for with a fetch: nobody can ring him
    POST /peer/v1/relay-…       letters that we carry for others, where the operator lets us (`peer/relay`)

It is not a Django view because a body must be known to be complete before a byte of it counts, and because a
fetch waits without a thread and without a database connection.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from django.db import DatabaseError, connection

from lienlac.apps.mailroom import queries
from lienlac.apps.mailroom.actions import Receivers
from lienlac.core.errors import (
    LienlacError,
    Malformed,
    NoRoom,
    NotUnderstood,
    Refused,
    Unauthentic,
    Unavailable,
    store_unavailable,
)
from lienlac.core.messages import canonical
from lienlac.peer import connections, greeting, receive
from lienlac.peer.https.body import Disconnected, Receive, Scope, header, whole
from lienlac.peer.https.knocks import Knocks
from lienlac.peer.https.waiting import Caller, Waiting
from lienlac.peer.proofs import MAX_ANSWERS_BYTES
from lienlac.peer.relay import hub
from lienlac.peer.relay import wire as relay
from lienlac.peer.wire import MAX_BODY_BYTES

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Answer = TypeVar("Answer")

PREFIX = "/peer/v1/"
MAX_SMALL_BODY_BYTES = 64 * 1024

# What went wrong decides the number; the body says the code, for the other node's outbox page.
STATUS_OF: tuple[tuple[type[LienlacError], int], ...] = (
    (Malformed, 400),
    (Unauthentic, 401),
    (Refused, 403),
    (NotUnderstood, 422),
    (NoRoom, 507),
    (Unavailable, 503),
)
NO_STRANGERS = frozenset({"nonce_stale", "session_over", "partner_paused"})
"""What happens to an honest partner too, who then greets again."""

log = logging.getLogger("lienlac.peer")


@dataclass(frozen=True, kw_only=True)
class Route:
    """What answers a path, how large its body may be, and whether a session must be there before it is read."""

    answer: Callable[[receive.Call], Awaitable[bytes]]
    limit: int = MAX_SMALL_BODY_BYTES
    session: bool = True


class Door:
    """The ASGI application; `receivers` says which room takes in which kind of message."""

    def __init__(self, receivers: Receivers) -> None:
        self._waiting = Waiting(partial(_in_thread, queries.with_outbox))
        self._letters = Waiting(partial(_in_thread, hub.with_letters), "relay")
        self.knocks = Knocks()
        self._routes = {
            "challenge": Route(answer=_threaded(receive.challenge), session=False),
            "hello": Route(answer=_threaded(receive.hello), session=False),
            "parcels": Route(
                answer=_threaded(partial(receive.parcels, receivers=receivers)), limit=MAX_BODY_BYTES
            ),
            "fetch": Route(answer=self._fetch),
            "consistency": Route(answer=_threaded(receive.consistency)),
            "head": Route(answer=_threaded(receive.head)),
            "inclusion": Route(answer=_threaded(receive.inclusion)),
            "answers": Route(answer=_threaded(receive.answers), limit=MAX_ANSWERS_BYTES),
            relay.ROOM: Route(answer=_threaded(hub.has_room)),
            relay.LEAVE: Route(answer=_threaded(hub.leave), limit=relay.MAX_LEAVE_BYTES),
            relay.LEFT: Route(answer=_threaded(hub.left)),
            relay.FETCH: Route(answer=self._fetch_letters),
        }

    async def __call__(self, scope: Scope, receive_event: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        try:
            status, body = await self._answer(scope, receive_event)
        except Disconnected:
            return
        await _send(send, status, body)

    async def _answer(self, scope: Scope, receive_event: Receive) -> tuple[int, bytes]:
        route: Route | None = None
        try:
            route = self._route(scope)
            session = header(scope, b"lienlac-session")
            if route.session:
                greeting.check_session(session)  # before a byte of the body: strangers do not fill the memory
            body = await whole(scope, receive_event, route.limit)
            return 200, await route.answer(receive.Call(body=body, session=session))
        except LienlacError as error:
            if _is_strange(route, error):
                self.knocks.add()
            return status_of(error), canonical.encode({"error": error.code})
        except Disconnected:
            raise
        except Exception:
            # An isolation point: whatever one caller brings, the next one is answered.
            log.exception("peer door: a request failed")
            return 500, canonical.encode({"error": "door_failed"})

    def _route(self, scope: Scope) -> Route:
        path = str(scope["path"])
        route = self._routes.get(path.removeprefix(PREFIX)) if path.startswith(PREFIX) else None
        if route is None:
            raise Malformed("no_such_path")
        if scope["method"] != "POST":
            raise Malformed("method_not_allowed")
        return route

    async def _fetch(self, call: receive.Call) -> bytes:
        """Wait for something to say, at most as long as the caller wishes."""
        with self._waiting.of(greeting.check_session(call.session)) as caller:
            asked, answer = await _in_thread(partial(_begun_fetch, call, caller.due))
            answer = answer or await _when_due(partial(receive.answer_fetch, asked), caller, asked.wait_s)
        return answer or await _in_thread(partial(receive.nothing_fetched, asked))

    async def _fetch_letters(self, call: receive.Call) -> bytes:
        """Wait for a letter that we carry for the caller, at most as long as he wishes."""
        asked = await _in_thread(partial(hub.begin_fetch, call))
        look = partial(hub.answer_fetch, asked)
        with self._letters.of(asked.node.code) as caller:
            answer = await _in_thread(look) or await _when_due(look, caller, asked.wait_s)
        return answer or hub.nothing_fetched(asked)


async def _when_due(look: Callable[[], bytes | None], caller: Caller, wait_s: float) -> bytes | None:
    """Look whenever something may be due; None when the time to wait is over, or newer questions took the place."""
    ends = asyncio.get_running_loop().time() + wait_s
    while not caller.over and (left := ends - asyncio.get_running_loop().time()) > 0:
        with suppress(TimeoutError):
            await asyncio.wait_for(caller.due.wait(), left)
        caller.due.clear()  # before looking again: what comes while we look is looked for once more
        if answer := await _in_thread(look):
            return answer
    return None


def _begun_fetch(call: receive.Call, due: asyncio.Event) -> tuple[receive.Fetch, bytes | None]:
    asked = receive.begin_fetch(call)
    due.clear()  # what was rung for while he waited to be heard is found by the first look
    return asked, receive.answer_fetch(asked)


def _is_strange(route: Route | None, error: LienlacError) -> bool:
    """Say whether a refused request came from somebody who has not shown that he is a partner."""
    if error.code in NO_STRANGERS:
        return False
    return route is None or not route.session or error.code == "stranger"


def status_of(error: LienlacError) -> int:
    """Return the HTTP status that goes with an error."""
    return next((number for kind, number in STATUS_OF if isinstance(error, kind)), 500)


def _threaded(handler: Callable[[receive.Call], bytes]) -> Callable[[receive.Call], Awaitable[bytes]]:
    return lambda call: _in_thread(partial(handler, call))


async def _in_thread(step: Callable[[], Answer]) -> Answer:
    return await asyncio.to_thread(_with_own_connection, step)


def _with_own_connection(step: Callable[[], Answer]) -> Answer:
    """Run in a thread; tell a full disk from a busy database, and begin anew with a connection after either."""
    try:
        return step()
    except (DatabaseError, OSError) as error:
        log.warning("peer door: the store does not answer: %s", type(error).__name__)
        connection.close()
        raise store_unavailable(error) from error
    finally:
        connections.rest()


async def _send(send: Send, status: int, body: bytes) -> None:
    headers = [(b"content-type", b"application/octet-stream"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
