"""Several workers share the post of one node: who walks for which partner, and who alone does the desk's work.

Claims are advisory locks of PostgreSQL that one connection of each worker holds: who is killed loses his at once,
whose machine loses its power within half a minute, and nothing has to run out. A partner's lanes have one writer, the
holder of the claim; he asks before each batch whether it still stands, since a server that was started anew has
forgotten it. Should he hear so only after a batch has left, the partner knows the parcels by their places. SQLite has
one worker, to whom everything belongs.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from functools import partial
from typing import Any, Protocol

from django.db import connection

from lienlac.apps.directory.models import Node
from lienlac.core.lane.sharing import shares

WORKER, DESK, PARTNER = 0x4C4C01, 0x4C4C02, 0x4C4C03  # the first of the two numbers of a lock
ASK_AGAIN_S = 1.0
WATCHED = {  # so that the server notices a machine that lost its power; the last one in ms, for what it is being told
    "tcp_keepalives_idle": 10,
    "tcp_keepalives_interval": 5,
    "tcp_keepalives_count": 3,
    "tcp_user_timeout": 25_000,
}
OURS = (
    "FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2 AND granted"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


class Crew(Protocol):
    """What a worker knows of the others. All but the claims belong to one thread, and to its database connection."""

    def has_desk(self) -> bool:
        """Say whether this worker alone gives places, signs receipts and does chores."""

    def partners(self, wanted: Collection[str], *, busy: Collection[str]) -> Collection[str]:
        """Return for whom of the wanted this worker walks now; `busy` are those for whom a thread of his still does."""

    def claim_on(self, partner: str) -> Callable[[], bool]:
        """Return what tells whether his claim still stands; any thread may ask."""


class Alone:
    """The one worker of a node."""

    def has_desk(self) -> bool:
        """Say yes."""
        return True

    def partners(self, wanted: Collection[str], *, busy: Collection[str]) -> Collection[str]:
        """Return all."""
        return wanted

    def claim_on(self, partner: str) -> Callable[[], bool]:
        """Return what says yes."""
        return lambda: True


class OfServer:
    """One of the workers that a PostgreSQL server knows by their locks."""

    def __init__(self) -> None:
        self._raw: Any = None  # the connection that holds the locks: a new one holds none
        self._me = 0
        self._at_desk = False
        self._ask_at = 0.0
        self._is_new = True
        self._held = dict[str, int]()

    def has_desk(self) -> bool:
        """Take the desk if nobody has it; asked in vain, ask again in a second."""
        self._join()
        if not self._at_desk and time.monotonic() >= self._ask_at:
            self._ask_at = time.monotonic() + ASK_AGAIN_S
            self._at_desk = _try(DESK, 0)
        return self._at_desk

    def partners(self, wanted: Collection[str], *, busy: Collection[str]) -> Collection[str]:
        """Claim what falls to this worker and give back what does not, as soon as no thread of his walks for it.

        After a lost connection nobody first: what was walked under the claims of before must end.
        """
        self._join()
        if self._is_new:
            self._is_new = False
            return frozenset()
        mine = self._share(wanted)
        for code in self._held.keys() - mine - set(busy):
            _query("SELECT pg_advisory_unlock(%s, %s)", PARTNER, self._held[code])
            del self._held[code]
        free = mine - self._held.keys() - set(busy)
        for code, key in Node.objects.filter(code__in=free).values_list("code", "pk"):
            if _try(PARTNER, key):
                self._held[code] = key
        return mine & self._held.keys()

    def claim_on(self, partner: str) -> Callable[[], bool]:
        """Return what asks the server, over the connection of the thread that asks."""
        return partial(_stands, self._held[partner], self._me)

    def _join(self) -> None:
        """Join the crew over the connection in use, unless that is done; the claims of one before are gone with it."""
        connection.ensure_connection()
        if connection.connection is self._raw:
            return
        self._me = connection.connection.info.backend_pid
        self._at_desk, self._ask_at, self._is_new = False, 0.0, True
        self._held.clear()
        for name, value in WATCHED.items():
            _query("SELECT set_config(%s, %s, false)", name, str(value))
        _try(WORKER, self._me)
        self._raw = (
            connection.connection
        )  # last: what failed on the way is done again, on the same connection too

    def _share(self, wanted: Collection[str]) -> set[str]:
        rows = _query(f"SELECT classid, pid {OURS} AND classid IN (%s, %s)", WORKER, DESK)
        desk = next((pid for kind, pid in rows if kind == DESK), None)
        of = shares({pid for kind, pid in rows if kind == WORKER}, wanted, desk=desk)
        return {partner for partner, worker in of.items() if worker == self._me}


def crew() -> Crew:
    """Return the crew that this node's database allows."""
    return OfServer() if connection.vendor == "postgresql" else Alone()


def _try(kind: int, key: int) -> bool:
    return bool(_query("SELECT pg_try_advisory_lock(%s, %s)", kind, key)[0][0])


def _stands(key: int, holder: int) -> bool:
    return bool(_query(f"SELECT 1 {OURS} AND classid = %s AND objid = %s AND pid = %s", PARTNER, key, holder))


def _query(statement: str, *values: int | str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
