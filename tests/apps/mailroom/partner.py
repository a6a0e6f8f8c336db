"""A partner in memory: a node with keys of its own, which seals and signs to us, opens what is ours, and can lie.

It speaks bytes only; nothing of it is in our database but what its card says.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from lienlac.apps.directory import actions, moments, queries
from lienlac.apps.directory.models import Node, NodeKey
from lienlac.apps.mailroom.models import Parcel
from lienlac.core import envelope
from lienlac.core.envelope import frames, runs
from lienlac.core.envelope.envelope import read_message
from lienlac.core.envelope.keys import SealingKey, SealingPublic, SigningKey
from lienlac.core.lane import (
    POSITION_TYPE,
    Connect,
    Heard,
    Lane,
    LaneClass,
    Outgoing,
    Position,
    Post,
    Standing,
    Until,
    step_outgoing,
)
from lienlac.core.lane.actions import Enqueue, Greet
from lienlac.core.ledger import checkpoint, tree
from lienlac.core.ledger.inclusion import Inclusion
from lienlac.core.ledger.leaves import Leaf
from lienlac.core.messages.message import Message
from lienlac.core.trust import cards

NOW = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
US, OUR_OFFICE = "vn-tra-linh", "vn-tra-linh"
NORMAL = LaneClass.NORMAL

Wire = tuple[bytes, bytes]


def found_us(*, endpoint: str = "https://127.0.0.1:9") -> Node:
    """Make this node: its keys, its office."""
    us = actions.found_node(
        code=US, country="VN", endpoint=endpoint, training=True, tls_pin=secrets.token_bytes(32), now=NOW
    )
    actions.add_office(
        code=OUR_OFFICE,
        node=us,
        country="VN",
        kind="liaison_office",
        time_zone="Asia/Ho_Chi_Minh",
        languages=("vi",),
        names={"vi": "Văn phòng liên lạc Trà Lĩnh"},
    )
    return us


@dataclass(kw_only=True)
class Partner:
    """The other node; `ledger` are the leaves of its pair ledger with us."""

    code: str = "cn-jingxi"
    node_key: SigningKey = field(default_factory=SigningKey.generate)
    author_key: SigningKey = field(default_factory=SigningKey.generate)
    seal_key: SealingKey = field(default_factory=SealingKey.generate)
    lanes: dict[LaneClass, Outgoing] = field(default_factory=dict)
    ledger: list[bytes] = field(default_factory=list)
    to_us: SealingPublic | None = None  # read once: a partner does not look into our database

    def card(self, **changed: Any) -> cards.Card:
        """Return what it says of itself."""
        office = cards.OfficeOnCard(
            code=self.code,
            country="CN",
            kind="liaison_office",
            time_zone="Asia/Shanghai",
            languages=("zh-hans",),
            names={"zh-hans": "靖西边境联络官办公室"},
            phone="",
        )
        card = cards.Card(
            node=self.code,
            country="CN",
            endpoint="https://127.0.0.1:9",
            training=True,
            keys=(
                self._on_card("node", self.node_key.public),
                self._on_card("author", self.author_key.public),
                self._on_card("seal", self.seal_key.public),
            ),
            offices=(office,),
        )
        return replace(card, **changed)

    def _on_card(self, use: str, public: Any) -> cards.PublicKeyOnCard:
        return cards.PublicKeyOnCard(
            use=use,
            kid=public.kid,
            public=public.public_bytes,
            valid_from=moments.to_wire(NOW),
            valid_to="",
        )

    def introduce(self) -> Node:
        """Let our node meet and trust it."""
        node = actions.meet(cards.sign(self.card(), self.node_key), now=NOW)
        actions.trust(node, fingerprint=queries.fingerprint_of(node), now=NOW)
        self.to_us = our_sealing_key()
        return Node.objects.get(pk=node.pk)

    # What it says

    def message(self, **changed: Any) -> Message:
        """Return a test call to our office."""
        message = Message(
            id=secrets.token_hex(16),
            from_office=self.code,
            to_offices=(OUR_OFFICE,),
            kind="TEST",
            version=1,
            handling=(),
            created=moments.to_wire(NOW),
            agreement=None,
            in_reply_to=None,
            attachments=(),
            body={"at": moments.to_wire(NOW), "number": "1"},
        )
        return replace(message, **changed)

    def sealed(
        self,
        message: Message | None = None,
        *,
        author: SigningKey | None = None,
        sender: str = "",
        recipients: list[envelope.Recipient] | None = None,
    ) -> bytes:
        """Return a message in its envelope, to us unless other recipients are wished."""
        signed = envelope.sign(
            envelope.MESSAGE_TYPE, (message or self.message()).to_bytes(), author or self.author_key
        )
        return envelope.seal(
            signed,
            sender=sender or self.code,
            recipients=recipients or [envelope.Recipient(node=US, key=self.to_us or our_sealing_key())],
            node_key=self.node_key,
        )

    def lane(self, lane_class: LaneClass = NORMAL) -> Outgoing:
        """Return its end of a lane to us."""
        name = Lane(sender=self.code, receiver=US, lane_class=lane_class)
        return self.lanes.setdefault(lane_class, Outgoing(lane=name, epoch=secrets.token_hex(16)))

    def place(self, sealed: bytes, lane_class: LaneClass = NORMAL, *, marked: bool = False) -> Wire:
        """Give an envelope its place in a lane, perhaps marked as that of a receipt; return the parcel."""
        until = Until.ACK if marked else Until.RECEIPT
        event = Post(message=secrets.token_hex(16), digest=envelope.digest(sealed), until=until)
        self.lanes[lane_class], wanted = step_outgoing(self.lane(lane_class), event)
        position = next(one.position for one in wanted if isinstance(one, Enqueue))
        return self.signed(position), sealed

    def signed(self, position: Position, key: SigningKey | None = None) -> bytes:
        """Sign a place."""
        return envelope.sign(POSITION_TYPE, position.to_bytes(), key or self.node_key)

    def parcel(self, message: Message | None = None, lane_class: LaneClass = NORMAL, **how: Any) -> Wire:
        """Seal a message and give it the next place."""
        marked = message is not None and message.kind == "RECEIPT"
        return self.place(self.sealed(message, **how), lane_class, marked=marked)

    def parcels(self, count: int) -> list[Wire]:
        """Return so many parcels in a row."""
        return [self.parcel() for _ in range(count)]

    def parcels_together(self, count: int) -> list[Wire]:
        """Return so many parcels in a row, their places signed together."""
        alone = self.parcels(count)
        places = [frames.unpack(place, count=3, max_bytes=len(place))[0] for place, _ in alone]
        signed = runs.sign(POSITION_TYPE, places, self.node_key)
        return [(place, sealed) for place, (_, sealed) in zip(signed, alone, strict=True)]

    def claim(self, lane_class: LaneClass = NORMAL) -> Any:
        """Return what it claims of a lane."""
        _, wanted = step_outgoing(self.lane(lane_class), Connect())
        return next(one.claim for one in wanted if isinstance(one, Greet))

    def hears(self, standing: Standing, lane_class: LaneClass = NORMAL) -> None:
        """Take our standing as the truth; places that it names are acknowledged by then."""
        state = self.lane(lane_class)
        event = Heard(standing=standing, mine=standing.digest, fresh=secrets.token_hex(16))
        self.lanes[lane_class], _ = step_outgoing(state, event)

    # What it answers

    def receipt(self, *parcels: Parcel, stage: str = "R1", **changed: Any) -> Message:
        """Return its receipt for parcels of ours that came together; R1 with its checkpoint."""
        body: dict[str, Any] = {"stage": stage, "at": moments.to_wire(NOW), "status": "stored"}
        first, in_reply_to = parcels[0], None
        if stage == "R1":
            body |= {
                "lane_class": first.lane.lane_class,
                "epoch": first.epoch,
                "seqs": [one.seq for one in parcels],
                "envelopes": [one.digest for one in parcels],
                "messages": [one.message.message_id for one in parcels],
                "checkpoint": self.checkpoint(),
            }
        else:
            body["of"] = in_reply_to = first.message.message_id
        return self.message(kind="RECEIPT", in_reply_to=in_reply_to, body=body | changed)

    def receipt_parcel(self, *parcels: Parcel, stage: str = "R1", **changed: Any) -> Wire:
        """Return the receipt as a parcel: R1 signed by the node, the others by people."""
        author = self.node_key if stage == "R1" else self.author_key
        return self.parcel(self.receipt(*parcels, stage=stage, **changed), author=author)

    def checkpoint(
        self, size: int | None = None, leaves: list[bytes] | None = None, epoch: str = "a1"
    ) -> str:
        """Sign a head of its ledger; each call without a size adds a leaf first."""
        if size is None and leaves is None:
            self.ledger.append(secrets.token_bytes(8))
        kept = (leaves or self.ledger)[: size if size is not None else None]
        frontier, _ = tree.extend(tree.Frontier(), kept)
        origin = str(checkpoint.Origin(node=self.code, partner=US, epoch=epoch))
        head = checkpoint.Checkpoint(origin=origin, size=frontier.size, root=frontier.root())
        key = self.node_key
        return checkpoint.sign(head, public=key.public.public_bytes, sign=key.sign).encode().decode()

    def proof(self, first: int, second: int) -> tuple[bytes, ...]:
        """Prove that its ledger only grew."""
        nodes = tree.MemoryNodes()
        nodes.keep(tree.extend(tree.Frontier(), self.ledger)[1])
        return tree.consistency_proof(nodes, first, second)

    def stores(self, parcel: Parcel) -> None:
        """Write into its ledger that a parcel of ours arrived, as an honest node does before its R1."""
        facts = {"lane": parcel.lane.lane_class, "epoch": parcel.epoch, "seq": parcel.seq}
        position = frames.unpack(bytes(parcel.position), count=3, max_bytes=4096)[0]
        facts |= {"envelope": parcel.digest, "signed": hashlib.sha256(position).hexdigest()}
        self.ledger.append(Leaf(kind="parcel_stored", at=NOW, facts=facts).encode())

    def inclusion(self, envelope: str, size: int) -> Inclusion | None:
        """Prove that an envelope arrived; None when its first `size` leaves do not say so."""
        nodes = tree.MemoryNodes()
        nodes.keep(tree.extend(tree.Frontier(), self.ledger)[1])
        for index, leaf in enumerate(self.ledger[:size]):
            if envelope.encode() in leaf:
                return Inclusion(index=index, leaf=leaf, proof=tree.inclusion_proof(nodes, index, size))
        return None

    def open(self, sealed: bytes) -> Message:
        """Open an envelope of ours and check it as a partner must."""
        opened = envelope.open_envelope(
            sealed, me=self.code, sealing_keys={self.seal_key.kid: self.seal_key}, node_keys=our_keys("node")
        )
        keys = {**our_keys("author"), **our_keys("node")}
        message, _ = read_message(opened.signed_message, sender=opened.header.sender, author_keys=keys)
        return message

    def outbox(self) -> list[tuple[Position, Message]]:
        """Open everything that waits for it at our node, in lane order."""
        rows = Parcel.objects.filter(lane__partner__code=self.code, in_outbox=True).order_by("lane", "seq")
        found = []
        for row in rows:
            keys = {kid: key for (_, kid), key in our_keys("node").items()}
            raw, _ = runs.verify(bytes(row.position), POSITION_TYPE, keys.get)
            position = Position.from_bytes(raw)
            position.check_envelope(bytes(row.envelope))
            found.append((position, self.open(bytes(row.envelope))))
        return found


def our_sealing_key() -> SealingPublic:
    """Return the key that others seal to us with."""
    return queries.sealing_key_of(queries.this_node(), NOW)


def our_keys(use: str) -> Mapping[tuple[str, str], envelope.VerifyKey]:
    """Return our public signing keys of a use, as a partner's directory has them."""
    rows = NodeKey.objects.filter(node__code=US, use=use)
    return {(US, row.kid): envelope.VerifyKey(bytes(row.public)) for row in rows}


def digest_of(parcels: list[Wire]) -> str:
    """Name a list of parcels by its content."""
    total = hashlib.sha256()
    for position, sealed in parcels:
        total.update(position + sealed)
    return total.hexdigest()


Deed = Callable[[Any], None]
