"""`lienlac move-to`: a node from its SQLite file to a PostgreSQL server, all of it and nothing twice."""

from lienlac.cli.moving.command import move_to

__all__ = ["move_to"]
