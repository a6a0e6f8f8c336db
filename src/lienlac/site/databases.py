"""The database of a node: SQLite with the options that keep promises, or PostgreSQL by one setting."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit

from lienlac.core.errors import Malformed
from lienlac.site.home import Home

# WAL + FULL: a commit that was acknowledged survives a power cut. IMMEDIATE: two writers queue instead of failing.
# secure_delete: what retention deletes is overwritten.
SQLITE_PRAGMAS = "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA secure_delete=ON;"


def database(home: Home) -> dict[str, Any]:
    """Return Django's entry for the database that the home names."""
    return _postgresql(home.database) if home.database else _sqlite(home)


def _sqlite(home: Home) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(home.sqlite),
        "CONN_MAX_AGE": 0,
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": SQLITE_PRAGMAS},
        # A file, not memory: tests see the same locks as a node does.
        "TEST": {"NAME": str(home.path / "test.sqlite3")},
    }


def _postgresql(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    if parts.scheme not in ("postgresql", "postgres"):
        raise Malformed("database_unknown", scheme=parts.scheme)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or "") or _socket_directory(parts.query),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 0,
    }


def _socket_directory(query: str) -> str:
    """Read `host=` of a query string: how a PostgreSQL URL names a Unix socket."""
    return next((unquote(part[5:]) for part in query.split("&") if part.startswith("host=")), "")
