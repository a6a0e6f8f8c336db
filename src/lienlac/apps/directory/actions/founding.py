"""Found this node with its first keys, and enter its offices."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from lienlac.apps.directory import keystore
from lienlac.apps.directory.models import Node, NodeKey, Office
from lienlac.core.envelope.keys import SealingKey, SigningKey
from lienlac.core.errors import Malformed
from lienlac.core.messages.called import check_name, check_names

SIGNING_USES = (NodeKey.Use.NODE, NodeKey.Use.AUTHOR)


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
    for use in SIGNING_USES:
        _own(node, use, SigningKey.generate(), now)
    _own(node, NodeKey.Use.SEAL, SealingKey.generate(), now)
    NodeKey.objects.create(node=node, use=NodeKey.Use.TLS, kid=tls_pin.hex(), public=tls_pin, valid_from=now)
    return node


def _own(node: Node, use: str, key: SigningKey | SealingKey, now: datetime) -> None:
    NodeKey.objects.create(node=node, use=use, kid=key.kid, public=key.public.public_bytes, valid_from=now)
    keystore.keep(use, key.kid, key.secret_seed())


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
