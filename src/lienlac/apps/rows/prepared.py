"""Ask a question that is asked for every letter: Django words it once, the database is asked each time.

To word a query anew costs Django five times what the database takes to answer it, and a letter that nobody may wait for
is asked some thirty questions on its way. Only the words are kept here, never an answer: whoever asks sees what stands
in the database now.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import connection, models
from django.db.models.base import ModelState
from django.db.models.query import FlatValuesListIterable, ModelIterable, QuerySet, ValuesListIterable

from lienlac.apps.rows import statements

Row = TypeVar("Row")
Value = str | int
Asked = TypeVar("Asked", str, int)
_NUMBERS = 1_999_000_000  # markers for numbers: within what any column of integers takes


@dataclass(frozen=True, kw_only=True)
class _Worded:
    """A question in SQL. `params` has a `_Place` where a value of the asker's comes."""

    sql: str
    params: tuple[Any, ...]
    read: Callable[[list[Any]], list[Any]]


class Prepared(Generic[Row]):
    """A question with places for values: `Prepared(lambda code: Node.objects.filter(code=code))`, then `asked("x")`.

    Takes a query set of plain rows of one model, or of `values_list`. A value stands for itself; ValueError
    where Django would change it on the way (LIKE, JSON) or would word another query for it (None, a list).
    """

    def __init__(self, ask: Callable[..., QuerySet[Any, Row]]) -> None:
        self._ask = ask
        self._worded = dict[tuple[Any, ...], _Worded]()

    def __call__(self, *values: Value) -> list[Row]:
        """Return the rows that answer it now."""
        key = (connection.vendor, *map(type, values))
        if key not in self._worded:
            self._worded[key] = _word(self._ask, values)
        worded = self._worded[key]
        filled = [values[one.number] if isinstance(one, _Place) else one for one in worded.params]
        return worded.read(statements.asked(worded.sql, filled))

    def first(self, *values: Value) -> Row | None:
        """Return the first of them, None for none."""
        return next(iter(self(*values)), None)


def padded(values: Sequence[Asked]) -> list[Asked]:
    """Return values for `column IN (…)`, the last one repeated up to a power of two.

    The answer is the same, and a question about one to a hundred has eight wordings instead of a hundred.
    """
    made = list(values)
    while len(made) & (len(made) - 1):
        made.append(made[-1])
    return made


@dataclass(frozen=True)
class _Place:
    number: int


def _word(ask: Callable[..., QuerySet[Any, Any]], values: tuple[Value, ...]) -> _Worded:
    markers = [_marker(number, value) for number, value in enumerate(values)]
    asked = ask(*markers)
    compiler = asked.query.get_compiler(connection=connection)
    sql, params = compiler.as_sql()
    places = {marker: _Place(number) for number, marker in enumerate(markers)}
    worded = tuple(places.get(one, one) if isinstance(one, str | int) else one for one in params)
    if {one for one in worded if isinstance(one, _Place)} != set(places.values()):
        raise ValueError("a value does not stand for itself in this question")
    return _Worded(sql=sql, params=worded, read=_reader(asked, compiler))


def _marker(number: int, value: Value) -> Value:
    if type(value) is int:
        return _NUMBERS + number
    if type(value) is str:
        return f"\x01{number}"
    raise ValueError("only texts and numbers can be asked for")


def _reader(asked: QuerySet[Any, Any], compiler: Any) -> Callable[[list[Any]], list[Any]]:
    converters = compiler.get_converters([one[0] for one in compiler.select])

    def converted(rows: list[Any]) -> list[Any]:
        return [tuple(row) for row in compiler.apply_converters(rows, converters)] if converters else rows

    return _READERS[asked._iterable_class](asked.model, compiler, converted)


Converted = Callable[[list[Any]], list[Any]]


def _models(model: type[models.Model], compiler: Any, converted: Converted) -> Converted:
    if compiler.klass_info.get("related_klass_infos") or compiler.annotation_col_map:
        raise ValueError("only plain rows of one model")
    names = [column[0].target.attname for column in compiler.select]
    return lambda rows: [_held(model, names, row) for row in converted(rows)]


def _held(model: type[models.Model], names: Sequence[str], row: Sequence[Any]) -> models.Model:
    """Return a row that stands in the database: a fourth of what `from_db` takes, and nobody is told of it."""
    held = model.__new__(model)
    state = ModelState()
    state.adding, state.db = False, connection.alias
    held.__dict__.update(zip(names, row, strict=True), _state=state)
    return held


def _tuples(model: type[models.Model], compiler: Any, converted: Converted) -> Converted:
    return converted


def _single(model: type[models.Model], compiler: Any, converted: Converted) -> Converted:
    return lambda rows: [value for (value,) in converted(rows)]


_READERS: dict[type, Callable[[type[models.Model], Any, Converted], Converted]] = {
    ModelIterable: _models,
    ValuesListIterable: _tuples,
    FlatValuesListIterable: _single,
}
