"""Keep envelopes sealed whose message nobody stored: refused, or not understood. Bounded for each partner, and in time.

What is beyond the bound takes its place in the lane as everything does, and a signed refusal goes home: nothing behind
it is blocked, and its sender has it still.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Sum

from lienlac.apps.mailroom import bells, lanes
from lienlac.apps.mailroom.actions import incidents
from lienlac.apps.mailroom.models import Arrival
from lienlac.core.messages.canonical import Json
from lienlac.core.policy.grounds import TOO_NEW

# A partner, of what was refused and of what is not understood each: people of both sides must have noticed by then.
MOST_SEALED = 2_000
MOST_SEALED_BYTES = 128 * 1024 * 1024  # a hundred of the largest
REFUSED_FOR = timedelta(days=90)  # time enough to show a partner what his node sent; then its digest speaks
UNREAD_FOR = timedelta(days=180)  # who renews his systems twice a year has done it by then
FULL, TOO_LONG = "unread_full", "unread_too_long"
"""Why it was refused: no room for more of this partner; nobody upgraded this node in time."""

REFUSED, UNREAD = Arrival.State.REFUSED, Arrival.State.NOT_UNDERSTOOD


def keep_sealed(arrival: Arrival, raw: bytes, frame: Mapping[str, Json] | None, *, now: datetime) -> None:
    """Keep the envelope of an arrival as it came, which its caller saves; refuse what is unread beyond the bound.

    `frame`: what could be read of an unread one. Of a refused one beyond the bound place, digest and leaf stay.
    """
    fits = _fits(arrival, len(raw))
    if not fits and arrival.state == UNREAD:
        arrival.state, arrival.reason, arrival.outward_ground = REFUSED, FULL, TOO_NEW
        facts = {"number": MOST_SEALED, "megabytes": MOST_SEALED_BYTES // 2**20}
        incidents.note(arrival.lane.partner, FULL, facts, now=now)
    arrival.envelope, arrival.kept = (raw, len(raw)) if fits else (b"", 0)
    arrival.frame = frame if arrival.state == UNREAD else None


def _fits(arrival: Arrival, size: int) -> bool:
    partner = arrival.lane.partner
    of_partner = Arrival.objects.filter(lane__partner=partner, state=arrival.state, kept__gt=0)
    held = of_partner.exclude(pk=arrival.pk).aggregate(number=Count("pk"), size=Sum("kept"))
    return held["number"] < MOST_SEALED and (held["size"] or 0) + size <= MOST_SEALED_BYTES


def erase_sealed(*, now: datetime) -> int:
    """Erase the envelopes of parcels that were refused long ago, or not understood for longer; return how many.

    Place, digest and leaf stay: who still has the bytes can prove what it was.
    """
    old = Arrival.objects.filter(state=REFUSED, kept__gt=0, arrived_at__lt=now - REFUSED_FOR)
    return old.update(envelope=b"", kept=0) + _give_up_unread(now)


@transaction.atomic
def _give_up_unread(now: datetime) -> int:
    """Refuse what was not understood in time: its sender was told that it is kept, and must hear that it is not."""
    old = Arrival.objects.filter(state=UNREAD, kept__gt=0, arrived_at__lt=now - UNREAD_FOR)
    positions = dict(old.values_list("pk", "position"))
    if not positions:
        return 0
    given_up = Arrival.objects.filter(pk__in=positions)
    told = [key for key, position in positions.items() if not lanes.is_marked(bytes(position))]
    given_up.filter(pk__in=told).update(receipt_due=True)
    bells.ring_after_commit()
    gone = {"envelope": b"", "kept": 0, "frame": None}
    return given_up.update(state=REFUSED, reason=TOO_LONG, outward_ground=TOO_NEW, **gone)
