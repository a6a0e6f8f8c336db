"""How much an officer leaves behind when his account closes: each room above that gives people work counts its own."""

from __future__ import annotations

from collections.abc import Callable

from lienlac.apps.accounts.models import User

Count = Callable[[User], int]
_counts: dict[str, Count] = {}


def counted_by(room: str, count: Count) -> None:
    """Let a room say how much open work of an officer it holds; called once, when the room starts."""
    _counts[room] = count


def of(officer: User) -> dict[str, int]:
    """Return the open work of an officer by room; rooms where he has none are left out."""
    return {room: number for room, count in _counts.items() if (number := count(officer))}
