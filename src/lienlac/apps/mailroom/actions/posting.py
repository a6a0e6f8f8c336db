"""Post a message: sign, seal, give it its places in the lanes; one transaction with the deed that it tells."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from functools import cached_property

from django.db import transaction

from lienlac.apps.directory import moments, queries
from lienlac.apps.directory.models import Node, NodeKey, Office
from lienlac.apps.directory.queries import OwnKeys
from lienlac.apps.mailroom import bells, lanes
from lienlac.apps.mailroom.actions import outgoing
from lienlac.apps.mailroom.chunks import find
from lienlac.apps.mailroom.models import Message as MessageRow
from lienlac.core import envelope
from lienlac.core.envelope import SealingPublic, chunks
from lienlac.core.errors import Refused, Unavailable
from lienlac.core.lane import LaneClass, Post, Until
from lienlac.core.messages import kinds
from lienlac.core.messages.message import Message


class Stationery:
    """What the posts of one transaction share, read once: this node, its keys, offices, partners' sealing keys."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.keys = OwnKeys(now)
        self._offices = dict[str, Office]()
        self._sealing = dict[int, SealingPublic]()

    @cached_property
    def here(self) -> Node:
        """This node."""
        return queries.this_node()

    def offices(self, codes: Sequence[str]) -> list[Office]:
        """Return these offices; Refused('unknown_office')."""
        if missing := [code for code in codes if code not in self._offices]:
            self._offices |= queries.offices(missing)
        return [self._offices[code] for code in codes]

    def sealing_key(self, node: Node) -> SealingPublic:
        """Return the key to seal to a node with; Unavailable('key_missing')."""
        if node.pk not in self._sealing:
            self._sealing[node.pk] = queries.sealing_key_of(node, self.now)
        return self._sealing[node.pk]


@transaction.atomic
def post(
    message: Message,
    *,
    lane_class: LaneClass,
    now: datetime,
    signed_by: str = NodeKey.Use.AUTHOR,
    until: Until = Until.RECEIPT,
    stationery: Stationery | None = None,
    enclosed: bytes = b"",
) -> MessageRow:
    """Sign, seal and queue a message to the nodes of its offices; wake the postman when it is on disk.

    The chunks of its files follow it on the bulk lane; `enclosed` is the chunk that the message itself brings.
    Whoever posts many in one transaction gives them one `stationery`.
    Raises Refused (`unknown_office`, `nobody_to_send_to`, `partner_not_trusted`, `training_meets_live`),
    Unavailable(`chunk_missing`) when a file of it is not kept here.
    """
    stationery = stationery or Stationery(now)
    partners, keys = _partners_of(message, stationery), stationery.keys
    signed = envelope.sign(envelope.MESSAGE_TYPE, message.to_bytes(), keys.of(signed_by))
    content = chunks.enclose(signed, enclosed) if enclosed else signed
    sealed = _seal(content, partners, stationery)
    row = _row(message, signed, envelope.digest(sealed))
    fresh = outgoing.Fresh(message=row, sealed=sealed)
    for partner in partners:
        lane, state = lanes.row_out(partner, lane_class)
        event = Post(message=message.id, digest=row.envelope_digest, until=until)
        outgoing.walk(lane, state, event, now=now, fresh=fresh, keys=keys)
    for digest in [digest for one in message.attachments for digest in one.chunks]:
        _post_chunk(message, digest, stationery)
    bells.ring_after_commit()
    return row


def _post_chunk(message: Message, digest: str, stationery: Stationery) -> None:
    """Queue a chunk of a file behind what the bulk lane holds: an alarm never waits for it."""
    raw = find(queries.own_code(), message.id)(digest)
    if raw is None:
        raise Unavailable("chunk_missing", chunk=digest)
    carrier = Message(
        id=secrets.token_hex(16),
        from_office=message.from_office,
        to_offices=message.to_offices,
        kind=chunks.KIND,
        version=kinds.kind(chunks.KIND).version,
        handling=(),
        created=moments.to_wire(stationery.now),
        agreement=None,
        in_reply_to=message.id,
        attachments=(),
        body=chunks.body_of(digest, message.id),
    )
    post(carrier, lane_class=LaneClass.BULK, now=stationery.now, stationery=stationery, enclosed=raw)


def _partners_of(message: Message, stationery: Stationery) -> Sequence[Node]:
    """Return the other nodes among the addressees: each is trusted, or paused, and of our world (training or live)."""
    here = stationery.here
    nodes = {office.node for office in stationery.offices(message.to_offices)} - {here}
    if not nodes:
        raise Refused("nobody_to_send_to")
    for node in nodes:
        if node.standing not in queries.KNOWN_BY_PEOPLE:
            raise Refused("partner_not_trusted", node=node.code)
        if node.training != here.training:
            raise Refused("training_meets_live", node=node.code)
    return sorted(nodes, key=lambda node: node.code)


def _seal(content: bytes, partners: Sequence[Node], stationery: Stationery) -> bytes:
    recipients = [
        envelope.Recipient(node=partner.code, key=stationery.sealing_key(partner)) for partner in partners
    ]
    return envelope.seal(
        content,
        sender=queries.own_code(),
        recipients=recipients,
        node_key=stationery.keys.of(NodeKey.Use.NODE),
    )


def _row(message: Message, signed: bytes, digest: str) -> MessageRow:
    return MessageRow.objects.create(
        message_id=message.id,
        outbound=True,
        kind=message.kind,
        version=message.version,
        from_office=message.from_office,
        to_offices=list(message.to_offices),
        in_reply_to=message.in_reply_to or "",
        created_at=moments.from_wire(message.created),
        signed=signed,
        envelope_digest=digest,
    )
