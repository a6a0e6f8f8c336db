"""Write new rows by one prepared statement.

The ORM words each value of each row anew, which costs ten times what the database takes for it: where hundreds of rows
a second are written (messages, parcels, arrivals, leaves) that is most of the processor.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from operator import itemgetter
from typing import Any, TypeVar

from django.db import connection, models
from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.models.base import ModelState
from django.db.transaction import TransactionManagementError

from lienlac.apps.rows import statements

Row = TypeVar("Row", bound=models.Model)
Adapt = Callable[[Any, BaseDatabaseOperations], Any]


def fresh(model: type[Row], **held: Any) -> Row:
    """Return a new row of a model: `held` by attribute of the column (`lane_id`), what is not named by its default.

    A fourth of what the model's own constructor takes: no signal is sent, and nothing is looked at but the names.
    KeyError for one that is no column's; and for one that was left out and has no default, when the row is inserted.
    """
    row = model.__new__(model)
    defaults, columns = _defaults(model)
    if not held.keys() <= columns:
        raise KeyError(*(held.keys() - columns))
    row.__dict__.update(defaults)
    row.__dict__.update(held, _state=ModelState())
    return row


@lru_cache
def _defaults(model: type[models.Model]) -> tuple[dict[str, Any], frozenset[str]]:
    """Return attribute -> value of the columns that have one of themselves, and the attributes of all columns."""
    fields = model._meta.concrete_fields
    fixed = {
        one.attname: one.get_default() for one in fields if one.has_default() and not callable(one.default)
    }
    empty = {one.attname: None for one in fields if one.null or one.primary_key}
    blank = {one.attname: "" for one in fields if one.empty_strings_allowed and one.blank}
    return {**blank, **empty, **fixed}, frozenset(one.attname for one in fields)


def insert(rows: Iterable[Row]) -> list[Row]:
    """Write new rows of one model, whose foreign keys are written already; give each its primary key, in their order.

    Call in a transaction, or TransactionManagementError: who else writes meanwhile would take the same keys, and of
    several rows some could stay without the others. No signal is sent.
    """
    made = list(rows)
    if not made:
        return made
    if not connection.in_atomic_block:
        raise TransactionManagementError("rows are written in a transaction")
    model = type(made[0])
    ops = connection.ops  # looked up once: behind the name `connection` there are three calls each time
    keys: Sequence[int]
    if len(made) == 1:
        keys = [statements.asked(_statement(model, with_key=False), _values(made[0], ops)[1:])[0][0]]
    else:
        keys = _fresh_keys(model._meta.db_table, len(made))
        lines = [[key, *_values(row, ops)[1:]] for key, row in zip(keys, made, strict=True)]
        statements.done_each(_statement(model, with_key=True), lines)
    alias, key_name = connection.alias, model._meta.pk.attname
    for row, key in zip(made, keys, strict=True):
        row.__dict__[key_name] = key
        row._state.adding, row._state.db = False, alias
    return made


def _fresh_keys(table: str, count: int) -> Sequence[int]:
    """Return so many keys that no row ever had: on SQLite whoever writes is alone, PostgreSQL counts by itself."""
    if connection.vendor == "sqlite":
        ((last,),) = statements.asked("SELECT seq FROM sqlite_sequence WHERE name = %s", [table]) or [(0,)]
        return range(last + 1, last + 1 + count)
    keys = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"
    return [key for (key,) in statements.asked(keys, [table, count])]


@lru_cache
def _statement(model: type[models.Model], *, with_key: bool) -> str:
    names = [field.column for field in model._meta.concrete_fields][0 if with_key else 1 :]
    places, ending = ", ".join(["%s"] * len(names)), "" if with_key else " RETURNING id"
    columns = ", ".join(f'"{name}"' for name in names)
    return f'INSERT INTO "{model._meta.db_table}" ({columns}) VALUES ({places}){ending}'  # noqa: S608 -- our own names


def _values(row: models.Model, ops: BaseDatabaseOperations) -> list[Any]:
    """Return what stands in the columns of a row, the key first, as the database's driver takes it."""
    picked, adapted = _columns(type(row))
    values = list(picked(row.__dict__))
    for number, adapt in adapted:
        values[number] = adapt(values[number], ops)
    return values


@lru_cache
def _columns(model: type[models.Model]) -> tuple[Callable[[Any], tuple[Any, ...]], list[tuple[int, Adapt]]]:
    """Return what picks the attributes behind the columns, the key's first, and by number what makes them fit."""
    fields = model._meta.concrete_fields
    adapted = [(number, _ADAPT[type(one)]) for number, one in enumerate(fields) if type(one) in _ADAPT]
    return itemgetter(*(one.attname for one in fields)), adapted


def _moment(value: datetime | None, ops: BaseDatabaseOperations) -> Any:
    return value and _worded_moment(ops, value, value.utcoffset())


@lru_cache(maxsize=64)
def _worded_moment(ops: BaseDatabaseOperations, value: datetime, _offset: object) -> Any:
    """Word a moment once: most of a batch have the same. In two zones it is equal, and not worded the same."""
    return ops.adapt_datetimefield_value(value)


_ADAPT: dict[type, Adapt] = {
    models.DateTimeField: _moment,
    # None is no value, as the ORM has it, not JSON's null: what asks for rows without one would not find it.
    models.JSONField: lambda value, ops: None if value is None else ops.adapt_json_value(value, None),
}
