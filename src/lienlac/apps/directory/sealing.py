"""Who signs the heads of this node's ledgers."""

from __future__ import annotations

from datetime import datetime

from lienlac.apps.audit.actions import Sealer
from lienlac.apps.directory import queries
from lienlac.apps.directory.models import NodeKey


def own_sealer(now: datetime) -> Sealer:
    """Return it, with the node's lasting key where it has one; Unavailable('key_missing', 'keys_locked')."""
    keys = queries.OwnKeys(now)
    key = keys.of(NodeKey.Use.NODE)
    return Sealer(
        node=queries.own_code(),
        public=key.public.public_bytes,
        sign=key.sign,
        lasting=keys.lasting(),
    )
