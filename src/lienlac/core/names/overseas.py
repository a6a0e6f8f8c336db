"""Han characters as Chinese outside the mainland write them in Latin letters: Wade–Giles, Cantonese, Hokkien and kin.

Families in Taiwan, Hong Kong, Macau, Malaysia, Singapore, Thailand, Cambodia and Viet Nam spell by their
dialect and by habit. Each character gets the spellings of each system; a spelling is compared by its `fold`,
which evens out habits. Sources: Wade–Giles by rule from pinyin; Cantonese by rule from rime-cantonese;
Hokkien, Teochew and Hakka from the table `overseas`, surnames first.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import product

from . import pinyin
from .reading import Spelling
from .tables import mapping, rows

_PINYIN = re.compile("(zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw]?)(.+)")
_JYUTPING = re.compile("(gw|kw|ng|[bpmfdtnlgkhzcsjw]?)(.+)")
SYSTEMS = {"cantonese": 0.3, "wade_giles": 0.3, "overseas": 0.2}
_ALTERNATIVE = 0.05  # each further spelling of the same system

_FOLDS = (
    ("tsz", "c"), ("tj", "c"), ("dj", "c"), ("tz", "c"), ("ts", "c"), ("zh", "c"), ("ch", "c"), ("sz", "s"),
    ("ss", "s"), ("hs", "s"), ("sh", "s"),
    ("x", "s"), ("z", "c"), ("q", "c"), ("j", "c"), ("kh", "k"), ("kw", "kw"), ("gw", "kw"), ("g", "k"), ("th", "t"),
    ("d", "t"), ("ph", "p"), ("b", "p"), ("ee", "i"), ("oo", "u"), ("ck", "k"), ("ow", "au"), ("v", "w"),
)  # fmt: skip
_SILENT = re.compile("(?<=[aeiou])[hr]$")


def fold(spelling: str) -> str:
    """Return one form for spellings that habit mixes up: Tsai and Chai, Quek and Kwek, Goh and Ko, Tjong and Chong."""
    text = spelling.replace("qu", "kw")
    for written, folded in _FOLDS:
        if written in text:
            text = text.replace(written, folded) if written != "g" else _soft_g(text, folded)
    return _SILENT.sub("", text)


def _soft_g(text: str, folded: str) -> str:
    return re.sub("(?<!n)g", folded, text)


@cache
def of_char(char: str, *, surname: bool) -> tuple[Spelling, ...]:
    """Return the spellings of one folded Han character over all systems, each `fold` once, the cheapest first.

    Remembered by character, never by name.
    """
    found: dict[str, Spelling] = {}
    for system, spellings in _systems(char, surname):
        for at, text in enumerate(spellings):
            cost = SYSTEMS[system] + _ALTERNATIVE * at
            key = fold(text)
            if key not in found or cost < found[key].cost:
                found[key] = Spelling(text, key, cost, system)
    return tuple(sorted(found.values(), key=lambda spelling: spelling.cost))


def _systems(char: str, surname: bool) -> list[tuple[str, list[str]]]:
    wade = [text for s in pinyin.of_char(char, surname=surname)[:2] for text in wade_giles(s.text)]
    canton = [text for sound in mapping("cantonese").get(char, "").split()[:2] for text in cantonese(sound)]
    parts = ("surname", "given") if surname else ("given", "surname")
    habit = [text for part in parts for text in _table(part).get(char, ())]
    return [("overseas", habit), ("wade_giles", wade), ("cantonese", canton)]


@cache
def _table(part: str) -> dict[str, tuple[str, ...]]:
    return {row[1]: tuple(row[2].split()) or ("",) for row in rows("overseas") if row[0] == part}


def wade_giles(syllable: str) -> list[str]:
    """Return the spellings of a pinyin syllable in Wade–Giles without marks, the proper one first."""
    rimes = _table("wade_rime")
    if syllable in rimes:
        return [*rimes[syllable], syllable]
    found = _PINYIN.fullmatch(syllable)
    if found is None:
        return [syllable]
    onset, rime = found.groups()
    onsets = _table("wade_onset").get(onset or "-", (onset,))
    made = [one + other for one, other in product(onsets, rimes.get(rime, (rime,)))]
    return list(dict.fromkeys([*made, syllable]))


def cantonese(sound: str) -> list[str]:
    """Return the spellings of a Jyutping syllable as Hong Kong and Macau write it, the most usual first."""
    found = _JYUTPING.fullmatch(sound)
    if found is None or sound in {"m", "ng"}:
        return ["ng"]
    onset, rime = found.groups()
    onsets, rimes = (
        _table("jyutping_onset").get(onset or "-", (onset,)),
        _table("jyutping_rime").get(rime, (rime,)),
    )
    made = [("" if one == "y" and other[0] in "yi" else one) + other for one, other in product(onsets, rimes)]
    return list(dict.fromkeys(made))[:12]


@cache
def folds() -> frozenset[str]:
    """Return every fold that a character of the Cantonese table can have.

    A Latin word outside is no syllable of ours.
    """
    return (
        frozenset(s.key for char in mapping("cantonese") for s in of_char(char, surname=False))
        | _surname_folds()
    )


def _surname_folds() -> frozenset[str]:
    return frozenset(
        s.key for char in _table("surname") if len(char) == 1 for s in of_char(char, surname=True)
    )
