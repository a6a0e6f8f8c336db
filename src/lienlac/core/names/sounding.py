"""Names put side by side by sound: a Lao, Thai, Khmer or Burmese name against any other script.

The Latin side is read as a speaker of the other side's language would spell; Han names take part in pinyin. Words may
stand in another order; spaces do not count, since Thai, Khmer and Burmese write none.
"""

from __future__ import annotations

from itertools import accumulate
from typing import NamedTuple

from . import brahmic, sounds
from .alignment import ORDER, Alignment, Pair
from .costs import Difference
from .reading import NOTHING, Reading, Spelling, Syllable

SCALE = 3.3  # what a different consonant costs; a different vowel alone is more than `likely` bears
DOUBT = 0.2  # sounds are coarser than letters: between equals the letters come first
TORN = 0.15  # a space inside a syllable: Na Mom is not Nam Om
WORSE = 0.25  # share of its sounds that must differ before another order of words is tried


class Heard(NamedTuple):
    """One stretch of a name: its letters, its sound, its word."""

    written: str
    sound: str
    word: int


def sound_reading(words: list[tuple[str, int]], script: str) -> Reading:
    """Return the reading by sound of words of one Brahmic script, given as (text, place)."""
    made = [
        Syllable(written=s.written, spellings=(Spelling(shown(s.sound), s.sound, 0.0, "sounds"),), word=at)
        for text, at in words
        for s in brahmic.syllables(text, script)
    ]
    return Reading(view="sound", syllables=tuple(made), weight=0.8)


_SHOWN = {
    "K": "kh",
    "N": "ng",
    "J": "ny",
    "S": "s",
    "x": "sh",
    "T": "th",
    "P": "ph",
    "C": "ch",
    "c": "ch",
    "Q": "th",
}
_SHOWN |= {"U": "ue", "O": "o", "E": "ae", "@": "oe", "y": "y", "w": "w"}


def shown(sound: str) -> str:
    """Return a sound as plain Latin letters, for people."""
    return "".join(_SHOWN.get(one, one) for one in sound)


def heard_of(reading: Reading) -> list[Heard]:
    """Return the stretches of a reading by sound."""
    return [Heard(s.written, s.spellings[0].key, s.word) for s in reading.syllables]


def align_aloud(left: Reading, right: Reading) -> Alignment:
    """Align two names in two of the four scripts; the shorter leads, so that either side gets the same answer."""
    one, other = heard_of(left), heard_of(right)
    if lead_of(one) <= lead_of(other):
        return align_sounds(one, other)
    alignment = align_sounds(other, one)
    return alignment._replace(pairs=tuple(pair.turned() for pair in alignment.pairs))


def lead_of(heard: list[Heard]) -> tuple[int, str]:
    """Return by what the one of two names that leads is chosen."""
    return len(heard), "".join(one.sound for one in heard)


def align_sounds(left: list[Heard], right: list[Heard]) -> Alignment:
    """Return the alignment of two names by sound, in the order of words that suits best."""
    best = _aligned(left, right)
    length = sum(len(one.sound) for one in left)
    if best.cost <= WORSE * SCALE * length:
        return best
    for one, other in [(left, order) for order in turned(right)] + [(order, right) for order in turned(left)]:
        found = _aligned(one, other)
        if found.cost + ORDER < best.cost:
            best = Alignment(found.cost + ORDER, found.pairs, True, found.size)
    return best


def turned(heard: list[Heard]) -> list[list[Heard]]:
    """Return the other orders: last word first, first word last."""
    words = sorted({one.word for one in heard})
    if len(words) < 2:
        return []
    last = [one for one in heard if one.word == words[-1]] + [one for one in heard if one.word != words[-1]]
    first = [one for one in heard if one.word != words[0]] + [one for one in heard if one.word == words[0]]
    return [last] if len(words) == 2 else [last, first]


