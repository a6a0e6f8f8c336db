"""How much may be on the way and how much may wait: numbers as data, the arithmetic that reads them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from lienlac.core.errors import NoRoom
from lienlac.core.lane.position import LaneClass


@dataclass(frozen=True, kw_only=True, slots=True)
class Load:
    """A number of parcels and the bytes of their envelopes."""

    parcels: int = 0
    size: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """At most this much is on its way, unacknowledged, at any time."""

    parcels: int
    size: int  # bytes


WINDOWS: Mapping[LaneClass, Window] = {
    # 100 parcels are one group commit of the receiver (measured: 6,400 a second and more; 123 a second one by
    # one)
    LaneClass.URGENT: Window(parcels=100, size=1 << 20),
    LaneClass.NORMAL: Window(parcels=100, size=4 << 20),
    # Two full chunks of a file: on a line of 128 kbit/s two minutes, which is what a break in it costs
    LaneClass.BULK: Window(parcels=100, size=2200 << 10),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Quota:
    """At most this much waits in the outbox of a lane, of what a receipt must settle."""

    parcels: int
    size: int  # bytes


QUOTA = Quota(parcels=2_000_000, size=8 << 30)
"""Where the operator says nothing: a million letters of 2 KB that wait for a line are no fault."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Patience:
    """How long a parcel may wait in an outbox for its receipt before people are told, by class of its lane."""

    urgent: timedelta
    normal: timedelta
    bulk: timedelta

    def of(self, lane_class: LaneClass) -> timedelta:
        """Return how long a parcel of that class may wait."""
        return {
            LaneClass.URGENT: self.urgent,
            LaneClass.NORMAL: self.normal,
            LaneClass.BULK: self.bulk,
        }[lane_class]


PATIENCE = Patience(urgent=timedelta(hours=1), normal=timedelta(hours=24), bulk=timedelta(days=7))
"""Where the operator says nothing: a line that is up for ten minutes a day is no fault, an alarm on it is."""


TIMES_THE_USUAL, NO_SILENCE = 10, timedelta(minutes=15)


def silent_after(usual: timedelta | None, patience: timedelta) -> timedelta:
    """Return how long what was left at a carrier may be without a word of its reader, before the carrier is doubted.

    Ten times as long as his signed receipts usually take (None: none is known), a quarter of an hour at least: a
    machine that starts anew, a link that is away for a moment are no silence. Never longer than people's patience.
    """
    if usual is None:
        return patience
    return min(patience, max(NO_SILENCE, TIMES_THE_USUAL * usual))


def how_many(window: Window, on_the_way: Load, sizes: Iterable[int]) -> int:
    """Count how many of the next parcels (sizes in bytes, in order) may go now.

    One parcel may always go when nothing is on its way, or a parcel larger than the window would stand for
    ever.
    """
    parcels, total = on_the_way.parcels, on_the_way.size
    count = 0
    for size in sizes:
        alone = parcels == 0
        parcels, total = parcels + 1, total + size
        if not alone and (parcels > window.parcels or total > window.size):
            break
        count += 1
    return count


def check_room(quota: Quota, waiting: Load, size: int) -> None:
    """Raise NoRoom("outbox_full") when one more envelope of `size` bytes would exceed the quota."""
    if waiting.parcels + 1 > quota.parcels or waiting.size + size > quota.size:
        raise NoRoom("outbox_full", parcels=waiting.parcels, size=waiting.size)
