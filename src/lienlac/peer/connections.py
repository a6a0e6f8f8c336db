"""The database connection of a thread between two steps: when it is kept, when it is given up."""

from __future__ import annotations

from django.db import connection


def rest() -> None:
    """After a step that went well: keep the connection where another thread loses nothing by it.

    To open SQLite's file and read its schema costs more of the processor than most steps, and waiting it takes some
    hundred kilobytes and no lock. On a server each one takes a place out of few.
    """
    if connection.vendor != "sqlite":
        connection.close()
