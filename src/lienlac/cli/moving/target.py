"""The PostgreSQL database that a node moves to: may we in, does it fit, is it free?"""

from __future__ import annotations

from enum import StrEnum

from lienlac.core.errors import LienlacError, Malformed, Unauthentic, Unavailable
from lienlac.site import databases
from lienlac.site.home import Home

SOURCE, ALIAS = "default", "target"
SQLITE = "django.db.backends.sqlite3"
NODE_HERE = "SELECT code FROM directory_node WHERE standing = 'self'"
FITS = "SELECT current_user, has_schema_privilege(current_schema(), 'CREATE'), current_setting('server_encoding')"


class Found(StrEnum):
    """What lies in the target: nothing, or tables of this very node."""

    EMPTY = "empty"
    OURS = "ours"


def read_from(home: Home) -> None:
    """Let the node's database be its SQLite file, also when `node.toml` names the target already."""
    from django.db import connections
    from django.db.backends.sqlite3.base import DatabaseWrapper

    if connections.settings[SOURCE]["ENGINE"] != SQLITE:
        entry = {**connections.settings[SOURCE], **databases.database(home)}
        connections[SOURCE] = DatabaseWrapper(entry, SOURCE)


def connect(url: str) -> None:
    """Open the target beside the node's database, as Django's connection `target`.

    Raises Malformed (`database_unknown`, `database_option_unknown`, `postgresql_too_old`, `database_not_utf8`,
    `database_no_rights`), Unauthentic('database_login_refused'), Unavailable('database_unreachable').
    """
    from django.db import NotSupportedError, OperationalError, ProgrammingError, connections
    from django.db.backends.postgresql.base import DatabaseWrapper

    entry = {**connections.settings[SOURCE], **databases.of_url(url)}
    connections[ALIAS] = DatabaseWrapper(entry, ALIAS)
    try:
        connections[ALIAS].ensure_connection()
        connections[ALIAS].check_database_version_supported()
    except NotSupportedError as error:
        raise Malformed("postgresql_too_old", detail=str(error)) from error
    except ProgrammingError as error:
        raise Malformed("database_option_unknown", detail=_first_line(error)) from error
    except OperationalError as error:
        raise _refusal(error) from error
    _check_fits()


def _refusal(error: Exception) -> LienlacError:
    """Tell a server that was reached and lets nobody in from one that was not reached."""
    asked = getattr(error.__cause__, "pgconn", None)
    if asked is not None and (asked.used_password or asked.needs_password):
        return Unauthentic("database_login_refused", detail=_first_line(error))
    return Unavailable("database_unreachable", detail=_first_line(error))


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [""])[0]


def _check_fits() -> None:
    from django.db import connections

    with connections[ALIAS].cursor() as cursor:
        cursor.execute(FITS)
        user, may_create, encoding = cursor.fetchone()
    if not may_create:
        raise Malformed("database_no_rights", user=user)
    if encoding != "UTF8":
        raise Malformed("database_not_utf8", encoding=encoding)


def look(node: str) -> Found:
    """Return what lies in the target.

    Raises Malformed('target_of_other_node') for another node's tables, `target_not_empty` for anybody else's.
    """
    from django.db import connections

    with connections[ALIAS].cursor() as cursor:
        found = connections[ALIAS].introspection.table_names(cursor)
        if not found:
            return Found.EMPTY
        if "directory_node" not in found:
            raise Malformed("target_not_empty", tables=len(found))
        cursor.execute(NODE_HERE)
        lives_here = [code for (code,) in cursor.fetchall()]
    if lives_here != [node]:
        raise Malformed("target_of_other_node", node=", ".join(lives_here))
    return Found.OURS
