"""What the postman does where post goes by letters: write them to a partner, read our own mailbox.

Flow (docs/protocol/transport-nats.md, section 4): what was left at the carrier is not sent again until its reader says
that he has read it and does not have it, or until this process starts anew. Nothing leaves the outbox by any of it.
"""

from __future__ import annotations

import logging
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import ClassVar

from django.db import InterfaceError, OperationalError

from lienlac.apps.audit import strangers
from lienlac.apps.directory import queries as directory
from lienlac.apps.directory.models import Node
from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.mailroom import queries
from lienlac.core.errors import LienlacError, NotUnderstood, Unavailable
from lienlac.core.lane import Claim, LaneClass, Standing
from lienlac.core.messages.canonical import Json
from lienlac.peer import proofs, wire
from lienlac.peer.letters import letter as letters
from lienlac.peer.letters.office import Came, News, Office
from lienlac.peer.letters.silence import Silence
from lienlac.peer.rounds import Round

LONGEST_PAUSE = timedelta(seconds=2)  # dialling is cheap, and a link may be up for half a minute a day
ANSWERS_AFTER_S = 0.3  # an answer waits so long for an R1 to go along
KNOCKS_AFTER_S, KNOCKS_WITHIN_S = 60.0, 86_400.0
PROOFS_EVERY_S, ASKS_AGAIN_AFTER_S = 60.0, 600.0
WAIT_S = 2.0  # a link that was away is noticed within so long
AGAIN_S, PAUSED_S = 10.0, 300.0
AT_ONCE_S = 0.1  # a carrier that says sooner that nothing came has not waited

log = logging.getLogger("lienlac.postman")


class Posted(ABC):
    """What the two rounds of one way by letters share: the office that both use, and who is rung in its place."""

    @abstractmethod
    def post(self) -> Office:
        """Return the office; Unavailable when this node knows none."""

    @abstractmethod
    def stands_in(self, partner: Node) -> bool:
        """Say whether a partner is rung for now, since the carrier is away."""


