"""Reasons read off an alignment, pair by pair: what was compared is what is said."""

from __future__ import annotations

import math
from collections.abc import Iterator

from .alignment import Alignment, Pair
from .costs import Difference
from .reading import Spelling, Syllable
from .reasons import Reason
from .written import Written

UNUSUAL = 1.0  # a reading dearer than this is said to be unusual


def explain(view: str, alignment: Alignment, left: Written, right: Written) -> Iterator[Reason]:
    """Yield the reasons of an alignment in the order of the first name, then what concerns the whole."""
    if alignment.cost == 0.0 and left.scripts == right.scripts:
        yield Reason(code="same_name")
    else:
        for pair in alignment.pairs:
            yield from _of_pair(view, pair)
    if alignment.swapped:
        yield Reason(code="order_swapped")
    for title in sorted(set(left.titles) ^ set(right.titles)):
        yield Reason(code="title_left_out", facts={"title": title})
    if left.was_zawgyi or right.was_zawgyi:
        yield Reason(code="was_zawgyi")


def _of_pair(view: str, pair: Pair) -> Iterator[Reason]:
    if pair.difference is None or pair.left is None or pair.right is None:
        syllable = pair.left or pair.right
        if syllable is not None:
            yield Reason(code="missing", facts={"written": syllable.written})
        return
    met = pair.difference
    if met.code == "differs":
        yield Reason(code="differs", facts={"left": pair.left.written, "right": pair.right.written})
        return
    if view in ("sound", "transcribed"):
        yield Reason(
            code=met.code, facts={"left": pair.left.written, "right": pair.right.written, "view": view}
        )
        return
    yield from _readings(pair.left, met.left)
    yield from _readings(pair.right, met.right)
    yield from _meeting(view, pair.left, pair.right, met)


def _readings(syllable: Syllable, spelling: Spelling) -> Iterator[Reason]:
    """Say how a written syllable was read, where it was not taken as it stands."""
    facts = {"written": syllable.written, "reading": spelling.text}
    if spelling.table == "telex":
        yield Reason(code="typed_as_keystrokes", facts=facts)
    elif spelling.table == "han_frequency":
        yield Reason(code="reading_likely", facts={**facts, "percent": round(100 * math.exp(-spelling.cost))})
    elif spelling.table != "written":
        code = "unusual_reading" if spelling.cost > UNUSUAL else "reading"
        yield Reason(code=code, facts={**facts, "table": spelling.table})


def _meeting(view: str, left: Syllable, right: Syllable, met: Difference) -> Iterator[Reason]:
    facts = {"left": met.left.text, "right": met.right.text}
    if met.code == "same":
        if left.written == right.written:
            yield Reason(code="same_word", facts={"left": left.written})
    elif met.code == "sounds_alike":
        yield Reason(code="sounds_alike", facts={**facts, "view": view})
    else:
        yield Reason(code=met.code, facts=facts)
