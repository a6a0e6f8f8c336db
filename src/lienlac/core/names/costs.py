"""What a difference between two syllables costs, view by view: 0 for none, about log(1/likelihood) otherwise.

The numbers are chosen on development rows whose licence permits it and on our own minimal pairs; MISS says
that two syllables have nothing in common. `docs/names.md` tells the run that chose them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz.distance import OSA

from . import vietnamese as syllables
from .reading import Spelling, Syllable

MISS = 6.0
BARE = 0.25  # one side has no accents at all: they agree as far as can be seen
TONE = 1.6  # both sides have accents, and the tones differ: Hòa, Hóa
LETTERS = 2.0  # both have accents, and the letters differ: Hùng, Hưng
ACCENT = 0.5  # accents that are no Vietnamese tones: José, Jose
EDIT = 1.6  # a letter missing, added, changed, or two changed places
HALF = 1.5  # half of the word differs
JOINED = 0.6  # spaces stand elsewhere
INITIAL = 1.4  # J for Joseph


class Difference(NamedTuple):
    """How one syllable differs from another: `cost`, `code` of the reason, and the two spellings that met."""

    cost: float
    code: str
    left: Spelling
    right: Spelling


Differ = Callable[[Spelling, Spelling, bool], tuple[float, str]]


def least(left: Syllable, right: Syllable, differ: Differ, bare: bool) -> Difference:
    """Return the least difference between any spelling of `left` and any of `right`."""
    best: Difference | None = None
    for one in left.spellings:
        for other in right.spellings:
            base = one.cost + other.cost
            if best is not None and base >= best.cost:
                continue
            cost, code = differ(one, other, bare)
            if best is None or base + cost < best.cost:
                best = Difference(base + cost, code, one, other)
    assert best is not None  # a syllable has at least one spelling
    return best if best.cost < MISS else best._replace(cost=MISS, code="differs")


def vietnamese(one: Spelling, other: Spelling, bare: bool) -> tuple[float, str]:
    """Compare two Vietnamese syllables by base, letters and tone.

    `bare` when a side has no accents at all.
    """
    if one.key == other.key:
        return (0.0, "same") if one.text == other.text else (0.0, "same_sound_other_spelling")
    base, _, letters = one.key.partition("/")
    other_base, _, other_letters = other.key.partition("/")
    if base == other_base:
        if bare:
            return BARE, "without_accents"
        if letters[:-1] == other_letters[:-1]:
            return TONE, "same_letters_other_tone"
        return LETTERS, "same_letters_other_accents"
    return slip(base, other_base)


def plain(one: Spelling, other: Spelling, bare: bool) -> tuple[float, str]:
    """Compare two keys as they stand: the same or not at all (Han characters)."""
    return (0.0, "same") if one.key == other.key else (MISS, "differs")


# Mandarin finals and initials that southern speakers and typists mix up; half of a slip.
NEAR = (("ng", "n"), ("zh", "z"), ("ch", "c"), ("sh", "s"), ("l", "n"), ("f", "h"), ("r", "l"))
NEAR_COST = 2.0


def pinyin(one: Spelling, other: Spelling, bare: bool) -> tuple[float, str]:
    """Compare two pinyin syllables: the same, near for southern speakers, a slip, or not at all."""
    if one.key == other.key:
        return 0.0, "same"
    if near_pinyin(one.key) & near_pinyin(other.key):
        return NEAR_COST, "sounds_alike"
    cost, code = slip(one.key, other.key)
    return min(cost + 1.0, MISS), code


@lru_cache(maxsize=2048)
def near_pinyin(syllable: str) -> frozenset[str]:
    """Return the forms of a syllable in which southern speakers take two for one; remembered by syllable."""
    return frozenset(f"{shorter}:{syllable.replace(longer, shorter)}" for longer, shorter in NEAR)


def overseas(one: Spelling, other: Spelling, bare: bool) -> tuple[float, str]:
    """Compare two overseas spellings by their folds."""
    if one.key == other.key:
        return 0.0, "same" if one.text == other.text else "same_sound_other_spelling"
    cost, code = slip(one.key, other.key)
    return cost, "sounds_alike" if code == "slip" else code


def latin(one: Spelling, other: Spelling, bare: bool) -> tuple[float, str]:
    """Compare two words in Latin letters."""
    if one.key == other.key:
        return _accents(one.text, other.text, bare)
    if len(one.key) == 1 or len(other.key) == 1:
        return (INITIAL, "initial") if one.key[0] == other.key[0] else (MISS, "differs")
    return slip(one.key, other.key)


def _accents(one: str, other: str, bare: bool) -> tuple[float, str]:
    if one == other:
        return 0.0, "same"
    if bare:
        return BARE, "without_accents"
    left, right = syllables.parse(one), syllables.parse(other)
    if left is None or right is None:
        return ACCENT, "same_letters_other_accents"
    if left == right:
        return 0.0, "same_sound_other_spelling"
    return (
        (TONE, "same_letters_other_tone")
        if left.letters == right.letters
        else (LETTERS, "same_letters_other_accents")
    )


SOFT_SHARE = 0.6
_SOFT = str.maketrans("", "", "aeiouyhw")


def soft(word: str) -> str:
    """Return a word without what spellings leave to choice."""
    return word.translate(_SOFT)


def slip(one: str, other: str) -> tuple[float, str]:
    """Return the cost of slips of the finger and of free spelling between two plain words."""
    longest = max(len(one), len(other))
    most = (longest + 1) // 2
    edits = OSA.distance(one, other, score_cutoff=most)
    if edits > most or longest < 2:
        return MISS, "differs"
    cost = 0.5 + EDIT * edits + (HALF if 2 * edits >= longest else 0.0)
    if soft(one) == soft(other):
        cost *= SOFT_SHARE  # only vowels, h and w differ: Mohamad, Mohammed
    return min(cost, MISS), "slip"


def letters(one: str, other: str) -> float:
    """Return the cost of two names as strings of letters without spaces; MISS when more than a third differs."""
    most = max(len(one), len(other)) // 3
    edits = OSA.distance(one, other, score_cutoff=most)
    return JOINED + EDIT * edits if edits <= most else MISS
