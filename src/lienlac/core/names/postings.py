"""Which units of a name are looked up.

Syllables by view, each with a weight; the same for a record and a query.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from .reading import Reading, Syllable
from .vietnamese import is_accented
from .views import mandarin, overseas_view

Weighted = list[tuple[float, str]]
Views = dict[str, Reading]

_FEW = 4  # alternatives of a syllable that are looked up
_FEW_BEHIND = 6  # pinyin syllables looked up behind a Vietnamese one
_FEW_ABROAD = 6
_EXACT = 0.3  # what the exact accents add to a syllable that agrees without them


def units(views: Views, *, asking: bool) -> Iterator[tuple[str, Weighted]]:
    """Yield (kind, alternatives with weights) for each position of each view.

    Kinds: h Han character, v Vietnamese syllable without accents, V with accents, p pinyin, l Latin word,
    w word in another script. A query (`asking`) also looks for the Mandarin behind a Vietnamese name.
    """
    if "hanzi" in views:
        yield from (("h", _plain("h", s)) for s in views["hanzi"].syllables)
    if "vietnamese" in views:
        yield from _of_vietnamese(views["vietnamese"])
    if "pinyin" in views:
        yield from (("p", _plain("p", s)) for s in views["pinyin"].syllables)
    if "latin" in views:
        yield from (("l", _plain("l", s)) for s in views["latin"].syllables)
    if "hanzi" in views or "latin" in views:
        yield from _abroad(views)
    if asking and "vietnamese" in views and "hanzi" not in views:
        yield from _behind(views["vietnamese"])
    for view in ("lao", "thai", "khmer", "burmese", "other"):
        if view in views:
            yield from (("w", _plain("w", s)) for s in views[view].syllables)


def _plain(kind: str, syllable: Syllable) -> Weighted:
    return [(math.exp(-s.cost), f"{kind}:{s.key}") for s in syllable.spellings[:_FEW]]


def _of_vietnamese(reading: Reading) -> Iterator[tuple[str, Weighted]]:
    exact = any(is_accented(syllable.written) for syllable in reading.syllables)
    for syllable in reading.syllables:
        bases = {s.key.partition("/")[0]: math.exp(-s.cost) for s in reversed(syllable.spellings[:_FEW])}
        yield "v", [(weight, f"v:{base}") for base, weight in bases.items()]
        if exact:
            yield "v", [(_EXACT * math.exp(-s.cost), f"V:{s.key}") for s in syllable.spellings[:_FEW]]


def _abroad(views: Views) -> Iterator[tuple[str, Weighted]]:
    reading = overseas_view(views)
    for syllable in reading.syllables if reading else ():
        if syllable.spellings[0].table != "foreign":
            yield "o", [(math.exp(-s.cost), f"o:{s.key}") for s in syllable.spellings[:_FEW_ABROAD]]


def _behind(reading: Reading) -> Iterator[tuple[str, Weighted]]:
    behind = mandarin(reading)
    if behind is None:
        return
    for syllable in behind.syllables:
        # weight falls by the log of the likelihood, so that a rare reading can still be found
        yield "b", [(1 / (1 + 0.5 * s.cost), f"p:{s.key}") for s in syllable.spellings[:_FEW_BEHIND]]