def _aligned(left: list[Heard], right: list[Heard]) -> Alignment:
    ours, theirs = "".join(one.sound for one in left), "".join(one.sound for one in right)
    table = sounds.table(ours, theirs)
    path = _path(table, ours, theirs)
    torn = len(word_ends_of(right) - {path[at] for at in ends_of(left)})
    pairs, start = [], 0
    for one in left:
        end = start + len(one.sound)
        pairs.append(_pair(one, right, table, (start, path[start]), (end, path[end])))
        start = end
    return Alignment(DOUBT + TORN * torn + SCALE * table[-1][-1], tuple(pairs), False, max(len(left), 1))


def ends_of(heard: list[Heard]) -> list[int]:
    """Return the places where a stretch ends, counted in sounds."""
    return list(accumulate(len(one.sound) for one in heard))


def word_ends_of(heard: list[Heard]) -> set[int]:
    """Return the places where a word ends, but for the last."""
    ends = ends_of(heard)
    return {end for end, one, after in zip(ends, heard, heard[1:], strict=False) if one.word != after.word}


def _path(table: list[list[float]], ours: str, theirs: str) -> list[int]:
    """Return for each place in `ours` the place in `theirs` that the cheapest way passes."""
    i, j = len(ours), len(theirs)
    path = [0] * (i + 1)
    path[i] = j
    while i and j:
        back = min((table[i - 1][j - 1], 0), (table[i - 1][j], 1), (table[i][j - 1], 2))[1]
        i, j = i - (back != 2), j - (back != 1)
        path[i] = min(path[i], j) if path[i] else j
    path[0] = 0
    return path


def _pair(
    one: Heard, right: list[Heard], table: list[list[float]], start: tuple[int, int], end: tuple[int, int]
) -> Pair:
    cost = max(0.0, SCALE * (table[end[0]][end[1]] - table[start[0]][start[1]]))
    text = _letters(right, start[1], end[1])
    left = Spelling(shown(one.sound), one.sound, 0.0, "sounds")
    met = Difference(
        cost, "sounds_alike" if cost < SCALE else "differs", left, Spelling(text, text, 0.0, "written")
    )
    mine = Syllable(written=one.written, spellings=(left,), word=one.word)
    other = Syllable(written=text or NOTHING, spellings=(met.right,), word=0)
    return Pair(mine, other, met, cost)


def _letters(heard: list[Heard], start: int, end: int) -> str:
    """Return the letters whose sounds stand between two places; a letter with two sounds is taken once."""
    texts, at = [], 0
    for one in heard:
        if start < at + len(one.sound) and at < end:
            texts.append(one.written)
        at += len(one.sound)
    return "".join(texts)


# One letter for all sounds that spellings mix up: what is looked for first, before the exact comparison.
_COARSE = str.maketrans(
    {
        **dict.fromkeys("kKg", "k"),
        **dict.fromkeys("cCjsSxz", "s"),
        **dict.fromkeys("tTdQ", "t"),
        **dict.fromkeys("pPbf", "p"),
        **dict.fromkeys("nNJ", "n"),
        **dict.fromkeys("lr", "l"),
        **dict.fromkeys("aEe@", "a"),
        **dict.fromkeys("oOuUw", "o"),
        **dict.fromkeys("iy", "i"),
        "h": "",
    }
)


def coarse(views: dict[str, Reading]) -> str:
    """Return one coarse string for how a name sounds, or nothing when it is neither Brahmic nor Latin nor Han."""
    reading = views.get("sound") or views.get("latin") or views.get("pinyin")
    if reading is None:
        return ""
    sounded = reading.view == "sound"
    return once("".join(coarse_of(s.spellings[0].key, sounded=sounded) for s in reading.syllables))


def coarse_of(text: str, *, sounded: bool = False) -> str:
    """Return the coarse sound of one Latin word, or of a syllable already sounded out."""
    sound = text if sounded else "".join(piece.sound for piece in sounds.of_latin(text, "any"))
    return sound.translate(_COARSE)


def once(text: str) -> str:
    """Return a text with each letter that is doubled written once."""
    return "".join(char for at, char in enumerate(text) if at == 0 or char != text[at - 1])
