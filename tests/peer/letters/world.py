"""A carrier of letters in memory that can lose, repeat and refuse, and the partner behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import pytest

from lienlac.apps.directory import actions, queries
from lienlac.core.envelope import frames
from lienlac.core.errors import Unavailable
from lienlac.core.lane import (
    Arrived,
    Content,
    Greeted,
    LaneClass,
    Position,
    Standing,
)
from lienlac.peer import sealed, wire
from lienlac.peer.letters.letter import LETTER, Letter, decode, encode
from lienlac.peer.letters.office import Came, Office
from lienlac.peer.letters.rounds import LetterRound, MailboxRound
from lienlac.peer.nats import office as cluster_office
from lienlac.peer.nats import rounds as cluster_rounds
from lienlac.peer.nats.cluster import Cluster
from lienlac.peer.relay import office as hub_office
from lienlac.peer.relay import rounds as hub_rounds
from tests.apps.mailroom.partner import NORMAL, NOW, US, Partner, our_keys
from tests.peer.receiving import Receiving


@dataclass(kw_only=True)
class Relay:
    """Mailboxes as lists of (number, bytes, read); `down` is the code with which it fails."""

    boxes: dict[str, list[Came]] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    down: str = ""
    loses: int = 0
    delayed: list[Came] = field(default_factory=list)
    connections: int = 1
    down_since: float | None = None
    says_left: Callable[[str], list[int]] | None = None

    def put(self, to: str, raw: bytes, *, read: int) -> int:
        if self.down:
            raise Unavailable(self.down)
        self.numbers[to] = number = self.numbers.get(to, 0) + 1
        if self.loses:
            self.loses -= 1  # it said that it has it
        else:
            self.boxes.setdefault(to, []).append(Came(number=number, raw=raw, read=read, message=None))
        return number

    def take(self, _wait_s: float) -> list[Came]:
        if self.down:
            raise Unavailable(self.down)
        return list(self.boxes.get(US, []))

    def left(self, to: str) -> list[int] | None:
        """Say, truly or not, what lies there."""
        return self.says_left(to) if self.says_left else None

    def takes(self, who: str) -> list[Came]:
        """Empty another's mailbox."""
        came, self.boxes[who] = self.boxes.get(who, []), []
        return came

    def done(self, came: Came) -> None:
        self.boxes[US].remove(came)

    def later(self, came: Came, _after_s: float) -> None:
        self.boxes[US].remove(came)
        self.delayed.append(came)


@dataclass(kw_only=True)
class Far(Receiving):
    """The partner, its lanes from us, and what it read of our letters."""

    relay: Any
    letters: list[Letter] = field(default_factory=list)
    taken: list[Position] = field(default_factory=list)
    read: int = 0

    def reads(self) -> list[Letter]:
        """Take our letters out of its mailbox."""
        came, found = self.relay.takes(self.partner.code), []
        for one in came:
            _, content = sealed.unseal(
                LETTER,
                one.raw,
                me=self.partner.code,
                sealing_keys={self.partner.seal_key.kid: self.partner.seal_key},
                node_keys=lambda node, kid: our_keys("node").get((node, kid)),
            )
            found.append(decode(content))
            self.read = one.number
        for letter in found:
            for parcel in letter.parcels:
                self._takes(parcel)
        self.letters += found
        return found

    def _takes(self, parcel: wire.WireParcel) -> None:
        position = Position.from_bytes(frames.unpack(parcel.position, count=3, max_bytes=4096)[0])
        name = position.lane.lane_class
        before = self.lanes[name].seq if name in self.lanes else 0
        self.step(name, Arrived(position=position, content=Content.NEW, held=""))
        if self.lanes[name].seq > before:
            self.taken.append(position)

    def answered(self) -> dict[LaneClass, Standing]:
        """Return its answers to the claims of our last letter."""
        told = {
            name: self.step(name, Greeted(claim=claim, held=("",) * len(claim.acked)))
            for name, claim in self.letters[-1].claims.items()
        }
        return {name: one for name, one in told.items() if one}

    def writes(
        self, *parcels: tuple[bytes, bytes], raw: Callable[[bytes], bytes] = bytes, **said: Any
    ) -> None:
        """Leave a letter in our mailbox; `raw` may spoil it."""
        claims = {NORMAL: self.partner.claim()} if self.partner.lanes else {}
        packed = tuple(wire.WireParcel(position=position, envelope=one) for position, one in parcels)
        letter = Letter(**({"claims": claims, "standings": {}, "parcels": packed} | said))
        written = sealed.seal(
            LETTER,
            encode(letter),
            sender=self.partner.code,
            receiver=US,
            node_key=self.partner.node_key,
            to=self.partner.to_us or pytest.fail("not introduced"),
        )
        self.relay.put(US, raw(written), read=self.read)

    def writes_though_it_loses(self, *parcels: tuple[bytes, bytes]) -> None:
        """Leave a letter that arrives, at a carrier that loses what others leave."""
        self.relay.loses, loses = 0, self.relay.loses
        self.writes(*parcels)
        self.relay.loses = loses


