"""How two NAMES agree: `compare(a, b)` gives a tier, a score and the reasons, all from one alignment.

A tier is about names, never about persons: namesakes are the `same` too. `same` is kept for the same letters
in the same script; across scripts, and without accents, a name is `likely` at best.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from . import costs, reasons
from .alignment import ORDER, Alignment, align, joined
from .costs import Differ
from .explain import explain
from .reading import Reading
from .reasons import Reason
from .sounding import align_sounds, heard_of, strangeness
from .views import all_views, mandarin, overseas_view
from .written import Written, write

TIERS = ("same", "likely", "possible", "different")
LIKELY_MEAN, LIKELY_WORST = (
    0.8,
    1.5,
)  # chosen on our own minimal pairs: an accent conflict (1.6) is not likely
POSSIBLE_MEAN = 2.2
_TITLE = 0.4  # a title on one side only
ACROSS = 0.1  # read across scripts: between equals the name as written comes first
BEHIND = 0.5  # Mandarin guessed behind a Vietnamese name


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """How two names agree.

    `score` in [0, 1] falls with the cost of the alignment in `view`; `reasons` speak for, `against`
    against, each in the order of the name. `tier` is one of TIERS.
    """

    tier: str
    score: float
    view: str
    reasons: tuple[Reason, ...]
    against: tuple[Reason, ...]


class Match(NamedTuple):
    """The best alignment of two names, the view in which it was found, and the cost of both."""

    view: str
    alignment: Alignment
    cost: float


# view -> how its syllables are compared, and what the view itself costs: letters as written say most.
DIFFERS: dict[str, tuple[Differ, float]] = {
    "hanzi": (costs.plain, 0.0),
    "vietnamese": (costs.vietnamese, 0.0),
    "pinyin": (costs.pinyin, 0.05),
    "overseas": (costs.overseas, 0.3),
    "latin": (costs.latin, 0.0),
    "lao": (costs.latin, 0.0),
    "thai": (costs.latin, 0.0),
    "khmer": (costs.latin, 0.0),
    "burmese": (costs.latin, 0.0),
    "other": (costs.latin, 0.0),
}
# view that shows a script -> the language whose spelling habits its Latin forms follow
LANGUAGES = {"lao": "lao", "thai": "thai", "khmer": "khmer", "burmese": "myanmar"}
Views = tuple[dict[str, Reading], ...]


def compare(a: str, b: str) -> Comparison:
    """Compare two names in any scripts.

    Symmetric in tier and score. Raises Malformed when one of them is no name (see `written.write`).
    """
    left, right = write(a), write(b)
    match = best_match(all_views(left), all_views(right))
    if match is None:
        facts = {
            "left_scripts": " ".join(sorted(left.scripts)),
            "right_scripts": " ".join(sorted(right.scripts)),
        }
        return Comparison(
            tier="different",
            score=0.0,
            view="",
            reasons=(),
            against=(Reason(code="no_common_script", facts=facts),),
        )
    found = tuple(explain(match.view, match.alignment, left, right))
    return Comparison(
        tier=_tier(match, left, right),
        score=score(match),
        view=match.view,
        reasons=tuple(reason for reason in found if reasons.CODES[reason.code][0] == reasons.FOR),
        against=tuple(reason for reason in found if reasons.CODES[reason.code][0] == reasons.AGAINST),
    )


def best_match(left: Views, right: Views) -> Match | None:
    """Return the cheapest match over the forms and views of two names; None when no view shows both."""
    found: Match | None = None
    for at, one in enumerate(left):
        for other_at, other in enumerate(right):
            titled = _TITLE if at != other_at else 0.0
            for match in _matches(one, other, titled):
                if found is None or match.cost < found.cost:
                    found = match
    return found


def _matches(left: dict[str, Reading], right: dict[str, Reading], titled: float) -> Iterator[Match]:
    yield from _by_sound(left, right, titled)
    yield from _overseas(left, right, titled)
    for view in DIFFERS:  # in this order, so that a tie is always decided alike
        if view == "latin" and _plainly_vietnamese(left) and _plainly_vietnamese(right):
            continue  # the letters are compared as syllables already
        if view in left and view in right:
            across = ACROSS if ("hanzi" in left) != ("hanzi" in right) else 0.0
            yield _match(view, left[view], right[view], titled + across)
    yield from _joined(left, right, titled)
    for one, other in ((left, right), (right, left)):
        if "pinyin" in other and "hanzi" not in other and "hanzi" not in one and "vietnamese" in one:
            behind = mandarin(one["vietnamese"])
            if behind is not None:
                yield _match(
                    "pinyin",
                    *((behind, other["pinyin"]) if one is left else (other["pinyin"], behind)),
                    titled + BEHIND,
                )


def _joined(left: dict[str, Reading], right: dict[str, Reading], titled: float) -> Iterator[Match]:
    """Yield the match of two Latin names letter by letter, spaces aside: Qing Yuan, Qingyuan; Nguye nThi."""
    if "latin" not in left or "latin" not in right:
        return
    one, other = left["latin"], right["latin"]
    best = min(
        (costs.letters(a, b) + (ORDER if turned else 0.0), turned, a, b)
        for a, b, turned in _joined_orders(*_comparable(one, other))
    )
    size = max(len(one.syllables), len(other.syllables))
    cost, turned, mine, theirs = best
    if cost < costs.MISS:
        yield Match("joined", joined(mine, theirs, cost, swapped=turned, size=size), cost + titled)


def _comparable(left: Reading, right: Reading) -> tuple[list[str], list[str]]:
    """Return the words of both names with accents when both have some, since then these may contradict."""
    if _is_bare(left) or _is_bare(right):
        return ([s.spellings[0].key for s in left.syllables], [s.spellings[0].key for s in right.syllables])
    return [s.written for s in left.syllables], [s.written for s in right.syllables]


def _joined_orders(left: list[str], right: list[str]) -> Iterator[tuple[str, str, bool]]:
    yield "".join(left), "".join(right), False
    yield "".join(left), "".join(right[-1:] + right[:-1]), True
    yield "".join(left[-1:] + left[:-1]), "".join(right), True
    yield "".join(left), "".join(right[1:] + right[:1]), True
    yield "".join(left[1:] + left[:1]), "".join(right), True


def _overseas(left: dict[str, Reading], right: dict[str, Reading], titled: float) -> Iterator[Match]:
    """Yield the match of Han characters with Latin letters as Chinese abroad write them."""
    if ("hanzi" in left) == ("hanzi" in right) or not ("latin" in left or "latin" in right):
        return
    one, other = overseas_view(left), overseas_view(right)
    if one is not None and other is not None:
        yield _match("overseas", one, other, titled)


def _plainly_vietnamese(views: dict[str, Reading]) -> bool:
    reading = views.get("vietnamese")
    return reading is not None and all(
        s.table == "written" for syllable in reading.syllables for s in syllable.spellings
    )


def _by_sound(left: dict[str, Reading], right: dict[str, Reading], titled: float) -> Iterator[Match]:
    """Yield the match by sound where a side is Lao, Thai, Khmer or Burmese and the other is in another script."""
    if left.keys() & right.keys() & LANGUAGES.keys():
        return
    language = next((LANGUAGES[view] for view in LANGUAGES if view in left or view in right), "")
    one, other = _sounding(left), _sounding(right)
    if language and one is not None and other is not None:
        yield _heard_match(one, other, language, titled)


def _heard_match(one: Reading, other: Reading, language: str, titled: float) -> Match:
    """Align by the syllables of the side that was sounded out, so that the answer is the same from either side."""
    turned = (one.view != "sound", len(one.syllables), one.text) > (
        other.view != "sound",
        len(other.syllables),
        other.text,
    )
    left, right = (other, one) if turned else (one, other)
    alignment = align_sounds(heard_of(left, language), heard_of(right, language))
    if turned:
        alignment = alignment._replace(pairs=tuple(pair.turned() for pair in alignment.pairs))
    extra = titled + strangeness(one, language) + strangeness(other, language)
    return Match("sound", alignment, alignment.cost + extra)


def _sounding(views: dict[str, Reading]) -> Reading | None:
    return views.get("sound") or views.get("latin") or views.get("pinyin")


def _match(view: str, left: Reading, right: Reading, extra: float) -> Match:
    differ, cost = DIFFERS[view]
    alignment = align(left, right, differ, bare=_is_bare(left) or _is_bare(right))
    return Match(view, alignment, alignment.cost + cost + extra)


def _is_bare(reading: Reading) -> bool:
    """Say whether a name in Latin letters has no accent at all, so that its accents are unknown."""
    return all(syllable.written.isascii() for syllable in reading.syllables)


def score(match: Match) -> float:
    """Return exp(-mean cost) of a match, in [0, 1]."""
    return math.exp(-match.cost / match.alignment.size)


def _tier(match: Match, left: Written, right: Written) -> str:
    alignment = match.alignment
    if match.cost == 0.0 and left.scripts == right.scripts and not alignment.swapped:
        return "same"
    if alignment.mean <= LIKELY_MEAN and alignment.worst <= LIKELY_WORST:
        return "likely"
    return "possible" if alignment.mean <= POSSIBLE_MEAN else "different"
