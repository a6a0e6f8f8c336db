"""Foreign names as Chinese hears them: 阿都拉欣 is *Abdul Rahim*, 昂山 is *Aung San*.

No reading of characters gives such a name: a syllable stands for a sound that Mandarin lacks, a consonant at the end
is dropped, and half of the name is left out. Table `transcribed` says how foreign words spell what a Mandarin onset or
rime stands for, which characters are heard otherwise (through Hokkien, Cantonese, Malay, Burmese), and which characters
write such names at all: a name with any other character is taken for a Chinese one. Words of the Latin name that the
characters do not cover cost little: newspapers write the given name alone.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import product

from . import pinyin
from .tables import rows

LANGUAGE = "mandarin"  # beside channels.LANGUAGES: the same kind of channel, from rules alone
Spelled = dict[str, float]  # a Latin spelling -> what it costs
_SYLLABLE = re.compile("(zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw]?)(.+)")
# what a letter costs that is not heard: vowels more than the consonants that end a syllable
UNHEARD = ({**dict.fromkeys("aeiou", 1.5), "h": 0.6, "r": 0.7, "y": 1.0, "w": 1.0}, 1.1)
_FEW = 8  # spellings of a unit that make guesses


@cache
def _part(part: str) -> dict[str, Spelled]:
    return {row[1]: _costs(row[2]) for row in rows("transcribed") if row[0] == part}


def _costs(text: str) -> Spelled:
    """Parse `p:0 b:0.5 -:1`: spellings with their costs, `-` for silence."""
    parted = (one.rpartition(":") for one in text.split())
    return {spelling.strip("-"): float(cost) for spelling, _, cost in parted}


@cache
def used() -> frozenset[str]:
    """Return the characters that write foreign names."""
    listed = {char for row in rows("transcribed") if row[0] == "used" for char in row[2].split()}
    return frozenset(listed | _part("character").keys())


@cache
def units() -> dict[str, Spelled]:
    """Return unit -> spelling -> cost, as `channels.table` does: `b-` is an onset, `an` a rime, 昂 a character."""
    onsets = {f"{onset}-": known for onset, known in _part("onset").items()}
    return {**onsets, **_part("rime"), **_part("character")}


@cache
def keys_of(char: str) -> tuple[str, ...]:
    """Return the units of one character: itself where it is heard in a way of its own, else those of its pinyin."""
    if char in _part("character"):
        return (char,)
    readings = pinyin.of_char(char)
    found = _SYLLABLE.fullmatch(readings[0].text) if readings else None
    if found is None or found.group() == "er":
        return ("er",) if found else ()
    onset, rime = found.groups()
    return (f"{onset}-", rime) if onset else (rime,)


def is_transcribed(text: str) -> bool:
    """Say whether a name in Han characters may be a foreign one; it has two characters at least."""
    return len(text) > 1 and used().issuperset(text)


@cache
def usual(char: str) -> str:
    """Return the most usual Latin spelling of a character."""
    return "".join(min(units()[key], key=lambda text: (units()[key][text], text)) for key in keys_of(char))


@cache
def spellings_of(char: str) -> tuple[str, ...]:
    """Return the Latin spellings of a character, the likeliest first, of the best few of each unit."""
    every = product(*(sorted(units()[key].items(), key=lambda item: item[1])[:_FEW] for key in keys_of(char)))
    ranked = sorted((sum(cost for _, cost in way), "".join(text for text, _ in way)) for way in every)
    return tuple(dict.fromkeys(text for _, text in ranked))
