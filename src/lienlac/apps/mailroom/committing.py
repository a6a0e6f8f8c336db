"""Commit once a day to the head of the house ledger, without showing its size; open a day's commitment to an inspector.

By the first chore of a day (UTC), whatever happened in the house: that one is there tells nobody how busy it is.
"""

from __future__ import annotations

import secrets
from datetime import UTC, date, datetime

from django.db import transaction

from lienlac.apps.audit import house
from lienlac.apps.audit import queries as audit
from lienlac.apps.audit.actions import HOUSE
from lienlac.apps.audit.models import Commitment
from lienlac.apps.directory import queries as directory
from lienlac.apps.directory.models import NodeKey
from lienlac.apps.mailroom import disputing
from lienlac.core.errors import Malformed
from lienlac.core.ledger import commitment, tree


@transaction.atomic
def commit_daily(*, now: datetime) -> Commitment | None:
    """Make the commitment of today, unless it is made; None while the house ledger has no signed head yet."""
    today = now.astimezone(UTC).date()
    made = Commitment.objects.filter(day=today).first()
    head = None if made else audit.latest_head(HOUSE)
    if head is None:
        return made
    salt = secrets.token_bytes(commitment.SALT_BYTES)
    key = directory.own_signing_key(NodeKey.Use.NODE, now)
    signed = commitment.sign(bytes(head.note), salt, node=directory.own_code(), on=today, key=key)
    made = Commitment.objects.create(day=today, head=head, salt=salt, signed=signed, made_at=now)
    house.note("commitment_made", now=now)
    return made


def opened(day: date, *, now: datetime) -> bytes:
    """Return the file that opens a day's commitment, with the proof that the ledger only grew since.

    Malformed('commitment_none') when none of that day is here. That it was opened is a leaf of the house ledger.
    """
    made = Commitment.objects.select_related("head__ledger").filter(day=day).first()
    if made is None:
        raise Malformed("commitment_none", day=day.isoformat())
    ledger = made.head.ledger
    newest = ledger.heads.order_by("-size").first() or made.head
    proof = tree.consistency_proof(audit.StoredNodes(ledger), made.head.size, newest.size)
    opening = commitment.Opening(
        signed=bytes(made.signed),
        salt=bytes(made.salt),
        note=bytes(made.head.note),
        newest=bytes(newest.note),
        proof=proof,
    )
    own = directory.own_code()
    return commitment.opened(opening, keys=disputing.keys_of(own), node=own, at=now)
