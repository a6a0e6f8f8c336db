"""Is there room: in an outbox for what people write, on the disk for what partners bring."""

from __future__ import annotations

import shutil
from collections.abc import Iterable

from django.conf import settings

from lienlac.apps.mailroom.models import Lane
from lienlac.core.errors import NoRoom
from lienlac.core.lane import Load, Quota, check_room

LEAST_FREE = 128 << 20
"""Bytes of the disk that partners do not fill: with them this node still signs receipts, and its people work on."""


def check_outbox(lane: Lane, sizes: Iterable[int]) -> None:
    """Raise NoRoom('outbox_full') when envelopes of these sizes would exceed what may wait in a lane."""
    quota: Quota = settings.NODE.outbox
    parcels, size = lane.outbox_parcels, lane.outbox_size
    for one in sizes:
        check_room(quota, Load(parcels=parcels, size=size), one)
        parcels, size = parcels + 1, size + one


def check_disk() -> None:
    """Raise NoRoom('disk_full') before a partner's parcels take the last of the disk."""
    if shutil.disk_usage(settings.NODE.path).free < LEAST_FREE:
        raise NoRoom("disk_full")
