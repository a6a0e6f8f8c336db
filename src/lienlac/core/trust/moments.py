"""Moments on the wire: UTC with milliseconds, as `core.messages.message` wants them."""

from __future__ import annotations

import re
from datetime import UTC, datetime

NOT_YET = datetime(9999, 1, 1, tzinfo=UTC)
"""From when a key is in force that is announced and not taken up: partners learn it before it signs anything."""
_SHAPE = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z", re.ASCII)


def to_wire(moment: datetime) -> str:
    """Return `YYYY-MM-DDTHH:MM:SS.mmmZ`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def from_wire(text: str) -> datetime:
    """Read what `to_wire` wrote; ValueError for anything else."""
    if not _SHAPE.fullmatch(text):
        raise ValueError("not a moment of the wire")
    return datetime.fromisoformat(text)
