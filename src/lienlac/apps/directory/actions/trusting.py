"""Trust a node whose fingerprint people compared; pause, resume and revoke it, or one key of it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from lienlac.apps.directory import noting
from lienlac.apps.directory.models import Node, NodeKey
from lienlac.apps.directory.queries import fingerprint_of, this_node
from lienlac.core import codes
from lienlac.core.errors import Malformed, Refused, Unauthentic
from lienlac.core.trust import words

Standing = Node.Standing


@transaction.atomic
def trust(node: Node, *, fingerprint: str, now: datetime, by: str = "") -> None:
    """Trust an introduced node when `fingerprint` is what people compared on paper or by phone.

    It may be typed as 24 words, as digits or as hex (`core.trust.words`). A node that its state vouches for keeps its
    standing and is compared besides. Raises Malformed as `words.read`, Unauthentic('fingerprint_differs', places=),
    Refused('node_revoked', 'training_meets_live').
    """
    if node.standing == Standing.REVOKED:
        raise Refused("node_revoked", node=node.code)
    if node.training != this_node().training:
        raise Refused("training_meets_live", node=node.code)
    check_same(fingerprint_of(node), fingerprint, node=node.code)
    Node.objects.filter(pk=node.pk).update(compared_at=now)
    Node.objects.filter(pk=node.pk, standing=Standing.INTRODUCED).update(standing=Standing.TRUSTED)
    noting.partner(node, "trusted", by=by, now=now)


def check_same(held: str, typed: str, *, node: str) -> None:
    """Raise unless what was typed is the fingerprint held; `places` says which of the 24 words differ."""
    said = words.read(typed)
    if said != held:
        places = ", ".join(map(str, words.differing(held, said)))
        raise Unauthentic("fingerprint_differs", node=node, places=places)


@transaction.atomic
def pause(node: Node, *, now: datetime, by: str = "") -> None:
    """Stop the post with a partner for a while: parcels wait on both sides, nothing is lost.

    Refused('not_trusted_now') unless he is trusted.
    """
    _move(node, Standing.TRUSTED, standing=Standing.PAUSED, paused_at=now)
    noting.partner(node, "paused", by=by, now=now)


@transaction.atomic
def resume(node: Node, *, now: datetime, by: str = "") -> None:
    """Let the post with a paused partner go on; Refused('not_paused') for others."""
    if node.standing != Standing.PAUSED:
        raise Refused("not_paused", node=node.code)
    _move(node, Standing.PAUSED, standing=Standing.TRUSTED, paused_at=None)
    noting.partner(node, "resumed", by=by, now=now)


@transaction.atomic
def carry_by(node: Node, transport: str, *, now: datetime, by: str = "") -> None:
    """Let the post to a partner travel by another way from now on; lanes, parcels and receipts know of none.

    `transport` is a code of the list `transports` (NotUnderstood for others). Refused('own_node') for this node,
    Refused('carried_so_already').
    """
    codes.load("transports").row(transport)
    if node.standing == Standing.SELF:
        raise Refused("own_node")
    if node.transport == transport:
        raise Refused("carried_so_already", transport=transport)
    Node.objects.filter(pk=node.pk).update(transport=transport)
    node.refresh_from_db()
    noting.partner(node, f"carried.{transport}", by=by, now=now)


@transaction.atomic
def revoke(
    node: Node, *, reason: str, last_trusted_at: datetime | None = None, now: datetime, by: str = ""
) -> None:
    """End the trust in a node: no parcel goes in or out; what waits for it is kept. It returns by a new ceremony only.

    `reason` is a code of the list `revocation_reasons` (NotUnderstood for others); `last_trusted_at` says until when
    what it signed is to be believed, now when absent. Refused('node_revoked') when it is revoked already,
    Refused('own_node') for this node itself.
    """
    codes.load("revocation_reasons").row(reason)
    if node.standing == Standing.SELF:
        raise Refused("own_node")
    if node.standing == Standing.REVOKED:
        raise Refused("node_revoked", node=node.code)
    _move(
        node,
        Standing(node.standing),
        standing=Standing.REVOKED,
        revoked_at=now,
        revoked_for=reason,
        last_trusted_at=min(last_trusted_at or now, now),
    )
    noting.partner(node, f"revoked.{reason}", by=by, now=now)


@transaction.atomic
def revoke_key(
    node: Node, kid: str, *, reason: str, epoch: str, size: int, now: datetime, by: str = ""
) -> NodeKey:
    """End one key of a partner that somebody else may have; what it signed is believed up to `size` of the pair ledger
    `epoch`, and in earlier ledgers. With his other keys the post goes on; no card of his brings it back.

    `kid` may be cut, to 8 digits at least. `reason` as `revoke`. Raises Malformed('unknown_key_of_node'),
    Refused('own_node', 'key_revoked').
    """
    codes.load("revocation_reasons").row(reason)
    if node.standing == Standing.SELF:
        raise Refused("own_node")
    others = node.node_keys.select_for_update().exclude(use=NodeKey.Use.TLS)
    found = list(others.filter(kid__startswith=kid)) if len(kid) >= 8 else []
    if len(found) != 1:
        raise Malformed("unknown_key_of_node", node=node.code, kid=kid)
    (row,) = found
    if row.revoked_for:
        raise Refused("key_revoked", node=node.code)
    row.trusted_epoch, row.trusted_size = epoch, size
    _end(row, reason, by, now)
    noting.partner(node, f"key_revoked.{reason}", by=by, now=now)
    return row


@transaction.atomic
def revoke_told(cause: NodeKey, told_by: Collection[str], *, now: datetime, by: str = "") -> list[NodeKey]:
    """End the keys that a partner told by these messages, which rest on the revoked key `cause`; return them.

    They are believed as far as it is. Its card is that of whoever told them: the next one counts, of whatever day.
    """
    rows = cause.node.node_keys.select_for_update().filter(told_by__in=told_by, revoked_for="")
    ended = list(rows.exclude(told_by="").order_by("pk"))
    for row in ended:
        row.trusted_epoch, row.trusted_size = cause.trusted_epoch, cause.trusted_size
        _end(row, cause.revoked_for, by, now)
    if ended:
        Node.objects.filter(pk=cause.node_id).update(card_issued_at=None)
    return ended


def _end(row: NodeKey, reason: str, by: str, now: datetime) -> None:
    row.revoked_at, row.revoked_for = min(row.revoked_at or now, now), reason
    row.save()
    noting.key(row.node, row.kid, by=by, now=now)


def _move(node: Node, held: str, **changed: object) -> None:
    """Change a node that still stands as it was read."""
    if not Node.objects.filter(pk=node.pk, standing=held).update(**changed):
        raise Refused("not_trusted_now", node=node.code)
    node.refresh_from_db()
