"""Sounds in the alphabet of `brahmic`: read off Latin spellings, and compared with what each confusion costs."""

from __future__ import annotations

import re
from functools import cache
from itertools import accumulate
from typing import NamedTuple

from .tables import rows
from .vietnamese import bare


class Piece(NamedTuple):
    """The sounds of one spelling in a Latin word (none for a silent one), with where it begins and ends."""

    sound: str
    start: int
    end: int


@cache
def _spellings(language: str) -> dict[str, str]:
    table = rows("sounds_latin")
    found = {row[1]: row[2] for row in table if row[0] == "any"}
    found.update({row[1]: row[2] for row in table if row[0] == language})
    return found


def of_latin(word: str, language: str) -> list[Piece]:
    """Read one plain lower-case word as a speaker of `language` would spell it, longest spelling first."""
    known, word = _spellings(language), bare(word)
    found: list[Piece] = []
    for match in _pattern(language).finditer(word):
        text, (start, end) = match.group(), match.span()
        sound = known.get(text + "$") if end == len(word) else None
        found.append(Piece(_sound(known, text) if sound is None else sound, start, end))
    return found


@cache
def _pattern(language: str) -> re.Pattern[str]:
    """Return what finds the longest spelling at each place, before others one for the end of a word (`$`)."""
    ranked = sorted(
        _spellings(language), key=lambda text: (-len(text.removesuffix("$")), text[-1] != "$", text)
    )
    ways = (re.escape(text.removesuffix("$")) + ("\\Z" if text[-1] == "$" else "") for text in ranked)
    return re.compile("|".join((*ways, ".")), re.DOTALL)


def _sound(known: dict[str, str], text: str) -> str:
    return known.get(text, text if text.isascii() and text.isalpha() else "")


# --- what it costs to hear or write one sound for another; 1 is a different consonant ----------------------------

_VOWELS = "aiueoUOE@"
_GLIDES = "ywh"
_NEAR: dict[str, float] = {}


def _near(pairs: str, cost: float) -> None:
    for pair in pairs.split():
        _NEAR[pair], _NEAR[pair[::-1]] = cost, cost


_near("kK kg Kg tT td Td pP pb Pb cC cj Cj sS sz Sz", 0.35)
_near(
    "Qs QT Qt Qd QS cs Cs CS jz jy xs xS xc xC cz ct cT nN nm fP fp lr Jn Jy wb wf Nm rh ln rn lt nt xy", 0.6
)
_near("aE aO a@ oO ou o@ eE ei eE iU uU @U @e @E OE uO oU Ui", 0.35)
_near("yi wu wo ye wO iy", 0.25)


@cache
def costs() -> dict[str, float]:
    """Return the cost of every pair of sounds that is not a plain difference."""
    found = dict(_NEAR)
    for one in _VOWELS:
        for other in _VOWELS:
            if one != other:
                found.setdefault(one + other, 0.7)
    return found


DOUBLE = 0.15
_DROP = {**dict.fromkeys(_VOWELS, 0.5), **dict.fromkeys(_GLIDES, 0.3), "a": 0.35, "r": 0.6, "N": 0.5}


def distance(left: str, right: str) -> float:
    """Return the least cost to turn one string of sounds into another; symmetric."""
    return table(left, right)[-1][-1]


def table(left: str, right: str) -> list[list[float]]:
    """Return the whole table of costs (Wagner and Fischer 1974), so that the alignment can be read off it."""
    known, ours, theirs = costs(), drops(left), drops(right)
    row = [0.0, *accumulate(theirs)]
    found = [row]
    for one, gone in zip(left, ours, strict=True):
        before, row = row, [row[0] + gone]
        for j, other in enumerate(right):
            met = before[j] if one == other else before[j] + known.get(one + other, 1.0)
            row.append(min(met, before[j + 1] + gone, row[j] + theirs[j]))
        found.append(row)
    return found


def drops(text: str) -> list[float]:
    """Return for each sound what it costs to leave it out; the second of a double costs little."""
    return [DOUBLE if at and one == text[at - 1] else _DROP.get(one, 1.0) for at, one in enumerate(text)]
