"""This node's store was put back from a backup, as an operator says: do not wait to be found out.

Every sending lane goes on in a new epoch (docs/protocol/lane.md, sender's rule 6) and every ledger under a new
name. What the store still holds is sent again and recognised by its id; what partners hold and this store has
forgotten is named by the lanes when they greet.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from lienlac.apps.audit import restoring as ledgers
from lienlac.apps.audit.actions import Sealer
from lienlac.apps.directory import queries as directory
from lienlac.apps.directory.models import Node
from lienlac.apps.mailroom import lanes
from lienlac.apps.mailroom.actions import outgoing
from lienlac.apps.mailroom.models import Lane
from lienlac.core.lane import LaneClass, Restored


@transaction.atomic
def restored(sealer: Sealer, *, now: datetime) -> int:
    """Begin every lane and every ledger anew; return how many lanes. The node must be stopped."""
    ended = ledgers.current_ledgers()
    begun = list(Lane.objects.filter(direction=Lane.Direction.OUT).values_list("partner", "lane_class"))
    for partner, lane_class in begun:
        row, state = lanes.row_out(Node.objects.get(pk=partner), LaneClass(lane_class))
        outgoing.walk(row, state, Restored(fresh=lanes.fresh_epoch()), now=now)
    ledgers.begin_again(ended, [known.code for known in directory.partners()], sealer, now=now)
    return len(begun)
