"""Post a message: sign, seal, give it its places in the lanes; one transaction with the deed that it tells."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from lienlac.apps.directory import moments, queries
from lienlac.apps.directory.models import Node, NodeKey
from lienlac.apps.directory.queries import OwnKeys
from lienlac.apps.mailroom import bells, lanes
from lienlac.apps.mailroom.actions import outgoing
from lienlac.apps.mailroom.chunks import find
from lienlac.apps.mailroom.models import Message as MessageRow
from lienlac.core import envelope
from lienlac.core.envelope import chunks
from lienlac.core.errors import Refused, Unavailable
from lienlac.core.lane import LaneClass, Post, Until
from lienlac.core.messages import kinds
from lienlac.core.messages.message import Message


@transaction.atomic
def post(
    message: Message,
    *,
    lane_class: LaneClass,
    now: datetime,
    signed_by: str = NodeKey.Use.AUTHOR,
    until: Until = Until.RECEIPT,
    keys: OwnKeys | None = None,
    enclosed: bytes = b"",
) -> MessageRow:
    """Sign, seal and queue a message to the nodes of its offices; wake the postman when it is on disk.

    The chunks of its files follow it on the bulk lane; `enclosed` is the chunk that the message itself brings.
    Raises Refused (`unknown_office`, `nobody_to_send_to`, `partner_not_trusted`, `training_meets_live`),
    Unavailable(`chunk_missing`) when a file of it is not kept here.
    """
    partners = _partners_of(message)
    keys = keys or OwnKeys(now)
    signed = envelope.sign(envelope.MESSAGE_TYPE, message.to_bytes(), keys.of(signed_by))
    content = chunks.enclose(signed, enclosed) if enclosed else signed
    sealed = _seal(content, partners, keys, now)
    row = _row(message, signed, envelope.digest(sealed))
    for partner in partners:
        lane, state = lanes.row_out(partner, lane_class)
        event = Post(message=message.id, digest=row.envelope_digest, until=until)
        outgoing.walk(lane, state, event, now=now, sealed=sealed, keys=keys)
    for digest in [digest for one in message.attachments for digest in one.chunks]:
        _post_chunk(message, digest, keys, now)
    bells.ring_after_commit()
    return row


def _post_chunk(message: Message, digest: str, keys: OwnKeys, now: datetime) -> None:
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
        created=moments.to_wire(now),
        agreement=None,
        in_reply_to=message.id,
        attachments=(),
        body=chunks.body_of(digest, message.id),
    )
    post(carrier, lane_class=LaneClass.BULK, now=now, keys=keys, enclosed=raw)


def _partners_of(message: Message) -> Sequence[Node]:
    """Return the other nodes among the addressees: each is trusted, or paused, and of our world (training or live)."""
    here = queries.this_node()
    nodes = {office.node for office in queries.offices(message.to_offices).values()} - {here}
    if not nodes:
        raise Refused("nobody_to_send_to")
    for node in nodes:
        if node.standing not in queries.KNOWN_BY_PEOPLE:
            raise Refused("partner_not_trusted", node=node.code)
        if node.training != here.training:
            raise Refused("training_meets_live", node=node.code)
    return sorted(nodes, key=lambda node: node.code)


def _seal(content: bytes, partners: Sequence[Node], keys: OwnKeys, now: datetime) -> bytes:
    recipients = [
        envelope.Recipient(node=partner.code, key=queries.sealing_key_of(partner, now))
        for partner in partners
    ]
    return envelope.seal(
        content,
        sender=queries.own_code(),
        recipients=recipients,
        node_key=keys.of(NodeKey.Use.NODE),
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
