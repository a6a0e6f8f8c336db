"""Every row of every table from the node's database into the target, as Django's fields read and write them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from lienlac.cli.moving.target import ALIAS, SOURCE
from lienlac.core.errors import Malformed
from lienlac.site import tables

if TYPE_CHECKING:
    from django.db.models import Field, Model

Row = tuple[Any, ...]
Say = Callable[[str], None]

AT_ONCE = 50  # a row may hold a piece of a file, of 1 MiB
BY_DJANGO = frozenset({"django_migrations", "sqlite_sequence"})
LARGE = 100_000
MODULUS = 2**256
BYTES, NESTED = (bytes, memoryview), (dict, list)


@dataclass(frozen=True, kw_only=True)
class Content:
    """How many rows a table holds, and the sum of their SHA-256: the same for the same rows in any order."""

    rows: int = 0
    digest: int = 0

    def plus(self, row: Row) -> Content:
        """Return the content with one more row."""
        one = int.from_bytes(hashlib.sha256(repr(tuple(map(_plain, row))).encode()).digest(), "big")
        return Content(rows=self.rows + 1, digest=(self.digest + one) % MODULUS)


def _plain(value: Any) -> Any:
    """Return a value in the one form that it has, whichever database gave it."""
    if isinstance(value, BYTES):
        return hashlib.sha256(value).digest()
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, NESTED):
        return json.dumps(value, sort_keys=True)
    return value


def models() -> list[type[Model]]:
    """Return what has a table, tables of many-to-many fields too."""
    from django.apps import apps

    return [one for one in apps.get_models(include_auto_created=True) if one._meta.managed]


def make_tables() -> None:
    """Make the empty tables of this version in the target; Malformed('unknown_tables') before."""
    _check_known()
    tables.make(ALIAS)
    _empty()


def copy_all(*, say: Say) -> Mapping[str, Content]:
    """Fill the tables of the target; return what each table of the source holds. Malformed('copy_failed').

    The caller holds a transaction of each: what is copied is one moment of the node.
    """
    copied = {one._meta.db_table: _copied(one, say) for one in models()}
    _number_on()
    return copied


def _check_known() -> None:
    """Raise Malformed('unknown_tables'): what this program does not know it cannot take along."""
    from django.db import connections

    known = {one._meta.db_table for one in models()} | BY_DJANGO
    if unknown := set(connections[SOURCE].introspection.table_names()) - known:
        raise Malformed("unknown_tables", names=", ".join(sorted(unknown)))


def _empty() -> None:
    """Take out what making the tables put into them: names of content types, rights."""
    from django.db import connections

    connection = connections[ALIAS]
    names = ", ".join(connection.ops.quote_name(one._meta.db_table) for one in models())
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"TRUNCATE {names}")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")  # tables come in any order; they agree at the end


def _copied(model: type[Model], say: Say) -> Content:
    import psycopg
    from django.db import Error, connections

    fields, content = model._meta.local_concrete_fields, Content()
    quote = connections[ALIAS].ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    table = model._meta.db_table
    try:
        with (
            connections[ALIAS].cursor() as cursor,
            cursor.copy(f"COPY {quote(table)} ({columns}) FROM STDIN") as lines,
        ):
            for row in rows(model, SOURCE):
                lines.write_row(_for_target(fields, row))
                content = content.plus(row)
                if content.rows % LARGE == 0:
                    say(f"  {table}: {content.rows} rows …")
    except (Error, psycopg.Error) as error:  # the driver's own where Django does not stand between
        raise Malformed("copy_failed", table=table, detail=type(error).__name__) from error
    return content


def _for_target(fields: list[Field[Any, Any]], row: Row) -> list[Any]:
    from django.db import connections

    target = connections[ALIAS]
    return [field.get_db_prep_save(value, target) for field, value in zip(fields, row, strict=True)]


def rows(model: type[Model], alias: str) -> Iterator[Row]:
    """Give the rows of a table in one of the two databases, the columns in the order of the fields."""
    names = [field.attname for field in model._meta.local_concrete_fields]
    found = model._base_manager.using(alias).order_by("pk").values_list(*names)
    return iter(found.iterator(chunk_size=AT_ONCE))


def counted(alias: str) -> Mapping[str, Content]:
    """Return what each table of a database holds."""
    return {one._meta.db_table: _content(one, alias) for one in models()}


def _content(model: type[Model], alias: str) -> Content:
    content = Content()
    for row in rows(model, alias):
        content = content.plus(row)
    return content


def _number_on() -> None:
    """Let numbers go on where SQLite stood: one of a row that was erased is not given again."""
    from django.db import connections

    with connections[SOURCE].cursor() as cursor:
        cursor.execute("SELECT name, seq FROM sqlite_sequence WHERE seq > 0")
        last = dict(cursor.fetchall())
    with connections[ALIAS].cursor() as cursor:
        for model in models():
            table, key = model._meta.db_table, model._meta.pk
            if table in last and key is not None:
                cursor.execute(
                    "SELECT setval(pg_get_serial_sequence(%s, %s), %s)",
                    [connections[ALIAS].ops.quote_name(table), key.column, last[table]],
                )
