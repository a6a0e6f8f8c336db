"""The checks as tables, and how they are run: one that breaks is itself a finding, and the others still run."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from lienlac.apps.reports.health import house, post, store, trust
from lienlac.apps.reports.health.finding import Finding, Patient, bad

Check = Callable[[Patient], Finding | Iterable[Finding]]

FROM_OUTSIDE: tuple[Check, ...] = (
    house.modes,
    house.free_space,
    house.disk_speed,
    house.door_key,
    house.keys_at_rest,
    house.desk_door,
    house.last_backup,
)
"""These need neither the database nor the node at work."""

FROM_INSIDE: tuple[Check, ...] = (
    store.options,
    store.tables,
    trust.own_keys,
    trust.key_days,
    trust.roots_list,
    trust.clock,
    trust.late_leaves,
    trust.ledgers,
    post.lines,
    post.carried,
    post.unread,
    post.incidents,
)
"""These need the database."""

ON_THE_PAGE: tuple[Check, ...] = (house.background, *FROM_OUTSIDE, *FROM_INSIDE)
"""What a node at work says of itself."""

FOR_MONITORS: tuple[Check, ...] = (
    house.background,
    house.free_space,
    house.last_backup,
    store.tables,
    trust.key_days,
    trust.clock,
    trust.late_leaves,
    post.lines,
    post.carried,
    post.unread,
)
"""What a stranger may hear as codes, quickly. No incidents: whoever causes one must not learn that it was noticed."""


def examine(patient: Patient, checks: Iterable[Check]) -> list[Finding]:
    """Run the checks in their order."""
    return [found for check in checks for found in run(check, patient)]


def run(check: Check, patient: Patient) -> list[Finding]:
    """Run one check."""
    try:
        found = check(patient)
        return [found] if isinstance(found, Finding) else list(found)
    except Exception as error:  # noqa: BLE001  (a check that breaks must not hide the others)
        detail = f"{type(error).__name__}: {error}"
        return [bad(check.__name__, "check_failed", "mend_first", which=check.__name__, detail=detail)]
