"""Surnames of Chinese families in Thai letters: แซ่ and the name of the clan as Teochew say it; แซ่ตั้ง is 陈.

Who bears one is *Chen*, *Tan* or *Trần* elsewhere, which no sound of ตั้ง tells. Table `thai_clans`: the surname without
แซ่, its character, how it is spelled in Latin letters. Tone marks are written at will, so they do not count.
"""

from __future__ import annotations

import re
from functools import cache

from . import pinyin, scripts
from .channels import as_spelled
from .sounding import sound_reading
from .tables import rows

CLAN = "แซ่"
_TONES = re.compile("[\u0e47-\u0e4b]")
Parted = tuple[tuple[str, ...], str]
"""The words of a name before and after the surname, and the surname without แซ่."""


def parted(words: tuple[str, ...]) -> Parted | None:
    """Part the surname from a name in Thai letters; None where no word says that it is one."""
    for at, word in enumerate(words):
        rest = word.removeprefix(CLAN)
        if rest != word and rest:
            return words[:at] + words[at + 1 :], rest
        if rest != word and at + 1 < len(words):
            return words[:at] + words[at + 2 :], words[at + 1]
    return None


def characters(clan: str) -> tuple[str, ...]:
    """Return the characters that a surname without แซ่ may be."""
    return tuple(han for han, _ in _clans().get(_TONES.sub("", clan), ()))


def spellings(clan: str) -> tuple[str, ...]:
    """Return how such a surname is spelled in Latin letters, by Teochew and in pinyin."""
    found: dict[str, None] = {}
    for han, spelling in _clans().get(_TONES.sub("", clan), ()):
        found |= dict.fromkeys((spelling, pinyin.of_char(han, surname=True)[0].text))
    return tuple(found)


def forms(words: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Return a name in Thai letters as it is elsewhere: a surname alone in its characters, else all in Latin letters.

    The given name is spelled as speakers of Thai do most: เฮง แซ่ตั้ง is *tang heng*, *chen heng*.
    """
    found = parted(words)
    if found is None:
        return ()
    others, clan = found
    if not others:
        return tuple((han,) for han in characters(clan))
    given = as_spelled(sound_reading([*zip(others, range(len(others)), strict=True)], scripts.THAI)).split()
    return tuple((spelling, *given) for spelling in spellings(clan))


@cache
def _clans() -> dict[str, tuple[tuple[str, str], ...]]:
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    for written, han, spelling, *_ in rows("thai_clans"):
        key = _TONES.sub("", written)
        found[key] = (*found.get(key, ()), (han, spelling))
    return found
