"""From a Vietnamese syllable to Mandarin: which pinyin the character behind it has, and how likely.

A name known only in its Hán-Việt form hides its characters: *Phong* may be 锋, 峰, 丰 (all feng) or 封.
P(pinyin given the syllable) sums over the characters that are read so, weighted by how often each occurs in
names (`han_frequency`).
"""

from __future__ import annotations

import math
from collections import defaultdict
from functools import cache

from . import hanzi, pinyin
from .reading import Spelling
from .tables import rows

_KEPT = 12  # alternatives kept for a syllable; the rest are below one in a hundred
_UNSEEN = 2e-6  # share of a character that the frequency table does not hold
_OTHER_ROLE = 0.15  # how much the other role (surname, given name) counts for a character
_HERE = 0.3  # how much surnames of Vietnamese persons count, beside those of Chinese ones

Weighted = dict[str, dict[str, float]]


def to_pinyin(key: str, *, surname: bool) -> tuple[Spelling, ...]:
    """Return the pinyin for a Vietnamese key (`phong/phong0`) or its base (`phong`), the likeliest first.

    `cost` is -log P(pinyin | syllable). Empty when no character is read so.
    """
    return _channel(surname).get(key, ())


def behind(key: str, *, surname: bool, bare: bool) -> tuple[Spelling, ...]:
    """Return the pinyin for a Vietnamese key; by its base when `bare`, or when no character has its accents."""
    base = key.partition("/")[0]
    return (() if bare else to_pinyin(key, surname=surname)) or to_pinyin(base, surname=surname)


@cache
def _channel(surname: bool) -> dict[str, tuple[Spelling, ...]]:
    weights: Weighted = defaultdict(lambda: defaultdict(float))
    for char, readings in hanzi._table().items():
        share = _share(char, surname)
        sounds = [(s.text, math.exp(-2 * s.cost)) for s in pinyin.of_char(char, surname=surname)]
        total = sum(weight for _, weight in sounds)
        for reading in readings:
            for text, weight in sounds:
                amount = share * math.exp(-2 * reading.cost) * weight / total
                weights[reading.key][text] += amount
                weights[reading.key.partition("/")[0]][text] += amount
    return {key: _ranked(found) for key, found in weights.items()}


def _share(char: str, surname: bool) -> float:
    first, given = hanzi.frequencies().get(char, (0.0, 0.0))
    wanted, other = (first, given) if surname else (given, first)
    here = _vietnamese_surnames().get(char, 0.0) if surname else 0.0
    return wanted + _HERE * here + _OTHER_ROLE * other + _UNSEEN


@cache
def _vietnamese_surnames() -> dict[str, float]:
    """Return what share of Vietnamese persons has a surname: Nguyen is 阮 before it is 元, which China has more of."""
    return {row[0]: float(row[1]) / 100 for row in rows("vietnamese_surnames")}


def _ranked(found: dict[str, float]) -> tuple[Spelling, ...]:
    total = sum(found.values())
    best = sorted(found.items(), key=lambda item: (-item[1], item[0]))[:_KEPT]
    return tuple(
        Spelling(text, text, -math.log(weight / total) if weight < total else 0.0, "han_frequency")
        for text, weight in best
    )
