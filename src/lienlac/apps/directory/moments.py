"""Moments on the wire: UTC with milliseconds, as `core.messages.message` wants them."""

from __future__ import annotations

from datetime import UTC, datetime


def to_wire(moment: datetime) -> str:
    """Return `YYYY-MM-DDTHH:MM:SS.mmmZ`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def from_wire(text: str) -> datetime:
    """Read what `to_wire` wrote; ValueError for anything else."""
    return datetime.fromisoformat(text)
