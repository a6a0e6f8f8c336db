"""Is what lies in the target the node, whole? Read back from there, never believed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime

from lienlac.apps.reports.health import checks
from lienlac.apps.reports.health.finding import Level, Patient
from lienlac.cli.moving import copying
from lienlac.cli.moving.target import ALIAS, SOURCE
from lienlac.core.errors import Malformed
from lienlac.site.home import Home


def differing_tables(source: Mapping[str, copying.Content]) -> list[str]:
    """Return the tables of the target that do not hold what those of the source hold."""
    found = copying.counted(ALIAS)
    return [table for table in source if found[table] != source[table]]


def verify(source: Mapping[str, copying.Content], home: Home, *, before: set[str]) -> None:
    """Raise Malformed: `copy_differs` (tables), `copy_unwell` (checks of `doctor` that held before).

    `home` names the target; `before` is what was `unwell` in the source.
    """
    if differing := differing_tables(source):
        raise Malformed("copy_differs", tables=", ".join(differing))
    from django.db import connections

    with connections[ALIAS].cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with _in_target():
        worse = unwell(home) - before
    if worse:
        raise Malformed("copy_unwell", checks=", ".join(sorted(worse)))


def unwell(home: Home) -> set[str]:
    """Return the checks that fail on the database in use; of the ledgers every leaf is read."""
    patient = Patient(home=home, now=datetime.now(UTC), leaves=None)
    found = checks.examine(patient, checks.FROM_INSIDE)
    return {f"{one.check} {one.facts.get('ledger', '')}".strip() for one in found if one.level is Level.BAD}


@contextmanager
def _in_target() -> Iterator[None]:
    """Let the target be the database in use: the same checks then read the copy, in its transaction."""
    from django.db import connections

    source = connections[SOURCE]
    connections[SOURCE] = connections[ALIAS]
    try:
        yield
    finally:
        connections[SOURCE] = source
