"""What only a program beside the node looks at: the library of the database, and whether its file is whole."""

from __future__ import annotations

from lienlac.apps.reports.health.finding import Finding, bad, ok
from lienlac.cli import sqlite_copy
from lienlac.core.errors import Malformed
from lienlac.site import sqlite
from lienlac.site.home import Home


def sqlite_library(home: Home) -> Finding:
    """Is the SQLite in use free of the faults that damage databases?"""
    import pysqlite3

    version = pysqlite3.sqlite_version
    if home.database:
        return ok("sqlite", "sqlite_unused")
    if sqlite.is_safe(pysqlite3.sqlite_version_info[:3]):
        return ok("sqlite", "sqlite_safe", version=version)
    return bad("sqlite", "sqlite_can_damage", "install_again", version=version)


def whole(home: Home, *, thorough: bool) -> Finding:
    """Is the file whole?"""
    if home.database:
        return ok("database", "database_of_postgresql")
    if not home.sqlite.exists():
        return bad("database", "database_gone", "restore_it", file=str(home.sqlite))
    try:
        sqlite_copy.check(home.sqlite, thorough=thorough)
    except Malformed as problem:
        return bad("database", "database_broken", "restore_it", detail=problem.facts["detail"])
    size = home.sqlite.stat().st_size
    return ok("database", "database_whole", mib=f"{size / 2**20:.1f}", bytes=size)
