"""What one thread of the postman does for one partner: hand over what waits, or ask for what waits there."""

from __future__ import annotations

import logging
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from lienlac.apps.directory import queries as directory
from lienlac.apps.directory.models import Node
from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.mailroom import queries
from lienlac.core.errors import LienlacError, Unavailable
from lienlac.core.lane import LaneClass
from lienlac.core.messages.canonical import Json
from lienlac.peer import connections, proofs, wire
from lienlac.peer.https.client import HttpsLine

GREET_AGAIN = frozenset({"session_over", "nonce_stale", "line_broke"})
"""A conversation that ended by itself: a kept connection that the other side has closed, a session of ten minutes."""
ACKS_WITHIN_S = 30.0
PROOFS_EVERY_S = 60.0
FIRST_PARCELS = 8
"""After a greeting: the first acknowledgement, on a line of which nobody knows yet how slow it is, waits for no more.

Each batch that was taken and was held back by it makes the next one twice as large, up to the window of the lane.
"""
WAIT_S = 50  # a fetch stays open so long

log = logging.getLogger("lienlac.postman")

Clock = Callable[[], datetime]


@dataclass(kw_only=True)
class Round(ABC):
    """What the thread of one partner remembers between its rounds; times here are of the monotonic clock, since
    the other one may jump.
    """

    alone: ClassVar[bool] = True
    """Whether its thread must have ended before another worker may walk for this partner."""
    code: str
    clock: Clock
    receivers: mailroom.Receivers
    wake: threading.Event = field(default_factory=threading.Event)
    line: HttpsLine | None = None
    not_before: float = 0.0
    again: bool = False
    ended: bool = False
    claim: Callable[[], bool] = lambda: True
    """Whether this worker is still the one who walks for this partner."""

    def end(self) -> None:
        """Let the thread end after the step in hand: nothing goes to this partner by this way any more."""
        self.ended = True
        self.wake.set()

    def may_go_on(self) -> bool:
        """Say whether this thread walks on; asked before each batch, since another worker may have the claim by now."""
        return not self.ended and self.claim()

    def once(self) -> None:
        """Walk one round; when the line fails note why, and when to try again."""
        if not self.may_go_on():
            self.forget()
            return
        partner = directory.partner(self.code)
        if partner is None or time.monotonic() < self.not_before:
            return
        try:
            self.walk(partner)
            self.again = False
        except LienlacError as error:
            log.info("line to %s: %s", self.code, error.code)
            self._failed(partner, error.code)

    @abstractmethod
    def walk(self, partner: Node) -> None:
        """Do what there is to do; LienlacError when the line fails."""

    def forget(self) -> None:
        """Forget the conversation: the next round greets again."""
        if self.line is not None:
            self.line.close()
        self.line = None

    def _failed(self, partner: Node, code: str) -> None:
        self.forget()
        if code in GREET_AGAIN and not self.again:
            self.again = True
            self.wake.set()
            return
        now = self.clock()
        next_try_at = mailroom.line_failed(partner, code, now=now)
        self.not_before = time.monotonic() + (next_try_at - now).total_seconds()


