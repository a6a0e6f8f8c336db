"""What was left for one partner and nobody answers: is he away, or does the carrier lose or keep it?

Nothing that a carrier says is believed; it is asked, so that nobody is told of a partner who merely has not come:

- our letters lie there still, as it says, and nothing new of him came by it: he is away, or it lies. He is rung, where
  he has an address; people hear of it when their patience ends, as of all late post.
- none of them lies there, as it says: he took them and does not answer, or it lost them. People are told.
- something new of him came by it, long after they were left: he comes there, and has not ours. People are told.

A partner who cannot take them in (his disk is full) looks like the last: whoever is told rings him and hears it.
"""

from __future__ import annotations

import hashlib
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from lienlac.apps.directory.models import Node
from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.mailroom.unanswered import Unanswered, unanswered
from lienlac.core.messages.canonical import Json
from lienlac.peer.letters.office import Office

LOOK_EVERY = timedelta(minutes=1)
GONE, PASSED_OVER = "gone", "passed_over"
"""Why he is not held to be away: none of our letters lies there; he comes there, and has not ours."""
MOST = 50  # letters that are named in an incident; of others their places are


@dataclass(frozen=True, kw_only=True)
class Left:
    """A letter that the carrier took: the number that it gave, when, and its digest."""

    number: int
    at: datetime
    sha256: str


@dataclass(kw_only=True)
class Silence:
    """What the round that writes to one partner remembers of it."""

    left: deque[Left] = field(default_factory=lambda: deque(maxlen=MOST))
    look_at: float = 0.0
    before: frozenset[tuple[str, int]] = frozenset()
    heard_at: deque[datetime] = field(default_factory=lambda: deque(maxlen=3))

    def took(self, number: int, raw: bytes, *, now: datetime) -> None:
        """Note that the carrier took a letter."""
        self.left.append(Left(number=number, at=now, sha256=hashlib.sha256(raw).hexdigest()))

    def heard(self, *, now: datetime) -> None:
        """Note that a letter of his brought something new.

        The last time is kept, and one more than a minute before: who writes all the time was always heard
        just now, and that says nothing yet.
        """
        if len(self.heard_at) > 1 and now - self.heard_at[-2] <= LOOK_EVERY:
            self.heard_at.pop()
        self.heard_at.append(now)

    def look(self, post: Office, partner: Node, *, now: datetime) -> bool:
        """Once a minute: doubt the carrier when a word of his is due, and tell people when he is not merely away.

        Return whether it has none of our letters by its own word: an honest one that lost its disk says so, and need
        not be waited for. Only what was due a minute ago as well: between two letters of his there is always a moment.
        """
        if time.monotonic() < self.look_at:
            return False
        self.look_at = time.monotonic() + LOOK_EVERY.total_seconds()
        silent = unanswered(partner, now=now)
        still = [one for one in silent if (one.epoch, one.first) in self.before]
        self.before = frozenset((one.epoch, one.first) for one in silent)
        if not still:
            return False
        post.doubt(partner.code)
        taken = [one for one in still if one.is_handed_over]
        return bool(taken) and self._tell(post, partner, taken, now) == GONE

    def _tell(self, post: Office, partner: Node, silent: Sequence[Unanswered], now: datetime) -> str:
        lying = post.carrier.left(partner.code)
        why = self._why(lying, silent, now)
        if not why:
            return why
        letters: Json = [
            {"number": one.number, "left_at": one.at.isoformat(), "sha256": one.sha256} for one in self.left
        ]
        lies: Json = None if lying is None else list(lying)
        said = {"carrier": partner.transport, "why": why, "letters": letters, "lying": lies}
        mailroom.note_unanswered(partner, silent, said, now=now)
        return why

    def _why(self, lying: Sequence[int] | None, silent: Sequence[Unanswered], now: datetime) -> str:
        """Return why we do not hold him to be away; "" when he may be."""
        if lying is not None and not lying:
            return GONE
        comes = any(one.since + one.limit < at < now - LOOK_EVERY for one in silent for at in self.heard_at)
        return PASSED_OVER if comes else ""
