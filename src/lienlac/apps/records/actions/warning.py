"""Tell the owner that a record's time is nearly over: as long before as its class says, and one month before (SG23).

The owner is this node: its pages show what falls due (`queries.due`), and the ledger shows that they did.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from lienlac.apps.records import kinds, looks
from lienlac.apps.records.models import Record
from lienlac.apps.records.today import today

LAST_NOTICE = timedelta(days=30)


@transaction.atomic
def warn_due(*, now: datetime) -> int:
    """Give the notices that are due, each once; return how many. The node calls it as time goes on."""
    day = today(now)
    first = Q()
    for kind in kinds.all_kinds():
        first |= Q(kind=kind, retention_until__lte=day + kinds.warned_before(kind))
    notices = (("first_notice", 1, first), ("last_notice", 2, Q(retention_until__lte=day + LAST_NOTICE)))
    given = 0
    for code, number, due in notices:
        told = Record.objects.filter(due, withdrawn_at=None, warned__lt=number).update(warned=number)
        if told:
            looks.by_node("record_changed", {"list": "records", "code": code, "count": told}, now=now)
        given += told
    return given
