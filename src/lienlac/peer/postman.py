"""The postman: the background process. Threads for each partner, so that a dead line holds up nobody else.

The main thread gives leaves their places, signs receipts and wakes the threads (`rounds`). Nothing is lost when
this process is killed at any point: every step is a transaction, and the lanes heal at the next greeting. On
PostgreSQL there may be several: each walks for some of the partners, and one has the desk (`mailroom.workers`).
"""

from __future__ import annotations

import logging
import select
import threading
import time
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from functools import partial

from django.db import connection, transaction

from lienlac.apps.audit import actions as audit
from lienlac.apps.audit import queries as ledger
from lienlac.apps.audit import strangers
from lienlac.apps.directory.sealing import own_sealer
from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.mailroom import bells, queries, workers
from lienlac.peer import connections
from lienlac.peer.rounds import Clock, Round
from lienlac.peer.transports import walks

LOOK_EVERY_S = 1.0  # a ring that was lost costs this much
GATHER_S = 0.08  # DESIGN: places are given in batches of at most 100 ms
MINUTE_S = 60.0  # how often one looks whether an hour or a day is over

log = logging.getLogger("lienlac.postman")


def utc_now() -> datetime:
    """Return this machine's time."""
    return datetime.now(UTC)


class Postman:
    """Runs until it is stopped."""

    def __init__(
        self,
        receivers: mailroom.Receivers,
        clock: Clock = utc_now,
        *,
        chores: Callable[[datetime], None] = lambda _now: None,
        rung: Callable[[], None] = lambda: None,
        wanted: Callable[[], bool] = lambda: True,
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        self._receivers = receivers
        self._clock = clock
        self._chores = chores
        self._rung = rung
        self._wanted = wanted
        self._elapsed = elapsed  # seconds, to tell how long something waited
        self._stopped = threading.Event()
        self._rounds: dict[tuple[type[Round], str], Round] = {}
        self._threads: dict[threading.Thread, Round] = {}
        self._crew = workers.crew()
        self._begun = False
        self._serve_at = 0.0
        self._minute_at = 0.0
        self._gathering_until: float | None = None
        self._receipted = False

    def stop(self) -> None:
        """End after the step in hand."""
        self._stopped.set()
        bells.ring()

    def run(self) -> None:
        """Work until stopped, or until whoever started it is gone.

        A ring may be a parcel to carry: the threads are woken first. A partner who waits for R1 is served at once,
        and whoever comes right behind a receipt with the others of that moment: a hundred offices share a commit. Other
        leaves wait a moment for each other, since giving places would only hold up what is on its way.

        Leaves of commands that ran while the node stood still get their places before lateness is looked for: nobody
        was late.
        """
        if self._crew.has_desk():
            guarded(self._place)
        guarded(partial(self._look, rung=False))
        with bells.listening("work") as ear:
            while not self._stopped.is_set() and self._wanted():
                rung = bool(select.select([ear], [], [], self._patience())[0])
                bells.drain(ear)
                guarded(partial(self._look, rung=rung))

    def _look(self, *, rung: bool) -> None:
        """Wake who has something to carry, and long work that has begun; do the desk's work, or let it gather."""
        if self._rounds:
            self._wake(queries.with_outbox() if rung else None)
        if not self._crew.has_desk():
            self._gathering_until, self._receipted, self._begun = None, False, False
            self._serve_now_and_then()
            return
        if rung:
            self._rung()
        if rung and self._patience() > 0 and (self._receipted or not queries.receipts_owed()):
            self._gathering_until = self._gathering_until or self._elapsed() + GATHER_S
            return
        self._gathering_until, self._receipted = None, False
        # Each by itself, since what one cannot do keeps no post from leaving; a lost connection takes the desk along.
        for step in (self._begin, self._serve_now_and_then, self._desk_work):
            if self._crew.has_desk():
                guarded(step)

    def _patience(self) -> float:
        """Return how many seconds the desk may wait for the next ring."""
        if self._gathering_until is None:
            return LOOK_EVERY_S
        return max(0.0, self._gathering_until - self._elapsed())

    def _begin(self) -> None:
        """What an upgrade ends with, by whoever takes the desk: look again at what this node was too old for."""
        if self._begun:
            return
        understood = mailroom.retry_not_understood(self._receivers, now=self._clock())
        self._begun = True  # not before: what a busy database kept from it is looked at in the next round
        if understood:
            log.info("understood by now: %s", understood)

    def _desk_work(self) -> None:
        """Give leaves their places, sign the receipts that waited for them.

        No partner waits for what is done by itself as time goes on, least of all at the start.
        """
        now = self._clock()
        mailroom.note_late_leaf(now=now)
        mailroom.send_pieces(now=now)
        self._place()
        self._minutely(now)

    def _place(self) -> None:
        """Give the leaves that wait their places, every arrival that waits its receipt.

        The leaves of these receipts wait for others to come: their places would cost each batch a second commit.
        """
        now = self._clock()
        while ledger.waiting_since() is not None or queries.receipts_due():
            receipted = self._place_and_receipt(now)
            if receipted:
                self._wake(None)
            if receipted and not queries.receipts_owed():
                self._gathering_until, self._receipted = self._elapsed() + GATHER_S, True
                return

    def _place_and_receipt(self, now: datetime) -> int:
        """One commit for both: an R1 leaves as soon as the leaf that it speaks of has its place."""
        with connections.writing(), transaction.atomic():
            audit.sequence(own_sealer(now), now=now)
            return mailroom.issue_receipts(now=now)

    def _wake(self, partners: Collection[str] | None) -> None:
        """Wake the threads of these partners; of all of them for None: a look without a ring."""
        for (_, code), round_ in self._rounds.items():
            if partners is None or code in partners:
                round_.wake.set()

    def _minutely(self, now: datetime) -> None:
        """Do what the rooms do by themselves as time goes on; each knows what is due."""
        if self._elapsed() >= self._minute_at:
            self._minute_at = self._elapsed() + MINUTE_S
            strangers.write_leaves(now=now)
            self._chores(now)

    def _serve_now_and_then(self) -> None:
        """Look once a second, however often the bell rings, whether partners have come, or gone to other workers."""
        if self._elapsed() >= self._serve_at:
            self._serve_at = self._elapsed() + LOOK_EVERY_S
            self._serve()

    def _serve(self) -> None:
        """Start the threads that the transports ask for; end those of a way by which nothing goes any more.

        Several workers share the partners; who gives one away has ended his threads for him before.
        """
        wanted = walks()
        self._threads = {one: round_ for one, round_ in self._threads.items() if one.is_alive()}
        busy = {one.code for one in self._threads.values() if one.alone}
        ours = self._crew.partners({code for _, code in wanted}, busy=busy)
        wanted = {(kind, code) for kind, code in wanted if code in ours}
        for key in self._rounds.keys() - wanted:
            self._rounds.pop(key).end()
        for kind, code in wanted - self._rounds.keys():
            self._start(kind, code)

    def _start(self, kind: type[Round], partner: str) -> None:
        claim = self._crew.claim_on(partner)
        made = kind(code=partner, clock=self._clock, receivers=self._receivers, claim=claim)
        self._rounds[kind, partner] = made
        thread = threading.Thread(target=self._walk, args=(made,), name=partner, daemon=True)
        self._threads[thread] = made
        thread.start()

    def _walk(self, round_: Round) -> None:
        round_.wake.set()
        while not (self._stopped.is_set() or round_.ended):
            round_.wake.wait()
            round_.wake.clear()
            if not round_.ended:
                guarded(round_.once)
            connections.rest()
        connection.close()
        round_.forget()


def guarded(step: Callable[[], None]) -> None:
    """Do one step; an unexpected error is logged and the next step starts from the database.

    On a server the connection is kept while it works: this worker's claims are its locks.
    """
    try:
        step()
    except Exception:
        # An isolation point: the post of the other partners goes on, and so does this one's at the next look.
        log.exception("the postman stumbled; going on from the database")
        if connection.vendor == "sqlite" or connection.connection is None or not connection.is_usable():
            connection.close()
