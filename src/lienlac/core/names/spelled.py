"""A name in Lao, Thai, Khmer or Burmese letters beside a Latin one, aligned syllable by syllable.

Costs are those of `channels`; `spoken` reckons the same for many names at once.
"""

from __future__ import annotations

from collections.abc import Sequence

from . import scripts
from .alignment import ORDER, Alignment, Pair
from .brahmic import is_shan
from .channels import (
    GAP,
    LONGEST,
    Pieces,
    Unit,
    added,
    pieces_of,
    spelled_rows,
    spellings,
    turned,
    units_of,
)
from .costs import Difference
from .reading import NOTHING, Reading, Spelling, Syllable
from .sounded import Sounded

DOUBT = 0.2  # sounds are coarser than letters: between equals the letters come first
SCALE = 0.8  # beside the costs of `costs`; chosen on our own minimal pairs
ALSO_PINYIN = 0.6  # every word is pinyin: then Chinese explains the letters as well
SPACED = 0.005  # a space more or less than expected, up to FEW_SPACES: it parts equals and no more
FEW_SPACES = 4
UNKNOWN = -1
_DIFFERS = 2.0  # a syllable dearer than this has another sound


def align_spelled(reading: Reading, language: str, text: str) -> Alignment:
    """Return the cheapest way to spell a name as `text`, words in the order that suits best."""
    best: tuple[float, int, tuple[Unit, ...]] | None = None
    pieces = pieces_of(text)
    for at, units in enumerate(turned(units_of(reading, language), reading)):
        cost = SCALE * spelled_rows(units, language, text, pieces)[-1][-1] + (ORDER if at else 0.0)
        if best is None or cost < best[0]:
            best = (cost, at, units)
    assert best is not None  # the straight order is always there
    pairs = pairs_of(reading, best[2], language, text, pieces)
    spaced = unexpected(spaces_in(reading, language), text.count(GAP))
    return Alignment(best[0] + DOUBT + spaced, pairs, best[1] > 0, max(len(reading.syllables), 1))


def spaces_in(reading: Reading, language: str) -> int:
    """Return how many spaces a name usually has in Latin letters; UNKNOWN where nobody can say.

    A Lao or Khmer name has as many as in its own letters, and so has the name of a Thai person; of a Burmese one each
    syllable is a word. Places of Thailand are written
    word by word (Royal Institute 1999), and most of their words are one syllable: ปากท่า is *Pak Tha*, ปะหลาน *Palan*.
    """
    words = reading.syllables[-1].word - reading.syllables[0].word if reading.syllables else 0
    found = spaces_in_word([Sounded(s.written, s.spellings[0].key) for s in reading.syllables], language)
    return found if found == UNKNOWN or not words else words


def spaces_in_word(syllables: Sequence[Sounded], language: str) -> int:
    """Return how many spaces one word has in Latin letters: a Thai one after each syllable but those in a short a."""
    if language == scripts.THAI:
        return sum(sound[-1:] != "a" or "า" in written for written, sound in syllables[:-1])
    if language == scripts.MYANMAR:
        return UNKNOWN if any(is_shan(written) for written, _ in syllables) else max(len(syllables) - 1, 0)
    return 0 if language in (scripts.LAO, scripts.KHMER) else UNKNOWN


def unexpected(expected: int, spaces: int) -> float:
    """Return what it costs to have more spaces, or fewer, than expected."""
    return 0.0 if expected == UNKNOWN else SPACED * min(abs(expected - spaces), FEW_SPACES)


def pairs_of(
    reading: Reading, units: tuple[Unit, ...], language: str, text: str, pieces: Pieces
) -> tuple[Pair, ...]:
    """Return the syllables of a reading, each with the letters that spell it in `text`."""
    rows = spelled_rows(units, language, text, pieces)
    path = _path(rows, units, language, text)
    found, start = [], 0
    for end in range(1, len(units) + 1):
        if end < len(units) and units[end].at == units[start].at:
            continue
        cost = SCALE * max(0.0, rows[end][path[end]] - rows[start][path[start]])
        letters = text[path[start] if start else 0 : path[end]].strip(GAP)
        found.append(_pair(reading.syllables[units[start].at], letters, cost))
        start = end
    return tuple(found)


def _pair(syllable: Syllable, letters: str, cost: float) -> Pair:
    other = Spelling(letters or NOTHING, letters, 0.0, "written")
    code = "sounds_alike" if cost < _DIFFERS else "differs"
    met = Difference(cost, code, syllable.spellings[0], other)
    return Pair(syllable, Syllable(written=letters or NOTHING, spellings=(other,), word=0), met, cost)


def _path(rows: list[list[float]], units: tuple[Unit, ...], language: str, text: str) -> list[int]:
    """Return for each unit where its letters end, read back from the end of the cheapest way."""
    extra, at = added(text, language), len(text)
    path = [0] * (len(units) + 1)
    for unit in range(len(units), 0, -1):
        ends = unit == len(units) or units[unit].at != units[unit - 1].at
        path[unit] = at
        while at and _alike(rows[unit][at], rows[unit][at - 1] + _skipped(text, extra, at, ends=ends)):
            at -= 1
        at = _before(rows, spellings(units[unit - 1].key, language), text, unit, at)
    return path


def _skipped(text: str, extra: list[float], at: int, *, ends: bool) -> float:
    return 0.0 if ends and text[at - 1] == GAP else extra[at - 1]


def _before(rows: list[list[float]], known: dict[str, float], text: str, unit: int, at: int) -> int:
    for size in range(min(LONGEST, at) + 1):
        cost = known.get(text[at - size : at])
        if cost is not None and _alike(rows[unit][at], rows[unit - 1][at - size] + cost):
            return at - size
    return at


def _alike(one: float, other: float) -> bool:
    return abs(one - other) < 1e-9
