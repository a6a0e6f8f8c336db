"""From counts to a channel: each unit is drawn to what stands behind it, the more the less often it was seen.

Behind a unit with marks (`channels.coarser`) stands the same unit with fewer; behind one without marks the rules, and,
for a Burmese rime, how its vowel is spelled elsewhere and how other rimes of its kind end: *nn* that was seen in *Win*
is likely in *Than* too.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

from lienlac.core.names import channels

STRENGTH = 4.0  # how many sightings the rules are worth for each unit
MARKED = 6.0  # how many the unit with fewer marks is worth for one with more
FEW = 10.0  # how many the endings of all tones are worth for those of one
SHARE = 0.1  # and never less than this share of what was seen: places are spelled by committees, persons by clerks
KEPT = 0.012  # spellings less likely than this are left to chance
MOST = 14  # spellings of one unit
SILENT = 0.002  # a rime is not left out; what looks so are names of which half is written
LEAST_BUILT = 1e-4

Spellings = Mapping[str, float]
Channel = dict[str, dict[str, float]]  # unit -> spelling -> probability, or how often it was seen


def maximised(rules: Channel, counts: Channel) -> Channel:
    """Return the channel that explains the counts, with the rules as prior."""
    parts = _Parts(rules, counts)
    found: dict[str, dict[str, float]] = {}
    plain = _summed(counts, last=True)
    for unit, prior in rules.items():
        seen = plain.get(unit, {})
        strength = max(STRENGTH, SHARE * sum(seen.values()))
        found[unit] = _drawn(seen, _mean([prior, parts.built(unit, "")]), strength)
    every = _summed(counts, last=False)
    for unit in sorted(every.keys() - found.keys(), key=lambda unit: len(channels.coarser(unit))):
        found[unit] = _drawn(every[unit], _behind(unit, found, parts), MARKED)
    return {unit: _kept(unit, shares) for unit, shares in found.items()}


def _behind(unit: str, found: Channel, parts: _Parts) -> Spellings:
    """Return what stands behind a unit with marks: with two of them, the unit with either."""
    coarser = channels.coarser(unit)
    if len(coarser) > 2:
        return _mean([found[one] for one in coarser[1:-1]])
    tone = channels.tone(unit)
    return _mean([found[coarser[-1]], parts.built(coarser[-1], tone) if tone else {}])


def _summed(counts: Channel, *, last: bool) -> Channel:
    """Return the counts of every unit without its marks (`last`), or of it and all that have fewer."""
    found: Channel = defaultdict(lambda: defaultdict(float))
    for unit, seen in counts.items():
        for one in channels.coarser(unit)[-1:] if last else channels.coarser(unit):
            for text, count in seen.items():
                found[one][text] += count
    return found


def _drawn(seen: Spellings, prior: Spellings, strength: float) -> dict[str, float]:
    total = sum(seen.values()) + strength
    return {text: (seen.get(text, 0.0) + strength * prior.get(text, 0.0)) / total for text in {*prior, *seen}}


def _mean(every: Iterable[Spellings]) -> Spellings:
    some = [one for one in every if one]
    found: dict[str, float] = defaultdict(float)
    for one in some:
        for text, share in one.items():
            found[text] += share / len(some)
    return found


def _kept(unit: str, shares: dict[str, float]) -> dict[str, float]:
    silence = shares.pop("", 0.0)
    kept = sorted(shares.items(), key=lambda item: (-item[1], item[0]))[: MOST - 1]
    found = {text: share for text, share in kept if share >= KEPT}
    return found | {"": min(silence, SILENT) if _kind(unit) else silence}


# A Burmese rime ends in a nasal (n), a stop (t) or its vowel (v); its spelling is parted into vowel and ending.
_ENDS = {**dict.fromkeys("Nnm", "n"), **dict.fromkeys("ktp", "t")}
_PARTED = {
    "n": re.compile("([aeiouwyhr]*)([^aeiou]+e?|)"),
    "t": re.compile("([aeiouwyhr]*)([^aeiou]+e?|)"),
    "v": re.compile("(.*?[aeiouyw])([hrltn]?)"),
}


def _kind(unit: str) -> str:
    """Return how a Burmese rime ends; nothing for any other unit."""
    plain = channels.plain(unit)
    if not plain.startswith("-") or not set(plain) & set("aiueoUOE@"):
        return ""
    return _ENDS.get(plain[-1], "v")


class _Parts:
    """How vowels of rimes are spelled, and their endings by kind and tone."""

    def __init__(self, rules: Channel, counts: Channel) -> None:
        self._vowels: Channel = defaultdict(lambda: defaultdict(float))
        self._endings: Channel = defaultdict(lambda: defaultdict(float))
        for unit, seen in counts.items():
            for text, count in seen.items():
                self._add(unit, text, count, endings=True)
        for unit, prior in rules.items():
            for text, share in prior.items():
                self._add(unit, text, STRENGTH * share, endings=False)

    def _add(self, unit: str, text: str, count: float, *, endings: bool) -> None:
        kind = _kind(unit)
        found = _PARTED[kind].fullmatch(text) if kind and text else None
        if found is None:
            return
        self._vowels[channels.plain(unit)][found[1]] += count
        for key in {kind, kind + channels.tone(unit)} if endings else ():
            self._endings[key][found[2]] += count

    def built(self, unit: str, tone: str) -> Spellings:
        """Return how likely each vowel with each ending is for a rime; nothing for any other unit."""
        kind = _kind(unit)
        vowels, every = self._vowels.get(unit, {}), self._endings.get(kind, {})
        if not kind or not vowels or not every:
            return {}
        whole = sum(every.values())
        own = self._endings.get(kind + tone, {})
        endings = _drawn(own, {text: count / whole for text, count in every.items()}, FEW)
        total = sum(vowels.values())
        made: dict[str, float] = defaultdict(float)
        for vowel, count in vowels.items():
            for ending, share in endings.items():
                made[vowel + ending] += count / total * share
        return {text: share for text, share in made.items() if text and share > LEAST_BUILT}
