"""Roots of states: met by their file, trusted by the same ceremony as a node."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from lienlac.apps.directory import noting
from lienlac.apps.directory.actions.trusting import check_same
from lienlac.apps.directory.models import Node, StateRoot
from lienlac.core.envelope.lasting import public_of
from lienlac.core.errors import Refused
from lienlac.core.trust import roots

Standing = StateRoot.Standing


@transaction.atomic
def meet_root(signed: bytes, *, now: datetime, by: str = "") -> StateRoot:
    """Enter the root of a state from its file as `introduced`; raises what `roots.read` raises."""
    root = roots.read(signed)
    row, new = StateRoot.objects.get_or_create(
        kid=root.key.kid,
        defaults={
            "country": root.country,
            "public": root.key.public_bytes,
            "standing": Standing.INTRODUCED,
            "introduced_at": now,
        },
    )
    if row.standing == Standing.REVOKED:
        raise Refused("root_revoked", country=row.country)
    if row.country != root.country:
        raise Refused("root_of_other_country", country=row.country)
    if new:
        noting.root(row, "introduced", by=by, now=now)
    return row


@transaction.atomic
def trust_root(root: StateRoot, *, fingerprint: str, now: datetime, by: str = "") -> None:
    """Trust a root whose fingerprint people compared; from then on it speaks for the nodes of its country.

    So does one that the list of roots took off: people's word goes before a quorum's. Raises as `trusting.trust`;
    Refused('root_revoked'), Refused('root_exists') while another one is trusted.
    """
    if root.standing == Standing.REVOKED:
        raise Refused("root_revoked", country=root.country)
    trusted = StateRoot.objects.filter(country=root.country, standing=Standing.TRUSTED)
    if trusted.exclude(pk=root.pk).exists():
        raise Refused("root_exists", country=root.country)
    check_same(public_of(bytes(root.public)).fingerprint, fingerprint, node=root.country)
    StateRoot.objects.filter(pk=root.pk).update(standing=Standing.TRUSTED, compared_at=now)
    noting.root(root, "trusted", by=by, now=now)


@transaction.atomic
def distrust_root(root: StateRoot, *, now: datetime, by: str = "") -> None:
    """End the trust in a root for good. A node for which nothing but its word stood is `introduced` again."""
    StateRoot.objects.filter(pk=root.pk).update(standing=Standing.REVOKED)
    for node in Node.objects.filter(country=root.country).exclude(vouched_at=None):
        no_longer_vouched(node, now=now)
    noting.root(root, "revoked", by=by, now=now)


def no_longer_vouched(node: Node, *, now: datetime) -> None:
    """Note that no state vouches for a node any more; trust that rested on it alone ends."""
    Node.objects.filter(pk=node.pk).update(vouched_at=None)
    rested = Node.objects.filter(
        pk=node.pk, compared_at=None, standing__in=[Node.Standing.TRUSTED, Node.Standing.PAUSED]
    )
    if rested.update(standing=Node.Standing.INTRODUCED):
        noting.partner(node, "no_longer_vouched", by="", now=now)
