"""A round of our postman and a partner in memory at the other end. No socket."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from lienlac.apps.directory.models import Node
from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.mailroom.models import Parcel
from lienlac.core.envelope import dsse, frames
from lienlac.core.lane import (
    Arrived,
    Content,
    Greeted,
    Position,
)
from lienlac.core.messages import canonical
from lienlac.peer import greeting, lanes_json, rounds, wire
from tests.apps.mailroom.partner import NORMAL, NOW, US
from tests.peer.receiving import Receiving


@dataclass
class Reply:
    """What urllib3 would give."""

    status: int
    raw: bytes

    def read(self, _limit: int) -> bytes:
        return self.raw

    def release_conn(self) -> None:
        pass


@dataclass(kw_only=True)
class There(Receiving):
    """The partner's node at the other end of a connection pool; `says` may answer in its place."""

    asked: list[str] = field(default_factory=list)
    says: Callable[[str, bytes], Reply | None] = lambda _path, _body: None

    def urlopen(self, _method: str, path: str, *, body: bytes, **_more: Any) -> Reply:
        name = path.removeprefix("/peer/v1/")
        self.asked.append(name)
        return self.says(name, body) or Reply(200, canonical.encode(getattr(self, f"_{name}")(body)))

    def close(self) -> None:
        pass

    def _challenge(self, _body: bytes) -> Any:
        return {"nonce": "n"}

    def _hello(self, body: bytes) -> Any:
        said = greeting._parse(frames.unpack(body, count=3, max_bytes=dsse.MAX_SIGNED_BYTES)[0])
        claims = lanes_json.read_claims(list(said.lanes))
        answers = {
            name: self.step(name, Greeted(claim=claim, held=("",) * len(claim.acked)))
            for name, claim in claims.items()
        }
        return {"session": "s", "standings": lanes_json.standings_json(answers)}

    def _parcels(self, body: bytes) -> Any:
        answers = {}
        for parcel in wire.decode_parcels(body):
            position = Position.from_bytes(frames.unpack(parcel.position, count=3, max_bytes=4096)[0])
            event = Arrived(position=position, content=Content.NEW, held="")
            answers[position.lane.lane_class] = self.step(position.lane.lane_class, event)
        return {"standings": lanes_json.standings_json(answers)}

    def _consistency(self, body: bytes) -> Any:
        asked: Any = canonical.decode(body)
        proof = self.partner.proof(asked["first"], asked["second"])
        return {"proof": [base64.b64encode(part).decode() for part in proof]}

    def _head(self, body: bytes) -> Any:
        assert canonical.decode(body) == {}
        return {"checkpoint": self.partner.checkpoint()}

    def _inclusion(self, body: bytes) -> Any:
        asked: Any = canonical.decode(body)
        found = [self.partner.inclusion(one, asked["size"]) for one in asked["envelopes"]]
        return {"proofs": [one.to_json() if one else None for one in found]}


@dataclass(kw_only=True)
class Street:
    """Our round and the node at the other end."""

    there: There
    node: Node
    round: rounds.PushRound

    def send(self, count: int = 1) -> None:
        for _ in range(count):
            mine = self.there.partner.message(from_office=US, to_offices=(self.there.partner.code,))
            mailroom.post(replace(mine, id=secrets.token_hex(16)), lane_class=NORMAL, now=NOW)


def confirmed(street: Street) -> Parcel:
    """Send one and let the partner's R1 come, with a head over its arrival."""
    street.send()
    street.round.once()
    parcel = Parcel.objects.select_related("lane", "message").latest("pk")
    street.there.partner.stores(parcel)
    receipt = street.there.partner.receipt_parcel(parcel)
    mailroom.take_in(street.node, [receipt], street.round.receivers, now=NOW)
    return parcel


def asks_for_proofs(street: Street, parcel: Parcel) -> None:
    """Let the hour of the proofs come round, and what came of it be known."""
    street.round.proofs_at = -rounds.PROOFS_EVERY_S * 2
    street.round.once()
    parcel.refresh_from_db()
