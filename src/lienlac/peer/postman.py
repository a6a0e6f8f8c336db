"""The postman: the one background process. A thread a partner, so that a dead line holds up nobody else.

The main thread gives leaves their places, signs receipts and wakes the threads; each thread greets its partner,
hands over what waits, and notes why when it cannot. Nothing is lost when this process is killed at any point:
every step is a transaction, and the lanes heal at the next greeting.
"""

from __future__ import annotations

import logging
import select
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.db import connection

from lienlac.apps.audit import actions as audit
from lienlac.apps.directory import queries as directory
from lienlac.apps.directory.models import Node, NodeKey
from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.mailroom import bells, queries
from lienlac.core.errors import LienlacError
from lienlac.core.lane import LaneClass
from lienlac.peer import wire
from lienlac.peer.https.client import HttpsLine

LOOK_EVERY_S = 1.0  # a ring that was lost costs this much
GREET_AGAIN = frozenset({"session_over", "stranger"})

log = logging.getLogger("lienlac.postman")


@dataclass(kw_only=True)
class Round:
    """What the thread of one partner remembers between its rounds: the line, and how far it sent."""

    partner: Node
    line: HttpsLine | None = None
    cursors: dict[LaneClass, int] = field(default_factory=dict)
    wake: threading.Event = field(default_factory=threading.Event)
    not_before: datetime | None = None

    def walk(self, now: Callable[[], datetime]) -> None:
        """Hand over everything that waits; LienlacError when the line fails (the next round greets again)."""
        if not queries.has_outbox(self.partner) and not self._greeting_due():
            return
        if self.line is None or not self.line.session or self._lane_unknown():
            self._greet(now())
        while batch := queries.next_batch(self.partner, self.cursors):
            self._hand_over(batch, now())

    def _greeting_due(self) -> bool:
        """Greet once after a start even with nothing to send: that is how a restore is noticed."""
        return self.line is None

    def _lane_unknown(self) -> bool:
        return bool(set(queries.claims(self.partner)) - set(self.cursors))

    def _greet(self, now: datetime) -> None:
        self.line = self.line or HttpsLine.to(self.partner)
        claims = queries.claims(self.partner)
        standings = self.line.greet(claims)
        self.cursors = dict.fromkeys(claims, 0)
        self._go_on(mailroom.heard(self.partner, standings, now=now))
        mailroom.line_worked(self.partner, now=now)

    def _hand_over(self, batch: list[queries.Outgoing], now: datetime) -> None:
        assert self.line is not None  # noqa: S101  (greeted above)
        mailroom.mark_sent([one.pk for one in batch], now=now)
        standings = self.line.push(
            [wire.WireParcel(position=one.position, envelope=one.envelope) for one in batch]
        )
        self.cursors[batch[-1].lane_class] = batch[-1].seq + 1
        self._go_on(mailroom.heard(self.partner, standings, now=now))
        mailroom.line_worked(self.partner, now=now)

    def _go_on(self, places: dict[LaneClass, int]) -> None:
        self.cursors.update(places)

    def fail(self, error: LienlacError, now: datetime) -> None:
        """Note why the line failed, and forget the conversation."""
        if self.line is not None:
            self.line.close()
        self.cursors.clear()
        if error.code in GREET_AGAIN and self.not_before is None:
            self.not_before = now
            self.wake.set()
            return
        self.not_before = mailroom.line_failed(self.partner, error.code, now=now)


class Postman:
    """Runs until it is stopped."""

    def __init__(self, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._clock = clock
        self._stopped = threading.Event()
        self._rounds: dict[str, Round] = {}

    def stop(self) -> None:
        """End after the step in hand."""
        self._stopped.set()
        bells.ring()

    def run(self) -> None:
        """Work until stopped."""
        with bells.listening("work") as ear:
            while not self._stopped.is_set():
                self._guarded(self._desk_work)
                select.select([ear], [], [], LOOK_EVERY_S)
                bells.drain(ear)

    def _desk_work(self) -> None:
        now = self._clock()
        audit.sequence(_sealer(now), now=now)
        while mailroom.issue_receipts(now=now):
            audit.sequence(_sealer(now), now=now)
        for partner in directory.partners():
            self._round_of(partner).wake.set()

    def _round_of(self, partner: Node) -> Round:
        if partner.code not in self._rounds:
            made = Round(partner=partner)
            self._rounds[partner.code] = made
            threading.Thread(target=self._carry, args=(made,), name=partner.code, daemon=True).start()
        return self._rounds[partner.code]

    def _carry(self, round_: Round) -> None:
        while not self._stopped.is_set():
            round_.wake.wait()
            round_.wake.clear()
            now = self._clock()
            if round_.not_before is None or round_.not_before <= now:
                self._guarded(lambda: self._one_round(round_))
            connection.close()

    def _one_round(self, round_: Round) -> None:
        try:
            round_.walk(self._clock)
            round_.not_before = None
        except LienlacError as error:
            log.info("line to %s: %s", round_.partner.code, error.code)
            round_.fail(error, self._clock())

    def _guarded(self, step: Callable[[], None]) -> None:
        """Do one step; an unexpected error is logged and the next round starts from the database."""
        try:
            step()
        except Exception:
            log.exception("the postman stumbled; going on from the database")
            connection.close()


def _sealer(now: datetime) -> audit.Sealer:
    key = directory.own_signing_key(NodeKey.Use.NODE, now)
    return audit.Sealer(node=directory.this_node().code, public=key.public.public_bytes, sign=key.sign)