@dataclass(kw_only=True)
class LetterRound(Posted, Round):
    """Writes to one partner: what waits in our outbox, what he asked, and, when he is long silent, that it waits."""

    pauses: ClassVar[Mapping[str, timedelta]] = {}
    """Code of a failure -> how long to wait after it, where it is not the usual time."""

    cursors: dict[LaneClass, int] = field(default_factory=dict)
    epochs: dict[LaneClass, str] = field(default_factory=dict)
    gone_back: set[tuple[LaneClass, int]] = field(default_factory=set)
    left: int = 0  # the number of our last letter in his mailbox
    greeted: bool = False
    failing: bool = True  # an earlier process may have noted a failure
    answered: dict[LaneClass, Standing] = field(default_factory=dict)
    read: int = 0
    owed_since: float = 0.0
    asks: list[Json] = field(default_factory=list)
    knock_at: float = 0.0
    knocks_after_s: float = KNOCKS_AFTER_S
    proofs_at: float = 0.0
    asked: dict[str, float] = field(default_factory=dict)
    silence: Silence = field(default_factory=Silence)

    def walk(self, partner: Node) -> None:
        """Hear what his letters told, then write as many as there is something for."""
        post = self.post()
        news = post.hear(self.code, self.wake)
        if self._is_idle(news) and not queries.has_outbox(partner):
            if asks := self._questions(partner):
                self._write(post, partner, [], asks)
            return
        claims = queries.claims(partner)
        self._follow(claims)
        self._hear(news, claims)
        self._mind(post, partner, news)
        first = not self.greeted
        while batch := letters.parcels_for(partner, self.cursors):
            self._write(post, partner, batch)
            first = False
        if first or self._owes() or self._knocks(partner):
            self._write(post, partner, [])

    def _mind(self, post: Office, partner: Node, news: News) -> None:
        """Before anything is left, which may fail: does the carrier bring him what it took?"""
        if news.new:
            self.silence.heard(now=self.clock())
            post.trust_again(self.code)
        if self.silence.look(post, partner, now=self.clock()):
            self.knock_at = 0.0

    def _is_idle(self, news: News) -> bool:
        """Say whether nothing was told and nothing is owed: a look each second must be cheap."""
        return self.greeted and not (news.number or self.owed_since or self.asks or self.failing)

    def forget(self) -> None:
        """Forget what was gone back to: after a pause it may be tried once more."""
        self.gone_back.clear()

    def _failed(self, partner: Node, code: str) -> None:
        self.forget()
        self.failing = True
        pause = self.pauses.get(code, LONGEST_PAUSE)
        self.not_before = time.monotonic() + pause.total_seconds()
        if not self.stands_in(partner):  # it says how it is
            mailroom.line_failed(partner, code, now=self.clock(), longest=pause)

    def _follow(self, claims: dict[LaneClass, Claim]) -> None:
        """Go on behind what is acknowledged, by whatever way it went; from there again in a new epoch."""
        for name, claim in claims.items():
            first = claim.first_not_acked
            known = self.epochs.get(name) == claim.epoch
            self.cursors[name] = max(first, self.cursors.get(name, 0)) if known else first
            self.epochs[name] = claim.epoch

    def _hear(self, news: News, claims: dict[LaneClass, Claim]) -> None:
        self.owed_since = self.owed_since or news.owed_since
        self.asks = [*self.asks, *news.asks][: proofs.MAX_QUESTIONS]  # the rest he asks again
        if news.number:
            self.answered, self.read = {**self.answered, **news.answered}, news.number
        if news.new:  # what is given again and again must not keep us from knocking
            self.knocks_after_s, self.knock_at = KNOCKS_AFTER_S, time.monotonic() + KNOCKS_AFTER_S
        if news.read >= self.left > 0:
            for name, claim in claims.items():
                self._go_back(name, claim.first_not_acked)

    def _go_back(self, name: LaneClass, seq: int) -> None:
        """He has read all that was left for him: what he does not hold was lost, or had to wait for something lost."""
        if seq < self.cursors[name]:
            if (name, seq) in self.gone_back:
                raise Unavailable("partner_stands_still", node=self.code)
            self.gone_back.add((name, seq))
            self.cursors[name] = seq

    def _write(
        self, post: Office, partner: Node, batch: list[queries.Outgoing], asks: list[Json] | None = None
    ) -> None:
        now = self.clock()
        # One whose answer no letter can say must not come back with the next.
        asked, self.asks = self.asks, []
        letter = letters.Letter(
            claims=queries.claims(partner),
            standings={**queries.standings(partner), **self.answered},
            parcels=tuple(wire.WireParcel(position=one.position, envelope=one.envelope) for one in batch),
            asks=asks or [],
            answers=proofs.that_fit(proofs.answers(partner, asked), beside=letters.BESIDE_ANSWERS_BYTES),
        )
        raw = letters.write(partner, letter, now=now)
        self.asks = asked  # until the carrier has their answers
        self.left = post.carrier.put(self.code, raw, read=self.read)
        self.silence.took(self.left, raw, now=now)
        self.greeted, self.owed_since, self.asks, self.answered = True, 0.0, [], {}
        if batch:
            self.cursors[batch[-1].lane_class] = batch[-1].seq + 1
            mailroom.mark_sent([one.pk for one in batch], now=now)
            self.knock_at = time.monotonic() + self.knocks_after_s
        if self.failing:
            mailroom.way_open(partner)
            self.failing = False

    def _owes(self) -> bool:
        waited = time.monotonic() - self.owed_since
        return bool(self.asks) or bool(self.owed_since and waited >= ANSWERS_AFTER_S)

    def _knocks(self, partner: Node) -> bool:
        """Say again what waits when nothing was heard for long: the carrier may have lost a letter. Ever more rarely:
        each lies in his mailbox until he comes.
        """
        if time.monotonic() < self.knock_at or not queries.has_outbox(partner):
            return False
        self.knocks_after_s = min(2 * self.knocks_after_s, KNOCKS_WITHIN_S)
        self.knock_at = time.monotonic() + self.knocks_after_s
        return True

    def _questions(self, partner: Node) -> list[Json]:
        """Return what is to be proven, while there is no post; the same not again before he can have answered."""
        now = time.monotonic()
        if now < self.proofs_at + PROOFS_EVERY_S or queries.has_outbox(partner):
            return []
        self.proofs_at = now
        self.asked = {one: at for one, at in self.asked.items() if now < at + ASKS_AGAIN_AFTER_S}
        asks = [one for one in proofs.questions(partner, now=self.clock()) if str(one) not in self.asked]
        self.asked |= {str(one): now for one in asks}
        return asks


