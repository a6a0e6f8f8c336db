"""Whether words of two names in Latin letters stand against each other: Oleg Ivanovich is not Oleg Viktorovich.

What most of a long name has in common is cheap a word, and is shared by brothers, by bearers of one patronymic, by
series of companies. So one word that contradicts makes another name, however much agrees.
"""

from __future__ import annotations

from collections import Counter
from itertools import groupby

from . import costs
from .alignment import MISSING, Alignment, Pair
from .tables import words
from .vietnamese import bare
from .written import Written

# three slips of the finger in one word, or two in a word of four letters at most, that are more than vowels and h:
# chosen on half of the pairs that nomenklatura publishes (`bench.names.public`)
ANOTHER_WORD = 5.2


def is_opposed(view: str, alignment: Alignment, left: Written, right: Written) -> bool:
    """Say whether a word stands against another in an alignment of Latin words or of their letters in a row."""
    if view == "joined":
        return _odd_words_differ(left, right)
    if view != "latin":
        return False
    return alignment.worst >= ANOTHER_WORD or _is_initials(alignment.pairs) or _gaps_meet(alignment.pairs)


def _odd_words_differ(left: Written, right: Written) -> bool:
    """Say whether all words but one are shared and the two left over have nothing in common.

    Spaces that stand elsewhere, for which letters are compared in a row, leave more than one word over.
    """
    ours, theirs = (Counter(token.text for token in name.tokens) for name in (left, right))
    mine, other = [*(ours - theirs).elements()], [*(theirs - ours).elements()]
    if not ours & theirs or len(mine) != 1 or len(other) != 1:
        return False
    return costs.slip(bare(mine[0]), bare(other[0]))[0] >= costs.MISS


def _is_initials(pairs: tuple[Pair, ...]) -> bool:
    """Say whether no word is whole on both sides: N. N. may be anybody of these letters."""
    met = [pair.difference.code for pair in pairs if pair.difference is not None]
    return bool(met) and set(met) == {"initial"}


def _gaps_meet(pairs: tuple[Pair, ...]) -> bool:
    """Say whether words that are there on one side only stand at the same place: Atiq Abdul Khan, Atiq Wali Khan.

    Two such words cost less than a word against another where one of them may be left out.
    """
    gaps = [[*run] for is_gap, run in groupby(pairs, lambda pair: pair.difference is None) if is_gap]
    return any(_contradict(run) for run in gaps)


def _contradict(run: list[Pair]) -> bool:
    ours = [pair.left.written for pair in run if pair.left is not None and _is_word(pair)]
    theirs = [pair.right.written for pair in run if pair.right is not None and _is_word(pair)]
    full = any(pair.cost >= MISSING for pair in run)
    return full and bool(ours and theirs) and not {word[0] for word in ours} & {word[0] for word in theirs}


def _is_word(pair: Pair) -> bool:
    """Say whether what is there on one side only is a name, be it one that may be left out, and no link."""
    syllable = pair.left or pair.right
    return syllable is not None and (pair.cost >= MISSING or syllable.written in words("weak_names"))
