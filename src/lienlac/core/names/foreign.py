"""A foreign name in Han characters (`transcribed`) beside the Latin words it was heard from, or some of them.

The characters cover a stretch of the words; each word outside costs little, since *Halimah Yacob* is 哈莉玛.
"""

from __future__ import annotations

from functools import cache
from itertools import accumulate, combinations, product

import numpy as np

from .alignment import Alignment, Pair
from .channels import GAP, Unit, pieces_of, spelled_rows
from .matrices import Floats, padded
from .reading import Reading, Spelling, Syllable
from .sounding import coarse_of, once
from .spelled import SCALE, pairs_of
from .spoken import FAR, Spellings, Texts, heard
from .transcribed import LANGUAGE, keys_of, spellings_of, used

DOUBT = 1.0  # a Chinese name is likelier than a foreign one
OUTSIDE = 0.5  # a word that the characters leave out
BEFORE = (
    0.05  # and more where it stands before: Malays and Arabs put their own name first, the father's behind
)
WORDS = 8  # words of the Latin name that are looked at
_TOGETHER = 4  # characters that write one word
_WAYS = 3  # coarse sounds of a character


def units_of(reading: Reading) -> tuple[Unit, ...]:
    """Return what each character may stand for, in order."""
    return tuple(Unit(key, at) for at, s in enumerate(reading.syllables) for key in keys_of(s.written))


def sounds_of(reading: Reading) -> list[bytes]:
    """Return the ways in which every two and every three characters in a row may sound, coarsely, for a first look."""
    ways = [_coarse(syllable.written) for syllable in reading.syllables]
    rows = [ways[at : at + size] for size in (2, 3) for at in range(len(ways) - size + 1)]
    texts = dict.fromkeys(once("".join(way)) for row in rows for way in product(*row))
    return [text.encode("ascii", "replace") for text in texts]


def skeletons_of(reading: Reading) -> list[str]:
    """Return the coarse consonants of the words that some characters in a row may be, a few dozen at most."""
    ways = [tuple(dict.fromkeys(map(skeleton, _coarse(s.written)))) for s in reading.syllables]
    ends = range(len(ways) + 1)
    rows = [ways[start:end] for start, end in combinations(ends, 2) if 1 < end - start <= _TOGETHER]
    found = dict.fromkeys(once("".join(way)) for row in rows for way in product(*row))
    return [text for text in found if len(text) > 1]


def skeleton(sound: str) -> str:
    """Return the consonants of a coarse sound."""
    return once(sound.translate(_VOWELS))


_VOWELS = str.maketrans("", "", "aio")


@cache
def _coarse(char: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(once(coarse_of(text)) for text in spellings_of(char)))[:_WAYS]


def align_foreign(reading: Reading, words: list[str]) -> Alignment:
    """Return the cheapest way in which the characters stand for a stretch of the words."""
    units = units_of(reading)
    cost, start, end = min(_from(units, words, start) for start in range(len(words[:WORDS])))
    outside = [word for at, word in enumerate(words) if not start <= at < end]
    text = GAP.join(words[start:end])
    pairs = pairs_of(reading, units, LANGUAGE, text, pieces_of(text))
    left_out = tuple(
        Pair(None, _as_written(word), None, OUTSIDE + (BEFORE if at < start else 0.0))
        for at, word in enumerate(outside)
    )
    return Alignment(cost, pairs + left_out, False, len(reading.syllables))


def _from(units: tuple[Unit, ...], words: list[str], start: int) -> tuple[float, int, int]:
    """Return (cost, start, end) of the cheapest stretch that begins with a word."""
    stretch = words[start:WORDS]
    text = GAP.join(stretch)
    last = spelled_rows(units, LANGUAGE, text, pieces_of(text))[-1]
    ends = accumulate((len(word) + 1 for word in stretch), initial=-1)
    found = [(last[end], start + count) for count, end in enumerate(ends) if count]
    base = DOUBT + BEFORE * start
    return min(
        (base + SCALE * cost + OUTSIDE * (len(words) - end + start), start, end) for cost, end in found
    )


def _as_written(word: str) -> Syllable:
    return Syllable(written=word, spellings=(Spelling(word, word, 0.0, "written"),), word=0)


def costs_among(words: list[str], names: list[str]) -> Floats:
    """Return the cost of that alignment alone, for some Latin words beside many names in Han characters."""
    spellings, numbers = _every()
    every = [[unit for char in name for unit in numbers[char]] for name in names]
    counts = np.array([*map(len, every)])
    places = padded(np.array([unit for units in every for unit, _ in units]), counts, 0)
    ends = padded(np.array([end for units in every for _, end in units]), counts, 0)
    whole, best = GAP.join(words[:WORDS]), np.full(len(every), FAR, dtype=np.float32)
    table, begin = spellings.of(whole), 0
    for start in range(len(words[:WORDS])):
        rows = heard(whole[begin:], table[:, begin:], places, ends, counts, LANGUAGE)
        at = -1
        for count, word in enumerate(words[start:WORDS], start=1):
            at += len(word) + 1
            outside = np.float32(DOUBT + OUTSIDE * (len(words) - count) + BEFORE * start)
            best = np.minimum(best, rows[at] * np.float32(SCALE) + outside)
        begin += len(words[start]) + 1
    return best


@cache
def _every() -> tuple[Spellings, dict[str, list[tuple[int, bool]]]]:
    """Return how each unit is spelled, and the units of each character that writes foreign names, which ends it."""
    keys = {char: keys_of(char) for char in sorted(used())}
    numbers = {
        key: at for at, key in enumerate(dict.fromkeys(key for every in keys.values() for key in every))
    }
    units = {char: [(numbers[key], key == every[-1]) for key in every] for char, every in keys.items()}
    return Spellings([(key, LANGUAGE) for key in numbers]), units


def costs_of(reading: Reading, texts: Texts) -> Floats:
    """Return the same cost for many Latin names at once."""
    beside = (OUTSIDE + BEFORE) / SCALE, OUTSIDE / SCALE
    found = texts.heard_within(units_of(reading), LANGUAGE, outside=beside, most=WORDS)
    return (found * np.float32(SCALE) + np.float32(DOUBT)).astype(np.float32)
