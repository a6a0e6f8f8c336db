"""Write our own pairs between Vietnamese, Chinese and pinyin: `python -m bench.names.compose_han` (seed 1).

Invented names, a surname and one or two given characters drawn from `pairs/characters.tsv`, which says how a registrar
writes each in Hán-Việt (any of the readings that names have) and in pinyin. As in `compose`, half of the pairs are one
name, the other half differ by one thing, and `reason` says which. `pairs/README.md` is the guide.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable

from .composing import HOME, OTHER, SAME, Row, row, write

DIRECTIONS = (("zh", "vi"), ("vi", "zh"), ("bare", "zh"), ("vi", "pinyin"), ("zh", "pinyin"))

Character = dict[str, list[str]]  # script -> ways to write it
Table = dict[str, dict[str, Character]]  # where it stands -> character -> how it is written
Name = tuple[str, ...]  # characters, the surname first
Changed = Callable[[Name, Table, random.Random], "Name | None"]


def table() -> Table:
    """Read the characters."""
    lines = (HOME / "characters.tsv").read_text(encoding="utf-8").splitlines()[1:]
    found: Table = {"surname": {}, "given": {}}
    for char, stands, vi, pinyin in (line.split("\t") for line in lines):
        ways = vi.split(",")
        found[stands][char] = {"zh": [char], "vi": ways, "bare": [bare(ways[0])], "pinyin": [pinyin]}
    return found


def bare(text: str) -> str:
    """Return Vietnamese without its accents."""
    letters = unicodedata.normalize("NFD", text.replace("đ", "d"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def name(known: Table, draw: random.Random) -> Name:
    """Draw a surname and one or two different given characters."""
    given = draw.sample(sorted(known["given"]), draw.choice((1, 2, 2)))
    return (draw.choice(sorted(known["surname"])), *given)


def spelled(one: Name, script: str, known: Table, draw: random.Random) -> str:
    """Write a name in a script, each character in any of the ways that it has."""
    parts = [draw.choice(known["given" if at else "surname"][char][script]) for at, char in enumerate(one)]
    if script == "pinyin":
        return f"{parts[0].title()} {''.join(parts[1:]).title()}"
    return "".join(parts) if script == "zh" else " ".join(parts).title()


def _replaced(one: Name, at: int, others: list[str], draw: random.Random) -> Name | None:
    return (*one[:at], draw.choice(others), *one[at + 1 :]) if others else None


def _other(stands: str, *, same_letters: bool) -> Changed:
    """Return what puts another character there; with the same letters, only accents tell them apart."""

    def change(one: Name, known: Table, draw: random.Random) -> Name | None:
        at = 0 if stands == "surname" else draw.randrange(1, len(one))
        mine, every = known[stands][one[at]], known[stands]
        others = [
            char
            for char, ways in sorted(every.items())
            if not set(ways["vi"]) & set(mine["vi"])
            and (ways["bare"] == mine["bare"]) == same_letters
            and (same_letters or ways["pinyin"] != mine["pinyin"])
        ]
        return _replaced(one, at, others, draw)

    return change


def _without(one: Name, known: Table, draw: random.Random) -> Name | None:
    return (*one[:-1],) if len(one) == 3 else None


def _turned(one: Name, known: Table, draw: random.Random) -> Name | None:
    return (one[0], one[2], one[1]) if len(one) == 3 else None


REASONS: dict[str, Changed] = {
    "other_surname": _other("surname", same_letters=False),
    "other_given": _other("given", same_letters=False),
    "other_accents": _other("given", same_letters=True),
    "given_missing": _without,
    "given_changed_places": _turned,
}


def rows(one: str, other: str, known: Table) -> list[Row]:
    """Compose the pairs of one direction; names without accents, and pinyin, cannot differ in accents alone."""
    draw = random.Random(f"1 {one} {other}")
    plain = "bare" in (one, other) or "pinyin" in (one, other)
    reasons = [reason for reason in REASONS if not (plain and reason == "other_accents")]
    found = [_row(one, other, at, drawn, drawn, "", known, draw) for at, drawn in _drawn(known, draw)]
    while len(found) < SAME + OTHER:
        drawn, reason = name(known, draw), reasons[len(found) % len(reasons)]
        changed = REASONS[reason](drawn, known, draw)
        if changed is not None:
            found.append(_row(one, other, len(found), drawn, changed, reason, known, draw))
    return found


def _drawn(known: Table, draw: random.Random) -> list[tuple[int, Name]]:
    return [(at, name(known, draw)) for at in range(SAME)]


def _row(
    one: str, other: str, at: int, left: Name, right: Name, reason: str, known: Table, draw: random.Random
) -> Row:
    query, target = spelled(left, one, known, draw), spelled(right, other, known, draw)
    return row(one, other, at, query=query, target=target, reason=reason, source="compose_han")


def main() -> None:
    """Write every direction."""
    known = table()
    write(DIRECTIONS, lambda one, other: rows(one, other, known))


if __name__ == "__main__":
    main()
