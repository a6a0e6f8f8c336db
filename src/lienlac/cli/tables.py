"""May this program work on this database? Asked before a process of the node starts."""

from __future__ import annotations

from pathlib import Path

from lienlac.core.errors import Unavailable


def check_fit(path: Path) -> None:
    """Raise Unavailable('tables_older' | 'tables_newer' | 'database_unreachable'): nothing starts on wrong tables."""
    from django.db import OperationalError, connections

    from lienlac.apps.reports.health.store import steps

    try:
        missing, unknown = steps()
    except OperationalError as error:
        raise Unavailable("database_unreachable", detail=str(error).splitlines()[0]) from error
    finally:
        connections.close_all()
    if unknown:
        raise Unavailable("tables_newer", names=unknown)
    if missing:
        raise Unavailable("tables_older", names=missing, path=str(path))
