"""Which worker walks for which partner, when several share the post of one node."""

from __future__ import annotations

from collections.abc import Collection, Mapping


def shares(workers: Collection[int], partners: Collection[str], *, desk: int | None) -> Mapping[str, int]:
    """Return partner -> worker: all workers that see the same come to the same, and none has two more than another.

    The one at the desk, who gives places and signs receipts besides, comes last. No workers, no shares.
    """
    order = sorted(workers, key=lambda one: (one == desk, one))
    if not order:
        return {}
    return {partner: order[number % len(order)] for number, partner in enumerate(sorted(partners))}
