"""The names of a table that share most keys with a name: rare keys first, so that a million cost little more.

In a list of a million names each stretch of sound stands in tens of thousands of them; of a common surname with its
middle name there are thousands. Rows are read key by key, the rarest first, until enough are read. The keys that are
left over find nobody by themselves any more, but still say which of the best that were found are nearest.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

from lienlac.apps.records.models import NameKey

COMMON = (
    20_000  # a key that so many names hold is not counted further, and read only when there is none rarer
)
READ = 60_000  # rows of keys that one question reads; in a node of a hundred thousand names those are all of them
LOOKED_AT = 1_200  # the best by their rare keys, whose common keys are looked at too

_COUNT = 'SELECT %s, (SELECT COUNT(*) FROM (SELECT 1 FROM records_namekey WHERE "key" = %s LIMIT %s) AS held)'
_HOLDING = 'SELECT name_id, %s AS worth FROM records_namekey WHERE "key" = %s'
_BEST = "SELECT name_id, SUM(worth) AS worth FROM ({}) AS held GROUP BY name_id ORDER BY 2 DESC, 1 LIMIT %s"
_SOUNDING = (
    "SELECT best.name_id, named.sound FROM"
    " (SELECT name_id, SUM(worth) AS worth FROM ({}) AS held GROUP BY name_id ORDER BY 2 DESC, 1 LIMIT %s) AS best"
    " JOIN records_recordname AS named ON named.id = best.name_id ORDER BY best.worth DESC, best.name_id"
)

Worths = dict[str, int]
"""Key -> what it is worth when two names share it."""


def best(keys: Iterable[str], most: int) -> list[int]:
    """Return at most so many keys of names (`RecordName`), those that share most with a name that has these keys.

    A key is worth more the fewer hold it. Two queries, and a third when a key is too common to be read whole.
    """
    rare, common = _by_rarity(sorted(keys), READ)
    found: dict[int, int] = dict(_holding(_BEST, rare, max(LOOKED_AT, most))) if rare else {}
    if common:
        shared = NameKey.objects.filter(key__in=common, name__in=found)
        for name, key in shared.values_list("name", "key"):
            found[name] += common[key]
    return sorted(found, key=lambda name: (-found[name], name))[:most]


def sounding(keys: Iterable[str], most: int, *, read: int) -> list[tuple[int, str]]:
    """Return (name, its signature) of at most so many names that share most of these keys, the best first.

    The rarest keys alone are read, `read` rows of them. Two queries.
    """
    rare, _ = _by_rarity(sorted(keys), read)
    return _holding(_SOUNDING, rare, most) if rare else []


def _by_rarity(keys: Sequence[str], read: int) -> tuple[Worths, Worths]:
    """Return the keys that are read whole, and those that are too common; none that nobody holds."""
    rare, common, rows = Worths(), Worths(), 0
    for count, key in sorted((count, keys[at]) for at, count in _counts(keys) if count):
        rows += count
        is_rare = not rare or (rows <= read and count < COMMON)
        (rare if is_rare else common)[key] = _worth(count)
    return rare, common


def _counts(keys: Sequence[str]) -> list[tuple[int, int]]:
    """Return (place, how many names hold the key there, COMMON at most)."""
    if not keys:
        return []
    told = [value for at, key in enumerate(keys) for value in (at, key, COMMON)]
    return _rows(" UNION ALL ".join([_COUNT] * len(keys)), told)


def _worth(count: int) -> int:
    """Return what a key is worth: as many halvings as lie between it and a common one, in tenths."""
    return 10 + round(10 * math.log2(COMMON / count))


def _holding(query: str, rare: Worths, most: int) -> list[tuple[int, Any]]:
    """Return what a query says of so many names whose keys among these are worth most."""
    parts = " UNION ALL ".join([_HOLDING] * len(rare))
    told = [value for key, worth in rare.items() for value in (worth, key)]
    return _rows(query.format(parts), [*told, most])


def _rows(query: str, told: Sequence[int | str]) -> list[tuple[int, Any]]:
    """Return rows of two; the first is a whole number, and the second where it is one (PostgreSQL sums to decimals)."""
    with connection.cursor() as cursor:
        cursor.execute(query, told)
        return [
            (int(one), other if isinstance(other, str) else int(other)) for one, other in cursor.fetchall()
        ]
