"""A PostgreSQL of one's own with the real pg_trgm, for as long as a measurement takes.

Found among the packages of the machine (Debian: `apt-get install postgresql`; contrib is part of it), started in a
directory that goes when it stops, reached by a socket in there and by no port.
"""

from __future__ import annotations

import os
import pwd
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import psycopg

from .measures import Scores

PLACES = ("usr/lib/postgresql/*/bin", "usr/pgsql-*/bin", "opt/homebrew/opt/postgresql*/bin")


def programs() -> Path | None:
    """Return the directory of the newest server with pg_trgm on this machine; None when there is none."""
    known = (found for place in PLACES for found in Path("/").glob(place) if (found / "initdb").exists())
    return max(filter(_has_trigrams, known), default=None)


def _has_trigrams(bin_: Path) -> bool:
    version = bin_.parent.name
    shares = (Path("/usr/share/postgresql", version), bin_.parent / "share", bin_.parent / "share/postgresql")
    return any((share / "extension" / "pg_trgm.control").exists() for share in shares)


@contextmanager
def server(bin_: Path) -> Iterator[psycopg.Connection]:
    """Run a server and yield a connection to it; root starts it as the user `postgres`, since it refuses root."""
    with tempfile.TemporaryDirectory() as directory:
        if os.geteuid() == 0:
            os.chown(directory, pwd.getpwnam("postgres").pw_uid, -1)
        at, log = f"{directory}/cluster", f"{directory}/log"
        _run(directory, bin_ / "initdb", "-D", at, "-U", "bench", "-A", "trust", "-N", "-E", "UTF8")
        options = f"-c listen_addresses='' -c unix_socket_directories={directory} -c fsync=off"
        _run(directory, bin_ / "pg_ctl", "-D", at, "-w", "-l", log, "-o", options, "start")
        try:
            with psycopg.connect(host=directory, user="bench", dbname="postgres", autocommit=True) as link:
                link.execute("CREATE EXTENSION pg_trgm")
                yield link
        finally:
            _run(directory, bin_ / "pg_ctl", "-D", at, "-m", "immediate", "stop")


def _run(directory: str, *command: str | Path) -> None:
    user = "postgres" if os.geteuid() == 0 else None
    subprocess.run(command, user=user, cwd=directory, stdout=subprocess.DEVNULL, check=True)


class Trigrams:
    """`similarity` of pg_trgm over every name of a gallery."""

    def __init__(self, names: list[str], link: psycopg.Connection) -> None:
        """Lay out the names in a table."""
        self._link = link
        link.execute("DROP TABLE IF EXISTS gallery")
        link.execute("CREATE TABLE gallery (at integer, name text)")
        with link.cursor().copy("COPY gallery FROM STDIN") as copy:
            for at, name in enumerate(names):
                copy.write_row((at, name))

    def scores(self, query: str) -> Scores:
        """Return the similarity of each name, in [0, 1]."""
        asked = "SELECT array_agg(similarity(name, %s) ORDER BY at) FROM gallery"
        (found,) = self._link.execute(asked, (query,), binary=True).fetchone() or ((),)
        return np.asarray(found, dtype=np.float64)
