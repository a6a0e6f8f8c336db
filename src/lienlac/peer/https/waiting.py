"""Who waits at the door until there is something to say: a ring wakes those for whom something lies here, and no other.

A hundred offices that can only dial out all wait at once. One question to the database a ring finds out whom it
concerns; how many rings come while it is asked, it is asked once more. It is asked now and then without a ring too.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field

from lienlac.apps.mailroom import bells
from lienlac.core.errors import LienlacError

LOOK_EVERY_S = 2.0
MOST_OF_A_NODE = 8
"""So many questions of one node stay open. A door answers a few hundred callers at a time: none may take all of it."""

Look = Callable[[], Awaitable[Collection[str]]]


@dataclass(eq=False, kw_only=True)
class Caller:
    """One who waits: `due` is set when something may lie here for him, or newer questions of his take his place."""

    due: asyncio.Event = field(default_factory=asyncio.Event)
    over: bool = False


class Waiting:
    """Every caller who waits, by the code of his node; they hold no thread and no database connection."""

    def __init__(self, look: Look, name: str = "peer") -> None:
        """`look` says for which nodes something lies here; `name` is that of the bell, another one for each look."""
        self._look = look
        self._ears = bells.Ears(name)
        self._callers: dict[str, list[Caller]] = {}
        self._open = ExitStack()  # for the life of the process
        self._waking: asyncio.Task[None] | None = None

    @contextmanager
    def of(self, code: str) -> Iterator[Caller]:
        """Give a caller of a node his place, if need be that of the node's oldest one. Enter before looking."""
        self._listen()
        caller, others = Caller(), self._callers.setdefault(code, [])
        others.append(caller)
        for one in others[:-MOST_OF_A_NODE]:
            one.over = True
            one.due.set()
        try:
            yield caller
        finally:
            others.remove(caller)
            if not others:
                del self._callers[code]

    def _listen(self) -> None:
        if self._waking is None or self._waking.done():
            rung = self._open.enter_context(self._ears.waiting())
            self._waking = asyncio.create_task(self._wake(rung))

    async def _wake(self, rung: asyncio.Event) -> None:
        """Look at each ring, and by itself: one that is lost, or rung on another machine, costs no more than that."""
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(rung.wait(), LOOK_EVERY_S)
            rung.clear()
            for code in await self._concerned():
                for one in self._callers.get(code, ()):
                    one.due.set()

    async def _concerned(self) -> Collection[str]:
        """Say whom a ring concerns; everybody where the store does not answer, so that each hears what is wrong."""
        if not self._callers:
            return ()
        try:
            return await self._look()
        except LienlacError:
            return tuple(self._callers)
