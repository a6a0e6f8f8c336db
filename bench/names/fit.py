"""Fit how sounds are spelled: `python -m bench.names.fit --data DIR > src/lienlac/core/names/data/channels.tsv`.

Expectation maximisation (Dempster, Laird and Rubin 1977) over the labelled pairs of each language whose licence
permits it, each name once, starting from the rule table `sounds_latin`, which also stays as prior, so that what the
pairs do not show keeps its rule (`smooth`). `--fold K/N` leaves out the names whose hash falls into part K of N.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import sys
from collections import defaultdict
from pathlib import Path

from lienlac.core.names import channels, sounds, write
from lienlac.core.names.sounding import shown
from lienlac.core.names.tables import rows
from lienlac.core.names.vietnamese import bare
from lienlac.core.names.views import views

from .smooth import Channel, maximised

LANGUAGES = {"lo": "lao", "th": "thai", "km": "khmer", "my": "myanmar"}
ROUNDS = 8
TRIMMED = {1: 0.92, 3: 0.94}  # after this round only this share stays: the rest are other names of the same
FORBIDDEN = "evaluation only"

Pair = tuple[tuple[channels.Unit, ...], str]


def main() -> None:
    """Fit every language and write the table."""
    parser = argparse.ArgumentParser(prog="bench.names.fit", description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--split", default="dev")
    parser.add_argument("--fold", default="", help="K/N: leave this part out")
    asked = parser.parse_args()
    out = sys.stdout
    out.write("language\tunit\tspelling\tcost\tseen\tsource\tverified\n")
    for code, language in LANGUAGES.items():
        pairs = _pairs(asked.data / f"{code}_latin_{asked.split}.jsonl", language, asked.fold)
        fitted, seen = fit(pairs, language)
        for unit in sorted(fitted):
            best = max(fitted[unit].values())
            for spelling, share in sorted(fitted[unit].items(), key=lambda item: -item[1]):
                count = round(seen.get(unit, {}).get(spelling, 0.0))
                cost = math.log(best / share)
                out.write(f"{language}\t{unit}\t{spelling}\t{cost:.2f}\t{count}\tfit 2026-11\tno\n")


def _pairs(path: Path, language: str, fold: str) -> list[Pair]:
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if FORBIDDEN in row["licence"] or in_fold(row["target"], fold):
            continue
        made = views(write(row["query"]).tokens).get("sound")
        letters = channels.GAP.join(bare(token.text) for token in write(row["target"]).tokens)
        if made is not None and letters.replace(" ", "").isascii():
            every = enumerate(channels.each_keys(made.syllables, language))
            found.append((tuple(channels.Unit(key, at) for at, keys in every for key in keys), letters))
    return found


def in_fold(name: str, fold: str) -> bool:
    """Say whether a name belongs to part K of N (`K/N`); never when no part is named."""
    if not fold:
        return False
    part, parts = map(int, fold.split("/"))
    return hashlib.sha256(name.casefold().encode()).digest()[0] % parts == part


def fit(pairs: list[Pair], language: str) -> tuple[Channel, Channel]:
    """Return the fitted channel and how often each spelling was seen."""
    rules = _prior(pairs, language)
    seen: Channel = {}
    channel = rules | {unit.key: rules[channels.plain(unit.key)] for units, _ in pairs for unit in units}
    for turn in range(ROUNDS):
        counts: Channel = defaultdict(lambda: defaultdict(float))
        likely = []
        for units, text in pairs:
            found = _expect(units, text, channel, counts, language, free=turn < ROUNDS - 3)
            likely.append((found, (units, text)))
        if turn in TRIMMED:
            ranked = sorted(likely, key=lambda item: -item[0])
            pairs = [pair for _, pair in ranked[: round(len(ranked) * TRIMMED[turn])]]
        channel, seen = maximised(rules, counts), counts
    return channel, seen


def _prior(pairs: list[Pair], language: str) -> Channel:
    wanted = {channels.plain(unit.key) for units, _ in pairs for unit in units} | _all_units(language)
    spelled = {(row[1].rstrip("$"), row[2]) for row in rows("sounds_latin") if row[0] in ("any", language)}
    spelled |= {(letter, letter) for letter in "abcdefghijklmnopqrstuvwxyz"}
    found: Channel = {}
    for unit in wanted:
        sound = unit.strip("-")
        near: dict[str, float] = {}
        for text, read in sorted(spelled):
            apart = sounds.distance(sound, read)
            if apart <= 0.4 and _suits(text, sound):
                near[text] = max(near.get(text, 0.0), math.exp(-5 * apart))
        near.setdefault(_shown(sound), 0.5)
        near[""] = 0.02 * sum(near.values())
        total = sum(near.values())
        found[unit] = {text: worth / total for text, worth in near.items()}
    return found


def _suits(text: str, sound: str) -> bool:
    """Say whether a spelling is of the kind of its sound: no vowel letters for a consonant alone, and the reverse."""
    vowels = set("aeiou")
    if set(sound) & set("aiueoUOE@"):
        return bool(set(text) & vowels) or "y" in text
    return (not set(text[:-1]) & vowels and text not in vowels) or sound in ("y", "w")


def _shown(sound: str) -> str:
    return shown(sound)


def _all_units(language: str) -> set[str]:
    """Return every unit that the rules can give."""
    found: set[str] = set()
    for script, part, _, sound, *_ in rows("sounds"):
        if script == language:
            keys = channels.parted(sound, language)
            if part.startswith("coda"):
                found |= {f"-{one}" for one in sound}
            elif part.startswith("onset"):
                found |= {f"{sound}-"} if language == "myanmar" and sound else {f"{o}-" for o in sound}
            else:
                found |= set(keys)
    return {unit for unit in found if unit.strip("-")}


def _expect(
    units: tuple[channels.Unit, ...],
    text: str,
    channel: Channel,
    counts: Channel,
    language: str,
    *,
    free: bool,
) -> float:
    """Add to `counts` how often each unit is expected to be spelled so; return the log likelihood a letter."""
    ways = [_ways(unit, text, channel, language, free=free) for unit in units]
    added = [math.exp(-cost) for cost in channels.added(text)]
    forth = [_spread([1.0] + [0.0] * len(text), added)]
    for at in range(len(units)):
        row = [0.0] * (len(text) + 1)
        for start, end, worth in ways[at]:
            row[end] += forth[-1][start] * worth
        forth.append(_spread(_gapped(row, text, units, at), added))
    total = forth[-1][-1]
    if total <= 0.0:
        return -math.inf
    back = [0.0] * len(text) + [1.0]
    for at in range(len(units) - 1, -1, -1):
        back = _gapped_back(_spread_back(back, added), text, units, at)
        row = [0.0] * (len(text) + 1)
        for start, end, worth in ways[at]:
            share = forth[at][start] * worth * back[end] / total
            if share > 1e-6:
                counts[units[at].key][text[start:end]] += share
            row[start] += worth * back[end]
        back = row
    return math.log(total) / len(text)


def _spread(row: list[float], added: list[float]) -> list[float]:
    for at, share in enumerate(added):
        row[at + 1] += row[at] * share
    return row


def _spread_back(row: list[float], added: list[float]) -> list[float]:
    for at in range(len(added) - 1, -1, -1):
        row[at] += row[at + 1] * added[at]
    return row


def _ends(units: tuple[channels.Unit, ...], at: int) -> bool:
    return at + 1 == len(units) or units[at + 1].at != units[at].at


def _gapped(row: list[float], text: str, units: tuple[channels.Unit, ...], at: int) -> list[float]:
    if _ends(units, at):
        for place, one in enumerate(text):
            if one == channels.GAP:
                row[place + 1] += row[place]
    return row


def _gapped_back(row: list[float], text: str, units: tuple[channels.Unit, ...], at: int) -> list[float]:
    if _ends(units, at):
        for place in range(len(text) - 1, -1, -1):
            if text[place] == channels.GAP:
                row[place] += row[place + 1]
    return row


def _ways(
    unit: channels.Unit, text: str, channel: Channel, language: str, *, free: bool
) -> list[tuple[int, int, float]]:
    known = channel.get(unit.key, {})
    found = []
    for start in range(len(text) + 1):
        for end in range(start, min(start + channels.LONGEST, len(text)) + 1):
            piece = text[start:end]
            worth = known.get(piece, 0.0)
            if not worth and free and piece and channels.GAP not in piece:
                worth = _guess(unit.key, piece, language)
            if worth:
                found.append((start, end, worth))
    return found


_guessed: dict[tuple[str, str, str], float] = {}


def _guess(unit: str, piece: str, language: str) -> float:
    """Return a small likelihood for a spelling that no rule knows, the smaller the less it sounds alike."""
    key = (unit, piece, language)
    if key not in _guessed:
        read = "".join(one.sound for one in sounds.of_latin(piece, language))
        _guessed[key] = 0.05 * math.exp(-3 * sounds.distance(channels.plain(unit).strip("-"), read))
    return _guessed[key]


if __name__ == "__main__":
    main()
