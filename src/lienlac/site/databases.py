"""The database of a node: SQLite with the options that keep promises, or PostgreSQL by one setting."""

from __future__ import annotations

from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from lienlac.core.errors import Malformed
from lienlac.site.home import Home

# WAL + FULL: a commit that was acknowledged survives a power cut. IMMEDIATE: two writers queue instead of failing.
# secure_delete: what retention deletes is overwritten. page_size: a parcel of 2 KB in its envelope fits on one page, of
# which each is two calls of the log; a file that is there keeps the pages that it has.
SQLITE_PRAGMAS = (
    "PRAGMA page_size=8192;PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA secure_delete=ON;"
)


def database(home: Home) -> dict[str, Any]:
    """Return Django's entry for the database that the home names."""
    return of_url(home.database) if home.database else _sqlite(home)


def _sqlite(home: Home) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(home.sqlite),
        "CONN_MAX_AGE": 0,
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": SQLITE_PRAGMAS},
        # A file, not memory: tests see the same locks as a node does.
        "TEST": {"NAME": str(home.path / "test.sqlite3")},
    }


def of_url(url: str) -> dict[str, Any]:
    """Return Django's entry for a PostgreSQL server; behind `?` stand options of its library, such as sslmode.

    `host=` there names the directory of a Unix socket. Malformed('database_unknown') for any other scheme,
    `database_url_broken` for what names none, or a port that is none.
    """
    parts = urlsplit(url)
    if not parts.scheme:
        raise Malformed("database_url_broken")
    if parts.scheme not in ("postgresql", "postgres"):
        raise Malformed("database_unknown", scheme=parts.scheme)
    options = dict(parse_qsl(parts.query))
    socket_directory = options.pop("host", "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or "") or socket_directory,
        "PORT": _port(parts),
        "CONN_MAX_AGE": 0,
        "OPTIONS": options,
    }


def _port(parts: SplitResult) -> str:
    try:
        return str(parts.port or "")
    except ValueError as error:
        raise Malformed("database_url_broken") from error
