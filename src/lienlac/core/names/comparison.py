"""How two NAMES agree: `compare(a, b)` gives a tier, a score and the reasons, all from one alignment.

A tier is about names, never about persons: namesakes are the `same` too. `same` is kept for the same letters
in the same script; across scripts, and without accents, a name is `likely` at best.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from . import calibration, costs, reasons
from .alignment import ORDER, SCRAMBLED, Alignment, align, joined
from .channels import GAP
from .costs import Differ
from .explain import explain
from .foreign import align_foreign
from .opposed import is_opposed
from .reading import Reading
from .reasons import Reason
from .reordered import other_orders
from .sounding import align_aloud
from .spelled import ALSO_PINYIN, align_spelled
from .titles import ELSEWHERE, TITLED
from .views import Forms, all_views, is_plain, mandarin, overseas_view
from .written import Written, write

TIERS = ("same", "likely", "possible", "different")
LIKELY_MEAN, LIKELY_WORST = (
    0.8,
    1.5,
)  # chosen on our own minimal pairs: an accent conflict (1.6) is not likely
SOUND_WORST = 2.2  # a syllable has several sounds, each with its own habits of spelling
POSSIBLE_MEAN = 2.2  # and no word that stands against another: Oleg Ivanovich is not Oleg Viktorovich
POSSIBLE_PROBABILITY = (
    0.2  # or as probable as this for its kind: a syllable by sound may cost more than one by letters
)
# what it costs when a form meets another: a name without titles, one whose titles were taken off, one with them;
# between equals the same title on both sides comes first, then none on one side, then another: Ban Mi, Mi, Mueang Mi
_TITLES = ((0.0, 0.25, 0.4), (0.25, 0.1, 0.4), (0.4, 0.4, 0.0))
_OTHER_TITLE = 0.35
# and when a title stands in a place where it is none and is taken off: Thein U Maung may be U Thein Maung, but such a
# word is a name as often, as in Nguyen Anh Tuan; the rest is possible at best, and is so where it would be likely
_DISPLACED = 1.5
ACROSS = 0.1  # read across scripts: between equals the name as written comes first
WIDEST = 150  # syllables of one name times those of the other; beyond, guesses by reading are not made
TOGETHER = 0.1  # surname and given name in one word: *Wujing* is a place before it is 吴京
ABROAD_ONLY = -0.7  # an overseas spelling that no other reading explains, of so many words at least
ABROAD_WORDS = 3
BEHIND = 0.5  # Mandarin guessed behind a Vietnamese name


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """How two names agree.

    `score` in [0, 1] falls with the cost of the alignment in `view`, `mean` and `worst` are its cost for a
    syllable; `probability` is that of one name in two forms (`calibration`). `reasons` speak for, `against`
    against, each in the order of the name. `tier` is one of TIERS.
    """

    tier: str
    score: float
    view: str
    reasons: tuple[Reason, ...]
    against: tuple[Reason, ...]
    mean: float = costs.MISS
    worst: float = costs.MISS
    probability: float = 0.0


class Match(NamedTuple):
    """The best alignment of two names, the view and the forms in which it was found, and the cost of all."""

    view: str
    alignment: Alignment
    cost: float
    forms: tuple[int, int] = (0, 0)


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
Views = Forms


def compare(a: str, b: str) -> Comparison:
    """Compare two names in any scripts.

    Symmetric in tier and score. Raises Malformed when one of them is no name (see `written.write`).
    """
    return compare_read(read(a), read(b))


class Read(NamedTuple):
    """A name as written and the views of each of its forms: read once where it is compared with several."""

    written: Written
    views: Views


def read(name: str) -> Read:
    """Read a name. Raises Malformed when it is none."""
    written = write(name)
    return Read(written, all_views(written))


def compare_read(one: Read, other: Read) -> Comparison:
    """Compare two names that were read before."""
    left, right = one.written, other.written
    match = best_match(one.views, other.views)
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
    probability = _probability(match, left, right)
    tier = _tier(match, left, right, probability)
    if tier == "different" and (likely := _likely_in_another_order(left, right)) is not None:
        match, tier = likely, "possible"
        probability = _probability(match, left, right)
    titles = left.titles_in(match.forms[0]) ^ right.titles_in(match.forms[1])
    found = tuple(explain(match.view, match.alignment, left, right, titles))
    return Comparison(
        tier=tier,
        score=score(match),
        view=match.view,
        mean=match.cost / match.alignment.size,
        worst=match.alignment.worst,
        probability=probability,
        reasons=tuple(reason for reason in found if reasons.CODES[reason.code][0] == reasons.FOR),
        against=tuple(reason for reason in found if reasons.CODES[reason.code][0] == reasons.AGAINST),
    )


def best_match(left: Views, right: Views) -> Match | None:
    """Return the cheapest match over the forms and views of two names; None when no view shows both."""
    found: Match | None = None
    for at, one in enumerate(left):
        for other_at, other in enumerate(right):
            titled = TITLES[form_of(at, left)][form_of(other_at, right)]
            for match in _matches(one, other, titled):
                if found is None or match.cost < found.cost:
                    found = match._replace(forms=(at, other_at))
    return found


def _likely_in_another_order(left: Written, right: Written) -> Match | None:
    """Return the cheapest match that is `likely` once words have changed places, and what it costs as they stand."""
    found: Match | None = None
    for one, other in other_orders(left, right):
        match = best_match(one, other)
        if match is None or (found is not None and match.cost + SCRAMBLED >= found.cost):
            continue
        if _tier(match, left, right, _probability(match, left, right)) in TIERS[:2]:
            alignment = match.alignment._replace(swapped=True)
            forms = len(left.forms) - 1, len(right.forms) - 1
            found = Match(match.view, alignment, match.cost + SCRAMBLED, forms)
    return found


def form_of(at: int, forms: Forms) -> int:
    """Return the kind of a form of a name, as `titles.kind_of` says."""
    return forms.kinds[at]


_KINDS = ((0, False), (0, True), *(((1, False), (2, False), (1, True)) * (len(TITLED) - 1)), (0, False))
"""Kind by kind: its place in _TITLES, and whether a title was taken off that stood elsewhere."""


def _titled(one: int, other: int) -> float:
    """Return what it costs when a form of one kind meets one of the other."""
    (left, mine), (right, theirs) = _KINDS[one], _KINDS[other]
    displaced = _DISPLACED if mine or theirs else 0.0
    if left == right == 1 and (one - 2) // 3 != (other - 2) // 3:
        return _OTHER_TITLE + displaced
    return _TITLES[left][right] + displaced + (ACROSS if ELSEWHERE in (one, other) else 0.0)


TITLES = [[_titled(one, other) for other in range(len(_KINDS))] for one in range(len(_KINDS))]


def _matches(left: dict[str, Reading], right: dict[str, Reading], titled: float) -> Iterator[Match]:
    yield from _by_sound(left, right, titled)
    yield from _overseas(left, right, titled)
    yield from _foreign(left, right, titled)
    for view in DIFFERS:  # in this order, so that a tie is always decided alike
        if view == "latin" and is_plain(left) and is_plain(right):
            continue  # the letters are compared as syllables already
        if view in left and view in right and not (view in GUESSED and is_wide(left[view], right[view])):
            across = ACROSS if ("hanzi" in left) != ("hanzi" in right) else 0.0
            if across and view == "pinyin" and is_together(right if "hanzi" in left else left):
                across += TOGETHER
            yield _match(view, left[view], right[view], titled + across)
    yield from _joined(left, right, titled)
    for one, other in ((left, right), (right, left)):
        if "pinyin" in other and "latin" in other and "latin" in one and "vietnamese" in one:
            behind = mandarin(one["vietnamese"])
            if behind is not None and not is_wide(behind, other["pinyin"]):
                yield _match(
                    "pinyin",
                    *((behind, other["pinyin"]) if one is left else (other["pinyin"], behind)),
                    titled + BEHIND + (TOGETHER if is_together(other) else 0.0),
                )


def is_together(views: dict[str, Reading]) -> bool:
    """Say whether a name in Latin letters is one word of several pinyin syllables."""
    word = views.get("latin")  # a name in two scripts has none
    return word is not None and len(word.syllables) == 1 and len(views["pinyin"].syllables) > 1


def _joined(left: dict[str, Reading], right: dict[str, Reading], titled: float) -> Iterator[Match]:
    """Yield the match of two names letter by letter, spaces aside: Qing Yuan, Qingyuan; Nguye nThi; စိန် ဝင်း, စိန်ဝင်း."""
    view = next((view for view in ("latin", *LANGUAGES) if view in left and view in right), "")
    if not view:
        return
    one, other = left[view], right[view]
    if view in LANGUAGES and len(one.syllables) == len(other.syllables):
        return  # such words are compared letter by letter already
    words = _comparable(one, other)
    mine, theirs = map(joined_texts, words)
    best = min(
        (costs.letters(mine[a], theirs[b]) + (ORDER if a or b else 0.0), a, b)
        for a, b in ((0, 0), (0, 1), (1, 0))
    )
    cost, a, b = best
    if cost < costs.MISS:
        size = max(len(one.syllables), len(other.syllables))
        left_run, right_run = (mine[a], _shown(one)[a]), (theirs[b], _shown(other)[b])
        met = _met_joined(mine[a] == theirs[b], apart=words[0] != words[1])
        found = joined(left_run, right_run, met, cost, swapped=bool(a or b), size=size)
        yield Match("joined", found, cost + titled)


def _shown(reading: Reading) -> tuple[str, str]:
    """Return the letters of a name in a row as somebody wrote them, for those who read why names agree."""
    return joined_texts([syllable.written for syllable in reading.syllables])


def _met_joined(alike: bool, *, apart: bool) -> str:
    """Return how the letters of two names meet: where words are parted alike, nothing but accents is left to differ."""
    if not alike:
        return "slip"
    return "joined_differently" if apart else "without_accents"


def _comparable(left: Reading, right: Reading) -> tuple[list[str], list[str]]:
    """Return the words of both names with accents when both have some, since then these may contradict."""
    if is_bare(left) or is_bare(right):
        return ([s.spellings[0].key for s in left.syllables], [s.spellings[0].key for s in right.syllables])
    return [s.written for s in left.syllables], [s.written for s in right.syllables]


def joined_texts(words: list[str]) -> tuple[str, str]:
    """Return the letters of a name in a row, straight and with its last word first."""
    return "".join(words), "".join(words[-1:] + words[:-1])


def _overseas(left: dict[str, Reading], right: dict[str, Reading], titled: float) -> Iterator[Match]:
    """Yield the match of Han characters with Latin letters as Chinese abroad write them."""
    if ("hanzi" in left) == ("hanzi" in right) or not ("latin" in left or "latin" in right):
        return
    one, other = overseas_view(left), overseas_view(right)
    if one is not None and other is not None and not is_wide(one, other):
        yield _match("overseas", one, other, titled + spelled_abroad(right if "hanzi" in left else left))


def _foreign(left: dict[str, Reading], right: dict[str, Reading], titled: float) -> Iterator[Match]:
    """Yield the match of a foreign name as Chinese hears it with its Latin letters."""
    for one, other in ((left, right), (right, left)):
        if "transcribed" in one and is_foreign(other):
            words = [syllable.spellings[0].key for syllable in other["latin"].syllables]
            found = align_foreign(one["transcribed"], words)
            pairs = found.pairs if one is left else tuple(pair.turned() for pair in found.pairs)
            yield Match("transcribed", found._replace(pairs=pairs), found.cost + titled + also_pinyin(other))


def is_foreign(views: dict[str, Reading]) -> bool:
    """Say whether a name in Latin letters may be neither Chinese nor Vietnamese; one word of pinyin may: Tashi."""
    return (
        "latin" in views
        and not is_plain(views)
        and ("pinyin" not in views or len(views["latin"].syllables) == 1)
    )


def spelled_abroad(views: dict[str, Reading]) -> float:
    """Return what it costs a Latin name as an overseas spelling; less when nothing else explains its three words.

    *Tan Tee Beng* leaves fewer characters to choose from than *Chen Zhiming* does; two words agree by chance.
    """
    other = "pinyin" in views or is_plain(views)
    return 0.0 if other or len(views["latin"].syllables) < ABROAD_WORDS else ABROAD_ONLY


GUESSED = frozenset({"pinyin", "overseas"})


def is_wide(left: Reading, right: Reading) -> bool:
    """Say whether two readings are too long to try every alternative of each syllable: no name of a person is."""
    return len(left.syllables) * len(right.syllables) > WIDEST


def _by_sound(left: dict[str, Reading], right: dict[str, Reading], titled: float) -> Iterator[Match]:
    """Yield the match by sound where a side is Lao, Thai, Khmer or Burmese and the other is in another script."""
    ours, theirs = language_of(left), language_of(right)
    if ours and theirs and ours != theirs and "sound" in left and "sound" in right:
        alignment = align_aloud(left["sound"], right["sound"])
        yield Match("sound", alignment, alignment.cost + titled)
    elif ours and not theirs and "sound" in left and (text := latin_text(right)):
        alignment = align_spelled(left["sound"], ours, text)
        yield Match("sound", alignment, alignment.cost + titled + also_pinyin(right))
    elif theirs and not ours and "sound" in right and (text := latin_text(left)):
        alignment = align_spelled(right["sound"], theirs, text)
        pairs = tuple(pair.turned() for pair in alignment.pairs)
        yield Match("sound", alignment._replace(pairs=pairs), alignment.cost + titled + also_pinyin(left))


def also_pinyin(views: dict[str, Reading]) -> float:
    """Return what it costs a Latin name, beside Lao, Thai, Khmer or Burmese, that it may be Chinese as well."""
    return ALSO_PINYIN if "latin" in views and "pinyin" in views else 0.0


def language_of(views: dict[str, Reading]) -> str:
    """Return the language whose script a name is in, of the four that are sounded out."""
    return next((LANGUAGES[view] for view in LANGUAGES if view in views), "")


def latin_text(views: dict[str, Reading]) -> str:
    """Return the letters of a name in Latin or Han script, words parted; Han characters in pinyin."""
    reading = views.get("latin") or views.get("pinyin")
    return GAP.join(s.spellings[0].key for s in reading.syllables) if reading is not None else ""


def _match(view: str, left: Reading, right: Reading, extra: float) -> Match:
    differ, cost = DIFFERS[view]
    alignment = align(left, right, differ, bare=is_bare(left) or is_bare(right))
    return Match(view, alignment, alignment.cost + cost + extra)


def is_bare(reading: Reading) -> bool:
    """Say whether a name in Latin letters has no accent at all, so that its accents are unknown."""
    return all(syllable.written.isascii() for syllable in reading.syllables)


def score(match: Match) -> float:
    """Return exp(-mean cost) of a match, in [0, 1]."""
    return math.exp(-match.cost / match.alignment.size)


def _probability(match: Match, left: Written, right: Written) -> float:
    kind = calibration.kind(left.text, right.text, match.view)
    return calibration.probability(kind, match.cost / match.alignment.size, match.alignment.worst)


def _tier(match: Match, left: Written, right: Written, probability: float) -> str:
    alignment = match.alignment
    alike = left.scripts == right.scripts and (not left.transliterated or left.text == right.text)
    if match.cost == 0.0 and alike and not alignment.swapped:
        return "same"
    worst = SOUND_WORST if match.view in ("sound", "transcribed") else LIKELY_WORST
    is_likely = alignment.mean <= LIKELY_MEAN and alignment.worst <= worst
    if is_likely and not _lacks_displaced(match, left, right):
        return "likely"
    near = alignment.mean <= POSSIBLE_MEAN or probability >= POSSIBLE_PROBABILITY
    return "possible" if near and not is_opposed(match.view, alignment, left, right) else "different"


def _lacks_displaced(match: Match, left: Written, right: Written) -> bool:
    """Say whether a title that stands where it is none was taken off one name, and the other has not the same."""
    one, other = match.forms
    taken_off = left.is_displaced(one) or right.is_displaced(other)
    return taken_off and left.titles_in(one) != right.titles_in(other)
