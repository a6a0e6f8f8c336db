"""Write our own pairs: `python -m bench.names.compose`, the same bytes every time (seed 1).

Invented names of two to four syllables, each syllable as `pairs/syllables.tsv` writes it in Latin letters, Lao, Thai,
Khmer, Burmese and Chinese: what a clerk would write who hears the name. Half of the pairs are one name in two scripts;
the other half differ by one thing, and `reason` says which. `pairs/README.md` is the guide.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import permutations

from .composing import HOME, OTHER, SAME, Row, row, write

SCRIPTS = ("latin", "lo", "th", "km", "my", "zh")
DIRECTIONS = [
    (one, other)
    for one, other in permutations(SCRIPTS, 2)
    if other != "latin" and (one == "latin" or one < other)
]
VOWELS = "aeiou"

Table = dict[str, dict[str, list[str]]]  # syllable -> script -> ways to write it
Name = tuple[tuple[str, ...], ...]  # words of syllables
Changed = Callable[[Name, Table, random.Random], "Name | None"]


def table() -> Table:
    """Read the syllables."""
    lines = (HOME / "syllables.tsv").read_text(encoding="utf-8").splitlines()
    heads = lines[0].split("\t")[1:]
    rows = [line.split("\t") for line in lines[1:]]
    return {
        row[0]: {head: cell.split(",") for head, cell in zip(heads, row[1:], strict=True)} for row in rows
    }


def name(known: Table, draw: random.Random) -> Name:
    """Draw a name of one or two words, two to four syllables."""
    words = draw.choice(((2,), (3,), (2, 2), (1, 2), (2, 1)))
    return tuple(tuple(draw.choice(sorted(known)) for _ in range(count)) for count in words)


def spelled(one: Name, script: str, known: Table, draw: random.Random) -> str:
    """Write a name in a script; Latin letters in any of the usual spellings."""
    words = ["".join(draw.choice(known[syllable][script]) for syllable in word) for word in one]
    written = ("" if script == "zh" else " ").join(words)
    return written.title() if script == "latin" else written


def _replaced(one: Name, known: Table, draw: random.Random, alike: Callable[[str, str], bool]) -> Name | None:
    places = [(w, at) for w, word in enumerate(one) for at in range(len(word))]
    draw.shuffle(places)
    for w, at in places:
        others = [other for other in sorted(known) if other != one[w][at] and alike(one[w][at], other)]
        if others:
            word = (*one[w][:at], draw.choice(others), *one[w][at + 1 :])
            return (*one[:w], word, *one[w + 1 :])
    return None


def _parts(syllable: str) -> tuple[str, str, str]:
    """Return (onset, vowel, final)."""
    start = next(at for at, letter in enumerate(syllable) if letter in VOWELS)
    end = max(at for at, letter in enumerate(syllable) if letter in VOWELS) + 1
    return syllable[:start], syllable[start:end], syllable[end:]


def _differ_in(part: int) -> Changed:
    def change(one: Name, known: Table, draw: random.Random) -> Name | None:
        def alike(a: str, b: str) -> bool:
            ours, theirs = _parts(a), _parts(b)
            return all((x == y) != (at == part) for at, (x, y) in enumerate(zip(ours, theirs, strict=True)))

        return _replaced(one, known, draw, alike)

    return change


def _without_syllable(one: Name, known: Table, draw: random.Random) -> Name | None:
    long = [w for w, word in enumerate(one) if len(word) > 1]
    if not long:
        return None
    w = draw.choice(long)
    at = draw.randrange(len(one[w]))
    return (*one[:w], (*one[w][:at], *one[w][at + 1 :]), *one[w + 1 :])


def _syllables_changed_places(one: Name, known: Table, draw: random.Random) -> Name | None:
    long = [w for w, word in enumerate(one) if len(word) > 1 and word[0] != word[1]]
    if not long:
        return None
    w = draw.choice(long)
    return (*one[:w], (one[w][1], one[w][0], *one[w][2:]), *one[w + 1 :])


REASONS: dict[str, Changed] = {
    "other_consonant": _differ_in(0),
    "other_vowel": _differ_in(1),
    "other_final": _differ_in(2),
    "syllable_missing": _without_syllable,
    "syllables_changed_places": _syllables_changed_places,
}


def rows(one: str, other: str, known: Table) -> list[Row]:
    """Compose the pairs of one direction."""
    draw = random.Random(f"1 {one} {other}")
    usable = {key: ways for key, ways in known.items() if "-" not in ways[one][0] + ways[other][0]}
    found: list[Row] = []
    for at in range(SAME):
        drawn = name(usable, draw)
        found.append(_row(one, other, at, drawn, drawn, "", usable, draw))
    while len(found) < SAME + OTHER:
        drawn, reason = name(usable, draw), list(REASONS)[len(found) % len(REASONS)]
        changed = REASONS[reason](drawn, usable, draw)
        if changed is not None and changed != drawn:
            found.append(_row(one, other, len(found), drawn, changed, reason, usable, draw))
    return found


def _row(
    one: str, other: str, at: int, left: Name, right: Name, reason: str, known: Table, draw: random.Random
) -> Row:
    query, target = spelled(left, one, known, draw), spelled(right, other, known, draw)
    return row(one, other, at, query=query, target=target, reason=reason, source="compose")


def main() -> None:
    """Write every direction."""
    known = table()
    write(DIRECTIONS, lambda one, other: rows(one, other, known))


if __name__ == "__main__":
    main()
