"""Questions of the pages and of monitors about the post as a whole: what is on its way, what the ledgers hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, QuerySet

from lienlac.apps.audit.models import Leaf, Ledger
from lienlac.apps.mailroom import queries
from lienlac.apps.mailroom.desks import LOOKED_AT, SHOWN
from lienlac.apps.mailroom.models import Arrival, Incident, Lane, Line, Parcel
from lienlac.core.lane import LaneClass, Until


def on_the_way(*, first: int, number: int) -> tuple[list[Parcel], int]:
    """Return so many messages without their signed receipt, those that wait first, and how many there are.

    Receipts on their way are no officer's affair. Counted and sorted in the index `waiting_by_lane`: a million may
    wait, and more were delivered. Those of one moment come by their age.
    """
    found = _unreceipted()
    keys = found.order_by(*FIRST_WHO_WAITS).values("pk")[first : first + number]
    shown = Parcel.objects.filter(pk__in=keys).select_related("lane__partner__line", "message")
    bare = shown.defer("envelope", "position", "message__signed").order_by(*FIRST_WHO_WAITS)
    return list(bare), found.count()


FIRST_WHO_WAITS = ("-state", "queued_at")


def _unreceipted() -> QuerySet[Parcel]:
    return Parcel.objects.filter(in_outbox=True, until=Until.RECEIPT, settled=False)


def ledgers() -> QuerySet[Ledger]:
    """The current ledgers: the house first, then one for each partner."""
    return Ledger.objects.filter(current=True).order_by("partner")


def leaves(ledger: Ledger, *, first: int, number: int) -> tuple[list[Leaf], int]:
    """Return so many leaves from the first one on, the newest first, and how many there are.

    Those that wait for their place, then the others by their places: of a million no other is read.
    """
    waiting = ledger.leaves.filter(place=None)
    wait = waiting.count()
    shown = list(waiting.order_by("-pk")[first : first + number]) if first < wait else []
    end = max(0, ledger.size - max(0, first - wait))
    begin = max(0, end - number + len(shown))
    placed = ledger.leaves.filter(place__gte=begin, place__lt=end).order_by("-place")
    return shown + list(placed), wait + ledger.size


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """How many parcels wait to be handed over, and since when the first of them."""

    number: int
    oldest_at: datetime | None


def waiting() -> Iterator[tuple[LaneClass, Waiting]]:
    """Give what waits for all partners together, by class of lane; counted in the index `waiting_by_lane` alone."""
    for lane_class in LaneClass:
        rows = Parcel.objects.filter(
            lane__in=list(Lane.objects.filter(direction=Lane.Direction.OUT, lane_class=lane_class)),
            state=Parcel.State.WAITING,
            in_outbox=True,
        )
        yield lane_class, Waiting(**rows.aggregate(number=Count("pk"), oldest_at=Min("queued_at")))


def sent_total() -> int:
    """Return how many places were given in the outgoing lanes, in the epochs that they are in."""
    states = Lane.objects.filter(direction=Lane.Direction.OUT).values_list("state", flat=True)
    return sum(int(state["sent"]) for state in states)


def failing_lines() -> int:
    """Return how many lines do not go through."""
    return Line.objects.exclude(error="").count()


def incidents_open() -> int:
    """Return how many incidents nobody has closed."""
    return Incident.objects.filter(closed_at=None).count()


def newest_incidents() -> Mapping[int, list[Incident]]:
    """Return, by node, the newest of its open incidents, each code once; the node is read along."""
    still_open = Incident.objects.filter(closed_at=None).select_related("partner")
    rows = still_open.defer("evidence").order_by("-at")[:LOOKED_AT]
    first = {(row.partner_id, row.code): row for row in reversed(rows)}
    found: dict[int, list[Incident]] = {}
    for row in sorted(first.values(), key=lambda row: row.at, reverse=True):
        found.setdefault(row.partner_id, []).append(row)
    return {node: of_node[:SHOWN] for node, of_node in found.items()}


def receipts_owed() -> int:
    """Return how many arrivals wait for their R1."""
    return Arrival.objects.filter(receipt_due=True).count()


def unread_number() -> int:
    """Return how much is not understood."""
    return queries.unread().count()