@dataclass(kw_only=True)
class PushRound(Round):
    """Hands over what waits in our outbox."""

    cursors: dict[LaneClass, int] = field(default_factory=dict)
    gone_back: set[tuple[LaneClass, int]] = field(default_factory=set)
    greeted_at: float = 0.0
    proofs_at: float = 0.0
    most: int = FIRST_PARCELS

    def walk(self, partner: Node) -> None:
        """Greet if need be, hand over everything, then ask for proofs that are owed."""
        waiting = queries.lanes_with_outbox(partner)
        if self.line is not None and not waiting:
            self._ask_for_proofs(partner, self.line)
            return
        line, batch = self.line, self._next(partner)
        if line is None or not self._in_touch(waiting, batch):
            line, batch = self._greeted(partner), self._next(partner)
        while batch:
            self._hand_over(partner, line, batch)
            self.most *= 2 if len(batch) == self.most else 1
            batch = self._next(partner)

    def forget(self) -> None:
        """Forget how far was sent, too: the greeting says it."""
        super().forget()
        self.cursors.clear()
        self.gone_back.clear()

    def _next(self, partner: Node) -> list[queries.Outgoing]:
        return queries.next_batch(partner, self.cursors, most=self.most) if self.may_go_on() else []

    def _in_touch(self, waiting: Collection[LaneClass], batch: Collection[queries.Outgoing]) -> bool:
        """Say whether one can go on without a greeting: each lane was greeted, and what waits is not merely an ack."""
        fresh = time.monotonic() < self.greeted_at + ACKS_WITHIN_S
        return set(waiting) <= set(self.cursors) and (fresh or bool(batch))

    def _greeted(self, partner: Node) -> HttpsLine:
        """Return the line, greeted. Greet once after a start even with nothing to send: so a restore is noticed."""
        line = self.line or HttpsLine.to(partner)
        claims = queries.claims(partner)
        at = self.clock()
        standings = line.greet(claims)
        self.line, self.greeted_at, self.most = line, time.monotonic(), FIRST_PARCELS
        self.cursors = {name: claim.sent + 1 for name, claim in claims.items()}
        exchange = mailroom.HandedOver(parcels=(), at=at, standings=standings)
        with connections.writing():
            self.cursors |= mailroom.handed_over(partner, exchange, now=self.clock())
        return line

    def _hand_over(self, partner: Node, line: HttpsLine, batch: list[queries.Outgoing]) -> None:
        at = self.clock()
        parcels = [wire.WireParcel(position=one.position, envelope=one.envelope) for one in batch]
        standings = line.push(parcels)
        self.cursors[batch[-1].lane_class] = batch[-1].seq + 1
        exchange = mailroom.HandedOver(parcels=[one.pk for one in batch], at=at, standings=standings)
        with connections.writing():
            places = mailroom.handed_over(partner, exchange, now=self.clock())
        self._go_on(places)

    def _go_on(self, places: dict[LaneClass, int]) -> None:
        """Follow the partner's word where to go on; back to one place only once, or two nodes would talk for ever."""
        for lane_class, seq in places.items():
            if seq < self.cursors.get(lane_class, 0):
                if (lane_class, seq) in self.gone_back:
                    raise Unavailable("partner_stands_still", node=self.code)
                self.gone_back.add((lane_class, seq))
        self.cursors |= places

    def _ask_for_proofs(self, partner: Node, line: HttpsLine) -> None:
        """Let the partner prove what he owes, while there is no post. His refusal is no failure of the line."""
        if time.monotonic() < self.proofs_at + PROOFS_EVERY_S:
            return
        self.proofs_at = time.monotonic()
        ended = proofs.ask(partner, line, wanted=lambda: not queries.has_outbox(partner), clock=self.clock)
        if ended in GREET_AGAIN:
            raise Unavailable(ended, node=self.code)


@dataclass(kw_only=True)
class FetchRound(Round):
    """Asks a partner for what lies there for us: nobody can ring a node that can only dial out.

    A question stays open for long, and sending must not wait for it: two who ask do no harm, since what is taken in a
    second time is known by its place.
    """

    alone = False

    def walk(self, partner: Node) -> None:
        """Ask until the line fails; each answer is taken in before the next question acknowledges it."""
        line = HttpsLine.to(partner)
        self.line = line
        line.greet({})
        standings, answered_last = queries.standings(partner), list[Json]()
        while self.may_go_on() and directory.partner(self.code) is not None:
            fetched = line.fetch(standings, wait_s=0 if answered_last else WAIT_S)
            now = self.clock()
            answered = mailroom.greeted(partner, fetched.claims, now=now) if not fetched.parcels else {}
            self._take_in(partner, [(one.position, one.envelope) for one in fetched.parcels], now)
            mailroom.line_worked(partner, now=now)
            # What is asked a second time was answered in vain: it waits, or two nodes would talk for ever.
            new = [one for one in fetched.asks if one not in answered_last]
            given = proofs.that_fit(proofs.answers(partner, new))
            if given:
                line.answer(given)
            answered_last = new[: len(given)]
            standings = {**queries.standings(partner), **answered}

    def _take_in(self, partner: Node, parcels: list[tuple[bytes, bytes]], now: datetime) -> None:
        try:
            mailroom.take_in(partner, parcels, self.receivers, now=now)
        except Unavailable:
            raise  # no room, or no database: nothing is wrong with what he brings
        except LienlacError as error:
            mailroom.note_nobodys_parcels(partner, (place for place, _ in parcels), error.code, now=now)
            raise