@dataclass(kw_only=True)
class Here:
    """Our node's two rounds, walked by hand."""

    writer: LetterRound
    reader: MailboxRound

    def write(self) -> None:
        self.writer.not_before = 0.0
        self.writer.once()

    def read(self) -> None:
        """Read what is there, once."""
        self.reader._read(self.reader.post())


@dataclass(kw_only=True)
class RealRelay:
    """The partner's hands at a real cluster."""

    cluster: Cluster

    def put(self, to: str, raw: bytes, *, read: int) -> int:
        return self.cluster.put(to, raw, read=read)

    def takes(self, _who: str) -> list[Came]:
        """Empty its mailbox, waiting a little for what is on its way."""
        came = self.cluster.take(2)
        for one in came:
            self.cluster.done(one)
        return came


@dataclass(frozen=True, kw_only=True)
class Way:
    """A transport by letters: its rooms, its rounds, and what it says where nothing is set."""

    code: str
    office: ModuleType
    rounds: ModuleType
    writer: type[LetterRound]
    reader: type[MailboxRound]
    not_set: str
    set_up: Callable[[pytest.MonkeyPatch], None]


def _a_cluster(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster_office, "is_set_up", lambda: True)


def _a_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub_office, "hub", lambda: "la-lmlecc")


WAYS = {
    "nats": Way(
        code="nats",
        office=cluster_office,
        rounds=cluster_rounds,
        writer=cluster_rounds.ClusterLetterRound,
        reader=cluster_rounds.ClusterMailboxRound,
        not_set="cluster_not_set",
        set_up=_a_cluster,
    ),
    "relay": Way(
        code="relay",
        office=hub_office,
        rounds=hub_rounds,
        writer=hub_rounds.HubLetterRound,
        reader=hub_rounds.HubMailboxRound,
        not_set="hub_not_set",
        set_up=_a_hub,
    ),
}


def stand(
    monkeypatch: pytest.MonkeyPatch,
    partner: Partner,
    receivers: Any,
    *,
    way: Way = WAYS["nats"],
    ours: Cluster | None = None,
    theirs: Cluster | None = None,
) -> tuple[Here, Far]:
    """Let the post to the partner go by a carrier in memory, or by real clusters: each side's connection."""
    relay: Any = RealRelay(cluster=theirs) if theirs else Relay()
    post = Office(ours or relay)
    for room in (way.office, way.rounds):
        monkeypatch.setattr(room, "office", lambda: post)
    way.set_up(monkeypatch)
    actions.carry_by(queries.partner(partner.code), way.code, now=NOW)
    here = Here(
        writer=way.writer(code=partner.code, clock=lambda: NOW, receivers=receivers),
        reader=way.reader(code=US, clock=lambda: NOW, receivers=receivers),
    )
    return here, Far(partner=partner, relay=relay)
