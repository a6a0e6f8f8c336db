"""Two names whose words stand in orders that no view looks at: which to try, and whether to try at all.

Letters as written are compared in the usual orders (`alignment`), and so are the words of a Lao, Thai, Khmer or Burmese
name. The letters beside them, a foreign name in Han characters, and all letters in a row are compared as they stand:
ไซมู is 赛穆, and 穆 赛 may be. Whether two names sound alike in any order is told by their sounds alone, so most pairs
cost little.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import permutations

from .reading import Reading
from .sounding import coarse_of
from .views import Forms, Words, views
from .written import Written

EVERY = 4  # words up to which every order is tried
WORDS = 6  # and up to which some are
SHARED = 0.6  # of the coarse sounds of both names, in whatever order; true pairs of our own share .6 to 1.0


def other_orders(left: Written, right: Written) -> Iterator[tuple[Forms, Forms]]:
    """Yield both names without titles, and with all, the words of one in each other order; nothing for most pairs."""
    if _may_meet(left, right):
        for ours, theirs in dict.fromkeys(((left.bare, right.bare), (left.whole, right.whole))):
            one, other = Forms([views(ours)]), Forms([views(theirs)])
            if _turns(theirs) > _turns(ours):
                yield from ((one, Forms([views(order)])) for order in _orders(theirs))
            else:
                yield from ((Forms([views(order)]), other) for order in _orders(ours))


def _turns(words: Words) -> tuple[int, list[str]]:
    """Say which of two names is turned: the one of more words, in whatever order they stand and whoever asks."""
    return len(words), sorted(token.text for token in words)


def _may_meet(left: Written, right: Written) -> bool:
    """Say whether two names are in two scripts or one of them in one word, and sound alike in whatever order."""
    counts = sorted((len(left.bare), len(right.bare)))
    if counts[1] == 1 or (left.scripts == right.scripts and counts[0] > 1):
        return False
    one, other = views(left.bare), views(right.bare)
    heard = any("sound" in found or "transcribed" in found for found in (one, other))
    return (heard or counts[0] == 1) and _sound_alike(one, other)


def _orders(words: Words) -> Iterator[Words]:
    """Yield the other orders: of many words those reached by moving words from one end to the other, and by reversing.

    In whichever of them a name is written, these are the same ones: so no order has a tier far from another's.
    """
    ends = [way[at:] + way[:at] for way in (words, words[::-1]) for at in range(len(words))]
    every = permutations(words) if len(words) <= EVERY else ends
    if len(words) <= WORDS:
        tried = {tuple(token.text for token in words)}  # a word said twice makes fewer orders
        for order in every:
            texts = tuple(token.text for token in order)
            if texts not in tried:
                tried.add(texts)
                yield order


def _sound_alike(one: dict[str, Reading], other: dict[str, Reading]) -> bool:
    ours, theirs = _sounds(one), _sounds(other)
    return 2 * (ours & theirs).total() >= SHARED * (ours.total() + theirs.total())


def _sounds(found: dict[str, Reading]) -> Counter[str]:
    """Return the coarse sounds of a name in no order; none where it is in a script that is not read by sound."""
    reading = found.get("sound") or found.get("latin") or found.get("pinyin")
    if reading is None:
        return Counter()
    sounded = reading.view == "sound"
    return Counter("".join(coarse_of(s.spellings[0].key, sounded=sounded) for s in reading.syllables))
