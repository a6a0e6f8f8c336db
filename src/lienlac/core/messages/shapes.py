"""Checks of values that came as JSON: small functions that a frame or an attachment puts into its table."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from lienlac.core.errors import Malformed, NotUnderstood

Check = Callable[[object], bool]


def matches(pattern: re.Pattern[str]) -> Check:
    """Check text that a pattern matches from end to end."""
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


def or_none(check: Check) -> Check:
    """Check a value that may be missing."""
    return lambda value: value is None or check(value)


def whole(low: int, high: int) -> Check:
    """Check a whole number from `low` to `high`; True is none."""
    return lambda value: type(value) is int and low <= value <= high


def tuple_of(check: Check, low: int, high: int) -> Check:
    """Check a tuple of `low` to `high` different values."""
    return lambda value: (
        isinstance(value, tuple)
        and low <= len(value) <= high
        and all(map(check, value))
        and len(set(value)) == len(value)
    )


def check_fields(fields: Mapping[str, object], checks: Mapping[str, Check], code: str) -> None:
    """Raise Malformed(code, field=…) with the first field that does not hold."""
    for name, holds in checks.items():
        if not holds(fields[name]):
            raise Malformed(code, field=name)


def read_object(value: object, known: Iterable[str], what: str) -> dict[str, Any]:
    """Return `value` as a dict with exactly the `known` fields.

    Raises Malformed (`…_not_object`, `…_field` for a missing one), NotUnderstood(`newer_message`) for one that
    this node does not know.
    """
    if not isinstance(value, dict):
        raise Malformed(f"{what}_not_object")
    if unknown := value.keys() - set(known):
        raise NotUnderstood("newer_message", fields=tuple(sorted(unknown)))
    for name in known:
        if name not in value:
            raise Malformed(f"{what}_field", field=name)
    return dict(value)


def frozen_list(value: object, code: str, field: str) -> tuple[object, ...]:
    """Return a JSON list as a tuple; Malformed(code, field=…) when it is none."""
    if not isinstance(value, list):
        raise Malformed(code, field=field)
    return tuple(value)