@dataclass(kw_only=True)
class MailboxRound(Posted, Round):
    """Reads the mailbox of this node (`code` is its own); each letter leaves it after the commit."""

    transport: ClassVar[Node.Transport]
    """That of the partners whose lines fail with it."""
    wait_s: ClassVar[float] = WAIT_S

    failing: bool = True

    def once(self) -> None:
        """Read until the carrier fails; note it on the lines that go through it.

        One that does not wait for letters is asked no more often than one that fails: it may not keep us busy.
        """
        if time.monotonic() < self.not_before:
            return
        try:
            while not self.ended and time.monotonic() >= self.not_before:
                self._read(self.post())
        except LienlacError as error:
            log.info("mailbox: %s", error.code)
            self.not_before = time.monotonic() + LONGEST_PAUSE.total_seconds()
            self._note(error.code)

    def walk(self, partner: Node) -> None:
        """Nothing is done for one partner alone."""

    def _read(self, post: Office) -> None:
        connections = post.carrier.connections
        asked_at = time.monotonic()
        came = post.carrier.take(self.wait_s)
        if self.failing or connections != post.carrier.connections:
            self._note("")
        if not came and time.monotonic() < asked_at + AT_ONCE_S:
            self.not_before = time.monotonic() + LONGEST_PAUSE.total_seconds()
        for one in came:
            self._take_guarded(post, one)

    def _take_guarded(self, post: Office, came: Came) -> None:
        try:
            self._take(post, came)
        except (OperationalError, InterfaceError):
            raise  # the store does not answer: no letter is to blame
        except Exception:
            # An isolation point: whatever one partner writes, the letters of the others are read.
            log.exception("a letter is put off; going on with the others")
            post.carrier.later(came, PAUSED_S)

    def _note(self, code: str) -> None:
        self.failing = bool(code)
        for partner in directory.partners().filter(transport=self.transport):
            if not code:
                mailroom.way_open(partner)
            elif not self.stands_in(partner):
                mailroom.line_failed(partner, code, now=self.clock(), longest=LONGEST_PAUSE)

    def _take(self, post: Office, came: Came) -> None:
        now = self.clock()
        try:
            partner, letter = letters.opened(came.raw)
        except NotUnderstood as error:
            log.warning("a letter from a newer node: %s", error.code)
            post.carrier.done(came)
            return
        except Unavailable as error:
            post.carrier.later(came, PAUSED_S if error.code == "partner_paused" else AGAIN_S)
            return
        except LienlacError as error:
            # Nobody's word: who it says it is from was not shown.
            log.info("a letter that is nobody's: %s", error.code)
            strangers.count(1, now=now)
            post.carrier.done(came)
            return
        self._open(post, came, partner, letter)

    def _open(self, post: Office, came: Came, partner: Node, letter: letters.Letter) -> None:
        now = self.clock()
        try:
            taken = letters.take(partner, letter, self.receivers, now=now)
        except Unavailable as error:
            log.warning("a letter must wait: %s", error.code)
            post.carrier.later(came, AGAIN_S)
            return
        except LienlacError as error:
            places = (one.position for one in letter.parcels)
            mailroom.note_nobodys_parcels(partner, places, error.code, now=now)
            post.carrier.done(came)
            return
        owed_since = time.monotonic() if taken.owed else 0.0
        news = News(
            answered=taken.answered,
            number=came.number,
            owed_since=owed_since,
            asks=taken.asks,
            read=came.read,
            new=taken.new,
        )
        post.tell(partner.code, news)
        post.carrier.done(came)
