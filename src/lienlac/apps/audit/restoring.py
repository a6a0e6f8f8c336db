"""After a restore: no ledger of the time before is ever written again.

The life that was lost may have signed heads that this store does not know; a second head of the same size
under the same origin would be a fork, and evidence against this node. So every current ledger ends where the
backup left it, and leaves that had no place yet get one in the ledger that follows.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from lienlac.apps.audit import actions
from lienlac.apps.audit.actions import _sequence_one
from lienlac.apps.audit.models import Leaf, Ledger

CODE = "restored"


def current_ledgers() -> list[int]:
    """Return the ledgers (primary keys) that are written to now."""
    return list(Ledger.objects.filter(current=True).values_list("pk", flat=True))


@transaction.atomic
def begin_again(
    ended: Collection[int], partners: Collection[str], sealer: actions.Sealer, *, now: datetime
) -> None:
    """End the ledgers `ended` and begin those that follow; the node is stopped, so nobody else gives places.

    With each of `partners` without one, the lost life may have begun one: the next says so.
    """
    known = set(Ledger.objects.filter(current=True).exclude(pk__in=ended).values_list("partner", flat=True))
    ending = Ledger.objects.filter(pk__in=ended, current=True).order_by("pk")
    for partner in dict.fromkeys([*ending.values_list("partner", flat=True), *partners]):
        if partner not in known:
            actions.open_epoch(partner, node=sealer.node, code=CODE, now=now)
    # The first leaf of a ledger that follows is the one that says so: it gets its place before older leaves come.
    following = Ledger.objects.filter(current=True).exclude(pk__in=ended)
    for new in following:
        _sequence_one(new, sealer, now)
    for old in Ledger.objects.filter(pk__in=ended, current=False):
        new = Ledger.objects.get(partner=old.partner, current=True)
        Leaf.objects.filter(ledger=old, place=None).update(ledger=new)
