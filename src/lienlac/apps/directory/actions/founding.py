"""Found this node with its first keys, and enter its offices."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from lienlac.apps.directory import keystore
from lienlac.apps.directory.models import Node, NodeKey, Office
from lienlac.core.errors import Malformed
from lienlac.core.messages.called import check_name, check_names


@transaction.atomic
def found_node(
    *, code: str, country: str, endpoint: str, training: bool, tls_pin: bytes, now: datetime
) -> Node:
    """Make this node itself, with new keys of each use; `tls_pin` is SHA-256 of its door's public key.

    An empty `endpoint` says that nobody can ring this node: it dials out and asks partners for what lies there.
    """
    if Node.objects.filter(standing=Node.Standing.SELF).exists():
        raise Malformed("node_exists")
    node = Node.objects.create(
        code=code,
        country=country,
        endpoint=endpoint,
        training=training,
        standing=Node.Standing.SELF,
        introduced_at=now,
    )
    for use in keystore.FIRST:
        add_key(node, use, valid_from=now, now=now)
    days = {"valid_from": now, "entered_at": now}
    NodeKey.objects.create(node=node, use=NodeKey.Use.TLS, kid=tls_pin.hex(), public=tls_pin, **days)
    return node


def add_key(node: Node, use: str, *, valid_from: datetime, now: datetime) -> NodeKey:
    """Make a new key of this node for a use."""
    public = keystore.store().make(use)
    return NodeKey.objects.create(
        node=node, use=use, kid=public.kid, public=public.public_bytes, valid_from=valid_from, entered_at=now
    )


@transaction.atomic
def add_office(
    *,
    code: str,
    node: Node,
    country: str,
    kind: str,
    time_zone: str,
    languages: tuple[str, ...],
    names: dict[str, str],
    phone: str = "",
    places: dict[str, str] | None = None,
) -> Office:
    """Enter an office of a node; Malformed('name_invisible') for a name or a place that hides something."""
    check_names(names.values(), field="names")
    check_names((places or {}).values(), field="places")
    check_name(phone, field="phone")
    return Office.objects.create(
        code=code,
        node=node,
        country=country,
        kind=kind,
        time_zone=time_zone,
        languages=list(languages),
        names=names,
        phone=phone,
        places=places or {},
    )
