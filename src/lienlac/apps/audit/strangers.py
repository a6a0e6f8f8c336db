"""Strangers at the peer door: counted by the hour, and one leaf of the house for each hour that saw some.

A leaf for each of them would let anybody fill the disk of a node by knocking.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from lienlac.apps.audit.actions import HOUSE, record
from lienlac.apps.audit.models import StrangerHour
from lienlac.core.ledger.leaves import Leaf

HOUR = timedelta(hours=1)


@transaction.atomic
def count(number: int, *, now: datetime) -> None:
    """Add strangers to the hour in hand; the caller gathers them for some seconds and writes once."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    StrangerHour.objects.get_or_create(hour=hour)
    StrangerHour.objects.filter(hour=hour).update(count=F("count") + number)


@transaction.atomic
def write_leaves(*, now: datetime) -> int:
    """Write the leaf of each hour that is over; return how many."""
    over = StrangerHour.objects.filter(leaf=None, hour__lte=now - HOUR)
    for row in over:
        leaf = Leaf(kind="stranger_refused", at=row.hour, facts={"count": row.count})
        row.leaf = record(HOUSE, leaf.encode(), now=now)
        row.save(update_fields=["leaf"])
    return len(over)
