"""Revoke a partner's key that somebody else may have, and the keys that he may have told us with it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from lienlac.apps.directory import actions as directory
from lienlac.apps.directory.models import Node, NodeKey
from lienlac.apps.mailroom import doubting
from lienlac.apps.mailroom.actions.announcing import KIND


@transaction.atomic
def revoke_key(
    node: Node, kid: str, *, reason: str, epoch: str, size: int, now: datetime, by: str = ""
) -> list[NodeKey]:
    """End one key, and every key that came by its word beyond `size`, and by theirs; return them, that one first.

    Whether the partner or the thief told them nobody can say, so they count for nothing either. Arguments and errors
    as `directory.revoke_key`.
    """
    ended = [directory.revoke_key(node, kid, reason=reason, epoch=epoch, size=size, now=now, by=by)]
    told_by = node.node_keys.filter(revoked_for="").exclude(told_by="").values_list("told_by", flat=True)
    among = doubting.brought(node, set(told_by))  # few: a ledger is long, and its writers wait for this
    for row in ended:  # grows while it is walked: a told key may have told others
        told = {one.message_id for one in doubting.doubted(row, among=among) if one.message_kind == KIND}
        ended += directory.revoke_told(row, told, now=now, by=by)
    return ended
