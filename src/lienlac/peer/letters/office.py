"""A post office of this process: what carries its letters, and what letters told the rounds."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from lienlac.core.lane import LaneClass, Standing
from lienlac.core.messages.canonical import Json

FALLS_BACK_AFTER_S = 15.0
"""A change of leader in a cluster takes 5 s: that is no reason to ring somebody."""


@dataclass(frozen=True, kw_only=True)
class Came:
    """A letter in our mailbox: its number there, its bytes, and how far the writer says to have read ours."""

    number: int
    raw: bytes
    read: int
    message: Any


class Carrier(Protocol):
    """What keeps mailboxes, one for each node. Any thread may call any method; each raises Unavailable with a code for
    the outbox page.
    """

    connections: int
    down_since: float | None

    def put(self, to: str, raw: bytes, *, read: int) -> int:
        """Leave a letter in a node's mailbox; return its number. It means that the carrier has it, no more.

        `read` is the number of the last letter of `to` that we took out of our own.
        """
        ...

    def left(self, to: str) -> Sequence[int] | None:
        """Return the numbers of our letters that, as it says, lie there for a node still; None when it does not say."""
        ...

    def take(self, wait_s: float) -> list[Came]:
        """Return letters of our own mailbox, in order; none when none came in time."""
        ...

    def done(self, came: Came) -> None:
        """Take a letter out of the mailbox for good."""
        ...

    def later(self, came: Came, after_s: float) -> None:
        """Leave a letter in the mailbox; it comes again."""
        ...


@dataclass(kw_only=True)
class News:
    """What one partner's letters told, until the round that writes to him has read it.

    `answered` are our standings after the letter `number` of our mailbox; `read` is the last one of ours that he read;
    `new` whether he said anything that he had not said before.
    """

    answered: Mapping[LaneClass, Standing] = field(default_factory=dict)
    number: int = 0
    owed_since: float = 0.0
    asks: Sequence[Json] = ()
    read: int = 0
    new: bool = False


DOUBTED_S, DOUBTED_WITHIN_S = 3600.0, 86_400.0


@dataclass(kw_only=True)
class _Doubt:
    until: float
    lasts_s: float


class Office:
    """Shared by the thread that reads our mailbox and those that write to partners."""

    def __init__(self, carrier: Carrier) -> None:
        self.carrier = carrier
        self._lock = threading.Lock()
        self._news: dict[str, News] = {}
        self._wakes: dict[str, threading.Event] = {}
        self._doubts: dict[str, _Doubt] = {}

    def tell(self, partner: str, news: News) -> None:
        """Tell the round of a partner what a letter of his said."""
        with self._lock:
            before = self._news.get(partner, News())
            self._news[partner] = News(
                answered={**before.answered, **news.answered},
                owed_since=before.owed_since or news.owed_since,
                asks=news.asks or before.asks,
                read=max(before.read, news.read),
                new=before.new or news.new,
                number=news.number,
            )
            wake = self._wakes.get(partner)
        if wake:
            wake.set()

    def hear(self, partner: str, wake: threading.Event) -> News:
        """Return what was told since the last time; `wake` is set when there is more."""
        with self._lock:
            self._wakes[partner] = wake
            return self._news.pop(partner, News())

    def doubt(self, partner: str) -> None:
        """Hold the carrier not to bring letters to a partner: for an hour, and longer each time it is tried in vain."""
        now = time.monotonic()
        with self._lock:
            before = self._doubts.get(partner)
            lasts_s = DOUBTED_S
            if before is not None:
                lasts_s = before.lasts_s if now < before.until else min(2 * before.lasts_s, DOUBTED_WITHIN_S)
            self._doubts[partner] = _Doubt(until=now + lasts_s, lasts_s=lasts_s)

    def trust_again(self, partner: str) -> None:
        """Something new of a partner came by the carrier while it alone was used: the next doubt is a first one."""
        with self._lock:
            if not self._is_doubted(partner):
                self._doubts.pop(partner, None)

    def falls_back(self, partner: str) -> bool:
        """Say whether a direct line to a partner, where there is one, is used as well: the carrier has been away for
        long, or what it took for him has no answer.
        """
        since = self.carrier.down_since
        if since is not None and time.monotonic() - since > FALLS_BACK_AFTER_S:
            return True
        with self._lock:
            return self._is_doubted(partner)

    def _is_doubted(self, partner: str) -> bool:
        doubt = self._doubts.get(partner)
        return doubt is not None and time.monotonic() < doubt.until
